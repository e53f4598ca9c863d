"""One worker for as long as its process lives: it works, starts again when Prefect was away, heals.

Several may work on one pool, each on its machine: see docs/decisions/0019-plusieurs-ouvriers.md.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import httpx
from prefect import Flow
from prefect.client.orchestration import get_client
from prefect.exceptions import PrefectHTTPStatusError

from flows.orphelines import Ouvriers, oublier_les_disparus, reprendre_les_orphelines, vivants
from flows.worker import ThreadWorker

NOUVEL_ESSAI = 10
"""Seconds before the worker starts again when Prefect was away."""
log = logging.getLogger("dossier.service")


class Ouvrier(NamedTuple):
    """What one process does for the pool."""

    pool: str
    nom: str
    """Its own, never borne before: see `equipe.nom_propre`."""
    threads: Mapping[str, int]
    """How many runs of each queue at the same time."""
    reprise: timedelta
    """How long a run may stand half-way, held by no thread, before it is made due again."""
    morts: Collection[str] = ()
    """Its predecessors on this data folder."""


def succeder(ouvrier: Ouvrier) -> int:
    """Make due again what the predecessors of this worker left half-way; how many runs."""
    connus = Ouvriers(ouvrier.nom, morts=ouvrier.morts)
    with get_client(sync_client=True) as client:
        oublier_les_disparus(client, ouvrier.pool)
        return reprendre_les_orphelines(
            client, ouvrier.pool, connus, vivants(client, ouvrier.pool), depuis=ouvrier.reprise
        )


async def travailler(ouvrier: Ouvrier, flows: Sequence[Flow[..., Any]]) -> None:
    """Work until stopped, whatever Prefect's server goes through."""
    while True:
        try:
            await _travailler(ouvrier, flows)
        except* (httpx.HTTPError, PrefectHTTPStatusError, RuntimeError) as pannes:
            log.warning("Le serveur Prefect ne répond plus (%s) : nouvel essai.", pannes.exceptions[0])
            await asyncio.sleep(NOUVEL_ESSAI)


async def _travailler(ouvrier: Ouvrier, flows: Sequence[Flow[..., Any]]) -> None:
    worker = ThreadWorker(flows=flows, threads=ouvrier.threads, work_pool_name=ouvrier.pool, name=ouvrier.nom)
    async with asyncio.TaskGroup() as taches:
        soins = taches.create_task(_soigner(ouvrier, worker))
        await worker.start(printer=log.info)
        soins.cancel()


async def _soigner(ouvrier: Ouvrier, worker: ThreadWorker) -> None:
    """Take back, every so often, the runs that stand half-way and that no thread of a living worker holds."""
    vus: Collection[str] | None = None
    while True:
        await asyncio.sleep(ouvrier.reprise.total_seconds())
        connus = Ouvriers(ouvrier.nom, frozenset(worker.en_cours), ouvrier.morts, vus)
        try:
            vus = await asyncio.to_thread(_regarder, ouvrier, connus)
        except (httpx.HTTPError, PrefectHTTPStatusError) as panne:
            log.warning("Les suivis interrompus n'ont pas pu être cherchés (%s) : prochain essai.", panne)


def _regarder(ouvrier: Ouvrier, connus: Ouvriers) -> Collection[str]:
    """Heal, then give the workers that live, for the next look."""
    with get_client(sync_client=True) as client:
        en_vie = vivants(client, ouvrier.pool)
        repris = reprendre_les_orphelines(client, ouvrier.pool, connus, en_vie, depuis=ouvrier.reprise)
    if repris:
        log.info("%s suivis repris à un ouvrier disparu", repris)
    return en_vie
