"""A real S3 server (seaweedfs) on loopback, started when a test first asks for it."""

from __future__ import annotations

import json
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from dossier.adapters.store_s3 import ClientS3, client_s3
from flows.ports import ports_libres

DEMARRAGE_MAX = 60
REGION = "eu-west-3"


class ServeurS3(NamedTuple):
    """Where the server is, and an identity with every right on it."""

    endpoint: str
    region: str
    cle_acces: str
    cle_secrete: str
    seau: str
    """A bucket that is there, shared by the session: write under a prefix of your own."""

    def client(self) -> ClientS3:
        """A boto3 client made as the program makes it."""
        return client_s3(self.endpoint, self.region, cle_acces=self.cle_acces, cle_secrete=self.cle_secrete)


@pytest.fixture(scope="session")
def serveur_s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServeurS3]:
    """A seaweedfs server of this session, killed at its end."""
    dossier = tmp_path_factory.mktemp("seaweedfs")
    ports = ports_libres(8)
    serveur = ServeurS3(f"http://127.0.0.1:{ports[0]}", REGION, "cle-de-test", "secret-de-test", "tests")
    commande = _commande(dossier, serveur, ports)
    with (dossier / "sortie").open("wb") as sortie:
        processus = subprocess.Popen(commande, cwd=dossier, stdout=sortie, stderr=sortie)
    try:
        _attendre(processus, serveur, dossier / "sortie")
        yield serveur
    finally:
        processus.kill()
        processus.wait()
        for port in ports:
            for prise in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                prise.unlink()


def _commande(dossier: Path, serveur: ServeurS3, ports: list[int]) -> list[str]:
    for nom in ("logs", "data"):
        (dossier / nom).mkdir()
    identite = {
        "name": "tests",
        "credentials": [{"accessKey": serveur.cle_acces, "secretKey": serveur.cle_secrete}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (dossier / "s3.json").write_text(json.dumps({"identities": [identite]}), encoding="utf-8")
    services = [
        f"{nom}.port{suite}" for nom in ("s3", "master", "volume", "filer") for suite in ("", ".grpc")
    ]
    return [
        str(Path(sysconfig.get_path("scripts")) / "weed"),
        "-logdir=logs",
        "server",
        "-dir=data",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-filer",
        "-s3",
        "-s3.config=s3.json",
        "-s3.iam=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-master.telemetry=false",
        "-volume.max=200",
        "-master.volumeSizeLimitMB=256",
        *(f"-{service}={port}" for service, port in zip(services, ports, strict=True)),
    ]


def _attendre(processus: subprocess.Popen[bytes], serveur: ServeurS3, sortie: Path) -> None:
    """Until it keeps an object: its S3 port opens before its volumes are ready."""
    client = serveur.client()
    fin = time.monotonic() + DEMARRAGE_MAX
    while time.monotonic() < fin and processus.poll() is None:
        try:
            client.create_bucket(Bucket=serveur.seau)  # type: ignore[attr-defined]
            client.put_object(Bucket=serveur.seau, Key="pret", Body=b"pret")
        except (BotoCoreError, ClientError):
            time.sleep(0.2)  # noqa: TID251 - waits for a server
        else:
            return
    pytest.fail(f"seaweedfs n'a pas démarré :\n{sortie.read_text(encoding='utf-8')[-2000:]}")
