"""The inbox of scans in a folder, where people and scanners put files: ports.Boite."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

from dossier.core.errors import DonneeInvalide
from dossier.core.messages import raison
from dossier.core.reception import ABSENT, CHANGE, TAILLE_MAX, TROP_LOURD, attendu, autre_nom

REPOS = 5.0
"""Seconds without any change after which a file is whole."""
DOSSIER = os.O_RDONLY | os.O_DIRECTORY
# A pipe put there must not hold the reader for ever.
FICHIER = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
RESERVE = os.O_WRONLY | os.O_CREAT | os.O_EXCL
DROITS = "les droits manquent, vérifiez le propriétaire et les droits"
PLACE_PRISE = "un fichier ou un lien occupe la place d'un dossier, retirez-le"
CONSEILS = {
    errno.EACCES: DROITS,
    errno.EPERM: DROITS,
    errno.EROFS: "le disque est monté en lecture seule",
    errno.ENOSPC: "le disque est plein, libérez de la place",
    errno.ENAMETOOLONG: "son nom est trop long, raccourcissez-le",
    errno.ENOTDIR: PLACE_PRISE,
    errno.EEXIST: PLACE_PRISE,
    errno.ELOOP: "c'est un lien symbolique, mettez le fichier lui-même à sa place",
}


class _Marque(NamedTuple):
    """What changes when a file does."""

    fichier: int
    taille: int
    ecrit: int

    @classmethod
    def de(cls, infos: os.stat_result) -> _Marque:
        return cls(infos.st_ino, infos.st_size, infos.st_mtime_ns)


class BoiteFolder:
    """Implements ports.Boite in `dossier`, made when it is first listed.

    A file counts once nothing of it changed for `repos` seconds. Its change time (ctime) tells, which every
    write, rename or new date moves and nobody can set: by the machine's clock, never a simulated one.
    """

    def __init__(
        self, dossier: Path, repos: float = REPOS, maintenant: Callable[[], float] = time.time
    ) -> None:
        self._dossier = dossier.absolute()
        self._repos = repos
        self._maintenant = maintenant
        self._lus: dict[str, _Marque] = {}

    def lister(self) -> tuple[str, ...]:
        """Names of the files that wait, sorted; a link is listed, and refused when it is read."""
        with _traduire(f"La boîte de réception {self._dossier} ne peut pas être lue"):
            self._dossier.mkdir(parents=True, exist_ok=True)
            with os.scandir(self._dossier) as entrees:
                return tuple(sorted(e.name for e in entrees if attendu(e.name) and self._pret(e)))

    def lire(self, nom: str) -> bytes:
        """Raises DonneeInvalide when it is not a plain file, cannot be read or is above TAILLE_MAX."""
        with (
            _traduire("Le fichier ne peut pas être lu"),
            _ouvrir(self._dossier, DOSSIER) as boite,
            _ouvrir(_simple(nom), FICHIER, boite) as descripteur,
        ):
            infos = os.fstat(descripteur)
            if not stat.S_ISREG(infos.st_mode):
                raise DonneeInvalide(
                    "Ce n'est pas un fichier ordinaire : retirez-le de la boîte de réception."
                )
            with open(descripteur, "rb", closefd=False) as fichier:
                contenu = fichier.read(TAILLE_MAX + 1)
        if len(contenu) > TAILLE_MAX:
            raise DonneeInvalide(TROP_LOURD)
        self._lus[nom] = _Marque.de(infos)
        return contenu

    def ranger(self, nom: str, sous: str) -> None:
        """Move it to the sub-folder `sous`, never over another file: a number is added to its name.

        One that is gone, put away by another program, is left so. Raises DonneeInvalide when its content is
        no longer what was read.
        """
        with (
            _traduire("Le fichier ne peut pas être rangé"),
            _ouvrir(self._dossier, DOSSIER) as boite,
        ):
            if not self._encore_la(boite, nom):
                return
            with suppress(FileExistsError):
                os.mkdir(sous, dir_fd=boite)
            with _ouvrir(sous, DOSSIER | os.O_NOFOLLOW, boite) as cible:
                _deplacer(nom, boite, cible)

    def lieu(self) -> str:
        """The path of the folder."""
        return str(self._dossier)

    def _pret(self, entree: os.DirEntry[str]) -> bool:
        try:
            infos = entree.stat(follow_symlinks=False)
        except FileNotFoundError:
            return False
        a_voir = stat.S_ISREG(infos.st_mode) or stat.S_ISLNK(infos.st_mode)
        return a_voir and self._maintenant() - infos.st_ctime >= self._repos

    def _encore_la(self, boite: int, nom: str) -> bool:
        lu = self._lus.pop(nom, None)
        try:
            present = _Marque.de(os.stat(_simple(nom), dir_fd=boite, follow_symlinks=False))
        except FileNotFoundError:
            return False
        if lu not in {None, present}:
            raise DonneeInvalide(CHANGE)
        return True


@contextmanager
def _traduire(debut: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise DonneeInvalide(ABSENT) from error
    except OSError as error:
        conseil = CONSEILS.get(error.errno or 0, f"vérifiez le disque et ses droits ({raison(error)})")
        raise DonneeInvalide(f"{debut} : {conseil}.") from error


@contextmanager
def _ouvrir(chemin: Path | str, drapeaux: int, dans: int | None = None) -> Iterator[int]:
    descripteur = os.open(chemin, drapeaux, dir_fd=dans)
    try:
        yield descripteur
    finally:
        os.close(descripteur)


def _simple(nom: str) -> str:
    if "/" in nom or nom in {"", ".", ".."}:
        raise DonneeInvalide("Le nom du fichier est un chemin : seul un fichier de la boîte peut être lu.")
    return nom


def _deplacer(nom: str, boite: int, cible: int) -> None:
    """Reserve a free name, then move onto it: no file is ever replaced, even on a disk without hard links."""
    libre = next(essai for essai in (autre_nom(nom, rang) for rang in count(1)) if _reserver(cible, essai))
    try:
        os.rename(nom, libre, src_dir_fd=boite, dst_dir_fd=cible)
    except OSError as error:
        os.unlink(libre, dir_fd=cible)
        if not isinstance(error, FileNotFoundError):
            raise


def _reserver(cible: int, nom: str) -> bool:
    try:
        os.close(os.open(nom, RESERVE, 0o600, dir_fd=cible))
    except FileExistsError:
        return False
    return True
