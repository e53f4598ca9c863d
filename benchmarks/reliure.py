"""A dossier of 60 exhibits and 300 pages, in the same run: ours, bare pypdf, bare pikepdf, the qpdf command.

Says what it measured and asserts nothing. pikepdf and qpdf are measured when they are installed, and said to be
left out otherwise.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from rich.console import Console
from rich.table import Table

from dossier.adapters.bundle_pdf import RelieurPypdf
from dossier.core.ports import Partie, PieceSource

PIECES, PAGES = 60, 300
POIDS_EN_LIGNE = 2_000_000
NU = "pypdf nu : relier"


class Piece(NamedTuple):
    """The exhibit as it came, and stamped."""

    source: PieceSource
    tamponnee: bytes
    fichier: Path


class Maniere(NamedTuple):
    nom: str
    faire: Callable[[], object]


def main() -> None:
    """Time each way in turn, so that a busy moment of the machine weighs on all of them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--tours", type=int, default=3)
    tours: int = arguments.parse_args().tours
    with tempfile.TemporaryDirectory(prefix="banc-") as nom:
        dossier, relieur = Path(nom), RelieurPypdf()
        pieces = [_piece(relieur, numero, dossier) for numero in range(1, PIECES + 1)]
        bordereau = _bordereau(pieces)
        manieres = _manieres(relieur, pieces, bordereau, dossier)
        _montrer(_mesurer(manieres, tours), pieces, tours)


def _piece(relieur: RelieurPypdf, numero: int, dossier: Path) -> Piece:
    pdf = _scan(numero) if numero % 2 else _lettre(numero)
    source = PieceSource(numero, f"Facture n° {numero}", pdf)
    tamponnee = relieur.tamponner(source).pdf
    fichier = dossier / f"piece-{numero:02d}.pdf"
    fichier.write_bytes(tamponnee)
    return Piece(source, tamponnee, fichier)


def _lettre(numero: int) -> bytes:
    """Five pages of text."""
    sortie = io.BytesIO()
    toile = Canvas(sortie, pagesize=A4, invariant=1)
    for page in range(PAGES // PIECES):
        for ligne in range(40):
            toile.drawString(70, 760 - 17 * ligne, f"Pièce {numero}, page {page + 1}, ligne {ligne + 1}")
        toile.showPage()
    toile.save()
    return sortie.getvalue()


def _scan(numero: int) -> bytes:
    """Five pages that are each a noisy JPEG of about 800 kB."""
    sortie, hasard = io.BytesIO(), random.Random(numero)  # noqa: S311 - noise, no secret
    toile = Canvas(sortie, pagesize=A4, invariant=1)
    for _ in range(PAGES // PIECES):
        image = io.BytesIO()
        Image.frombytes("L", (900, 1270), hasard.randbytes(900 * 1270)).save(image, "JPEG", quality=80)
        toile.drawImage(ImageReader(image), 0, 0, *A4)
        toile.showPage()
    toile.save()
    return sortie.getvalue()


def _bordereau(pieces: Sequence[Piece]) -> bytes:
    sortie = io.BytesIO()
    toile = Canvas(sortie, pagesize=A4, invariant=1)
    toile.drawString(66, 800, "Pièce n°")
    for rang, piece in enumerate(pieces):
        toile.drawString(70, 785 - 12 * rang, str(piece.source.numero))
        toile.drawString(130, 785 - 12 * rang, piece.source.titre)
    toile.save()
    return sortie.getvalue()


def _manieres(
    relieur: RelieurPypdf, pieces: Sequence[Piece], bordereau: bytes, dossier: Path
) -> list[Maniere]:
    parties = [
        Partie("Bordereau", bordereau, "Bord. ", bordereau=True),
        *(Partie(p.source.titre, p.tamponnee, numero=p.source.numero) for p in pieces),
    ]
    lettres, fichiers = [p.source for p in pieces if p.source.numero % 2 == 0], [p.fichier for p in pieces]
    relie = relieur.relier_dossier(parties, "Dossier").pdf
    manieres = [
        Maniere(
            "dossier : relier, signets, étiquettes, liens", lambda: relieur.relier_dossier(parties, "Dossier")
        ),
        Maniere(NU, lambda: _pypdf_nu(pieces)),
        Maniere("dossier : tamponner les 60", lambda: [relieur.tamponner(p.source) for p in pieces]),
        Maniere(
            f"dossier : couper sous {POIDS_EN_LIGNE // 1_000_000} Mo",
            lambda: relieur.decouper(relie, POIDS_EN_LIGNE),
        ),
        Maniere("un enfant chaud : 4 lettres", lambda: [relieur.tamponner(s) for s in lettres[:4]]),
        Maniere(
            "un enfant par pièce : 4 lettres", lambda: [RelieurPypdf().tamponner(s) for s in lettres[:4]]
        ),
    ]
    if find_spec("pikepdf"):
        manieres.insert(2, Maniere("pikepdf nu : relier", lambda: _pikepdf_nu(pieces)))
    else:
        _manque("pikepdf", "pip install pikepdf")
    if shutil.which("qpdf"):
        sortie = dossier / "qpdf.pdf"
        manieres.insert(2, Maniere("qpdf nu : relier", lambda: _qpdf_nu(fichiers, sortie)))
    else:
        _manque("qpdf", "apt install qpdf")
    return manieres


def _manque(nom: str, commande: str) -> None:
    Console(width=120).print(f"{nom} n'est pas installé ({commande}) : il n'est pas mesuré.")


def _pypdf_nu(pieces: Sequence[Piece]) -> bytes:
    writer, sortie = PdfWriter(), io.BytesIO()
    for piece in pieces:
        writer.append(PdfReader(io.BytesIO(piece.tamponnee)))
    writer.write(sortie)
    return sortie.getvalue()


def _pikepdf_nu(pieces: Sequence[Piece]) -> bytes:
    import pikepdf

    sortie = io.BytesIO()
    with pikepdf.new() as ensemble:
        for piece in pieces:
            with pikepdf.open(io.BytesIO(piece.tamponnee)) as pdf:
                ensemble.pages.extend(pdf.pages)
        ensemble.save(sortie)
    return sortie.getvalue()


def _qpdf_nu(fichiers: Sequence[Path], sortie: Path) -> bytes:
    subprocess.run(["qpdf", "--empty", "--pages", *map(str, fichiers), "--", str(sortie)], check=True)
    return sortie.read_bytes()


def _mesurer(manieres: Sequence[Maniere], tours: int) -> dict[str, list[float]]:
    """Seconds of each way, after one time that is not counted."""
    temps: dict[str, list[float]] = {maniere.nom: [] for maniere in manieres}
    for tour in range(tours + 1):
        for maniere in manieres:
            debut = time.perf_counter()
            maniere.faire()
            if tour:
                temps[maniere.nom].append(time.perf_counter() - debut)
    return temps


def _montrer(temps: dict[str, list[float]], pieces: Sequence[Piece], tours: int) -> None:
    console = Console(width=120)
    poids = _virgule(sum(len(p.source.pdf) for p in pieces) / 1_000_000)
    charge = _virgule(os.getloadavg()[0])
    console.print(
        f"{PIECES} pièces, {PAGES} pages, {poids} Mo, {tours} tours ; {os.cpu_count()} cœurs, charge de la machine "
        f"à la fin : {charge}.\nSur une machine partagée, comparer les rapports et non les durées."
    )
    tableau = Table()
    for titre in ("manière", "s (médiane)", "s (la plus longue)", "durée / pypdf nu"):
        tableau.add_column(titre, justify="left" if titre == "manière" else "right")
    nu = statistics.median(temps[NU])
    for nom, secondes in temps.items():
        mediane = statistics.median(secondes)
        tableau.add_row(nom, *map(_virgule, (mediane, max(secondes), mediane / nu)))
    console.print(tableau)


def _virgule(nombre: float) -> str:
    return f"{nombre:.2f}".replace(".", ",")


if __name__ == "__main__":
    main()
