"""The sheet that goes with a registered letter to the print tray: where it goes, what to do, what to note.

It stays with whoever posts the letter. It is not evidence, and no journal speaks of it.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from typing import NamedTuple

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from dossier.adapters.post_manual.ecriture import (
    couper,
    ecrire,
    nettoyer,
    premiere_police,
    sure,
)
from dossier.core.ports import Lettre

MM = 72 / 25.4
"""Points in a millimetre."""
ENCRE, BLEU, GRIS, FILET = HexColor("#1A1A1A"), HexColor("#1F3A5F"), HexColor("#5B6470"), HexColor("#C3CBD6")
INTERLIGNE = 1.16
CORPS_MINIMAL = 5.0
"""Points: below it nothing is legible, and the end of the text is left out instead."""
MENTION = "Lettre recommandée avec avis de réception"
AVANT = (
    "La lettre est signée.",
    "Toutes ses pages sont là, dans l’ordre.",
    "L’avis de réception est rempli au nom de l’expéditeur\u00a0: c’est à lui qu’il revient.",
)
APRES = (
    "La preuve de dépôt est numérisée dans la boîte de réception, sous le numéro du recommandé.",
    "Le numéro et la date notés plus haut sont enregistrés\u00a0:",
)
SAISIE = (
    "dans l’écran de Prefect, par le formulaire «\u00a0depot-recommande\u00a0»\u00a0;",
    "ou dans un terminal\u00a0: dossier depot FACTURE NUMÉRO --jour JJ/MM/AAAA",
)
PIED = "Fiche de travail\u00a0: elle reste au bureau, ne la mettez pas sous pli."
RESERVE = "Adresse à relire sur la lettre\u00a0: cette fiche n’a pas pu l’écrire exactement."

# reportlab reads every font through one cursor: two threads at once would mix up their glyphs.
_VERROU = threading.Lock()


class _Cadre(NamedTuple):
    """A frame in millimetres, from the top left corner of the page."""

    x: float
    haut: float
    large: float
    hauteur: float


EXPEDITEUR = _Cadre(22, 21, 80, 68)
FENETRE = _Cadre(110, 50, 78, 38)
"""Where the letters have their address: the window of a DL or C6/5 envelope."""
TITRE = _Cadre(22, 108, 166, 15)
NUMERO, DATE = _Cadre(22, 140, 104, 19), _Cadre(131, 140, 57, 19)
NOM = _Cadre(22, 282, 166, 6)


class _Bloc(NamedTuple):
    """Lines that fit in a frame, each with whether it is bold."""

    lignes: tuple[tuple[str, bool], ...]
    corps: float
    entier: bool


def dessiner(lettre: Lettre) -> bytes:
    """One A4 page as a PDF with its fonts inside; the same letter gives the same bytes on one machine."""
    with _VERROU:
        flux = io.BytesIO()
        toile = Canvas(flux, pagesize=A4, invariant=1, lang="fr-FR", initialFontName=premiere_police())
        toile.setTitle(nettoyer(f"Fiche d’adresse – {lettre.intitule}"))
        _adresses(toile, lettre)
        _intitule(toile, lettre.intitule)
        _a_noter(toile, NUMERO, "N° du recommandé\u00a0:")
        _a_noter(toile, DATE, "Date de dépôt\u00a0:")
        _a_faire(toile)
        _pied(toile, lettre.nom)
        toile.save()
        return flux.getvalue()


def _adresses(toile: Canvas, lettre: Lettre) -> None:
    _legende(toile, EXPEDITEUR, "EXPÉDITEUR")
    _poser(toile, EXPEDITEUR, _ajuster(EXPEDITEUR, lettre.expediteur, 10.5), GRIS)
    _legende(toile, FENETRE._replace(haut=FENETRE.haut - 5), "DESTINATAIRE")
    bloc = _ajuster(FENETRE, lettre.destinataire, 11.5)
    _poser(toile, FENETRE, bloc, ENCRE)
    _reperes(toile)
    if not bloc.entier or not all(map(sure, lettre.destinataire)):
        _texte(toile, FENETRE.x, 95, RESERVE, 8, BLEU, gras=True)


def _intitule(toile: Canvas, intitule: str) -> None:
    bloc = _ajuster(TITRE, (intitule,), 17)
    bas = _poser(toile, TITRE, bloc, BLEU)
    _texte(toile, TITRE.x, bas + 4.5, MENTION, 12.5, ENCRE)


def _a_noter(toile: Canvas, cadre: _Cadre, libelle: str) -> None:
    """A box with a line to write on."""
    toile.setStrokeColor(FILET)
    toile.setLineWidth(0.8)
    toile.roundRect(
        cadre.x * MM, _y(cadre.haut + cadre.hauteur), cadre.large * MM, cadre.hauteur * MM, 1.5 * MM
    )
    _texte(toile, cadre.x + 3, cadre.haut + 5.5, libelle, 9.5, GRIS)
    _trait(toile, cadre.x + 3, cadre.x + cadre.large - 3, cadre.haut + cadre.hauteur - 4)


def _a_faire(toile: Canvas) -> None:
    haut = _liste(toile, 175, "Avant de poster", AVANT)
    haut = _liste(toile, haut + 8, "Après le dépôt", APRES)
    for ligne in SAISIE:
        _texte(toile, 34, haut, ligne, 11, ENCRE)
        haut += 6.5


def _liste(toile: Canvas, haut: float, titre: str, lignes: Sequence[str]) -> float:
    """Boxes to tick under a title; gives where the next line goes."""
    _texte(toile, 22, haut, titre, 12.5, BLEU, gras=True)
    _trait(toile, 22, 188, haut + 2.2)
    haut += 10
    for ligne in lignes:
        toile.setStrokeColor(GRIS)
        toile.setLineWidth(0.9)
        toile.rect(22.2 * MM, _y(haut + 0.5), 3.6 * MM, 3.6 * MM)
        _texte(toile, 30, haut, ligne, 11, ENCRE)
        haut += 8
    return haut - 1


def _pied(toile: Canvas, nom: str) -> None:
    _trait(toile, 22, 188, 276)
    _texte(toile, 22, 280.5, PIED, 9, GRIS)
    _poser(toile, NOM, _ajuster(NOM, (nom,), 8, gras=False), GRIS)


def _reperes(toile: Canvas) -> None:
    """The corners of the window, and the fold of a sheet folded in three."""
    gauche, droite = FENETRE.x - 4, FENETRE.x + FENETRE.large + 4
    haut, bas = FENETRE.haut - 3, FENETRE.haut + FENETRE.hauteur + 2
    toile.setStrokeColor(FILET)
    toile.setLineWidth(0.6)
    for x, vers in ((gauche, 4), (droite, -4)):
        for y, sens in ((haut, 4), (bas, -4)):
            toile.line(x * MM, _y(y), (x + vers) * MM, _y(y))
            toile.line(x * MM, _y(y), x * MM, _y(y + sens))
    for debut in (4, 201):
        _trait(toile, debut, debut + 5, 99)


def _legende(toile: Canvas, cadre: _Cadre, texte: str) -> None:
    _texte(toile, cadre.x, cadre.haut - 2, texte, 7, GRIS)


def _ajuster(cadre: _Cadre, lignes: Sequence[str], corps: float, *, gras: bool = True) -> _Bloc:
    """Those lines, the first one bold, in the largest size up to `corps` points that fits in the frame."""
    while True:
        coupees = tuple(
            (bout, gras and rang == 0)
            for rang, ligne in enumerate(lignes)
            for bout in couper(ligne, corps, cadre.large * MM, gras=gras and rang == 0)
        )
        possibles = int(cadre.hauteur * MM / (corps * INTERLIGNE))
        if len(coupees) <= possibles:
            return _Bloc(coupees, corps, entier=True)
        if corps <= CORPS_MINIMAL:
            return _Bloc((*coupees[: possibles - 1], ("…", False)), corps, entier=False)
        corps -= 0.5


def _poser(toile: Canvas, cadre: _Cadre, bloc: _Bloc, couleur: Color) -> float:
    """Draw the lines from the top of the frame; gives where they end, in millimetres from the top."""
    haut = cadre.haut + bloc.corps / MM
    for ligne, gras in bloc.lignes:
        _texte(toile, cadre.x, haut, ligne, bloc.corps, couleur, gras=gras)
        haut += bloc.corps * INTERLIGNE / MM
    return haut


def _texte(
    toile: Canvas, x: float, y: float, texte: str, corps: float, couleur: Color, *, gras: bool = False
) -> None:
    toile.setFillColor(couleur)
    ecrire(toile, x * MM, _y(y), texte, corps, gras=gras)


def _trait(toile: Canvas, debut: float, fin: float, haut: float) -> None:
    toile.setStrokeColor(FILET)
    toile.setLineWidth(0.6)
    toile.line(debut * MM, _y(haut), fin * MM, _y(haut))


def _y(haut: float) -> float:
    """Points from the bottom of the page, of a distance to its top in millimetres."""
    return float(A4[1]) - haut * MM
