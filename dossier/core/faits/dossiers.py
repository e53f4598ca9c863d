"""The dossier of a debtor, meant then sealed."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime, Field

from dossier.core.faits.commun import Archive
from dossier.core.modele import Modele
from dossier.core.montants import Montant


class DossierPrepare(Modele):
    """Intent to seal one dossier for these creances; written to all of them at once."""

    type: Literal["dossier_prepare"] = "dossier_prepare"
    version: Literal[1] = 1
    dossier: str
    creances: tuple[str, ...]
    pilote: str
    """The creance whose run does the work; the others wait for it."""
    instant: AwareDatetime


class DossierScelle(Modele):
    """The dossier is sealed and stored; the same fait in each of its creances."""

    type: Literal["dossier_scelle"] = "dossier_scelle"
    version: Literal[1] = 1
    dossier: str
    zip: Archive
    pieces: int
    total: Montant
    jour: date


class RevisionDemandee(Modele):
    """A person wants the dossier sealed again, after a change; the versions before it are kept."""

    type: Literal["revision_demandee"] = "revision_demandee"
    version: Literal[1] = 1
    dossier: str
    """The sealed dossier that the next one follows."""
    motif: str
    par: str
    jour: date


class RevisionRetiree(Modele):
    """The next version that was asked for is not wanted any more; the last one sealed stays the last."""

    type: Literal["revision_retiree"] = "revision_retiree"
    version: Literal[1] = 1
    dossier: str
    """The sealed dossier that it would have followed."""
    motif: str
    par: str
    jour: date


class DerogationDonnee(Modele):
    """A person takes upon himself that the dossier is sealed without these things; never in a served paper."""

    type: Literal["derogation_donnee"] = "derogation_donnee"
    version: Literal[1] = 1
    lacunes: tuple[str, ...] = Field(min_length=1)
    """The codes of what is missing."""
    par: str
    motif: str
    jour: date
