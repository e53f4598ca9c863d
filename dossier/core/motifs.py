"""What a statement of sums says of itself: its articles, the readings chosen, what a person must look at."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dossier.core.creance import Genre
from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.droit.corpus import Droit
from dossier.core.droit.parametres import Parametre, nom_du_semestre
from dossier.core.droit.penalites import ARTICLES_CIVILS, JOURS_PAR_AN, Segment
from dossier.core.montants import ZERO, en_euros, en_pourcent

ARTICLE_IMPUTATION = "Code civil, art. 1343-1"
NOM_DU_POSTE = {
    "penalites": "les intérêts",
    "indemnite": "l'indemnité forfaitaire",
    "principal": "le principal",
}


class Releve(NamedTuple):
    """What was computed, and from which settings."""

    au: date
    genre: Genre
    segments: tuple[Segment, ...]
    forfait: Parametre | None
    """The indemnity, when it is due."""
    tardifs: bool
    """Whether a payment came after the échéance."""
    ordre: Sequence[str]
    taux_stipule: Decimal | None
    mise_en_demeure: date | None
    trop_percu: Decimal
    ignores: int
    """Payments dated after the statement."""


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
    )


def hypotheses(releve: Releve) -> tuple[str, ...]:
    """The readings chosen where the texts are silent, in French."""
    phrases: list[str] = []
    if releve.segments:
        phrases.append(
            "Les intérêts sont comptés par jour sur le reste dû TTC, jour de paiement ou d'arrêté compris, "
            f"divisés par {JOURS_PAR_AN} même en année bissextile, et arrondis au centime par période."
        )
        phrases.append(_taux(releve))
    elif releve.genre is Genre.PARTICULIER:
        phrases.append("Aucun intérêt n'est compté contre un consommateur avant la mise en demeure.")
    if releve.forfait:
        phrases.append("Les intérêts et l'indemnité forfaitaire sont comptés sans TVA.")
    if releve.tardifs:
        phrases.append(_imputation(releve))
    return tuple(phrases)


def alertes(releve: Releve) -> tuple[str, ...]:
    """What a person must look at before using the statement, in French."""
    par_semestre = {nom_du_semestre(segment.du): segment for segment in releve.segments}
    phrases = [_sous_le_plancher(s, s.plancher) for s in par_semestre.values() if s.plancher is not None]
    if releve.taux_stipule is not None and releve.genre is not Genre.ENTREPRISE:
        qui = "un consommateur" if releve.genre is Genre.PARTICULIER else "une personne publique"
        phrases.append(f"Le taux stipulé de {en_pourcent(releve.taux_stipule)} n'est pas appliqué à {qui}.")
    if releve.trop_percu > ZERO:
        phrases.append(f"Trop-perçu de {en_euros(releve.trop_percu)} : à restituer au débiteur.")
    if releve.ignores:
        phrases.append(f"Paiements postérieurs au {en_chiffres(releve.au)}, non comptés : {releve.ignores}.")
    return tuple(phrases)


def _taux(releve: Releve) -> str:
    if releve.genre is Genre.PARTICULIER and releve.mise_en_demeure:
        return (
            "Les intérêts au taux légal courent du lendemain de la mise en demeure du "
            f"{en_lettres(releve.mise_en_demeure)}, et jamais avant l'échéance."
        )
    if releve.genre is Genre.PUBLIC:
        return "Le taux de la BCE est celui du semestre où les intérêts ont commencé à courir."
    if releve.taux_stipule is not None:
        return "Le taux stipulé est appliqué tel quel, du lendemain de l'échéance."
    return (
        "Le taux de la BCE est repris au premier jour de chaque semestre traversé, "
        "du lendemain de l'échéance."
    )


def _imputation(releve: Releve) -> str:
    postes = [NOM_DU_POSTE[p] for p in releve.ordre if p != "indemnite" or releve.forfait]
    phrase = f"Chaque paiement s'impute sur {', puis sur '.join(postes)}."
    if not releve.forfait:
        return phrase
    return f"{phrase} La place de l'indemnité n'est fixée par aucun texte : c'est un choix du créancier."


def _sous_le_plancher(segment: Segment, plancher: Decimal) -> str:
    return (
        f"Le taux stipulé de {en_pourcent(segment.taux)} est inférieur au plancher légal de "
        f"{en_pourcent(plancher)} ({nom_du_semestre(segment.du)}) : il est appliqué tel quel, "
        "un juriste doit décider de la suite."
    )
