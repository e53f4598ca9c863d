"""Opens a scan, PDF or image, far from us: what comes by post or by e-mail may be made to harm.

The file is read by a child process that has little memory, little time and none of our secrets. Only the
text that a PDF already holds is read: no character is recognised in an image (no OCR).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

from dossier.core.errors import DonneeInvalide
from dossier.core.ports import Scan

MEMOIRE = 1_000_000_000
"""Bytes of address space of the child: an A3 page in colour at 600 dpi fits."""
DUREE_S = 60
"""Seconds of its processor, and twice as many in all."""
PIEGE = (
    "Le fichier demande trop de mémoire ou de temps pour être ouvert (il est trop grand, endommagé ou piégé) : "
    "numérisez-le de nouveau, ou imprimez-le en PDF."
)


class LecteurIsole:
    """Implements ports.LecteurDeScan. `memoire` in bytes, `duree` in seconds."""

    def __init__(self, memoire: int = MEMOIRE, duree: int = DUREE_S) -> None:
        self._limites = (str(memoire), str(duree))
        self._patience = 2 * duree

    def lire(self, contenu: bytes) -> Scan:
        """The PDF as it came, or a PDF of the image, and the text of its first pages.

        PDF, PNG, JPEG or TIFF, told by its bytes. Raises DonneeInvalide when it cannot be opened.
        """
        try:
            enfant = subprocess.run(
                [sys.executable, "-P", "-B", "-m", "dossier.adapters.ouverture_scan", *self._limites],
                input=contenu,
                capture_output=True,
                timeout=self._patience,
                check=False,
                # Nothing of our environment: it holds the keys of the store and of the post.
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        except subprocess.TimeoutExpired as error:
            raise DonneeInvalide(PIEGE) from error
        entete, separateur, pdf = enfant.stdout.partition(b"\n")
        if enfant.returncode or not separateur:
            raise DonneeInvalide(PIEGE)
        lu = json.loads(entete)
        if "refus" in lu:
            raise DonneeInvalide(lu["refus"])
        return Scan(pdf or contenu, lu["texte"])
