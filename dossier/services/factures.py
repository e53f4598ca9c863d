"""The number of an invoice as a person types it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches

from dossier.core.creance import identifiant
from dossier.core.errors import DonneeInvalide
from dossier.services.creances import lire_etat
from dossier.services.outils import Outils

PROCHES = 3
"""How many numbers are suggested when none is the one typed."""
_EMPREINTE = re.compile(r"-[0-9a-f]{6}$")
"""What `identifiant` adds to a number that holds more than letters, digits and dashes."""


def numero_suivi(outils: Outils, texte: str) -> str:
    """The number of the invoice meant, whatever its capitals, spaces, dashes and leading zeros.

    Raises DonneeInvalide, with the nearest numbers that are followed, when no invoice has it.
    """
    if not texte.strip():
        raise DonneeInvalide("Indiquez le numéro de la facture, par exemple FA-2026-0042.")
    if outils.journal.dernier(identifiant(texte)):
        return lire_etat(outils, identifiant(texte)).facture.numero
    suivies = [ouverture.creance for ouverture in outils.journal.creances()]
    memes = _memes(texte, suivies, _nu) or _memes(texte, suivies, _mots)
    if len(memes) == 1:
        return lire_etat(outils, memes[0]).facture.numero
    proches = memes[:PROCHES] or get_close_matches(identifiant(texte), suivies, n=PROCHES, cutoff=0.7)
    dites = ", ".join(lire_etat(outils, creance).facture.numero for creance in proches)
    peut_etre = f" Vouliez-vous dire : {dites} ?" if dites else ""
    raise DonneeInvalide(
        f"Aucune facture suivie ne porte le numéro « {texte.strip()[:80]} ».{peut_etre} Les factures suivies se "
        "lisent dans la liste des suivis, ou par `dossier creances`."
    )


def _memes(texte: str, suivies: Sequence[str], lire: Callable[[str], object]) -> list[str]:
    return [c for c in suivies if lire(texte) in {lire(c), lire(_EMPREINTE.sub("", c))}]


def _nu(texte: str) -> str:
    """Its letters and digits alone."""
    return "".join(filter(str.isalnum, texte.upper()))


def _mots(texte: str) -> tuple[str, ...]:
    """Its words and its numbers, without the zeros that begin them: FA, 2026, 42."""
    return tuple(mot.lstrip("0") or "0" for mot in re.findall(r"[^\W\d_]+|\d+", texte.upper()))
