"""Legal holidays, and the days on which a procedural time limit may end."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

from dossier.core.droit.territoires import FerieLocal, Territoire

SAMEDI = 5
DIMANCHE = 6


@cache
def feries(annee: int, territoire: Territoire | None = None) -> frozenset[date]:
    """The eleven legal holidays of that year (Code du travail, art. L3133-1).

    With a territory, those that it has besides (art. L3134-13, L3422-2), in doubt included: see
    `FerieLocal.reserve`.
    """
    paques = dimanche_de_paques(annee)
    fixes = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    mobiles = (1, 39, 50)
    jours = {date(annee, mois, jour) for mois, jour in fixes}
    jours |= {paques + timedelta(days=ecart) for ecart in mobiles}
    for ferie in territoire.feries if territoire else ():
        jour = _date_locale(ferie, annee, paques)
        if jour >= ferie.depuis:
            jours.add(jour)
    return frozenset(jours)


def _date_locale(ferie: FerieLocal, annee: int, paques: date) -> date:
    if ferie.paques is not None:
        return paques + timedelta(days=ferie.paques)
    return date.fromisoformat(f"{annee}-{ferie.jour}")


def dimanche_de_paques(annee: int) -> date:
    """Easter Sunday in the Gregorian calendar, by the anonymous algorithm of 1876 (Meeus, Jones, Butcher)."""
    siecle, rang = divmod(annee, 100)
    correction = (siecle - (siecle + 8) // 25 + 1) // 3
    epacte = (19 * (annee % 19) + siecle - siecle // 4 - correction + 15) % 30
    report = (32 + 2 * (siecle % 4) + 2 * (rang // 4) - epacte - rang % 4) % 7
    exception = (annee % 19 + 11 * epacte + 22 * report) // 451
    mois, jour = divmod(epacte + report - 7 * exception + 114, 31)
    return date(annee, mois, jour + 1)


def jour_sans_poste(jour: date) -> str:
    """`un dimanche` or `un jour férié` when the post takes no letter over its counter that day; else empty."""
    if jour.weekday() == DIMANCHE:
        return "un dimanche"
    return "un jour férié" if jour in feries(jour.year) else ""


def est_ouvrable_cpc(jour: date, territoire: Territoire | None = None) -> bool:
    """Whether a time limit may end on that day: not a Saturday, a Sunday or a holiday (CPC, art. 642)."""
    return jour.weekday() < SAMEDI and jour not in feries(jour.year, territoire)
