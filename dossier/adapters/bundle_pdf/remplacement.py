"""The page that stands for an exhibit that cannot be stamped or bound (reportlab)."""

from __future__ import annotations

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from dossier.adapters.bundle_pdf.polices import police

MARGE, HAUT = 70.0, 130.0
LARGEUR = A4[0] - 2 * MARGE


def page_de_remplacement(numero: int, titre: str, raison: str, original: str) -> bytes:
    """One A4 page: number and title of the exhibit, why it is not shown, where its original is.

    `raison` is a predicate of « l'original »; equal inputs give equal bytes.
    """
    lignes = (
        ("Bold", 20.0, f"Pièce n°\u00a0{numero}"),
        ("Regular", 14.0, titre),
        ("Bold", 12.0, "Page de remplacement"),
        ("Regular", 11.0, f"Cette pièce ne peut pas être reproduite ici\u00a0: son original {raison}."),
        ("Regular", 11.0, "L'original est joint au dossier, tel quel, sous le nom\u00a0:"),
        ("Bold", 10.0, original),
    )
    sortie = io.BytesIO()
    toile = Canvas(sortie, pagesize=A4, invariant=1, initialFontName=police("Regular"))
    y = A4[1] - HAUT
    for graisse, corps, texte in lignes:
        toile.setFont(police(graisse), corps)
        for ligne in _couper(texte, police(graisse), corps):
            toile.drawString(MARGE, y, ligne)
            y -= corps * 1.4
        y -= corps
    toile.save()
    return sortie.getvalue()


def _couper(texte: str, nom: str, corps: float) -> list[str]:
    """Lines that fit the page; a path without a space is cut where it must."""
    lignes: list[str] = []
    for ligne in simpleSplit(texte, nom, corps, LARGEUR):
        reste = ligne
        while len(reste) > (maximum := int(LARGEUR / (corps * 0.62))) and " " not in reste:
            lignes.append(reste[:maximum])
            reste = reste[maximum:]
        lignes.append(reste)
    return lignes
