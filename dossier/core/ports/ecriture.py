"""How letters are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol


class Rendu(Protocol):
    def rendre(self, modele: str, contexte: Mapping[str, Any]) -> bytes:
        """A Word file from `templates/<modele>.docx`. Raises ErreurRendu naming file and variable."""

    def texte(self, docx: bytes) -> str:
        """What that Word file says, headers and footers included, one line per paragraph."""


class RenduTexte(Protocol):
    def rendre(self, modele: str, contexte: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and body from `templates/<modele>.txt`. Raises ErreurRendu."""


class Convertisseur(Protocol):
    def pdf(self, docx: bytes) -> bytes:
        """PDF/A-2b of a Word file. Raises ErreurConversion."""
