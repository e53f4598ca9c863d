"""Reads the cells of a spreadsheet that may be made to harm (openpyxl)."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from dossier.core.errors import DonneeInvalide

TAILLE_MAX = 16 << 20
"""Bytes of the workbook once inflated."""
RANGS_MAX, COLONNES = 10_001, 8
_ILLISIBLE = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    ArithmeticError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What openpyxl lets out of a damaged workbook; a damaged XML is a SyntaxError."""


class Case(NamedTuple):
    """One cell: what a reader sees, and the formula behind it (empty when there is none)."""

    valeur: Decimal | str | None
    formule: str = ""


def lire_tableur(xlsx: bytes) -> Mapping[str, Case]:
    """The cells of columns A to H of its first sheet, by reference (`G12`); blank ones are left out.

    Raises DonneeInvalide when it is damaged, too large or declares XML entities.
    """
    try:
        _refuser_les_pieges(xlsx)
        vues, formules = _cellules(xlsx, valeurs=True), _cellules(xlsx, valeurs=False)
    except _ILLISIBLE as error:
        raise DonneeInvalide("ce fichier n'est pas un classeur XLSX lisible") from error
    return {r: Case(_valeur(vues.get(r)), _formule(cellule)) for r, cellule in formules.items()}


def _refuser_les_pieges(xlsx: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(xlsx)) as archive:
        if sum(info.file_size for info in archive.infolist()) > TAILLE_MAX:
            raise DonneeInvalide(f"ce classeur dépasse {TAILLE_MAX >> 20} Mo une fois décompressé")
        for info in archive.infolist():
            if b"<!DOCTYPE" in archive.read(info):
                raise DonneeInvalide("ce classeur déclare des entités XML, ce qu'aucun tableur n'écrit")


def _cellules(xlsx: bytes, *, valeurs: bool) -> dict[str, object]:
    classeur = load_workbook(io.BytesIO(xlsx), read_only=True, data_only=valeurs)
    feuille = classeur.worksheets[0]
    feuille.reset_dimensions()
    return {
        f"{'ABCDEFGH'[colonne]}{rang}": cellule
        for rang, ligne in enumerate(
            feuille.iter_rows(max_row=RANGS_MAX, max_col=COLONNES, values_only=True), start=1
        )
        for colonne, cellule in enumerate(ligne[:COLONNES])
        if cellule is not None
    }


def _valeur(brute: object) -> Decimal | str | None:
    if isinstance(brute, int | float) and not isinstance(brute, bool):
        return Decimal(repr(brute))
    return None if brute is None else str(brute)


def _formule(brute: object) -> str:
    return brute if isinstance(brute, str) and brute.startswith("=") else ""
