"""A thousand creances due on one morning: how many advanced, how fast, and how forms answered meanwhile.

Run by `python benchmarks/matin.py`; says what it measured, fails only when a creance is forgotten or written to
twice.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from rich.console import Console

if TYPE_CHECKING:  # Prefect reads its environment when it is imported: `_regler` comes before
    from prefect.client.orchestration import SyncPrefectClient

CONSOLE = Console(highlight=False, soft_wrap=True)
DEPOT = Path(__file__).parents[1]
SERVICE_PRET = b"started!"
JOUR = date(2026, 5, 20)
"""Today, by the simulated clock: every invoice is due for its first reminder."""
ENTETE = "N° facture;Date;Date d'échéance;Montant TTC;SIREN;Client;Adresse;Code postal;Ville;E-mail"
TEMOINS = 60
"""Empty runs by which the machine is measured, in the same minute and by the same worker."""


class Matin(NamedTuple):
    """What one morning gave."""

    creances: int
    secondes: float
    formulaires: tuple[float, ...]
    """Seconds between the submission of each form and its green state."""


def main() -> None:
    """Prepare the house, measure the reference, then the morning."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="matin-") as nom:
        racine = Path(nom)
        _regler(racine)
        with _courrier(racine), _prefect(racine, arguments.prefect):
            vides = _reference(racine)
            matin = _matin(racine, arguments.creances, arguments.toutes_les)
            _dire(matin, vides)
            sys.exit(_oublis(racine, arguments.creances))


def _arguments() -> argparse.Namespace:
    lecteur = argparse.ArgumentParser(description=__doc__)
    lecteur.add_argument("--creances", type=int, default=1000)
    lecteur.add_argument("--toutes-les", type=float, default=5, help="secondes entre deux paiements saisis")
    lecteur.add_argument(
        "--prefect", default="", help="base de Prefect (postgresql+asyncpg://…) ; SQLite sinon"
    )
    return lecteur.parse_args()


# the house


def _regler(racine: Path) -> None:
    """Everything in that folder; before Prefect is imported, which reads its environment then."""
    from flows.ports import port_libre

    for nom in [nom for nom in os.environ if nom.startswith(("DOSSIER_", "PREFECT_"))]:
        del os.environ[nom]
    os.environ.update(
        PREFECT_HOME=str(racine / "prefect"),
        PREFECT_API_URL=f"http://127.0.0.1:{port_libre()}/api",
        PREFECT_SERVER_ANALYTICS_ENABLED="false",
        PREFECT_LOGGING_LEVEL="WARNING",
        DO_NOT_TRACK="1",
        DOSSIER_DONNEES=str(racine / "donnees"),
        DOSSIER_HORLOGE=str(racine / "horloge"),
        DOSSIER_SMTP_PORT=str(port_libre()),
        DOSSIER_DOCUMENTS_PORT="0",
    )
    from flows.serveur import preparer_environnement
    from flows.wiring import settings

    preparer_environnement(settings())


@contextmanager
def _courrier(racine: Path) -> Iterator[None]:
    from flows.demo.poste_restante import ouvrir

    with ouvrir(racine / "courriels", int(os.environ["DOSSIER_SMTP_PORT"])):
        yield


@contextmanager
def _prefect(racine: Path, base: str) -> Iterator[None]:
    from flows.serveur import repond

    adresse = os.environ["PREFECT_API_URL"]
    port = adresse.removesuffix("/api").rpartition(":")[2]
    environ = os.environ | ({"PREFECT_SERVER_DATABASE_CONNECTION_URL": base} if base else {})
    commande = ("flows.prefect_sqlite", "server", "start", "--host", "127.0.0.1", "--port", port)
    with _programme(racine / "prefect.log", environ, *commande):
        _attendre(lambda: repond(f"{adresse}/health"), 300)
        yield


@contextmanager
def _programme(journal: Path, environ: dict[str, str], *module: str) -> Iterator[None]:
    with journal.open("ab") as sortie:
        processus = subprocess.Popen(
            [sys.executable, "-m", *module], cwd=DEPOT, env=environ, stdout=sortie, stderr=sortie
        )
    try:
        yield
    finally:
        processus.send_signal(signal.SIGTERM)
        try:
            processus.wait(timeout=30)
        except subprocess.TimeoutExpired:
            processus.kill()
            processus.wait()


def _attendre(condition: Callable[[], bool], patience: float, pas: float = 0.2) -> None:
    limite = time.monotonic() + patience
    while not condition():
        if time.monotonic() > limite:
            sys.exit("Le banc attend en vain : voyez les journaux du dossier temporaire.")
        time.sleep(pas)  # noqa: TID251 - waits for other processes


# the reference


def _reference(racine: Path) -> float:
    """Empty runs per second: the same worker, as many threads, a flow that does nothing."""
    from prefect.client.orchestration import get_client

    environ = dict(os.environ)
    with (
        _programme(racine / "vide.log", environ, "benchmarks.vide", str(TEMOINS)),
        get_client(sync_client=True) as client,
    ):
        _attendre(lambda: _finis(client) >= 1, 300)
        debut, deja = time.monotonic(), _finis(client)
        _attendre(lambda: _finis(client) >= TEMOINS, 600)
        return (TEMOINS - deja) / (time.monotonic() - debut)


def _finis(client: SyncPrefectClient) -> int:
    from prefect.client.schemas.filters import (
        FlowFilter,
        FlowFilterName,
        FlowRunFilter,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType

    finis = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.COMPLETED]))
    return len(
        client.read_flow_runs(
            flow_filter=FlowFilter(name=FlowFilterName(any_=["vide"])),
            flow_run_filter=FlowRunFilter(state=finis),
            limit=200,
        )
    )


# the morning


def _matin(racine: Path, nombre: int, pas: float) -> Matin:
    """Import while nobody works, then start the service and watch."""
    from dossier.adapters.clock import SimulatedClock
    from dossier.core.dates import debut_du_jour

    SimulatedClock(racine / "horloge").regler(debut_du_jour(JOUR))
    fichier = _factures(racine / "factures.csv", nombre)
    _importer(fichier)  # the service, at its start, gives each creance a run that is due at once
    journal = racine / "service.log"
    with _programme(journal, dict(os.environ), "flows.cli", "service"):
        _attendre(lambda: SERVICE_PRET in journal.read_bytes(), 1800)
        debut = time.monotonic()
        formulaires = _saisir_jusqu_au_soir(racine, nombre, pas)
        duree = time.monotonic() - debut
        _attendre(lambda: _oubliees() == 0, 120, 1)
        return Matin(nombre, duree, formulaires)


def _importer(fichier: Path) -> None:
    """As `dossier importer` does while the service is stopped."""
    from flows.lecteurs import importer_chemins
    from flows.wiring import outils

    rapport = importer_chemins(outils(), [fichier], "standard", auteur="banc")
    if rapport.refus:
        sys.exit(f"Le banc n'a pas pu importer : {rapport.refus[0].motif}")


def _factures(fichier: Path, nombre: int) -> Path:
    """One debtor each, so that no two share a letter."""
    lignes = [
        f"FA-{rang:05d};01/04/2026;06/05/2026;{1000 + rang},00;{_siren(rang)};Essai numéro {rang} SARL;{rang} rue des "
        f"Essais;44000;Nantes;fa-{rang:05d}@essai.example"
        for rang in range(1, nombre + 1)
    ]
    fichier.write_text("\n".join([ENTETE, *lignes]), encoding="utf-8")
    return fichier


def _siren(rang: int) -> str:
    debut = f"{rang:08d}"
    doubles = [int(chiffre) * (1 + place % 2) for place, chiffre in enumerate(debut)]
    return f"{debut}{-sum(d // 10 + d % 10 for d in doubles) % 10}"


def _saisir_jusqu_au_soir(racine: Path, nombre: int, pas: float) -> tuple[float, ...]:
    """Submit a payment every `pas` seconds, each on another creance, until all have been written to."""
    from prefect.client.orchestration import get_client

    durees: list[float] = []
    with get_client(sync_client=True) as client:
        paiement = client.read_deployment_by_name("paiement/paiement").id
        while (ecrites := len(list((racine / "courriels").glob("*.eml")))) < nombre:
            durees.append(_payer(client, paiement, len(durees), nombre))
            CONSOLE.print(f"{ecrites} sur {nombre}, formulaire en {durees[-1]:.1f} s")
            time.sleep(max(0.0, pas - durees[-1]))  # noqa: TID251 - the rhythm of the person who types
    return tuple(durees)


def _payer(client: SyncPrefectClient, paiement: UUID, rang: int, nombre: int) -> float:
    """Submit one euro; the seconds until the form is green."""
    from prefect.states import Scheduled

    depart = time.monotonic()
    parametres = {
        "facture": f"FA-{rang % nombre + 1:05d}",
        "montant": "1.00",
        "jour": JOUR.isoformat(),
        "reference": f"BANC {rang}",
    }
    run = client.create_flow_run_from_deployment(paiement, parameters=parametres, state=Scheduled()).id
    _attendre(lambda: _fini(client, run), 600, 0.1)
    return time.monotonic() - depart


def _fini(client: SyncPrefectClient, run: UUID) -> bool:
    etat = client.read_flow_run(run).state
    if etat is not None and (etat.is_failed() or etat.is_crashed()):
        sys.exit(f"Un formulaire a échoué : {etat.message}")
    return etat is not None and etat.is_completed()


# what came of it


def _oublis(racine: Path, nombre: int) -> int:
    """Whether a creance was forgotten or written to twice, from the journal and the mailbox; printed."""
    from dossier.core.faits import rupture_de_chaine
    from flows.wiring import outils

    journal = outils().journal
    ruptures = sum(rupture_de_chaine(journal.lire(o.creance)) is not None for o in journal.creances())
    envois = _envois()
    recus = Counter(
        parseaddr(message_from_bytes(fichier.read_bytes())["To"])[1]
        for fichier in (racine / "courriels").glob("*.eml")
    )
    doubles = sum(fois > 1 for fois in (*recus.values(), *envois.values()))
    CONSOLE.print(
        f"Au journal : {len(envois) - _oubliees()} créances avancées sur {nombre}, {_oubliees()} oubliées, {doubles} "
        f"deux fois, {ruptures} chaînes rompues ; {sum(recus.values())} courriels reçus de {len(recus)} débiteurs."
    )
    return int(bool(_oubliees() or doubles or ruptures or len(recus) != nombre))


def _envois() -> dict[str, int]:
    """How many sendings the journal proves for each creance."""
    from dossier.core.faits import EnvoiFait
    from flows.wiring import outils

    journal = outils().journal
    return {
        o.creance: sum(isinstance(fait.contenu, EnvoiFait) for fait in journal.lire(o.creance))
        for o in journal.creances()
    }


def _oubliees() -> int:
    return sum(fois == 0 for fois in _envois().values())


def _dire(matin: Matin, vides: float) -> None:
    par_seconde = matin.creances / matin.secondes
    CONSOLE.print(
        f"{matin.creances} créances dues le même matin, charge {os.getloadavg()[0]:.1f}\n"
        f"avancées en {matin.secondes:.0f} s : {par_seconde:.2f} par seconde\n"
        f"suivis vides, même ouvrier : {vides:.2f} par seconde ; rapport {par_seconde / vides:.2f}\n"
        f"formulaires saisis pendant ce temps : {len(matin.formulaires)}, médiane "
        f"{statistics.median(matin.formulaires):.1f} s, la plus longue {max(matin.formulaires):.1f} s"
    )


if __name__ == "__main__":
    sys.path.insert(0, str(DEPOT))
    main()
