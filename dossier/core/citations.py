"""Which invoices the words of a payment name, as accountants write them and as banks cut them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from dossier.core.mots import sans_accents
from dossier.core.releve import SUITE

JETONS_MAX, COMPACT_MAX = 8, 80
SUITE_SURE = 3
"""Digits after a gap that surely go on with the number; fewer may be another one."""
_COUPE = "\x1f"
_JETON = re.compile(r"[^\W_]+")
_LETTRES = re.compile(r"[^\W\d_]+")
_ENTRE = re.compile(r"[\s\-_./\u2010-\u2015]{0,3}")
_LIEN = r"[\s\-_./\u2010-\u2015]{1,3}"
_COLLE = r"[\-_./\u2010-\u2015]"
_CHIFFRES_APRES = re.compile(rf"\s?{_COLLE}\d|{_COLLE}\s?\d|\s{{1,3}}\d++(?!\s?(?:[.,/]\d|EUR\b|€))")
"""Digits that may belong to the number; not those of an amount or of a date."""
_LETTRE_APRES = re.compile(rf"{_COLLE}[^\W\d_]{{1,2}}(?![^\W_])")
_CHIFFRES_AVANT = re.compile(rf"\d{_LIEN}$")
_LETTRE_AVANT = re.compile(rf"(?<![^\W_])[^\W\d_]{{1,2}}{_COLLE}$")
_COLLE_AVANT = re.compile(rf"[^\W_]{_COLLE}$")
_FORMES = frozenset(
    {
        *(
            "SARL",
            "SAS",
            "SASU",
            "SA",
            "EURL",
            "EI",
            "EIRL",
            "SCI",
            "SNC",
            "SCOP",
            "SCA",
            "SCS",
            "SELARL",
            "GIE",
        ),
        *("ETS", "ETABLISSEMENTS", "STE", "SOCIETE", "CIE", "M", "MME", "MR", "MONSIEUR", "MADAME"),
        *("ET", "DE", "DU", "DES", "LA", "LE", "LES", "L", "D"),
    }
)


class Citation(NamedTuple):
    """A place of a text that writes the number of one or several creances."""

    creances: tuple[str, ...]
    """Several when their numbers only differ by their punctuation."""
    sure: bool
    """Nothing suggests that the number is longer, cut, made of two, or beside another that is not known."""
    faible: bool
    """Too short, or of digits alone: it may be anything else."""


class _Jeton(NamedTuple):
    debut: int
    fin: int
    mot: str


def plat(texte: str) -> str:
    """Capitals without accents; what marks a cut text is kept as one control character."""
    marque = texte.replace(SUITE, _COUPE).replace("º", "°")
    return sans_accents(marque).upper()


def compact(numero: str) -> str:
    """`FA-2026-0042` as `FA20260042`."""
    return "".join(_JETON.findall(plat(numero)))


def citations(texte: str, numeros: Mapping[str, Sequence[str]]) -> tuple[Citation, ...]:
    """Every number of `numeros` (compact number -> creances) that the text writes, in its order.

    Spaces, dashes, slashes, dots and case do not count between the parts of a number; a number is never found
    inside a longer word, nor inside a longer number that is known too.
    """
    lu = plat(texte)
    jetons = [_Jeton(m.start(), m.end(), m[0]) for m in _JETON.finditer(lu)]
    trouves = [t for rang in range(len(jetons)) for t in _depuis(lu, jetons, rang, numeros)]
    entiers = [t for t in trouves if not any(_dans(t, autre) for autre in trouves)]
    return tuple(
        _citation(lu, debut, fin, cle, numeros, seule=not _une_autre(lu, cle, entiers))
        for debut, fin, cle in entiers
    )


def _depuis(
    lu: str, jetons: Sequence[_Jeton], rang: int, numeros: Mapping[str, Sequence[str]]
) -> Iterable[tuple[int, int, str]]:
    """The known numbers that begin with that token: where they begin and end, and the number."""
    cle = ""
    for suivant in range(rang, min(len(jetons), rang + JETONS_MAX)):
        if suivant > rang and not _ENTRE.fullmatch(lu, jetons[suivant - 1].fin, jetons[suivant].debut):
            return
        cle += jetons[suivant].mot
        if len(cle) > COMPACT_MAX:
            return
        if cle in numeros:
            yield jetons[rang].debut, jetons[suivant].fin, cle


def _dans(petit: tuple[int, int, str], grand: tuple[int, int, str]) -> bool:
    return petit != grand and grand[0] <= petit[0] and petit[1] <= grand[1]


def _une_autre(lu: str, cle: str, entiers: Sequence[tuple[int, int, str]]) -> bool:
    """Whether the text also writes a number of that make that nobody knows: it pays something else too."""
    lettres = _LETTRES.match(cle)
    if lettres is None:
        memes = [m.start() for m in _JETON.finditer(lu) if m[0].isdigit() and len(m[0]) == len(cle)]
    else:
        entre = f"{_COLLE}?" if len(lettres[0]) == 1 else _ENTRE.pattern
        memes = [m.start() for m in re.finditer(rf"(?<![^\W_]){lettres[0]}{entre}\d", lu)]
    return any(not any(debut <= place < fin for debut, fin, _ in entiers) for place in memes)


def _recousu(mots: Sequence[str], numeros: Mapping[str, Sequence[str]], creances: Sequence[str]) -> bool:
    """Whether digits apart in the text are together in the number: « FA 1 2 » may be FA-1 and FA-2, not FA-12.

    « FA 2026 0042 » for FA20260042 is no doubt: what follows the gap is long, what precedes it is no number.
    """
    vues = set()
    for rang, (avant, apres) in zip(accumulate(map(len, mots)), pairwise(mots), strict=False):
        court = len(apres) < SUITE_SURE or "".join(mots)[:rang] in numeros
        if avant[-1].isdigit() and apres[0].isdigit() and court:
            vues.add(rang)
    return any(not vues <= set(accumulate(map(len, _JETON.findall(plat(creance))))) for creance in creances)


def _citation(
    lu: str, debut: int, fin: int, cle: str, numeros: Mapping[str, Sequence[str]], *, seule: bool
) -> Citation:
    avant, apres = lu[:debut], lu[fin:]
    doute = (
        not seule
        or _recousu(_JETON.findall(lu, debut, fin), numeros, numeros[cle])
        or apres.startswith(_COUPE)
        or (cle[-1].isdigit() and _CHIFFRES_APRES.match(apres))
        or _LETTRE_APRES.match(apres)
        or _LETTRE_AVANT.search(avant)
        or (cle[0].isdigit() and (_CHIFFRES_AVANT.search(avant) or _COLLE_AVANT.search(avant)))
    )
    return Citation(tuple(numeros[cle]), not doute, cle.isdigit() or len(cle) < 3)


def mots_du_nom(nom: str) -> frozenset[str]:
    """The words by which a name is known again, legal form aside; none when they say too little."""
    mots = frozenset(_JETON.findall(plat(nom))) - _FORMES
    return mots if any(len(mot) >= 4 for mot in mots) else frozenset()


def mots_du_texte(texte: str) -> frozenset[str]:
    """All the words of a text, in capitals without accents."""
    return frozenset(_JETON.findall(plat(texte)))
