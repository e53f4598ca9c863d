"""A claim on the day when a way to court is chosen, and what may stand in its way."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field

from dossier.core.creance import Genre, Nature
from dossier.core.droit.parametres import Niveau
from dossier.core.droit.prescription import Prescription
from dossier.core.modele import Modele
from dossier.core.montants import Montant


class Situation(Modele):
    """What is known of a claim on the day when a way to court is chosen."""

    jour: date
    montant: Montant
    """Principal and interest still due, in euros; negative when overpaid."""
    genre: Genre = Genre.ENTREPRISE
    nature: Nature = Nature.CONTRAT
    commercants: bool | None = None
    """Whether both parties are merchants; None when it is not known."""
    facturee: bool = True
    montant_determine: bool = True
    pays: str = Field(default="FR", pattern=r"^[A-Z]{2}$")
    domicile_connu: bool = True
    procedure_collective: bool = False
    radiee: bool = False
    """Whether the debtor company is struck off its register."""
    conteste: bool = False
    echeance: date | None = None
    """The last day left to pay, of the latest claim; None when it is not known."""
    procedure_relevee: bool = True
    """Whether the Code de procédure civile is known to apply where the debtor lives."""
    prescriptions: tuple[Prescription, ...] = ()
    """The limitation period of each claim whose period has begun."""

    @property
    def entre_commercants(self) -> bool | None:
        """Whether both are merchants; a consumer and a public body never are."""
        return self.commercants if self.genre is Genre.ENTREPRISE else False


class CodeBlocage(StrEnum):
    PROCEDURE_COLLECTIVE = "procedure_collective"
    RIEN_A_RECLAMER = "rien_a_reclamer"
    EXIGIBILITE = "exigibilite"
    PERSONNE_PUBLIQUE = "personne_publique"
    HORS_DE_FRANCE = "hors_de_france"
    TERRITOIRE = "territoire"
    DOMICILE_INCONNU = "domicile_inconnu"
    HORS_CONTRAT = "hors_contrat"
    MONTANT_INDETERMINE = "montant_indetermine"
    PRESCRIPTION = "prescription"
    RADIATION = "radiation"
    CONTESTATION = "contestation"
    CONSOMMATEUR = "consommateur"


class Severite(StrEnum):
    """From what stops the filing to what is only to be read before it."""

    BLOQUANT = "bloquant"
    A_VERIFIER = "a_verifier"
    """A person must decide before the filing."""
    AVERTISSEMENT = "avertissement"


class Blocage(Modele):
    """One reason, its text and how to mend it, in French."""

    code: CodeBlocage
    severite: Severite
    motif: str
    texte: str
    niveau: Niveau
    remede: str


class Declaration(Modele):
    """Until when a claim is declared in an insolvency; a day is absent while the publication is not known."""

    viser: date | None = None
    """The day to aim at, not extended."""
    limite: date | None = None
    """The legal last day (Code de commerce, art. R622-24 and R662-1; CPC, art. 642)."""
    forclusion: date | None = None
    """The legal last day to ask to be heard all the same (Code de commerce, art. L622-26)."""
