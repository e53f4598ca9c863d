"""Exhibits that people attach, and documents that they ask for."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from dossier.core.faits.commun import Archive
from dossier.core.modele import Modele


class GenrePiece(StrEnum):
    """Kinds of exhibit, in the order in which a dossier lists them."""

    CONTRAT = "contrat"
    DEVIS = "devis"
    COMMANDE = "commande"
    CGV = "cgv"
    LIVRAISON = "livraison"
    FACTURE = "facture"
    ECHANGE = "echange"
    MISE_EN_DEMEURE = "mise_en_demeure"
    PREUVE_DEPOT = "preuve_depot"
    AVIS_RECEPTION = "avis_reception"
    DECOMPTE = "decompte"
    IDENTITE = "identite"
    BODACC = "bodacc"
    COMPTE = "compte"


class PieceAjoutee(Modele):
    type: Literal["piece_ajoutee"] = "piece_ajoutee"
    version: Literal[1] = 1
    genre: GenrePiece
    intitule: str
    jour: date
    pdf: Archive
    officielle: bool = False
    """A person said that it may be produced although it looks like a letter between lawyers."""


class PieceRetiree(Modele):
    """An exhibit was attached by mistake: no dossier sealed from then on holds it; its bytes stay archived."""

    type: Literal["piece_retiree"] = "piece_retiree"
    version: Literal[1] = 1
    empreinte: str = Field(pattern=r"^[0-9a-f]{64}$")
    """SHA-256 of its original."""
    intitule: str
    motif: str
    """Why; never in a served paper."""
    par: str
    jour: date


class GenreDocument(StrEnum):
    """Documents that a person asks for, outside the steps of a scenario."""

    ACCORD_ECHELONNEMENT = "accord_echelonnement"
    COMPTE_RENDU_APPEL = "compte_rendu_appel"
    QUITTANCE = "quittance"


class DocumentEtabli(Modele):
    """One such document, written and archived; sending or signing it is left to the person."""

    type: Literal["document_etabli"] = "document_etabli"
    version: Literal[1] = 1
    genre: GenreDocument
    intitule: str
    pdf: Archive
    source: Archive
    jour: date
