"""PDFs that are made to harm, written object by object as ISO 32000-1, 7.5 says."""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping

from pypdf import PdfWriter

MEGA = 1_000_000


def assembler(objets: Mapping[int, bytes], racine: int = 1) -> bytes:
    """The file of these numbered objects, with a true table of their places."""
    sortie = bytearray(b"%PDF-1.7\n")
    places = {}
    for numero, corps in objets.items():
        places[numero] = len(sortie)
        sortie += b"%d 0 obj\n%s\nendobj\n" % (numero, corps)
    debut = len(sortie)
    sortie += b"xref\n0 1\n0000000000 65535 f \n"
    for numero, place in places.items():
        sortie += b"%d 1\n%010d 00000 n \n" % (numero, place)
    fin = (max(objets) + 1, racine, debut)
    return bytes(sortie) + b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % fin


def flux(contenu: bytes, cles: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (cles, len(contenu), contenu)


def une_page(contenu: bytes = b"<<>>", ressources: bytes = b"<<>>", **autres: bytes) -> bytes:
    """A page whose content is that object; `autres`: o5, o6… further objects, `cles`: keys of the page."""
    cles = autres.pop("cles", b"/MediaBox[0 0 595 842]")
    return assembler(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources %s%s>>" % (ressources, cles),
            4: contenu if contenu != b"<<>>" else flux(b""),
            **{int(nom[1:]): corps for nom, corps in autres.items()},
        }
    )


def zeros_tasses(octets: int, couches: int = 1) -> bytes:
    """That many spaces, deflated once or several times."""
    tasseur = zlib.compressobj(9)
    blocs = [tasseur.compress(b" " * MEGA) for _ in range(octets // MEGA)]
    tasse = b"".join([*blocs, tasseur.flush()])
    for _ in range(couches - 1):
        tasse = zlib.compress(tasse, 9)
    return tasse


def bombe(couches: int = 1) -> bytes:
    """A page of one gigabyte of spaces, in one megabyte or in a few kilobytes."""
    filtres = b"/Filter[" + b"/FlateDecode" * couches + b"]"
    return une_page(flux(zeros_tasses(1000 * MEGA, couches), filtres))


def bombe_de_soixante_megas() -> bytes:
    return une_page(flux(zeros_tasses(60 * MEGA), b"/Filter/FlateDecode"))


def bombes_repetees() -> bytes:
    """The same seventy megabytes, four hundred times in one page."""
    bombe = flux(zeros_tasses(70 * MEGA), b"/Filter/FlateDecode")
    return une_page(b"[" + b"5 0 R " * 400 + b"]", o5=bombe)


def image_immense() -> bytes:
    """One image of ten thousand million points, drawn on the page."""
    image = flux(
        zeros_tasses(100 * MEGA),
        b"/Type/XObject/Subtype/Image/Width 100000/Height 100000/BitsPerComponent 8/ColorSpace/DeviceRGB"
        b"/Filter/FlateDecode",
    )
    return une_page(flux(b"q 595 0 0 842 0 0 cm /I Do Q"), b"<</XObject<</I 5 0 R>>>>", o5=image)


def formes_en_abyme() -> bytes:
    """Forms that each draw the next one a hundred times: 10^12 drawings."""
    dessins = {
        f"o{rang}": flux(
            b"/F Do " * 100,
            b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>" % (rang + 1),
        )
        for rang in range(5, 11)
    }
    fin = flux(b"0 0 9 9 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    return une_page(flux(b"/F Do"), b"<</XObject<</F 5 0 R>>>>", **dessins, o11=fin)


def arbre_en_boucle() -> bytes:
    """The root of the pages is its own child."""
    return assembler(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 3/Kids[2 0 R 3 0 R]/Parent 2 0 R>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        }
    )


def arbre_croise() -> bytes:
    """Two nodes that are each the child of the other, without any page."""
    return assembler(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 1/Kids[3 0 R]/Parent 3 0 R>>",
            3: b"<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>",
        }
    )


def parents_en_boucle() -> bytes:
    """A page whose size is to be looked for among parents that never end."""
    return assembler(
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 1/Kids[3 0 R]/Parent 5 0 R>>",
            3: b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
            4: flux(b""),
            5: b"<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>",
        }
    )


def arbre_profond(etages: int = 20_000) -> bytes:
    noeuds = {
        rang: b"<</Type/Pages/Count 1/Kids[%d 0 R]/Parent %d 0 R>>" % (rang + 1, rang - 1)
        for rang in range(2, etages)
    }
    page = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]>>" % (etages - 1)
    return assembler({1: b"<</Type/Catalog/Pages 2 0 R>>", **noeuds, etages: page})


def enfants_doublant() -> bytes:
    """Forty floors of nodes that each name the next one twice: 10^12 pages in two kilobytes."""
    etages = {
        rang: b"<</Type/Pages/Count 2/Kids[%d 0 R %d 0 R]>>" % (rang + 1, rang + 1) for rang in range(2, 42)
    }
    return assembler(
        {1: b"<</Type/Catalog/Pages 2 0 R>>", **etages, 42: b"<</Type/Page/MediaBox[0 0 595 842]>>"}
    )


def tables_en_boucle() -> bytes:
    """A table of places whose previous one is itself."""
    pdf = une_page()
    debut = pdf.rindex(b"xref\n0 1")
    return pdf.replace(b"/Root 1 0 R>>", b"/Root 1 0 R/Prev %d>>" % debut)


def signets_en_boucle() -> bytes:
    return assembler(
        {
            1: b"<</Type/Catalog/Pages 2 0 R/Outlines 5 0 R>>",
            2: b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
            5: b"<</First 6 0 R/Last 6 0 R/Count 1>>",
            6: b"<</Title(boucle)/Parent 5 0 R/Next 6 0 R/First 6 0 R/Dest[3 0 R/Fit]>>",
        }
    )


def papier_immense() -> bytes:
    return une_page(cles=b"/MediaBox[0 0 100000000 100000000]")


def papier_infini() -> bytes:
    return une_page(cles=b"/MediaBox[0 0 1e308 99999999999999999999999999999999999999]")


def crochets(nombre: int = 200_000) -> bytes:
    return une_page(cles=b"/MediaBox[0 0 595 842]/X " + b"[" * nombre + b"]" * nombre)


def des_pages(nombre: int) -> bytes:
    writer = PdfWriter()
    for _ in range(nombre):
        writer.add_blank_page(595, 842)
    sortie = io.BytesIO()
    writer.write(sortie)
    return sortie.getvalue()


def lourd(octets: int) -> bytes:
    """A page beside that many bytes, in pieces of ten megabytes that the page names but does not draw."""
    blocs = {
        rang: flux(b"%08d" % rang * (10 * MEGA // 8), b"/Type/XObject")
        for rang in range(5, 5 + octets // (10 * MEGA))
    }
    noms = b"".join(b"/I%d %d 0 R" % (rang, rang) for rang in blocs)
    objets = {f"o{rang}": bloc for rang, bloc in blocs.items()}
    return une_page(flux(b"0 0 9 9 re f"), b"<</XObject<<%s>>>>" % noms, **objets)
