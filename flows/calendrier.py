"""The flows that come at their hour: the next run of each is made ahead, once, by the service.

Prefect has a scheduler for that, which its own libraries break (docs/decisions/0022-le-calendrier.md).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from datetime import UTC, datetime

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.server.schemas.schedules import CronSchedule
from prefect.states import Scheduled

PARIS = "Europe/Paris"
PAUSE = 20
"""Seconds between two looks at the clock."""
log = logging.getLogger("dossier.service")


async def tenir_les_heures(heures: Mapping[str, str]) -> None:
    """Keep one run of each of these flows ahead, until stopped; `heures`: cron in Paris, by name."""
    prevues: dict[str, datetime] = {}
    while True:
        maintenant = datetime.now(UTC)  # noqa: TID251 - Prefect's clock
        passees = {nom: cron for nom, cron in heures.items() if prevues.get(nom, maintenant) <= maintenant}
        try:
            async with get_client() as client:
                prevues |= await prevoir(client, passees, maintenant)
        except (httpx.HTTPError, PrefectHTTPStatusError) as panne:
            log.warning("Les prochaines rondes n'ont pas pu être prévues (%s) : nouvel essai.", panne)
        await asyncio.sleep(PAUSE)


async def lancer_maintenant(nom: str) -> None:
    """Make a run of that flow, due at once."""
    async with get_client() as client:
        deploiement = await client.read_deployment_by_name(f"{nom}/{nom}")
        await client.create_flow_run_from_deployment(deploiement.id, state=Scheduled())


async def prevoir(client: PrefectClient, heures: Mapping[str, str], depuis: datetime) -> dict[str, datetime]:
    """Make the next run of each flow after that instant, and give when; a run already there is left as it is.

    Hours missed while the service was stopped come once: the run made ahead is due when it starts again.
    """
    prevues: dict[str, datetime] = {}
    for nom, cron in heures.items():
        deploiement = await client.read_deployment_by_name(f"{nom}/{nom}")
        [heure] = await CronSchedule(cron=cron, timezone=PARIS).get_dates(n=1, start=depuis)
        await client.create_flow_run_from_deployment(
            deploiement.id,
            state=Scheduled(scheduled_time=heure),
            idempotency_key=f"heure:{nom}:{heure.astimezone(UTC).isoformat()}",
        )
        prevues[nom] = heure
    return prevues
