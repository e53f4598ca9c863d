"""What follows a sealed dossier: its hand-over, the application, the order, its service, the opposition."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from dossier.core.faits.commun import Archive
from dossier.core.modele import Modele
from dossier.core.montants import Montant


class Destinataire(StrEnum):
    """To whom a dossier is handed."""

    AVOCAT = "avocat"
    COMMISSAIRE_DE_JUSTICE = "commissaire_de_justice"
    GREFFE = "greffe"
    AUTRE = "autre"


class DossierTransmis(Modele):
    """A version of the dossier was handed to someone."""

    type: Literal["dossier_transmis"] = "dossier_transmis"
    version: Literal[1] = 1
    dossier: str
    qualite: Destinataire
    a: str
    """Name of the person or of the court."""
    moyen: str
    """How: by hand, by e-mail, by a link…"""
    lien_jusqu_au: AwareDatetime | None = None
    """When the link given stops working; None when no link was given."""
    par: str
    jour: date


class DossierRecu(Modele):
    """Who got the dossier says so."""

    type: Literal["dossier_recu"] = "dossier_recu"
    version: Literal[1] = 1
    dossier: str
    de: str
    preuve: Archive | None = None
    jour: date


class RequeteDeposee(Modele):
    """The application was filed with the court."""

    type: Literal["requete_deposee"] = "requete_deposee"
    version: Literal[1] = 1
    juridiction: str
    numero: str = ""
    """The number that the greffe gave it."""
    preuve: Archive | None = None
    jour: date


class SensOrdonnance(StrEnum):
    """What the judge decided."""

    ACCUEILLIE = "accueillie"
    PARTIELLE = "partielle"
    REJETEE = "rejetee"


class OrdonnanceRendue(Modele):
    """The order on the application (CPC, art. 1409)."""

    type: Literal["ordonnance_rendue"] = "ordonnance_rendue"
    version: Literal[1] = 1
    sens: SensOrdonnance
    montant: Montant | None = Field(default=None, gt=0)
    """Euros ordered; None when the whole claim was, or nothing."""
    preuve: Archive | None = None
    jour: date
    """The date of the order."""


class OrdonnanceSignifiee(Modele):
    """The order was served by a commissaire de justice (CPC, art. 1411)."""

    type: Literal["ordonnance_signifiee"] = "ordonnance_signifiee"
    version: Literal[1] = 1
    a_personne: bool
    preuve: Archive | None = None
    jour: date


class PremierActe(Modele):
    """After a service not made in person: the first act in person, or the first seizure (CPC, art. 1416)."""

    type: Literal["premier_acte"] = "premier_acte"
    version: Literal[1] = 1
    nature: str
    preuve: Archive | None = None
    jour: date


class OppositionFormee(Modele):
    """The debtor opposed the order (CPC, art. 1415)."""

    type: Literal["opposition_formee"] = "opposition_formee"
    version: Literal[1] = 1
    notification: date | None = None
    """When the creditor was told."""
    invitation_a_consigner: date | None = None
    """The postmark of the greffe's letter, before a tribunal de commerce."""
    preuve: Archive | None = None
    jour: date
    """When the greffe received it."""
