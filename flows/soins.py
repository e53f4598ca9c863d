"""What ails the runs of the creances, and its cure: the journal decides, Prefect is put back in line with it.

A creance has one run, the one that bears its key (`cle_de_run`). It lives when it is Scheduled, Pending,
Running or Paused; red, it waits for a person. See docs/decisions/0018-ronde-et-automates.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from prefect.client.schemas.objects import FlowRun, StateType

from dossier.core.creance import identifiant
from dossier.core.dates import debut_du_jour
from dossier.core.decision import (
    UN_JOUR,
    Action,
    Assembler,
    Attendre,
    DemanderAdresse,
    DemanderAppel,
    DemanderApprobation,
    Suivre,
    decide,
)
from dossier.core.etat import Etat
from dossier.services.creances import scenario_de
from dossier.services.outils import Outils
from dossier.services.suites import attente_de
from flows.durable_wait import cle_de_run
from flows.incomplets import a_rejuger

UNE_HEURE = timedelta(hours=1)
VIVANTS = frozenset({StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.PAUSED})
EN_MAIN = frozenset({StateType.PENDING, StateType.RUNNING, StateType.CANCELLING})
"""A worker holds it, or the hunt for orphans sees to it: never touched here."""
QUESTIONS = (DemanderApprobation, DemanderAdresse, DemanderAppel, Assembler)


class Mal(Enum):
    """What was found, as the operator reads it."""

    PERDU = "suivi absent de Prefect : supprimé, ou jamais créé"
    INTERROMPU = "suivi interrompu (Crashed)"
    ANNULE = (
        "suivi annulé dans l'écran, mais la créance est ouverte ; pour l'arrêter, suspendez-la ou abandonnez-la "
        "par formulaire"
    )
    TERMINE = "suivi terminé, mais la créance est ouverte au journal"
    ENDORMI = "suivi garé après la date que donne le journal"
    QUESTION = "suivi arrêté sur une question qui n'est plus à poser telle quelle"
    EN_RETARD = "suivi en retard de plus d'une heure, alors que des places étaient libres"
    SURVIVANT = "suivi encore ouvert, mais la créance est close"
    DOUBLON = "second suivi de la même créance"
    INCONNU = "suivi d'une facture que le journal ne connaît pas"

    @property
    def remede(self) -> str:
        """What the round does about it."""
        if self is Mal.PERDU:
            return "recréé"
        return "annulé" if self in (Mal.DOUBLON, Mal.INCONNU) else "remis en route"


class Cas(NamedTuple):
    """One thing to mend: the run concerned, or None when it is to be created for `etat`."""

    facture: str
    mal: Mal
    run: FlowRun | None = None
    etat: Etat | None = None


class Regard(NamedTuple):
    """The moment at which the runs are looked at."""

    maison: Outils
    reel: datetime
    """The instant of Prefect's clock, which is the machine's."""
    retards: bool = False
    """Whether a due run that nobody takes is ill: not while the queue is full, nor just after a start."""


def par_creance(runs: Iterable[FlowRun]) -> dict[str, list[FlowRun]]:
    """The runs of each creance, each once, though a page that moved may list it twice."""
    groupes: dict[str, list[FlowRun]] = {}
    for run in {run.id: run for run in runs}.values():
        groupes.setdefault(identifiant(str(run.parameters.get("facture", ""))), []).append(run)
    return groupes


def titulaire(runs: Iterable[FlowRun], creance: str) -> FlowRun | None:
    """The one run that leads that creance: the one with its key."""
    return next((run for run in runs if run.idempotency_key == cle_de_run(creance)), None)


def diagnostic(regard: Regard, etat: Etat, runs: Sequence[FlowRun]) -> list[Cas]:
    """What is to be mended about that creance, of which these are all the runs.

    Raises DossierError when the journal does not say what is due.
    """
    mene = titulaire(runs, etat.creance)
    numero = etat.facture.numero
    cas = [Cas(numero, Mal.DOUBLON, run) for run in runs if run is not mene and _a_ecarter(run)]
    mal = _mal(regard, etat, mene)
    return [*cas, Cas(numero, mal, mene, etat)] if mal else cas


def inconnus(groupes: dict[str, list[FlowRun]], connues: frozenset[str]) -> list[Cas]:
    """The runs of factures that the journal does not know at all, altered creances included."""
    return [
        Cas(str(run.parameters.get("facture", "")), Mal.INCONNU, run)
        for creance, runs in groupes.items()
        for run in runs
        if creance not in connues and _a_ecarter(run)
    ]


def _a_ecarter(run: FlowRun) -> bool:
    return run.state_type in {StateType.SCHEDULED, StateType.PAUSED, StateType.FAILED, StateType.CRASHED}


def _mal(regard: Regard, etat: Etat, run: FlowRun | None) -> Mal | None:
    if etat.fin is not None:
        return Mal.SURVIVANT if run is not None and _survit(regard, run) else None
    if run is None:
        return Mal.PERDU
    if run.state_type in EN_MAIN or run.state_type is StateType.FAILED:
        return None
    return _selon_le_journal(regard, etat, run)


def _selon_le_journal(regard: Regard, etat: Etat, run: FlowRun) -> Mal | None:
    action = decide(etat, scenario_de(regard.maison, etat), regard.maison.clock.jour())
    match run.state_type:
        case StateType.SCHEDULED:
            return _garage(regard, etat, run, action)
        case StateType.PAUSED:
            scenario = scenario_de(regard.maison, etat)
            a_poser = isinstance(action, QUESTIONS) and not a_rejuger(regard.maison, etat, scenario)
            return None if a_poser else Mal.QUESTION
        case StateType.CRASHED:
            return Mal.INTERROMPU
        case StateType.CANCELLED:
            return None if _suspendue(action) else Mal.ANNULE
    return Mal.TERMINE


def _survit(regard: Regard, run: FlowRun) -> bool:
    """Whether it needs a push to see that its creance is closed: one already due does not."""
    if run.state_type is StateType.SCHEDULED:
        return _prevu(run) > regard.reel + UNE_HEURE
    return run.state_type in {StateType.PAUSED, StateType.FAILED, StateType.CRASHED}


def _suspendue(action: Action) -> bool:
    return isinstance(action, Attendre) and action.etape == "suspension"


def _garage(regard: Regard, etat: Etat, run: FlowRun, action: Action) -> Mal | None:
    prevu = _prevu(run)
    if prevu > _attendu(regard, etat, action) + UNE_HEURE:
        return Mal.ENDORMI
    return Mal.EN_RETARD if regard.retards and prevu < regard.reel - UNE_HEURE else None


def _prevu(run: FlowRun) -> datetime:
    assert run.next_scheduled_start_time is not None
    return run.next_scheduled_start_time


def _attendu(regard: Regard, etat: Etat, action: Action) -> datetime:
    """When the journal says that this run has something to do, at the latest."""
    clock = regard.maison.clock
    match action:
        case Attendre(jusqu_a=jour):
            return clock.reel(debut_du_jour(jour))
        case Suivre():
            return clock.reel(debut_du_jour(attente_de(regard.maison, etat).jusqu_a))
        case Assembler():
            # It may wait until tomorrow for the run that seals this debtor's dossier.
            return clock.reel(debut_du_jour(clock.jour() + UN_JOUR))
    # A step due today leaves at eight: a run parked until then is well.
    return max(regard.reel, clock.reel(debut_du_jour(clock.jour())))
