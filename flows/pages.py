"""Prefect's answers, which come by pages of 200, read whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterIdempotencyKey
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import FlowRunSort

PAGE = 200


def lire_runs(client: SyncPrefectClient, **filtres: Any) -> Iterator[FlowRun]:
    """Every run that these filters of `read_flow_runs` keep, the latest made first."""
    rang = 0
    while page := client.read_flow_runs(**filtres, sort=FlowRunSort.ID_DESC, limit=PAGE, offset=rang):
        yield from page
        rang += PAGE


def lire_par_cle(client: SyncPrefectClient, cles: Iterable[str]) -> Iterator[FlowRun]:
    """The runs that bear these idempotency keys, whatever their state."""
    restantes = iter(cles)
    while lot := list(islice(restantes, PAGE)):
        cle = FlowRunFilterIdempotencyKey(any_=lot)
        yield from client.read_flow_runs(flow_run_filter=FlowRunFilter(idempotency_key=cle), limit=PAGE)
