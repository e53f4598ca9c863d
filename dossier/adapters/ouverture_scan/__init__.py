"""Opens a scan in the process that calls it: `lecture_scan` runs this package as a child of its own."""

from __future__ import annotations

from dossier.adapters.ouverture_scan.images import en_pdf
from dossier.adapters.ouverture_scan.textes import texte_du_pdf
from dossier.core.errors import DonneeInvalide

IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
"""First bytes of PNG, JPEG, TIFF (little and big endian)."""
ENTETE = 1024
"""Bytes in which a PDF says that it is one (Adobe's reader accepts no more before its header)."""


def ouvrir(contenu: bytes) -> tuple[bytes, str]:
    """The PDF to keep, empty when it is `contenu` itself, and its text. Raises DonneeInvalide."""
    if contenu.startswith(IMAGES):
        return en_pdf(contenu), ""
    if b"%PDF-" in contenu[:ENTETE]:
        return b"", texte_du_pdf(contenu)
    if not contenu:
        raise DonneeInvalide("Le fichier est vide : numérisez-le de nouveau.")
    raise DonneeInvalide(
        "Ce n'est ni un PDF, ni une image PNG, JPEG ou TIFF : enregistrez-le dans l'un de ces formats."
    )
