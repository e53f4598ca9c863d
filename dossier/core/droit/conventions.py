"""The readings chosen where the texts are silent, each with its reason; the statement of sums prints the choices."""

from __future__ import annotations

import calendar
from datetime import date
from typing import Literal

from pydantic import Field, field_validator

from dossier.core.droit.parametres import Niveau, Verifie
from dossier.core.modele import Modele

Poste = Literal["penalites", "indemnite", "principal"]
POSTES: tuple[Poste, ...] = ("penalites", "indemnite", "principal")
JOURS_PAR_AN = 365
JOURS_PAR_AN_BISSEXTILE = 366


class BaseAnnuelle(Modele):
    """What a yearly rate is divided by: no text says it."""

    choix: Literal["365", "jours_reels"]
    motif: str = Field(min_length=1)
    source: str = Field(min_length=1)
    niveau: Niveau


class OrdreImputation(Modele):
    """What a payment pays first: Code civil, art. 1343-1 is silent on the indemnity."""

    choix: tuple[Poste, ...]
    motif: str = Field(min_length=1)
    source: str = Field(min_length=1)
    niveau: Niveau

    @field_validator("choix")
    @classmethod
    def _complet(cls, choix: tuple[Poste, ...]) -> tuple[Poste, ...]:
        if sorted(choix) != sorted(POSTES):
            raise ValueError(
                "l'ordre d'imputation nomme une fois chacun « penalites », « indemnite » et « principal »"
            )
        return choix

    @property
    def deroge(self) -> bool:
        """Whether the principal comes before the interest, unlike Code civil, art. 1343-1."""
        return self.choix.index("principal") < self.choix.index("penalites")


class EffetAvoir(Modele):
    """From when a credit note lowers the principal."""

    choix: Literal["origine", "date"]
    """`origine`: the credited part was never due. `date`: it was due until the end of the note's day."""
    motif: str = Field(min_length=1)
    source: str = Field(min_length=1)
    niveau: Niveau


class Conventions(Verifie):
    """The choices of a statement of sums that no text makes: config/droit/conventions.yaml."""

    base_annuelle: BaseAnnuelle
    imputation: OrdreImputation
    effet_avoir: EffetAvoir

    def diviseur(self, jour: date) -> int:
        """The number of days by which a yearly rate is divided for interest on that day.

        No text. Raises ParametreNonCouvert.
        """
        self.exiger(jour)
        bissextile = self.base_annuelle.choix == "jours_reels" and calendar.isleap(jour.year)
        return JOURS_PAR_AN_BISSEXTILE if bissextile else JOURS_PAR_AN
