"""A page as its reader sees it: its frame, its rotation, its ink (pdftoppm, from poppler-utils)."""

from __future__ import annotations

import resource
import signal
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from pypdf import PageObject

from dossier.adapters.bundle_pdf.refus import piege

ENCRE = 24
"""How much darker or lighter (of 255) than the paper a pixel must be to count as ink."""
MESURE_S = 10
"""Seconds of its processor, and three times as many in all."""
MEMOIRE = 300_000_000
"""Bytes of address space of a command of poppler."""


class Cadre(NamedTuple):
    """The visible rectangle of a page in its own units, and how a viewer turns it."""

    x0: float
    y0: float
    x1: float
    y1: float
    rotation: int

    @property
    def vue(self) -> tuple[float, float]:
        """Width and height as the reader sees them."""
        cotes = (self.x1 - self.x0, self.y1 - self.y0)
        return cotes if self.rotation in (0, 180) else (cotes[1], cotes[0])

    @property
    def matrice(self) -> tuple[float, ...]:
        """From a point as seen (origin bottom left) to the page's own units (ISO 32000-1, 8.3.3)."""
        return {
            0: (1, 0, 0, 1, self.x0, self.y0),
            90: (0, 1, -1, 0, self.x1, self.y0),
            180: (-1, 0, 0, -1, self.x1, self.y1),
            270: (0, -1, 1, 0, self.x0, self.y1),
        }[self.rotation]

    def agrandi(self, haut: float) -> Cadre:
        """The same, with a band of that height added at the top as seen."""
        return {
            0: self._replace(y1=self.y1 + haut),
            90: self._replace(x0=self.x0 - haut),
            180: self._replace(y0=self.y0 - haut),
            270: self._replace(x1=self.x1 + haut),
        }[self.rotation]


def cadre_visible(page: PageObject) -> Cadre:
    papier, visible = page.mediabox, page.cropbox
    x0, x1 = max(papier.left, visible.left), min(papier.right, visible.right)
    y0, y1 = max(papier.bottom, visible.bottom), min(papier.top, visible.top)
    if x0 >= x1 or y0 >= y1:
        x0, y0, x1, y1 = papier.left, papier.bottom, papier.right, papier.top
    if x0 >= x1 or y0 >= y1:
        raise ValueError("empty page box")
    return Cadre(float(x0), float(y0), float(x1), float(y1), page.rotation % 360)


class Image(NamedTuple):
    """A page in grey levels, first row at the top."""

    largeur: int
    hauteur: int
    pixels: bytes

    def vierge(self, gauche: float, bas: float, droite: float, haut: float) -> bool:
        """Whether that part (fractions of the page, origin bottom left) is nothing but paper."""
        colonnes = range(
            int(gauche * self.largeur),
            min(self.largeur, int(droite * self.largeur) + 1),
        )
        rangs = range(
            int((1 - haut) * self.hauteur),
            min(self.hauteur, int((1 - bas) * self.hauteur) + 1),
        )
        valeurs = sorted(self.pixels[r * self.largeur + c] for r in rangs for c in colonnes)
        papier = valeurs[len(valeurs) // 2]
        return valeurs[-1] - papier <= ENCRE and papier - valeurs[0] <= ENCRE


def dessiner(chemin: Path) -> Image | None:
    """Page one as a viewer shows it, or None when it could not be drawn.

    Raises Refus when drawing has no end: no reader could open that page.
    """
    commande = ["pdftoppm", "-gray", "-cropbox", "-f", "1", "-l", "1", "-scale-to", "1000"]
    try:
        rendu = poppler(*commande, str(chemin))
        genre, taille, _, pixels = rendu.split(b"\n", 3)
        largeur, hauteur = (int(nombre) for nombre in taille.split())
    except subprocess.TimeoutExpired as error:
        raise piege() from error
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return Image(largeur, hauteur, pixels) if len(pixels) == largeur * hauteur and genre == b"P5" else None


def poppler(*commande: str) -> bytes:
    """What a command of poppler-utils writes, within its own limits of memory and time.

    Raises OSError (not installed), TimeoutExpired, or another SubprocessError.
    """
    with subprocess.Popen(commande, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as processus:
        try:
            with suppress(ProcessLookupError):
                resource.prlimit(processus.pid, resource.RLIMIT_AS, (MEMOIRE, MEMOIRE))
                resource.prlimit(processus.pid, resource.RLIMIT_CPU, (MESURE_S, MESURE_S))
            sortie, _ = processus.communicate(timeout=3 * MESURE_S)
        except BaseException:
            processus.kill()
            raise
    if processus.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise subprocess.TimeoutExpired(commande, MESURE_S)
    if processus.returncode:
        raise subprocess.CalledProcessError(processus.returncode, commande)
    return sortie
