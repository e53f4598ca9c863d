"""Prefect worker that runs our flows as threads of the service process.

The stock runner starts a Python process for each wake (3 to 5 s of CPU); a creance wakes dozens of
times in its life and shares one warm LibreOffice, so here a wake is a thread. See
docs/decisions/0002-un-worker-dans-le-processus.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any
from uuid import UUID

import anyio
import anyio.abc
from prefect import Flow
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

TYPE_DE_POOL = "dossier"


class Resultat(BaseWorkerResult):
    """The thread ended; the state of the run itself was set by Prefect's engine."""


class ThreadWorker(BaseWorker[BaseJobConfiguration, BaseVariables, Resultat]):
    """Runs the given flows, found by name, in threads of this process."""

    type = TYPE_DE_POOL
    job_configuration = BaseJobConfiguration

    def __init__(
        self, *, flows: Iterable[Flow[..., Any]], threads: Mapping[str, int], **options: Any
    ) -> None:
        """`threads`: how many runs of each queue work at the same time."""
        # The base class's own limit breaks on a run that is due again before its thread has ended.
        super().__init__(limit=None, prefetch_seconds=0, create_pool_if_not_found=False, **options)
        self._threads = {file: anyio.CapacityLimiter(nombre) for file, nombre in threads.items()}
        self._flows = {flow.name: flow for flow in flows}
        self.en_cours: Counter[UUID] = Counter()
        """The runs that a thread of this process holds, or that wait for one."""
        self._verrous: dict[UUID, anyio.Lock] = {}
        self._names: dict[UUID, str] = {}

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,  # noqa: ARG002 - Prefect's signature
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> Resultat:
        """Run that flow run to its end or to its next park; never in two threads at once."""
        flow = self._flows[await self._name(flow_run.flow_id)]
        if task_status is not None:
            task_status.started(str(flow_run.id))  # type: ignore[arg-type]
        self.en_cours[flow_run.id] += 1
        try:
            async with self._verrous.setdefault(flow_run.id, anyio.Lock()):
                await self._executer(flow, flow_run)
        finally:
            self.en_cours[flow_run.id] -= 1
            if not self.en_cours[flow_run.id]:
                del self.en_cours[flow_run.id], self._verrous[flow_run.id]
        return Resultat(status_code=0, identifier=str(flow_run.id))

    async def _executer(self, flow: Flow[..., Any], flow_run: FlowRun) -> None:
        """A wake that came while the run was still in a thread may find it parked again: leave it then."""
        flow_run = await self.client.read_flow_run(flow_run.id)
        if flow_run.state is None or not flow_run.state.is_pending():
            return
        file = self._threads[flow_run.work_queue_name or ""]
        await anyio.to_thread.run_sync(
            partial(_executer, flow, flow_run), abandon_on_cancel=True, limiter=file
        )

    async def _name(self, flow_id: UUID) -> str:
        if flow_id not in self._names:
            self._names[flow_id] = (await self.client.read_flow(flow_id)).name
        return self._names[flow_id]


def _executer(flow: Flow[..., Any], flow_run: FlowRun) -> None:
    """Prefect raises Pause and Abort to leave a run that is parked or was taken by another."""
    try:
        run_flow(flow, flow_run=flow_run, return_type="state")
    except (Pause, Abort):
        return
