"""An image as a PDF, one page per image, without loss: a JPEG byte for byte, other pixels deflated."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import NamedTuple

from PIL import Image, ImageOps, ImageSequence
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject, StreamObject

from dossier.core.errors import DonneeInvalide

PIXELS_MAX = 80_000_000
"""Of one page: A3 at 600 dpi has 70 million."""
PAGES_MAX = 100
POUCE = 72
"""Points to the inch."""
DPI_MIN, DPI_MAX = 50, 2400
COTE_MIN = 3.0
"""Points of the smallest sheet (ISO 32000-1, annex C)."""
A4 = (595.276, 841.89)
GRAND = (850.0, 1200.0)
"""Points of the largest sheet taken at its word: A3, and what scanners add to it."""
ORIENTATION = 0x0112
COULEURS = {"1": "/DeviceGray", "L": "/DeviceGray", "RGB": "/DeviceRGB"}
TROP_GRANDE = "L'image est trop grande : numérisez-la de nouveau, à 300 points par pouce."
ILLISIBLE = "L'image est endommagée ou incomplète : numérisez-la de nouveau, de préférence en PDF."


class _Page(NamedTuple):
    """An image on its sheet, in points as a reader sees it."""

    flux: StreamObject
    largeur: float
    hauteur: float
    orientation: int

    @property
    def matrice(self) -> tuple[float, ...]:
        """From the unit square of the stored image to the sheet, turned as its EXIF orientation says."""
        x, y = self.largeur, self.hauteur
        return {
            2: (-x, 0, 0, y, x, 0),
            3: (-x, 0, 0, -y, x, y),
            4: (x, 0, 0, -y, 0, y),
            5: (0, -y, -x, 0, x, y),
            6: (0, -y, x, 0, 0, y),
            7: (0, y, x, 0, 0, 0),
            8: (0, y, -x, 0, x, 0),
        }.get(self.orientation, (x, 0, 0, y, 0, 0))


def en_pdf(contenu: bytes) -> bytes:
    """The PDF of a PNG, a JPEG or a TIFF, each page at its size on paper; equal images give equal bytes.

    Raises DonneeInvalide.
    """
    writer = PdfWriter()
    try:
        with Image.open(io.BytesIO(contenu), formats=("PNG", "JPEG", "TIFF")) as image:
            for page in _pages(image, contenu):
                _ajouter(writer, page)
    except Image.DecompressionBombError as error:
        raise DonneeInvalide(TROP_GRANDE) from error
    except (DonneeInvalide, MemoryError):
        raise
    except Exception as error:
        raise DonneeInvalide(ILLISIBLE) from error
    sortie = io.BytesIO()
    writer.write(sortie)
    return sortie.getvalue()


def _pages(image: Image.Image, contenu: bytes) -> Iterator[_Page]:
    for rang, vue in enumerate(ImageSequence.Iterator(image)):
        if rang >= PAGES_MAX:
            raise DonneeInvalide(f"L'image a plus de {PAGES_MAX} pages : numérisez-la en plusieurs fichiers.")
        if vue.width * vue.height > PIXELS_MAX:
            raise DonneeInvalide(TROP_GRANDE)
        if contenu.startswith(b"\xff\xd8"):
            yield _jpeg(vue, contenu)
            return
        yield _deflatee(vue)


def _jpeg(image: Image.Image, contenu: bytes) -> _Page:
    orientation = image.getexif().get(ORIENTATION, 1)
    image.load()
    if image.mode not in COULEURS:
        return _deflatee(image)
    flux = _flux(image, contenu)
    flux[NameObject("/Filter")] = NameObject("/DCTDecode")
    return _Page(flux, *_papier(image, tournee=orientation in {5, 6, 7, 8}), orientation)


def _deflatee(image: Image.Image) -> _Page:
    ImageOps.exif_transpose(image, in_place=True)
    droite = _en_clair(image)
    return _Page(_flux(droite, droite.tobytes()).flate_encode(), *_papier(droite, tournee=False), 1)


def _en_clair(image: Image.Image) -> Image.Image:
    """The same picture in a mode that a PDF knows: what is transparent becomes white paper."""
    if image.mode in COULEURS:
        return image
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda niveau: niveau * (1 / 256)).convert("L")
    if image.has_transparency_data:
        teinte = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", teinte.size, "white"), teinte).convert("RGB")
    return image.convert("L" if image.mode == "F" else "RGB")


def _papier(image: Image.Image, *, tournee: bool) -> tuple[float, float]:
    """Width and height of the sheet: by its resolution, else (none, or larger than A3) as large as A4 holds."""
    finesse = image.info.get("dpi", (0, 0))
    connue = all(DPI_MIN <= points <= DPI_MAX for points in finesse)
    points = finesse if connue else (POUCE, POUCE)
    cotes = tuple(n * POUCE / float(dpi) for n, dpi in zip(image.size, points, strict=True))
    largeur, hauteur = cotes[::-1] if tournee else cotes
    if not connue or min(cotes) > GRAND[0] or max(cotes) > GRAND[1]:
        echelle = min(A4[0] / min(cotes), A4[1] / max(cotes))
        largeur, hauteur = largeur * echelle, hauteur * echelle
    return max(round(largeur, 2), COTE_MIN), max(round(hauteur, 2), COTE_MIN)


def _flux(image: Image.Image, octets: bytes) -> DecodedStreamObject:
    flux = DecodedStreamObject()
    flux.set_data(octets)
    flux.update(
        {
            NameObject("/Type"): NameObject("/XObject"),
            NameObject("/Subtype"): NameObject("/Image"),
            NameObject("/Width"): NumberObject(image.width),
            NameObject("/Height"): NumberObject(image.height),
            NameObject("/ColorSpace"): NameObject(COULEURS[image.mode]),
            NameObject("/BitsPerComponent"): NumberObject(1 if image.mode == "1" else 8),
        }
    )
    return flux


def _ajouter(writer: PdfWriter, page: _Page) -> None:
    feuille = writer.add_blank_page(page.largeur, page.hauteur)
    image = writer._add_object(page.flux)  # noqa: SLF001 - pypdf has no public way to add an object
    dessin = DecodedStreamObject()
    dessin.set_data(f"q {' '.join(f'{n:g}' for n in page.matrice)} cm /Image Do Q".encode())
    feuille[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/Image"): image})}
    )
    feuille[NameObject("/Contents")] = writer._add_object(dessin)  # noqa: SLF001 - the same
