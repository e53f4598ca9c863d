"""The inbox of scans under a prefix of an S3 bucket: ports.Boite.

An object appears there whole, so none is ever half-written. The server must honour If-None-Match and
If-Match, as the evidence store already asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from dossier.core.errors import DonneeInvalide
from dossier.core.reception import ABSENT, CHANGE, TAILLE_MAX, TROP_LOURD, attendu, autre_nom

AUTRE_CONTENU = 412
REFUSE = (401, 403)


class ClientBoite(Protocol):
    """The calls of boto3 that the inbox makes."""

    def list_objects_v2(self, **parametres: Any) -> dict[str, Any]: ...

    def get_object(self, **parametres: Any) -> dict[str, Any]: ...

    def put_object(self, **parametres: Any) -> dict[str, Any]: ...

    def delete_object(self, **parametres: Any) -> dict[str, Any]: ...


class BoiteS3:
    """Implements ports.Boite in `bucket`, directly under `prefixe`; what is further down is left alone."""

    def __init__(self, bucket: str, prefixe: str, client: ClientBoite) -> None:
        self._bucket = bucket
        self._prefixe = f"{prefixe.strip('/')}/" if prefixe.strip("/") else ""
        self._client = client
        self._lus: dict[str, str] = {}

    def lister(self) -> tuple[str, ...]:
        """Names of the files that wait, sorted."""
        with self._traduire(self.lieu()):
            noms = [cle.removeprefix(self._prefixe) for cle in self._cles()]
        return tuple(sorted(nom for nom in noms if attendu(nom)))

    def lire(self, nom: str) -> bytes:
        """Raises DonneeInvalide when it cannot be read or is above TAILLE_MAX."""
        cle = self._cle(nom)
        with self._traduire(self.lieu() + nom):
            reponse = self._client.get_object(Bucket=self._bucket, Key=cle)
            contenu = _corps(reponse)
        self._lus[nom] = reponse["ETag"]
        return contenu

    def ranger(self, nom: str, sous: str) -> None:
        """Copy it under `sous/`, never over another object (a number is added to its name), then remove it.

        One that is gone, put away by another program, is left so. Raises DonneeInvalide when its content is
        no longer what was read.
        """
        cle, lu = self._cle(nom), self._lus.pop(nom, None)
        condition = {"IfMatch": lu} if lu else {}
        with self._traduire(self.lieu() + nom):
            try:
                reponse = self._client.get_object(Bucket=self._bucket, Key=cle, **condition)
            except ClientError as error:
                if _absent(error):
                    return
                if _statut(error) == AUTRE_CONTENU:
                    raise DonneeInvalide(CHANGE) from error
                raise
            genre, contenu = reponse.get("ContentType", "application/octet-stream"), _corps(reponse)
            noms = (autre_nom(nom, rang) for rang in count(1))
            next(n for n in noms if self._copier(f"{self._prefixe}{sous}/{n}", contenu, genre))
            self._client.delete_object(Bucket=self._bucket, Key=cle)

    def lieu(self) -> str:
        """The s3:// address."""
        return f"s3://{self._bucket}/{self._prefixe}"

    def _cle(self, nom: str) -> str:
        if not nom or "/" in nom:
            raise DonneeInvalide(
                "Le nom du fichier est un chemin : seul un fichier de la boîte peut être lu."
            )
        return self._prefixe + nom

    def _cles(self) -> Iterator[str]:
        suite: dict[str, str] = {}
        while True:
            page = self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=self._prefixe, Delimiter="/", **suite
            )
            yield from (objet["Key"] for objet in page.get("Contents", ()))
            if not page.get("IsTruncated"):
                return
            suite = {"ContinuationToken": page["NextContinuationToken"]}

    def _copier(self, cle: str, contenu: bytes, genre: str) -> bool:
        """False when the key is taken."""
        try:
            self._client.put_object(
                Bucket=self._bucket, Key=cle, Body=contenu, ContentType=genre, IfNoneMatch="*"
            )
        except ClientError as error:
            if _statut(error) == AUTRE_CONTENU:
                return False
            raise
        return True

    @contextmanager
    def _traduire(self, ou: str) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            if _absent(error):
                raise DonneeInvalide(ABSENT) from error
            raise DonneeInvalide(f"Boîte de réception S3, {ou} : {_conseil(error)}.") from error


def _corps(reponse: dict[str, Any]) -> bytes:
    with reponse["Body"] as corps:
        if reponse["ContentLength"] > TAILLE_MAX:
            raise DonneeInvalide(TROP_LOURD)
        contenu: bytes = corps.read()
    return contenu


def _conseil(error: Exception) -> str:
    if _code(error) == "NoSuchBucket":
        return "ce seau n'existe pas, créez-le ou corrigez DOSSIER_RECEPTION"
    if _statut(error) in REFUSE:
        return f"accès refusé, vérifiez les clés d'accès et les droits sur le seau ({_code(error)})"
    if isinstance(error, ClientError):
        return f"le serveur a refusé la demande, vérifiez les réglages du seau ({_code(error)})"
    return f"serveur injoignable ou muet, vérifiez son adresse et le réseau ({type(error).__name__})"


def _absent(error: Exception) -> bool:
    return _code(error) in {"NoSuchKey", "404"}


def _code(error: Exception) -> str:
    return str(error.response.get("Error", {}).get("Code", "")) if isinstance(error, ClientError) else ""


def _statut(error: Exception) -> int:
    metadonnees = error.response.get("ResponseMetadata", {}) if isinstance(error, ClientError) else {}
    return int(metadonnees.get("HTTPStatusCode", 0))
