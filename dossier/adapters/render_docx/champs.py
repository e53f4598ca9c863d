"""The fields of a Word part: what each one asks of Word, and what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from docx.oxml.ns import qn

SIMPLE, BORNE, INSTRUCTION, TEXTE = (qn(f"w:{nom}") for nom in ("fldSimple", "fldChar", "instrText", "t"))
_GENRE = qn("w:fldCharType")
_MOTS = re.compile(r'"([^"]*)"?|(\S+)')
_AVEC_VALEUR = frozenset({"\\l", "\\o", "\\t", "\\s"})


class Champ(NamedTuple):
    """One field, its runs joined."""

    element: Any
    """Where it begins."""
    instruction: str
    resultat: str
    """The words that it showed when the file was saved."""

    @property
    def mot(self) -> str:
        """`PAGE`, `HYPERLINK`… ; empty when it says nothing."""
        return (self.instruction.split() or [""])[0].upper()

    @property
    def cible(self) -> str:
        """Where a HYPERLINK leads outside of the document; empty when it does not."""
        attendue = False
        for entre_guillemets, nu in _MOTS.findall(self.instruction.strip()[len(self.mot) :]):
            if attendue:
                attendue = False
            elif nu.startswith("\\") and len(nu) == 2:
                attendue = nu.lower() in _AVEC_VALEUR
            else:
                return str(entre_guillemets or nu)
        return ""


class _Ouvert:
    """A field between its first mark and its last."""

    def __init__(self, element: Any) -> None:
        self.element = element
        self.instruction: list[str] = []
        self.resultat: list[str] = []
        self.separe = False

    def ferme(self) -> Champ:
        return Champ(self.element, "".join(self.instruction), "".join(self.resultat))


def champs_de(racine: Any) -> Iterator[Champ]:
    """Every field of that part: simple, complex whatever the runs it is cut in, nested, or left unfinished."""
    ouverts: list[_Ouvert] = []
    for element in racine.iter(SIMPLE, BORNE, INSTRUCTION, TEXTE):
        if element.tag == SIMPLE:
            texte = "".join(t.text or "" for t in element.iter(TEXTE))
            yield Champ(element, element.get(qn("w:instr"), ""), texte)
        elif element.tag == BORNE:
            yield from _borner(element, ouverts)
        elif element.tag == TEXTE:
            for ouvert in ouverts:
                if ouvert.separe:
                    ouvert.resultat.append(element.text or "")
        elif ouverts and not ouverts[-1].separe:
            ouverts[-1].instruction.append(element.text or "")
        else:
            yield Champ(element, element.text or "", "")
    yield from (ouvert.ferme() for ouvert in ouverts)


def _borner(element: Any, ouverts: list[_Ouvert]) -> Iterator[Champ]:
    genre = element.get(_GENRE)
    if genre == "begin":
        ouverts.append(_Ouvert(element))
    elif ouverts and genre == "separate":
        ouverts[-1].separe = True
    elif ouverts and genre == "end":
        yield ouverts.pop().ferme()
