"""The text that a PDF holds (pypdf)."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

from pypdf import PageObject, PdfReader

from dossier.core.errors import DonneeInvalide

PAGES_MAX = 20
TEXTE_MAX = 200_000
"""Bytes of UTF-8."""
FIN = 2048
"""Bytes at its end in which a PDF says that it is whole."""
BOURRAGE = b"\0\t\r\n "
ENDOMMAGE = (
    "Le PDF est endommagé ou incomplet : numérisez-le de nouveau, ou imprimez-le en PDF et déposez cette "
    "nouvelle version."
)


def texte_du_pdf(contenu: bytes) -> str:
    """The text of its first pages, without layout.

    A page whose text cannot be read counts as an image. Raises DonneeInvalide when the PDF cannot be opened.
    """
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    if b"%%EOF" not in contenu.rstrip(BOURRAGE)[-FIN:]:
        raise DonneeInvalide(ENDOMMAGE)
    textes = "\n".join(_texte(page) for page in _pages(contenu))
    return textes.encode("utf-8", "replace")[:TEXTE_MAX].decode("utf-8", "ignore")


def _pages(contenu: bytes) -> Iterator[PageObject]:
    try:
        lecteur = PdfReader(io.BytesIO(contenu), strict=False)
        ouvert = not lecteur.is_encrypted or bool(lecteur.decrypt(""))
        pages = list(lecteur.pages[:PAGES_MAX]) if ouvert else []
    except MemoryError:
        raise
    except Exception as error:
        raise DonneeInvalide(ENDOMMAGE) from error
    if not ouvert:
        raise DonneeInvalide(
            "Le PDF est protégé par un mot de passe : ouvrez-le avec ce mot de passe, imprimez-le en PDF et "
            "déposez cette nouvelle version."
        )
    if not pages:
        raise DonneeInvalide("Le PDF n'a aucune page : numérisez-le de nouveau.")
    yield from pages


def _texte(page: PageObject) -> str:
    try:
        return page.extract_text()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - pypdf meets damage anywhere, and then anything comes out of it
        return ""
