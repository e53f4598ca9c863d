"""What replaying the faits of a creance gives: where it stands."""

from __future__ import annotations

from dossier.core.etat.modele import Envoi, Etat
from dossier.core.etat.rejeu import ISSUES, QUESTION_ADRESSE, poursuivre, rejouer

__all__ = [
    "ISSUES",
    "QUESTION_ADRESSE",
    "Envoi",
    "Etat",
    "poursuivre",
    "rejouer",
]
