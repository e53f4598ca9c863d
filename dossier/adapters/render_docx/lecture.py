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
_COMPATIBILITE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
SECOURS, CHOIX, ALTERNATIVE = (f"{_COMPATIBILITE}{nom}" for nom in ("Fallback", "Choice", "AlternateContent"))
_CONNUS = frozenset({"wps", "wpg", "w14"})
"""The extensions of Word that LibreOffice prints too; for another one it takes the fallback."""
_FORMULE = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_LETTRES_ORNEES = "{urn:schemas-microsoft-com:vml}textpath"
ECRITES = ("document.main", "header", "footer", "footnotes", "endnotes")
"""The parts that a reader sees, in the order of reading."""
_ENTETES = (ECRITES.index("header"), ECRITES.index("footer"))
_APPELS = {"footnotes": qn("w:footnoteReference"), "endnotes": qn("w:endnoteReference")}
_PARSEUR = etree.XMLParser(resolve_entities=False, no_network=True)
_LUS = {SAUT: "\n", RETOUR: "\n", TABULATION: " ", TIRET: "-"}


def ouvrir(contenu: bytes) -> Document:
    """That Word file, opened. Raises what python-docx raises on a file that is none."""
    return docx.Document(io.BytesIO(contenu))


def paragraphes(document: Document) -> Iterator[str]:
    """Each paragraph that is printed: body, tables, text boxes, then headers, footers and notes in use."""
    utiles = _entetes_utiles(document)
    for part in parties(document):
        if _rang(part) in _ENTETES and str(part.partname) not in utiles:
            continue
        lue = racine(part)
        appelees = _notes_appelees(document, part)
        for paragraphe in lue.iter(PARAGRAPHE):
            if not en_double(paragraphe) and (appelees is None or _note(paragraphe) in appelees):
                yield lettres(paragraphe)


def _entetes_utiles(document: Document) -> set[str]:
    """The parts of the headers and footers that some page may show: a section takes over those before it."""
    lue = racine(document.part)
    reglages = document.settings.element
    paires = _actif(reglages.find(qn("w:evenAndOddHeaders")))
    courants: dict[tuple[str, str], str] = {}
    utiles: set[str] = set()
    for section in lue.iter(qn("w:sectPr")):
        for reference in section.iter(qn("w:headerReference"), qn("w:footerReference")):
            courants[reference.tag, reference.get(qn("w:type"), "default")] = reference.get(qn("r:id"))
        montres = {"default", *(("even",) if paires else ())}
        if _actif(section.find(qn("w:titlePg"))):
            montres.add("first")
        utiles |= {rel for (_, genre), rel in courants.items() if genre in montres}
    return {str(lien.target_part.partname) for rel, lien in document.part.rels.items() if rel in utiles}


def _actif(bascule: Any) -> bool:
    return bascule is not None and bascule.get(qn("w:val"), "1").lower() not in {"0", "false", "off"}


def _notes_appelees(document: Document, part: Part) -> set[str | None] | None:
    """The numbers of the notes that the body calls; None for a part that is no notes."""
    genre = ECRITES[_rang(part)]
    if genre not in _APPELS:
        return None
    return {appel.get(qn("w:id")) for appel in racine(document.part).iter(_APPELS[genre])}


def _note(paragraphe: Any) -> str | None:
    note = next(paragraphe.iterancestors(qn("w:footnote"), qn("w:endnote")), None)
    return None if note is None else note.get(qn("w:id"))


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
        if enfant.tag in {TEXTE, _FORMULE}:
            yield enfant.text or ""
        elif enfant.tag == _LETTRES_ORNEES:
            yield enfant.get("string", "")
        elif enfant.tag == SECOURS and _inutile(enfant):
            continue
        elif enfant.tag in _LUS:
            yield _LUS[enfant.tag]
        elif enfant.tag != PARAGRAPHE and enfant.tag != qn("w:pPr"):
            yield from _lettres(enfant)


def en_double(element: Any) -> bool:
    """Whether it is the copy that Word keeps of a text box for older readers."""
    return any(_inutile(secours) for secours in element.iterancestors(SECOURS))


def _inutile(secours: Any) -> bool:
    """Whether what the fallback says, if anything, is already said by what it replaces."""
    return any(_mots(choix) for choix in secours.itersiblings(CHOIX, preceding=True))


def deux_textes(racine: Any) -> Iterator[Any]:
    """Each thing that says one text to a program and another, or none, to the next."""
    for alternative in racine.iter(ALTERNATIVE):
        dits = {branche: _mots(branche) for branche in alternative.iterchildren(CHOIX, SECOURS)}
        repli = any(texte for branche, texte in dits.items() if branche.tag == SECOURS)
        perdu = any(
            texte and not repli and not _CONNUS.issuperset(branche.get("Requires", "").split())
            for branche, texte in dits.items()
        )
        if perdu or len(set(filter(None, dits.values()))) > 1:
            yield alternative


def _mots(branche: Any) -> str:
    return "".join("".join(t.text or "" for t in branche.iter(TEXTE)).split())
