"""The child process: bytes on standard input; a line of JSON, then a PDF, on standard output.

The line is `{"texte": …}`, or `{"refus": …}`, a French sentence. No PDF follows when the input is one.
Arguments: bytes of memory and seconds of processor that it may take.
"""

from __future__ import annotations

import json
import resource
import sys

from dossier.adapters.ouverture_scan import ouvrir
from dossier.core.errors import DonneeInvalide

memoire, duree = map(int, sys.argv[1:])
for limite, valeur in (
    (resource.RLIMIT_AS, memoire),
    (resource.RLIMIT_CPU, duree),
    (resource.RLIMIT_FSIZE, 0),
    (resource.RLIMIT_CORE, 0),
):
    resource.setrlimit(limite, (valeur, valeur))
try:
    pdf, texte = ouvrir(sys.stdin.buffer.read())
    reponse = {"texte": texte}
except DonneeInvalide as refus:
    pdf, reponse = b"", {"refus": str(refus)}
sys.stdout.buffer.write(json.dumps(reponse).encode() + b"\n" + pdf)
