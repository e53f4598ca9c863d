"""Scans that arrive in an inbox: which letter each one belongs to, and what paper it is."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from dossier.core.faits import GenreScan
from dossier.core.mots import mots
from dossier.core.numeros import numeros

TAILLE_MAX = 50_000_000
"""Bytes of a file of the inbox."""
TROP_LOURD = (
    f"Le fichier dépasse {TAILLE_MAX // 1_000_000} Mo : numérisez-le de nouveau en noir et blanc, "
    "ou en plusieurs fichiers."
)
ABSENT = "Le fichier n'est plus dans la boîte de réception : il a été déplacé ou supprimé."
CHANGE = (
    "Le fichier a été remplacé pendant qu'il était classé : son nouveau contenu sera lu au prochain passage."
)
PAPIERS = {
    GenreScan.DEPOT: "preuve de dépôt",
    GenreScan.AVIS: "avis de réception",
    GenreScan.ENVELOPPE: "enveloppe retournée",
}
_ENCORE_ECRITS = (".part", ".partial", ".filepart", ".crdownload", ".download", ".tmp", "~")
_DU_SYSTEME = frozenset({"thumbs.db", "desktop.ini"})
_DEPOT = r"preuves? de depot|recepisses?|bordereaux? de depot"
_DU_NOM = (
    (_DEPOT, GenreScan.DEPOT),
    (r"enveloppes?|npai|n habite pas|n habite plus|non reclamee?s?|refusee?s?", GenreScan.ENVELOPPE),
    (r"avis|accuses?|ar", GenreScan.AVIS),
    (r"depots?", GenreScan.DEPOT),
    (r"plis?|retours?|retournee?s?", GenreScan.ENVELOPPE),
)
"""Words of a file's name, the most telling first: « avis de réception du pli » is an avis."""
_DU_TEXTE = (
    (_DEPOT, GenreScan.DEPOT),
    (
        r"npai|n habite pas|n habite plus|non reclamee?|destinataire inconnu|refusee? par le destinataire"
        r"|(?:pli|lettre|envoi) refusee?|retour a l expediteur|retour a l envoyeur",
        GenreScan.ENVELOPPE,
    ),
)
"""Words of the post: those of the letter inside the envelope must not be taken for them."""


class PliConnu(NamedTuple):
    """A registered letter of one creance, under a number by which it is known."""

    creance: str
    facture: str
    """The number of the invoice."""
    cle: str
    """Of the sending."""
    numero: str
    groupe: tuple[str, ...] = ()
    """The creances of a common letter; empty when alone."""


class Classement(NamedTuple):
    """Where a scan goes."""

    pli: PliConnu
    """For a common letter, that of the first of its creances."""
    genre: GenreScan


def attendu(nom: str) -> bool:
    """Whether a file of that name is meant to be read: not hidden, half-written or made by a system."""
    bas = nom.lower()
    cache = bas.startswith((".", "~$")) or bas in _DU_SYSTEME
    return bool(nom) and not cache and not bas.endswith(_ENCORE_ECRITS)


def autre_nom(nom: str, rang: int) -> str:
    """The name to try in the place of one already taken: `avis.pdf`, `avis (2).pdf`, `avis (3).pdf`."""
    if rang == 1:
        return nom
    tronc, point, extension = nom.rpartition(".")
    return f"{tronc} ({rang}){point}{extension}" if tronc else f"{nom} ({rang})"


def lisible(nom: str) -> str:
    """A file's name as it can be recorded and shown, whatever its bytes were."""
    propre = "".join(c if c.isprintable() else " " if c.isspace() else "?" for c in nom)
    return unicodedata.normalize("NFC", propre)


def genre_du_scan(nom: str, texte: str) -> GenreScan:
    """What paper it is, from the words of its name, else of its text; an avis when neither tells."""
    return _genre(nom, _DU_NOM) or _genre(texte, _DU_TEXTE) or GenreScan.AVIS


def classer(nom: str, texte: str, plis: Mapping[str, Sequence[PliConnu]]) -> Classement | str:
    """The letter and the kind of a scan, or the French sentence that says why it waits.

    `plis`: the known letters by number. The number in the name comes before those of the text, unless the
    text bears those of other letters alone.
    """
    du_nom = numeros(nom)
    if len(du_nom) > 1:
        return f"Le nom du fichier porte plusieurs numéros de recommandé ({', '.join(du_nom)}) : n'en laissez qu'un."
    du_texte = numeros(texte)
    lus = du_nom or du_texte
    if not lus:
        return (
            "Aucun numéro de recommandé lisible : nommez le fichier avec le numéro du recommandé, "
            "par exemple « 1A12345678901 avis.pdf » (une image n'est pas lue)."
        )
    trouves = _lettres(lus, plis)
    if not trouves:
        return _inconnu(lus)
    if len(trouves) > 1:
        return _ambigu([*trouves.values()])
    ((lettre, pli),) = trouves.items()
    autres = _lettres(du_texte, plis)
    if autres and lettre not in autres:
        return _contredit(pli, [*autres.values()])
    return Classement(pli, genre_du_scan(nom, texte))


def _lettres(
    lus: Iterable[str], plis: Mapping[str, Sequence[PliConnu]]
) -> dict[tuple[str, tuple[str, ...]], PliConnu]:
    """The letters known under these numbers: a common one counts once."""
    par_lettre: dict[tuple[str, tuple[str, ...]], PliConnu] = {}
    for pli in (pli for numero in lus for pli in plis.get(numero, ())):
        par_lettre.setdefault((pli.cle, pli.groupe or (pli.creance,)), pli)
    return par_lettre


def _inconnu(lus: Sequence[str]) -> str:
    return (
        f"Aucun recommandé déposé sous le n°\u00a0{', '.join(lus)} : enregistrez d'abord son dépôt, "
        "le fichier attend."
    )


def _contredit(pli: PliConnu, autres: Sequence[PliConnu]) -> str:
    dits = ", ".join(dict.fromkeys(autre.numero for autre in autres))
    return (
        f"Le nom porte le n°\u00a0{pli.numero}, le texte celui d'un autre recommandé ({dits}) : regardez le papier, "
        "et donnez-lui le bon numéro. Si c'est celui du nom, joignez le papier au dépôt ou à l'accusé de "
        "réception, par leur formulaire."
    )


def _ambigu(trouves: Sequence[PliConnu]) -> str:
    connus = list(dict.fromkeys(pli.numero for pli in trouves))
    if len(connus) > 1:
        return (
            f"Le texte porte les numéros de plusieurs recommandés ({', '.join(connus)}) : nommez le fichier "
            "avec celui qui convient."
        )
    factures = ", ".join(dict.fromkeys(pli.facture for pli in trouves))
    return (
        f"Le n°\u00a0{connus[0]} est enregistré sur plusieurs lettres ({factures}) : "
        "corrigez le dépôt qui n'est pas le sien, le fichier attend."
    )


def _genre(texte: str, motifs: Iterable[tuple[str, GenreScan]]) -> GenreScan | None:
    phrase = mots(texte)
    return next((genre for motif, genre in motifs if re.search(rf"\b(?:{motif})\b", phrase)), None)
