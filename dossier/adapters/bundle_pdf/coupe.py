"""Cuts a PDF into runs of pages that each weigh less than asked (pypdf)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from dossier.adapters.bundle_pdf.assainir import assainir
from dossier.adapters.bundle_pdf.lecture import ouvrir


def decouper(chemin: Path, poids_max: int, dossier: Path) -> list[tuple[str, int, int]]:
    """Write the runs in `dossier`; gives their names with their first and last page, from 1.

    Each run is as long as its weight in bytes allows; a single page that is too heavy stands alone.
    """
    with ouvrir(chemin) as lecteur:
        assainir(lecteur)
        tranches = []
        for rang, (debut, fin, pdf) in enumerate(_tranches(lecteur, poids_max)):
            (dossier / f"tranche-{rang:04d}").write_bytes(pdf)
            tranches.append((f"tranche-{rang:04d}", debut + 1, fin))
    return tranches


def _tranches(lecteur: PdfReader, poids_max: int) -> Iterator[tuple[int, int, bytes]]:
    debut, pages, essai = 0, len(lecteur.pages), 1
    while debut < pages:
        fin, pdf = _plus_longue(lecteur, debut, poids_max, essai)
        yield debut, fin, pdf
        debut, essai = fin, fin - debut


def _plus_longue(lecteur: PdfReader, debut: int, poids_max: int, essai: int) -> tuple[int, bytes]:
    """The end of the longest run from `debut`, and its PDF; its length is guessed to be `essai`.

    Pages share fonts and images, so that only writing tells a weight: the guess doubles, then halves.
    """
    pages = len(lecteur.pages)
    bonne, pdf = debut + 1, _extraire(lecteur, debut, debut + 1)
    trop = pages + 1
    pas = max(essai - 1, 1)
    while bonne < pages and trop - bonne > 1:
        fin = min(bonne + pas, trop - 1, pages)
        candidat = _extraire(lecteur, debut, fin)
        if len(candidat) <= poids_max:
            bonne, pdf, pas = fin, candidat, pas * 2
        else:
            trop = fin
        if trop <= pages:
            pas = max((trop - bonne) // 2, 1)
    return bonne, pdf


def _extraire(lecteur: PdfReader, debut: int, fin: int) -> bytes:
    writer = PdfWriter()
    writer.append(lecteur, pages=(debut, fin), import_outline=False)
    if lecteur.metadata is not None and lecteur.metadata.title:
        writer.add_metadata({"/Title": lecteur.metadata.title})
    sortie = io.BytesIO()
    writer.write(sortie)
    return sortie.getvalue()
