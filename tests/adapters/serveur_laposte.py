"""A local server that plays La Poste's « Suivi v2 » as its OpenAPI document describes it, faults included."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

CLE = "cle-de-test-sans-valeur-0123456789"
Faute = Callable[[BaseHTTPRequestHandler], None]


class ServeurLaPoste:
    """Answers for the numbers of `envois`, unless a fault is to be played instead."""

    def __init__(self) -> None:
        self.envois: dict[str, bytes] = {}
        """By number, its element of an answer, exactly as it will travel."""
        self.fautes: list[Faute | None] = []
        """One per request to come, None for an ordinary answer."""
        self.toujours: Faute | None = None
        """A fault that lasts, once `fautes` are played."""
        self.premier_seulement = False
        """Answers for the first number only, as some clients report."""
        self.sans_json = False
        """Unknown numbers get a 404 without JSON."""
        self.lot_indivisible = False
        """One malformed number spoils a whole request."""
        self.demandes: list[list[str]] = []
        self.entetes: list[dict[str, str]] = []
        self.langues: list[str] = []
        self.adresse = ""

    def envoi(self, numero: str, *evenements: dict[str, Any], final: bool = False, **champs: Any) -> None:
        """A letter with its events, oldest first; La Poste lists the newest first."""
        self.envois[numero] = en_json(
            {
                "lang": "fr_FR",
                "scope": "open",
                "returnCode": 200,
                "shipment": {
                    "holder": 1,
                    "idShip": numero,
                    "product": "Lettre recommandée",
                    "isFinal": final,
                    "entryDate": "2026-11-02T17:30:00+01:00",
                    "event": list(reversed(evenements)),
                    "timeline": [{"id": 1, "shortLabel": "Pris en charge", "status": True, "type": 1}],
                    "contextData": {"originCountry": "FR", "arrivalCountry": "FR"},
                    "url": f"https://www.laposte.fr/outils/suivre-vos-envois?code={numero}",
                }
                | champs,
            }
        )

    def repondre(self, handler: BaseHTTPRequestHandler) -> None:
        url = urlsplit(handler.path)
        numeros = url.path.removeprefix("/suivi/v2/idships/").split(",")
        self.demandes.append(numeros)
        self.entetes.append({nom.lower(): valeur for nom, valeur in handler.headers.items()})
        self.langues.extend(parse_qs(url.query).get("lang", []))
        faute = self.fautes.pop(0) if self.fautes else self.toujours
        if faute:
            faute(handler)
        elif handler.headers.get("X-Okapi-Key") != CLE:
            corps = {"code": "UNAUTHORIZED", "message": "This action requires an authorization"}
            envoyer(handler, 401, en_json(corps))
        else:
            envoyer(handler, *self._reponse(numeros))

    def _reponse(self, numeros: list[str]) -> tuple[int, bytes]:
        statuts, corps = zip(*map(self._pour, numeros), strict=True)
        if len(numeros) > 10 or (self.lot_indivisible and 400 in statuts):
            return 400, erreur(400, ",".join(numeros))
        if len(numeros) == 1 or self.premier_seulement:
            return statuts[0], corps[0]
        if self.sans_json and set(statuts) == {404}:
            return 404, b""
        return (200 if set(statuts) == {200} else 207), b" [\n  " + b" ,\n\t".join(
            filter(None, corps)
        ) + b"\r\n] "

    def _pour(self, numero: str) -> tuple[int, bytes]:
        if numero in self.envois:
            return 200, self.envois[numero]
        if not re.fullmatch(r"[0-9A-Z]{11,15}", numero) or numero.startswith("XX"):
            return 400, erreur(400, numero)
        return 404, b"" if self.sans_json else erreur(104, numero)


def en_json(valeur: Any) -> bytes:
    """With spaces and escapes that another serialiser would not write."""
    return json.dumps(valeur, indent=1, ensure_ascii=True, separators=(" ,", " : ")).encode()


def erreur(code: int, numero: str, message: str = "") -> bytes:
    message = message or {
        400: "Le numéro que vous avez saisi n’est pas valide.",
        104: "Votre suivi n'est pas encore disponible.",
    }.get(code, "Service momentanément indisponible")
    return en_json({"returnCode": code, "returnMessage": message, "lang": "fr_FR", "idShip": numero})


def evenement(code: str, date: str | None, libelle: str = "", **champs: Any) -> dict[str, Any]:
    return {"code": code, "date": date, "label": libelle or f"Votre courrier ({code}).", "order": 1} | champs


def envoyer(handler: BaseHTTPRequestHandler, statut: int, corps: bytes = b"", **entetes: str) -> None:
    handler.send_response(statut)
    for nom, valeur in entetes.items():
        handler.send_header(nom.replace("_", "-"), valeur)
    handler.send_header("Content-Length", str(len(corps)))
    handler.end_headers()
    handler.wfile.write(corps)


def faute(statut: int, corps: bytes = b"", **entetes: str) -> Faute:
    return lambda handler: envoyer(handler, statut, corps, **entetes)


def couper(handler: BaseHTTPRequestHandler) -> None:
    """The line breaks once the request is received."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def servir() -> Iterator[ServeurLaPoste]:
    serveur = ServeurLaPoste()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            serveur.repondre(self)

        def log_message(self, *args: object) -> None:
            pass

    ecoute = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ecoute.handle_error = lambda *_: None  # type: ignore[method-assign]
    fil = threading.Thread(target=ecoute.serve_forever, args=(0.02,), daemon=True)
    fil.start()
    serveur.adresse = f"http://127.0.0.1:{ecoute.server_port}/suivi/v2"
    try:
        yield serveur
    finally:
        ecoute.shutdown()
        ecoute.server_close()
        fil.join()
