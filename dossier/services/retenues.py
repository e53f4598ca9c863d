"""The evidence of a creance kept from being erased while its case is open (legal hold), then let go.

To be called when the dossier is sealed or handed over (`retenir`), and when the creance ends (`liberer`).
Both may be called again: a pass cut short goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from dossier.core.errors import DossierError
from dossier.core.etat import rejouer
from dossier.core.faits import Archive, Fait
from dossier.core.stockage import Gardien
from dossier.services.outils import Outils


class Bilan(NamedTuple):
    """What one pass did."""

    faites: tuple[str, ...]
    """Keys now held, or let go."""
    pannes: tuple[str, ...]
    """French sentences: what could not be, and why."""


def retenir(outils: Outils, gardien: Gardien, creance: str) -> Bilan:
    """Hold every document that the journal of that creance names, and its token.

    Never raises for a document that is missing or refused: it is told, and the others are held.
    """
    return _appliquer(gardien.retenir, _cles(outils.journal.lire(creance)))


def liberer(outils: Outils, gardien: Gardien, creance: str) -> Bilan:
    """Let go of them once the creance has ended, but for those that an open creance of the debtor names too.

    Does nothing while the creance itself is open.
    """
    faits = outils.journal.lire(creance)
    if not faits or rejouer(faits).fin is None:
        return Bilan((), ())
    utiles = set(_utiles_ailleurs(outils, rejouer(faits).debiteur))
    return _appliquer(gardien.liberer, (cle for cle in _cles(faits) if cle not in utiles))


def _utiles_ailleurs(outils: Outils, debiteur: str) -> Iterator[str]:
    for ouverture in outils.journal.creances(debiteur):
        faits = outils.journal.lire(ouverture.creance)
        if rejouer(faits).fin is None:
            yield from _cles(faits)


def _cles(faits: Iterable[Fait]) -> Iterator[str]:
    """Keys of the documents that these faits name, each once, and of their tokens."""
    valeurs = (valeur for fait in faits for _, valeur in fait.contenu)
    for archive in dict.fromkeys(valeur for valeur in valeurs if isinstance(valeur, Archive)):
        yield archive.cle
        if archive.jeton is not None:
            yield archive.jeton


def _appliquer(geste: Callable[[str], None], cles: Iterable[str]) -> Bilan:
    faites: list[str] = []
    pannes: list[str] = []
    for cle in dict.fromkeys(cles):
        try:
            geste(cle)
        except DossierError as error:
            pannes.append(str(error))
        else:
            faites.append(cle)
    return Bilan(tuple(faites), tuple(pannes))
