"""The child process that opens PDFs, seen from ours: kept warm, watched, replaced when it dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from contextlib import suppress
from typing import Any

from dossier.adapters.bundle_pdf.refus import piege

REPOS_S = 60
"""Seconds without an order after which a child ends by itself."""


class Enfant:
    """One child at a time, for all threads. `memoire`: bytes of address space that it never passes."""

    def __init__(self, memoire: int, repos: int = REPOS_S) -> None:
        self._arguments = (str(memoire), str(repos))
        self._verrou = threading.Lock()
        self._processus: subprocess.Popen[bytes] | None = None
        self._fin: weakref.finalize[[subprocess.Popen[bytes]], Enfant] | None = None

    def demander(self, ordre: dict[str, Any], duree: int) -> dict[str, Any]:
        """Its answer to that order. `duree`: seconds of processor, and twice as many in all.

        Raises Refus when a child that had done nothing else died or was stopped: what it opened asked for
        too much.
        """
        ligne = json.dumps({**ordre, "duree": duree}).encode() + b"\n"
        with self._verrou:
            deja_servi = self._vivant()
            while not (reponse := _echanger(self._pret(), ligne, 2 * duree)):
                self._achever()
                if not deja_servi:
                    raise piege()
                # Perhaps it had ended by itself, or what it opened before weighed on it: once more, alone.
                deja_servi = False
        lue: dict[str, Any] = json.loads(reponse)
        return lue

    def _vivant(self) -> bool:
        if self._processus is not None and self._processus.poll() is not None:
            self._achever()
        return self._processus is not None

    def _pret(self) -> subprocess.Popen[bytes]:
        if self._processus is None:
            self._processus = subprocess.Popen(
                [sys.executable, "-P", "-B", "-m", "dossier.adapters.bundle_pdf", *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                # Nothing of our environment: it holds the keys of the store and of the post.
                env={
                    "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
                    "PATH": os.environ.get("PATH", os.defpath),
                },
            )
            self._fin = weakref.finalize(self, _tuer, self._processus)
        return self._processus

    def _achever(self) -> None:
        """Until it and all that it started are gone."""
        if self._fin is not None:
            self._fin()
        self._processus = None


def _echanger(processus: subprocess.Popen[bytes], ligne: bytes, patience: float) -> bytes:
    """Its line of answer; empty when it died, or was killed after `patience` seconds."""
    assert processus.stdin is not None
    assert processus.stdout is not None
    minuterie = threading.Timer(patience, _signaler, (processus,))
    minuterie.start()
    try:
        processus.stdin.write(ligne)
        processus.stdin.flush()
        return processus.stdout.readline()
    except OSError:
        return b""
    finally:
        minuterie.cancel()
        minuterie.join()


def _signaler(processus: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(processus.pid, signal.SIGKILL)


def _tuer(processus: subprocess.Popen[bytes]) -> None:
    _signaler(processus)
    processus.wait()
    for flux in (processus.stdin, processus.stdout):
        if flux is not None:
            with suppress(OSError):
                flux.close()
