"""A bell that carriers ring: it learns that something happened to a letter, and nothing more.

What a notification says is never believed, for whoever knows the address can send one: only the reference is
taken from it, and the carrier's API is then asked. Listens on loopback; a reverse proxy that speaks https stands
in front.

Maileva (`notification_center` v2, as published in cube43/maileva) calls again, up to ten times over fifteen hours,
unless the answer is 201.
"""

from __future__ import annotations

import hmac
import json
import logging
import re
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self
from urllib.parse import urlsplit

from dossier.core.errors import ConfigurationInvalide
from dossier.core.messages import raison

log = logging.getLogger("dossier.sonnette")

PREFIXE = "/maileva/"
JETON = re.compile(r"[A-Za-z0-9_-]{24,128}")
REFERENCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
ENVOI = re.compile(r"/sendings/([A-Za-z0-9_-]{1,64})(?:/|$)")
TAILLE = 64 * 1024
"""Bytes of a notification, at most."""
PATIENCE = 10.0
"""Seconds of silence allowed to a caller: one thread answers all."""
ARRET = 0.1
"""Seconds that stopping may take."""


class Sonnette:
    """Answers `POST /maileva/<jeton>` while the `with` block lasts, in one thread."""

    def __init__(
        self,
        prevenir: Callable[[str], None],
        jeton: str,
        *,
        port: int = 0,
        hote: str = "127.0.0.1",
        patience: float = PATIENCE,
    ) -> None:
        """`prevenir` is given the reference of a sending, in the bell's thread: it must be quick.

        `jeton` is what only the carrier knows. `port` 0 takes a free one. Raises ConfigurationInvalide.
        """
        if not JETON.fullmatch(jeton):
            raise ConfigurationInvalide(
                "Le jeton de la sonnette doit compter de 24 à 128 lettres sans accent, chiffres, tirets ou tirets "
                "bas : changez-le dans les réglages."
            )
        try:
            self._serveur = _Serveur((hote, port), prevenir, jeton, patience)
        except OSError as error:
            raise ConfigurationInvalide(
                f"La sonnette ne peut pas écouter sur {hote}:{port} ({raison(error)}) : ce port est pris ou interdit, "
                "choisissez-en un autre dans les réglages."
            ) from error
        self._fil = threading.Thread(
            target=self._serveur.serve_forever, args=(ARRET,), name="sonnette", daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._serveur.server_port

    def __enter__(self) -> Self:
        self._fil.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._serveur.shutdown()
        self._fil.join()
        self._serveur.server_close()


class _Serveur(HTTPServer):
    def __init__(
        self, adresse: tuple[str, int], prevenir: Callable[[str], None], jeton: str, patience: float
    ) -> None:
        self.prevenir = prevenir
        self.jeton = jeton
        self.patience = patience
        super().__init__(adresse, _Appel)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 - the signature of socketserver
        """A caller that hangs up is no news, and a traceback would hold the path."""
        log.info("Appel de la sonnette interrompu.")


class _Appel(BaseHTTPRequestHandler):
    server: _Serveur
    server_version = "sonnette"
    sys_version = ""

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.patience)

    def do_POST(self) -> None:
        self._repondre(self._sonner())

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What http.server refuses by itself; another method than POST first of all."""
        if code != HTTPStatus.NOT_IMPLEMENTED:
            self._repondre(HTTPStatus(code))
        else:
            self._repondre(
                HTTPStatus.METHOD_NOT_ALLOWED if self._est_la_bonne_porte() else HTTPStatus.NOT_FOUND
            )

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the signature of http.server
        """Nothing: the path holds the token."""

    def _sonner(self) -> HTTPStatus:
        if not self._est_la_bonne_porte():
            return HTTPStatus.NOT_FOUND
        longueur = self.headers.get("Content-Length", "")
        if not (longueur.isascii() and longueur.isdigit()):
            return HTTPStatus.LENGTH_REQUIRED
        if len(longueur) > 9 or int(longueur) > TAILLE:
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        reference = _reference(self.rfile.read(int(longueur)))
        if reference is None:
            return HTTPStatus.BAD_REQUEST
        try:
            self.server.prevenir(reference)
        except Exception as error:  # noqa: BLE001 - whatever failed, the carrier must ring again
            log.warning(
                "La sonnette n'a pas pu prévenir de l'envoi %s (%s).", reference, type(error).__name__
            )
            return HTTPStatus.SERVICE_UNAVAILABLE
        return HTTPStatus.CREATED

    def _est_la_bonne_porte(self) -> bool:
        chemin = urlsplit(self.path).path
        donne = chemin.removeprefix(PREFIXE) if chemin.startswith(PREFIXE) else ""
        return hmac.compare_digest(donne.encode("latin-1", "replace"), self.server.jeton.encode("ascii"))

    def _repondre(self, statut: HTTPStatus) -> None:
        self.close_connection = True
        self.send_response(statut)
        if statut is HTTPStatus.METHOD_NOT_ALLOWED:
            self.send_header("Allow", "POST")
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()


def _reference(corps: bytes) -> str | None:
    """The sending that a notification is about; None when it does not say."""
    try:
        avis = json.loads(corps)
    except (ValueError, RecursionError):
        return None
    if not isinstance(avis, dict):
        return None
    # About an addressee, `resource_id` is his: only the address of the resource then names the sending.
    if trouve := ENVOI.search(str(avis.get("resource_location", ""))):
        return trouve[1]
    reference = str(avis.get("resource_id", ""))
    return reference if REFERENCE.fullmatch(reference) else None
