"""Files that a form names by their path on the machine of the service."""

from __future__ import annotations

from pathlib import Path

from dossier.core.errors import DonneeInvalide


def octets(chemin: str) -> bytes | None:
    """The bytes of that file; None when no path is given. Raises DonneeInvalide."""
    if not chemin.strip():
        return None
    try:
        return Path(chemin.strip()).read_bytes()
    except OSError as error:
        raise DonneeInvalide(
            f"Le fichier « {chemin} » ne peut pas être lu ({error.strerror}) : vérifiez le chemin."
        ) from error
