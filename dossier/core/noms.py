"""What a reader calls the things that faits name by a code: a step, a scenario, an exhibit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.dates import en_lettres
from dossier.core.faits import Contenu, PieceAjoutee
from dossier.core.scenario import Scenario

DEBUT_EMPREINTE = 8
"""Characters of a digest that name an exhibit."""


class Noms(NamedTuple):
    """The words for each code; what is unknown keeps its own."""

    etapes: Mapping[str, str]
    scenarios: Mapping[str, str]
    distinctions: Mapping[tuple[str, str], str]
    """By title and digest: what tells an exhibit from the others of the same title."""

    def etape(self, nom: str) -> str:
        return self.etapes.get(nom, nom)

    def scenario(self, nom: str) -> str:
        return self.scenarios.get(nom, nom)

    def piece(self, intitule: str, empreinte: str) -> str:
        """`Bon de commande`, or `Bon de commande, datée du 4 mai 2026` when another bears that title."""
        return ", ".join(filter(None, (intitule, self.distinctions.get((intitule, empreinte), ""))))


def nommer(contenus: Sequence[Contenu], scenarios: Iterable[Scenario]) -> Noms:
    """The words for what one creance's faits name; of two scenarios that name a step alike, the last one tells."""
    connus = tuple(scenarios)
    return Noms(
        etapes={nom: libelle for scenario in connus for nom, libelle in scenario.libelles.items()},
        scenarios={scenario.nom: scenario.libelle for scenario in connus},
        distinctions=_distinctions(contenus),
    )


def _distinctions(contenus: Sequence[Contenu]) -> dict[tuple[str, str], str]:
    jours: dict[str, dict[str, date]] = {}
    for contenu in contenus:
        if isinstance(contenu, PieceAjoutee):
            jours.setdefault(contenu.intitule, {})[contenu.pdf.empreinte] = contenu.jour
    return {
        (intitule, empreinte): _dite(empreinte, jour, memes)
        for intitule, memes in jours.items()
        if len(memes) > 1
        for empreinte, jour in memes.items()
    }


def _dite(empreinte: str, jour: date, memes: Mapping[str, date]) -> str:
    """Its date, unless another of these has the same: then how the form that withdraws it calls it."""
    if list(memes.values()).count(jour) == 1:
        return f"datée du {en_lettres(jour)}"
    return f"empreinte {empreinte[:DEBUT_EMPREINTE]}"
