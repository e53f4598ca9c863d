"""What was read of the injonction de payer after its order: each regime, and the rules common to all."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from pydantic import Field, field_validator

from dossier.core.dates import en_lettres
from dossier.core.droit.calendrier import Augmentation, Delai, Duree, Regle, augmenter
from dossier.core.droit.parametres import Niveau, Valeur, Verifie
from dossier.core.errors import ParametreNonCouvert
from dossier.core.modele import Modele


class Demeure(StrEnum):
    """Where the debtor lives: it makes the time to oppose longer (CPC, art. 643)."""

    METROPOLE = "metropole"
    OUTRE_MER = "outre_mer"
    ETRANGER = "etranger"


class Regime(Modele):
    """What changes with the day of the order."""

    libelle: str = Field(min_length=1)
    texte: str = Field(min_length=1)
    source: str = Field(min_length=1)
    niveau: Niveau
    signification: Delai
    execution: Regle
    attente: Duree | None = None
    """How long after service the order waits before it may be enforced, beside the time to oppose."""
    formule: Delai | None = None
    """The request for the executory formula; absent when the order bears it from the start."""
    avis_d_opposition: Delai | None = None
    production_de_l_acte: Regle | None = None
    reserve_commerce: str = ""
    """What to check before enforcing an order of a tribunal de commerce."""


class ReglesOrdonnance(Verifie):
    """config/droit/ordonnance.yaml."""

    regimes: dict[date, Regime] = Field(min_length=1)
    """Each regime by the day from which orders fall under it."""
    consignation_requete: Delai
    non_avenue: Regle
    opposition: Delai
    opposition_hors_personne: Delai
    augmentation_outre_mer: Augmentation
    augmentation_etranger: Augmentation
    suspension: Regle
    opposition_tardive: Regle
    opposition_tardive_hors_personne: Regle
    consignation_opposition: Delai
    constitution_avocat: Delai
    representation_commerce: Regle
    seuil_avocat: Valeur
    """The claim, in euros, up to which the creditor needs no avocat."""
    titre: Delai
    majoration: Delai
    points_de_majoration: Valeur

    @field_validator("regimes")
    @classmethod
    def _dans_l_ordre(cls, regimes: dict[date, Regime]) -> dict[date, Regime]:
        return dict(sorted(regimes.items()))


def regime(ordonnance: date, regles: ReglesOrdonnance) -> Regime:
    """The rules of an order of that day (décrets n° 2021-1322, art. 8, and n° 2026-96, art. 9).

    Raises ParametreNonCouvert before the first regime and after the last check.
    """
    regles.exiger(ordonnance)
    for debut in reversed(regles.regimes):
        if debut <= ordonnance:
            return regles.regimes[debut]
    raise ParametreNonCouvert(
        f"{regles.nomme(ordonnance)} : le premier régime connu commence le "
        f"{en_lettres(next(iter(regles.regimes)))}. Compléter config/droit/{regles.nom}.yaml."
    )


def augmente(delai: Delai, demeure: Demeure, regles: ReglesOrdonnance) -> Delai:
    """The time to oppose of a debtor who lives there (CPC, art. 643 and 645)."""
    if demeure is Demeure.METROPOLE:
        return delai
    outre_mer = demeure is Demeure.OUTRE_MER
    return augmenter(delai, regles.augmentation_outre_mer if outre_mer else regles.augmentation_etranger)
