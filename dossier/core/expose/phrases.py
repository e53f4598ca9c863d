"""What the sentences of the statement of facts are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from dossier.core.montants import INSECABLE
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil, renvoi

NOMBRES = (
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
)
Cle = TypeVar("Cle")


class Phrase(NamedTuple):
    """One sentence, the exhibits that it cites, and those that it should cite and that are lacking."""

    texte: str
    citees: tuple[Piece, ...] = ()
    manques: tuple[str, ...] = ()


def nombre(combien: int) -> str:
    """`deux`, `seize`, then `17`."""
    return NOMBRES[combien] if combien < len(NOMBRES) else str(combien)


def nommees(recueils: Sequence[Recueil], tous: Sequence[Recueil]) -> str:
    """`La facture n° FA-1`, `Les factures n° FA-1 et FA-2`; `Ces 40 factures` when it is all of them."""
    if len(recueils) == len(tous):
        return f"Ces {nombre(len(tous))} factures"
    numeros = [recueil.etat.facture.numero for recueil in recueils]
    sujet = "La facture" if len(numeros) == 1 else "Les factures"
    return f"{sujet} n°{INSECABLE}{liste(numeros)}"


def liste(textes: Sequence[str]) -> str:
    """`a`, `a et b`, `a, b et c`."""
    return f"{', '.join(textes[:-1])} et {textes[-1]}" if len(textes) > 1 else textes[0]


def cite(pieces: Sequence[Piece]) -> str:
    """These exhibits in brackets, after a space; empty when there is none."""
    return f" ({renvoi(pieces)})" if pieces else ""


def ensemble(
    recueils: Sequence[Recueil], cle: Callable[[Recueil], Cle]
) -> Iterable[tuple[Cle, list[Recueil]]]:
    """The invoices of which the same thing is to be told."""
    groupes: dict[Cle, list[Recueil]] = {}
    for recueil in recueils:
        groupes.setdefault(cle(recueil), []).append(recueil)
    return groupes.items()


def de(pieces: Sequence[Piece], recueils: Sequence[Recueil]) -> list[Piece]:
    """The exhibits of these invoices."""
    creances = {recueil.etat.creance for recueil in recueils}
    return [piece for piece in pieces if creances & set(piece.creances)]
