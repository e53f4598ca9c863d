"""The evidence store in an S3 bucket: conditional writes, SHA-256 checked by the server, optional lock."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, NamedTuple, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ResponseStreamingError,
)

from dossier.core.cles import verifier_cle
from dossier.core.errors import ConfigurationInvalide, ConflitStore, DocumentAbsent, DossierError

ESSAIS = 5
DEJA_PRIS = 412
ECRITURE_EN_COURS = 409
# A name in a dot is refused as a document's key, so this one is free.
SONDE = ".ecriture-unique"
ABIMES = (FlexibleChecksumError, IncompleteReadError, ResponseStreamingError)


class ClientS3(Protocol):
    """The two calls of boto3 that the store makes."""

    def put_object(self, **parametres: Any) -> dict[str, Any]: ...

    def get_object(self, **parametres: Any) -> dict[str, Any]: ...


class Retention(NamedTuple):
    """Object Lock put on each document; the bucket must have been made with it."""

    jours: int
    mode: Literal["GOVERNANCE", "COMPLIANCE"]
    maintenant: Callable[[], datetime]
    """The real instant, not a simulated one: the server compares with its own clock."""


def client_s3(
    endpoint: str | None,
    region: str,
    *,
    cle_acces: str | None = None,
    cle_secrete: str | None = None,
    essais: int = 4,
) -> ClientS3:
    """A boto3 client; without `endpoint`, Amazon; without keys, what boto3 finds in the environment.

    Raises ConfigurationInvalide when the address cannot be one.
    """
    config = Config(
        retries={"mode": "standard", "total_max_attempts": essais},
        connect_timeout=10,
        read_timeout=60,
        # The default adds CRC32 trailers that several compatible servers refuse; we send SHA-256 ourselves.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if endpoint else "auto"},
    )
    try:
        client: ClientS3 = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=region,
            aws_access_key_id=cle_acces,
            aws_secret_access_key=cle_secrete,
            config=config,
        )
    except (ValueError, BotoCoreError) as error:
        raise ConfigurationInvalide(
            f"Réglage S3 inutilisable (adresse {endpoint!r}, région {region!r}) : {error}."
        ) from error
    return client


class StoreS3:
    """Implements ports.Store in `bucket`, every key under `prefixe`."""

    def __init__(
        self, bucket: str, prefixe: str, client: ClientS3, retention: Retention | None = None
    ) -> None:
        self._bucket = bucket
        self._prefixe = f"{'/'.join(verifier_cle(prefixe.strip('/')))}/" if prefixe.strip("/") else ""
        self._client = client
        self._retention = retention
        self._serveur_sonde = False

    def put(self, cle: str, contenu: bytes) -> str:
        """Keep these bytes in one conditional put; gives their SHA-256. Raises ConflitStore."""
        complete = self._complete(cle)
        self._exiger_ecriture_unique()
        if not self._ecrire(complete, contenu, self._verrou()) and self._deja(cle) != contenu:
            raise ConflitStore(
                f"Le document « {cle} » existe déjà avec un autre contenu ({self.lieu(cle)}) : "
                "une preuve ne se remplace pas, utilisez une autre clé."
            )
        return sha256(contenu).hexdigest()

    def get(self, cle: str) -> bytes:
        """The bytes kept under `cle`, their length and checksum verified. Raises DocumentAbsent."""
        complete = self._complete(cle)
        try:
            reponse = self._client.get_object(Bucket=self._bucket, Key=complete, ChecksumMode="ENABLED")
            contenu: bytes = reponse["Body"].read()
        except (ClientError, BotoCoreError) as error:
            if _code(error) in ("NoSuchKey", "404"):
                raise DocumentAbsent(f"Aucun document à l'adresse {self.lieu(cle)}.") from error
            raise self._panne(error, complete) from error
        return contenu

    def lieu(self, cle: str) -> str:
        """The s3:// address."""
        return f"s3://{self._bucket}/{self._complete(cle)}"

    def _complete(self, cle: str) -> str:
        verifier_cle(cle)
        return "/".join(verifier_cle(self._prefixe + cle))

    def _deja(self, cle: str) -> bytes:
        try:
            return self.get(cle)
        except DocumentAbsent as error:
            # Some servers keep files: a key cannot also be the beginning of another one.
            raise ConflitStore(
                f"La place {self.lieu(cle)} est prise par autre chose qu'un document."
            ) from error

    def _ecrire(self, complete: str, contenu: bytes, verrou: dict[str, Any]) -> bool:
        """False when the key is taken."""
        somme = b64encode(sha256(contenu).digest()).decode()
        code = ""
        for _ in range(ESSAIS):
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=complete,
                    Body=contenu,
                    IfNoneMatch="*",
                    ChecksumSHA256=somme,
                    **verrou,
                )
            except (ClientError, BotoCoreError) as error:
                if _statut(error) == DEJA_PRIS:
                    return False
                if _statut(error) != ECRITURE_EN_COURS:
                    raise self._panne(error, complete) from error
                code = _code(error)
            else:
                return True
        raise DossierError(
            f"Une autre écriture occupe s3://{self._bucket}/{complete} depuis {ESSAIS} essais "
            f"({code}) : recommencez dans un instant."
        )

    def _exiger_ecriture_unique(self) -> None:
        """Refuse, once per store, a server that ignores the condition and would overwrite in silence."""
        if self._serveur_sonde:
            return
        if all(self._ecrire(self._prefixe + SONDE, b"", {}) for _ in range(2)):
            raise DossierError(
                f"Le serveur S3 du seau « {self._bucket} » écrase un objet déjà écrit : il ignore l'en-tête "
                "If-None-Match. Mettez-le à jour ou choisissez-en un autre, une preuve ne se remplace pas."
            )
        self._serveur_sonde = True

    def _verrou(self) -> dict[str, Any]:
        if self._retention is None:
            return {}
        fin = self._retention.maintenant() + timedelta(days=self._retention.jours)
        return {"ObjectLockMode": self._retention.mode, "ObjectLockRetainUntilDate": fin}

    def _panne(self, error: Exception, complete: str) -> DossierError:
        return DossierError(f"Stockage S3, s3://{self._bucket}/{complete} : {_conseil(error)}.")


def _conseil(error: Exception) -> str:
    if isinstance(error, (NoCredentialsError, PartialCredentialsError)):
        return "aucune clé d'accès complète, renseignez la clé d'accès et la clé secrète"
    if isinstance(error, ABIMES):
        return "le document est arrivé incomplet ou altéré, recommencez puis vérifiez le serveur"
    if _code(error) == "NoSuchBucket":
        return "ce seau n'existe pas, créez-le ou corrigez son nom dans le réglage"
    if _statut(error) in (401, 403):
        return f"accès refusé, vérifiez les clés d'accès et les droits sur le seau ({_code(error)})"
    if isinstance(error, ClientError):
        return f"le serveur a refusé la demande, vérifiez les réglages du seau ({error})"
    return f"serveur injoignable ou muet, vérifiez son adresse et le réseau ({error})"


def _code(error: Exception) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def _statut(error: Exception) -> int:
    metadonnees = error.response.get("ResponseMetadata", {}) if isinstance(error, ClientError) else {}
    return int(metadonnees.get("HTTPStatusCode", 0))
