"""The Prefect server: found, or started for the duration. Imports nothing of Prefect, which reads its
environment once, when it is first imported: the address must stand there before.
"""

from __future__ import annotations

import base64
import fcntl
import http
import http.client
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dossier.core.errors import DossierError
from flows.settings import Settings

DEMARRAGE = 120
"""Seconds: a new database takes about twelve, a loaded machine more."""
INTERROGATION = "2"
"""Seconds between two questions of a worker to Prefect, which proposes ten: a form waits that long."""
ESSAIS = "6"
"""Times that a call to Prefect is tried again, two minutes in all: SQLite under load answers 503."""
PREDECESSEURS = 20
"""How many names a lock file remembers: several may die before one has taken their runs back."""


def preparer_environnement(reglages: Settings) -> None:
    """A private Prefect home, no telemetry, French-only logs: for this process and its children."""
    os.environ.setdefault("PREFECT_HOME", str(reglages.donnees / "prefect"))
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("DO_NOT_TRACK", "1")
    os.environ.setdefault("PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT", "false")
    # Prefect copies its screen beside its code, where a service account may not write: the screen is a 404 then.
    os.environ.setdefault("PREFECT_SERVER_UI_STATIC_DIRECTORY", str(reglages.donnees / "prefect" / "ecran"))
    # Marking each due run « Late » reads then writes: on SQLite, a busy morning is a storm of refusals.
    os.environ.setdefault("PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED", "false")
    # The service keeps its own hours: docs/decisions/0022-le-calendrier.md.
    os.environ.setdefault("PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED", "false")
    os.environ.setdefault("PREFECT_WORKER_QUERY_SECONDS", INTERROGATION)
    os.environ.setdefault("PREFECT_CLIENT_MAX_RETRIES", ESSAIS)
    # Each new client asks for a token that a server only gives when told to: one call in ten.
    os.environ.setdefault("PREFECT_CLIENT_CSRF_SUPPORT_ENABLED", "false")
    if acces := os.environ.get("PREFECT_SERVER_API_AUTH_STRING"):
        os.environ.setdefault("PREFECT_API_AUTH_STRING", acces)


def adresse_vivante(reglages: Settings) -> str | None:
    """The API address of the configured server, else of ours, when it answers; made the process's own.

    Raises DossierError when it refuses our password.
    """
    preparer_environnement(reglages)
    adresse = os.environ.get("PREFECT_API_URL") or _locale(reglages)
    if not repond(f"{adresse}/health"):
        return None
    _verifier_acces(adresse)
    os.environ["PREFECT_API_URL"] = adresse
    return adresse


@contextmanager
def serveur(reglages: Settings) -> Iterator[str]:
    """The address of the Prefect server: the configured one, one left running, else one started here."""
    adresse = adresse_vivante(reglages)
    if adresse is not None:
        yield adresse
        return
    if "PREFECT_API_URL" in os.environ:
        raise DossierError(
            f"Le serveur Prefect configuré ({os.environ['PREFECT_API_URL']}) ne répond pas : démarrez-le, ou "
            "retirez PREFECT_API_URL pour que `dossier service` en lance un."
        )
    adresse = os.environ["PREFECT_API_URL"] = _locale(reglages)
    processus = _demarrer(reglages)
    try:
        _attendre(adresse, processus, reglages.donnees / "prefect" / "serveur.log")
        yield adresse
    finally:
        arreter(processus)


def page_des_suivis(adresse: str) -> str:
    """The page of the UI that lists one line per facture, at its public address when there is one."""
    ecran = (os.environ.get("PREFECT_UI_URL") or adresse.removesuffix("/api")).rstrip("/")
    try:
        with _lire(f"{adresse}/flows/name/suivi-facture") as reponse:
            identifiant = json.load(reponse)["id"]
    except (urllib.error.URLError, OSError, ValueError, KeyError):
        return f"{ecran}/flows"
    return f"{ecran}/flows/flow/{identifiant}"


@contextmanager
def seul(verrou: Path, nom: str) -> Iterator[tuple[str, ...]]:
    """Hold that lock file under that name for the duration: two services on the same data would run each
    creance twice.

    Gives the names of those that held it before: they are dead, since the lock is ours. Raises DossierError.
    """
    verrou.parent.mkdir(parents=True, exist_ok=True)
    with verrou.open("a+", encoding="utf-8") as fichier:
        try:
            fcntl.flock(fichier, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DossierError(
                f"Un service tourne déjà sur ces données ({verrou.parent}) : un seul suffit."
            ) from error
        fichier.seek(0)
        morts = tuple(fichier.read().split()[-PREDECESSEURS:])
        fichier.truncate(0)
        fichier.write("\n".join([*morts, nom]) + "\n")
        fichier.flush()
        yield morts


def repond(adresse: str) -> bool:
    """Whether that address answers 200."""
    try:
        with urllib.request.urlopen(adresse, timeout=2) as reponse:  # noqa: S310 - an http address of ours
            return bool(reponse.status == http.HTTPStatus.OK)
    except (urllib.error.URLError, OSError):
        return False


def _verifier_acces(adresse: str) -> None:
    """Raises DossierError when that Prefect server wants another password than ours; its health needs none."""
    if not os.environ.get("PREFECT_API_AUTH_STRING", "").isascii():
        raise DossierError(
            "PREFECT_API_AUTH_STRING contient une lettre accentuée ou un autre signe que Prefect ne sait pas "
            "comparer : lettres sans accent, chiffres et ponctuation simple seulement."
        )
    try:
        _lire(f"{adresse}/admin/version").close()
    except urllib.error.HTTPError as error:
        if error.code == http.HTTPStatus.UNAUTHORIZED:
            raise DossierError(
                f"Le serveur Prefect ({adresse}) refuse l'accès : réglez PREFECT_API_AUTH_STRING comme son "
                "PREFECT_SERVER_API_AUTH_STRING (utilisateur:mot-de-passe)."
            ) from error
    except OSError:
        return  # it has just stopped answering: the next call says so


def _lire(adresse: str) -> http.client.HTTPResponse:
    """Ask that address of the Prefect server, with the password that its administrator set, if any."""
    demande = urllib.request.Request(adresse)  # noqa: S310 - an http address of ours
    if acces := os.environ.get("PREFECT_API_AUTH_STRING"):
        demande.add_header("Authorization", f"Basic {base64.b64encode(acces.encode()).decode()}")
    reponse: http.client.HTTPResponse = urllib.request.urlopen(demande, timeout=10)  # noqa: S310 - same
    return reponse


def arreter(processus: subprocess.Popen[bytes]) -> None:
    """Ask that process to end, then end it."""
    processus.terminate()
    try:
        processus.wait(timeout=20)
    except subprocess.TimeoutExpired:
        processus.kill()
        processus.wait()


def _locale(reglages: Settings) -> str:
    return f"http://127.0.0.1:{reglages.port}/api"


def _demarrer(reglages: Settings) -> subprocess.Popen[bytes]:
    dossier = reglages.donnees / "prefect"
    dossier.mkdir(parents=True, exist_ok=True)
    commande = [sys.executable, "-m", "flows.prefect_sqlite", "server", "start", "--host", "127.0.0.1"]
    with (dossier / "serveur.log").open("ab") as journal:
        return subprocess.Popen(
            [*commande, "--port", str(reglages.port)], stdout=journal, stderr=journal, start_new_session=True
        )


def _attendre(adresse: str, processus: subprocess.Popen[bytes], journal: Path) -> None:
    limite = time.monotonic() + DEMARRAGE
    while time.monotonic() < limite and processus.poll() is None:
        if repond(f"{adresse}/health"):
            return
        time.sleep(0.3)  # noqa: TID251 - supervision of a process
    raise DossierError(
        f"Le serveur Prefect n'a pas démarré : voyez la fin de {journal}, et si son port est libre (DOSSIER_PORT)."
    )
