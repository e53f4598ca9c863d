"""The words that each letter, e-mail, call script and application must and must not contain.

The rules are data (config/droit/mentions.yaml); `expressions.py` says how words are found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from dossier.core.creance import Genre
from dossier.core.droit.expressions import Texte, a_un_mot, lire, motif, places, plier, valeur
from dossier.core.droit.parametres import Niveau, Verifie
from dossier.core.modele import Modele


class Document(StrEnum):
    """What is written: it decides which words it needs."""

    PREVENANCE = "prevenance"
    RELANCE = "relance"
    AVANT_CONTENTIEUX = "avant_contentieux"
    """A relance that leaves by registered letter."""
    MISE_EN_DEMEURE = "mise_en_demeure"
    COURRIEL_PREVENANCE = "courriel_prevenance"
    COURRIEL_RELANCE = "courriel_relance"
    APPEL = "appel"
    REQUETE = "requete"


class Donnee(StrEnum):
    """A value that a document must carry as it is."""

    LIEU = "lieu"
    DATE = "date"
    CREANCIER = "creancier"
    FORME = "forme"
    CAPITAL = "capital"
    SIREN = "siren"
    RCS = "rcs"
    SIEGE = "siege"
    IBAN = "iban"
    SIGNATAIRE = "signataire"
    FONCTION = "fonction"
    REPRESENTANT = "representant"
    QUALITE = "qualite"
    MEDIATEUR = "mediateur"
    DEBITEUR = "debiteur"
    DEBITEUR_ADRESSE = "debiteur_adresse"
    FACTURE = "facture"
    EMISSION = "emission"
    ECHEANCE = "echeance"
    TTC = "ttc"
    RESTE = "reste"
    INTERETS = "interets"
    TAUX = "taux"
    PERIODE = "periode"
    INDEMNITE = "indemnite"
    TOTAL = "total"
    DELAI = "delai"
    JURIDICTION = "juridiction"
    RENVOI = "renvoi"
    SOMME = "somme"
    FONDEMENT = "fondement"
    PIECE = "piece"


Ecritures = tuple[str, ...]
"""The writings of one value, any of which will do: `3 juin 2026` and `03/06/2026`."""
Attendus = Mapping[Donnee, Sequence[Ecritures]]
"""The values of this very document; one that is absent or empty is not known."""


class Defaut(StrEnum):
    ABSENTE = "absente"
    INTERDITE = "interdite"


class Manquement(Modele):
    """One thing to mend before the document leaves."""

    code: str
    defaut: Defaut
    expression: str
    """What was found, or what is lacking."""
    extrait: str = ""
    """The words found, with a few words around them."""
    article: str
    niveau: Niveau
    raison: str = ""
    remede: str


class Portee(Modele):
    """Which documents and which debtors a rule is for: all of them where a list is empty."""

    documents: tuple[Document, ...] = ()
    sauf: tuple[Document, ...] = ()
    genres: tuple[Genre, ...] = ()

    def vise(self, document: Document, genre: Genre) -> bool:
        return (
            document not in self.sauf
            and (not self.documents or document in self.documents)
            and (not self.genres or genre in self.genres)
        )


class Condition(Modele):
    """When a mention is required: a value is known (and written so), or the text says something."""

    donnee: Donnee | None = None
    vaut: Ecritures = ()
    dit: Ecritures = ()


class Interdite(Modele):
    """Expressions that must not be read in a document."""

    code: str
    expressions: Ecritures = Field(min_length=1)
    sauf: Ecritures = ()
    """Lawful phrases that contain one of them."""
    titre: bool = False
    """Only where a heading, or the subject, begins with it."""
    au_plus: int = Field(default=0, ge=0)
    """Lines that may still say it."""
    pour: Portee = Portee()
    article: str
    niveau: Niveau
    raison: str
    remede: str


class Exigee(Modele):
    """What must be read in a document: each of the values, and one of the expressions."""

    code: str
    libelle: str
    donnees: tuple[Donnee, ...] = ()
    expressions: Ecritures = ()
    si: Condition = Condition()
    pour: Portee = Portee()
    article: str
    niveau: Niveau
    remede: str


class Mentions(Verifie):
    """All the rules, as read from config/droit/mentions.yaml."""

    interdites: tuple[Interdite, ...] = Field(min_length=1)
    exigees: tuple[Exigee, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _coherentes(self) -> Self:
        codes = [*(regle.code for regle in self.interdites), *(regle.code for regle in self.exigees)]
        doubles = sorted({code for code in codes if codes.count(code) > 1})
        if doubles:
            raise ValueError(f"deux règles portent le code « {doubles[0]} »")
        for regle in self.exigees:
            if not regle.donnees and not regle.expressions:
                raise ValueError(f"la règle « {regle.code} » n'exige rien")
        vides = [e for expressions in self._listes() for e in expressions if not a_un_mot(e)]
        if vides:
            raise ValueError(f"l'expression « {vides[0]} » n'a aucun mot")
        return self

    def _listes(self) -> Iterator[Ecritures]:
        for interdite in self.interdites:
            yield from (interdite.expressions, interdite.sauf)
        for exigee in self.exigees:
            yield from (exigee.expressions, exigee.si.vaut, exigee.si.dit)


def controler(
    document: Document,
    texte: str,
    mentions: Mentions,
    *,
    genre: Genre,
    attendus: Attendus,
    jour: date,
    citees: Iterable[str] = (),
) -> tuple[Manquement, ...]:
    """What the text of a document lacks, then what it must not say, in the order of the rules.

    C. civ. 1344, C. com. R123-237, CPC 54, 57 and 1407, C. pén. 433-13, CPCE L111-8: each finding names
    its article. One line of `texte` is one paragraph. `citees` are the data it quotes (names, addresses,
    subjects, sums): what is found inside one of them is not held against it. Raises ParametreNonCouvert.
    """
    mentions.exiger(jour)
    formes, dites = lire(texte), tuple(citees)
    return (
        *(
            manquement
            for exigee in mentions.exigees
            if exigee.pour.vise(document, genre) and _s_applique(exigee.si, formes, attendus)
            for manquement in _absences(exigee, formes, attendus)
        ),
        *(
            manquement
            for interdite in mentions.interdites
            if interdite.pour.vise(document, genre)
            for manquement in _presences(interdite, formes, dites)
        ),
    )


def _s_applique(si: Condition, formes: Sequence[Texte], attendus: Attendus) -> bool:
    if si.dit and not any(motif(si.dit).search(forme.plie) for forme in formes):
        return False
    if si.donnee is None:
        return True
    ecritures = [ecriture for valeurs in attendus.get(si.donnee, ()) for ecriture in valeurs if ecriture]
    return any(not si.vaut or motif(si.vaut).search(plier(ecriture)) for ecriture in ecritures)


def _absences(exigee: Exigee, formes: Sequence[Texte], attendus: Attendus) -> Iterator[Manquement]:
    for donnee in exigee.donnees:
        valeurs = [ecritures for ecritures in attendus.get(donnee, ()) if any(ecritures)]
        if not valeurs:
            yield _absente(exigee, f"{exigee.libelle} : donnée « {donnee} » non renseignée")
        for ecritures in valeurs:
            if not _porte(formes, ecritures):
                yield _absente(exigee, next(filter(None, ecritures)))
    if exigee.expressions and not any(motif(exigee.expressions).search(forme.plie) for forme in formes):
        yield _absente(exigee, exigee.expressions[0])


def _porte(formes: Sequence[Texte], ecritures: Ecritures) -> bool:
    cherchees = [cherchee for ecriture in ecritures if (cherchee := valeur(ecriture))]
    return any(any(places(forme, cherchee)) for forme in formes for cherchee in cherchees)


def _absente(exigee: Exigee, manque: str) -> Manquement:
    return Manquement(
        code=exigee.code,
        defaut=Defaut.ABSENTE,
        expression=manque,
        article=exigee.article,
        niveau=exigee.niveau,
        raison=f"Il manque {exigee.libelle}.",
        remede=exigee.remede,
    )


def _presences(interdite: Interdite, formes: Sequence[Texte], citees: Sequence[str]) -> list[Manquement]:
    trouvees: dict[str, Manquement] = {}
    lignes: set[str] = set()
    for forme in formes:
        for debut, fin in _trouvees(interdite, forme, citees):
            trouvees.setdefault(forme.plie[debut:fin], _interdite(interdite, forme, debut, fin))
            lignes.add(forme.plie[slice(*forme.ligne(debut))])
    return list(trouvees.values()) if len(lignes) > interdite.au_plus else []


def _trouvees(interdite: Interdite, forme: Texte, citees: Sequence[str]) -> Iterator[tuple[int, int]]:
    lues = [lu.span() for lu in motif(interdite.expressions).finditer(forme.plie)]
    if not lues:
        return
    permises = [lu.span() for lu in motif(interdite.sauf).finditer(forme.plie)]
    permises += [place for citee in citees if (dite := valeur(citee)) for place in places(forme, dite)]
    for debut, fin in lues:
        permise = any(du <= debut and fin <= au for du, au in permises)
        if not permise and (not interdite.titre or forme.en_titre(debut)):
            yield debut, fin


def _interdite(interdite: Interdite, forme: Texte, debut: int, fin: int) -> Manquement:
    return Manquement(
        code=interdite.code,
        defaut=Defaut.INTERDITE,
        expression=" ".join(forme.lisible[debut:fin].split()),
        extrait=forme.autour(debut, fin),
        article=interdite.article,
        niveau=interdite.niveau,
        raison=interdite.raison,
        remede=interdite.remede,
    )
