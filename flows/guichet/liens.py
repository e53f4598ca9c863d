"""Where a person opens a document: the route of the service, else a presigned link, else its path."""

from __future__ import annotations

import hmac
import os
import secrets
from base64 import urlsafe_b64encode
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from dossier.core.errors import ConfigurationInvalide, DossierError
from dossier.core.messages import raison
from dossier.services.outils import Outils
from flows.settings import Settings
from flows.wiring import settings

FICHIER = "guichet.secret"
LONGUEUR_MIN = 24
OCTETS = 24
"""Bytes kept of the HMAC: 192 bits, 32 characters."""
VIE_D_UN_LIEN_DIRECT = timedelta(days=7) - timedelta(minutes=1)
"""The longest that S3 gives, less the time it takes to sign."""


@dataclass(frozen=True)
class Liens:
    """Links that nobody can guess: each carries a token made from the very key it opens."""

    base: str
    """Address of the route, without a final slash."""
    secret: bytes = field(repr=False)

    def vers(self, cle: str) -> str:
        """The address that opens that document; with an empty key, the one that says who listens."""
        return f"{self.base}/{self._jeton(cle)}/{quote(cle)}"

    def ouvre(self, jeton: str, cle: str) -> bool:
        """Whether that token is the one of that key."""
        return hmac.compare_digest(jeton.encode("utf-8", "replace"), self._jeton(cle).encode())

    def _jeton(self, cle: str) -> str:
        return urlsafe_b64encode(hmac.digest(self.secret, cle.encode(), sha256)[:OCTETS]).decode()


class Ouverture:
    """The route that this process may count on, while it may."""

    liens: Liens | None = None


OUVERTURE = Ouverture()


def liens_des_reglages(reglages: Settings) -> Liens:
    """Links as the settings say: the public address, else the loopback. Raises ConfigurationInvalide."""
    publique = reglages.documents_adresse.rstrip("/")
    if publique and not publique.startswith(("http://", "https://")):
        raise ConfigurationInvalide(
            f"DOSSIER_DOCUMENTS_ADRESSE vaut « {publique} » : attendu une adresse complète, par exemple "
            "https://dossier.exemple.fr/documents."
        )
    return Liens(publique or f"http://127.0.0.1:{reglages.documents_port}", secret(reglages))


def secret(reglages: Settings) -> bytes:
    """What signs the links: the setting, else a file of the data folder, made once with mode 0600.

    Raises ConfigurationInvalide.
    """
    donne = reglages.documents_secret.get_secret_value()
    if donne and len(donne) < LONGUEUR_MIN:
        raise ConfigurationInvalide(
            f"DOSSIER_DOCUMENTS_SECRET est trop court : donnez-lui {LONGUEUR_MIN} caractères au moins, tirés au hasard."
        )
    return donne.encode() or _secret_du_dossier(reglages.donnees / FICHIER)


def _secret_du_dossier(fichier: Path) -> bytes:
    try:
        with suppress(FileNotFoundError):
            return _lire(fichier)
        _creer(fichier)
        return _lire(fichier)
    except OSError as error:
        raise ConfigurationInvalide(
            f"Le secret des liens vers les documents ({fichier}) ne peut être ni lu ni écrit ({raison(error)}) : "
            "vérifiez les droits de ce dossier, ou réglez DOSSIER_DOCUMENTS_SECRET."
        ) from error


def _lire(fichier: Path) -> bytes:
    lu = fichier.read_bytes().strip()
    if len(lu) < LONGUEUR_MIN:
        raise ConfigurationInvalide(
            f"Le secret des liens vers les documents ({fichier}) est incomplet : effacez ce fichier, un autre sera "
            "fait ; les liens déjà donnés ne s'ouvriront plus."
        )
    return lu


def _creer(fichier: Path) -> None:
    """Linked to its name once whole: of two services that start at once, the first one's stays."""
    fichier.parent.mkdir(parents=True, exist_ok=True)
    brouillon = fichier.with_name(f".{secrets.token_hex(8)}")
    try:
        with os.fdopen(os.open(brouillon, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as sortie:
            sortie.write(secrets.token_urlsafe(32))
        with suppress(FileExistsError):
            os.link(brouillon, fichier)
    finally:
        brouillon.unlink(missing_ok=True)


def adresse(outils: Outils, cle: str) -> str:
    """An http address that opens that document, or its path in a folder that no route serves.

    A document that is missing, or a store that does not answer, still has its place told: nothing is raised
    for it. Raises ConfigurationInvalide.
    """
    if (liens := _en_service()) is not None:
        return liens.vers(cle)
    lieu = outils.store.lieu(cle)
    if not sur_s3(lieu):
        return lieu
    fin = outils.clock.reel(outils.clock.now()) + VIE_D_UN_LIEN_DIRECT
    with suppress(DossierError):
        return outils.store.lien(cle, fin)
    return lieu


def _en_service() -> Liens | None:
    """The route of this process; behind a public address, another process may be the one that listens."""
    if OUVERTURE.liens is None and settings().documents_adresse:
        return liens_des_reglages(settings())
    return OUVERTURE.liens


def sur_s3(lieu: str) -> bool:
    """Whether that place (`Store.lieu`) is in a bucket rather than in a folder."""
    return lieu.startswith("s3://")
