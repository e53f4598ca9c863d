"""Text on a sheet, in a font that has each character: Carlito as in the letters, else the next one installed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

POLICES = Path("/usr/share/fonts/truetype")
FAMILLES = (
    ("crosextra/Carlito-Regular.ttf", "crosextra/Carlito-Bold.ttf"),
    ("liberation2/LiberationSans-Regular.ttf", "liberation2/LiberationSans-Bold.ttf"),
    ("liberation/LiberationSans-Regular.ttf", "liberation/LiberationSans-Bold.ttf"),
    ("dejavu/DejaVuSans.ttf", "dejavu/DejaVuSans-Bold.ttf"),
    ("droid/DroidSansFallbackFull.ttf", "droid/DroidSansFallbackFull.ttf"),
)
"""Regular and bold of each family, in order of preference."""
ABSENT = "?"
"""Drawn for a character that no font here has."""
_HEBREU_ARABE = r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff]+"
DROITE_A_GAUCHE = re.compile(f"{_HEBREU_ARABE}(?: +{_HEBREU_ARABE})*")
INSECABLES = "\u00a0\u202f"
INVISIBLES = {"Cc", "Cf", "Cs"}
"""Unicode categories: controls, format marks, halves of a character."""


class _Police(NamedTuple):
    nom: str
    codes: Container[int]


def nettoyer(texte: str) -> str:
    """The same words on one line: accents composed, controls and marks that show nothing left out."""
    compose = unicodedata.normalize("NFC", texte)
    mots = (" " if c.isspace() and c not in INSECABLES else c for c in compose)
    visibles = "".join(c for c in mots if unicodedata.category(c) not in INVISIBLES)
    return " ".join(mot for mot in visibles.split(" ") if mot)


def sure(texte: str) -> bool:
    """Whether `texte` is drawn as the letter writes it: all in the first font, from left to right."""
    (premiere, *_) = _echelle(gras=False)
    return not DROITE_A_GAUCHE.search(texte) and all(ord(c) in premiere.codes for c in nettoyer(texte))


def premiere_police() -> str:
    """The name under which reportlab knows the font of ordinary text."""
    return _echelle(gras=False)[0].nom


def largeur(texte: str, corps: float, *, gras: bool = False) -> float:
    """Its width in points at the size `corps`, in points."""
    return sum(_largeur(bout, police, corps) for police, bout in _bouts(texte, gras))


def ecrire(toile: Canvas, x: float, y: float, texte: str, corps: float, *, gras: bool = False) -> None:
    """Draw one line whose baseline begins at (x, y), in points from the bottom left corner."""
    visuel = DROITE_A_GAUCHE.sub(lambda trouve: trouve.group()[::-1], texte)
    for police, bout in _bouts(visuel, gras):
        toile.setFont(police, corps)
        toile.drawString(x, y, bout)
        x += _largeur(bout, police, corps)


def couper(texte: str, corps: float, large: float, *, gras: bool = False) -> list[str]:
    """Its lines, none wider than `large` points; a longer word is cut. None when nothing of it shows."""
    lignes = [""]
    for mot in nettoyer(texte).split(" "):
        essai = f"{lignes[-1]} {mot}".strip(" ")
        if largeur(essai, corps, gras=gras) <= large:
            lignes[-1] = essai
        else:
            morceaux = list(_hacher(mot, corps, large, gras))
            lignes = [*lignes, *morceaux] if lignes[-1] else morceaux
    return [ligne for ligne in lignes if ligne]


def _largeur(texte: str, police: str, corps: float) -> float:
    return float(pdfmetrics.stringWidth(texte, police, corps))


def _hacher(mot: str, corps: float, large: float, gras: bool) -> Iterator[str]:
    bout, pris = "", 0.0
    for caractere in mot:
        sien = largeur(caractere, corps, gras=gras)
        if bout and pris + sien > large:
            yield bout
            bout, pris = "", 0.0
        bout, pris = bout + caractere, pris + sien
    yield bout


def _bouts(texte: str, gras: bool) -> Iterator[tuple[str, str]]:
    """The text cut where the font changes."""
    choix = [_choisir(caractere, gras) for caractere in texte]
    for police, suite in groupby(choix, key=lambda paire: paire[0]):
        yield police, "".join(caractere for _, caractere in suite)


def _choisir(caractere: str, gras: bool) -> tuple[str, str]:
    echelle = _echelle(gras=gras)
    for police in echelle:
        if ord(caractere) in police.codes:
            return police.nom, caractere
    return echelle[0].nom, ABSENT


@cache
def _echelle(*, gras: bool) -> tuple[_Police, ...]:
    """The fonts of this machine, the preferred one first; one of PDF itself, with French accents, comes last."""
    fichiers = [POLICES / famille[gras] for famille in FAMILLES]
    installees = [police for police in map(_charger, fichiers) if police]
    return (*installees, _Police("Helvetica-Bold" if gras else "Helvetica", _CODES_WINDOWS))


def _charger(fichier: Path) -> _Police | None:
    """Known to reportlab under its own name; None when it is absent or damaged: another one will do."""
    nom = f"Fiche{fichier.stem}"
    try:
        police = TTFont(nom, str(fichier))
    except (TTFError, OSError):
        return None
    pdfmetrics.registerFont(police)
    return _Police(nom, frozenset(police.face.charToGlyph))


_CODES_WINDOWS = frozenset(
    ord(c)
    for c in bytes(range(32, 256)).decode("cp1252", errors="ignore")
    if c.isprintable() or c == "\u00a0"
)
