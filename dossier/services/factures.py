"""The number of an invoice as a person types it."""

from __future__ import annotations

import re
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
    """The number of the invoice meant, whatever its capitals, spaces and dashes.

    Raises DonneeInvalide, with the nearest numbers that are followed, when no invoice has it.
    """
    if not texte.strip():
        raise DonneeInvalide("Indiquez le numéro de la facture, par exemple FA-2026-0042.")
    if outils.journal.dernier(identifiant(texte)):
        return lire_etat(outils, identifiant(texte)).facture.numero
    suivies = [ouverture.creance for ouverture in outils.journal.creances()]
    memes = [creance for creance in suivies if _nu(texte) in {_nu(creance), _nu(_EMPREINTE.sub("", creance))}]
    if len(memes) == 1:
        return lire_etat(outils, memes[0]).facture.numero
    proches = memes[:PROCHES] or get_close_matches(identifiant(texte), suivies, n=PROCHES, cutoff=0.7)
    dites = ", ".join(lire_etat(outils, creance).facture.numero for creance in proches)
    peut_etre = f" Vouliez-vous dire : {dites} ?" if dites else ""
    raise DonneeInvalide(
        f"Aucune facture suivie ne porte le numéro « {texte.strip()[:80]} ».{peut_etre} Les factures suivies se "
        "lisent dans la liste des suivis, ou par `dossier creances`."
    )


def _nu(texte: str) -> str:
    """Its letters and digits alone."""
    return "".join(filter(str.isalnum, texte.upper()))
