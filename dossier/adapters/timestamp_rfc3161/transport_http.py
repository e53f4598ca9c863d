"""The road to a timestamp authority over HTTP (RFC 3161, 3.4), bounded in time and in size."""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable

import httpx

from dossier.core.errors import ErreurHorodatage
from dossier.core.horodatage import HorodatageIndisponible

SEQUENCE_DER = b"\x30"
TAILLE_MAX = 1 << 20
"""Bytes of an answer; a token with its whole chain holds a few thousand."""
ENTETES = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
PASSAGERES = {httpx.codes.REQUEST_TIMEOUT, httpx.codes.TOO_MANY_REQUESTS}


def par_http(url: str, delai: float = 15.0) -> Callable[[bytes], bytes]:
    """A transport to the authority at `url` (RFC 3161, 3.4), `delai` in seconds; user:password@ is allowed.

    When called it raises HorodatageIndisponible (no answer, cut, slow, HTTP 408, 429 or 5xx) or
    ErreurHorodatage (an answer that is none), naming the host and never the password.
    """
    adresse = _adresse(url)
    auth = (adresse.username, adresse.password) if adresse.username else None
    sans_secret = adresse.copy_with(username=None, password=None)

    def envoyer(demande: bytes) -> bytes:
        try:
            with httpx.stream(
                "POST", sans_secret, content=demande, headers=ENTETES, timeout=delai, auth=auth
            ) as reponse:
                return _corps(reponse, adresse.host, delai)
        except httpx.TimeoutException as error:
            raise _muette(adresse.host, delai) from error
        except httpx.HTTPError as error:
            raise _injoignable(error, adresse.host) from error

    return envoyer


def hote(url: str) -> str:
    """The host of an authority's address, to name it without its password. Raises ErreurHorodatage."""
    return _adresse(url).host


def _adresse(url: str) -> httpx.URL:
    try:
        adresse = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ErreurHorodatage("Adresse d'horodatage illisible : corrigez-la dans le réglage.") from error
    if adresse.scheme not in ("http", "https") or not adresse.host:
        raise ErreurHorodatage("L'adresse d'horodatage doit commencer par http:// ou https://.")
    return adresse


def _corps(reponse: httpx.Response, hote: str, delai: float) -> bytes:
    statut = reponse.status_code
    if statut in PASSAGERES or statut >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise HorodatageIndisponible(
            f"L'autorité d'horodatage {hote} a répondu par l'erreur HTTP {statut} : recommencez plus tard, et "
            "vérifiez les limites d'usage du compte si cela dure."
        )
    if statut != httpx.codes.OK:
        raise ErreurHorodatage(
            f"L'autorité d'horodatage {hote} a répondu par l'erreur HTTP {statut} : vérifiez l'adresse et le "
            "compte."
        )
    contenu = _lire(reponse, hote, delai)
    if not contenu.startswith(SEQUENCE_DER):
        genre = reponse.headers.get("content-type", "sans type")
        raise ErreurHorodatage(
            f"L'autorité d'horodatage {hote} n'a pas répondu par un jeton (reçu : {genre}) : "
            "vérifiez l'adresse."
        )
    return contenu


def _lire(reponse: httpx.Response, hote: str, delai: float) -> bytes:
    """The whole body: httpx bounds each read, not their sum."""
    fin = time.monotonic() + delai
    contenu = b""
    for morceau in reponse.iter_bytes():
        contenu += morceau
        if len(contenu) > TAILLE_MAX:
            raise ErreurHorodatage(
                f"L'autorité d'horodatage {hote} a répondu par plus de {TAILLE_MAX >> 20} Mo, ce n'est pas un "
                "jeton : vérifiez l'adresse."
            )
        if time.monotonic() > fin:
            raise _muette(hote, delai)
    return contenu


def _muette(hote: str, delai: float) -> HorodatageIndisponible:
    return HorodatageIndisponible(
        f"L'autorité d'horodatage {hote} n'a pas répondu en {delai:g} s : recommencez."
    )


def _injoignable(error: httpx.HTTPError, hote: str) -> ErreurHorodatage:
    if _par_tls(error):
        return ErreurHorodatage(
            f"L'autorité d'horodatage {hote} présente un certificat HTTPS qui n'est pas reconnu : vérifiez "
            "l'adresse, et l'horloge de cette machine."
        )
    if isinstance(error, httpx.ProtocolError | httpx.ReadError | httpx.WriteError | httpx.DecodingError):
        return HorodatageIndisponible(
            f"L'autorité d'horodatage {hote} a coupé sa réponse avant la fin : recommencez."
        )
    return HorodatageIndisponible(
        f"L'autorité d'horodatage {hote} est injoignable : vérifiez son adresse et le réseau, ou recommencez "
        "plus tard."
    )


def _par_tls(error: BaseException) -> bool:
    causes = [error]
    while (cause := causes[-1].__cause__ or causes[-1].__context__) is not None:
        causes.append(cause)
    return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in causes)
