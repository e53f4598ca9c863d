"""The flow runs of the creances: created once each, woken by faits, mended when lost."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Scheduled

from dossier.core.errors import DossierError
from dossier.core.etat import Etat
from dossier.services.creances import lire_etat
from dossier.services.outils import Outils
from flows.affichage import etiquettes, nom_de_run
from flows.durable_wait import cle_de_run, rendre_du, reveiller, run_de

DEPLOIEMENT = "suivi-facture/suivi-facture"


class Ronde(NamedTuple):
    """What mending the runs did."""

    ouvertes: int
    creees: int
    relancees: int


def lancer(client: SyncPrefectClient, etat: Etat) -> FlowRun:
    """The run of that creance, created if Prefect does not have it (idempotency key: one run each)."""
    try:
        deploiement = client.read_deployment_by_name(DEPLOIEMENT)
    except ObjectNotFound:
        raise DossierError(
            "Le service n'a pas encore enregistré ses flux dans Prefect : lancez `dossier service`."
        ) from None
    return client.create_flow_run_from_deployment(
        deploiement.id,
        parameters={"facture": etat.facture.numero},
        state=Scheduled(),
        name=nom_de_run(etat),
        tags=etiquettes(etat, "ouverture"),
        idempotency_key=cle_de_run(etat.creance),
    )


def signaler(creance: str) -> None:
    """Wake the run of that creance after a fait was recorded; a missing run is made by the next round."""
    with get_client(sync_client=True) as client:
        reveiller(client, creance)


def retablir(outils: Outils) -> Ronde:
    """Give every open creance its live run: rebuild what Prefect lost, take back what crashed."""
    ouvertes = [etat for etat in _etats(outils) if etat.fin is None and etat.dossier is None]
    creees = relancees = 0
    with get_client(sync_client=True) as client:
        for etat in ouvertes:
            run = run_de(client, etat.creance)
            if run is None:
                lancer(client, etat)
                creees += 1
            elif run.state is not None and run.state.is_crashed():
                rendre_du(client, run.id, "Reprise")
                relancees += 1
    return Ronde(len(ouvertes), creees, relancees)


def reprendre_les_orphelines(pool: str) -> int:
    """Make due again the runs that a killed service left half-way; how many there were.

    Only at the start of the one service of this pool, when nothing can really be running. Suivis and forms
    alike are safe to run again: the journal knows what was done.
    """
    with get_client(sync_client=True) as client:
        reprises = 0
        while orphelines := _a_mi_chemin(client, pool):
            for run in orphelines:
                rendre_du(client, run.id, "Reprise après arrêt du service")
            reprises += len(orphelines)
        return reprises


def _a_mi_chemin(client: SyncPrefectClient, pool: str) -> list[FlowRun]:
    types = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
    return client.read_flow_runs(
        work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool])),
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=types))),
        limit=200,
    )


def _etats(outils: Outils) -> Iterable[Etat]:
    return (lire_etat(outils, ouverture.creance) for ouverture in outils.journal.creances())
