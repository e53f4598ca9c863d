"""The evidence store in a folder: one file per key, created whole or not at all, never written again."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import IO

from dossier.adapters.store_folder.examen import examiner
from dossier.core.cles import verifier_cle
from dossier.core.errors import ConflitStore, DocumentAbsent, DonneeInvalide, DossierError
from dossier.core.messages import raison
from dossier.core.ports import Octets
from dossier.core.stockage import Avis, ConstatStockage
from dossier.octets import BLOC, copier, empreinte, empreinte_du_flux, flux

PRIVE = 0o750
LECTURE_SEULE = 0o444
RETENUS = ".retenus"
"""A second name of each held document is kept there: no key can start by a dot."""
# Every step below the root is opened from its parent and never through a link: no race can lead outside.
DOSSIER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
FICHIER = os.O_RDONLY | os.O_NOFOLLOW
BROUILLON = os.O_WRONLY | os.O_CREAT | os.O_EXCL
CONSEILS = {
    errno.ENOSPC: "le disque est plein, libérez de la place",
    errno.EDQUOT: "le quota de disque est atteint, libérez de la place",
    errno.EFBIG: "le document dépasse la taille de fichier permise",
    errno.EACCES: "les droits manquent, vérifiez le propriétaire et les droits du dossier",
    errno.EPERM: "le système de fichiers refuse l'opération (il doit accepter les liens physiques)",
    errno.EROFS: "le disque est monté en lecture seule",
    errno.ENOTDIR: "la racine n'est pas un dossier, vérifiez le réglage",
    errno.EEXIST: "la racine n'est pas un dossier, vérifiez le réglage",
}


class StoreFolder:
    """Implements ports.Store and stockage.Gardien under `racine`, created at the first put."""

    def __init__(self, racine: Path) -> None:
        self._racine = racine.absolute()

    def put(self, cle: str, contenu: Octets) -> str:
        """Keep these bytes on disk for good; gives their SHA-256. Raises ConflitStore."""
        *dossiers, nom = verifier_cle(cle)
        with self._traduire(cle):
            somme = empreinte(contenu)
            self._racine.mkdir(mode=PRIVE, parents=True, exist_ok=True)
            with self._ouvrir(cle, dossiers, creer=True) as dossier:
                cree = _creer(dossier, nom, contenu)
                # Also when the file was there: its writer may have died before this line.
                os.fsync(dossier)
                if not cree and _deja(dossier, nom, cle) != somme:
                    raise ConflitStore(
                        f"Le document « {cle} » existe déjà avec un autre contenu ({self.lieu(cle)}) : "
                        "une preuve ne se remplace pas, utilisez une autre clé."
                    )
        return somme

    def get(self, cle: str) -> bytes:
        """The bytes kept under `cle`. Raises DocumentAbsent."""
        with self._traduire(cle), self._document(cle) as fichier:
            return fichier.read()

    def copier(self, cle: str, fichier: Path) -> str:
        """That document to the new file `fichier`, by blocks; gives its SHA-256. Raises DocumentAbsent."""
        with self._traduire(cle, fichier.parent), self._document(cle) as document:
            return copier(document, fichier)

    def lieu(self, cle: str) -> str:
        """The path of the file."""
        return str(self._racine.joinpath(*verifier_cle(cle)))

    def examiner(self) -> tuple[ConstatStockage, ...]:
        """What can be known of the folder, made if need be: see `examen`."""
        try:
            with self._traduire(RETENUS):
                self._racine.mkdir(mode=PRIVE, parents=True, exist_ok=True)
        except DossierError as error:
            return (ConstatStockage("Dossier des preuves", Avis.A_CORRIGER, str(error)),)
        return examiner(self._racine)

    def retenir(self, cle: str) -> None:
        """Give that document a second name (a hard link) that outlives its erasing. Raises DocumentAbsent."""
        *dossiers, nom = verifier_cle(cle)
        self._exiger_presence(cle)
        with (
            self._traduire(cle),
            self._ouvrir(cle, dossiers, creer=False) as source,
            self._ouvrir(cle, [RETENUS, *dossiers], creer=True) as retenus,
        ):
            with suppress(FileExistsError):
                os.link(nom, nom, src_dir_fd=source, dst_dir_fd=retenus, follow_symlinks=False)
            os.fsync(retenus)

    def liberer(self, cle: str) -> None:
        """Take that second name away. Raises DocumentAbsent."""
        *dossiers, nom = verifier_cle(cle)
        self._exiger_presence(cle)
        with (
            self._traduire(cle),
            suppress(FileNotFoundError),
            self._ouvrir(cle, [RETENUS, *dossiers], creer=False) as retenus,
        ):
            os.unlink(nom, dir_fd=retenus)
            os.fsync(retenus)

    def retenu(self, cle: str) -> bool:
        """Whether that document has its second name. Raises DocumentAbsent."""
        self._exiger_presence(cle)
        return self._retenue(cle).is_file()

    def lien(self, cle: str, jusqu_a: datetime) -> str:  # noqa: ARG002 - the contract of both stores
        """The path of that document: it has no end, the rights on the folder alone close it.

        Raises DocumentAbsent.
        """
        self._exiger_presence(cle)
        return self.lieu(cle)

    def _exiger_presence(self, cle: str) -> None:
        with self._traduire(cle), self._document(cle):
            pass

    @contextmanager
    def _document(self, cle: str) -> Iterator[IO[bytes]]:
        """That document, open for reading. Raises DocumentAbsent."""
        *dossiers, nom = verifier_cle(cle)
        try:
            with self._ouvrir(cle, dossiers, creer=False) as dossier:
                fichier = _ouvrir_fichier(dossier, nom, cle)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
            raise DocumentAbsent(self._absent(cle)) from error
        with fichier:
            yield fichier

    def _retenue(self, cle: str) -> Path:
        return self._racine.joinpath(RETENUS, *verifier_cle(cle))

    def _absent(self, cle: str) -> str:
        if self._retenue(cle).is_file():
            return (
                f"Le document « {cle} » a été effacé de {self._racine}, mais il était retenu : remettez en place "
                f"{self._retenue(cle)}."
            )
        return f"Aucun document « {cle} » dans {self._racine}."

    @contextmanager
    def _ouvrir(self, cle: str, noms: Sequence[str], *, creer: bool) -> Iterator[int]:
        descripteur = os.open(self._racine, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for nom in noms:
                enfant = _entrer(descripteur, nom, cle, creer=creer)
                os.close(descripteur)
                descripteur = enfant
            yield descripteur
        finally:
            os.close(descripteur)

    @contextmanager
    def _traduire(self, cle: str, copie: Path | None = None) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            conseil = CONSEILS.get(error.errno or 0, f"vérifiez le disque et ses droits ({raison(error)})")
            vers = f" copié dans {copie}" if copie else ""
            raise DossierError(f"Document « {cle} », dossier {self._racine}{vers} : {conseil}.") from error


def _entrer(parent: int, nom: str, cle: str, *, creer: bool) -> int:
    if creer:
        with suppress(FileExistsError):
            os.mkdir(nom, dir_fd=parent)
        os.fsync(parent)
    try:
        return os.open(nom, DOSSIER, dir_fd=parent)
    except NotADirectoryError as error:
        if stat.S_ISLNK(os.stat(nom, dir_fd=parent, follow_symlinks=False).st_mode):
            raise _lien(cle) from error
        if creer:
            raise ConflitStore(f"La clé « {cle} » passe par « {nom} », qui est déjà un document.") from error
        raise


def _creer(dossier: int, nom: str, contenu: Octets) -> bool:
    """Link a complete, synced draft to its name; False when the name is taken."""
    brouillon = f".{secrets.token_hex(8)}"
    try:
        with (
            flux(contenu) as source,
            os.fdopen(os.open(brouillon, BROUILLON, 0o600, dir_fd=dossier), "wb") as fichier,
        ):
            shutil.copyfileobj(source, fichier, BLOC)
            fichier.flush()
            os.fchmod(fichier.fileno(), LECTURE_SEULE)
            os.fsync(fichier.fileno())
        os.link(brouillon, nom, src_dir_fd=dossier, dst_dir_fd=dossier)
    except FileExistsError:
        return False
    finally:
        with suppress(FileNotFoundError):
            os.unlink(brouillon, dir_fd=dossier)
    return True


def _deja(dossier: int, nom: str, cle: str) -> str:
    """SHA-256 of what is there already."""
    try:
        with _ouvrir_fichier(dossier, nom, cle) as fichier:
            return empreinte_du_flux(fichier)
    except IsADirectoryError as error:
        raise ConflitStore(f"La clé « {cle} » est déjà un dossier qui contient des documents.") from error


def _ouvrir_fichier(dossier: int, nom: str, cle: str) -> IO[bytes]:
    try:
        descripteur = os.open(nom, FICHIER, dir_fd=dossier)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise _lien(cle) from error
        raise
    try:
        return os.fdopen(descripteur, "rb")
    except IsADirectoryError:
        os.close(descripteur)
        raise


def _lien(cle: str) -> DonneeInvalide:
    return DonneeInvalide(
        f"La clé « {cle} » passe par un lien symbolique : retirez-le du dossier des preuves."
    )
