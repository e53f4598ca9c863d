"""What a Word file says, as plain text."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.oxml.ns import qn

TEXTE, SAUT, TABULATION, TIRET = (qn(f"w:{nom}") for nom in ("t", "br", "tab", "noBreakHyphen"))
BANDES = (
    "header",
    "first_page_header",
    "even_page_header",
    "footer",
    "first_page_footer",
    "even_page_footer",
)


def paragraphes(contenu: bytes) -> Iterator[str]:
    """Each paragraph of the body, tables, text boxes, headers and footers."""
    document = docx.Document(io.BytesIO(contenu))
    parties = [document.element.body]
    parties += [getattr(section, nom)._element for section in document.sections for nom in BANDES]  # noqa: SLF001  python-docx gives no other way to text boxes
    for partie in parties:
        for paragraphe in partie.iter(qn("w:p")):
            yield "".join(map(_caracteres, paragraphe.iter(TEXTE, SAUT, TABULATION, TIRET)))


def _caracteres(element: Any) -> str:
    return {SAUT: "\n", TABULATION: " ", TIRET: "-"}.get(element.tag) or element.text or ""
