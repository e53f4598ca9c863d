"""What the rules may ask to do for a creance, and for whom it waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dossier.core.etat import Envoi
from dossier.core.faits import Canal
from dossier.core.scenario import Etape

UN_JOUR = timedelta(days=1)
RAPPEL = timedelta(days=7)
"""After how long what waits for a person is looked at again."""


class Qui(StrEnum):
    """For whom or what a creance waits."""

    DATE = "date"
    POSTE = "poste"
    PERSONNE = "personne"


@dataclass(frozen=True)
class Preparer:
    """Write the document of that step for that channel, under that key."""

    etape: Etape
    canal: Canal
    cle: str


@dataclass(frozen=True)
class Envoyer:
    """Hand the prepared document to its carrier."""

    etape: Etape
    envoi: Envoi


@dataclass(frozen=True)
class DemanderApprobation:
    etape: Etape
    envoi: Envoi


@dataclass(frozen=True)
class DemanderAdresse:
    """A registered letter came back from a wrong address: ask where the debtor is before writing again."""

    etape: Etape
    envoi: Envoi


@dataclass(frozen=True)
class DemanderAppel:
    etape: Etape


@dataclass(frozen=True)
class Sauter:
    etape: Etape
    motif: str


@dataclass(frozen=True)
class RompreEcheancier:
    manquee: date


@dataclass(frozen=True)
class Attendre:
    """Nothing to do before `jusqu_a` unless a fait arrives; `libelle` is what staff read."""

    jusqu_a: date
    libelle: str
    qui: Qui = Qui.DATE
    etape: str = ""


@dataclass(frozen=True)
class Assembler:
    """The délai of the mise en demeure has ended: seal the dossier."""


@dataclass(frozen=True)
class Suivre:
    """The dossier is sealed: what follows is the calendar of the court's procedure (`suites`)."""


@dataclass(frozen=True)
class Solder:
    """The invoice is paid: close the creance."""


@dataclass(frozen=True)
class Terminer:
    libelle: str


Action = (
    Preparer
    | Envoyer
    | DemanderApprobation
    | DemanderAdresse
    | DemanderAppel
    | Sauter
    | RompreEcheancier
    | Attendre
    | Assembler
    | Suivre
    | Solder
    | Terminer
)
