"""Prefect worker that runs our flows as threads of the service process.

The stock runner starts a Python process for each wake (3 to 5 s of CPU); a creance wakes dozens of
times in its life and shares one warm LibreOffice, so here a wake is a thread. See
docs/decisions/0002-un-worker-dans-le-processus.md and 0019-plusieurs-ouvriers.md.
"""

from __future__ import annotations

import http
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from inspect import signature
from typing import Any
from uuid import UUID

import anyio
import anyio.abc
import httpx
from prefect import Flow
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State
from prefect.client.schemas.responses import WorkerFlowRunResponse
from prefect.exceptions import Abort, ObjectNotFound, Pause, PrefectHTTPStatusError
from prefect.flow_engine import run_flow
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings
from prefect.states import Failed, Pending, Scheduled
from prefect.utilities.engine import propose_state
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

TYPE_DE_POOL = "dossier"
RESERVE = 2
"""Runs taken ahead for each thread, so that none idles until the next poll; the rest is left to the others.

Each is some ten calls at once: with more, SQLite under Prefect answers 503 for longer than the work takes.
"""
PRIS_PAR = "Pris par "
"""Begins the message of the state by which a worker takes a run: its name follows."""
CHAMPS_INCONNUS = "Ce formulaire n'a pas de champ « {} » : ouvrez-le de nouveau et remplissez-le."
NOUVEL_ESSAI = timedelta(seconds=10)
"""When a run that could not begin is due again."""
log = logging.getLogger("dossier.service")


class Resultat(BaseWorkerResult):
    """The thread ended; the state of the run itself was set by Prefect's engine."""


class ThreadWorker(BaseWorker[BaseJobConfiguration, BaseVariables, Resultat]):
    """Runs the given flows, found by name, in threads of this process."""

    type = TYPE_DE_POOL
    job_configuration = BaseJobConfiguration

    def __init__(
        self, *, flows: Iterable[Flow[..., Any]], threads: Mapping[str, int], **options: Any
    ) -> None:
        """`threads`: how many runs of each queue work at the same time; no other queue is served."""
        # The base class's own limit breaks on a run that is due again before its thread has ended.
        super().__init__(limit=None, prefetch_seconds=0, create_pool_if_not_found=False, **options)
        self._threads = {file: anyio.CapacityLimiter(nombre) for file, nombre in threads.items()}
        self._files: dict[UUID, str] = {}
        """The queue of each run that was asked for and is not done with."""
        self._flows = {flow.name: flow for flow in flows}
        self.en_cours: Counter[UUID] = Counter()
        """The runs that a thread of this process holds, or that wait for one."""
        self._verrous: dict[UUID, anyio.Lock] = {}
        self._names: dict[UUID, str] = {}

    async def start(self, *arguments: Any, **options: Any) -> None:
        """Without the heartbeat of each run, whose thread holds the run a second longer: the worker has its own."""
        with temporary_settings(updates={PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            await super().start(*arguments, **options)

    async def _get_scheduled_flow_runs(self) -> list[WorkerFlowRunResponse]:
        """The due runs that this process can begin soon, queue by queue: a full queue never hides another."""
        tenus = self._submitting_flow_run_ids | self.en_cours.keys()
        self._files = {run: file for run, file in self._files.items() if run in tenus}
        dus: list[WorkerFlowRunResponse] = []
        for file in self._threads:
            if places := self._places(file):
                dus += await self._dus(file, places)
        return dus

    def _places(self, file: str) -> int:
        pris = sum(sa_file == file for sa_file in self._files.values())
        return max(0, int(self._threads[file].total_tokens) * (1 + RESERVE) - pris)

    async def _dus(self, file: str, nombre: int) -> list[WorkerFlowRunResponse]:
        """Asked by hand: the client's own call cannot say how many, and 200 come at each poll."""
        try:
            reponse = await self.client.request(
                "POST",
                "/work_pools/{name}/get_scheduled_flow_runs",
                path_params={"name": self._work_pool_name},
                json={"work_queue_names": [file], "scheduled_before": _maintenant(), "limit": nombre},
            )
        except PrefectHTTPStatusError as error:
            if error.response.status_code == http.HTTPStatus.NOT_FOUND:
                return []  # nobody has registered the pool yet
            raise
        dus = [WorkerFlowRunResponse.model_validate(du) for du in reponse.json()]
        self._files |= {du.flow_run.id: file for du in dus}
        return dus

    async def _propose_pending_state(self, flow_run: FlowRun) -> bool:
        """Take that run, in the name of this worker and in one move; False when another has it.

        The state keeps the name « Pending »: under any other, Prefect lets a second worker take it too.
        """
        try:
            etat = await propose_state(
                self.client, Pending(message=f"{PRIS_PAR}{self.name}"), flow_run_id=flow_run.id
            )
        except (Abort, ObjectNotFound):
            return False
        except httpx.HTTPError as panne:
            log.warning("Un suivi dû n'a pas pu être pris (%s) : prochain essai.", panne)
            return False
        return etat.is_pending()

    async def _propose_crashed_state(
        self, flow_run: FlowRun, message: str, client: PrefectClient | None = None
    ) -> None:
        """A run that could not begin, often because Prefect was overloaded, is due again: nothing was done."""
        log.warning("Un suivi pris n'a pas pu commencer (%s) : nouvel essai.", message)
        quand = datetime.now(UTC) + NOUVEL_ESSAI  # noqa: TID251 - compared with Prefect's own clock
        etat: State[None] = Scheduled(name="Nouvel essai", scheduled_time=quand)
        try:
            await (client or self.client).set_flow_run_state(flow_run.id, etat, force=True)
        except (httpx.HTTPError, ObjectNotFound) as panne:
            log.warning("Il sera repris plus tard (%s).", panne)

    async def _submit_run(self, flow_run: FlowRun) -> None:
        """Take that run and give it to a thread.

        Prefect's own prepares a process: its environment, its labels, its number, each a call to the server.
        """
        assert self._runs_task_group is not None
        try:
            if await self._propose_pending_state(flow_run):
                await self._runs_task_group.start(self._mener, flow_run)
        finally:
            self._submitting_flow_run_ids.discard(flow_run.id)
            if self._cancelling_observer is not None:
                self._cancelling_observer.remove_in_flight_flow_run_id(flow_run.id)

    async def _mener(self, flow_run: FlowRun, *, task_status: anyio.abc.TaskStatus[int]) -> None:
        try:
            await self.run(flow_run, self.job_configuration(), task_status)
        except Exception as panne:  # noqa: BLE001 - one run that cannot begin must not stop the others
            await self._propose_crashed_state(flow_run, f"{type(panne).__name__} : {panne}")

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,  # noqa: ARG002 - Prefect's signature
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> Resultat:
        """Run that flow run to its end or to its next park; never in two threads at once."""
        self.en_cours[flow_run.id] += 1
        if task_status is not None:
            task_status.started(0)
        try:
            flow = self._flows[await self._name(flow_run.flow_id)]
            verrou = self._verrous.setdefault(flow_run.id, anyio.Lock())
            async with verrou:
                await self._executer(flow, flow_run)
        finally:
            self.en_cours[flow_run.id] -= 1
            if not self.en_cours[flow_run.id]:
                del self.en_cours[flow_run.id]
                self._verrous.pop(flow_run.id, None)
        return Resultat(status_code=0, identifier=str(flow_run.id))

    async def _executer(self, flow: Flow[..., Any], flow_run: FlowRun) -> None:
        """A wake that came while the run was still in a thread may find it parked again: leave it then."""
        flow_run = await self.client.read_flow_run(flow_run.id)
        if flow_run.state is None or not flow_run.state.is_pending():
            return
        if inconnus := flow_run.parameters.keys() - signature(flow.fn).parameters.keys():
            # Prefect would raise before the run begins, at each new try.
            refus: State[None] = Failed(
                name="Refusé", message=CHAMPS_INCONNUS.format(", ".join(sorted(inconnus)))
            )
            await self.client.set_flow_run_state(flow_run.id, refus, force=True)
            return
        file = self._threads[flow_run.work_queue_name or ""]
        await anyio.to_thread.run_sync(
            partial(_executer, flow, flow_run), abandon_on_cancel=True, limiter=file
        )

    async def _name(self, flow_id: UUID) -> str:
        if flow_id not in self._names:
            self._names[flow_id] = (await self.client.read_flow(flow_id)).name
        return self._names[flow_id]


def _maintenant() -> str:
    return datetime.now(UTC).isoformat()  # noqa: TID251 - compared with Prefect's own clock


def _executer(flow: Flow[..., Any], flow_run: FlowRun) -> None:
    """Prefect raises Pause and Abort to leave a run that is parked or was taken by another.

    A run that names its deployment makes the engine open a websocket to hear whether it was suspended from outside;
    ours park by themselves, and each websocket costs the server more than the run.
    """
    try:
        run_flow(flow, flow_run=flow_run.model_copy(update={"deployment_id": None}), return_type="state")
    except (Pause, Abort):
        return
