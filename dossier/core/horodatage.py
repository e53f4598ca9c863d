"""A token that comes late: the outage that delays it, the delay, and how it is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from dossier.core.dates import horodate
from dossier.core.errors import ErreurHorodatage
from dossier.core.faits import Archive, Fait

PROMPT = timedelta(hours=1)
"""A token that comes sooner is not called late: a step may be cut short and taken up again."""


class HorodatageIndisponible(ErreurHorodatage):
    """No authority answers now: the same request may be made later."""


class Horodatage(NamedTuple):
    """When the journal recorded a document, and when its token says that it existed."""

    cle: str
    enregistre: datetime
    horodate: datetime
    autorite: str

    @property
    def retard(self) -> timedelta:
        """How long after the fait the token came; zero when it came before, as it does in a plain day."""
        return max(self.horodate - self.enregistre, timedelta(0))


def enregistrements(faits: Iterable[Fait]) -> dict[Archive, datetime]:
    """Every document that these faits name and that has a token, with the instant of the first that does."""
    instants: dict[Archive, datetime] = {}
    for fait in faits:
        for _, valeur in fait.contenu:
            if isinstance(valeur, Archive) and valeur.jeton is not None:
                instants.setdefault(valeur, fait.instant)
    return instants


def phrase_de_retard(lu: Horodatage) -> str | None:
    """What is told of a late token; None when it came within `PROMPT` of the fait."""
    if lu.retard <= PROMPT:
        return None
    return (
        f"« {lu.cle} », enregistré le {horodate(lu.enregistre)}, n'a été horodaté que le "
        f"{horodate(lu.horodate)} par « {lu.autorite} », soit {duree(lu.retard)} plus tard : son empreinte "
        "figurait déjà au journal, son jeton ne prouve que la seconde date."
    )


def duree(temps: timedelta) -> str:
    """A length of time in two units at most: `3 jours et 2 h`, `2 h 05 min`, `12 min`."""
    minutes = int(temps.total_seconds()) // 60
    jours, heures = temps.days, minutes // 60 % 24
    if jours:
        return f"{jours} jour{'s' * (jours > 1)}" + (f" et {heures} h" if heures else "")
    return f"{heures} h {minutes % 60:02d} min" if heures else f"{minutes} min"
