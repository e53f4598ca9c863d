"""Where the list of exhibits names each of them (pdftotext, from poppler-utils): what its links cover."""

from __future__ import annotations

import html
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from dossier.adapters.bundle_pdf.vue import poppler

_PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', re.DOTALL)
_MOT = re.compile(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)</word>')
JEU = 3.0
"""Points around a line that are clicked with it, and by which a number may leave its column."""
LIGNES_HAUT = 60.0
"""Points that one line of the list may take, its title over several rows."""


class Zone(NamedTuple):
    """A rectangle of a page (from 0), in points, origin at the top left."""

    page: int
    gauche: float
    haut: float
    droite: float
    bas: float


class _Mot(NamedTuple):
    zone: Zone
    texte: str
    largeur_de_page: float


def lignes(chemin: Path, numeros: Sequence[int]) -> dict[int, Zone]:
    """The line of each exhibit that was found, from its number to the right margin.

    Under a heading « Pièce n° », the numbers of its column; elsewhere « Pièce n° N » at the start of a line.
    What is not found is left out; nothing is raised for a document that is laid out otherwise.
    """
    try:
        mots = list(_mots(poppler("pdftotext", "-bbox", str(chemin), "-").decode("utf-8", "replace")))
    except (OSError, subprocess.SubprocessError):
        return {}
    colonne = _colonne(mots)
    trouvees = _dans_la_colonne(mots, colonne, numeros) if colonne else {}
    return _etendre(trouvees or _au_fil_du_texte(mots, numeros))


def _mots(xhtml: str) -> Iterator[_Mot]:
    for rang, (largeur, _, corps) in enumerate(_PAGE.findall(xhtml)):
        for *coins, texte in _MOT.findall(corps):
            gauche, haut, droite, bas = map(float, coins)
            for partie in html.unescape(texte).split():
                yield _Mot(Zone(rang, gauche, haut, droite, bas), partie, float(largeur))


def _colonne(mots: Sequence[_Mot]) -> Zone | None:
    """The heading « Pièce n° » of the list: it is followed by no number."""
    for rang, mot in enumerate(mots):
        tete = " ".join(m.texte for m in mots[rang : rang + 2])
        suite = mots[rang + 2].texte if rang + 2 < len(mots) else ""
        if tete == "Pièce n°" and not suite[:1].isdigit():
            return mot.zone._replace(droite=mots[rang + 1].zone.droite)
    return None


def _dans_la_colonne(mots: Sequence[_Mot], tete: Zone, numeros: Sequence[int]) -> dict[int, _Mot]:
    """The numbers in the order of the list, each below the one before."""
    trouvees: dict[int, _Mot] = {}
    plus_bas = (tete.page, tete.bas - JEU)
    for numero in numeros:
        for mot in mots:
            place = (mot.zone.page, mot.zone.haut)
            milieu = (mot.zone.gauche + mot.zone.droite) / 2
            dedans = tete.gauche - JEU <= milieu <= tete.droite + JEU
            if mot.texte == str(numero) and place >= plus_bas and dedans:
                trouvees[numero] = mot
                plus_bas = place
                break
    return trouvees


def _au_fil_du_texte(mots: Sequence[_Mot], numeros: Sequence[int]) -> dict[int, _Mot]:
    trouvees: dict[int, _Mot] = {}
    for rang, mot in enumerate(mots):
        debut = rang == 0 or not _meme_ligne(mots[rang - 1].zone, mot.zone)
        lu = re.match(r"Pièce n° ?(\d+)\b", " ".join(m.texte for m in mots[rang : rang + 3]))
        if debut and lu and int(lu[1]) in numeros:
            trouvees.setdefault(int(lu[1]), mot)
    return trouvees


def _meme_ligne(un: Zone, autre: Zone) -> bool:
    return un.page == autre.page and abs(un.bas - autre.bas) < JEU


def _etendre(trouvees: dict[int, _Mot]) -> dict[int, Zone]:
    """From each number to the right margin, and down to the next line when it is near."""
    zones: dict[int, Zone] = {}
    suivantes = [*(mot.zone for mot in trouvees.values())][1:]
    for rang, (numero, mot) in enumerate(trouvees.items()):
        zone = mot.zone
        bas = zone.bas + JEU
        suite = suivantes[rang] if rang < len(suivantes) else None
        if suite and suite.page == zone.page and 0 < suite.haut - zone.haut < LIGNES_HAUT:
            bas = max(suite.haut - JEU, zone.bas)
        droite = max(mot.largeur_de_page - zone.gauche, zone.droite)
        zones[numero] = Zone(zone.page, zone.gauche - JEU, zone.haut - JEU, droite, bas)
    return zones
