"""One contract for both evidence stores, then what is particular to the folder and to S3."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import tracemalloc
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from dossier.adapters.store_folder import StoreFolder
from dossier.adapters.store_s3 import Retention, StoreS3, client_s3
from dossier.core.errors import (
    ConfigurationInvalide,
    ConflitStore,
    DocumentAbsent,
    DonneeInvalide,
    DossierError,
)
from dossier.core.ports import Store
from flows.ports import port_libre
from tests.adapters.conftest import REGION, ServeurS3

CLE = "F-2026-001/03-mise-en-demeure.pdf"
MAINTENANT = datetime.fromtimestamp(time.time(), tz=UTC)
NUMEROS = count(1)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "folder":
        return StoreFolder(tmp_path / "preuves")
    serveur: ServeurS3 = request.getfixturevalue("serveur_s3")
    return StoreS3(serveur.seau, f"essai-{next(NUMEROS)}", serveur.client())


def nouveau_seau(serveur: ServeurS3, **options: Any) -> str:
    nom = f"seau-{next(NUMEROS)}"
    serveur.client().create_bucket(Bucket=nom, **options)  # type: ignore[attr-defined]
    return nom


# The contract.


@pytest.mark.parametrize("contenu", [b"", b"%PDF-1.7 \x00\r\n", os.urandom(3_000_000)])
def test_rend_ce_qui_a_ete_depose(store: Store, contenu: bytes) -> None:
    assert store.put(CLE, contenu) == hashlib.sha256(contenu).hexdigest()
    assert store.get(CLE) == contenu


def test_redeposer_les_memes_octets_est_sans_effet(store: Store) -> None:
    assert store.put(CLE, b"lettre") == store.put(CLE, b"lettre")
    assert store.get(CLE) == b"lettre"


@pytest.mark.parametrize("autre", [b"lettre modifiee", b"lettr", b""])
def test_d_autres_octets_sont_un_conflit(store: Store, autre: bytes) -> None:
    store.put(CLE, b"lettre")
    with pytest.raises(ConflitStore, match=r"03-mise-en-demeure\.pdf"):
        store.put(CLE, autre)
    assert store.get(CLE) == b"lettre"


def test_cles_voisines_ne_se_melangent_pas(store: Store) -> None:
    cles = ["a b.txt", "a+b.txt", "a%20b.txt", "A b.txt", "d/a b.txt", "<1@x>.eml", "a?b=c#d"]
    for cle in cles:
        store.put(cle, cle.encode())
    assert [store.get(cle) for cle in cles] == [cle.encode() for cle in cles]


@pytest.mark.parametrize("cle", ["inconnue", "F-2026-001", f"{CLE}/dessous"])
def test_cle_inconnue(store: Store, cle: str) -> None:
    store.put(CLE, b"lettre")
    with pytest.raises(DocumentAbsent):
        store.get(cle)


def test_store_encore_vide(store: Store) -> None:
    with pytest.raises(DocumentAbsent):
        store.get(CLE)


@pytest.mark.parametrize("cle", ["", "/etc/passwd", "../dehors", "a/../../dehors", "a//b", "é", "a\\b", ".x"])
def test_cle_refusee_par_tous_les_gestes(store: Store, cle: str) -> None:
    with pytest.raises(DonneeInvalide):
        store.put(cle, b"x")
    with pytest.raises(DonneeInvalide):
        store.get(cle)
    with pytest.raises(DonneeInvalide):
        store.lieu(cle)


def test_une_cle_ne_peut_pas_etre_aussi_un_dossier(store: Store) -> None:
    store.put("a/b", b"x")
    with pytest.raises(ConflitStore):
        store.put("a", b"x")


def test_huit_ecritures_concurrentes_un_seul_contenu_gagne(store: Store) -> None:
    depart = threading.Barrier(8)

    def deposer(numero: int) -> bool:
        depart.wait()
        try:
            store.put(CLE, b"version %d" % numero)
        except ConflitStore:
            return False
        return True

    with ThreadPoolExecutor(8) as fils:
        reussites = list(fils.map(deposer, range(8)))
    assert reussites.count(True) == 1
    assert store.get(CLE) == b"version %d" % reussites.index(True)


def test_huit_ecritures_concurrentes_du_meme_contenu_reussissent(store: Store) -> None:
    depart = threading.Barrier(8)

    def deposer(_: int) -> str:
        depart.wait()
        return store.put(CLE, b"lettre")

    with ThreadPoolExecutor(8) as fils:
        assert len(set(fils.map(deposer, range(8)))) == 1
    assert store.get(CLE) == b"lettre"


@pytest.mark.parametrize("contenu", [b"", b"lettre", os.urandom(3_000_000)])
def test_un_fichier_se_depose_et_se_copie_comme_des_octets(
    store: Store, tmp_path: Path, contenu: bytes
) -> None:
    source, copie = tmp_path / "source", tmp_path / "copie"
    source.write_bytes(contenu)
    empreinte = hashlib.sha256(contenu).hexdigest()
    assert store.put(CLE, source) == empreinte == store.put(CLE, contenu)
    assert store.put(CLE, source) == empreinte
    assert store.copier(CLE, copie) == empreinte
    assert store.get(CLE) == copie.read_bytes() == contenu == source.read_bytes()


def test_un_fichier_d_autres_octets_est_un_conflit(store: Store, tmp_path: Path) -> None:
    store.put(CLE, b"lettre")
    (tmp_path / "source").write_bytes(b"lettrf")
    with pytest.raises(ConflitStore, match=r"03-mise-en-demeure\.pdf"):
        store.put(CLE, tmp_path / "source")
    assert store.get(CLE) == b"lettre"


def test_copier_ne_laisse_rien_quand_le_document_manque_et_dit_ou_la_copie_echoue(
    store: Store, tmp_path: Path
) -> None:
    store.put(CLE, b"lettre")
    with pytest.raises(DocumentAbsent):
        store.copier("inconnue", tmp_path / "copie")
    assert not (tmp_path / "copie").exists()
    with pytest.raises(DossierError, match="nulle-part"):
        store.copier(CLE, tmp_path / "nulle-part" / "copie")
    with pytest.raises(DonneeInvalide):
        store.copier("../dehors", tmp_path / "copie")


LOURD, PERMIS = 40_000_000, 8_000_000


def test_un_document_lourd_ne_passe_jamais_en_entier_par_la_memoire(store: Store, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(os.urandom(1_000_000) * (LOURD // 1_000_000))
    store.put("amorce", b"x")
    tracemalloc.start()
    try:
        store.put(CLE, source)
        store.put(CLE, source)
        store.copier(CLE, tmp_path / "copie")
        store.lien(CLE, datetime.fromtimestamp(time.time() + 3600, tz=UTC))
        assert tracemalloc.get_traced_memory()[1] < PERMIS
    finally:
        tracemalloc.stop()
    assert (tmp_path / "copie").stat().st_size == LOURD


# The folder.


def test_dossier_fichier_en_lecture_seule_sans_brouillon(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path / "preuves")
    store.put(CLE, b"lettre")
    chemin = Path(store.lieu(CLE))
    assert chemin.read_bytes() == b"lettre"
    assert chemin.stat().st_mode & 0o777 == 0o444
    assert [p.name for p in chemin.parent.iterdir()] == [chemin.name]


@pytest.mark.parametrize("cible", ["dehors", "dedans"])
def test_dossier_ne_suit_aucun_lien(tmp_path: Path, cible: str) -> None:
    racine, dehors = tmp_path / "preuves", tmp_path / "dehors"
    store = StoreFolder(racine)
    store.put("dedans/a", b"x")
    dehors.mkdir()
    (dehors / "secret").write_bytes(b"secret")
    (racine / "lien").symlink_to({"dehors": dehors, "dedans": racine / "dedans"}[cible])
    (racine / "fichier").symlink_to(dehors / "secret")
    (racine / "pendant").symlink_to(dehors / "neuf")
    for cle in ("lien/neuf", "fichier", "pendant"):
        with pytest.raises(DonneeInvalide, match="lien symbolique"):
            store.put(cle, b"x")
    for cle in ("lien/secret", "lien/a", "fichier"):
        with pytest.raises(DonneeInvalide, match="lien symbolique"):
            store.get(cle)
    assert [p.name for p in dehors.iterdir()] == ["secret"]


def test_dossier_une_racine_atteinte_par_un_lien_est_admise(tmp_path: Path) -> None:
    (tmp_path / "disque").mkdir()
    (tmp_path / "preuves").symlink_to(tmp_path / "disque")
    StoreFolder(tmp_path / "preuves").put("a", b"x")
    assert (tmp_path / "disque" / "a").read_bytes() == b"x"


def test_dossier_un_document_n_est_pas_un_dossier(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path)
    store.put("a", b"x")
    with pytest.raises(ConflitStore, match="déjà un document"):
        store.put("a/b", b"y")


def test_dossier_un_document_raccourci_sur_le_disque_est_un_conflit(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path)
    store.put("a", b"lettre")
    (tmp_path / "a").chmod(0o644)
    os.truncate(tmp_path / "a", 3)
    with pytest.raises(ConflitStore):
        store.put("a", b"lettre")


LIMITE = 1_000_000
DEPOT_LIMITE = f"""
import resource, signal, sys
from pathlib import Path
from dossier.adapters.store_folder import StoreFolder
from dossier.core.errors import DossierError

signal.signal(signal.SIGXFSZ, getattr(signal, sys.argv[2]))
resource.setrlimit(resource.RLIMIT_FSIZE, ({LIMITE}, {LIMITE}))
try:
    StoreFolder(Path(sys.argv[1])).put("a/b", b"x" * int(sys.argv[3]))
except DossierError as error:
    sys.exit(str(error))
"""


def deposer_limite(racine: Path, reaction: str, taille: int) -> subprocess.CompletedProcess[str]:
    commande = [sys.executable, "-c", DEPOT_LIMITE, str(racine), reaction, str(taille)]
    return subprocess.run(commande, capture_output=True, text=True, timeout=60, check=False)


def test_dossier_un_programme_tue_en_pleine_ecriture_ne_laisse_rien_de_lisible(tmp_path: Path) -> None:
    mort = deposer_limite(tmp_path, "SIG_DFL", LIMITE + 1)
    assert mort.returncode == -signal.SIGXFSZ
    (reste,) = (tmp_path / "a").iterdir()
    assert reste.stat().st_size == LIMITE, "le brouillon inachevé est bien là, et sans la clé"
    store = StoreFolder(tmp_path)
    with pytest.raises(DocumentAbsent):
        store.get("a/b")
    with pytest.raises(DonneeInvalide):
        store.get(f"a/{reste.name}")
    store.put("a/b", b"x" * (LIMITE + 1))
    assert len(store.get("a/b")) == LIMITE + 1


def test_dossier_un_disque_qui_refuse_d_ecrire(tmp_path: Path) -> None:
    refus = deposer_limite(tmp_path, "SIG_IGN", LIMITE + 1)
    assert "taille de fichier permise" in refus.stderr
    assert "Traceback" not in refus.stderr
    assert not list((tmp_path / "a").iterdir())
    assert deposer_limite(tmp_path, "SIG_IGN", LIMITE).returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="système sans /proc ni /dev/full")
def test_dossier_une_racine_impossible_est_dite_en_francais(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_bytes(b"")
    for racine in (tmp_path / "fichier", tmp_path / "fichier" / "dessous"):
        with pytest.raises(DossierError, match="la racine n'est pas un dossier"):
            StoreFolder(racine).put("a", b"x")
    with pytest.raises(DossierError, match="/proc/preuves : "):
        StoreFolder(Path("/proc/preuves")).put("a", b"x")


# S3.


def test_s3_le_lieu_et_le_prefixe(serveur_s3: ServeurS3) -> None:
    seau = nouveau_seau(serveur_s3)
    avec, sans = (StoreS3(seau, prefixe, serveur_s3.client()) for prefixe in ("/cabinet/preuves/", ""))
    avec.put("a", b"x")
    assert avec.lieu("a") == f"s3://{seau}/cabinet/preuves/a"
    assert sans.get("cabinet/preuves/a") == b"x"
    with pytest.raises(DocumentAbsent, match=f"s3://{seau}/a"):
        sans.get("a")
    with pytest.raises(DonneeInvalide):
        StoreS3(seau, "../ailleurs", serveur_s3.client())
    assert sans.lieu("/".join(["a" * 201] * 5))
    with pytest.raises(DonneeInvalide, match="1024"):
        avec.lieu("/".join(["a" * 201] * 5))


def test_s3_le_serveur_garde_la_somme_sha256(serveur_s3: ServeurS3) -> None:
    client = serveur_s3.client()
    StoreS3(serveur_s3.seau, "somme", client).put("a", b"lettre")
    reponse = client.get_object(Bucket=serveur_s3.seau, Key="somme/a", ChecksumMode="ENABLED")
    assert reponse["ChecksumSHA256"] == somme(b"lettre")
    reponse["Body"].close()


def test_s3_une_ecriture_coupee_en_route_ne_laisse_rien_de_lisible(serveur_s3: ServeurS3) -> None:
    client: Any = serveur_s3.client()
    ou = {"Bucket": serveur_s3.seau, "Key": "coupee/a"}
    adresse = urlsplit(client.generate_presigned_url("put_object", Params=ou))
    entete = (
        f"PUT {adresse.path}?{adresse.query} HTTP/1.1\r\nHost: {adresse.netloc}\r\nContent-Length: 10\r\n\r\n"
    )
    with socket.create_connection((adresse.hostname, adresse.port)) as prise:
        prise.sendall(entete.encode() + b"12345")
        prise.shutdown(socket.SHUT_WR)
        assert b"200 OK" not in prise.recv(1000)
    store = StoreS3(serveur_s3.seau, "coupee", client)
    with pytest.raises(DocumentAbsent):
        store.get("a")
    store.put("a", b"1234567890")


@pytest.mark.parametrize("mode", ["GOVERNANCE", "COMPLIANCE"])
def test_s3_la_retention_empeche_d_effacer(serveur_s3: ServeurS3, mode: Any) -> None:
    seau = nouveau_seau(serveur_s3, ObjectLockEnabledForBucket=True)
    client: Any = serveur_s3.client()
    store = StoreS3(seau, "", client, Retention(10, mode, lambda: MAINTENANT))
    store.put("a", b"lettre")
    store.put("a", b"lettre")
    with pytest.raises(ConflitStore):
        store.put("a", b"autre")
    objet = client.head_object(Bucket=seau, Key="a")
    assert objet["ObjectLockMode"] == mode
    assert abs(objet["ObjectLockRetainUntilDate"] - MAINTENANT - timedelta(days=10)) < timedelta(seconds=2)
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(Bucket=seau, Key="a", VersionId=objet["VersionId"])
    assert store.get("a") == b"lettre"


def test_s3_retention_sur_un_seau_sans_verrou(serveur_s3: ServeurS3) -> None:
    retention = Retention(10, "COMPLIANCE", lambda: MAINTENANT)
    store = StoreS3(serveur_s3.seau, "sans-verrou", serveur_s3.client(), retention)
    with pytest.raises(DossierError, match="vérifiez les réglages du seau"):
        store.put("a", b"x")


def test_s3_pannes_dites_en_francais(serveur_s3: ServeurS3) -> None:
    seau = serveur_s3.seau
    intrus = client_s3(serveur_s3.endpoint, REGION, cle_acces="cle-de-test", cle_secrete="faux")
    with pytest.raises(DossierError, match="accès refusé"):
        StoreS3(seau, "", intrus).get("a")
    with pytest.raises(DossierError, match="accès refusé"):
        StoreS3(seau, "", intrus).put("a", b"x")
    with pytest.raises(DossierError, match="ce seau n'existe pas"):
        StoreS3("seau-inconnu", "", serveur_s3.client()).get("a")
    with pytest.raises(DossierError, match="le nom du seau n'en est pas un"):
        StoreS3("Seau Invalide", "", serveur_s3.client()).get("a")


def test_s3_serveur_eteint() -> None:
    eteint = f"http://127.0.0.1:{port_libre()}"
    client = client_s3(eteint, REGION, cle_acces="a", cle_secrete="b", essais=1)
    with pytest.raises(DossierError, match="injoignable"):
        StoreS3("seau", "", client).put("a", b"x")


def test_s3_sans_cles_d_acces(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for nom in [nom for nom in os.environ if nom.startswith("AWS_")]:
        monkeypatch.delenv(nom)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("HOME", str(tmp_path))
    store = StoreS3("seau", "", client_s3("http://127.0.0.1:9", REGION))
    with pytest.raises(DossierError, match="aucune clé d'accès"):
        store.get("a")


def test_s3_adresse_impossible() -> None:
    with pytest.raises(ConfigurationInvalide, match="pas-une-adresse"):
        client_s3("pas-une-adresse", REGION, cle_acces="a", cle_secrete="b")


# Servers that answer otherwise than seaweedfs, over real HTTP.


def somme(contenu: bytes) -> str:
    return b64encode(hashlib.sha256(contenu).digest()).decode()


class S3Capricieux(BaseHTTPRequestHandler):
    """A bucket in memory whose whims are set on the class by `serveur_capricieux`."""

    objets: dict[str, bytes]
    refus: list[tuple[int, str]]
    ignore_la_condition: bool
    abime: Any
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        contenu = self.rfile.read(int(self.headers["Content-Length"]))
        if self.refus and not self.path.endswith("unique"):
            self._repondre(*self.refus.pop())
        elif self.path in self.objets and not self.ignore_la_condition:
            self._repondre(412, "PreconditionFailed")
        else:
            self.objets[self.path] = contenu
            self._repondre(200, "")

    def do_GET(self) -> None:
        contenu = self.objets.get(self.path.partition("?")[0])
        if contenu is None:
            self._repondre(404, "NoSuchKey")
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(contenu)))
        self.send_header("x-amz-checksum-sha256", somme(contenu))
        self.end_headers()
        self.wfile.write(self.abime(contenu))
        self.close_connection = True

    def _repondre(self, statut: int, code: str) -> None:
        corps = f"<Error><Code>{code}</Code><Message>m</Message></Error>".encode() if code else b""
        self.send_response(statut)
        self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serveur_capricieux(**caprices: Any) -> Iterator[tuple[StoreS3, type[S3Capricieux]]]:
    defauts = {"objets": {}, "refus": [], "ignore_la_condition": False, "abime": staticmethod(bytes)}
    classe = type("Serveur", (S3Capricieux,), defauts | caprices)
    with ThreadingHTTPServer(("127.0.0.1", 0), classe) as serveur:
        threading.Thread(target=serveur.serve_forever, args=(0.01,), daemon=True).start()
        adresse = f"http://127.0.0.1:{serveur.server_port}"
        client = client_s3(adresse, REGION, cle_acces="a", cle_secrete="b", essais=1)
        yield StoreS3("seau", "", client), classe
        serveur.shutdown()


CONFLIT = (409, "ConditionalRequestConflict")


def test_s3_une_ecriture_en_cours_ailleurs_est_reessayee() -> None:
    with serveur_capricieux(refus=[CONFLIT] * 4) as (store, serveur):
        assert store.put("a", b"x") == hashlib.sha256(b"x").hexdigest()
        assert serveur.objets["/seau/a"] == b"x"


def test_s3_une_ecriture_en_cours_sans_fin_est_dite() -> None:
    with (
        serveur_capricieux(refus=[CONFLIT] * 5) as (store, _),
        pytest.raises(DossierError, match=r"5 essais.*ConditionalRequestConflict"),
    ):
        store.put("a", b"x")


def test_s3_un_conflit_perdu_par_un_contenu_egal_est_un_succes() -> None:
    with serveur_capricieux(refus=[CONFLIT], objets={"/seau/a": b"x"}) as (store, _):
        store.put("a", b"x")
        with pytest.raises(ConflitStore):
            store.put("a", b"y")


def test_s3_un_serveur_qui_ecrase_en_silence_est_refuse() -> None:
    with serveur_capricieux(ignore_la_condition=True) as (store, serveur):
        with pytest.raises(DossierError, match="If-None-Match"):
            store.put("a", b"x")
        assert "/seau/a" not in serveur.objets


@pytest.mark.parametrize(
    "abime", [lambda octets: octets[:-1], lambda octets: b"X" + octets[1:], lambda _: b""]
)
def test_s3_un_document_tronque_ou_altere_en_route_n_est_pas_rendu(abime: Any, tmp_path: Path) -> None:
    with serveur_capricieux(abime=staticmethod(abime)) as (store, _):
        store.put("a", b"lettre")
        with pytest.raises(DossierError, match="incomplet ou altéré"):
            store.get("a")
        with pytest.raises(DossierError, match="incomplet ou altéré"):
            store.copier("a", tmp_path / "copie")


def test_s3_un_serveur_en_panne() -> None:
    with serveur_capricieux(refus=[(500, "InternalError")]) as (store, _):
        with pytest.raises(DossierError, match="InternalError"):
            store.put("a", b"x")
        store.put("a", b"x")
