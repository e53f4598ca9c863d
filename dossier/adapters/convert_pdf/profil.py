"""The working folders of LibreOffice: one profile per process, removed when that process is dead."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_REGLAGES = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
</item></oor:items>
"""


def profil_neuf(dossier: Path) -> tuple[Path, int]:
    """A new LibreOffice profile and the lock that shows it is in use; removes those of dead processes."""
    dossier.mkdir(parents=True, exist_ok=True)
    with _verrouiller(dossier):
        for ancien in dossier.glob("profil-*"):
            with suppress(OSError), _verrouiller(ancien, fcntl.LOCK_EX | fcntl.LOCK_NB):
                shutil.rmtree(ancien, ignore_errors=True)
        profil = Path(tempfile.mkdtemp(prefix="profil-", dir=dossier)).resolve()
        garde = os.open(profil, os.O_RDONLY)
        fcntl.flock(garde, fcntl.LOCK_EX)
    (profil / "user").mkdir()
    (profil / "user" / "registrymodifications.xcu").write_text(_REGLAGES, encoding="utf-8")
    return profil, garde


@contextmanager
def _verrouiller(dossier: Path, mode: int = fcntl.LOCK_EX) -> Iterator[None]:
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        fcntl.flock(descripteur, mode)
        yield
    finally:
        os.close(descripteur)
