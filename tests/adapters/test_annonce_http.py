"""A warning posted to a real HTTP server: taken, refused, lost; the address is never told in full."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dossier.adapters.annonce_http import annoncer
from dossier.core.errors import ErreurEnvoi

SECRET = "secret-du-salon"


class Salon(ThreadingHTTPServer):
    """Keeps what it is given and answers what it is told to."""

    statut = 204
    ailleurs = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Guichet)
        self.recus: list[dict[str, Any]] = []
        self.adresse = f"http://127.0.0.1:{self.server_port}/{SECRET}"


class Guichet(BaseHTTPRequestHandler):
    server: Salon

    def do_POST(self) -> None:
        corps = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.recus.append(json.loads(corps) | {"type": self.headers["Content-Type"]})
        self.send_response(self.server.statut)
        if self.server.ailleurs:
            self.send_header("Location", self.server.ailleurs)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Silent."""


@pytest.fixture
def salon() -> Iterator[Salon]:
    with Salon() as salon:
        threading.Thread(target=salon.serve_forever, daemon=True).start()
        yield salon
        salon.shutdown()


def test_l_alerte_arrive_en_json(salon: Salon) -> None:
    annoncer(salon.adresse, {"text": "Étape à reprendre"})
    assert salon.recus == [{"text": "Étape à reprendre", "type": "application/json"}]


@pytest.mark.parametrize("statut", [300, 404, 500])
def test_toute_autre_reponse_que_2xx_est_un_refus(salon: Salon, statut: int) -> None:
    salon.statut = statut
    with pytest.raises(ErreurEnvoi, match=rf"127\.0\.0\.1.*réponse {statut}") as refus:
        annoncer(salon.adresse, {})
    assert SECRET not in str(refus.value)


def test_une_redirection_n_est_pas_suivie(salon: Salon) -> None:
    salon.statut, salon.ailleurs = 307, salon.adresse
    with pytest.raises(ErreurEnvoi, match="réponse 307"):
        annoncer(salon.adresse, {})
    assert len(salon.recus) == 1


def test_personne_ne_repond() -> None:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        port = prise.getsockname()[1]
    with pytest.raises(ErreurEnvoi, match="ne répond pas ; vérifiez DOSSIER_ALERTES_WEBHOOK") as panne:
        annoncer(f"http://127.0.0.1:{port}/{SECRET}", {})
    assert SECRET not in str(panne.value)


def test_une_adresse_illisible_est_dite() -> None:
    with pytest.raises(ErreurEnvoi, match="adresse illisible"):
        annoncer("http://[::1/secret", {})
