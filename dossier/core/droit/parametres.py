"""One figure of the law: its text, its source, its values through time, the day until which it was checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field, field_validator, model_validator

from dossier.core.dates import en_lettres
from dossier.core.errors import ParametreNonCouvert
from dossier.core.modele import Modele
from dossier.core.montants import Exact


class Niveau(StrEnum):
    """How well a figure is proved."""

    PRIMAIRE = "primaire"
    """The text itself was read (LEGI, JORF, or a full copy of them)."""
    OFFICIEL_OU_PROFESSIONNEL = "officiel_ou_professionnel"
    """A page of a public body or of a legal publisher, whose address is given."""
    TRANSCRIPTION = "transcription"
    """A public transcription, not compared with the text."""
    NON_VERIFIE = "non_verifie"
    """A single or doubtful source: to be checked before use in court."""


class Unite(StrEnum):
    TAUX = "taux"
    """A ratio: "0.0215" is 2,15 %."""
    EUROS = "euros"
    MULTIPLE = "multiple"
    ANS = "ans"


class Valeur(Modele):
    """One figure and where it was read."""

    valeur: Exact
    source: str = Field(min_length=1)
    niveau: Niveau


class Verifie(Modele):
    """A part of the law as someone checked it, in `config/droit/<nom>.yaml`."""

    nom: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    libelle: str = Field(min_length=1)
    texte: str = Field(min_length=1)
    verifie_jusqu_au: date

    def exiger(self, jour: date) -> None:
        """Raises ParametreNonCouvert when that day comes after the last check."""
        if jour > self.verifie_jusqu_au:
            raise ParametreNonCouvert(
                f"{self.nomme(jour)} : vérifié seulement jusqu'au "
                f"{en_lettres(self.verifie_jusqu_au)}. Compléter config/droit/{self.nom}.yaml."
            )

    def nomme(self, jour: date) -> str:
        """The start of the sentence that says what is not known on that day."""
        return f"« {self.libelle} » ({self.nom}) n'est pas connu au {en_lettres(jour)}"


class Parametre(Verifie):
    """One figure of the law through time: each value holds from its date to the next one."""

    unite: Unite
    semestriel: bool = False
    """One value per calendar semester: a semester without its own value is an error."""
    valeurs: dict[date, Valeur] = Field(min_length=1)

    @field_validator("valeurs")
    @classmethod
    def _dans_l_ordre(cls, valeurs: dict[date, Valeur]) -> dict[date, Valeur]:
        return dict(sorted(valeurs.items()))

    @model_validator(mode="after")
    def _coherent(self) -> Parametre:
        debuts = list(self.valeurs)
        if debuts[-1] > self.verifie_jusqu_au:
            raise ValueError("une valeur commence après la date « verifie_jusqu_au »")
        for debut, entree in self.valeurs.items():
            _plausible(self.unite, debut, entree.valeur)
        if self.semestriel and debuts != list(_semestres(debuts[0], self.verifie_jusqu_au)):
            raise ValueError(
                "une valeur est attendue au 1er janvier et au 1er juillet de chaque année, sans lacune, "
                "jusqu'à la date « verifie_jusqu_au »"
            )
        return self

    def au(self, jour: date) -> Valeur:
        """The value in force on that day.

        Raises ParametreNonCouvert before the first value and after `verifie_jusqu_au`.
        """
        self.exiger(jour)
        for debut in reversed(self.valeurs):
            if debut <= jour:
                return self.valeurs[debut]
        raise ParametreNonCouvert(
            f"{self.nomme(jour)} : la première valeur connue commence le "
            f"{en_lettres(next(iter(self.valeurs)))}. Compléter config/droit/{self.nom}.yaml."
        )

    def nomme(self, jour: date) -> str:
        semestre = f" ({nom_du_semestre(jour)})" if self.semestriel else ""
        return super().nomme(jour) + semestre


def _plausible(unite: Unite, debut: date, valeur: Decimal) -> None:
    if unite is Unite.TAUX and not 0 <= valeur < 1:
        raise ValueError(f'{debut} : un taux s\'écrit en ratio, "0.0215" pour 2,15 % ; lu {valeur}')
    if unite is not Unite.TAUX and valeur <= 0:
        raise ValueError(f"{debut} : une valeur positive est attendue ; lu {valeur}")
    if unite is Unite.ANS and valeur != valeur.to_integral_value():
        raise ValueError(f"{debut} : un nombre entier d'années est attendu ; lu {valeur}")


JUIN = 6


def premier_jour_du_semestre(jour: date) -> date:
    """1 January or 1 July: the day whose rate governs the calendar semester of `jour`."""
    return date(jour.year, 1 if jour.month <= JUIN else 7, 1)


def semestre_suivant(jour: date) -> date:
    """The first day of the calendar semester after that of `jour`."""
    return date(jour.year, 7, 1) if jour.month <= JUIN else date(jour.year + 1, 1, 1)


def nom_du_semestre(jour: date) -> str:
    """`2026-08-01` as `2e semestre 2026`."""
    return f"{'1er' if jour.month <= JUIN else '2e'} semestre {jour.year}"


def _semestres(du: date, au: date) -> list[date]:
    debuts, debut = [], premier_jour_du_semestre(du)
    while debut <= au:
        debuts.append(debut)
        debut = semestre_suivant(debut)
    return debuts
