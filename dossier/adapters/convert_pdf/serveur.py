"""One unoserver and its LibreOffice, which end with this process whatever happens to it.

They run in a process group below a small shell guardian. The guardian reads a pipe that this process holds:
when this process dies, even by SIGKILL, the pipe closes and the whole group is killed.
(PR_SET_PDEATHSIG would fire when the *thread* that started the server ends.)
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import time
import xmlrpc.client
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from dossier.adapters.convert_pdf.installation import commande, options, ports_libres
from dossier.adapters.convert_pdf.metadonnees import echapper_une_fois
from dossier.adapters.convert_pdf.profil import profil_neuf

_DEMARRAGE = 90.0
"""Seconds granted to LibreOffice to start: about 6 on an idle machine."""
_ENTREE = "MS Word 2007 XML"
_SORTIE = "writer_pdf_Export"
_OPTIONS = (
    "SelectPdfVersion=2",
    "UseTaggedPDF=true",
    "DisplayPDFDocumentTitle=true",
    "ExportNotes=false",
    "ExportFormFields=false",
)
_GARDIEN = '( "$@"; kill -KILL 0 ) </dev/null & read -r _; kill -KILL 0'
_RANG_GROUPE, _RANG_RESIDENT = 2, 21
"""Fields of /proc/PID/stat after the command's name: proc(5), pgrp and rss."""


class Panne(Exception):
    """The server is dead, hung, or failed on this letter: worth one restart."""


class Serveur:
    """Alive from the constructor to `arreter`. `conversions`: letters done so far."""

    def __init__(self, dossier: Path) -> None:
        programme, environ = commande()
        self.pid = os.getpid()
        self.conversions = 0
        self._profil, self._garde = profil_neuf(dossier)
        ports = ports_libres()
        self._adresse = f"http://127.0.0.1:{ports[0]}"
        with (self._profil / "unoserver.log").open("wb") as journal:
            self._processus = subprocess.Popen(
                ["/bin/sh", "-c", _GARDIEN, "gardien", *programme, *options(self._profil, ports)],
                stdin=subprocess.PIPE,
                stdout=journal,
                stderr=subprocess.STDOUT,
                env=environ | {"TMPDIR": str(self._profil)},
                start_new_session=True,
            )
        try:
            self._attendre()
        except Panne:
            self.arreter()
            raise

    def convertir(self, docx: bytes, delai: float) -> bytes:
        """Raises Panne, also when the letter takes more than `delai` seconds."""
        entree, sortie = self._profil / "lettre.docx", self._profil / "lettre.pdf"
        try:
            entree.write_bytes(docx)
            sortie.unlink(missing_ok=True)
            self._appeler(
                delai, "convert", str(entree), None, str(sortie), None, _SORTIE, list(_OPTIONS), True, _ENTREE
            )
            pdf = _pdf_sain(echapper_une_fois(sortie.read_bytes()))
        except TimeoutError as error:
            raise Panne(f"la conversion dépasse {delai:g} secondes") from error
        except OSError as error:
            raise Panne(f"le serveur de conversion ne répond plus : {error}") from error
        self.conversions += 1
        return pdf

    def vivant(self) -> bool:
        return self._processus.poll() is None

    def memoire(self) -> int:
        """Resident MiB of LibreOffice and its server; 0 on a system without /proc."""
        pages = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                champs = stat.read_bytes().rpartition(b")")[2].split()
                if int(champs[_RANG_GROUPE]) == self._processus.pid:
                    pages += int(champs[_RANG_RESIDENT])
        return pages * os.sysconf("SC_PAGE_SIZE") // 2**20

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
        while (reste := fin - time.monotonic()) > 0:
            if not self.vivant():
                raise Panne(f"LibreOffice s'arrête au démarrage{self._dernier_message()}")
            with suppress(OSError):
                self._appeler(reste, "info")
                return
            time.sleep(0.1)  # noqa: TID251  supervision of a real process, not legal time
        raise Panne(f"LibreOffice n'a pas démarré en {_DEMARRAGE:.0f} secondes{self._dernier_message()}")

    def _appeler(self, delai: float, methode: str, *arguments: object) -> None:
        try:
            with xmlrpc.client.ServerProxy(self._adresse, _Transport(delai), allow_none=True) as serveur:
                getattr(serveur, methode)(*arguments)
        except (xmlrpc.client.Error, HTTPException) as error:
            raise Panne("LibreOffice s'est arrêté ou n'a pas su lire le document") from error

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


def _pdf_sain(contenu: bytes) -> bytes:
    try:
        if contenu.startswith(b"%PDF") and len(PdfReader(io.BytesIO(contenu)).pages) > 0:
            return contenu
    except (PyPdfError, ValueError, KeyError) as error:
        raise Panne("le PDF produit est illisible") from error
    raise Panne("le PDF produit est vide")
