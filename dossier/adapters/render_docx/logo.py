"""The creditor's logo: read once, set in a paragraph with its alternative text."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any, NamedTuple

from docx.shared import Mm
from lxml import etree
from PIL import Image, UnidentifiedImageError

from dossier.core.errors import ConfigurationInvalide

LARGEUR_MAX, HAUTEUR_MAX = Mm(40), Mm(18)
TAILLE_MAX = 5 * 1024 * 1024
_DESCRIPTION = "description-du-logo"


class Logo(NamedTuple):
    """An image that was read whole, and the size it takes on paper."""

    octets: bytes
    largeur: int
    hauteur: int

    def dans(self, part: Any, description: str) -> ImageEnLigne:
        """This logo as the value of a variable of that part of a document."""
        return ImageEnLigne(self, part, description)


class ImageEnLigne(NamedTuple):
    """What `{{ creancier.logo }}` is worth."""

    logo: Logo
    part: Any
    description: str
    """The alternative text, already escaped for an attribute."""

    def __html__(self) -> str:
        """The image between two halves of the run that held the tag.

        Without distances of its own, LibreOffice pushes it 3.2 mm to the right of the text below.
        """
        ligne = self.part.new_pic_inline(io.BytesIO(self.logo.octets), self.logo.largeur, self.logo.hauteur)
        ligne.docPr.set("descr", _DESCRIPTION)
        ligne.docPr.set("name", "Logo")
        for bord in ("distT", "distB", "distL", "distR"):
            ligne.set(bord, "0")
        xml = etree.tostring(ligne, encoding="unicode").replace(_DESCRIPTION, self.description)
        return f'</w:t></w:r><w:r><w:drawing>{xml}</w:drawing></w:r><w:r><w:t xml:space="preserve">'


def lire_logo(chemin: Path) -> Logo:
    """The PNG or JPEG of that file, at its size on paper. Raises ConfigurationInvalide."""
    try:
        octets = chemin.read_bytes()
    except OSError as error:
        raise ConfigurationInvalide(
            f"{chemin} : le logo de config/creancier.yaml est introuvable ou illisible ; corriger « logo » "
            "ou le laisser vide."
        ) from error
    if len(octets) > TAILLE_MAX:
        raise ConfigurationInvalide(f"{chemin} : le logo dépasse 5 Mo ; en donner une version plus petite.")
    try:
        with Image.open(io.BytesIO(octets), formats=("PNG", "JPEG")) as image:
            image.load()
            largeur, hauteur = image.size
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ConfigurationInvalide(
            f"{chemin} : le logo n'est pas une image PNG ou JPEG lisible ; l'enregistrer de nouveau dans "
            "l'un de ces formats."
        ) from error
    echelle = min(LARGEUR_MAX / largeur, HAUTEUR_MAX / hauteur)
    return Logo(octets, round(largeur * echelle), round(hauteur * echelle))
