"""The journal, where every fait is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from dossier.core.faits import Contenu, Fait


class Ouverture(NamedTuple):
    """One line of the register of creances."""

    creance: str
    debiteur: str


class Extrait(NamedTuple):
    """One row of the journal, its chain not verified: it says where to look, never what is decided."""

    creance: str
    instant: datetime
    texte: str
    """The JSON text of the content (`faits.lire_contenu`)."""


class Journal(Protocol):
    """Append-only record of all creances; the database refuses update and delete."""

    def lire(self, creance: str) -> tuple[Fait, ...]:
        """All faits of that creance in order, chain verified; empty when unknown.

        Raises JournalAltere when a stored fait does not match its digest.
        """

    def dernier(self, creance: str) -> int:
        """The number of the last fait; 0 when the creance is unknown."""

    def ajouter(
        self,
        contenus: Mapping[str, Sequence[Contenu]],
        attendus: Mapping[str, int],
        *,
        auteur: str,
        instant: datetime,
    ) -> None:
        """Append to one or several creances in one transaction.

        `attendus[creance]` is the number of the last fait that the writer saw (0: creance unknown).
        Raises ConflitJournal, and writes nothing at all, when any of them has moved.
        """

    def creances(self, debiteur: str | None = None) -> tuple[Ouverture, ...]:
        """Every creance, or those of one debtor (`Debiteur.cle`), in order of opening."""

    def extraits(self, types: Collection[str]) -> tuple[Extrait, ...]:
        """In one read, what every creance holds of these kinds (`type` of a content), by creance then in order."""

    def citant(self, valeur: str) -> tuple[str, ...]:
        """The creances of which a fait holds that very text as a value, found without reading their journals.

        What it means there is for the caller to see: a number may be that of a letter, or a reference.
        """
