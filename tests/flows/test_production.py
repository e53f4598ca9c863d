"""Several workers on one pool, PostgreSQL under Prefect and under the journal, documents in S3."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from email import message_from_bytes
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import prefect.settings
import pytest
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import FlowFilter, FlowFilterName
from prefect.client.schemas.objects import FlowRun
from prefect.states import Scheduled
from ruamel.yaml import YAML

from dossier.adapters.clock import SimulatedClock
from dossier.adapters.journal_sql import JournalSql
from dossier.adapters.store_s3 import StoreS3
from dossier.core.dates import debut_du_jour
from dossier.core.errors import ConfigurationInvalide, DossierError
from dossier.core.etat import rejouer
from dossier.core.faits import EnvoiFait, EnvoiPrepare, rupture_de_chaine
from flows.demo.poste_restante import ouvrir
from flows.equipe import TEMOIN, exiger_le_commun, marquer_le_commun, nom_propre, verifier_le_commun
from flows.orphelines import tenant_de
from flows.ports import port_libre
from flows.serveur import adresse_vivante, page_des_suivis, repond, seul
from flows.service import POOL, deploiements, enregistrer
from flows.settings import RACINE, Settings
from tests.adapters.conftest import ServeurS3, serveur_s3  # noqa: F401 - a fixture
from tests.adapters.test_journal_sql import Postgres, postgres  # noqa: F401 - a fixture
from tests.flows.maison import Serveur, attendre

ENTETE = "N° facture;Date;Date d'échéance;Montant TTC;SIREN;Client;Adresse;Code postal;Ville;E-mail"
JOUR = date(2026, 5, 20)
CREANCES = 10
ACCES = "recouvrement:essai-de-mot-de-passe"


class Lieu(NamedTuple):
    """A Prefect server on PostgreSQL, and what every worker is told."""

    racine: Path
    adresse: str
    journal: str
    environ: dict[str, str]

    def client(self) -> SyncPrefectClient:
        return SyncPrefectClient(self.adresse, auth_string=ACCES)

    def lancer(self, nom: str, *commande: str) -> subprocess.Popen[bytes]:
        """Start that worker with a data folder of its own, but for the tray and the timestamp authority."""
        donnees = self.racine / nom
        donnees.mkdir(exist_ok=True)
        if nom != "w1":
            for commun in ("a-poster", "horodatage"):
                if not (donnees / commun).exists():
                    (donnees / commun).symlink_to(self.racine / "w1" / commun)
        processus = self.processus(nom, *commande)
        fichier = self.racine / f"{nom}.log"
        attendre(lambda: b"started!" in fichier.read_bytes() or processus.poll() is not None)
        assert processus.poll() is None, fichier.read_text(encoding="utf-8")
        return processus

    def processus(self, nom: str, *commande: str) -> subprocess.Popen[bytes]:
        with (self.racine / f"{nom}.log").open("wb") as journal:
            return subprocess.Popen(
                [sys.executable, "-m", "flows.cli", *commande],
                cwd=RACINE,
                env=self.environ | {"DOSSIER_DONNEES": str(self.racine / nom), "DOSSIER_OUVRIER": nom},
                stdout=journal,
                stderr=journal,
            )


@pytest.fixture
def lieu(postgres: Postgres, serveur_s3: ServeurS3, tmp_path: Path) -> Iterator[Lieu]:  # noqa: F811
    smtp, port = port_libre(), port_libre()
    journal = postgres.base()
    SimulatedClock(tmp_path / "horloge").regler(debut_du_jour(JOUR))
    environ = {nom: valeur for nom, valeur in os.environ.items() if not nom.startswith("DOSSIER_")} | {
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
        "PREFECT_SERVER_API_AUTH_STRING": ACCES,
        "PREFECT_API_AUTH_STRING": ACCES,
        "PREFECT_WORKER_HEARTBEAT_SECONDS": "2",
        "PREFECT_WORKER_QUERY_SECONDS": "0.5",
        "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "1",
        "DOSSIER_JOURNAL": journal,
        "DOSSIER_STORE": f"s3://{serveur_s3.seau}/{tmp_path.name}",
        "DOSSIER_S3_ENDPOINT": serveur_s3.endpoint,
        "DOSSIER_S3_CLE": serveur_s3.cle_acces,
        "DOSSIER_S3_SECRET": serveur_s3.cle_secrete,
        "DOSSIER_HORLOGE": str(tmp_path / "horloge"),
        "DOSSIER_SMTP_PORT": str(smtp),
        "DOSSIER_REPRISE": "3",
        "DOSSIER_THREADS": "2",
        "DOSSIER_DOCUMENTS_PORT": "0",
    }
    with (
        ouvrir(tmp_path / "courriels", smtp),
        _prefect(environ, port, _asynchrone(postgres.base()), tmp_path / "prefect.log"),
    ):
        yield Lieu(tmp_path, environ["PREFECT_API_URL"], journal, environ)


def _asynchrone(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


@contextmanager
def _prefect(environ: dict[str, str], port: int, base: str, journal: Path) -> Iterator[None]:
    commande = [
        sys.executable,
        "-m",
        "prefect",
        "server",
        "start",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with journal.open("wb") as sortie:
        processus = subprocess.Popen(
            commande,
            env=environ | {"PREFECT_SERVER_DATABASE_CONNECTION_URL": base},
            stdout=sortie,
            stderr=sortie,
        )
    try:
        attendre(lambda: repond(f"http://127.0.0.1:{port}/api/health"))
        yield
    finally:
        processus.terminate()
        processus.wait(timeout=30)


def factures(fichier: Path) -> Path:
    """As many debtors as creances: half of them have no e-mail address, and are written to by post."""
    lignes = [
        f"FA-{rang:03d};01/04/2026;06/05/2026;{100 + rang},00;{_siren(rang)};Essai numéro {rang} SARL;{rang} rue des "
        f"Essais;44000;Nantes;{f'essai{rang}@essai.example' if rang % 2 else ''}"
        for rang in range(1, CREANCES + 1)
    ]
    fichier.write_text("\n".join([ENTETE, *lignes]), encoding="utf-8")
    return fichier


def _siren(rang: int) -> str:
    """A number with its right check digit (Luhn)."""
    debut = f"{rang:08d}"
    doubles = [int(c) * (1 + place % 2) for place, c in enumerate(debut)]
    return f"{debut}{-sum(d // 10 + d % 10 for d in doubles) % 10}"


def suivis(client: SyncPrefectClient) -> list[FlowRun]:
    return client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=["suivi-facture"])), limit=200
    )


def _prevus(client: SyncPrefectClient, flow: str) -> bool:
    """Whether Prefect has put the next runs of that flow in its calendar."""
    runs = client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=[flow])))
    return any(
        (run.idempotency_key or "").startswith("heure:")
        and run.state is not None
        and run.state.is_scheduled()
        for run in runs
    )


def tenus_par(client: SyncPrefectClient, nom: str) -> list[FlowRun]:
    tenus = [run for run in suivis(client) if run.state is not None and run.state.is_running()]
    return [run for run in tenus if (tenant_de(client, run.id) or "").startswith(nom)]


def gares(client: SyncPrefectClient) -> bool:
    """Whether every creance waits for its second reminder."""
    noms = [run.state.name or "" for run in suivis(client) if run.state is not None]
    return len(noms) == CREANCES and all("Relance 2 le" in nom for nom in noms)


def test_un_ouvrier_tue_en_plein_travail_rien_n_est_perdu_ni_fait_deux_fois(lieu: Lieu) -> None:
    with ExitStack() as pile:
        pile.callback(_finir, processus := {})
        client = pile.enter_context(lieu.client())
        processus["w1"] = lieu.lancer("w1", "service")
        processus["w2"] = lieu.lancer("w2", "ouvrier")
        attendre(lambda: _prevus(client, "ronde"))
        deploiement = client.read_deployment_by_name("importer-des-factures/importer-des-factures")
        client.create_flow_run_from_deployment(
            deploiement.id,
            parameters={"fichiers": [str(factures(lieu.racine / "factures.csv"))]},
            state=Scheduled(),
        )
        attendre(lambda: bool(tenus_par(client, "w2")))
        _finir({"w2": processus.pop("w2")})
        perdus = {run.id for run in tenus_par(client, "w2")}
        assert perdus, "l'ouvrier devait mourir avec un suivi en main"
        attendre(lambda: gares(client), patience=180)
        tenants = {run.id: _prises(client, run) for run in suivis(client)}
    assert all(tenants[run][-1].startswith("w1-") for run in perdus)
    assert {nom[:3] for prises in tenants.values() for nom in prises} == {"w1-", "w2-"}
    _verifier_les_envois(lieu)


def _prises(client: SyncPrefectClient, run: FlowRun) -> list[str]:
    """Who took that run, in order; between two of them, it was made due again."""
    etats = sorted(client.read_flow_run_states(run.id), key=lambda etat: etat.timestamp)
    genres = [etat.type.value for etat in etats]
    courses = [rang for rang, genre in enumerate(genres) if genre == "RUNNING"]
    for debut, fin in pairwise(courses):
        assert "SCHEDULED" in genres[debut:fin], f"{run.name} : deux fois en cours"
    messages = (etat.message or "" for etat in etats if etat.is_pending())
    return [message.removeprefix("Pris par ") for message in messages if message.startswith("Pris par ")]


def _verifier_les_envois(lieu: Lieu) -> None:
    journal = JournalSql(lieu.journal)
    ouvertures = journal.creances()
    assert len(ouvertures) == CREANCES
    for ouverture in ouvertures:
        faits = journal.lire(ouverture.creance)
        assert rupture_de_chaine(faits) is None
        contenus = [fait.contenu for fait in faits]
        prepares = Counter(c.cle for c in contenus if isinstance(c, EnvoiPrepare))
        assert prepares == Counter(c.cle for c in contenus if isinstance(c, EnvoiFait)), ouverture.creance
        assert set(prepares.values()) == {1}
        assert rejouer(faits).fin is None
    journal.close()
    messages = [
        message_from_bytes(fichier.read_bytes())["Message-ID"]
        for fichier in (lieu.racine / "courriels").glob("*.eml")
    ]
    assert len(set(messages)) == CREANCES // 2
    assert len(list((lieu.racine / "w1" / "a-poster").glob("*.pdf"))) == CREANCES // 2


def _finir(processus: dict[str, subprocess.Popen[bytes]]) -> None:
    """SIGKILL: nothing in them gets a chance to clean up."""
    for encore in processus.values():
        encore.kill()
        encore.wait()


# what is refused before anything runs


def reglages(donnees: Path, **autres: str) -> Settings:
    return Settings(_env_file=None, donnees=donnees, **autres)  # type: ignore[call-arg]


def test_un_ouvrier_sans_journal_ni_preuves_communs_est_refuse_avec_ce_qui_manque(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_URL")
    with pytest.raises(ConfigurationInvalide) as refus:
        exiger_le_commun(reglages(tmp_path))
    assert all(
        nom in str(refus.value)
        for nom in ("PREFECT_API_URL", "DOSSIER_JOURNAL", "DOSSIER_STORE", "`dossier service`")
    )
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:4200/api")
    exiger_le_commun(reglages(tmp_path, journal="postgresql://dossier@base/dossier", store="s3://preuves"))


def test_un_ouvrier_qui_a_son_propre_bac_ou_sa_propre_autorite_est_refuse(
    tmp_path: Path,
    serveur_s3: ServeurS3,  # noqa: F811
) -> None:
    commun = Maison(
        StoreS3(serveur_s3.seau, tmp_path.name, serveur_s3.client()), Autorite(b"racine du service")
    )
    service, ouvrier = (reglages(tmp_path / nom, store="s3://tests") for nom in ("service", "w2"))
    with pytest.raises(ConfigurationInvalide, match="lancez `dossier service` d'abord"):
        verifier_le_commun(ouvrier, commun)  # type: ignore[arg-type]
    for _ in range(2):
        marquer_le_commun(service, commun)  # type: ignore[arg-type]
    with pytest.raises(ConfigurationInvalide, match="postée deux fois"):
        verifier_le_commun(ouvrier, commun)  # type: ignore[arg-type]
    ouvrier.donnees.mkdir()
    (ouvrier.donnees / "a-poster").symlink_to(service.donnees / "a-poster")
    verifier_le_commun(ouvrier, commun)  # type: ignore[arg-type]
    autre = commun._replace(horodateur=Autorite(b"une autre racine"))
    with pytest.raises(ConfigurationInvalide, match="autorité d'horodatage locale"):
        verifier_le_commun(ouvrier, autre)  # type: ignore[arg-type]
    (service.donnees / "a-poster" / TEMOIN).write_text("un autre bac")
    with pytest.raises(ConfigurationInvalide, match="n'est pas celui du service"):
        marquer_le_commun(service, commun)  # type: ignore[arg-type]


class Autorite(NamedTuple):
    certificat: bytes


class Maison(NamedTuple):
    """The two adapters that the check looks at."""

    store: StoreS3
    horodateur: Autorite


def test_le_verrou_nomme_ceux_qui_l_ont_tenu_avant_et_refuse_un_second(tmp_path: Path) -> None:
    verrou = tmp_path / "service.verrou"
    with seul(verrou, "service-1") as morts:
        assert morts == ()
        with pytest.raises(DossierError, match="Un service tourne déjà"), seul(verrou, "service-2"):
            pass
    with seul(verrou, "service-3") as morts:
        assert morts == ("service-1",)
    with seul(verrou, "service-4") as morts:
        assert morts == ("service-1", "service-3")


def test_un_nom_d_ouvrier_ne_sert_qu_une_fois_et_reste_lisible(tmp_path: Path) -> None:
    noms = {nom_propre(reglages(tmp_path, ouvrier="serveur-2")) for _ in range(20)}
    assert len(noms) == 20
    assert all(nom.startswith("serveur-2-") for nom in noms)
    with pytest.raises(ConfigurationInvalide, match="w/2"):
        nom_propre(reglages(tmp_path), "w/2")


def test_un_mot_de_passe_de_prefect_qui_ne_va_pas_se_dit(
    serveur_protege: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", serveur_protege)
    for acces, phrase in (
        (None, "refuse l'accès"),
        ("recouvrement:faux", "refuse l'accès"),
        ("été:x", "accentuée"),
    ):
        if acces is None:
            monkeypatch.delenv("PREFECT_API_AUTH_STRING", raising=False)
        else:
            monkeypatch.setenv("PREFECT_API_AUTH_STRING", acces)
        with pytest.raises(DossierError, match=phrase):
            adresse_vivante(reglages(tmp_path))
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", ACCES)
    assert adresse_vivante(reglages(tmp_path)) == serveur_protege
    with SyncPrefectClient(serveur_protege, auth_string=ACCES) as client:
        identifiant = client.create_flow_from_name("suivi-facture")
    assert page_des_suivis(serveur_protege).endswith(f"/flows/flow/{identifiant}")
    monkeypatch.setenv("PREFECT_UI_URL", "https://dossier.exemple.fr/")
    assert page_des_suivis(serveur_protege) == f"https://dossier.exemple.fr/flows/flow/{identifiant}"


@pytest.fixture
def serveur_protege(tmp_path: Path) -> Iterator[str]:
    port = port_libre()
    environ = dict(os.environ) | {
        "PREFECT_SERVER_API_AUTH_STRING": ACCES,
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
    }
    with _prefect(environ, port, f"sqlite+aiosqlite:///{tmp_path}/prefect.db", tmp_path / "prefect.log"):
        yield environ["PREFECT_API_URL"]


# prefect.yaml


def attendu() -> str:
    """`prefect.yaml` as the deployments of the code ask for it."""
    deploiements_ecrits = [
        {
            "name": flow.name,
            "entrypoint": f"{flow.fn.__module__.replace('.', '/')}.py:{flow.fn.__name__}",
            "work_pool": {"name": POOL, "work_queue_name": file},
            "enforce_parameter_schema": False,
        }
        for flow, file, _ in deploiements()
    ]
    flux = StringIO()
    yaml = YAML()
    yaml.dump(
        {"name": "dossier", "build": None, "push": None, "pull": None, "deployments": deploiements_ecrits},
        flux,
    )
    return EN_TETE + flux.getvalue()


EN_TETE = """\
# Les déploiements, pour `prefect deploy --all --no-prompt` (docs/production.md). `dossier service` les enregistre
# de lui-même à chaque démarrage, avec les libellés français des formulaires que `prefect deploy` ne sait pas écrire.
# Ce fichier suit flows/service.py : DOSSIER_ATTENDUS=1 .venv/bin/pytest tests/flows/test_production.py -k yaml
"""


def test_prefect_yaml_dit_les_memes_deploiements_que_le_code() -> None:
    fichier = RACINE / "prefect.yaml"
    if os.environ.get("DOSSIER_ATTENDUS"):
        fichier.write_text(attendu(), encoding="utf-8")
    assert fichier.read_text(encoding="utf-8") == attendu()


def test_prefect_deploy_accepte_prefect_yaml_et_le_service_rend_les_libelles(serveur: Serveur) -> None:
    asyncio.run(enregistrer())
    fait = subprocess.run(
        [sys.executable, "-m", "prefect", "--no-prompt", "deploy", "--all"],
        cwd=RACINE,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert fait.returncode == 0, fait.stdout + fait.stderr
    with SyncPrefectClient(serveur.adresse) as client:
        for flow, file, _ in deploiements():
            depose = client.read_deployment_by_name(f"{flow.name}/{flow.name}")
            assert (depose.work_pool_name, depose.work_queue_name) == (POOL, file)
            assert depose.schedules == []
        asyncio.run(enregistrer())
        champs = client.read_deployment_by_name("paiement/paiement").parameter_openapi_schema["properties"]
    assert champs["montant"]["title"] != "montant"


# docs/production.md


def test_chaque_variable_que_nomme_la_page_en_production_existe() -> None:
    page = (RACINE / "docs" / "production.md").read_text(encoding="utf-8")
    nommees = set(re.findall(r"\b(DOSSIER|PREFECT)_([A-Z0-9_]+)(\*?)", page))
    assert ("DOSSIER", "S3_", "*") in nommees
    assert ("PREFECT", "SERVER_API_AUTH_STRING", "") in nommees
    inconnues = [
        f"{programme}_{nom}{etoile}"
        for programme, nom, etoile in nommees
        if not _existe(programme, nom, etoile)
    ]
    assert inconnues == []


def _existe(programme: str, nom: str, etoile: str) -> bool:
    if programme == "PREFECT":
        return hasattr(prefect.settings, f"PREFECT_{nom}")
    champs = [champ.upper() for champ in Settings.model_fields]
    return any(champ.startswith(nom) for champ in champs) if etoile else nom in champs
