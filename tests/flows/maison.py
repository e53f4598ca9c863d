"""The house under test: every part is real, and each can be broken on purpose."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import date
from email import message_from_bytes
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import AwaitingRetry, Scheduled

from dossier.adapters.clock import SimulatedClock
from dossier.core.dates import debut_du_jour
from dossier.core.etat import Etat, rejouer
from dossier.core.faits import Contenu
from flows import wiring
from flows.demo.histoire import Histoire
from flows.demo.pilote import Pilote
from flows.demo.poste_restante import ouvrir
from flows.durable_wait import run_de
from flows.ports import port_libre
from flows.settings import RACINE

PATIENCE = 200
DEPART = date(2026, 5, 4)


class Serveur:
    """The Prefect server of the test session; its database can be deleted."""

    def __init__(self, racine: Path, adresse: str) -> None:
        self._racine = racine
        self.adresse = adresse
        self._processus: subprocess.Popen[bytes] | None = None

    def demarrer(self) -> None:
        from flows.serveur import repond

        port = self.adresse.removesuffix("/api").rpartition(":")[2]
        with (self._racine / "serveur.log").open("ab") as journal:
            self._processus = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "flows.prefect_sqlite",
                    "server",
                    "start",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    port,
                ],
                stdout=journal,
                stderr=journal,
            )
        try:
            attendre(lambda: repond(f"{self.adresse}/health"))
        except AssertionError:
            self.arreter()
            raise

    def arreter(self) -> None:
        assert self._processus is not None
        self._processus.terminate()
        self._processus.wait(timeout=30)

    def perdre_sa_base(self) -> None:
        """Stop, delete the database, start again: what an operator who broke it would do."""
        self.arreter()
        fichiers = list((self._racine / "prefect").glob("prefect.db*"))
        assert fichiers
        for fichier in fichiers:
            fichier.unlink()
        self.demarrer()


class Maison:
    """Data folder, simulated clock, mail server, service."""

    def __init__(self, serveur: Serveur, donnees: Path) -> None:
        self.serveur = serveur
        self.donnees = donnees
        self.smtp = port_libre()
        self._pile = ExitStack()
        self._courrier: ExitStack | None = None
        self._service: subprocess.Popen[bytes] | None = None
        self._lancements = 0
        self._client: SyncPrefectClient = self._pile.enter_context(get_client(sync_client=True))
        os.environ.update(
            DOSSIER_DONNEES=str(donnees),
            DOSSIER_HORLOGE=str(donnees / "horloge"),
            DOSSIER_SMTP_HOTE="127.0.0.1",
            DOSSIER_SMTP_PORT=str(self.smtp),
            DOSSIER_DOCUMENTS_PORT=str(port_libre()),
        )
        wiring.settings.cache_clear()
        wiring.outils.cache_clear()
        wiring.boite.cache_clear()
        self.clock = SimulatedClock(donnees / "horloge")
        self.clock.regler(debut_du_jour(DEPART))
        self.ouvrir_courrier()

    @property
    def client(self) -> SyncPrefectClient:
        return self._client

    def fermer(self) -> None:
        self.tuer()
        self.fermer_courrier()
        self._vider_prefect()
        self._pile.close()
        wiring.outils().convertisseur.close()  # type: ignore[attr-defined]
        wiring.outils().journal.close()  # type: ignore[attr-defined]
        for nom in [nom for nom in os.environ if nom.startswith("DOSSIER_")]:
            del os.environ[nom]
        wiring.settings.cache_clear()
        wiring.outils.cache_clear()
        wiring.boite.cache_clear()

    def _vider_prefect(self) -> None:
        """The next test's service must not take up the runs of this one."""
        while runs := self._client.read_flow_runs(limit=200):
            for run in runs:
                self._client.delete_flow_run(run.id)

    def lancer(self, **environ: str) -> None:
        """Start the service, with these changes to its environment, and wait until it polls."""
        self._lancements += 1
        fichier = self.donnees / f"service-{self._lancements}.log"
        with fichier.open("ab") as journal:
            self._service = subprocess.Popen(
                [sys.executable, "-m", "flows.cli", "service"],
                cwd=RACINE,
                env={**os.environ, "PREFECT_WORKER_QUERY_SECONDS": "0.3", **environ},
                stdout=journal,
                stderr=journal,
            )
        attendre(lambda: b"started!" in fichier.read_bytes())

    def tuer(self) -> None:
        """SIGKILL: nothing in the service gets a chance to clean up."""
        if self._service is not None:
            self._service.send_signal(signal.SIGKILL)
            self._service.wait()
            self._service = None

    def ouvrir_courrier(self) -> None:
        self._courrier = ExitStack()
        self._courrier.enter_context(ouvrir(self.donnees / "courriels", self.smtp))

    def fermer_courrier(self) -> None:
        if self._courrier is not None:
            self._courrier.close()
            self._courrier = None

    def pilote(self, histoire: Histoire) -> Pilote:
        return Pilote(self._client, wiring.outils(), self.donnees / "horloge", histoire, RACINE / "exemples")

    def etats(self) -> list[Etat]:
        journal = wiring.outils().journal
        return [rejouer(journal.lire(ouverture.creance)) for ouverture in journal.creances()]

    def contenus(self, creance: str) -> list[Contenu]:
        return [fait.contenu for fait in wiring.outils().journal.lire(creance)]

    def run(self, creance: str) -> FlowRun:
        run = run_de(self._client, creance)
        assert run is not None
        return run

    def etat_de_run(self, creance: str) -> State:
        etat = self.run(creance).state
        assert etat is not None
        return etat

    def retry(self, creance: str) -> None:
        """What the Retry button of the UI posts."""
        self._client.set_flow_run_state(self.run(creance).id, AwaitingRetry(), force=True)

    def formulaire(self, nom: str, **parametres: object) -> State:
        """Submit a form and wait for its final state, red or green."""
        deploiement = self._client.read_deployment_by_name(f"{nom}/{nom}")
        run = self._client.create_flow_run_from_deployment(
            deploiement.id, parameters=parametres, state=Scheduled()
        )
        attendre(lambda: self._final(run.id) is not None)
        etat = self._final(run.id)
        assert etat is not None
        return etat

    def _final(self, run: UUID) -> State | None:
        etat = self._client.read_flow_run(run).state
        return etat if etat is not None and etat.is_final() else None

    def messages(self) -> list[str]:
        """The Message-ID of every e-mail that arrived, in order."""
        return [
            str(message_from_bytes(fichier.read_bytes())["Message-ID"])
            for fichier in sorted((self.donnees / "courriels").glob("*.eml"))
        ]


def attendre(condition: Callable[[], bool], patience: float = PATIENCE) -> None:
    limite = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < limite, "la condition attendue n'est jamais venue"
        time.sleep(0.1)  # noqa: TID251 - waits for other processes
