"""The small server on loopback by which documents open from the pages of the Prefect UI."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Thread
from urllib.parse import urlsplit

import uvicorn
from starlette.applications import Starlette

from dossier.adapters.clock import RealClock
from dossier.core.messages import raison
from flows.guichet.application import application
from flows.guichet.liens import OUVERTURE, Liens, liens_des_reglages
from flows.serveur import repond
from flows.wiring import outils, settings

log = logging.getLogger("dossier.guichet")
HOTE = "127.0.0.1"
ARRET = 2
"""Seconds left, when stopping, to a document on its way."""


@contextmanager
def guichet() -> Iterator[None]:
    """Serve the documents for the duration of the block, if the settings say where.

    A port that is taken stops nothing: the pages then give paths, and the log says so. Raises
    ConfigurationInvalide.
    """
    if not settings().documents_port:
        yield
        return
    liens = liens_des_reglages(settings())
    with ExitStack() as pile:
        if _ecouter(pile, liens):
            OUVERTURE.liens = liens
            pile.callback(setattr, OUVERTURE, "liens", None)
        yield


def _ecouter(pile: ExitStack, liens: Liens) -> bool:
    """Whether the links open: this process listens, or another one of ours does."""
    port = settings().documents_port
    try:
        prise = pile.enter_context(_prise(port))
    except OSError as error:
        # Behind a proxy too: what counts is who holds the port that it calls.
        if repond(Liens(f"http://{HOTE}:{port}", liens.secret).vers("")):
            return True
        log.warning(
            "Les documents ne s'ouvrent pas par lien, les pages donnent leur chemin : le port %s est pris ou "
            "interdit (%s). Choisissez-en un autre (DOSSIER_DOCUMENTS_PORT), puis relancez le service.",
            port,
            raison(error),
        )
        return False
    hotes = {HOTE, "localhost", urlsplit(liens.base).hostname or HOTE}
    pile.enter_context(_servir(application(outils().store, liens, hotes, RealClock().now), prise))
    return True


def _prise(port: int) -> socket.socket:
    prise = socket.socket()
    try:
        prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        prise.bind((HOTE, port))
        prise.listen()
    except OSError:
        prise.close()
        raise
    return prise


@contextmanager
def _servir(app: Starlette, prise: socket.socket) -> Iterator[None]:
    """Answer on that socket, in a thread, until the end of the block."""
    reglages = uvicorn.Config(
        app,
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=ARRET,
        ws="none",
    )
    serveur = uvicorn.Server(reglages)
    fil = Thread(target=serveur.run, kwargs={"sockets": [prise]}, name="guichet", daemon=True)
    fil.start()
    try:
        yield
    finally:
        serveur.should_exit = True
        fil.join()
