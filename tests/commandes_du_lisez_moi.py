"""The commands that a reader of LISEZ-MOI.txt types: what he sees indented, line by line."""

from __future__ import annotations

RETRAIT = "    "


def commandes(texte: str) -> list[str]:
    return [ligne.strip() for ligne in texte.splitlines() if ligne.startswith(RETRAIT)]
