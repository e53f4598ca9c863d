"""Time limits of procedure (Code de procédure civile, art. 640 to 642).

Three ways to end one, from the earliest to the latest:

- `fin_de_delai_..._sans_report`: without the extension of art. 642, the date to show for an act of the
  creditor, who must never count on an extension that a court might refuse;
- `fin_de_delai_...`: extended past Saturdays, Sundays and the national holidays;
- `fin_d_attente_...`: extended past the local holidays too. No court has said whether they extend a time
  limit: what is left to the debtor is waited for as if they did, what binds the creditor as if not.
"""

from __future__ import annotations

from datetime import date, timedelta

from dossier.core.dates import decaler_mois
from dossier.core.droit.jours import est_ouvrable_cpc
from dossier.core.droit.territoires import Territoire
from dossier.core.errors import DonneeInvalide


def fin_de_delai_jours(depart: date, jours: int) -> date:
    """The last day of a time limit in days; the day of the event does not count (CPC, art. 641, 642)."""
    return reporter(fin_de_delai_jours_sans_report(depart, jours))


def fin_de_delai_mois(depart: date, mois: int) -> date:
    """The last day of a time limit in months (twelve a year): same day of the month (CPC, art. 641, 642)."""
    return reporter(fin_de_delai_mois_sans_report(depart, mois))


def fin_d_attente_jours(depart: date, jours: int, territoire: Territoire | None) -> date:
    """The last day to wait for what is left to a debtor of that territory, in days (CPC, art. 641, 642)."""
    return reporter(fin_de_delai_jours_sans_report(depart, jours), territoire)


def fin_d_attente_mois(depart: date, mois: int, territoire: Territoire | None) -> date:
    """The last day to wait for what is left to a debtor of that territory, in months (CPC, art. 641, 642)."""
    return reporter(fin_de_delai_mois_sans_report(depart, mois), territoire)


def fin_de_delai_jours_sans_report(depart: date, jours: int) -> date:
    """As `fin_de_delai_jours`, whatever that day is."""
    _positif(jours)
    return depart + timedelta(days=jours)


def fin_de_delai_mois_sans_report(depart: date, mois: int) -> date:
    """As `fin_de_delai_mois`, whatever that day is; the last day of the month when it has no such day."""
    _positif(mois)
    return decaler_mois(depart, mois)


def reporter(jour: date, territoire: Territoire | None = None) -> date:
    """`jour`, or the first working day after it (CPC, art. 642); local holidays only with a territory."""
    while not est_ouvrable_cpc(jour, territoire):
        jour += timedelta(days=1)
    return jour


def _positif(duree: int) -> None:
    if duree < 0:
        raise DonneeInvalide(f"Un délai ne peut pas être négatif : {duree}.")
