"""What people are asked, and what they answer."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from dossier.core.modele import Modele


class Decision(StrEnum):
    APPROUVER = "approuver"
    REPORTER = "reporter"
    REFUSER = "refuser"


class ResultatAppel(StrEnum):
    MESSAGE_LAISSE = "message_laisse"
    INJOIGNABLE = "injoignable"
    FACTURE_NON_RECUE = "facture_non_recue"
    ATTENTE_APPROBATION = "attente_approbation"
    LITIGE = "litige"
    PAIEMENT_ANNONCE = "paiement_annonce"
    PAIEMENT_ENVOYE = "paiement_envoye"
    SANS_SUITE = "sans_suite"


class QuestionPosee(Modele):
    """A person was asked; `question` is the key of this very asking."""

    type: Literal["question_posee"] = "question_posee"
    version: Literal[1] = 1
    etape: str
    question: str


class ApprobationDonnee(Modele):
    type: Literal["approbation_donnee"] = "approbation_donnee"
    version: Literal[1] = 1
    etape: str
    envoi: str
    """The key of the sending that was shown."""
    decision: Decision
    par: str
    motif: str = ""
    jusqu_au: date | None = None
    jour: date


class AppelConsigne(Modele):
    type: Literal["appel_consigne"] = "appel_consigne"
    version: Literal[1] = 1
    etape: str
    resultat: ResultatAppel
    note: str = ""
    rappeler_le: date | None = None
    """The call is to be made again that day; None when it is done."""
    par: str
    jour: date
