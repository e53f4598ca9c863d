"""How LibreOffice is run on this system."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from dossier.core.errors import ErreurConversion

_PYTHONS = ("/usr/bin/python3", "python3", "/usr/lib/libreoffice/program/python", sys.executable)
_INSTALLER = (
    "Installer les paquets « libreoffice-writer-nogui python3-uno » (apt-get install) ; « make » le fait."
)


def commande() -> tuple[list[str], dict[str, str]]:
    """The start of the command line and the environment of the server: nothing secret is passed on."""
    soffice = shutil.which("soffice")
    if soffice is None:
        raise ErreurConversion(f"LibreOffice (la commande « soffice ») est introuvable. {_INSTALLER}")
    module = importlib.util.find_spec("unoserver")
    if module is None or module.origin is None:
        raise ErreurConversion("Le module Python « unoserver » manque ; « make » l'installe avec les autres.")
    environ = {nom: os.environ[nom] for nom in ("PATH", "HOME", "LD_LIBRARY_PATH") if nom in os.environ}
    environ |= {"LANG": "C.UTF-8", "PYTHONPATH": str(Path(module.origin).parents[1])}
    return [_python_uno(environ), "-m", "unoserver.server", "--executable", soffice], environ


def options(profil: Path, ports: tuple[int, int]) -> list[str]:
    """unoserver has no authentication: loopback only."""
    reseau = ["--interface", "127.0.0.1", "--port", str(ports[0])]
    reseau += ["--uno-interface", "127.0.0.1", "--uno-port", str(ports[1])]
    return [*reseau, "--user-installation", str(profil), "--quiet"]


def ports_libres() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as un, socket.create_server(("127.0.0.1", 0)) as deux:
        return un.getsockname()[1], deux.getsockname()[1]


def _python_uno(environ: dict[str, str]) -> str:
    """The first interpreter that can `import uno`: pyuno is built for the system's Python only."""
    for python in filter(None, map(shutil.which, _PYTHONS)):
        essai = subprocess.run([python, "-c", "import uno"], check=False, env=environ, capture_output=True)
        if essai.returncode == 0:
            return python
    raise ErreurConversion(f"Aucun Python de ce système ne sait charger « uno ». {_INSTALLER}")
