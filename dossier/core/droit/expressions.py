"""Finding French words in a text whatever its case, accents, spaces, hyphens and line breaks.

An expression is written as in French: `mot*` takes any ending, `…` skips up to four words, a plural in s
or x is found with its singular, `40,00` also reads `40.00`. A word is read through letters of other
alphabets that look like ours, through wide letters, and through `l e t t e r s` set apart. A value is found
as it is, and never inside a longer number or word.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

INSECABLE = "\u00a0"
_PETIT_MOT = 3
_TITRE_MAX = 100
_AUTOUR = 40

_CARACTERES = {
    **dict.fromkeys([*range(9), *range(0x0E, 0x20), 0x7F, 0xAD, *range(0x200B, 0x2010)]),
    **dict.fromkeys([*range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]),
    **dict.fromkeys([0x0B, 0x0C, 0x0D, 0x85, 0x2028, 0x2029], "\n"),
    **dict.fromkeys([0x2007, 0x2009, 0x202F], INSECABLE),
    **dict.fromkeys([0x2010, 0x2011], "-"),
    **dict.fromkeys([0x2018, 0x2019, 0x02BC], "'"),
    0x0152: "OE", 0x0153: "oe",
}  # fmt: skip
_SOSIES = dict(
    zip(
        "авекмнорстухіјѕһԁԛԝҽѵүαβεζηικμνορτυχγɑɡıł",
        "abekmhopctyxijshdqwevyabezhikmvoptuxyagil",
        strict=True,
    )
)
"""Cyrillic, Greek and rare Latin letters, small, by the letter that they look like, small or capital."""
_BLANCS_DE_LIGNE = re.compile(r"[^\S\n]*\n\s*")
_BLANCS = re.compile(r"[^\S\n]{2,}|[^\S\n\u00a0]")
_COUPE = re.compile(r"(?<=\w)-\n(?=\w)")
_ESPACEES = re.compile(r"(?<!\w)[^\W\d_](?:[^\S\n][^\W\d_]){3,}(?!\w)")
_CESURE = re.compile(r"(?<=[^\W\d_])-\n(?=[^\W\d_])")

_MOT = re.compile(r"…|\d+[.,]\d+|\w+\*?|[€%]")
_LIEN = r"[^\w.!?]+"
_ECART = r"(?:[^\w.!?]+\w+){0,4}?[^\w.!?]+"
_RIEN = re.compile(r"(?!)")
_AVANT_UN_TITRE = re.compile(r"[\W\d]*(?:(?:objet|sujet)\W+)?(?:l'|les? |la |une? )?")


class Texte(NamedTuple):
    """One text in two writings of equal length: to be read, and to be searched."""

    lisible: str
    plie: str

    def ligne(self, rang: int) -> tuple[int, int]:
        """Where the line of that character begins and ends."""
        fin = self.plie.find("\n", rang)
        return self.plie.rfind("\n", 0, rang) + 1, len(self.plie) if fin < 0 else fin

    def en_titre(self, rang: int) -> bool:
        """Whether a heading, or the subject line, begins at that character."""
        debut, fin = self.ligne(rang)
        court = fin - debut <= _TITRE_MAX and self.plie[fin - 1] != "."
        return court and _AVANT_UN_TITRE.fullmatch(self.plie, debut, rang) is not None

    def autour(self, debut: int, fin: int) -> str:
        """These characters with a few words on either side."""
        du, au = max(0, debut - _AUTOUR), fin + _AUTOUR
        avant, apres = self.lisible[du:debut], self.lisible[fin:au]
        if du:
            avant = f"…{avant.partition(' ')[2]}"
        if au < len(self.lisible):
            apres = f"{apres.rpartition(' ')[0]}…"
        return " ".join(f"{avant}{self.lisible[debut:fin]}{apres}".split())


def lire(texte: str) -> tuple[Texte, ...]:
    """The text; also without the hyphens that cut its lines, and without the blanks inside spaced words."""
    traduit = _traduit(texte)
    propre = _blancs_simples(traduit)
    serre = _blancs_simples(_ESPACEES.sub(lambda lu: "".join(lu[0].split()), traduit))
    formes = dict.fromkeys((propre, _COUPE.sub("-", propre), _CESURE.sub("", propre), serre))
    return tuple(Texte(forme, plier(forme)) for forme in formes)


def plier(texte: str) -> str:
    """`Échéance` as `echeance`, character for character."""
    return "".join(map(_plier, unicodedata.normalize("NFC", texte)))


@cache
def motif(expressions: tuple[str, ...]) -> re.Pattern[str]:
    """What finds any of these expressions in `Texte.plie`; nothing when there is none."""
    if not expressions:
        return _RIEN
    choix = "|".join(map(_expression, expressions))
    return re.compile(rf"(?<!\w)(?<!\d[\u00a0.,])(?:{choix})(?!\w)")


def a_un_mot(expression: str) -> bool:
    """Whether something can be looked for: not only punctuation or ellipses."""
    return any(mot != "…" for mot in _MOT.findall(_normale(expression)))


def valeur(texte: str) -> str:
    """A value as `places` looks for it."""
    return _uni(_normale(texte)).strip()


def places(texte: Texte, cherchee: str) -> Iterator[tuple[int, int]]:
    """Where that value is read, from and to, whatever the spaces and line breaks in it."""
    uni = _uni(texte.plie)
    debut = uni.find(cherchee)
    while debut >= 0:
        fin = debut + len(cherchee)
        if not _colle(texte.plie, debut, fin):
            yield debut, fin
        debut = uni.find(cherchee, debut + 1)


def _traduit(texte: str) -> str:
    compose = unicodedata.normalize("NFC", texte.replace("\r\n", "\n")).translate(_CARACTERES)
    simple = unicodedata.normalize("NFC", "".join(map(_compatible, compose)))
    return "".join(caractere for caractere in simple if not unicodedata.combining(caractere))


@cache
def _compatible(caractere: str) -> str:
    """`Ａ` as `A`, `ﬁ` as `fi`; what is not made of letters and digits is left as it is."""
    simple = unicodedata.normalize("NFKC", caractere)
    return simple if simple.isalnum() else caractere


def _blancs_simples(texte: str) -> str:
    return _BLANCS.sub(" ", _BLANCS_DE_LIGNE.sub("\n", texte))


def _normale(texte: str) -> str:
    return plier(_blancs_simples(_traduit(texte)))


@cache
def _plier(caractere: str) -> str:
    lettre = unicodedata.normalize("NFD", caractere)[0].lower()[0]
    return _SOSIES.get(lettre, lettre)


def _uni(plie: str) -> str:
    return plie.replace("\n", " ").replace(INSECABLE, " ")


def _colle(plie: str, debut: int, fin: int) -> bool:
    """Whether what is found there is only a part of a longer word, number or reference."""
    avant, apres = plie[max(0, debut - 2) : debut], plie[fin : fin + 2]
    if plie[debut].isdigit() and re.search(r"\d[\u00a0.,]\Z", avant):
        return True
    return bool(re.search(r"\w-?\Z", avant) or re.match(r"\w|[-/]\w|[.,]\d", apres))


def _expression(expression: str) -> str:
    """The regular expression of one expression."""
    morceaux: list[str] = []
    lien = ""
    for mot in _MOT.findall(_normale(expression)):
        if mot == "…":
            lien = _ECART
            continue
        morceaux += [r"\s*" if mot in "€%" and lien else lien, _mot(mot)]
        lien = _LIEN
    return "".join(morceaux)


def _mot(mot: str) -> str:
    """One word: its plural too; `l441` also written `L. 441`, `40,00` also `40.00`."""
    if mot.endswith("*"):
        return rf"{mot[:-1]}\w*"
    if mot[0].isdigit() and not mot.isalnum():
        return re.sub("[.,]", "[.,]", mot)
    article = re.fullmatch(r"([a-z])(\d+)", mot)
    if article:
        return rf"{article[1]}\.?\s*{article[2]}"
    return rf"{mot}[sx]?" if mot.isalpha() and len(mot) >= _PETIT_MOT else mot
