"""A dossier that cannot be sealed: what the question about it says, and whether that is still so."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.core.completude import Lacune, non_levees
from dossier.core.etat import Etat
from dossier.core.scenario import Scenario
from dossier.services.completude import ensemble, lacunes_de
from dossier.services.outils import Outils

LACUNES = "lacunes--"
"""How the key of a question about an incomplete dossier begins."""


def sujet(bloquantes: Sequence[Lacune]) -> str:
    """What a question about these gaps is about, as its key says it."""
    return f"{LACUNES}{'-'.join(sorted({lacune.code for lacune in bloquantes}))}"[:60]


def a_rejuger(maison: Outils, etat: Etat, scenario: Scenario) -> bool:
    """Whether what stops the sealing of that creance is no longer what the open question about it says.

    The configuration or the calendar changed, which no fait tells: its run is to be woken. Raises
    ParametreNonCouvert.
    """
    posee = etat.questions.get(scenario.etapes[-1].nom, "")
    if not posee.startswith(LACUNES):
        return False
    etats = ensemble(maison, etat)
    bloquantes = non_levees(lacunes_de(maison, etats), etats) if etats else ()
    return not bloquantes or posee.rpartition("-")[0] != sujet(bloquantes)
