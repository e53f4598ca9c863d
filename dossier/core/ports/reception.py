"""What arrives: the inbox, and how a scan is read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol


class Boite(Protocol):
    """The inbox where scans of deposit proofs, notices and returned envelopes arrive."""

    def lister(self) -> Sequence[str]:
        """Names of the files that wait, sorted; those still being written are left out."""

    def lire(self, nom: str) -> bytes:
        """Raises DonneeInvalide when it cannot be read or is too large."""

    def ranger(self, nom: str, sous: str) -> None:
        """Move it to the sub-folder `sous`, never over another file."""

    def lieu(self) -> str:
        """Where a person finds it."""


class Scan(NamedTuple):
    """A scanned paper as it will be kept, and the words read in it."""

    pdf: bytes
    texte: str


class LecteurDeScan(Protocol):
    def lire(self, contenu: bytes) -> Scan:
        """A PDF or an image. Raises DonneeInvalide when it cannot be opened."""
