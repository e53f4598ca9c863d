"""Which letters are asked of a carrier at a given hour, so that the calls spread over the day."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from dossier.core.dates import jour_legal

CADENCE = 6
"""Hours between two questions on a letter in its first days; divides 24."""
CADENCE_LENTE = 24
"""Hours between two questions on a letter that has been under way for long."""
PREMIERS_JOURS = 30
"""Days after deposit, the last one included, during which a letter is asked at CADENCE.

Fifteen days of instance at the office (CPCE-postes, art. R1-1-6) and the journeys end within them."""
ABANDON = 180
"""Last day after deposit on which a letter is asked: carriers purge their data after some months."""
HEURE = 3600
"""Seconds."""


def a_demander(numero: str, depot: date, instant: datetime) -> bool:
    """Whether the round of the hour that holds `instant` (aware) asks for that open letter.

    The hour is counted in UTC and each letter has its own, drawn from its number: a round that runs late in
    its hour asks for the same letters, those of a missed one come back at their next turn, and changes of
    legal time neither skip nor repeat a letter. Nothing is asked before the day of deposit.
    """
    age = (jour_legal(instant) - depot).days
    if not 0 <= age <= ABANDON:
        return False
    cadence = CADENCE if age <= PREMIERS_JOURS else CADENCE_LENTE
    return (int(instant.timestamp()) // HEURE - _rang(numero)) % cadence == 0


def _rang(numero: str) -> int:
    """The letter's own hour of the day, the same for ever, as likely to be one as another."""
    return int.from_bytes(hashlib.sha256(numero.encode()).digest()[:8], "big") % CADENCE_LENTE
