"""How AR24's API is spoken to: each request is signed, each good answer is encrypted.

Read, never tried on the real service. AR24's own example (a date, a key, their signature, an encrypted
answer), as a public TypeScript client repeats it from the documentation, is in the tests and comes out right.
The forms of requests and answers, the error slugs and the time zone of dates come from the public clients
fxmauricard/php-symfony-ar24-test-case and connected-company/php-ar24-client (GitHub), from two more public PHP
clients whose repositories the search did not name, and from the opening of https://developers.ar24.fr/doc/
(form data in, JSON out, 200 for each success, `maintenance`, 60 seconds of patience). Not verified: the HTTP
status of errors (both 200 and others are read) and the slug of a wrong signature.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from typing import Annotated, Any

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7
from pydantic import BeforeValidator, ConfigDict

from dossier.adapters.transporteurs.http import Api, Illisible, Refus, lire
from dossier.core.dates import PARIS
from dossier.core.errors import ErreurEnvoi
from dossier.core.modele import Modele
from dossier.core.ports import Clock

NOM = "AR24"
BLOC = 128
"""Bits of an AES block."""
CONNEXION = 10.0
"""Seconds given to a connection."""
_SLUG = re.compile(r"[a-z0-9_]{1,60}")


def en_texte(valeur: Any) -> Any:
    """PHP writes one thing as null, false, 0 or "0", a number or a string: here a string, empty for none."""
    if valeur is None or isinstance(valeur, bool):
        return "1" if valeur else ""
    return str(valeur) if isinstance(valeur, int) else valeur


Texte = Annotated[str, BeforeValidator(en_texte)]


class Enveloppe(Modele):
    """What holds every answer of AR24."""

    model_config = ConfigDict(extra="ignore")

    status: Texte
    slug: Texte = ""


class EnMaintenance(ErreurEnvoi):
    """AR24 announces that it is closed for a while: nothing was done."""


class RefusAr24(ErreurEnvoi):
    """AR24 answered no: nothing was done, unless it is `obscur`."""

    def __init__(self, slug: str) -> None:
        motif = _MOTIFS.get(slug) or (f"motif « {slug} »" if _SLUG.fullmatch(slug) else "sans motif lisible")
        super().__init__(f"{NOM} refuse la demande : {motif}.")
        self.du_compte = slug in _DU_COMPTE
        """The account or this machine is at fault, not one letter."""
        self.obscur = slug in {"", "unknown_error"}
        """AR24 does not say why: what was asked may have been done."""


def signer(cle_privee: str, date: str) -> str:
    """The `signature` header of a request made at that `date` (`YYYY-MM-DD HH:MM:SS`, Paris)."""
    remplissage = PKCS7(BLOC).padder()
    chiffreur = _chiffre(cle_privee, cle_privee).encryptor()
    plein = remplissage.update(date.encode()) + remplissage.finalize()
    return b64encode(chiffreur.update(plein) + chiffreur.finalize()).decode("ascii")


def dechiffrer(cle_privee: str, date: str, corps: bytes) -> bytes:
    """The JSON in an encrypted answer to the request of that `date`. Raises Illisible."""
    dechiffreur = _chiffre(cle_privee, date + cle_privee).decryptor()
    depouillement = PKCS7(BLOC).unpadder()
    try:
        plein = dechiffreur.update(b64decode(b"".join(corps.split()), validate=True)) + dechiffreur.finalize()
        return depouillement.update(plein) + depouillement.finalize()
    except ValueError:
        raise Illisible(
            f"La réponse d'{NOM} n'a pas pu être déchiffrée : vérifiez la clé privée dans les réglages."
        ) from None


def _chiffre(cle_privee: str, secret: str) -> Cipher[modes.CBC]:
    """AES-256-CBC as AR24 wants it: the letters of hexadecimal digests serve as key and as vector."""
    vecteur = _empreinte(_empreinte(cle_privee))[: BLOC // 8]
    return Cipher(algorithms.AES256(_empreinte(secret)[:32].encode()), modes.CBC(vecteur.encode()))


def _empreinte(texte: str) -> str:
    return hashlib.sha256(texte.encode()).hexdigest()


class Session:
    """The API under one token. Safe to share between threads."""

    def __init__(self, api: Api, jeton: str, cle_privee: str, clock: Clock, delai: float) -> None:
        """`delai`: seconds of silence allowed to AR24, which asks for sixty."""
        self._api, self._jeton, self._cle_privee, self._clock = api, jeton, cle_privee, clock
        self._delai = httpx.Timeout(delai, connect=min(delai, CONNEXION))

    def demander(self, chemin: str, parametres: Mapping[str, str]) -> bytes:
        """The JSON answer in clear to a question. Raises SansReponse, Refus, RefusAr24, EnMaintenance, Illisible."""
        date = self._date()
        return self._appeler("GET", chemin, date, params={**parametres, **self._acces(date)})

    def soumettre(
        self, chemin: str, champs: Mapping[str, str], fichier: tuple[str, bytes] | None = None
    ) -> bytes:
        """The JSON answer in clear to a form, sent once, with a PDF (name, bytes) or without.

        Raises as `demander`; after RefusAr24 and EnMaintenance nothing was done, after Illisible it may be.
        """
        date = self._date()
        joint = {"file": (*fichier, "application/pdf")} if fichier else None
        return self._appeler("POST", chemin, date, data={**champs, **self._acces(date)}, files=joint)

    def telecharger(self, adresse: str) -> bytes:
        """A PDF that AR24 gave the address of, on its own server. Raises ErreurEnvoi."""
        contenu = self._api.appeler("GET", adresse, timeout=self._delai).content
        if not contenu.startswith(b"%PDF-"):
            raise Illisible(f"{NOM} n'a pas donné de PDF.")
        return contenu

    def _acces(self, date: str) -> dict[str, str]:
        return {"token": self._jeton, "date": date}

    def _appeler(self, methode: str, chemin: str, date: str, **options: Any) -> bytes:
        entetes = {"signature": signer(self._cle_privee, date)}
        try:
            reponse = self._api.appeler(methode, chemin, headers=entetes, timeout=self._delai, **options)
        except Refus as refus:
            self._preciser(refus, date)
            raise
        return self._ouvrir(reponse.content, date)

    def _preciser(self, refus: Refus, date: str) -> None:
        """Raise what AR24 says itself in the body of an error status, when it can be read."""
        try:
            self._ouvrir(refus.reponse.content, date)
        except Illisible:
            return
        except RefusAr24:
            if not refus.reponse.is_server_error:
                raise

    def _ouvrir(self, corps: bytes, date: str) -> bytes:
        """The JSON of a success; errors come in clear. Raises RefusAr24, EnMaintenance, Illisible."""
        clair = corps if corps.lstrip().startswith(b"{") else dechiffrer(self._cle_privee, date, corps)
        enveloppe = lire(NOM, clair, Enveloppe)
        match enveloppe.status.lower():
            case "success":
                return clair
            case "error":
                raise RefusAr24(enveloppe.slug)
            case "maintenance":
                raise EnMaintenance(f"{NOM} est en maintenance : recommencez plus tard.")
            case _:
                raise Illisible(f"La réponse d'{NOM} ne dit ni succès ni erreur.")

    def _date(self) -> str:
        """The machine's own hour, which a simulated clock does not change: AR24 wants it within ten minutes."""
        return f"{self._clock.reel(self._clock.now()).astimezone(PARIS):%Y-%m-%d %H:%M:%S}"


_HEURE = "l'heure de cette machine n'est pas celle d'AR24, réglez-la"
_CLE = "la signature n'est pas acceptée, vérifiez la clé privée dans les réglages"
_JETON = "le jeton n'est pas accepté, vérifiez-le dans les réglages"
_EIDAS = "l'expéditeur doit d'abord s'identifier (eIDAS) sur le site d'AR24"
_JOINTE = "la lettre jointe n'a pas été retrouvée, recommencez"
_DU_COMPTE = {
    "token_missing": _JETON,
    "token_invalid": _JETON,
    "empty_signature": _CLE,
    "invalid_signature": _CLE,
    "empty_date": _HEURE,
    "invalid_date": _HEURE,
    "expired_date": _HEURE,
    "date_in_future": _HEURE,
}
_MOTIFS = {
    **_DU_COMPTE,
    "user_not_exist": "l'expéditeur réglé n'existe pas chez lui",
    "missing_user_id": "l'expéditeur n'est pas réglé",
    "user_unavailable": "l'expéditeur n'a pas ouvert cet accès à l'API",
    "user_account_not_confirmed": "l'expéditeur n'a pas confirmé son adresse électronique",
    "user_eula_not_accepted": "l'expéditeur n'a pas accepté les conditions d'AR24",
    "user_name_empty": "le compte de l'expéditeur n'a pas de nom",
    "user_no_payment": "le compte de l'expéditeur n'a pas de moyen de paiement",
    "authentication_missing": _EIDAS,
    "authentication_otp_invalid": _EIDAS,
    "authentication_otp_hash_invalid": _EIDAS,
    "missing_email": "l'adresse électronique du destinataire manque",
    "invalid_email": "le domaine de l'adresse électronique du destinataire n'existe pas",
    "invalid_recipient": "l'adresse électronique du destinataire ne convient pas",
    "same_sender_recipients_emails": "l'expéditeur et le destinataire ont la même adresse électronique",
    "attachment_empty_name": "la lettre jointe n'a pas de nom",
    "attachment_too_big": "la lettre jointe est vide ou trop lourde",
    "attachment_missing_file": "la lettre jointe n'est pas arrivée",
    "attachment_not_exists": _JOINTE,
    "attachment_unavailable": _JOINTE,
    "content_exceeds_limit": "le texte d'accompagnement est trop long",
    "forbidden_html": "le texte d'accompagnement contient des signes qu'il n'admet pas",
    "missing_erm_id": "cette lettre lui est inconnue",
}
