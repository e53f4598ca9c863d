"""Time limits of procedure (Code de procédure civile, art. 640 to 642).

The `_sans_report` variants leave out the extension of art. 642: the date to show for an act of the
creditor, who must never count on an extension that a court might refuse.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from dossier.core.droit.jours import est_ouvrable_cpc
from dossier.core.errors import DonneeInvalide


def fin_de_delai_jours(depart: date, jours: int, *, alsace_moselle: bool = False) -> date:
    """The last day of a time limit in days; the day of the event does not count (CPC, art. 641, 642)."""
    return reporter(fin_de_delai_jours_sans_report(depart, jours), alsace_moselle=alsace_moselle)


def fin_de_delai_mois(depart: date, mois: int, *, alsace_moselle: bool = False) -> date:
    """The last day of a time limit in months (twelve a year): same day of the month (CPC, art. 641, 642)."""
    return reporter(fin_de_delai_mois_sans_report(depart, mois), alsace_moselle=alsace_moselle)


def fin_de_delai_jours_sans_report(depart: date, jours: int) -> date:
    """As `fin_de_delai_jours`, whatever that day is."""
    _positif(jours)
    return depart + timedelta(days=jours)


def fin_de_delai_mois_sans_report(depart: date, mois: int) -> date:
    """As `fin_de_delai_mois`, whatever that day is; the last day of the month when it has no such day."""
    _positif(mois)
    annees, rang = divmod(depart.month - 1 + mois, 12)
    annee, mois_de_fin = depart.year + annees, rang + 1
    return date(annee, mois_de_fin, min(depart.day, monthrange(annee, mois_de_fin)[1]))


def reporter(jour: date, *, alsace_moselle: bool = False) -> date:
    """`jour`, or the first working day after it (CPC, art. 642)."""
    while not est_ouvrable_cpc(jour, alsace_moselle=alsace_moselle):
        jour += timedelta(days=1)
    return jour


def _positif(duree: int) -> None:
    if duree < 0:
        raise DonneeInvalide(f"Un délai ne peut pas être négatif : {duree}.")
