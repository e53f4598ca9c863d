"""Interest for late payment, one segment per calendar semester."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal

from dossier.core.creance import Genre
from dossier.core.dates import en_lettres
from dossier.core.droit.conventions import Conventions
from dossier.core.droit.corpus import Droit
from dossier.core.droit.parametres import (
    Niveau,
    Parametre,
    Valeur,
    premier_jour_du_semestre,
    semestre_suivant,
)
from dossier.core.droit.taux_legal import plancher, taux_legal
from dossier.core.errors import DonneeInvalide
from dossier.core.modele import Modele
from dossier.core.montants import Montant, arrondi, en_pourcent

ARTICLES_CIVILS = "Code civil, art. 1231-6 et 1344-1"
UN_JOUR = timedelta(days=1)


class Segment(Modele):
    """Interest on one base at one rate, from `du` to `au`, both included."""

    du: date
    au: date
    jours: int
    base: Montant
    taux: Decimal
    diviseur: int
    """The days by which the yearly rate is divided."""
    montant: Montant
    texte: str
    plancher: Decimal | None = None
    """The legal floor, when the stipulated rate of this segment is below it."""
    reserve: str = ""
    """What is not proved in the rate; empty when nothing is."""


class Taux(Modele):
    """A yearly rate (a ratio) and the reason for it."""

    valeur: Decimal
    texte: str
    plancher: Decimal | None = None
    reserve: str = ""


def penalites_de_retard(
    base: Decimal,
    du: date,
    au: date,
    droit: Droit,
    taux_stipule: Decimal | None = None,
    *,
    genre: Genre = Genre.ENTREPRISE,
    depuis: date | None = None,
) -> tuple[Segment, ...]:
    """Penalties on `base` euros (including tax) from `du` to `au` included; none for a consumer.

    Code de commerce, art. L441-10, II: rate of the BCE on the first day of each semester plus 10 points,
    or the stipulated rate. `du` is the first day that bears interest: the day after the échéance, or after
    a payment. A public debtor owes the rate of the semester of `depuis`, the day on which interest started
    (default `du`): Code de la commande publique, art. R2192-31. Raises ParametreNonCouvert, DonneeInvalide.
    """
    if taux_stipule is not None and not 0 <= taux_stipule <= 1:
        raise DonneeInvalide(
            f"Le taux stipulé {taux_stipule} n'est pas compris entre 0 et 1 : 12 % s'écrit 0.12."
        )
    if genre is Genre.PARTICULIER:
        return ()
    if genre is Genre.PUBLIC:
        return segments(base, du, au, lambda _: _taux_public(depuis or du, droit), droit.conventions)
    if taux_stipule is not None:
        return segments(
            base, du, au, lambda jour: _taux_stipule(taux_stipule, jour, droit), droit.conventions
        )
    return segments(base, du, au, lambda jour: _taux_suppletif(jour, droit), droit.conventions)


def interets_legaux(
    base: Decimal, du: date, au: date, droit: Droit, *, creancier_professionnel: bool = True
) -> tuple[Segment, ...]:
    """Legal interest on `base` euros from `du` to `au` included, at the rate of that kind of creditor.

    Code civil, art. 1231-6 and 1344-1. Raises ParametreNonCouvert.
    """
    return segments(
        base, du, au, lambda jour: _taux_civil(jour, droit, creancier_professionnel), droit.conventions
    )


def segments(
    base: Decimal,
    du: date,
    au: date,
    taux_du_semestre: Callable[[date], Taux],
    conventions: Conventions,
) -> tuple[Segment, ...]:
    """One segment per calendar semester, each rounded half-up to the cent; none when nothing is due.

    A semester lies in one year, so that each segment has one divisor.
    """
    if base <= 0:
        return ()
    return tuple(
        _segment(
            base,
            debut,
            fin,
            taux_du_semestre(premier_jour_du_semestre(debut)),
            conventions.diviseur(debut),
        )
        for debut, fin in _par_semestre(du, au)
    )


def _segment(base: Decimal, du: date, au: date, taux: Taux, diviseur: int) -> Segment:
    jours = (au - du).days + 1
    return Segment(
        du=du,
        au=au,
        jours=jours,
        base=base,
        taux=taux.valeur,
        diviseur=diviseur,
        montant=arrondi(base * taux.valeur * jours / diviseur),
        texte=taux.texte,
        plancher=taux.plancher,
        reserve=taux.reserve,
    )


def _par_semestre(du: date, au: date) -> Iterator[tuple[date, date]]:
    while du <= au:
        suivant = semestre_suivant(du)
        yield du, min(au, suivant - UN_JOUR)
        du = suivant


def _taux_suppletif(semestre: date, droit: Droit) -> Taux:
    return _bce_majore(semestre, droit.bce, droit.majoration)


def _taux_public(depuis: date, droit: Droit) -> Taux:
    return _bce_majore(premier_jour_du_semestre(depuis), droit.bce, droit.majoration_publique)


def _bce_majore(semestre: date, bce: Parametre, majoration: Parametre) -> Taux:
    taux, points = bce.au(semestre), majoration.au(semestre).valeur
    return Taux(
        valeur=taux.valeur + points,
        texte=f"{majoration.texte} : taux de la BCE au {en_lettres(semestre)} ({en_pourcent(taux.valeur)}), "
        f"majoré de {points * 100:.0f} points",
        reserve=_reserve(taux),
    )


def _taux_stipule(taux: Decimal, semestre: date, droit: Droit) -> Taux:
    seuil = plancher(semestre, droit)
    return Taux(
        valeur=taux,
        texte=f"Taux stipulé ({droit.multiple_plancher.texte})",
        plancher=seuil if taux < seuil else None,
    )


def _taux_civil(semestre: date, droit: Droit, creancier_professionnel: bool) -> Taux:
    taux = taux_legal(semestre, droit, creancier_professionnel=creancier_professionnel)
    return Taux(
        valeur=taux.valeur,
        texte=f"{ARTICLES_CIVILS} : taux d'intérêt légal au {en_lettres(semestre)}",
        reserve=_reserve(taux),
    )


def _reserve(taux: Valeur) -> str:
    return f"taux non vérifié ({taux.source})" if taux.niveau is Niveau.NON_VERIFIE else ""
