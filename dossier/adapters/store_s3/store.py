"""The evidence store in an S3 bucket: conditional writes, SHA-256 checked by the server, optional lock."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.parse import parse_qs, urlsplit

from dossier.adapters.store_s3.client import (
    ERREURS,
    SANS_VERROU,
    ClientS3,
    Retention,
    code,
    conseil,
    statut,
)
from dossier.adapters.store_s3.examen import examiner
from dossier.core.cles import verifier_cle
from dossier.core.dates import horodate
from dossier.core.errors import (
    ConfigurationInvalide,
    ConflitStore,
    DocumentAbsent,
    DonneeInvalide,
    DossierError,
)
from dossier.core.messages import raison
from dossier.core.ports import Octets
from dossier.core.stockage import ConstatStockage
from dossier.octets import copier, empreinte, empreinte_du_flux, flux

ESSAIS = 5
ABSENT = 404
DEJA_PRIS = 412
ECRITURE_EN_COURS = 409
# A name in a dot is refused as a document's key, so this one is free.
SONDE = ".ecriture-unique"
LIEN_MAX = timedelta(days=7)
"""The longest that a link signed with SigV4 may live (Amazon S3, « Sharing objects with presigned URLs »)."""
JAMAIS_GELE = ("NoSuchObjectLegalHold", "NoSuchObjectLockConfiguration", SANS_VERROU)


class StoreS3:
    """Implements ports.Store and stockage.Gardien in `bucket`, every key under `prefixe`.

    `geler`: each document is written under a legal hold, which lasts until `liberer` whatever the retention.
    """

    def __init__(
        self,
        bucket: str,
        prefixe: str,
        client: ClientS3,
        retention: Retention | None = None,
        *,
        geler: bool = False,
    ) -> None:
        self._bucket = bucket
        self._prefixe = f"{'/'.join(verifier_cle(prefixe.strip('/')))}/" if prefixe.strip("/") else ""
        self._client = client
        self._retention = retention
        self._geler = geler
        self._serveur_sonde = False

    def put(self, cle: str, contenu: Octets) -> str:
        """Keep these bytes in one conditional put; gives their SHA-256. Raises ConflitStore."""
        complete = self._complete(cle)
        self._exiger_ecriture_unique()
        somme = empreinte(contenu)
        if not self._ecrire(complete, contenu, somme, self._verrou()) and self._deja(cle) != somme:
            raise ConflitStore(
                f"Le document « {cle} » existe déjà avec un autre contenu ({self.lieu(cle)}) : "
                "une preuve ne se remplace pas, utilisez une autre clé."
            )
        return somme

    def get(self, cle: str) -> bytes:
        """The bytes kept under `cle`, their length and checksum verified. Raises DocumentAbsent."""
        with self._document(cle) as document:
            return document.read()

    def copier(self, cle: str, fichier: Path) -> str:
        """That document to the new file `fichier`, by blocks, verified as by `get`; gives its SHA-256.

        Raises DocumentAbsent.
        """
        with self._document(cle) as document:
            try:
                return copier(document, fichier)
            except OSError as error:
                raise DossierError(
                    f"Le document {self.lieu(cle)} n'a pas pu être copié dans {fichier.parent} ({raison(error)}) : "
                    "vérifiez la place libre et les droits."
                ) from error

    def lieu(self, cle: str) -> str:
        """The s3:// address."""
        return f"s3://{self._bucket}/{self._complete(cle)}"

    def examiner(self) -> tuple[ConstatStockage, ...]:
        """What can be known of the bucket: see `examen`. Writes two small objects whose names start by a dot."""
        return examiner(
            self._client, self._bucket, self._prefixe + SONDE, self._retention, self._exiger_ecriture_unique
        )

    def retenir(self, cle: str) -> None:
        """Put that document under a legal hold (Object Lock). Raises DocumentAbsent, ConfigurationInvalide."""
        self._changer_gel(cle, "ON")

    def liberer(self, cle: str) -> None:
        """End its legal hold; its retention, if any, still runs. Raises DocumentAbsent, ConfigurationInvalide."""
        self._changer_gel(cle, "OFF")

    def retenu(self, cle: str) -> bool:
        """Whether that document is under a legal hold. Raises DocumentAbsent."""
        complete = self._complete(cle)
        self._exiger_presence(cle, complete)
        try:
            reponse = self._client.get_object_legal_hold(Bucket=self._bucket, Key=complete)
        except ERREURS as error:
            if code(error) in JAMAIS_GELE:
                return False
            raise self._panne(error, complete) from error
        return bool(reponse["LegalHold"]["Status"] == "ON")

    def lien(self, cle: str, jusqu_a: datetime) -> str:
        """A presigned address that opens that document, and nothing else, until `jusqu_a`.

        `jusqu_a` is UTC-aware and of the machine's real time, seven days away at most (SigV4). A link signed
        with temporary keys dies with them. Raises DocumentAbsent, DonneeInvalide.
        """
        complete = self._complete(cle)
        self._exiger_presence(cle, complete)
        # The server counts from the date that boto3 writes in the signature: ours is counted from it too.
        date = parse_qs(urlsplit(self._signer(complete, 1)).query)["X-Amz-Date"][0]
        signe = datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        duree = jusqu_a - signe
        if duree <= timedelta(0):
            raise DonneeInvalide(
                f"Le lien finirait le {horodate(jusqu_a)}, qui est déjà passé : choisissez une date à venir."
            )
        if duree > LIEN_MAX:
            raise DonneeInvalide(
                f"Un lien S3 vit {LIEN_MAX.days} jours au plus : choisissez une fin avant le "
                f"{horodate(signe + LIEN_MAX)}, ou remettez le fichier lui-même."
            )
        return self._signer(complete, int(duree.total_seconds()))

    def _signer(self, complete: str, secondes: int) -> str:
        nom = complete.rpartition("/")[2].replace('"', "")
        pdf = nom.endswith(".pdf")
        demande = {
            "Bucket": self._bucket,
            "Key": complete,
            "ResponseContentDisposition": f'{"inline" if pdf else "attachment"}; filename="{nom}"',
            **({"ResponseContentType": "application/pdf"} if pdf else {}),
        }
        return self._client.generate_presigned_url("get_object", Params=demande, ExpiresIn=secondes)

    def _changer_gel(self, cle: str, statut_voulu: str) -> None:
        complete = self._complete(cle)
        self._exiger_presence(cle, complete)
        try:
            self._client.put_object_legal_hold(
                Bucket=self._bucket, Key=complete, LegalHold={"Status": statut_voulu}
            )
        except ERREURS as error:
            if code(error) == SANS_VERROU:
                raise ConfigurationInvalide(
                    f"Le seau « {self._bucket} » n'a pas de verrou d'objets (Object Lock) : ses documents ne peuvent "
                    "pas être mis sous gel. Voyez `dossier stockage`."
                ) from error
            raise self._panne(error, complete) from error

    def _exiger_presence(self, cle: str, complete: str) -> None:
        try:
            self._client.head_object(Bucket=self._bucket, Key=complete)
        except ERREURS as error:
            if statut(error) == ABSENT:
                raise DocumentAbsent(f"Aucun document à l'adresse {self.lieu(cle)}.") from error
            raise self._panne(error, complete) from error

    @contextmanager
    def _document(self, cle: str) -> Iterator[IO[bytes]]:
        """That document as it arrives. Raises DocumentAbsent."""
        complete = self._complete(cle)
        try:
            reponse = self._client.get_object(Bucket=self._bucket, Key=complete, ChecksumMode="ENABLED")
            # Its own `with` gives the raw stream, which verifies nothing.
            with closing(reponse["Body"]) as document:
                yield document
        except ERREURS as error:
            if code(error) in ("NoSuchKey", "404"):
                raise DocumentAbsent(f"Aucun document à l'adresse {self.lieu(cle)}.") from error
            raise self._panne(error, complete) from error

    def _complete(self, cle: str) -> str:
        verifier_cle(cle)
        return "/".join(verifier_cle(self._prefixe + cle))

    def _deja(self, cle: str) -> str:
        """SHA-256 of what is there already."""
        try:
            with self._document(cle) as document:
                return empreinte_du_flux(document)
        except DocumentAbsent as error:
            # Some servers keep files: a key cannot also be the beginning of another one.
            raise ConflitStore(
                f"La place {self.lieu(cle)} est prise par autre chose qu'un document."
            ) from error

    def _ecrire(self, complete: str, contenu: Octets, somme: str, verrou: dict[str, Any]) -> bool:
        """False when the key is taken. `somme`: SHA-256 (hexadecimal) of that content."""
        refus = ""
        for _ in range(ESSAIS):
            try:
                with flux(contenu) as corps:
                    self._client.put_object(
                        Bucket=self._bucket,
                        Key=complete,
                        Body=corps,
                        IfNoneMatch="*",
                        ChecksumSHA256=b64encode(bytes.fromhex(somme)).decode(),
                        **verrou,
                    )
            except ERREURS as error:
                if statut(error) == DEJA_PRIS:
                    return False
                if statut(error) != ECRITURE_EN_COURS:
                    raise self._panne(error, complete) from error
                refus = code(error)
            else:
                return True
        raise DossierError(
            f"Une autre écriture occupe s3://{self._bucket}/{complete} depuis {ESSAIS} essais "
            f"({refus}) : recommencez dans un instant."
        )

    def _exiger_ecriture_unique(self) -> None:
        """Refuse, once per store, a server that ignores the condition and would overwrite in silence."""
        if self._serveur_sonde:
            return
        if all(self._ecrire(self._prefixe + SONDE, b"", empreinte(b""), {}) for _ in range(2)):
            raise DossierError(
                f"Le serveur S3 du seau « {self._bucket} » écrase un objet déjà écrit : il ignore l'en-tête "
                "If-None-Match. Mettez-le à jour ou choisissez-en un autre, une preuve ne se remplace pas."
            )
        self._serveur_sonde = True

    def _verrou(self) -> dict[str, Any]:
        verrou: dict[str, Any] = {"ObjectLockLegalHoldStatus": "ON"} if self._geler else {}
        if self._retention is None:
            return verrou
        fin = self._retention.maintenant() + timedelta(days=self._retention.jours)
        return {**verrou, "ObjectLockMode": self._retention.mode, "ObjectLockRetainUntilDate": fin}

    def _panne(self, error: Exception, complete: str) -> DossierError:
        return DossierError(f"Stockage S3, s3://{self._bucket}/{complete} : {conseil(error)}.")
