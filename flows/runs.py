"""The flow runs of the creances: created once each, woken by faits, mended when lost."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

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
from prefect.states import Cancelled, Scheduled

from dossier.core.errors import DossierError
from dossier.core.etat import Etat
from dossier.core.groupes import membres
from dossier.services.creances import lire_etat
from dossier.services.outils import Outils
from flows.affichage import etiquettes, nom_de_run
from flows.durable_wait import cle_de_run, rendre_du, reveiller, run_de

DEPLOIEMENT = "suivi-facture/suivi-facture"


PAGE = 200


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


def signaler(outils: Outils, creance: str) -> None:
    """Wake the run of that creance after a fait was recorded, and those with which it shares a document.

    A missing run is made by the next round.
    """
    with get_client(sync_client=True) as client:
        for membre in membres(lire_etat(outils, creance)):
            reveiller(client, membre)


def signaler_le_debiteur(outils: Outils, creance: str) -> None:
    """Wake the runs of all that the debtor of that creance owes."""
    debiteur = lire_etat(outils, creance).debiteur
    with get_client(sync_client=True) as client:
        for ouverture in outils.journal.creances(debiteur):
            reveiller(client, ouverture.creance)


def retablir(etats: Iterable[Etat]) -> Ronde:
    """Give every open creance among these its live run: rebuild what Prefect lost, take back what crashed."""
    ouvertes = [etat for etat in etats if etat.fin is None]
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


def reprendre_les_orphelines(pool: str, *, tenus: frozenset[UUID], depuis: timedelta) -> int:
    """Make due again the runs left half-way by a killed service or a lost connection; how many.

    `tenus`: the runs that this service holds. `depuis`: how long a run must have stood still, so that one
    just taken is left alone. Only for the one service of this pool. Suivis and forms alike are safe to run
    again: the journal knows what was done.
    """
    with get_client(sync_client=True) as client:
        limite = datetime.now(UTC) - depuis  # noqa: TID251 - compared with Prefect's own clock
        orphelines = [
            (run.id, run.state)
            for run in _a_mi_chemin(client, pool)
            if run.id not in tenus and run.state is not None and run.state.timestamp <= limite
        ]
        for run, etat in orphelines:
            if etat.is_cancelling():
                client.set_flow_run_state(run, Cancelled(), force=True)
            else:
                rendre_du(client, run, "Reprise après interruption")
        return len(orphelines)


def _a_mi_chemin(client: SyncPrefectClient, pool: str) -> Iterator[FlowRun]:
    types = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
    etat = FlowRunFilterState(type=FlowRunFilterStateType(any_=types))
    rang = 0
    while page := client.read_flow_runs(
        work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool])),
        flow_run_filter=FlowRunFilter(state=etat),
        limit=PAGE,
        offset=rang,
    ):
        yield from page
        rang += PAGE
