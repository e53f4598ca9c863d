"""Bar charts: an SVG that a browser reads, whose bars are as long as their values."""

from __future__ import annotations

from decimal import Decimal

import pytest
from lxml import etree

from dossier.adapters.graphiques import Barre, barres

SVG = "{http://www.w3.org/2000/svg}"


def _lue(svg: bytes) -> etree._Element:
    return etree.fromstring(svg, etree.XMLParser(resolve_entities=False, no_network=True))


def _largeurs(svg: bytes) -> list[float]:
    """Of the bars, from top to bottom; the white ground left aside."""
    rectangles = [r for r in _lue(svg).iter(f"{SVG}rect") if "fill:rgb(12%,21%,39%)" in _couleur(r)]
    return [float(r.get("width")) for r in sorted(rectangles, key=lambda r: -float(r.get("y")))]


def _couleur(rectangle: etree._Element) -> str:
    return (rectangle.get("style") or "").replace(" ", "")


def test_les_barres_ont_la_longueur_de_leur_valeur_de_haut_en_bas() -> None:
    lignes = [
        Barre("Un", Decimal(100), "100"),
        Barre("Deux", Decimal(50), "50"),
        Barre("Zéro", Decimal(0), "0"),
    ]
    un, deux = _largeurs(barres("Titre", lignes, "1F3864"))
    assert un == pytest.approx(2 * deux)
    assert deux > 0


def test_les_mots_sont_echappes_et_gardent_leurs_accents() -> None:
    svg = barres("Âge & <b>", [Barre("Échu | <script>", Decimal(1), "1\u00a0000,00\u00a0€")], "1F3864")
    textes = [texte.strip() for texte in _lue(svg).itertext() if texte.strip()]
    assert {"Âge & <b>", "Échu | <script>", "1\u00a0000,00\u00a0€"} <= set(textes)
    assert b"<script" not in svg


def test_rien_que_des_zeros_se_dessine_aussi() -> None:
    vide = barres("Vide", [Barre("Rien", Decimal(0), "zéro")], "1F3864")
    assert _largeurs(vide) == []
    assert {"Rien", "zéro"} <= {texte.strip() for texte in _lue(vide).itertext()}
