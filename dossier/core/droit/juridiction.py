"""Which court an application goes to, and what the data cannot tell."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from dossier.core.creance import Genre, Nature
from dossier.core.dates import en_lettres
from dossier.core.droit.carte import CarteJudiciaire, Departement, Releve, Siege, Sorte, cle
from dossier.core.droit.parametres import Niveau
from dossier.core.errors import ParametreNonCouvert
from dossier.core.modele import Modele

__all__ = ["CarteJudiciaire", "Juridiction", "juridiction", "procedure_relevee", "qualite_de_commercant"]

ARTICLE_1406 = "Code de procédure civile, art. 1406"
RESSORT = "ressort à vérifier"
PROUVES = (Niveau.PRIMAIRE, Niveau.OFFICIEL_OU_PROFESSIONNEL)
NATURES_PROTEGEES = (Nature.BAIL_HABITATION, Nature.CREDIT_CONSOMMATION)
TITRES = {
    Sorte.COMMERCE: "Tribunal de commerce",
    Sorte.CHAMBRE_COMMERCIALE: "Chambre commerciale du tribunal judiciaire",
    Sorte.TRIBUNAL_MIXTE: "Tribunal mixte de commerce",
    Sorte.PREMIERE_INSTANCE: "Tribunal de première instance",
}
TRIBUNAL_JUDICIAIRE = "Tribunal judiciaire"
PRESIDENT = "le président"
JUGE_PROTECTION = "le juge des contentieux de la protection"
SEUL_DU_DEPARTEMENT = (
    "seul tribunal de cette sorte dans le département du code postal ; quelques communes ont le code "
    "postal d'un département voisin"
)
SANS_DEPARTEMENT = "le code postal ne donne pas le département, dont dépendent le nom et le siège du tribunal"
PROXIMITE = "selon la commune et le montant, le greffe peut être celui d'une chambre de proximité"
QUALITE = (
    "qualité de commerçant du débiteur à vérifier (le tribunal judiciaire est compétent pour une "
    "société civile, une association ou une profession libérale)"
)
PROTECTION = (
    "si la créance naît d'un bail d'habitation ou d'un crédit à la consommation, elle relève du juge des "
    "contentieux de la protection"
)
HORS_DE_FRANCE = (
    "le débiteur n'est pas établi en France : vérifier si une injonction de payer y est possible "
    "(règlement (CE) n° 1896/2006 dans l'Union européenne)"
)
PERSONNE_PUBLIQUE = (
    "le débiteur est une personne publique : la nature du contrat décide entre juridiction "
    "administrative et juridiction judiciaire"
)
PROCEDURE_PROPRE = (
    "le débiteur est établi dans une collectivité dont l'organisation judiciaire et la procédure civile "
    "n'ont pas été relevées"
)


class Juridiction(Modele):
    """A court as the application names it; `motif` says what a person must fill in or check."""

    intitule: str
    texte: str
    a_completer: bool
    motif: str = ""
    candidats: tuple[str, ...] = ()
    """The courts among which a person chooses, when the data cannot."""
    magistrat: str = ""
    """To whom the application is addressed (CPC, art. 1406)."""
    reserve: str = ""
    """What remains to be known of a court that is named without asking."""


class _Cour(NamedTuple):
    """A kind of court, with those of the debtor's département; none when the data cannot tell which it is."""

    titre: str
    sieges: tuple[Siege, ...]
    texte: str
    decrire: Callable[[Siege], tuple[str, Releve]]
    magistrat: str = PRESIDENT
    precaution: str = ""
    """What to add when the town of the debtor is not known to be in the ressort."""


def juridiction(
    genre: Genre,
    code_postal: str,
    ville: str,
    jour: date,
    carte: CarteJudiciaire,
    *,
    forme: str = "",
    pays: str = "FR",
    nature: Nature = Nature.CONTRAT,
) -> Juridiction:
    """The court of the debtor's own address (CPC, art. 1406: no clause may choose another one).

    By what the claim was born of (COJ, art. L213-4-4, L213-4-5), then by what the debtor is (C. com.,
    art. L721-3, L721-5). Raises ParametreNonCouvert.
    """
    _exiger(jour, carte)
    departement = carte.departement(code_postal)
    if motif := _indetermine(genre, pays in carte.pays, procedure_relevee(code_postal, carte)):
        return Juridiction(
            intitule="Juridiction à déterminer", texte=ARTICLE_1406, a_completer=True, motif=motif
        )
    if nature in NATURES_PROTEGEES:
        return _choisir(_protection(departement, carte), ville)
    if genre is Genre.PARTICULIER:
        return _sous_condition(_choisir(_judiciaire(departement, carte), ville), PROTECTION)
    if _parmi(forme, carte.formes_liberales):
        return _choisir(_judiciaire(departement, carte, carte.releves.exercice_liberal.texte), ville)
    commercant = qualite_de_commercant(forme, carte)
    if commercant is False:
        return _choisir(_judiciaire(departement, carte), ville)
    trouvee = _choisir(_commerce(departement, jour, carte), ville)
    return trouvee if commercant else _sous_condition(trouvee, QUALITE)


def qualite_de_commercant(forme: str, carte: CarteJudiciaire) -> bool | None:
    """Whether that legal form makes a merchant (C. com., art. L121-1, L210-1); None when it does not tell.

    A société d'exercice libéral is commercial by its form and civil by its activity: None.
    """
    if _parmi(forme, carte.formes_commerciales):
        return True
    return False if _parmi(forme, carte.formes_civiles) else None


def procedure_relevee(code_postal: str, carte: CarteJudiciaire) -> bool:
    """Whether the courts and the civil procedure of that postal code were read."""
    departement = carte.departement(code_postal)
    return departement is None or departement.sorte is not Sorte.A_DETERMINER


def _exiger(jour: date, carte: CarteJudiciaire) -> None:
    if not carte.verifie_depuis <= jour <= carte.verifie_jusqu_au:
        raise ParametreNonCouvert(
            f"{carte.nomme(jour)} : vérifié du {en_lettres(carte.verifie_depuis)} au "
            f"{en_lettres(carte.verifie_jusqu_au)}. Compléter config/droit/{carte.nom}.yaml."
        )


def _indetermine(genre: Genre, en_france: bool, relevee: bool) -> str:
    if not en_france:
        return HORS_DE_FRANCE
    if genre is Genre.PUBLIC:
        return PERSONNE_PUBLIQUE
    return "" if relevee else PROCEDURE_PROPRE


def _commerce(departement: Departement | None, jour: date, carte: CarteJudiciaire) -> _Cour:
    """The court of merchants (C. com., art. L721-3, L731-1, D732-1); TAE where it is tried out."""
    sorte = departement.sorte if departement else Sorte.COMMERCE
    releve = carte.releves.pour(sorte)

    def decrire(siege: Siege) -> tuple[str, Releve]:
        if sorte is Sorte.COMMERCE and carte.est_tae(siege, jour):
            return f"Tribunal des activités économiques {_de(siege)}", carte.releves.activites_economiques
        return f"{TITRES[sorte]} {_de(siege)}", releve

    return _Cour(TITRES[sorte], departement.commerce if departement else (), releve.texte, decrire)


def _judiciaire(departement: Departement | None, carte: CarteJudiciaire, texte: str = "") -> _Cour:
    """The court of those who are not merchants (COJ, art. L211-3), or of the case that `texte` gives it."""
    titre = _tribunal_civil(departement)
    lu = carte.releves.judiciaire
    releve = lu.model_copy(update={"texte": texte or lu.texte})
    return _Cour(
        titre,
        departement.judiciaire if departement else (),
        releve.texte,
        lambda siege: (f"{titre} {_de(siege)}", releve),
        precaution=PROXIMITE,
    )


def _protection(departement: Departement | None, carte: CarteJudiciaire) -> _Cour:
    """The judge of home leases and consumer credit (COJ, art. L213-4-4, L213-4-5)."""
    tribunal, releve = _tribunal_civil(departement).lower(), carte.releves.protection
    titre = f"Juge des contentieux de la protection du {tribunal}"
    return _Cour(
        titre,
        departement.judiciaire if departement else (),
        releve.texte,
        lambda siege: (f"{titre} {_de(siege)}", releve),
        JUGE_PROTECTION,
        PROXIMITE,
    )


def _tribunal_civil(departement: Departement | None) -> str:
    if departement is not None and departement.sorte is Sorte.PREMIERE_INSTANCE:
        return TITRES[Sorte.PREMIERE_INSTANCE]
    return TRIBUNAL_JUDICIAIRE


def _choisir(cour: _Cour, ville: str) -> Juridiction:
    """The only court that it can be: of the debtor's town, else alone of its kind in the département."""
    connus = tuple(siege for siege in cour.sieges if siege.couvre(ville))
    possibles = connus or cour.sieges
    if len(possibles) != 1:
        return _au_choix(cour, possibles)
    intitule, releve = cour.decrire(possibles[0])
    certain = bool(connus) or releve.niveau in PROUVES
    doute = "" if connus else _joindre(SEUL_DU_DEPARTEMENT, cour.precaution)
    return Juridiction(
        intitule=intitule,
        texte=_joindre(ARTICLE_1406, releve.texte),
        a_completer=not certain,
        motif="" if certain else f"{RESSORT} : {doute}",
        reserve=doute if certain else "",
        magistrat=cour.magistrat,
    )


def _au_choix(cour: _Cour, possibles: tuple[Siege, ...]) -> Juridiction:
    candidats = tuple(cour.decrire(siege)[0] for siege in possibles)
    parmi = f"{RESSORT}, entre : {', '.join(candidats)}" if candidats else f"{RESSORT} : {SANS_DEPARTEMENT}"
    return Juridiction(
        intitule=cour.titre,
        texte=_joindre(ARTICLE_1406, cour.texte),
        a_completer=True,
        motif=_joindre(parmi, cour.precaution),
        candidats=candidats,
        magistrat=cour.magistrat,
    )


def _sous_condition(trouvee: Juridiction, condition: str) -> Juridiction:
    motif = _joindre(trouvee.motif, trouvee.reserve, condition)
    return trouvee.model_copy(update={"a_completer": True, "motif": motif, "reserve": ""})


def _joindre(*parties: str) -> str:
    return " ; ".join(partie for partie in parties if partie)


def _parmi(forme: str, formes: tuple[str, ...]) -> bool:
    return cle(forme) in {cle(connue) for connue in formes}


def _de(siege: Siege) -> str:
    """`de Gap`, `du Mans`, `des Sables-d'Olonne`, `d'Évry`."""
    nom = siege.nom or siege.ville
    for article, contracte in (("Le ", "du "), ("Les ", "des ")):
        if nom.startswith(article):
            return contracte + nom.removeprefix(article)
    return f"d'{nom}" if unicodedata.normalize("NFKD", nom)[0] in "AEIOUY" else f"de {nom}"
