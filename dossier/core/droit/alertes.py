"""How long before the end of a limitation period a person is warned."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from dossier.core.dates import decaler_mois
from dossier.core.droit.parametres import Niveau, Verifie
from dossier.core.modele import Modele


class Gravite(StrEnum):
    ATTENTION = "attention"
    URGENT = "urgent"
    CRITIQUE = "critique"
    DEPASSEE = "depassee"
    """The last day is over; never a threshold."""


class Seuil(Modele):
    """From so many calendar months before the last day, so grave a warning."""

    mois: int = Field(gt=0)
    gravite: Gravite


class SeuilsAlerte(Verifie):
    """The thresholds, in `config/droit/prescription_alertes.yaml`.

    No text sets them: they hold beyond `verifie_jusqu_au`, so that a warning is never silenced by a date.
    """

    niveau: Niveau
    source: str = Field(min_length=1)
    seuils: tuple[Seuil, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _du_plus_lointain_au_plus_proche(self) -> SeuilsAlerte:
        mois = [seuil.mois for seuil in self.seuils]
        if mois != sorted(set(mois), reverse=True):
            raise ValueError("les seuils s'écrivent du plus lointain au plus proche, chacun une seule fois")
        if any(seuil.gravite is Gravite.DEPASSEE for seuil in self.seuils):
            raise ValueError("« depassee » se constate après le dernier jour : ce n'est pas un seuil")
        return self

    def atteint(self, limite: date, jour: date) -> Seuil | None:
        """The nearest threshold that `jour` has reached before `limite`; None when it is still far."""
        atteints = (s for s in reversed(self.seuils) if jour >= mois_avant(limite, s.mois))
        return next(atteints, None)


def mois_avant(jour: date, mois: int) -> date:
    """The same day `mois` calendar months earlier, or the last day of a shorter month."""
    return decaler_mois(jour, -mois)
