"""The creditor's colour in place of the one that the templates are drawn with."""

from __future__ import annotations

import io
import re
import zipfile

from dossier.core.errors import ConfigurationInvalide

ACCENT, TEINTE = "1F3A5F", "EEF2F7"
"""What a template writes for the accent colour, and for the pale ground of a table's head."""
_PART_D_ACCENT = 0.07
_HEXA = re.compile(r"[0-9A-Fa-f]{6}")


def couleurs(couleur: str | None) -> dict[str, str]:
    """What replaces each colour of the templates; nothing without a colour. Raises ConfigurationInvalide."""
    if couleur is None:
        return {}
    if not _HEXA.fullmatch(couleur):
        raise ConfigurationInvalide(
            f"« {couleur} » n'est pas une couleur : écrire six chiffres hexadécimaux, comme 1F3864 "
            "(config/creancier.yaml, couleur)."
        )
    composantes = [int(couleur[rang : rang + 2], 16) for rang in (0, 2, 4)]
    pales = [round(255 - (255 - c) * _PART_D_ACCENT) for c in composantes]
    return {ACCENT: couleur.upper(), TEINTE: "".join(f"{c:02X}" for c in pales)}


def recolorer(contenu: bytes, remplacements: dict[str, str]) -> bytes:
    """The same Word file in these colours: attributes of the XML only, never words."""
    if not remplacements:
        return contenu
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(contenu)) as source, zipfile.ZipFile(sortie, "w") as cible:
        for info in source.infolist():
            octets = source.read(info)
            if info.filename.startswith("word/") and info.filename.endswith(".xml"):
                octets = _BALISE.sub(lambda balise: _repeindre(balise[0], remplacements), octets)
            cible.writestr(info.filename, octets)
    return sortie.getvalue()


_BALISE = re.compile(rb"<[^>]*>")


def _repeindre(balise: bytes, remplacements: dict[str, str]) -> bytes:
    for ancienne, nouvelle in remplacements.items():
        balise = re.sub(
            rb'(="#?)' + ancienne.encode() + b'"',
            rb"\g<1>" + nouvelle.encode() + b'"',
            balise,
            flags=re.IGNORECASE,
        )
    return balise
