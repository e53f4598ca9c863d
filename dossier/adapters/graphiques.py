"""Bar charts as SVG images: reportlab draws them, a browser shows them in a page, nothing is fetched."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.barcharts import HorizontalBarChart
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib.colors import HexColor, white

LARGEUR, MARGE_GAUCHE, MARGE_DROITE = 760, 210, 130
HAUT, PAS = 44, 30
ENCRE = HexColor(0x1F2937)
TEXTE = {"fontName": "Helvetica", "fontSize": 12, "fillColor": ENCRE}


class Barre(NamedTuple):
    """One bar: its label, its length, what is written at its end."""

    libelle: str
    valeur: Decimal
    ecrite: str


def barres(titre: str, lignes: Sequence[Barre], couleur: str) -> bytes:
    """An SVG of horizontal bars from top to bottom, on white so that it reads on any page.

    `couleur`: red-green-blue in hexadecimal. Values are zero or more; at least one bar.
    """
    hauteur = HAUT + PAS * len(lignes) + 10
    dessin = Drawing(LARGEUR, hauteur)
    dessin.add(Rect(0, 0, LARGEUR, hauteur, fillColor=white, strokeColor=None))
    dessin.add(String(14, hauteur - 26, titre, **{**TEXTE, "fontSize": 15}))
    dessin.add(_graphe(lignes, HexColor(f"#{couleur}")))
    svg = renderSVG.drawToString(dessin)
    return svg if isinstance(svg, bytes) else svg.encode()


def _graphe(lignes: Sequence[Barre], couleur: HexColor) -> HorizontalBarChart:
    graphe = HorizontalBarChart()
    graphe.x, graphe.y = MARGE_GAUCHE, 8
    graphe.width, graphe.height = LARGEUR - MARGE_GAUCHE - MARGE_DROITE, PAS * len(lignes)
    graphe.data = [[float(barre.valeur) for barre in lignes]]
    graphe.barWidth, graphe.groupSpacing = 7, 4
    graphe.bars[0].fillColor, graphe.bars[0].strokeColor = couleur, None
    _ecrire_les_valeurs(graphe, [barre.ecrite for barre in lignes])
    axe = graphe.categoryAxis
    axe.categoryNames, axe.reverseDirection = [barre.libelle for barre in lignes], 1
    axe.visibleTicks, axe.strokeColor = 0, HexColor(0x9CA3AF)
    axe.labels.dx, axe.labels.boxAnchor = -6, "e"
    _police(axe.labels)
    graphe.valueAxis.visible = 0
    graphe.valueAxis.valueMin = 0
    graphe.valueAxis.valueMax = max(float(barre.valeur) for barre in lignes) or 1
    return graphe


def _ecrire_les_valeurs(graphe: HorizontalBarChart, ecrites: list[str]) -> None:
    graphe.barLabelFormat, graphe.barLabelArray = "values", [ecrites]
    graphe.barLabels.boxAnchor, graphe.barLabels.dx = "w", 6
    _police(graphe.barLabels)


def _police(etiquettes: object) -> None:
    for nom, valeur in TEXTE.items():
        setattr(etiquettes, nom, valeur)
