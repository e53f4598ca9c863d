"""What a person records of a registered letter: its deposit, what became of it, that it is taken back."""

from __future__ import annotations

from dossier.services.plis.avis import accuse
from dossier.services.plis.depots import depot
from dossier.services.plis.retrait import retirer

__all__ = [
    "accuse",
    "depot",
    "retirer",
]
