"""A warning posted as JSON to an address that the settings give: a chat, a pager, a supervision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from dossier.core.errors import ErreurEnvoi

DELAI = 10.0
"""Seconds of silence."""


def annoncer(adresse: str, contenu: Mapping[str, Any]) -> None:
    """POST that JSON object; anything but a 2xx answer is a refusal, and redirections are not followed.

    Raises ErreurEnvoi, which names the host only: the rest of the address is often a secret.
    """
    try:
        reponse = httpx.post(adresse, json=dict(contenu), timeout=DELAI)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ErreurEnvoi(
            f"Le webhook des alertes ({_hote(adresse)}) ne répond pas ; vérifiez DOSSIER_ALERTES_WEBHOOK."
        ) from error
    if not reponse.is_success:
        raise ErreurEnvoi(
            f"Le webhook des alertes ({_hote(adresse)}) refuse le message (réponse {reponse.status_code}) ; "
            "vérifiez DOSSIER_ALERTES_WEBHOOK."
        )


def _hote(adresse: str) -> str:
    try:
        return httpx.URL(adresse).host
    except httpx.InvalidURL:
        return "adresse illisible"
