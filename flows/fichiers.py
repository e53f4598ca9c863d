"""Files that a person names by their path, on the machine of the service or of the command."""

from __future__ import annotations

from pathlib import Path
from stat import S_ISDIR, S_ISREG

from dossier.core.errors import DonneeInvalide
from dossier.core.messages import raison

POIDS_MAX = 50_000_000
"""Bytes of a file that a person may name."""


def octets(chemin: str, maximum: int = POIDS_MAX) -> bytes | None:
    """The bytes of that file, so many at most; None when no path is given. Raises DonneeInvalide."""
    return lire(Path(chemin.strip()), maximum) if chemin.strip() else None


def lire(chemin: Path, maximum: int = POIDS_MAX) -> bytes:
    """The bytes of that file, so many at most. Raises DonneeInvalide."""
    try:
        etat = chemin.stat()
        if S_ISREG(etat.st_mode) and etat.st_size > maximum:
            raise DonneeInvalide(
                f"Le fichier « {chemin} » dépasse {maximum // 1_000_000} Mo : donnez-en une version plus légère."
            )
        if S_ISREG(etat.st_mode) or S_ISDIR(etat.st_mode):
            return chemin.read_bytes()
        pourquoi = "ce n'est pas un fichier"
    except OSError as error:
        pourquoi = raison(error)
    except ValueError:
        pourquoi = "ce nom n'est pas celui d'un fichier"
    raise DonneeInvalide(f"Le fichier « {chemin} » ne peut pas être lu ({pourquoi}) : vérifiez le chemin.")
