"""A content in memory or in a file, read by blocks: what is large is never held whole.

For adapters and services alike; the core only knows the type (`ports.Octets`).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from dossier.core.ports import Octets

BLOC = 1 << 20
"""Bytes read at once."""


def flux(contenu: Octets) -> IO[bytes]:
    """That content, open for reading from its first byte. Raises OSError."""
    return contenu.open("rb") if isinstance(contenu, Path) else io.BytesIO(contenu)


def taille(contenu: Octets) -> int:
    """Its length in bytes. Raises OSError."""
    return contenu.stat().st_size if isinstance(contenu, Path) else len(contenu)


def empreinte(contenu: Octets, genre: str = "sha256") -> str:
    """Its digest of that kind, hexadecimal. Raises OSError."""
    with flux(contenu) as ouvert:
        return empreinte_du_flux(ouvert, genre)


def empreinte_du_flux(ouvert: IO[bytes], genre: str = "sha256") -> str:
    """The digest (hexadecimal) of what is left to read there."""
    somme = hashlib.new(genre)
    for bloc in blocs(ouvert):
        somme.update(bloc)
    return somme.hexdigest()


def copier(ouvert: IO[bytes], fichier: Path) -> str:
    """What is left to read there to `fichier`, which must not exist; gives its SHA-256 (hexadecimal).

    Raises OSError.
    """
    somme = hashlib.sha256()
    with fichier.open("xb") as copie:
        for bloc in blocs(ouvert):
            somme.update(bloc)
            copie.write(bloc)
    return somme.hexdigest()


def contient(contenu: Octets, motif: bytes) -> bool:
    """Whether `motif` is found in it. Raises OSError."""
    with flux(contenu) as ouvert:
        fin = b""
        for bloc in blocs(ouvert):
            if motif in (vu := fin + bloc):
                return True
            fin = vu[-len(motif) :]
    return False


def blocs(ouvert: IO[bytes]) -> Iterator[bytes]:
    """What is left to read there, `BLOC` bytes at a time."""
    while bloc := ouvert.read(BLOC):
        yield bloc
