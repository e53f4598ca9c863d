"""Opens a PDF that nobody vouches for (pypdf), in the child process."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pypdf import PdfReader
from pypdf.errors import LimitReachedError, PyPdfError

from dossier.adapters.bundle_pdf import refus

EN_MEMOIRE = 8_000_000
"""Bytes up to which a file is read at once: many small reads are quicker so."""
# pypdf meets damage anywhere in a file, and then any of these comes out of it.
_ILLISIBLE = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


@contextmanager
def lisible() -> Iterator[None]:
    """Turns what pypdf raises on a damaged or a trapped PDF into a Refus."""
    try:
        yield
    except (LimitReachedError, RecursionError) as error:
        raise refus.piege() from error
    except _ILLISIBLE as error:
        raise refus.illisible() from error


@contextmanager
def ouvrir(chemin: Path) -> Iterator[PdfReader]:
    """A reader of that file. A PDF that opens without a password is accepted. Raises Refus."""
    with lisible(), chemin.open("rb") as fichier:
        flux: IO[bytes] = fichier if chemin.stat().st_size > EN_MEMOIRE else io.BytesIO(fichier.read())
        lecteur = PdfReader(flux, strict=False)
        if lecteur.is_encrypted and not lecteur.decrypt(""):
            raise refus.verrouille()
        if not len(lecteur.pages):
            raise refus.sans_page()
        yield lecteur
