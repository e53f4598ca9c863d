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

A_ABREGER = 3
"""From how many exhibits in a row on a reference names the first and the last only."""


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
    """`pièce n° 3`, `pièces n° 3, 4 et 7`, `pièces n° 5 à 10 et 12`; empty when there is none."""
    suites = _suites([piece.numero for piece in pieces])
    if not suites:
        return ""
    nom = "pièce" if len(pieces) == 1 else "pièces"
    debut = f"{', '.join(suites[:-1])} et " if len(suites) > 1 else ""
    return f"{nom} n°\u00a0{debut}{suites[-1]}"


def _suites(numeros: Sequence[int]) -> list[str]:
    """These numbers in their order, three or more that follow one another as `5 à 10`."""
    suites: list[list[int]] = []
    for numero in numeros:
        if suites and numero == suites[-1][-1] + 1:
            suites[-1].append(numero)
        else:
            suites.append([numero])
    return [texte for suite in suites for texte in _ecrite(suite)]


def _ecrite(suite: Sequence[int]) -> list[str]:
    if len(suite) < A_ABREGER:
        return [str(numero) for numero in suite]
    return [f"{suite[0]} à {suite[-1]}"]
