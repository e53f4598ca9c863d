"""Draws « Pièce n° N » on a page whose own content streams stay byte for byte as they are.

Where it goes is measured on an image of the page: a scan has no text to read, but its ink shows. When no
corner is blank, or when the page could not be measured, the page grows by a white band at its top: the
stamp never hides anything.
"""

from __future__ import annotations

import io
from typing import NamedTuple

from pypdf import PageObject, PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ContentStream,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    PdfObject,
    RectangleObject,
    StreamObject,
)
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from dossier.adapters.bundle_pdf.assainir import dico
from dossier.adapters.bundle_pdf.polices import police
from dossier.adapters.bundle_pdf.vue import Cadre, Image, cadre_visible

GRAISSE = "Bold"
CORPS, HAUTEUR, MARGE = 12.0, 22.0, 14.0
"""Points on an A4 page: the size of the text, the height of the box, its distance to the edges."""
A4_LARGEUR = 595.0
CONTENU_MAX = 2_000_000
"""Bytes of content beyond which the balance of saved states is taken for granted."""


class _Place(NamedTuple):
    """Where the stamp goes: bottom left corner as seen, and the page frame it belongs to."""

    x: float
    y: float
    cadre: Cadre


def _place(cadre: Cadre, image: Image | None, large: float, haut: float, marge: float) -> _Place:
    largeur, hauteur = cadre.vue
    droite, sommet = largeur - marge - large, hauteur - marge - haut
    candidats = [(marge + (droite - marge) * part, sommet) for part in (1, 0.9, 0.8, 0.7, 0.6, 0)]
    candidats += [(droite, marge), (marge, marge)]
    jeu = marge / 3
    if image and abs(image.largeur / image.hauteur - largeur / hauteur) < 0.02 * largeur / hauteur:
        for x, y in candidats:
            zone = ((x - jeu) / largeur, (y - jeu) / hauteur)
            fin = ((x + large + jeu) / largeur, (y + haut + jeu) / hauteur)
            if min(zone) >= 0 and max(fin) <= 1 and image.vierge(*zone, *fin):
                return _Place(x, y, cadre)
    return _Place(droite, hauteur + marge / 2, cadre.agrandi(haut + marge))


def poser(writer: PdfWriter, image: Image | None, texte: str) -> None:
    page = writer.pages[0]
    cadre = cadre_visible(page)
    largeur = pdfmetrics.stringWidth(texte, police(GRAISSE), CORPS) + 16
    echelle = max(min(cadre.vue) / A4_LARGEUR, 0.5)
    echelle = min(echelle, 0.9 * cadre.vue[0] / (largeur + MARGE))
    place = _place(cadre, image, largeur * echelle, HAUTEUR * echelle, MARGE * echelle)
    dessin = f"{echelle:.4f} 0 0 {echelle:.4f} {place.x:.3f} {place.y:.3f} cm"
    if place.cadre != cadre:
        _agrandir(page, place.cadre)
        bande = place.cadre.vue[1] - cadre.vue[1]
        fond = f"1 1 1 rg 0 {cadre.vue[1]:.3f} {cadre.vue[0]:.3f} {bande:.3f} re f"
        dessin = f"{fond} {dessin}"
    nom = _nommer(page, _tampon(writer, texte, largeur))
    matrice = " ".join(f"{valeur:.3f}" for valeur in cadre.matrice)
    _encadrer(writer, page, f"/Artifact BMC q {matrice} cm {dessin} {nom} Do Q EMC")


def _agrandir(page: PageObject, cadre: Cadre) -> None:
    papier = page.mediabox
    page.mediabox = RectangleObject(
        (
            min(float(papier.left), cadre.x0),
            min(float(papier.bottom), cadre.y0),
            max(float(papier.right), cadre.x1),
            max(float(papier.top), cadre.y1),
        )
    )
    page.cropbox = RectangleObject(cadre[:4])


def _tampon(writer: PdfWriter, texte: str, largeur: float) -> IndirectObject:
    """The box and its text as a form XObject, font embedded."""
    page = PdfReader(io.BytesIO(_dessiner(texte, largeur))).pages[0]
    forme = DecodedStreamObject()
    contenu = page.get_contents()
    forme.set_data(contenu.get_data() if contenu is not None else b"")
    forme[NameObject("/Type")] = NameObject("/XObject")
    forme[NameObject("/Subtype")] = NameObject("/Form")
    forme[NameObject("/BBox")] = RectangleObject((0, 0, largeur, HAUTEUR))
    forme[NameObject("/Resources")] = dico(page["/Resources"]).clone(writer)
    return _ajouter(writer, forme)


def _dessiner(texte: str, largeur: float) -> bytes:
    dessin = io.BytesIO()
    toile = Canvas(dessin, pagesize=(largeur, HAUTEUR), invariant=1, initialFontName=police(GRAISSE))
    toile.setFillColorRGB(1, 1, 1)
    toile.setLineWidth(0.8)
    toile.rect(0.4, 0.4, largeur - 0.8, HAUTEUR - 0.8, fill=1)
    toile.setFillColorRGB(0, 0, 0)
    toile.setFont(police(GRAISSE), CORPS)
    toile.drawCentredString(largeur / 2, (HAUTEUR - CORPS * 0.7) / 2, texte)
    toile.save()
    return dessin.getvalue()


def _nommer(page: PageObject, forme: IndirectObject) -> str:
    """Give the page a name for the form, in a copy of its resources: others may share them."""
    ressources = DictionaryObject(dico(_herite(page, "/Resources")))
    objets = DictionaryObject(dico(ressources.get("/XObject")))
    nom = next(n for n in (f"/Tampon{i}" for i in range(len(objets) + 1)) if n not in objets)
    objets[NameObject(nom)] = forme
    ressources[NameObject("/XObject")] = objets
    page[NameObject("/Resources")] = ressources
    return nom


def _herite(page: DictionaryObject, cle: str) -> PdfObject | None:
    noeud = page
    for _ in range(50):
        if cle in noeud or "/Parent" not in noeud:
            break
        noeud = dico(noeud["/Parent"])
    return noeud.get(cle)


def _encadrer(writer: PdfWriter, page: PageObject, dessin: str) -> None:
    """Draw after the page's own streams, which stay as they are, from an untouched graphics state."""
    propre = page.get("/Contents")
    resolu = propre.get_object() if propre is not None else None
    flux: list[PdfObject] = list(resolu) if isinstance(resolu, ArrayObject) else []
    if isinstance(resolu, StreamObject):
        flux = [page.raw_get("/Contents")]
    avant, apres = _desequilibre(page)
    page[NameObject("/Contents")] = ArrayObject(
        [
            _ajouter(writer, _flux("q\n" * avant)),
            *flux,
            _ajouter(writer, _flux("\nQ" * apres + f"\n{dessin}\n")),
        ]
    )


def _ajouter(writer: PdfWriter, objet: PdfObject) -> IndirectObject:
    return writer._add_object(objet)  # noqa: SLF001 - pypdf has no public way to add an object


def _flux(texte: str) -> StreamObject:
    flux = DecodedStreamObject()
    flux.set_data(texte.encode("ascii"))
    return flux


def _desequilibre(page: PageObject) -> tuple[int, int]:
    """How many states to save before and to restore after, for a page that may leave some open."""
    contenu = page.get_contents()
    profondeur = plus_bas = 0
    if not isinstance(contenu, ContentStream) or len(contenu.get_data()) > CONTENU_MAX:
        return 1, 1
    for _, operateur in contenu.operations:
        profondeur += {b"q": 1, b"Q": -1}.get(operateur, 0)
        plus_bas = min(plus_bas, profondeur)
    avant = 1 - plus_bas
    return avant, avant + profondeur
