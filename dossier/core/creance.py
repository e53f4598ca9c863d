"""Who claims, who owes, and the invoice between them."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import date
from enum import StrEnum

from pydantic import Field, model_validator

from dossier.core.modele import Modele
from dossier.core.montants import ZERO, Exact, Montant


class Adresse(Modele):
    """A postal address as printed on an envelope."""

    lignes: tuple[str, ...] = Field(min_length=1)
    code_postal: str = ""
    ville: str
    pays: str = Field(default="FR", pattern=r"^[A-Z]{2}$")

    @property
    def bloc(self) -> tuple[str, ...]:
        """The lines below the addressee's name."""
        derniere = f"{self.code_postal} {self.ville}".strip()
        return (*self.lignes, derniere) if self.pays == "FR" else (*self.lignes, derniere, self.pays)


class Genre(StrEnum):
    """What the debtor is: it decides which law applies."""

    ENTREPRISE = "entreprise"
    PARTICULIER = "particulier"
    PUBLIC = "public"


class Nature(StrEnum):
    """What the claim was born of, where it changes the court, the time limit or the procedure."""

    CONTRAT = "contrat"
    TRANSPORT = "transport"
    BAIL_HABITATION = "bail_habitation"
    CREDIT_CONSOMMATION = "credit_consommation"
    HORS_CONTRAT = "hors_contrat"


class Debiteur(Modele):
    """Who owes."""

    denomination: str = Field(min_length=1)
    genre: Genre = Genre.ENTREPRISE
    siren: str | None = Field(default=None, pattern=r"^\d{9}$")
    forme: str = ""
    rcs: str = ""
    adresse: Adresse
    email: str | None = None
    telephone: str = ""
    contact: str = ""
    consentement_lre: date | None = None
    """The day on which the debtor agreed to electronic registered letters (CPCE, art. L100); None: paper only
    for who is not a professional."""

    @property
    def cle(self) -> str:
        """What groups the creances of one debtor: the SIREN, else the name and the whole address.

        Two people of one name in one town must never meet in a dossier; one person written in two ways
        only gets two dossiers.
        """
        return self.siren or identifiant(" ".join((self.denomination, *self.adresse.bloc)))


class Creancier(Modele):
    """Who claims: the company whose name is on the letters (C. com. R123-237, R123-238)."""

    denomination: str
    forme: str
    capital: Montant | None = None
    siren: str = Field(pattern=r"^\d{9}$")
    rcs: str
    tva: str = ""
    siege: Adresse
    email: str
    telephone: str
    site: str = ""
    iban: str
    bic: str = ""
    representant: str
    qualite: str
    signataire: str
    fonction: str
    couleur: str = Field(default="1F3864", pattern=r"^[0-9A-Fa-f]{6}$")
    """The accent of its letters, red-green-blue in hexadecimal."""
    logo: str = ""
    """Path of its logo (PNG or JPEG) beside creancier.yaml; empty when its letters bear none."""
    mediateur: str = ""
    """The consumer mediator that a letter to a consumer names (C. conso. L612-1); empty when there is none."""


class Facture(Modele):
    """One unpaid invoice, amounts in euros including tax."""

    numero: str = Field(min_length=1, max_length=80)
    emission: date
    echeance: date
    montant_ttc: Montant = Field(gt=0)
    deja_paye: Montant = Field(default=ZERO, ge=0)
    objet: str = ""
    commande: str = ""
    contrat: str = ""
    livraison: str = ""
    execution: date | None = None
    nature: Nature = Nature.CONTRAT
    taux_stipule: Exact | None = Field(default=None, ge=0, le=1)
    """The yearly penalty rate of the contract, a ratio; None when the contract sets none."""
    debiteur: Debiteur

    @model_validator(mode="after")
    def _dates(self) -> Facture:
        if self.echeance < self.emission:
            raise ValueError("l'échéance précède la date de la facture")
        return self

    @property
    def creance(self) -> str:
        """The identifier of the creance born of this invoice."""
        return identifiant(self.numero)


class Avoir(Modele):
    """A credit note: what it takes off one invoice, in euros including tax."""

    numero: str = Field(min_length=1, max_length=80)
    facture: str = Field(min_length=1)
    """The number of the invoice that it corrects."""
    montant: Montant = Field(gt=0)
    jour: date


def identifiant(texte: str) -> str:
    """A short ASCII name, safe in keys and file names; equal texts (but for case) give equal names.

    A text that is not already such a name gets six hexadecimal digits of its SHA-256, so that two
    different texts never share one.
    """
    normal = unicodedata.normalize("NFC", texte.strip()).upper()
    ascii_ = unicodedata.normalize("NFKD", normal).encode("ascii", "ignore").decode()
    nom = re.sub(r"[^A-Z0-9-]+", "-", ascii_).strip("-")[:60]
    if nom and nom == normal:
        return nom
    return f"{nom or 'X'}-{hashlib.sha256(normal.encode()).hexdigest()[:6]}"
