"""The fonts of what is drawn here, embedded."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from dossier.core.errors import ErreurAssemblage

DOSSIERS = (
    Path("/usr/share/fonts/truetype/liberation2"),
    Path("/usr/share/fonts/truetype/liberation"),
)


@cache
def police(graisse: str) -> str:
    """The name of Liberation Sans in that weight (« Bold », « Regular »), registered once.

    Raises ErreurAssemblage when it is not installed.
    """
    for chemin in (dossier / f"LiberationSans-{graisse}.ttf" for dossier in DOSSIERS):
        if chemin.is_file():
            try:
                pdfmetrics.registerFont(TTFont(f"Dossier{graisse}", str(chemin)))
            except TTFError as error:
                raise ErreurAssemblage(f"La police {chemin} est illisible : réinstallez-la.") from error
            return f"Dossier{graisse}"
    raise ErreurAssemblage(
        "La police Liberation Sans, qui sert à tamponner les pièces, n'est pas installée : "
        "installez le paquet fonts-liberation2."
    )
