"""Runs left half-way by a worker that died: found by the name under which each was taken, made due again.

A worker writes its name in the very state by which it takes a run, and Prefect lets one alone do so; its
heartbeats tell the others that it lives. See docs/decisions/0019-plusieurs-ouvriers.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, StateType, Worker, WorkerStatus
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Cancelled

from flows.durable_wait import rendre_du
from flows.pages import PAGE, lire_runs
from flows.worker import PRIS_PAR

OUBLI = timedelta(days=1)
"""How long a worker that is gone stays in Prefect's list."""


class Ouvriers(NamedTuple):
    """What this process knows of the workers, besides what Prefect says at this moment."""

    moi: str
    """The name of the worker of this process: no other process ever bears it."""
    tenus: frozenset[UUID] = frozenset()
    """The runs that it holds."""
    morts: Collection[str] = ()
    """Workers known for certain to be dead: this process has the lock that they had."""
    vus: Collection[str] | None = None
    """Those that lived at the previous look; None at the first, which takes nothing back from the others.

    A server that was down makes all of them look dead once.
    """


def reprendre_les_orphelines(
    client: SyncPrefectClient, pool: str, ouvriers: Ouvriers, en_vie: Collection[str], *, depuis: timedelta
) -> int:
    """Make due again the runs that no living worker holds; how many.

    `en_vie`: what `vivants` just said. `depuis`: how long a run must have stood still, so that one just
    taken is left alone; those of a worker known to be dead do not wait. One living worker alone, the first
    by name, takes back those of the others: two that did so at once would give one run to two threads.
    Suivis and forms alike are safe to run again: the journal knows what was done.
    """
    limite = datetime.now(UTC) - depuis  # noqa: TID251 - compared with Prefect's own clock
    candidats = [run for run in _a_mi_chemin(client, pool) if run.id not in ouvriers.tenus]
    orphelines = [run for run in candidats if _orpheline(client, run, ouvriers, en_vie, limite)]
    return sum(_rendre(client, run) for run in orphelines)


def vivants(client: SyncPrefectClient, pool: str) -> frozenset[str]:
    """The workers whose heartbeats Prefect still receives."""
    return frozenset(o.name for o in _ouvriers(client, pool) if o.status is WorkerStatus.ONLINE)


def oublier_les_disparus(client: SyncPrefectClient, pool: str) -> None:
    """Take off Prefect's list the workers gone for a day: each start of a process adds one."""
    limite = datetime.now(UTC) - OUBLI  # noqa: TID251 - compared with Prefect's own clock
    for ouvrier in list(_ouvriers(client, pool)):
        if ouvrier.last_heartbeat_time is not None and ouvrier.last_heartbeat_time < limite:
            with suppress(ObjectNotFound, PrefectHTTPStatusError):
                client.request("DELETE", f"/work_pools/{pool}/workers/{ouvrier.name}")  # type: ignore[arg-type]


def _ouvriers(client: SyncPrefectClient, pool: str) -> Iterator[Worker]:
    rang = 0
    while page := client.read_workers_for_work_pool(pool, limit=PAGE, offset=rang):
        yield from page
        rang += PAGE


def _orpheline(
    client: SyncPrefectClient, run: FlowRun, ouvriers: Ouvriers, en_vie: Collection[str], limite: datetime
) -> bool:
    immobile = run.state is not None and run.state.timestamp <= limite
    if not (immobile or ouvriers.morts):
        return False
    tenant = tenant_de(client, run.id)
    if tenant in ouvriers.morts:
        return True
    if tenant == ouvriers.moi:
        return immobile
    return immobile and tenant not in en_vie and _charge_des_autres(ouvriers, en_vie, tenant)


def _charge_des_autres(ouvriers: Ouvriers, en_vie: Collection[str], tenant: str | None) -> bool:
    """Whether it is for this worker to take that one's runs back: seen gone twice, and first of the living."""
    if ouvriers.vus is None or tenant in ouvriers.vus:
        return False
    return ouvriers.moi == min({ouvriers.moi, *en_vie, *ouvriers.vus})


def tenant_de(client: SyncPrefectClient, run: UUID) -> str | None:
    """The worker that took that run last; None when none ever said so."""
    etats = sorted(client.read_flow_run_states(run), key=lambda etat: etat.timestamp, reverse=True)
    messages = (etat.message or "" for etat in etats if etat.is_pending())
    return next((m.removeprefix(PRIS_PAR) for m in messages if m.startswith(PRIS_PAR)), None)


def _rendre(client: SyncPrefectClient, run: FlowRun) -> bool:
    """Make it due, unless it moved since it was looked at or a person deleted it."""
    with suppress(ObjectNotFound):
        etat = client.read_flow_run(run.id).state
        if etat is None or run.state is None or etat.id != run.state.id:
            return False
        if etat.is_cancelling():
            client.set_flow_run_state(run.id, Cancelled(), force=True)
        else:
            rendre_du(client, run.id, "Reprise après interruption")
        return True
    return False


def _a_mi_chemin(client: SyncPrefectClient, pool: str) -> Iterator[FlowRun]:
    types = [StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
    etat = FlowRunFilterState(type=FlowRunFilterStateType(any_=types))
    ici = WorkPoolFilter(name=WorkPoolFilterName(any_=[pool]))
    return lire_runs(client, work_pool_filter=ici, flow_run_filter=FlowRunFilter(state=etat))
