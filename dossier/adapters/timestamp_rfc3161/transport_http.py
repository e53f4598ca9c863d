"""The road to a timestamp authority over HTTP (RFC 3161, 3.4)."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from dossier.core.errors import ErreurHorodatage

SEQUENCE_DER = b"\x30"


def par_http(url: str, delai: float = 15.0) -> Callable[[bytes], bytes]:
    """A transport to the authority at `url` (RFC 3161, 3.4), `delai` in seconds; user:password@ is allowed.

    Raises ErreurHorodatage when called, naming the host and never the password.
    """
    adresse = _adresse(url)
    auth = (adresse.username, adresse.password) if adresse.username else None
    sans_secret = adresse.copy_with(username=None, password=None)

    def envoyer(demande: bytes) -> bytes:
        entetes = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            reponse = httpx.post(sans_secret, content=demande, headers=entetes, timeout=delai, auth=auth)
        except httpx.TimeoutException as error:
            raise ErreurHorodatage(
                f"L'autorité d'horodatage {adresse.host} n'a pas répondu en {delai:g} s : recommencez."
            ) from error
        except httpx.HTTPError as error:
            raise ErreurHorodatage(
                f"L'autorité d'horodatage {adresse.host} est injoignable, vérifiez son adresse et le réseau "
                f"({error})."
            ) from error
        return _corps(reponse, adresse.host)

    return envoyer


def _adresse(url: str) -> httpx.URL:
    try:
        adresse = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise ErreurHorodatage(f"Adresse d'horodatage illisible : {error}.") from error
    if adresse.scheme not in ("http", "https") or not adresse.host:
        raise ErreurHorodatage("L'adresse d'horodatage doit commencer par http:// ou https://.")
    return adresse


def _corps(reponse: httpx.Response, hote: str) -> bytes:
    if reponse.status_code != httpx.codes.OK:
        raise ErreurHorodatage(
            f"L'autorité d'horodatage {hote} a répondu par l'erreur HTTP {reponse.status_code} : "
            "vérifiez l'adresse, le compte et les limites d'usage."
        )
    if not reponse.content.startswith(SEQUENCE_DER):
        genre = reponse.headers.get("content-type", "sans type")
        raise ErreurHorodatage(
            f"L'autorité d'horodatage {hote} n'a pas répondu par un jeton (reçu : {genre}) : "
            "vérifiez l'adresse."
        )
    return reponse.content
