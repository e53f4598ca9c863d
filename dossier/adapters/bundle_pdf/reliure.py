"""Binds the parts of a dossier into one PDF: bookmarks, page labels, links (pypdf)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from pypdf import PageObject, PdfWriter
from pypdf.generic import (
    ArrayObject,
    BooleanObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from dossier.adapters.bundle_pdf.assainir import assainir
from dossier.adapters.bundle_pdf.bordereau import Zone, lignes
from dossier.adapters.bundle_pdf.lecture import lisible, ouvrir
from dossier.adapters.bundle_pdf.refus import PartieRefusee, Refus

PIECES = "Pièces"


class PartieLue(NamedTuple):
    """valeurs.Partie, its PDF in a file."""

    titre: str
    chemin: Path
    etiquette: str
    numero: int
    bordereau: bool


def relier(parties: Sequence[PartieLue], titre: str, sortie: Path) -> None:
    """Write the parts to `sortie` as one PDF; equal inputs give equal bytes. Raises PartieRefusee."""
    writer = PdfWriter()
    debuts = [_joindre(writer, rang, partie) for rang, partie in enumerate(parties)]
    _signets(writer, parties, debuts)
    _etiqueter(writer, parties, debuts)
    _lier(writer, parties, debuts)
    writer.add_metadata({"/Title": titre})
    writer.pdf_header = "%PDF-1.7"
    writer.page_mode = "/UseOutlines"
    writer.root_object[NameObject("/Lang")] = TextStringObject("fr-FR")
    writer.root_object[NameObject("/ViewerPreferences")] = DictionaryObject(
        {NameObject("/DisplayDocTitle"): BooleanObject(value=True)}
    )
    with sortie.open("wb") as fichier:
        writer.write(fichier)


def _joindre(writer: PdfWriter, rang: int, partie: PartieLue) -> int:
    """The rank of its first page in the whole."""
    debut = len(writer.pages)
    try:
        with lisible(), ouvrir(partie.chemin) as lecteur:
            assainir(lecteur)
            writer.append(lecteur, import_outline=False)
    except Refus as refus:
        raise PartieRefusee(rang, refus) from refus
    return debut


def _signets(writer: PdfWriter, parties: Sequence[PartieLue], debuts: Sequence[int]) -> None:
    """One per written part, then « Pièces » over one per exhibit."""
    parent = None
    for partie, debut in zip(parties, debuts, strict=True):
        if partie.numero and parent is None:
            parent = writer.add_outline_item(title=PIECES, page_number=debut)
        writer.add_outline_item(
            title=partie.titre, page_number=debut, parent=parent if partie.numero else None
        )


def _etiqueter(writer: PdfWriter, parties: Sequence[PartieLue], debuts: Sequence[int]) -> None:
    """Page labels (ISO 32000-1, 12.4.2): « P3-1 » for exhibits; parts without a prefix are numbered through."""
    plages: list[NumberObject | DictionaryObject] = []
    suivante = 1
    for partie, debut, fin in zip(parties, debuts, [*debuts[1:], len(writer.pages)], strict=True):
        prefixe = partie.etiquette or (f"P{partie.numero}-" if partie.numero else "")
        plage = DictionaryObject({NameObject("/S"): NameObject("/D")})
        if prefixe:
            plage[NameObject("/P")] = TextStringObject(prefixe)
        else:
            plage[NameObject("/St")] = NumberObject(suivante)
            suivante += fin - debut
        plages += [NumberObject(debut), plage]
    writer.root_object[NameObject("/PageLabels")] = DictionaryObject(
        {NameObject("/Nums"): ArrayObject(plages)}
    )


def _lier(writer: PdfWriter, parties: Sequence[PartieLue], debuts: Sequence[int]) -> None:
    """From each line of the list of exhibits to the first page of the exhibit."""
    pieces = {partie.numero: debut for partie, debut in zip(parties, debuts, strict=True) if partie.numero}
    for partie, debut in zip(parties, debuts, strict=True):
        if partie.bordereau:
            for numero, zone in lignes(partie.chemin, sorted(pieces)).items():
                page = writer.pages[debut + zone.page]
                writer.add_annotation(page, _lien(page, zone, numero, writer.pages[pieces[numero]]))


def _lien(page: PageObject, zone: Zone, numero: int, but: PageObject) -> DictionaryObject:
    """A link without a border (ISO 32000-1, 12.5.6.5); its text is what a screen reader says."""
    gauche, sommet = float(page.mediabox.left), float(page.mediabox.top)
    coins = (gauche + zone.gauche, sommet - zone.bas, gauche + zone.droite, sommet - zone.haut)
    assert but.indirect_reference is not None
    return DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Annot"),
            NameObject("/Subtype"): NameObject("/Link"),
            NameObject("/Rect"): ArrayObject(FloatObject(round(coin, 2)) for coin in coins),
            NameObject("/Border"): ArrayObject([NumberObject(0)] * 3),
            NameObject("/F"): NumberObject(4),
            NameObject("/Contents"): TextStringObject(f"Aller à la pièce n°\u00a0{numero}"),
            NameObject("/Dest"): ArrayObject([but.indirect_reference, NameObject("/Fit")]),
        }
    )
