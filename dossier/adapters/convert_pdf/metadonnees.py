"""The metadata that LibreOffice writes in a PDF, put right."""

from __future__ import annotations

import re

_DEBUT, _FIN = b"<?xpacket begin=", b"<?xpacket end="
_DOUBLE = re.compile(rb"&amp;(amp|lt|gt|quot|apos);")


def echapper_une_fois(pdf: bytes) -> bytes:
    """The same PDF, its title and author escaped once: LibreOffice 7.4 writes `l&amp;apos;été`.

    Readers show that text in the title of their window. The packet keeps its length, so that every offset
    of the file stays right; it is the last one, those of images come before.
    """
    debut = pdf.rfind(_DEBUT)
    fin = pdf.find(_FIN, debut)
    if debut < 0 or fin < 0:
        return pdf
    paquet = _DOUBLE.sub(rb"&\1;", pdf[debut:fin])
    return pdf[:debut] + paquet.ljust(fin - debut) + pdf[fin:]
