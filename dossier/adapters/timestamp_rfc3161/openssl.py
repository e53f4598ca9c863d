"""One openssl command, run in its own folder."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from dossier.core.errors import ErreurHorodatage

DELAI = 30


def openssl(arguments: Sequence[str], travail: Path) -> subprocess.CompletedProcess[bytes]:
    """Run openssl in `travail`; the caller judges its exit code.

    Raises ErreurHorodatage when it cannot run.
    """
    # An empty configuration: some `ts` commands fail where the system's file is missing.
    environnement = {**os.environ, "OPENSSL_CONF": os.devnull}
    try:
        return subprocess.run(
            ["openssl", *arguments],
            cwd=travail,
            env=environnement,
            capture_output=True,
            timeout=DELAI,
            check=False,
        )
    except FileNotFoundError as error:
        raise ErreurHorodatage(
            "Le programme openssl est introuvable : installez-le (paquet « openssl »)."
        ) from error
    except subprocess.TimeoutExpired as error:
        raise ErreurHorodatage(f"openssl n'a pas répondu en {DELAI} s : recommencez.") from error
