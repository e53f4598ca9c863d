"""Reads the zip of a sealed dossier without trusting it: nothing is unpacked, nothing is decompressed.

Its form is canonical: the same files give one zip alone, so that no byte of it is free.
"""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from dossier.core.errors import DonneeInvalide
from dossier.core.messages import raison

_ABIME = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
)
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s4B4H3L5H2L")
_FIN = struct.Struct("<4s4H2LH")
_BLOC = 1 << 20
_COMMENTAIRE_MAX = 0xFFFF
_LOCALISATEUR_ZIP64 = 20
SOMMAIRE_MAX = 16 << 20
"""Bytes of the zip's table: some 100 000 files, each of which costs memory before anything is checked."""
LECTURE_MAX = 256 << 20
"""Bytes of one file that may be held in memory; a larger one is only hashed, block by block."""


class Enveloppe:
    """The files of the zip by their path under its one root folder."""

    def __init__(self, archive: zipfile.ZipFile, racine: str, entrees: dict[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self.racine = racine
        self._entrees = entrees

    @property
    def noms(self) -> tuple[str, ...]:
        return tuple(self._entrees)

    @property
    def date(self) -> datetime | None:
        """The local time that every file of the zip bears; None when it is no date."""
        try:
            return datetime(*next(iter(self._entrees.values())).date_time)  # noqa: DTZ001 - a zip knows no zone
        except ValueError:
            return None

    def taille(self, nom: str) -> int:
        """Bytes of that file; 0 when it is absent."""
        return self._entrees[nom].file_size if nom in self._entrees else 0

    def lire(self, nom: str) -> bytes | None:
        """The bytes of that file; None when it is absent, damaged in the zip, or larger than LECTURE_MAX."""
        if self.taille(nom) > LECTURE_MAX:
            return None
        try:
            return self._archive.read(self._entrees[nom])
        except (KeyError, RuntimeError, *_ABIME):
            return None

    def empreinte(self, nom: str) -> str | None:
        """SHA-256 (hex) of that file, read by blocks; None when the zip is damaged there."""
        somme = hashlib.sha256()
        try:
            with self._archive.open(self._entrees[nom]) as fichier:
                while bloc := fichier.read(_BLOC):
                    somme.update(bloc)
        except (RuntimeError, *_ABIME):
            return None
        return somme.hexdigest()


@contextmanager
def ouvrir(chemin: Path) -> Iterator[tuple[Enveloppe, str | None]]:
    """The files of the zip, and what in its form is not as the sealing wrote it (None when all is).

    Raises DonneeInvalide when the zip cannot be read safely.
    """
    with _fichier(chemin) as fichier:
        taille = fichier.seek(0, os.SEEK_END)
        incomplet = DonneeInvalide(
            f"{chemin.name} n'est pas un fichier zip complet : il est vide, tronqué ou d'un autre genre. "
            "Demandez-en une nouvelle copie."
        )
        if not _sommaire_admis(fichier, taille):
            raise incomplet
        try:
            archive = zipfile.ZipFile(fichier)
        except _ABIME as error:
            raise incomplet from error
        with archive:
            racine, entrees = _entrees(archive, taille)
            try:
                defaut = _defaut_de_forme(fichier, archive.infolist())
            except struct.error:
                defaut = "il dépasse les 4 Go qu'un dossier scellé ne dépasse jamais"
            yield Enveloppe(archive, racine, entrees), defaut


def _fichier(chemin: Path) -> IO[bytes]:
    try:
        # A named pipe would be waited for, a device read for ever.
        if not stat.S_ISREG(chemin.stat().st_mode):
            raise DonneeInvalide(f"Le fichier {chemin} ne peut pas être ouvert (ce n'est pas un fichier).")
        return chemin.open("rb")
    except OSError as error:
        raise DonneeInvalide(f"Le fichier {chemin} ne peut pas être ouvert ({raison(error)}).") from error


def _sommaire_admis(fichier: IO[bytes], taille: int) -> bool:
    """Whether the zip's table is there and small enough to be read. Raises DonneeInvalide when it is not."""
    debut = max(0, taille - _FIN.size - _COMMENTAIRE_MAX - _LOCALISATEUR_ZIP64)
    fichier.seek(debut)
    queue = fichier.read(taille - debut)
    fin = queue.rfind(b"PK\5\6")
    if fin < 0 or len(queue) - fin < _FIN.size:
        return False
    if queue[max(0, fin - _LOCALISATEUR_ZIP64) : fin].startswith(b"PK\6\7"):
        raise DonneeInvalide(
            "Le zip est au format Zip64, qu'un dossier scellé n'emploie pas : il a été refait."
        )
    if _FIN.unpack_from(queue, fin)[5] > SOMMAIRE_MAX:
        raise DonneeInvalide(
            f"Le sommaire du zip dépasse {SOMMAIRE_MAX >> 20} Mo : ce zip est piégé ou abîmé."
        )
    return True


def _entrees(archive: zipfile.ZipFile, taille: int) -> tuple[str, dict[str, zipfile.ZipInfo]]:
    for info in archive.infolist():
        _refuser(info)
    fichiers = [info for info in archive.infolist() if not info.is_dir()]
    racines = {info.filename.partition("/")[0] for info in fichiers}
    if len(racines) != 1:
        raise DonneeInvalide("Le zip doit contenir un seul répertoire, celui du dossier scellé.")
    entrees: dict[str, zipfile.ZipInfo] = {}
    vus: set[str] = set()
    for info in fichiers:
        nom = info.filename.partition("/")[2]
        # Windows and macOS take two names that differ by capitals for one.
        if nom.casefold() in vus:
            raise DonneeInvalide(
                f"Le zip contient deux fois « {nom} » : deux lecteurs y liraient deux choses."
            )
        vus.add(nom.casefold())
        entrees[nom] = info
    if sum(info.file_size for info in fichiers) > taille:
        raise DonneeInvalide("Les tailles annoncées dans le zip dépassent celle du fichier.")
    return racines.pop(), entrees


def _refuser(info: zipfile.ZipInfo) -> None:
    nom = info.filename
    segments = nom.split("/")
    if (
        "\\" in nom
        or ":" in nom
        or not nom.isascii()
        or not nom.isprintable()
        or {"", ".", ".."} & {*segments}
    ):
        raise DonneeInvalide(f"Le zip contient un nom dangereux ou inattendu : {nom!a}.")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise DonneeInvalide(f"Le zip contient un lien symbolique : « {nom} ».")
    if info.flag_bits & 1:
        raise DonneeInvalide(f"Le zip contient un fichier chiffré : « {nom} ».")
    if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
        raise DonneeInvalide(
            f"Le zip contient un fichier compressé : « {nom} ». Un dossier scellé n'est jamais compressé : "
            "ce zip a été refait."
        )


def _defaut_de_forme(fichier: IO[bytes], infos: list[zipfile.ZipInfo]) -> str | None:
    """What a zip reader ignores and could hide something in: gaps, comments, attributes, double headers."""
    if [info.filename for info in infos] != sorted(info.filename for info in infos):
        return "ses fichiers ne sont plus dans l'ordre"
    if len({info.date_time for info in infos}) > 1:
        return "ses fichiers ne portent plus tous la même date"
    position, central = 0, b""
    for info in infos:
        nom = info.filename.encode("ascii")
        a, m, j, h, mn, s = info.date_time
        date = (h << 11 | mn << 5 | s // 2, (a - 1980) << 9 | m << 5 | j)
        corps = (*date, info.CRC, info.file_size, info.file_size, len(nom), 0)
        local = _LOCAL.pack(b"PK\3\4", 20, 0, 0, *corps) + nom
        fichier.seek(position)
        if fichier.read(len(local)) != local:
            return f"l'en-tête de « {info.filename} » a été modifié ou déplacé"
        droits = (stat.S_IFREG | 0o644) << 16
        central += _CENTRAL.pack(b"PK\1\2", 20, 3, 20, 0, 0, 0, *corps, 0, 0, 0, droits, position) + nom
        position += len(local) + info.file_size
    fichier.seek(position)
    fin = _FIN.pack(b"PK\5\6", 0, 0, len(infos), len(infos), len(central), position, 0)
    if fichier.read(len(central) + len(fin) + 1) != central + fin:
        return "le sommaire du zip a été modifié ou contient autre chose que les fichiers du dossier"
    return None
