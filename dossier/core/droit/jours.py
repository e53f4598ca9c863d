"""Legal holidays, and the days on which a procedural time limit may end."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

SAMEDI = 5


@cache
def feries(annee: int, *, alsace_moselle: bool = False) -> frozenset[date]:
    """The eleven legal holidays of that year (Code du travail, art. L3133-1).

    `alsace_moselle` adds 26 December and Good Friday (art. L3134-13), although Good Friday is a holiday
    only in the communes that have a Protestant or a mixed church: which ones is not known here.
    """
    paques = dimanche_de_paques(annee)
    fixes = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    mobiles = (1, 39, 50)
    jours = {date(annee, mois, jour) for mois, jour in fixes}
    jours |= {paques + timedelta(days=ecart) for ecart in mobiles}
    if alsace_moselle:
        jours |= {paques - timedelta(days=2), date(annee, 12, 26)}
    return frozenset(jours)


def dimanche_de_paques(annee: int) -> date:
    """Easter Sunday in the Gregorian calendar, by the anonymous algorithm of 1876 (Meeus, Jones, Butcher)."""
    siecle, rang = divmod(annee, 100)
    correction = (siecle - (siecle + 8) // 25 + 1) // 3
    epacte = (19 * (annee % 19) + siecle - siecle // 4 - correction + 15) % 30
    report = (32 + 2 * (siecle % 4) + 2 * (rang // 4) - epacte - rang % 4) % 7
    exception = (annee % 19 + 11 * epacte + 22 * report) // 451
    mois, jour = divmod(epacte + report - 7 * exception + 114, 31)
    return date(annee, mois, jour + 1)


def est_ouvrable_cpc(jour: date, *, alsace_moselle: bool = False) -> bool:
    """Whether a time limit may end on that day: not a Saturday, a Sunday or a holiday (CPC, art. 642)."""
    return jour.weekday() < SAMEDI and jour not in feries(jour.year, alsace_moselle=alsace_moselle)
