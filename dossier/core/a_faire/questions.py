"""The questions that wait for a person: on which step, about what, since when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dossier.core.dates import jour_legal
from dossier.core.decision import Action, Assembler, DemanderAdresse, DemanderAppel, DemanderApprobation
from dossier.core.etat import Etat, poursuivre
from dossier.core.faits import Fait
from dossier.core.scenario import Scenario


def posee_le(faits: Sequence[Fait], etape: str) -> date | None:
    """Since when the question open on that step is asked, however often it was asked again; None if it is not.

    A question about something else, on the same step, is another one.
    """
    etat, sujet, depuis = None, "", None
    for fait in faits:
        etat = poursuivre(etat, [fait.contenu])
        actuel = sujet_de(etat, etape)
        if actuel != sujet:
            sujet, depuis = actuel, jour_legal(fait.instant)
    return depuis if sujet else None


def sujet_de(etat: Etat, etape: str) -> str:
    """What the question open on that step is about; empty when none is."""
    return etat.questions.get(etape, "").rpartition("-")[0]


def etape_interrogee(etat: Etat, scenario: Scenario, action: Action) -> str | None:
    """The step on which a person is asked something, when that is the action of the day; None when nobody is."""
    if isinstance(action, DemanderApprobation | DemanderAppel | DemanderAdresse):
        return action.etape.nom
    dossier = scenario.etapes[-1].nom
    return dossier if isinstance(action, Assembler) and dossier in etat.questions else None
