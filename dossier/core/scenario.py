"""The configured steps and delays of a procedure, as read from `config/scenarios/*.yaml`."""

from __future__ import annotations

from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from dossier.core.droit.territoires import Territoire
from dossier.core.faits import Canal
from dossier.core.modele import Modele


class GenreEtape(StrEnum):
    PREVENANCE = "prevenance"
    RELANCE = "relance"
    APPEL = "appel"
    MISE_EN_DEMEURE = "mise_en_demeure"
    DOSSIER = "dossier"


class Delai(Modele):
    """`jours` calendar days after (before, when negative) a landmark."""

    jours: int = Field(ge=-60, le=365)
    depuis: str
    """`echeance`, `derniere_relance`, or the name of an earlier step."""


class Etape(Modele):
    """One step: when, by which channels, from which templates."""

    nom: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    libelle: str = Field(min_length=1)
    objet: str = ""
    """The subject line of its letters; the label when empty."""
    genre: GenreEtape
    delai: Delai | None = None
    """None for the dossier alone: it follows the end of the délai of the mise en demeure."""
    canaux: tuple[Canal, ...] = ()
    lettre: str | None = None
    """Word template of the letter, under `templates/`, without `.docx`."""
    courriel: str | None = None
    """Text template of the e-mail, under `templates/`, without `.txt`."""
    script: str | None = None
    """Text template of the telephone call."""
    approbation: bool = False
    delai_de_paiement: int | None = Field(default=None, ge=1, le=90)
    """Days given to the debtor; for a mise en demeure, counted from its reception."""
    mensualites: int = Field(default=0, ge=0, le=24)
    """Number of instalments offered in the letter."""

    @model_validator(mode="after")
    def _coherente(self) -> Self:
        if self.genre is GenreEtape.DOSSIER:
            return self
        if self.delai is None:
            raise ValueError(f"l'étape « {self.nom} » n'a pas de délai")
        if self.genre is GenreEtape.APPEL:
            if self.script is None:
                raise ValueError(f"l'étape « {self.nom} » est un appel : il lui faut un script")
            return self
        if not self.canaux:
            raise ValueError(f"l'étape « {self.nom} » n'a aucun canal (email, courrier ou lrar)")
        if Canal.EMAIL in self.canaux and self.courriel is None:
            raise ValueError(f"l'étape « {self.nom} » part par courriel : il lui faut un modèle « courriel »")
        if {Canal.COURRIER, Canal.LRAR} & set(self.canaux) and self.lettre is None:
            raise ValueError(f"l'étape « {self.nom} » part par la poste : il lui faut un modèle « lettre »")
        if self.genre is GenreEtape.MISE_EN_DEMEURE:
            self._mise_en_demeure()
        return self

    def _mise_en_demeure(self) -> None:
        if self.canaux != (Canal.LRAR,):
            raise ValueError("la mise en demeure part en lettre recommandée : canaux: [lrar]")
        if self.delai_de_paiement is None:
            raise ValueError("la mise en demeure doit donner un délai : delai_de_paiement")
        if not self.approbation:
            raise ValueError(
                "la mise en demeure ne part jamais sans l'accord d'une personne : approbation: true"
            )


class Scenario(Modele):
    """An ordered list of steps that ends with the dossier."""

    nom: str
    libelle: str
    tolerance_echeancier: int = Field(default=3, ge=0, le=30)
    """Days after a missed instalment before the procedure resumes."""
    attente_accuse: int = Field(default=25, ge=15, le=60)
    """Days after deposit without news before a person is asked."""
    etapes: tuple[Etape, ...] = Field(min_length=2)
    territoire: Territoire | None = Field(default=None, exclude=True)
    """Where the debtor lives, whose local holidays are waited for; set by `pour`, never in the file."""

    def pour(self, territoire: Territoire | None) -> Scenario:
        """This scenario as a debtor of that territory lives it."""
        return self.model_copy(update={"territoire": territoire})

    @model_validator(mode="after")
    def _ordre(self) -> Self:
        connus = {"echeance", "derniere_relance"}
        for etape in self.etapes:
            if etape.nom in connus:
                raise ValueError(f"deux étapes portent le nom « {etape.nom} »")
            if etape.delai and etape.delai.depuis not in connus:
                raise ValueError(
                    f"l'étape « {etape.nom} » compte depuis « {etape.delai.depuis} », "
                    "qui n'est ni un repère ni une étape qui la précède"
                )
            connus.add(etape.nom)
        genres = [etape.genre for etape in self.etapes]
        if genres.count(GenreEtape.MISE_EN_DEMEURE) != 1:
            raise ValueError("un scénario comporte une mise en demeure et une seule")
        if (
            genres[-2:] != [GenreEtape.MISE_EN_DEMEURE, GenreEtape.DOSSIER]
            or GenreEtape.DOSSIER in genres[:-1]
        ):
            raise ValueError("un scénario finit par la mise en demeure puis le dossier")
        return self

    @property
    def mise_en_demeure(self) -> Etape:
        return self.etapes[-2]

    def jusqu_a(self, nom: str) -> tuple[Etape, ...]:
        """The steps up to the one of that name, included."""
        return self.etapes[: self.etapes.index(self.etape(nom)) + 1]

    def etape(self, nom: str) -> Etape:
        """The step of that name. Raises KeyError."""
        return {etape.nom: etape for etape in self.etapes}[nom]
