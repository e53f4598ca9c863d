"""Exhibits that arrive in an inbox: the invoice, the kind and the day that their name tells."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.dates import MOIS
from dossier.core.faits import GenrePiece
from dossier.core.lectures import ANNEES
from dossier.core.mots import mots

EXEMPLE = "« FA-2026-0042 contrat 2026-03-12.pdf »"
_CLAIRS = {
    GenrePiece.CONTRAT: r"contrats?|conventions?|avenants?",
    GenrePiece.DEVIS: r"devis",
    GenrePiece.COMMANDE: r"commandes?|bdc",
    GenrePiece.CGV: r"cgv|conditions generales",
    GenrePiece.LIVRAISON: r"livraisons?|bl|(?:pv|proces verbal|proces verbaux) de (?:reception|recette)"
    r"|feuilles? de temps",
    GenrePiece.DECOMPTE: r"decomptes?",
    GenrePiece.IDENTITE: r"kbis|k bis|immatriculation|rne|avis de situation|identite",
    GenrePiece.BODACC: r"bodacc",
    GenrePiece.COMPTE: r"releves? de comptes?|extraits? de comptes?|comptes? clients?|grand livre",
}
_DE_LA_POSTE = r"preuves? de depot|depots?|recepisses?|enveloppes?|npai|avis|accuses?|ar|plis?|retours?"
"""Such a paper belongs to a registered letter, never to the invoice alone."""
_VAGUES = (
    (GenrePiece.MISE_EN_DEMEURE, r"mises? en demeure"),
    (
        GenrePiece.ECHANGE,
        r"courriels?|e mails?|emails?|mails?|courriers?|lettres?|relances?|echanges?|messages?",
    ),
    (GenrePiece.FACTURE, r"factures?"),
)
"""Words that another one makes more precise: « facture FA-1 bon de livraison » is a delivery note."""
_MOIS = {mots(mois): rang for rang, mois in enumerate(MOIS, start=1)}


class FactureConnue(NamedTuple):
    """An invoice that is followed."""

    creance: str
    numero: str
    emission: date


class PieceNommee(NamedTuple):
    """What a file's name tells of an exhibit."""

    facture: FactureConnue
    genre: GenrePiece
    jour: date
    officielle: bool
    """Its name says that it is a lawyer's letter that may be produced."""


class _Passage(NamedTuple):
    """Words `debut` to `fin` (excluded)."""

    debut: int
    fin: int

    def dans(self, autre: _Passage) -> bool:
        return autre.debut <= self.debut and self.fin <= autre.fin


def par_mots(factures: Iterable[FactureConnue]) -> dict[str, list[FactureConnue]]:
    """The invoices by the words of their number: a file's name cannot hold every sign of it."""
    connues: dict[str, list[FactureConnue]] = {}
    for facture in factures:
        if cle := mots(facture.numero):
            connues.setdefault(cle, []).append(facture)
    return connues


def piece_nommee(
    nom: str, texte: str, factures: Mapping[str, Sequence[FactureConnue]]
) -> PieceNommee | str | None:
    """The exhibit that a file's name tells, or the French sentence that says why it waits.

    None when the name bears no known invoice, or names a paper of the post. `factures`: see `par_mots`.
    `texte`: its words, where the day is looked for when the name does not give it.
    """
    lus = mots(nom.rpartition(".")[0] or nom).split()
    passages = _passages(lus, factures)
    nommees = {f.creance: f for cle in passages.values() for f in factures[cle]}
    if not nommees:
        return None
    if len(nommees) > 1:
        numeros = ", ".join(f.numero for f in nommees.values())
        return f"Le nom du fichier désigne plusieurs factures ({numeros}) : n'en laissez qu'une."
    (facture,) = nommees.values()
    (passage,) = [*passages][:1]
    reste = [*lus[: passage.debut], "|", *lus[passage.fin :]]
    genre = _genre(" ".join(reste), facture)
    if not isinstance(genre, GenrePiece):
        return genre
    jour = _jour(reste, texte, genre, facture)
    if isinstance(jour, str):
        return jour
    return PieceNommee(facture, genre, jour, officielle=bool({"officiel", "officielle"} & {*reste}))


def _passages(lus: Sequence[str], factures: Mapping[str, object]) -> dict[_Passage, str]:
    """Where known invoices stand: the longest only, and none that is a part of a date when another is there."""
    longueur = max((cle.count(" ") + 1 for cle in factures), default=0)
    trouves = {
        _Passage(debut, fin): cle
        for debut in range(len(lus))
        for fin in range(debut + 1, min(debut + longueur, len(lus)) + 1)
        if (cle := " ".join(lus[debut:fin])) in factures
    }
    longs = {
        p: cle for p, cle in trouves.items() if not any(p != autre and p.dans(autre) for autre in trouves)
    }
    jours = [passage for passage, _ in _dates(lus)]
    sans_date = {p: cle for p, cle in longs.items() if not any(p.dans(jour) for jour in jours)}
    return sans_date or longs


def _genre(reste: str, facture: FactureConnue) -> GenrePiece | str | None:
    clairs = [genre for genre, motif in _CLAIRS.items() if _dit(motif, reste)]
    if len(clairs) > 1:
        noms = " et ".join(genre.value for genre in clairs)
        return f"Le nom du fichier dit plusieurs genres de pièce ({noms}) : n'en laissez qu'un."
    if clairs:
        return clairs[0]
    if _dit(_DE_LA_POSTE, reste):
        return None
    vague = next((genre for genre, motif in _VAGUES if _dit(motif, reste)), None)
    return vague or (
        f"Le nom désigne la facture {facture.numero} sans dire ce qu'est la pièce : ajoutez-y contrat, devis, "
        "commande, CGV, livraison, facture, courrier, mise en demeure, décompte, Kbis, BODACC ou relevé de "
        f"compte, par exemple {EXEMPLE}."
    )


def _jour(reste: Sequence[str], texte: str, genre: GenrePiece, facture: FactureConnue) -> date | str:
    """The day in the name, else that of the invoice itself, else the only one written in its text."""
    du_nom = {jour for _, jour in _dates(reste)}
    if len(du_nom) > 1:
        return "Le nom du fichier porte plusieurs dates : n'y laissez que celle de la pièce."
    if genre is GenrePiece.FACTURE:
        return (du_nom or {facture.emission}).pop()
    jours = du_nom or {jour for _, jour in _dates(mots(texte).split())}
    if len(jours) == 1:
        return jours.pop()
    return f"La date de la pièce n'est pas dans le nom du fichier : ajoutez-la, par exemple {EXEMPLE}."


def _dates(lus: Sequence[str]) -> Iterator[tuple[_Passage, date]]:
    """Every day written in these words: `2026 03 12`, `12 03 2026`, `12 mars 2026`, `20260312`; no word twice."""
    rang = 0
    while rang < len(lus):
        passage = _Passage(rang, rang + 1)
        if jour := _en_date(lus[rang : rang + 3]):
            passage = _Passage(rang, rang + 3)
        elif re.fullmatch(r"\d{8}", lus[rang]):
            jour = _date(lus[rang][:4], lus[rang][4:6], lus[rang][6:])
        if jour:
            yield passage, jour
        rang = passage.fin


def _en_date(trois: Sequence[str]) -> date | None:
    if len(trois) < 3:
        return None
    un, mois, autre = trois
    return _date(un, mois, autre) or _date(autre, mois, un.removesuffix("er"))


def _date(annee: str, mois: str, jour: str) -> date | None:
    if not (re.fullmatch(r"\d{4}", annee) and re.fullmatch(r"\d{1,2}", jour)):
        return None
    rang = _MOIS.get(mois) or (int(mois) if re.fullmatch(r"\d{1,2}", mois) else 0)
    try:
        lue = date(int(annee), rang, int(jour))
    except ValueError:
        return None
    return lue if lue.year in ANNEES else None


def _dit(motif: str, texte: str) -> bool:
    return re.search(rf"\b(?:{motif})\b", texte) is not None
