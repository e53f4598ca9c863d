"""What waits for a person on the statements of the bank: no creance holds it, since it shows other customers."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from dossier.core.modele import Modele
from dossier.core.montants import Montant


class LigneAVoir(Modele):
    """A line of a statement that the machine did not dare to record."""

    type: Literal["ligne_a_voir"] = "ligne_a_voir"
    version: Literal[1] = 1
    ligne: str = Field(pattern=r"^[0-9a-f]{16}$")
    """What it is for ever (`releve.identites`)."""
    releve: str
    """The name of the file."""
    jour: date
    montant: Montant = Field(gt=0)
    credit: bool
    """False: a payment that came back."""
    reference: str
    """Under which its payment is to be recorded: who pays, the words of the bank, what the line is."""
    motif: str
    """Why it was not recorded: a French clause."""
    creances: tuple[str, ...]
    """Those that it may pay, or take back from, the likeliest first."""


class LigneEcartee(Modele):
    """A person looked at that line: there is nothing to record."""

    type: Literal["ligne_ecartee"] = "ligne_ecartee"
    version: Literal[1] = 1
    ligne: str = Field(pattern=r"^[0-9a-f]{16}$")
    motif: str
    par: str
    jour: date
