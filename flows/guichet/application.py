"""The route that opens the documents: GET and HEAD of one document per signed link, nothing else."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from dossier.core.errors import DocumentAbsent, DonneeInvalide, DossierError
from dossier.core.ports import Store
from flows.guichet.liens import Liens, sur_s3

log = logging.getLogger("dossier.guichet")
VIE_D_UN_RENVOI = timedelta(minutes=5)
OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    ".pdf": "application/pdf",
    ".docx": f"{OFFICE}.wordprocessingml.document",
    ".xlsx": f"{OFFICE}.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".eml": "message/rfc822",
    ".json": "application/json",
}
"""Any other kind is bytes to be kept, never shown."""
A_L_ECRAN = (".pdf",)
ENTETES = {
    "X-Content-Type-Options": "nosniff",
    # What the PDF viewers of the browsers need, and nothing else: no script, no other site, no frame.
    "Content-Security-Policy": (
        "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    ),
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
INCONNU = (
    "Ce lien n'ouvre aucun document : il a été changé, ou le secret des liens l'a été. Ouvrez le document depuis "
    "la page de sa créance, mise à jour à chaque étape."
)
ABSENT = "Ce document n'est plus à sa place dans le stockage des preuves : prévenez qui l'administre."
PANNE = "Le stockage des preuves ne répond pas : recommencez dans un instant, ou prévenez qui l'administre."
METHODE = "Les documents s'ouvrent seulement : rien ne peut leur être envoyé."
TEMOIN = "Guichet des documents."


def application(
    store: Store, liens: Liens, hotes: Collection[str], maintenant: Callable[[], datetime]
) -> Starlette:
    """The ASGI application over that store.

    `hotes`: names by which it may be called; another one is a page of elsewhere that points its own name here
    (DNS rebinding). `maintenant` is the real time, UTC-aware.
    """
    ouvrir = partial(_ouvrir, store, liens, frozenset(hotes), maintenant)
    app = Starlette(
        routes=[Route("/{jeton}/{cle:path}", ouvrir, methods=["GET"])],
        exception_handlers={HTTPException: _refuser, DossierError: _en_panne, OSError: _en_panne},
    )
    app.router.redirect_slashes = False
    return app


def _ouvrir(
    store: Store,
    liens: Liens,
    hotes: Collection[str],
    maintenant: Callable[[], datetime],
    request: Request,
) -> Response:
    jeton, cle = request.path_params["jeton"], request.path_params["cle"]
    if _hote(request) not in hotes or not liens.ouvre(jeton, cle):
        raise HTTPException(HTTPStatus.NOT_FOUND, INCONNU)
    if not cle:
        return PlainTextResponse(TEMOIN, headers=ENTETES)
    try:
        if sur_s3(store.lieu(cle)):
            lien = store.lien(cle, maintenant() + VIE_D_UN_RENVOI)
            return RedirectResponse(lien, HTTPStatus.FOUND, ENTETES)
        return _fichier(store, cle)
    except (DocumentAbsent, DonneeInvalide) as error:
        raise HTTPException(HTTPStatus.NOT_FOUND, ABSENT) from error


def _hote(request: Request) -> str:
    return re.sub(r":\d+$", "", request.headers.get("host", "")).lower()


def _fichier(store: Store, cle: str) -> Response:
    """That file, read as it is sent. Raises DocumentAbsent, also for one reached through a symbolic link."""
    chemin = Path(store.lieu(cle))
    racine = chemin.parents[cle.count("/")]
    if chemin.resolve() != racine.resolve() / cle or not chemin.is_file():
        raise DocumentAbsent(ABSENT)
    return FileResponse(
        chemin,
        headers=ENTETES,
        media_type=TYPES.get(chemin.suffix, "application/octet-stream"),
        filename=nom_de_fichier(cle),
        stat_result=chemin.stat(),
        content_disposition_type="inline" if chemin.suffix in A_L_ECRAN else "attachment",
    )


def nom_de_fichier(cle: str) -> str:
    """What a browser names it: `creances/FA-1/envois/relance-1_lrar.docx` is `FA-1 relance-1 lrar.docx`."""
    *dossiers, nom = cle.replace("_", " ").split("/")
    return " ".join([*dossiers[1:2], nom])


def _refuser(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = METHODE if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED else INCONNU
    if error.detail == ABSENT:
        phrase = ABSENT
    return PlainTextResponse(phrase, error.status_code, {**(error.headers or {}), **ENTETES})


def _en_panne(_: Request, error: Exception) -> Response:
    log.warning("Un document n'a pas pu être ouvert : %s", error)
    return PlainTextResponse(PANNE, HTTPStatus.SERVICE_UNAVAILABLE, ENTETES)
