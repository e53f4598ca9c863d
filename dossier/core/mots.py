"""Words compared whatever their accents, their capitals and what stands between them."""

from __future__ import annotations

import re
import unicodedata


def sans_accents(texte: str) -> str:
    """The same letters without their accents; ligatures and other forms as plain letters."""
    decompose = unicodedata.normalize("NFKD", texte.replace("œ", "oe").replace("Œ", "OE"))
    return "".join(c for c in decompose if not unicodedata.combining(c))


def mots(texte: str) -> str:
    """The words of a text in small letters without accents, one space between two: `cher confrere`."""
    return re.sub(r"[^a-z0-9]+", " ", sans_accents(texte).lower()).strip()
