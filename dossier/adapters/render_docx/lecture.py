"""What a Word file says, as plain text, and the parts of it that are written on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import docx
from docx.document import Document
from docx.opc.part import Part
from docx.oxml.ns import qn
from lxml import etree

TEXTE, SAUT, RETOUR, TABULATION, TIRET, PARAGRAPHE = (
    qn(f"w:{nom}") for nom in ("t", "br", "cr", "tab", "noBreakHyphen", "p")
)
REVISIONS = tuple(qn(f"w:{nom}") for nom in ("ins", "del", "moveFrom", "moveTo"))
SECOURS = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
ECRITES = ("document.main", "header", "footer", "footnotes", "endnotes")
"""The parts that a reader sees, in the order of reading."""
_PARSEUR = etree.XMLParser(resolve_entities=False, no_network=True)
_LUS = {SAUT: "\n", RETOUR: "\n", TABULATION: " ", TIRET: "-"}


def paragraphes(contenu: bytes) -> Iterator[str]:
    """Each paragraph of the body, tables, text boxes, headers, footers and notes."""
    for part in parties(docx.Document(io.BytesIO(contenu))):
        for paragraphe in racine(part).iter(PARAGRAPHE):
            if not en_double(paragraphe):
                yield lettres(paragraphe)


def a_des_revisions(contenu: bytes) -> bool:
    """Whether it holds tracked changes: what was struck out would be printed, struck out."""
    tous = parties(docx.Document(io.BytesIO(contenu)))
    return any(next(racine(part).iter(*REVISIONS), None) is not None for part in tous)


def parties(document: Document) -> list[Part]:
    """The parts of the document that are written on."""
    package = document.part.package
    assert package is not None
    trouvees = [(_rang(part), str(part.partname), part) for part in package.iter_parts()]
    return [part for rang, _, part in sorted(trouvees, key=lambda p: p[:2]) if rang is not None and rang >= 0]


def _rang(part: Part) -> int:
    genre = part.content_type.removesuffix("+xml").rpartition("wordprocessingml.")[2]
    return ECRITES.index(genre) if genre in ECRITES else -1


def racine(part: Part) -> Any:
    """A copy of the XML of that part, in lxml's own classes."""
    return etree.fromstring(part.blob, _PARSEUR)


def lettres(paragraphe: Any) -> str:
    """The text of that paragraph alone, without the text boxes that it holds."""
    return "".join(_lettres(paragraphe))


def _lettres(element: Any) -> Iterator[str]:
    for enfant in element:
        if enfant.tag == TEXTE:
            yield enfant.text or ""
        elif enfant.tag in _LUS:
            yield _LUS[enfant.tag]
        elif enfant.tag != PARAGRAPHE and enfant.tag != qn("w:pPr"):
            yield from _lettres(enfant)


def en_double(element: Any) -> bool:
    """Whether it is the copy that Word keeps of a text box for older readers."""
    return any(ancetre.tag == SECOURS for ancetre in element.iterancestors())
