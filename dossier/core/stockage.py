"""What the examination of an evidence store tells, and what a store does beyond `ports.Store`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol


class Avis(StrEnum):
    CONFORME = "conforme"
    A_CORRIGER = "à corriger"
    INCONNU = "inconnu"
    """The rights are too few, or the server does not tell: the sentence says which."""


class ConstatStockage(NamedTuple):
    """One thing looked at in the store, and one French sentence: what was found and how to mend it."""

    objet: str
    avis: Avis
    message: str


class Gardien(Protocol):
    """What keeps evidence from being erased, and shows it: both stores do all of it."""

    def examiner(self) -> tuple[ConstatStockage, ...]:
        """All that can be known of the store, in a stable order; never raises for what it finds."""

    def retenir(self, cle: str) -> None:
        """Forbid erasing that document until `liberer`; twice is once. Raises DocumentAbsent."""

    def liberer(self, cle: str) -> None:
        """End what `retenir` began; twice is once. Raises DocumentAbsent."""

    def retenu(self, cle: str) -> bool:
        """Whether `retenir` holds for that document. Raises DocumentAbsent."""

    def lien(self, cle: str, jusqu_a: datetime) -> str:
        """Where whoever receives it opens that document until `jusqu_a` (UTC-aware, real time).

        Raises DocumentAbsent, DonneeInvalide (an end that the store cannot give).
        """
