"""The child process: an order per line of JSON on standard input, an answer per line on standard output.

Arguments: bytes of memory that it may ever take, and seconds without an order after which it ends. An order
names its folder, its limits and what to do (`gestes`). It opens what others made: no secret is in its reach.
"""

from __future__ import annotations

import json
import logging
import math
import resource
import select
import sys
import time
from pathlib import Path
from typing import Any

from dossier.adapters.bundle_pdf import gestes

FICHIER_MAX = 1_000_000_000
"""Bytes of the largest file that it may write."""


def _servir(memoire: int, repos: int) -> None:
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    for limite, valeur in (
        (resource.RLIMIT_AS, memoire),
        (resource.RLIMIT_FSIZE, FICHIER_MAX),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limite, (valeur, valeur))
    while select.select([sys.stdin], [], [], repos)[0] and (ligne := sys.stdin.readline()):
        # Out of memory, it dies: what it would still have is in pieces.
        sys.stdout.write(json.dumps(_executer(json.loads(ligne), memoire)) + "\n")
        sys.stdout.flush()


def _executer(ordre: dict[str, Any], memoire: int) -> dict[str, Any]:
    fin = math.ceil(time.process_time()) + int(ordre["duree"])
    resource.setrlimit(resource.RLIMIT_CPU, (fin, resource.RLIM_INFINITY))
    resource.setrlimit(resource.RLIMIT_AS, (min(int(ordre["memoire"]), memoire), memoire))
    return gestes.executer(ordre, Path(ordre["dossier"]))


_servir(*map(int, sys.argv[1:]))
