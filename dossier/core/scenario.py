"""The configured steps and delays of a procedure, as read from `config/scenarios/*.yaml`."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from dossier.core.creance import Genre
from dossier.core.droit.territoires import Territoire
from dossier.core.faits import Canal
from dossier.core.langues import Code
from dossier.core.modele import Modele
from dossier.core.montants import Montant


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


class Condition(Modele):
    """For which debtors a variant is: all that is said must hold."""

    genre: Genre | None = None
    retard: int | None = Field(default=None, ge=1)
    """At least so many days after the échéance."""
    montant: Montant | None = Field(default=None, gt=0)
    """At least so many euros still due on the invoice."""

    def remplie(self, genre: Genre, retard: int, montant: Decimal) -> bool:
        return (
            self.genre in {None, genre}
            and (self.retard is None or retard >= self.retard)
            and (self.montant is None or montant >= self.montant)
        )


class Variante(Modele):
    """Other words of a step for some debtors; what is not named stays as the step says."""

    si: Condition
    lettre: str | None = None
    courriel: str | None = None
    objet: str | None = None
    mensualites: int | None = Field(default=None, ge=0, le=24)
    """0 takes back the offer of instalments."""
    tardive: bool | None = None


class Etape(Modele):
    """One step: when, by which channels, from which templates."""

    nom: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    libelle: str = Field(min_length=1)
    objet: str = ""
    """The subject line of its letters; the label when empty."""
    libelle_lettre: str = ""
    """How later letters name it; what the journal says when empty."""
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
    tardive: bool = False
    """Whether its letters take the tone of a long delay, and no longer suppose an oversight."""
    variantes: tuple[Variante, ...] = ()
    """The first whose condition holds replaces the words that it names."""

    def adaptee(self, genre: Genre, retard: int, montant: Decimal) -> Etape:
        """This step with the words for such a debtor: `retard` in days, `montant` in euros still due."""
        for variante in self.variantes:
            if variante.si.remplie(genre, retard, montant):
                mots = variante.model_dump(exclude={"si"}, exclude_none=True)
                return self.model_copy(update=mots)
        return self

    @property
    def modeles(self) -> tuple[tuple[str, str], ...]:
        """Every template that the step may use, with its extension."""
        tous = [
            (self.lettre, "docx"),
            (self.courriel, "txt"),
            (self.script, "txt"),
            *((variante.lettre, "docx") for variante in self.variantes),
            *((variante.courriel, "txt") for variante in self.variantes),
        ]
        return tuple(dict.fromkeys((modele, extension) for modele, extension in tous if modele))

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
    regrouper: bool = True
    """Whether what leaves the same day to one debtor, at the same step, is one document for all its invoices."""
    langue: Code = "fr"
    """The language of its letters; staff and judges read French."""
    etranger: bool = False
    """Whether it may be followed against debtors abroad."""
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

    @model_validator(mode="after")
    def _traduit(self) -> Self:
        for etape in self.etapes:
            if self.langue != "fr" and etape.canaux and not (etape.objet and etape.libelle_lettre):
                raise ValueError(
                    f"les lettres de l'étape « {etape.nom} » ne sont pas en français : dites dans leur langue "
                    "son « objet » et son « libelle_lettre »"
                )
        return self

    @property
    def libelles(self) -> dict[str, str]:
        """How staff read each step, by its name."""
        return {etape.nom: etape.libelle for etape in self.etapes}

    @property
    def libelles_lettre(self) -> dict[str, str]:
        """How letters name each step that has left, by its name."""
        return {etape.nom: etape.libelle_lettre for etape in self.etapes if etape.libelle_lettre}

    @property
    def mise_en_demeure(self) -> Etape:
        return self.etapes[-2]

    def jusqu_a(self, nom: str) -> tuple[Etape, ...]:
        """The steps up to the one of that name, included."""
        return self.etapes[: self.etapes.index(self.etape(nom)) + 1]

    def etape(self, nom: str) -> Etape:
        """The step of that name. Raises KeyError."""
        return {etape.nom: etape for etape in self.etapes}[nom]
