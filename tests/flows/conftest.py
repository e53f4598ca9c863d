"""A real Prefect server and a real service for the flows' tests.

Prefect reads its environment when it is first imported: the address of the server is chosen here, before
any test module of this folder imports a flow.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import mkdtemp

import pytest

from flows.ports import port_libre

RACINE_PREFECT = Path(mkdtemp(prefix="dossier-prefect-"))
os.environ["PREFECT_HOME"] = str(RACINE_PREFECT / "prefect")
os.environ["PREFECT_API_URL"] = f"http://127.0.0.1:{port_libre()}/api"
os.environ["PREFECT_SERVER_ANALYTICS_ENABLED"] = "false"
os.environ["PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED"] = "false"
os.environ["PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED"] = "false"
os.environ["DO_NOT_TRACK"] = "1"

from prefect.logging.handlers import APILogHandler  # noqa: E402 - after the environment, on purpose

from tests.flows.maison import Maison, Serveur  # noqa: E402 - same


@pytest.fixture(scope="session")
def serveur() -> Iterator[Serveur]:
    serveur = Serveur(RACINE_PREFECT, os.environ["PREFECT_API_URL"])
    serveur.demarrer()
    yield serveur
    APILogHandler().flush()  # once the server is gone, Prefect's last lines are tried again for more than a minute
    serveur.arreter()


@pytest.fixture
def maison(serveur: Serveur, tmp_path: Path) -> Iterator[Maison]:
    """A fresh data folder, clock and mail server, and a service that the test starts and kills at will."""
    maison = Maison(serveur, tmp_path)
    try:
        yield maison
    finally:
        maison.fermer()
