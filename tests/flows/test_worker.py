"""The worker alone on a real Prefect server: it takes what its threads can do soon, and leaves the rest."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections import Counter
from collections.abc import Iterator
from uuid import UUID

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.states import Scheduled

from flows.worker import RESERVE, TYPE_DE_POOL, ThreadWorker
from tests.flows.maison import Serveur

# A worker that stops leaves its websocket to Prefect half closed, now and then: Prefect cancels its own closing.
pytestmark = [
    pytest.mark.filterwarnings("ignore:unclosed transport:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]

DUS = 12
POOL = "essai"
portail = threading.Event()


@flow(name="attente-au-portail", persist_result=False)
def attente() -> None:
    portail.wait(60)


@pytest.fixture
def client(serveur: Serveur) -> Iterator[SyncPrefectClient]:
    portail.clear()
    with get_client(sync_client=True) as client:
        client.create_work_pool(WorkPoolCreate(name=POOL, type=TYPE_DE_POOL, base_job_template={}))
        yield client
        portail.set()
        client.delete_work_pool(POOL)
    gc.collect()  # what was left half closed is found here, not in another test


def _deploiement(client: SyncPrefectClient) -> UUID:
    flow = client.create_flow(attente)
    return client.create_deployment(flow, name=POOL, work_pool_name=POOL, work_queue_name="suivis")


def _preparer(client: SyncPrefectClient) -> UUID:
    deploiement = _deploiement(client)
    for _ in range(DUS):
        client.create_flow_run_from_deployment(deploiement, state=Scheduled())
    return deploiement


def test_un_champ_que_le_formulaire_n_a_pas_se_dit_une_fois(client: SyncPrefectClient) -> None:
    run = client.create_flow_run_from_deployment(
        _deploiement(client), parameters={"jour": "1"}, state=Scheduled()
    )

    async def travailler() -> None:
        async with ThreadWorker(flows=[attente], threads={"suivis": 1}, work_pool_name=POOL) as ouvrier:
            await ouvrier.sync_with_backend()
            await ouvrier.get_and_submit_flow_runs()
            await asyncio.sleep(2)

    asyncio.run(travailler())
    etat = client.read_flow_run(run.id).state
    assert etat is not None
    assert (etat.type.value, etat.name, "« jour »" in (etat.message or "")) == ("FAILED", "Refusé", True)
    client.delete_flow_run(run.id)


def _etats(client: SyncPrefectClient, deploiement: UUID) -> Counter[str]:
    filtre = DeploymentFilter(id=DeploymentFilterId(any_=[deploiement]))
    return Counter(
        run.state_type.value for run in client.read_flow_runs(deployment_filter=filtre) if run.state_type
    )


def test_l_ouvrier_ne_prend_que_ce_que_ses_fils_feront_bientot(client: SyncPrefectClient) -> None:
    deploiement = _preparer(client)

    async def travailler() -> tuple[Counter[str], Counter[str]]:
        """The states of the runs while one holds the thread, then once the gate is open."""
        fils = {"suivis": 1, "saisies": 1}
        async with ThreadWorker(flows=[attente], threads=fils, work_pool_name=POOL) as ouvrier:
            await ouvrier.sync_with_backend()
            for _ in range(5):
                await ouvrier.get_and_submit_flow_runs()
                await asyncio.sleep(1)
            pendant = _etats(client, deploiement)
            portail.set()
            for _ in range(40):
                await ouvrier.get_and_submit_flow_runs()
                await asyncio.sleep(0.5)
                if _etats(client, deploiement)["COMPLETED"] == DUS:
                    break
            return pendant, _etats(client, deploiement)

    pendant, ensuite = asyncio.run(travailler())
    assert pendant == {"RUNNING": 1, "PENDING": RESERVE, "SCHEDULED": DUS - 1 - RESERVE}
    assert ensuite == {"COMPLETED": DUS}
