"""One creance as a dossier sees it: its faits, its state, its scenario, its statement of sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from dossier.core.decompte import Decompte
from dossier.core.etat import Etat
from dossier.core.faits import Fait
from dossier.core.pieces import Piece
from dossier.core.scenario import Scenario
from dossier.core.totaux import TotalDecomptes, totaliser


class Recueil(NamedTuple):
    """All that is known of one creance on the day of the dossier."""

    faits: tuple[Fait, ...]
    etat: Etat
    scenario: Scenario
    decompte: Decompte


def total_de(recueils: Sequence[Recueil]) -> TotalDecomptes:
    """The sums of all these creances together, line by line."""
    return totaliser([(recueil.etat.facture.numero, recueil.decompte) for recueil in recueils])


def total(recueils: Sequence[Recueil]) -> Decimal:
    """Euros claimed for all these creances together."""
    return total_de(recueils).total


def renvoi(pieces: Sequence[Piece]) -> str:
    """`pièce n° 3` or `pièces n° 3, 4 et 7`; empty when there is none."""
    numeros = [str(piece.numero) for piece in pieces]
    if not numeros:
        return ""
    if len(numeros) == 1:
        return f"pièce n°\u00a0{numeros[0]}"
    return f"pièces n°\u00a0{', '.join(numeros[:-1])} et {numeros[-1]}"
