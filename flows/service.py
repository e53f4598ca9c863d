"""Every deployment, queue and schedule, and what serves them: the service, and its fellow workers."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from prefect import Flow
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.exceptions import ObjectAlreadyExists

from dossier.services.creances import etats_lisibles
from flows.automates import installer, verifier
from flows.avertir import avertir, voies
from flows.bureau import mettre_a_jour_le_tableau
from flows.calendrier import lancer_maintenant, tenir_les_heures
from flows.encaissements import ecarter_une_ligne, importer_un_releve
from flows.formulaires import schema
from flows.guichet import guichet
from flows.imports import importer_factures
from flows.masse import traiter_en_masse
from flows.ouvrier import Ouvrier, succeder, travailler
from flows.reception import reception
from flows.ronde import relever_les_plis, ronde
from flows.runs import retablir
from flows.saisies import FORMULAIRES
from flows.sonnette import sonnette
from flows.suivi import suivi_facture
from flows.veille import veille_du_droit
from flows.wiring import outils, settings
from flows.worker import TYPE_DE_POOL

POOL = "dossier"
FILES = {"saisies": 1, "suivis": 2}
"""Queues by priority: a form never waits behind a thousand creances due the same morning."""
CHAQUE_HEURE = "0 * * * *"
TOUTES_LES_DIX_MINUTES = "*/10 * * * *"
LE_LUNDI_A_SEPT_HEURES = "0 7 * * 1"
CHAQUE_MATIN_A_HUIT_HEURES = "0 8 * * *"
FORMULAIRES_A_LA_FOIS = 4
log = logging.getLogger("dossier.service")


def deploiements() -> list[tuple[Flow[..., Any], str, str | None]]:
    """Each flow with its queue and its hours (cron, Paris); a deployment bears the name of its flow.

    Hours of the clock, not intervals: those would start anew each time the service does.
    """
    a_la_demande = (
        importer_factures,
        importer_un_releve,
        ecarter_une_ligne,
        traiter_en_masse,
        relever_les_plis,
        *FORMULAIRES,
    )
    formulaires = [(flow, "saisies", None) for flow in a_la_demande]
    return [
        (suivi_facture, "suivis", None),
        (ronde, "saisies", CHAQUE_HEURE),
        (reception, "saisies", TOUTES_LES_DIX_MINUTES),
        (mettre_a_jour_le_tableau, "saisies", TOUTES_LES_DIX_MINUTES),
        (veille_du_droit, "saisies", LE_LUNDI_A_SEPT_HEURES),
        (avertir, "saisies", CHAQUE_MATIN_A_HUIT_HEURES),
        *formulaires,
    ]


async def enregistrer() -> None:
    """Create or update the pool, its queues, all the deployments and automations. Safe to run again.

    Raises ConfigurationInvalide when warnings cannot be addressed.
    """
    verifier(outils(), voies())
    async with get_client() as client:
        await _pool(client)
        for flow, file, _ in deploiements():
            identifiant = await client.create_flow(flow)
            await client.create_deployment(
                identifiant,
                name=flow.name,
                description=flow.description,
                work_pool_name=POOL,
                work_queue_name=file,
                parameter_openapi_schema=schema(flow, {"scenario": sorted(outils().scenarios)}),
                # The forms read what is typed themselves: Prefect would refuse it in English.
                enforce_parameter_schema=False,
                entrypoint=f"{flow.fn.__module__}:{flow.fn.__name__}",
                schedules=[],
            )
        await installer(client, voies())


async def _pool(client: PrefectClient) -> None:
    with suppress(ObjectAlreadyExists):
        await client.create_work_pool(WorkPoolCreate(name=POOL, type=TYPE_DE_POOL, base_job_template={}))
    for file, priorite in FILES.items():
        with suppress(ObjectAlreadyExists):  # a start that was killed made the pool alone
            await client.create_work_queue(name=file, work_pool_name=POOL, priority=priorite)


async def servir(nom: str, morts: Collection[str] = ()) -> None:
    """Rebuild the runs, then work until stopped under that name; `enregistrer` comes first.

    `morts`: the workers that had this data folder before.
    """
    ouvrier = _ouvrier(nom, morts, {"suivis": settings().threads, "saisies": FORMULAIRES_A_LA_FOIS})
    reprises = await asyncio.to_thread(succeder, ouvrier)
    bilan = await asyncio.to_thread(lambda: retablir(outils(), tuple(etats_lisibles(outils()))))
    log.info("%s créances ouvertes, %s suivis recréés, %s repris", bilan.ouvertes, bilan.creees, reprises)
    await lancer_maintenant(mettre_a_jour_le_tableau.name)
    heures = {flow.name: cron for flow, _, cron in deploiements() if cron}
    with sonnette(), guichet():
        async with asyncio.TaskGroup() as taches:
            calendrier = taches.create_task(tenir_les_heures(heures))
            await travailler(ouvrier, _flux())
            calendrier.cancel()


async def seconder(nom: str, morts: Collection[str] = (), *, saisies: bool) -> None:
    """Work until stopped, beside a service that registers, heals and listens; forms too if `saisies`."""
    threads = {"suivis": settings().threads}
    ouvrier = _ouvrier(nom, morts, threads | ({"saisies": FORMULAIRES_A_LA_FOIS} if saisies else {}))
    reprises = await asyncio.to_thread(succeder, ouvrier)
    log.info("%s suivis repris", reprises)
    with guichet():
        await travailler(ouvrier, _flux())


def _ouvrier(nom: str, morts: Collection[str], threads: Mapping[str, int]) -> Ouvrier:
    log.setLevel(logging.INFO)
    return Ouvrier(POOL, nom, threads, timedelta(seconds=settings().reprise), morts)


def _flux() -> list[Flow[..., Any]]:
    return [flow for flow, *_ in deploiements()]
