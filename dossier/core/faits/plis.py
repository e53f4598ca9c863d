"""What becomes of a registered letter at the carrier's."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from dossier.core.faits.commun import Archive
from dossier.core.modele import Modele


class IssuePli(StrEnum):
    """What became of a registered letter."""

    DISTRIBUE = "distribue"
    REFUSE = "refuse"
    AVISE_NON_RECLAME = "avise_non_reclame"
    NPAI = "npai"


class Sens(StrEnum):
    """What an event told by a carrier means for the letter, whatever the carrier's own code."""

    PRIS_EN_CHARGE = "pris_en_charge"
    ACHEMINE = "achemine"
    INCIDENT = "incident"
    PRESENTE = "presente"
    """Notified at the address: the first one is the first presentation."""
    DISTRIBUE = "distribue"
    REFUSE = "refuse"
    NON_RECLAME = "non_reclame"
    NPAI = "npai"
    RETOURNE = "retourne"
    """On its way back, or back, without a word on why."""


class EvenementPli(Modele):
    """One event of a letter, as its carrier tells it."""

    code: str
    libelle: str
    """The carrier's own words."""
    instant: AwareDatetime
    sens: Sens


class SuiviRecu(Modele):
    """All that the carrier says of a letter, when it said something new."""

    type: Literal["suivi_recu"] = "suivi_recu"
    version: Literal[1] = 1
    cle: str
    transporteur: str
    evenements: tuple[EvenementPli, ...] = Field(min_length=1)
    """Oldest first."""
    definitif: bool
    """The carrier will say nothing more."""
    reponse: Archive
    """Its raw answer."""
    jour: date


class GenreScan(StrEnum):
    """What a scanned paper of a registered letter is."""

    DEPOT = "depot"
    AVIS = "avis"
    ENVELOPPE = "enveloppe"


class ScanRecu(Modele):
    """A scanned paper was filed to its letter; what it says is read and recorded by a person."""

    type: Literal["scan_recu"] = "scan_recu"
    version: Literal[1] = 1
    cle: str
    genre: GenreScan
    fichier: str
    """Its name in the inbox."""
    pdf: Archive
    jour: date


class SourceAccuse(StrEnum):
    """Who says what became of a letter."""

    PERSONNE = "personne"
    TRANSPORTEUR = "transporteur"


class PliDepose(Modele):
    """A registered letter was handed to the post."""

    type: Literal["pli_depose"] = "pli_depose"
    version: Literal[1] = 1
    cle: str
    numero: str
    jour: date
    preuve: Archive | None = None


class AccuseRecu(Modele):
    """What became of the registered letter; the last one recorded is the one that counts."""

    type: Literal["accuse_recu"] = "accuse_recu"
    version: Literal[1] = 1
    cle: str
    issue: IssuePli
    premiere_presentation: date
    """The day of first presentation; for `distribue`, the day it was handed over."""
    jour: date
    """The day the outcome was recorded by the carrier."""
    preuve: Archive | None = None
    numero: str = ""
    """The number on the notice; a deposit recorded later must bear it."""
    source: SourceAccuse = SourceAccuse.PERSONNE
