"""The boto3 client as this program needs it, and what its errors mean to an operator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    IncompleteReadError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    ResponseStreamingError,
)

from dossier.core.errors import ConfigurationInvalide

ABIMES = (FlexibleChecksumError, IncompleteReadError, ResponseStreamingError)
ERREURS = (ClientError, BotoCoreError)
CONSEILS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    (
        (NoCredentialsError, PartialCredentialsError),
        "aucune clé d'accès complète, renseignez la clé d'accès et la clé secrète",
    ),
    (ABIMES, "le document est arrivé incomplet ou altéré, recommencez puis vérifiez le serveur"),
    ((ParamValidationError,), "le nom du seau n'en est pas un, corrigez-le dans le réglage"),
)
SANS_VERROU = "InvalidRequest"
"""What a bucket made without Object Lock answers to a legal hold or a retention."""


class ClientS3(Protocol):
    """The calls of boto3 that the store makes."""

    def put_object(self, **parametres: Any) -> dict[str, Any]: ...

    def get_object(self, **parametres: Any) -> dict[str, Any]: ...

    def head_object(self, **parametres: Any) -> dict[str, Any]: ...

    def put_object_legal_hold(self, **parametres: Any) -> dict[str, Any]: ...

    def get_object_legal_hold(self, **parametres: Any) -> dict[str, Any]: ...

    def generate_presigned_url(self, geste: str, **parametres: Any) -> str: ...


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
        # A link signed the older way has no limit of seven days, and several regions refuse it.
        signature_version="s3v4",
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
            f"Réglage S3 inutilisable (adresse {endpoint!r}, région {region!r})."
        ) from error
    return client


def conseil(error: Exception) -> str:
    """What that error of boto3 means and how to mend it, in French, without a capital or a full stop."""
    for genres, phrase in CONSEILS:
        if isinstance(error, genres):
            return phrase
    if code(error) == "NoSuchBucket":
        return "ce seau n'existe pas, créez-le ou corrigez son nom dans le réglage"
    if statut(error) in (401, 403):
        return f"accès refusé, vérifiez les clés d'accès et les droits sur le seau ({code(error)})"
    if isinstance(error, ClientError):
        dit = f"{code(error) or 'sans code'}, HTTP {statut(error)}"
        return f"le serveur a refusé la demande, vérifiez les réglages du seau ({dit})"
    return "serveur injoignable ou muet, vérifiez son adresse et le réseau"


def code(error: Exception) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def statut(error: Exception) -> int:
    metadonnees = error.response.get("ResponseMetadata", {}) if isinstance(error, ClientError) else {}
    return int(metadonnees.get("HTTPStatusCode", 0))
