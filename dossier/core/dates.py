"""Dates as the French write them. A bare `date` is a legal day in Europe/Paris."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)


def jour_legal(instant: datetime) -> date:
    """The day in Paris at that instant (aware datetime)."""
    return instant.astimezone(PARIS).date()


def debut_du_jour(jour: date, heure: int = 8) -> datetime:
    """The UTC instant of `heure` o'clock in Paris on that day."""
    return datetime(jour.year, jour.month, jour.day, heure, tzinfo=PARIS).astimezone(UTC)


def en_lettres(jour: date) -> str:
    """`2026-11-01` as `1er novembre 2026`."""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return f"{quantieme} {MOIS[jour.month - 1]} {jour.year}"


def en_chiffres(jour: date) -> str:
    """`2026-11-01` as `01/11/2026`."""
    return f"{jour:%d/%m/%Y}"


def horodate(instant: datetime) -> str:
    """An instant as `21 novembre 2026 à 14 h 05 (heure de Paris)`."""
    local = instant.astimezone(PARIS)
    return f"{en_lettres(local.date())} à {local.hour} h {local.minute:02d} (heure de Paris)"


def decaler_mois(jour: date, mois: int) -> date:
    """The same day so many calendar months later (earlier, when negative), or the last day of that month."""
    annees, rang = divmod(jour.month - 1 + mois, 12)
    annee, mois_d_arrivee = jour.year + annees, rang + 1
    return date(annee, mois_d_arrivee, min(jour.day, monthrange(annee, mois_d_arrivee)[1]))
