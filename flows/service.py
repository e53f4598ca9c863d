"""Every deployment, queue and schedule, and the service that runs them on one machine."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate, WorkPoolCreate
from prefect.client.schemas.schedules import CronSchedule
from prefect.exceptions import ObjectAlreadyExists, PrefectHTTPStatusError

from dossier.services.creances import etats_lisibles
from flows.formulaires import schema
from flows.imports import importer_factures
from flows.reception import reception
from flows.ronde import relever_les_plis, ronde
from flows.runs import reprendre_les_orphelines, retablir
from flows.saisies import FORMULAIRES
from flows.sonnette import sonnette
from flows.suivi import suivi_facture
from flows.veille import veille_du_droit
from flows.wiring import outils, settings
from flows.worker import TYPE_DE_POOL, ThreadWorker

POOL = "dossier"
FILES = {"saisies": 1, "suivis": 2}
"""Queues by priority: a form never waits behind a thousand creances due the same morning."""
CHAQUE_HEURE = "0 * * * *"
TOUTES_LES_DIX_MINUTES = "*/10 * * * *"
LE_LUNDI_A_SEPT_HEURES = "0 7 * * 1"
PARIS = "Europe/Paris"
FORMULAIRES_A_LA_FOIS = 4
REPRISE = timedelta(seconds=60)
"""How long a run may stand half-way, held by no thread, before it is made due again."""
log = logging.getLogger("dossier.service")


def deploiements() -> list[tuple[Flow[..., Any], str, str | None]]:
    """Each flow with its queue and its hours (cron, Paris); a deployment bears the name of its flow.

    Hours of the clock, not intervals: those would start anew each time the service does.
    """
    a_la_demande = (importer_factures, relever_les_plis, *FORMULAIRES)
    formulaires = [(flow, "saisies", None) for flow in a_la_demande]
    return [
        (suivi_facture, "suivis", None),
        (ronde, "saisies", CHAQUE_HEURE),
        (reception, "saisies", TOUTES_LES_DIX_MINUTES),
        (veille_du_droit, "saisies", LE_LUNDI_A_SEPT_HEURES),
        *formulaires,
    ]


async def enregistrer() -> None:
    """Create or update the pool, its queues and all the deployments. Safe to run again."""
    async with get_client() as client:
        await _pool(client)
        for flow, file, heures in deploiements():
            identifiant = await client.create_flow(flow)
            horaires = [_horaire(heures)] if heures else []
            await client.create_deployment(
                identifiant,
                name=flow.name,
                description=flow.description,
                work_pool_name=POOL,
                work_queue_name=file,
                parameter_openapi_schema=schema(flow),
                enforce_parameter_schema=True,
                entrypoint=f"{flow.fn.__module__}:{flow.fn.__name__}",
                schedules=horaires,
            )


def _horaire(heures: str) -> DeploymentScheduleCreate:
    return DeploymentScheduleCreate(schedule=CronSchedule(cron=heures, timezone=PARIS))


async def _pool(client: PrefectClient) -> None:
    try:
        await client.create_work_pool(WorkPoolCreate(name=POOL, type=TYPE_DE_POOL, base_job_template={}))
    except ObjectAlreadyExists:
        return
    for file, priorite in FILES.items():
        await client.create_work_queue(name=file, work_pool_name=POOL, priority=priorite)


async def servir() -> None:
    """Rebuild the runs, then work until stopped; `enregistrer` comes first."""
    log.setLevel(logging.INFO)
    reprises = await asyncio.to_thread(_reprendre, frozenset(), timedelta(0))
    bilan = await asyncio.to_thread(lambda: retablir(etats_lisibles(outils())))
    log.info("%s créances ouvertes, %s suivis recréés, %s repris", bilan.ouvertes, bilan.creees, reprises)
    with sonnette():
        await _travailler_toujours()


async def _travailler_toujours() -> None:
    while True:
        try:
            await _travailler()
        except* (httpx.HTTPError, PrefectHTTPStatusError, RuntimeError) as pannes:
            log.warning("Le serveur Prefect ne répond plus (%s) : nouvel essai.", pannes.exceptions[0])
            await asyncio.sleep(REPRISE.total_seconds() / 6)


async def _travailler() -> None:
    worker = ThreadWorker(
        flows=[flow for flow, *_ in deploiements()],
        threads={"suivis": settings().threads, "saisies": FORMULAIRES_A_LA_FOIS},
        work_pool_name=POOL,
        name="service",
    )
    async with asyncio.TaskGroup() as taches:
        soins = taches.create_task(_soigner(worker))
        await worker.start(printer=log.info)
        soins.cancel()


async def _soigner(worker: ThreadWorker) -> None:
    """Take back, every so often, the runs that stand half-way and that no thread of ours holds."""
    while True:
        await asyncio.sleep(REPRISE.total_seconds())
        try:
            await asyncio.to_thread(_reprendre, frozenset(worker.en_cours), REPRISE)
        except (httpx.HTTPError, PrefectHTTPStatusError) as panne:
            log.warning("Les suivis interrompus n'ont pas pu être cherchés (%s) : prochain essai.", panne)


def _reprendre(tenus: frozenset[UUID], depuis: timedelta) -> int:
    return reprendre_les_orphelines(POOL, tenus=tenus, depuis=depuis)
