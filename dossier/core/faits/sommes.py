"""Sums that come in, are credited, or are promised by instalments."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from dossier.core.faits.commun import Archive
from dossier.core.modele import Modele
from dossier.core.montants import Montant


class PaiementRecu(Modele):
    type: Literal["paiement_recu"] = "paiement_recu"
    version: Literal[1] = 1
    montant: Montant = Field(gt=0)
    jour: date
    reference: str
    moyen: str = "virement"


class CauseAnnulation(StrEnum):
    IMPAYE = "impaye"
    """The bank took it back: unpaid cheque, rejected direct debit."""
    ERREUR = "erreur"
    """It was recorded by mistake, or on the wrong invoice."""


class PaiementAnnule(Modele):
    """A payment recorded before does not count; a creance that it had settled is open again."""

    type: Literal["paiement_annule"] = "paiement_annule"
    version: Literal[1] = 1
    paiement: PaiementRecu
    cause: CauseAnnulation
    motif: str
    par: str
    jour: date


class PromesseFaite(Modele):
    """The debtor said that he will pay by that day; the procedure waits for it, then goes on."""

    type: Literal["promesse_faite"] = "promesse_faite"
    version: Literal[1] = 1
    promis_le: date
    montant: Montant | None = Field(default=None, gt=0)
    """None when no sum was said."""
    de: str = ""
    """Who promised, as he was named."""
    jour: date


class AvoirEmis(Modele):
    """A credit note on the invoice: it lowers the principal, it is not a payment."""

    type: Literal["avoir_emis"] = "avoir_emis"
    version: Literal[1] = 1
    numero: str
    montant: Montant = Field(gt=0)
    jour: date
    pdf: Archive | None = None


class Mensualite(Modele):
    jour: date
    montant: Montant = Field(gt=0)


class EcheancierAccorde(Modele):
    """The debtor may pay by instalments; a missed one brings the procedure back."""

    type: Literal["echeancier_accorde"] = "echeancier_accorde"
    version: Literal[1] = 1
    mensualites: tuple[Mensualite, ...] = Field(min_length=1)
    jour: date


class EcheancierRompu(Modele):
    type: Literal["echeancier_rompu"] = "echeancier_rompu"
    version: Literal[1] = 1
    manquee: date
    jour: date
