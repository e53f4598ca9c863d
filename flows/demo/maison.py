"""The house of the demonstration: an empty data folder, a clock, a mail server, a service. All real.

Imports nothing of Prefect: see flows.serveur.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from dossier.adapters.clock import SimulatedClock
from dossier.core.dates import debut_du_jour
from dossier.core.errors import DossierError
from flows.demo.poste_restante import ouvrir
from flows.ports import port_libre
from flows.serveur import arreter, repond, serveur
from flows.settings import RACINE
from flows.wiring import settings

EXEMPLES = RACINE / "exemples"
DEMARRAGE = 120
TEMOIN = "ceci-est-une-demonstration"


def donnees_neuves() -> Path:
    """An empty data folder; the previous one is removed only if it was a demonstration's."""
    donnees = settings().donnees if "DOSSIER_DONNEES" in os.environ else RACINE / "donnees" / "demo"
    if donnees.exists() and any(donnees.iterdir()):
        if not (donnees / TEMOIN).exists():
            raise DossierError(
                f"{donnees} contient autre chose qu'une démonstration : choisissez un autre DOSSIER_DONNEES."
            )
        shutil.rmtree(donnees)
    donnees.mkdir(parents=True, exist_ok=True)
    (donnees / TEMOIN).touch()
    return donnees


@contextmanager
def maison(donnees: Path, depart: date) -> Iterator[str]:
    """The address of the Prefect API, with everything running until the end of the block."""
    smtp = port_libre()
    os.environ.update(
        DOSSIER_DONNEES=str(donnees),
        DOSSIER_HORLOGE=str(donnees / "horloge"),
        DOSSIER_SMTP_HOTE="127.0.0.1",
        DOSSIER_SMTP_PORT=str(smtp),
        DOSSIER_DOCUMENTS_ADRESSE="",
    )
    if "PREFECT_API_URL" not in os.environ and not _est_libre(settings().port):
        os.environ["DOSSIER_PORT"] = str(port_libre())
    if not _est_libre(settings().documents_port):
        os.environ["DOSSIER_DOCUMENTS_PORT"] = str(port_libre())
    settings.cache_clear()
    SimulatedClock(donnees / "horloge").regler(debut_du_jour(depart))
    with ouvrir(donnees / "courriels", smtp), serveur(settings()) as adresse, _service(donnees, adresse):
        yield adresse


@contextmanager
def _service(donnees: Path, adresse: str) -> Iterator[None]:
    fichier = donnees / "service.log"
    environ = {**os.environ, "PREFECT_WORKER_QUERY_SECONDS": "0.5"}
    with fichier.open("ab") as journal:
        processus = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "service"],
            env=environ,
            cwd=RACINE,
            stdout=journal,
            stderr=journal,
        )
    try:
        _attendre(processus, f"{adresse}/deployments/name/suivi-facture/suivi-facture", fichier)
        yield
    finally:
        arreter(processus)


def _attendre(processus: subprocess.Popen[bytes], adresse: str, journal: Path) -> None:
    limite = time.monotonic() + DEMARRAGE
    while time.monotonic() < limite and processus.poll() is None:
        if repond(adresse):
            return
        time.sleep(0.3)  # noqa: TID251 - supervision of a process
    raise DossierError(f"Le service n'a pas démarré : voyez la fin de {journal}.")


def _est_libre(port: int) -> bool:
    with socket.socket() as prise:
        return prise.connect_ex(("127.0.0.1", port)) != 0
