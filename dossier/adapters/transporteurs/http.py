"""One way to call a carrier's API: time limits, patience where it is safe, French sentences for every outage.

Nothing of a carrier is trusted here: neither the size nor the pace of its answers, nor the addresses it gives.
"""

from __future__ import annotations

import logging
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from dossier.core.errors import ConfigurationInvalide, ErreurEnvoi

DELAI = httpx.Timeout(30.0, connect=10.0)
"""Seconds of silence."""
DUREE_MAX = 120.0
"""Seconds given to the whole body of an answer, however regularly it drips."""
TAILLE_MAX = 50 * 1024 * 1024
"""Bytes of an answer: a scanned envelope fits, a flood does not."""
ESSAIS = 3
PATIENCE = 30.0
"""Longest wait between two attempts, in seconds; a carrier that asks for more is left until the next round."""
SANS_EFFET = frozenset({"GET", "HEAD"})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})

# httpx writes each address it calls at INFO, and some carriers want their token in it.
logging.getLogger("httpx").setLevel(logging.WARNING)

M = TypeVar("M", bound=BaseModel)


class SansReponse(ErreurEnvoi):
    """The carrier did not answer in time, or the line broke: what was sent may have been received."""


class Injoignable(SansReponse):
    """No connection could be made: nothing was sent, the same call again is safe."""


class Refus(ErreurEnvoi):
    """The carrier answered with an error status."""

    def __init__(self, message: str, reponse: httpx.Response) -> None:
        super().__init__(message)
        self.reponse = reponse


class Illisible(ErreurEnvoi):
    """The carrier's answer is not what it documents; what was asked may have been done."""


class Api:
    """The API of one carrier; `nom` is how staff call it. Safe to share between threads.

    A connection serves once: a kept one that the carrier has closed meanwhile would make a letter's
    submission doubtful for nothing.
    """

    def __init__(
        self,
        nom: str,
        base: str,
        *,
        entetes: Mapping[str, str] | None = None,
        dormir: Callable[[float], None] = time.sleep,  # noqa: TID251 - patience with a carrier, bounded
        taille_max: int = TAILLE_MAX,
    ) -> None:
        """`base`: https, or http on this machine; `taille_max`: bytes of an answer.

        Raises ConfigurationInvalide, never with a header's value in it.
        """
        self._nom, self._dormir, self._taille_max = nom, dormir, taille_max
        self._base = _base(nom, base)
        self._client = httpx.Client(
            base_url=self._base,
            headers={"Accept-Encoding": "identity", **_entetes(nom, entetes)},
            timeout=DELAI,
            limits=httpx.Limits(max_keepalive_connections=0),
            follow_redirects=False,
        )

    def appeler(self, methode: str, chemin: str, **options: Any) -> httpx.Response:
        """Its answer to that request, any status from 200 to 299, body read.

        `chemin` is relative to the base, or on the same server; `options` are those of `httpx.Client.request`.
        What has no effect is asked again after 429, 5xx or silence, as late as the carrier asks. What has
        one is asked once. Raises Injoignable, SansReponse, Refus.
        """
        self._verifier(chemin, options)
        for essai in range(1, ESSAIS if methode in SANS_EFFET else 1):
            try:
                return self._demander(methode, chemin, options)
            except (SansReponse, Refus) as error:
                attente = _attente(error, essai)
                if attente is None:
                    raise
            self._dormir(attente)
        return self._demander(methode, chemin, options)

    def _verifier(self, chemin: str, options: Mapping[str, Any]) -> None:
        """Refuse what would leave for another server: our key goes with each request."""
        _entetes(self._nom, options.get("headers"))
        try:
            adresse = httpx.URL(chemin)
        except httpx.InvalidURL as error:
            raise ErreurEnvoi(f"{self._nom} : adresse impossible, la demande n'est pas partie.") from error
        if adresse.is_absolute_url and _serveur(adresse) != _serveur(self._base):
            raise ErreurEnvoi(
                f"{self._nom} donne une adresse sur un autre serveur ({adresse.host}) : elle n'est pas suivie."
            )

    def _demander(self, methode: str, chemin: str, options: Mapping[str, Any]) -> httpx.Response:
        try:
            with self._client.stream(methode, chemin, **options) as flux:
                reponse = _reponse(flux, self._corps(flux))
        except httpx.RequestError as error:
            raise self._panne(error) from error
        if reponse.is_success:
            return reponse
        raise Refus(f"{self._nom} refuse la demande : {_motif(reponse)}.", reponse)

    def _corps(self, flux: httpx.Response) -> bytes:
        """The body, within its limits of size and time."""
        corps, fin = bytearray(), time.monotonic() + DUREE_MAX
        for morceau in flux.iter_bytes():
            corps += morceau
            if len(corps) > self._taille_max:
                raise SansReponse(f"{self._nom} envoie une réponse trop grande : elle n'a pas été lue.")
            if time.monotonic() > fin:
                raise SansReponse(f"{self._nom} envoie sa réponse trop lentement : recommencez plus tard.")
        return bytes(corps)

    def _panne(self, error: httpx.RequestError) -> SansReponse:
        _, phrase = _genre(error)
        genre = Injoignable if isinstance(error, _SANS_CONNEXION) else SansReponse
        return genre(f"{self._nom} ne répond pas ({self._base.host}) : {phrase}, puis recommencez plus tard.")


def lire(nom: str, contenu: bytes, modele: type[M]) -> M:
    """That JSON body of the carrier `nom` as a `modele`, which should ignore unknown fields.

    Raises Illisible, without a word of what was in it.
    """
    try:
        return modele.model_validate_json(contenu)
    except ValidationError as error:
        champs = ", ".join(sorted({str(defaut["loc"][0]) for defaut in error.errors() if defaut["loc"]}))
        precision = f" (champs : {champs})" if champs else ""
        raise Illisible(f"La réponse de {nom} n'a pas la forme attendue{precision}.") from None


_SANS_CONNEXION = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

_PANNES: tuple[tuple[type[BaseException], str], ...] = (
    (
        ssl.SSLCertVerificationError,
        "le certificat du serveur n'est pas reconnu, vérifiez l'adresse du service et l'autorité de certification",
    ),
    (ssl.SSLError, "le serveur ne parle pas TLS comme attendu, vérifiez l'adresse du service"),
    (socket.gaierror, "le nom du serveur est introuvable, vérifiez l'adresse du service et le réseau"),
    (ConnectionRefusedError, "le serveur refuse la connexion, vérifiez l'adresse du service"),
    (TimeoutError, "délai dépassé, vérifiez le réseau"),
    (zlib.error, "sa réponse arrive abîmée, vérifiez le réseau"),
)
"""By cause, the most precise first."""


def _reponse(flux: httpx.Response, corps: bytes) -> httpx.Response:
    """That answer with its body as it was read: the headers of how it travelled are left out."""
    transport = (b"content-encoding", b"content-length", b"transfer-encoding")
    entetes = [(nom, valeur) for nom, valeur in flux.headers.raw if nom.lower() not in transport]
    return httpx.Response(flux.status_code, headers=entetes, content=corps, request=flux.request)


def _genre(error: BaseException | None) -> tuple[type[BaseException], str]:
    """The line of `_PANNES` for what httpx wraps: the system's or TLS's own error."""
    while error is not None:
        for genre, phrase in _PANNES:
            if isinstance(error, genre):
                return genre, phrase
        error = error.__cause__ or error.__context__
    return OSError, "la connexion est coupée, vérifiez le réseau"


def _serveur(adresse: httpx.URL) -> tuple[str, str, int | None]:
    return adresse.scheme, adresse.host, adresse.port


def _base(nom: str, adresse: str) -> httpx.URL:
    try:
        base = httpx.URL(adresse.strip())
        base.host.encode("idna")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ConfigurationInvalide(f"{nom} : l'adresse du service est illisible ; corrigez-la.") from error
    if base.port is not None and not 0 < base.port < 65536:
        raise ConfigurationInvalide(f"{nom} : le port {base.port} de l'adresse du service n'existe pas.")
    if not base.host or (base.scheme != "https" and not (base.scheme == "http" and base.host in _LOCAL)):
        raise ConfigurationInvalide(
            f"{nom} : l'adresse du service doit commencer par https:// ; sans chiffrement, la clé partirait "
            "en clair."
        )
    return base


def _entetes(nom: str, entetes: Mapping[str, str] | None) -> dict[str, str]:
    """These headers, refused without showing them when one could not travel (RFC 9110, section 5.5)."""
    for titre, valeur in (entetes or {}).items():
        if not valeur.strip() or not (valeur.isascii() and valeur.isprintable()):
            raise ConfigurationInvalide(
                f"{nom} : la clé ou le jeton attendu par le service (en-tête {titre}) est vide ou contient un "
                "caractère qui ne convient pas ; copiez-le de nouveau dans les réglages."
            )
    return dict(entetes or {})


def _attente(error: SansReponse | Refus, essai: int) -> float | None:
    """Seconds to wait before asking again; None when it is useless, or too long to wait here."""
    attente = 2.0**essai
    if isinstance(error, SansReponse):
        passagere = isinstance(error.__cause__, httpx.RequestError)
        return attente if passagere and _genre(error)[0] is not ssl.SSLCertVerificationError else None
    reponse = error.reponse
    if reponse.status_code != httpx.codes.TOO_MANY_REQUESTS and not reponse.is_server_error:
        return None
    demandee = _retry_after(reponse.headers.get("Retry-After", ""), reponse.headers.get("Date", ""))
    attente = attente if demandee is None else demandee
    return attente if attente <= PATIENCE else None


def _retry_after(valeur: str, maintenant: str) -> float | None:
    """RFC 9110, section 10.2.3: seconds, or an HTTP date counted from the answer's own `Date`; None if neither."""
    if valeur.isascii() and valeur.isdecimal():
        return float(valeur)
    try:
        return max((parsedate_to_datetime(valeur) - parsedate_to_datetime(maintenant)).total_seconds(), 0.0)
    except (TypeError, ValueError, OverflowError):
        return None


_MOTIFS = {
    401: "la clé ou le mot de passe n'est pas accepté, vérifiez les réglages",
    403: "l'accès n'est pas autorisé, vérifiez l'abonnement",
    404: "inconnu de son service",
    413: "le document est trop lourd",
    429: "trop de demandes, le quota est atteint",
}


def _motif(reponse: httpx.Response) -> str:
    statut = reponse.status_code
    if reponse.is_server_error:
        return f"son service est en panne (HTTP {statut})"
    if 300 <= statut < 400:
        return f"son service a changé d'adresse, vérifiez-la dans les réglages (HTTP {statut})"
    return f"{_MOTIFS.get(statut, 'demande non acceptée')} (HTTP {statut})"
