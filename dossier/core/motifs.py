"""What a statement of sums says of itself: its articles, the readings chosen, what a person must look at."""

from __future__ import annotations

from calendar import isleap
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dossier.core.creance import Genre
from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.droit.conventions import Conventions
from dossier.core.droit.corpus import Droit
from dossier.core.droit.parametres import Parametre, nom_du_semestre
from dossier.core.droit.penalites import ARTICLES_CIVILS, Segment
from dossier.core.montants import ZERO, en_euros, en_pourcent

ARTICLE_IMPUTATION = "Code civil, art. 1343-1"
ARTICLE_ARRET = "Code de commerce, art. L622-28"
DEROGATION = (
    "Payer le principal avant les intérêts déroge à l'article 1343-1 du code civil : cela suppose l'accord "
    "du créancier ou une clause du contrat."
)
DOUTE_DIVISEUR = (
    "Intérêts d'une année bissextile : aucun texte ne fixe le diviseur, Service-Public divise par 36 500, "
    "d'autres par le nombre de jours de l'année."
)
DOUTE_INDEMNITE = (
    "Rang de l'indemnité forfaitaire dans l'imputation des paiements : aucun texte ne le fixe, c'est un choix "
    "du créancier."
)
DOUTE_AVOIR = (
    "Avoirs : aucun texte ne dit depuis quel jour ils réduisent le principal ; compter depuis l'origine est le "
    "plus prudent."
)
DOUTE_ARRET = (
    "Arrêt des intérêts : le jugement prend effet à 0 heure, lecture retenue de l'article R621-4 du code de "
    "commerce ; un contrat assorti d'un paiement différé d'un an ou plus échappe à cet arrêt."
)
NOM_DU_POSTE = {
    "penalites": "les intérêts",
    "indemnite": "l'indemnité forfaitaire",
    "principal": "le principal",
}


class Releve(NamedTuple):
    """What was computed, and from which settings."""

    au: date
    genre: Genre
    echeance: date
    segments: tuple[Segment, ...]
    forfait: Parametre | None
    """The indemnity, when it is due."""
    interdit: bool
    """Whether the indemnity would be due, had a judgment not forbidden to pay at the échéance."""
    tardifs: bool
    """Whether a payment came after the échéance."""
    credites: bool
    """Whether a credit note was counted."""
    arret: date | None
    """The day of the judgment that stopped the interest, when it came by the day of the statement."""
    taux_stipule: Decimal | None
    mise_en_demeure: date | None
    trop_percu: Decimal
    reste_du: Decimal
    paiements_ignores: int
    """Payments dated after the statement."""
    avoirs_ignores: int
    """Credit notes dated after the statement."""


def textes(releve: Releve, droit: Droit) -> tuple[str, ...]:
    """The articles that the sums rest on."""
    interets = {
        Genre.ENTREPRISE: (droit.majoration.texte,),
        Genre.PUBLIC: (droit.majoration_publique.texte,),
        Genre.PARTICULIER: (ARTICLES_CIVILS, droit.til_pro.texte),
    }
    return (
        *(interets[releve.genre] if releve.segments else ()),
        *((releve.forfait.texte,) if releve.forfait else ()),
        *((ARTICLE_IMPUTATION,) if releve.tardifs else ()),
        *((ARTICLE_ARRET,) if releve.arret else ()),
    )


def hypotheses(releve: Releve, conventions: Conventions) -> tuple[str, ...]:
    """The readings chosen where the texts are silent, in French: served on the debtor, so without a doubt."""
    phrases: list[str] = []
    if releve.segments:
        phrases += [_diviseur(conventions), _taux(releve)]
    elif releve.genre is Genre.PARTICULIER:
        phrases.append("Aucun intérêt n'est compté contre un consommateur avant la mise en demeure.")
    if releve.arret:
        phrases.append(_arret(releve.arret))
    if releve.forfait:
        phrases.append("Les intérêts et l'indemnité forfaitaire sont comptés sans TVA.")
    if releve.interdit:
        phrases.append(
            f"L'indemnité forfaitaire n'est pas comptée : à l'échéance du {en_lettres(releve.echeance)}, "
            "l'ouverture de la procédure interdisait le paiement (Code de commerce, art. L441-10, II)."
        )
    if releve.tardifs:
        phrases.append(_imputation(releve, conventions))
    if releve.credites:
        phrases.append(_avoirs(conventions))
    return tuple(phrases)


def alertes(releve: Releve) -> tuple[str, ...]:
    """What a person must look at before using the statement, in French: for the note, never served."""
    par_semestre = {nom_du_semestre(segment.du): segment for segment in releve.segments}
    phrases = [_sous_le_plancher(s, s.plancher) for s in par_semestre.values() if s.plancher is not None]
    phrases += [f"Au {nom}, {s.reserve}." for nom, s in par_semestre.items() if s.reserve]
    if releve.taux_stipule is not None and releve.genre is not Genre.ENTREPRISE:
        qui = "un consommateur" if releve.genre is Genre.PARTICULIER else "une personne publique"
        phrases.append(f"Le taux stipulé de {en_pourcent(releve.taux_stipule)} n'est pas appliqué à {qui}.")
    if releve.arret and releve.genre is Genre.PUBLIC:
        phrases.append("Une personne publique ne fait pas l'objet d'une procédure collective : à vérifier.")
    if releve.trop_percu > ZERO:
        phrases.append(_trop_percu(releve))
    for quoi, nombre in (("Paiements", releve.paiements_ignores), ("Avoirs", releve.avoirs_ignores)):
        if nombre:
            phrases.append(f"{quoi} postérieurs au {en_chiffres(releve.au)}, non comptés : {nombre}.")
    return (*phrases, *_doutes(releve))


def _doutes(releve: Releve) -> tuple[str, ...]:
    """Where another reading of the texts may be held against the creditor."""
    doutes = (
        (any(isleap(jour.year) for s in releve.segments for jour in (s.du, s.au)), DOUTE_DIVISEUR),
        (releve.tardifs and releve.forfait is not None, DOUTE_INDEMNITE),
        (releve.credites, DOUTE_AVOIR),
        (releve.arret is not None, DOUTE_ARRET),
    )
    return tuple(doute for concerne, doute in doutes if concerne)


def _diviseur(conventions: Conventions) -> str:
    fixe = conventions.base_annuelle.choix == "365"
    par = "365 même en année bissextile" if fixe else "le nombre de jours de l'année civile, 365 ou 366"
    return (
        "Les intérêts sont comptés par jour sur le reste dû TTC, jour de paiement ou d'arrêté compris, "
        f"divisés par {par}, et arrondis au centime par période."
    )


def _taux(releve: Releve) -> str:
    if releve.genre is Genre.PARTICULIER and releve.mise_en_demeure:
        return (
            "Les intérêts au taux légal courent du lendemain de la mise en demeure du "
            f"{en_lettres(releve.mise_en_demeure)}, et jamais avant l'échéance."
        )
    if releve.genre is Genre.PUBLIC:
        return "Le taux de la BCE est celui du semestre où les intérêts ont commencé à courir."
    if releve.taux_stipule is not None:
        return "Le taux stipulé est appliqué tel quel, à compter du lendemain de l'échéance."
    return (
        "Le taux de la BCE est repris au premier jour de chaque semestre, "
        "à compter du lendemain de l'échéance."
    )


def _arret(jugement: date) -> str:
    return (
        f"Aucun intérêt n'est compté à partir du {en_lettres(jugement)} : le jugement d'ouverture en arrête "
        f"le cours ({ARTICLE_ARRET}) et prend effet à sa date (art. R621-4) ; le dernier jour compté est la "
        "veille."
    )


def _imputation(releve: Releve, conventions: Conventions) -> str:
    ordre = conventions.imputation
    postes = [NOM_DU_POSTE[p] for p in ordre.choix if p != "indemnite" or releve.forfait]
    impute = f"Chaque paiement s'impute sur {', puis sur '.join(postes)}."
    return f"{impute} {DEROGATION}" if ordre.deroge else impute


def _avoirs(conventions: Conventions) -> str:
    origine = "Chaque avoir réduit le principal depuis l'origine : la part créditée ne porte aucun intérêt."
    a_sa_date = (
        "Chaque avoir réduit le principal à sa date : l'intérêt court sur l'ancienne base jusqu'à ce jour "
        "compris."
    )
    return origine if conventions.effet_avoir.choix == "origine" else a_sa_date


def _trop_percu(releve: Releve) -> str:
    phrase = f"Trop-perçu de {en_euros(releve.trop_percu)} : à restituer au débiteur"
    suite = " ; il n'est pas compensé ici avec les sommes encore dues" if releve.reste_du > ZERO else ""
    return f"{phrase}{suite}."


def _sous_le_plancher(segment: Segment, plancher: Decimal) -> str:
    return (
        f"Le taux stipulé de {en_pourcent(segment.taux)} est inférieur au plancher légal de "
        f"{en_pourcent(plancher)} ({nom_du_semestre(segment.du)}) : il est appliqué tel quel, "
        "un juriste doit décider de la suite."
    )
