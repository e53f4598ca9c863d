"""The reference of `matin.py`: our worker, on a pool of its own, with a flow that does nothing."""

from __future__ import annotations

import asyncio
import sys

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.states import Scheduled

from flows.wiring import settings
from flows.worker import TYPE_DE_POOL, ThreadWorker

POOL = "banc"
FILE = "vides"


@flow(name="vide", persist_result=False)
def vide() -> None:
    """Nothing: what a wake costs before ours does anything."""


async def main(nombre: int) -> None:
    """Make that many due runs of it, then work until killed."""
    async with get_client() as client:
        await client.create_work_pool(WorkPoolCreate(name=POOL, type=TYPE_DE_POOL, base_job_template={}))
        await client.create_work_queue(name=FILE, work_pool_name=POOL)
        deploiement = await client.create_deployment(
            await client.create_flow(vide), name="vide", work_pool_name=POOL, work_queue_name=FILE
        )
        for _ in range(nombre):
            await client.create_flow_run_from_deployment(deploiement, state=Scheduled())
    worker = ThreadWorker(flows=[vide], threads={FILE: settings().threads}, work_pool_name=POOL, name="vide")
    await worker.start()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
