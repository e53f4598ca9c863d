"""Word to PDF/A-2b: one warm LibreOffice per process, driven by unoserver and supervised.

The server runs in its own process group below a small shell guardian. The guardian reads a pipe that
this process holds: when this process dies, even by SIGKILL, the pipe closes and the whole group is killed.
(PR_SET_PDEATHSIG would fire when the *thread* that started the server ends.)
"""

from __future__ import annotations

import atexit
import fcntl
import importlib.util
import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import xmlrpc.client
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from dossier.core.errors import ErreurConversion

_DEMARRAGE = 90.0
"""Seconds granted to LibreOffice to start: about 6 on an idle machine."""
_ENTREE = "MS Word 2007 XML"
_SORTIE = "writer_pdf_Export"
_OPTIONS = ("SelectPdfVersion=2",)
_GARDIEN = '( "$@"; kill -KILL 0 ) </dev/null & read -r _; kill -KILL 0'
_PYTHONS = ("/usr/bin/python3", "python3", "/usr/lib/libreoffice/program/python", sys.executable)
_INSTALLER = (
    "Installer les paquets « libreoffice-writer-nogui python3-uno » (apt-get install) ; « make » le fait."
)
_REGLAGES = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop>
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
</item></oor:items>
"""


class _Panne(Exception):
    """The server is dead, hung, or failed on this letter: worth one restart."""


class ConvertisseurUno:
    """Port `Convertisseur`. Lazily started; one letter at a time; safe to share between threads.

    `dossier` holds the working folders of every process; `delai` is in seconds for one letter.
    """

    def __init__(self, dossier: Path, delai: float = 60) -> None:
        self._dossier = dossier
        self._delai = delai
        self._verrou = threading.Lock()
        self._serveur: _Serveur | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop LibreOffice; the next letter starts it again."""
        with self._verrou:
            self._arreter()

    def pdf(self, docx: bytes) -> bytes:
        """PDF/A-2b of a Word file; two conversions of one file differ in bytes.

        Raises ErreurConversion.
        """
        _verifier_word(docx)
        with self._verrou:
            try:
                return self._tenter(docx)
            except _Panne:
                self._arreter()
            try:
                return self._tenter(docx)
            except _Panne as error:
                self._arreter()
                raise ErreurConversion(
                    f"LibreOffice n'a pas pu convertir ce document, même après redémarrage ({error}). "
                    f"Ouvrir le fichier Word pour vérifier qu'il est sain, vérifier la mémoire et le disque "
                    f"({self._dossier}), puis relancer l'étape."
                ) from error

    def _tenter(self, docx: bytes) -> bytes:
        if self._serveur is None or self._serveur.pid != os.getpid():
            try:
                self._serveur = _Serveur(self._dossier)
            except OSError as error:
                raise _Panne(f"LibreOffice ne démarre pas : {error}") from error
            atexit.register(self._serveur.arreter)
        return self._serveur.convertir(docx, self._delai)

    def _arreter(self) -> None:
        if self._serveur is not None:
            atexit.unregister(self._serveur.arreter)
            self._serveur.arreter()
            self._serveur = None


class _Serveur:
    """One unoserver and its LibreOffice, alive from the constructor to `arreter`."""

    def __init__(self, dossier: Path) -> None:
        commande, environ = _commande()
        self.pid = os.getpid()
        self._profil, self._garde = _profil_neuf(dossier)
        ports = _ports_libres()
        self._adresse = f"http://127.0.0.1:{ports[0]}"
        with (self._profil / "unoserver.log").open("wb") as journal:
            self._processus = subprocess.Popen(
                ["/bin/sh", "-c", _GARDIEN, "gardien", *commande, *_options(self._profil, ports)],
                stdin=subprocess.PIPE,
                stdout=journal,
                stderr=subprocess.STDOUT,
                env=environ | {"TMPDIR": str(self._profil)},
                start_new_session=True,
            )
        try:
            self._attendre()
        except _Panne:
            self.arreter()
            raise

    def convertir(self, docx: bytes, delai: float) -> bytes:
        entree, sortie = self._profil / "lettre.docx", self._profil / "lettre.pdf"
        try:
            entree.write_bytes(docx)
            sortie.unlink(missing_ok=True)
            self._appeler(
                delai, "convert", str(entree), None, str(sortie), None, _SORTIE, list(_OPTIONS), True, _ENTREE
            )
            return _pdf_sain(sortie.read_bytes())
        except OSError as error:
            raise _Panne(f"le serveur de conversion ne répond plus : {error}") from error

    def arreter(self) -> None:
        """Kill the whole group and remove the profile; does nothing in a forked child."""
        if self.pid != os.getpid():
            return
        with suppress(ProcessLookupError):
            os.killpg(self._processus.pid, signal.SIGKILL)
        if self._processus.stdin is not None:
            self._processus.stdin.close()
        self._processus.wait()
        shutil.rmtree(self._profil, ignore_errors=True)
        with suppress(OSError):
            os.close(self._garde)

    def _attendre(self) -> None:
        fin = time.monotonic() + _DEMARRAGE
        while time.monotonic() < fin:
            if self._processus.poll() is not None:
                raise _Panne(f"LibreOffice s'arrête au démarrage{self._dernier_message()}")
            with suppress(OSError):
                self._appeler(_DEMARRAGE, "info")
                return
            time.sleep(0.1)  # noqa: TID251  supervision of a real process, not legal time
        raise _Panne(f"LibreOffice n'a pas démarré en {_DEMARRAGE:.0f} secondes{self._dernier_message()}")

    def _appeler(self, delai: float, methode: str, *arguments: object) -> None:
        try:
            with xmlrpc.client.ServerProxy(self._adresse, _Transport(delai), allow_none=True) as serveur:
                getattr(serveur, methode)(*arguments)
        except (xmlrpc.client.Error, HTTPException) as error:
            raise _Panne(str(error)) from error

    def _dernier_message(self) -> str:
        lignes = (self._profil / "unoserver.log").read_text(errors="replace").split("\n")
        dernier = next((ligne for ligne in reversed(lignes) if ligne.strip()), "")
        return f" ; dernier message : {dernier}" if dernier else ""


class _Transport(xmlrpc.client.Transport):
    def __init__(self, delai: float) -> None:
        super().__init__()
        self._delai = delai

    def make_connection(self, host: tuple[str, dict[str, str]] | str) -> HTTPConnection:
        connexion = super().make_connection(host)
        connexion.timeout = self._delai
        return connexion


def _verifier_word(docx: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            archive.getinfo("word/document.xml")
    except (zipfile.BadZipFile, KeyError) as error:
        raise ErreurConversion(
            "Ce fichier n'est pas un document Word (.docx) ; l'ouvrir dans Word et l'enregistrer en .docx."
        ) from error


def _pdf_sain(contenu: bytes) -> bytes:
    try:
        if contenu.startswith(b"%PDF") and len(PdfReader(io.BytesIO(contenu)).pages) > 0:
            return contenu
    except (PyPdfError, ValueError, KeyError) as error:
        raise _Panne("le PDF produit est illisible") from error
    raise _Panne("le PDF produit est vide")


def _commande() -> tuple[list[str], dict[str, str]]:
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


def _python_uno(environ: dict[str, str]) -> str:
    """The first interpreter that can `import uno`: pyuno is built for the system's Python only."""
    for python in filter(None, map(shutil.which, _PYTHONS)):
        essai = subprocess.run([python, "-c", "import uno"], check=False, env=environ, capture_output=True)
        if essai.returncode == 0:
            return python
    raise ErreurConversion(f"Aucun Python de ce système ne sait charger « uno ». {_INSTALLER}")


def _options(profil: Path, ports: tuple[int, int]) -> list[str]:
    reseau = ["--interface", "127.0.0.1", "--port", str(ports[0])]
    reseau += ["--uno-interface", "127.0.0.1", "--uno-port", str(ports[1])]
    return [*reseau, "--user-installation", str(profil), "--quiet"]


def _ports_libres() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as un, socket.create_server(("127.0.0.1", 0)) as deux:
        return un.getsockname()[1], deux.getsockname()[1]


def _profil_neuf(dossier: Path) -> tuple[Path, int]:
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
