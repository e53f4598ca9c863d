"""A creance begins, skips a step, ends."""

from __future__ import annotations

from datetime import date
from typing import Literal

from dossier.core.creance import Adresse, Facture
from dossier.core.faits.commun import Archive
from dossier.core.modele import Modele
from dossier.core.montants import Montant


class CreanceOuverte(Modele):
    """The invoice entered the system; always fait number 1."""

    type: Literal["creance_ouverte"] = "creance_ouverte"
    version: Literal[1] = 1
    facture: Facture
    scenario: str
    source: Archive | None = None
    """The invoice as received (the Factur-X PDF); None when only a table line is known."""


class EtapeSautee(Modele):
    type: Literal["etape_sautee"] = "etape_sautee"
    version: Literal[1] = 1
    etape: str
    motif: str
    jour: date


class EtapeAvancee(Modele):
    """A person has that step done on `jour`, before its delay has run."""

    type: Literal["etape_avancee"] = "etape_avancee"
    version: Literal[1] = 1
    etape: str
    motif: str
    par: str
    jour: date


class ScenarioChange(Modele):
    """Another scenario from now on; the steps already done keep their names and stay done."""

    type: Literal["scenario_change"] = "scenario_change"
    version: Literal[1] = 1
    scenario: str
    motif: str
    par: str
    jour: date


class AdresseVerifiee(Modele):
    """A person found where the debtor is: a new address, or the same one, confirmed."""

    type: Literal["adresse_verifiee"] = "adresse_verifiee"
    version: Literal[1] = 1
    adresse: Adresse
    source: str
    """Where it was read, e.g. « Kbis du 12 août 2026 »."""
    par: str
    preuve: Archive | None = None
    jour: date


class CreanceSoldee(Modele):
    """Nothing more is claimed. `renonce`: penalties and indemnity that the creditor lets go.

    None when a rate of that day was not known yet: nobody claims them, so they need no figure.
    """

    type: Literal["creance_soldee"] = "creance_soldee"
    version: Literal[1] = 1
    renonce: Montant | None
    jour: date


class CreanceAbandonnee(Modele):
    type: Literal["creance_abandonnee"] = "creance_abandonnee"
    version: Literal[1] = 1
    motif: str
    jour: date
