"""Sums that come in, are credited, or are promised by instalments."""

from __future__ import annotations

from datetime import date
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
