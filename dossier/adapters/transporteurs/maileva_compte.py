"""An account at Maileva: OAuth 2.0 password grant (RFC 6749, section 4.3), its token kept while it is good.

The address of the token and its parameters are those of Maileva's published authentication description and of
public clients (pymissive, Maarch Courrier); not tried on the real service.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import httpx

from dossier.adapters.transporteurs.http import Api, Refus, lire
from dossier.adapters.transporteurs.maileva_reponses import Jeton, motif

NOM = "Maileva"
URL = "https://api.maileva.com"
URL_CONNEXION = "https://connexion.maileva.com"
"""The sandbox: https://api.sandbox.maileva.net and https://connexion.sandbox.maileva.net."""
_JETON = "/auth/realms/services/protocol/openid-connect/token"
MARGE = 30.0
"""Seconds before its end at which a token is no longer used."""
REFUS_DE_CONNEXION = frozenset({400, 401, 403})


class Compte:
    """Calls the API in the name of one user. Safe to share between threads."""

    def __init__(
        self,
        client: str,
        secret: str,
        utilisateur: str,
        mot_de_passe: str,
        *,
        url: str = URL,
        url_connexion: str = URL_CONNEXION,
        dormir: Callable[[float], None] = time.sleep,  # noqa: TID251 - handed to Api, bounded there
        montre: Callable[[], float] = time.monotonic,
    ) -> None:
        self._identite = {
            "grant_type": "password",
            "client_id": client,
            "client_secret": secret,
            "username": utilisateur,
            "password": mot_de_passe,
        }
        self._api = Api(NOM, url, dormir=dormir)
        self._connexion = Api(NOM, url_connexion, dormir=dormir)
        self._montre = montre
        self._verrou = threading.Lock()
        self._jeton = ""
        self._fin = 0.0

    def appeler(self, methode: str, chemin: str, **options: Any) -> httpx.Response:
        """Its answer, any status from 200 to 299; a token refused is renewed once.

        Raises SansReponse; Refus, whose sentence holds the reason that Maileva gives.
        """
        jeton = self._prendre()
        try:
            try:
                return self._api.appeler(methode, chemin, headers=_porteur(jeton), **options)
            except Refus as refus:
                if refus.reponse.status_code != httpx.codes.UNAUTHORIZED:
                    raise
            return self._api.appeler(methode, chemin, headers=_porteur(self._prendre(jeton)), **options)
        except Refus as refus:
            raison = motif(refus.reponse)
            raise Refus(
                f"{refus} Motif donné : « {raison} »." if raison else str(refus), refus.reponse
            ) from None

    def _prendre(self, refuse: str = "") -> str:
        """A token that is good, another one than `refuse`."""
        with self._verrou:
            if self._jeton in {"", refuse} or self._montre() >= self._fin:
                self._renouveler()
            return self._jeton

    def _renouveler(self) -> None:
        self._jeton, debut = "", self._montre()
        try:
            reponse = self._connexion.appeler("POST", _JETON, data=self._identite)
        except Refus as refus:
            if refus.reponse.status_code not in REFUS_DE_CONNEXION:
                raise
            raise Refus(
                "Maileva n'accepte pas la connexion : vérifiez dans les réglages l'utilisateur, le mot de passe, "
                f"l'identifiant et le secret du client (HTTP {refus.reponse.status_code}).",
                refus.reponse,
            ) from None
        jeton = lire(NOM, reponse.content, Jeton)
        self._jeton, self._fin = jeton.access_token, debut + jeton.expires_in - MARGE


def _porteur(jeton: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {jeton}"}
