"""What stops a procedure for a time, or for good: a dispute, an insolvency."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from dossier.core.faits.commun import Archive
from dossier.core.modele import Modele


class NatureProcedure(StrEnum):
    SAUVEGARDE = "sauvegarde"
    REDRESSEMENT = "redressement"
    LIQUIDATION = "liquidation"


class ProcedureCollectiveOuverte(Modele):
    """An insolvency judgment: nothing more may be filed, the claim must be declared (C. com. L622-21)."""

    type: Literal["procedure_collective_ouverte"] = "procedure_collective_ouverte"
    version: Literal[1] = 1
    nature: NatureProcedure
    jugement: date
    publication: date | None
    """The day of the BODACC, from which the time to declare runs; None while it is not known."""
    declaration_avant: date | None
    """The last day to aim at, not extended; None while the publication is not known."""
    declaration_limite: date | None = None
    """The legal last day, extended to a working day."""
    mandataire: str = ""
    jour: date


class ProcedureCollectiveEcartee(Modele):
    """The insolvency did not concern this debtor, or was recorded by mistake."""

    type: Literal["procedure_collective_ecartee"] = "procedure_collective_ecartee"
    version: Literal[1] = 1
    motif: str
    jour: date


class ProcedureSuspendue(Modele):
    """A person stops the procedure of a creance for a time; it goes on by itself on `jusqu_au`."""

    type: Literal["procedure_suspendue"] = "procedure_suspendue"
    version: Literal[1] = 1
    motif: str
    jusqu_au: date | None = None
    """None: until a person takes it up again."""
    par: str
    jour: date


class ProcedureReprise(Modele):
    type: Literal["procedure_reprise"] = "procedure_reprise"
    version: Literal[1] = 1
    motif: str
    par: str
    jour: date


class CreanceDeclaree(Modele):
    """The claim was declared in the insolvency procedure (C. com. L622-24): nothing else is to be done."""

    type: Literal["creance_declaree"] = "creance_declaree"
    version: Literal[1] = 1
    envoi: str
    """How the declaration left: the number of its registered letter, or other words."""
    jour: date
    preuve: Archive | None = None


class RaisonLitige(StrEnum):
    MARCHANDISE = "marchandise_non_conforme"
    PRESTATION = "prestation_contestee"
    LIVRAISON = "livraison_incomplete_ou_tardive"
    PRIX = "prix_ou_quantite"
    FACTURE = "facture_erronee"
    COMMANDE = "commande_contestee"
    DEJA_PAYEE = "deja_payee"
    COMPENSATION = "compensation_ou_avoir_attendu"
    AUTRE = "autre"


class LitigeOuvert(Modele):
    type: Literal["litige_ouvert"] = "litige_ouvert"
    version: Literal[1] = 1
    motif: str
    raison: RaisonLitige | None = None
    """None in what was recorded before reasons were listed."""
    jour: date


class LitigeLeve(Modele):
    type: Literal["litige_leve"] = "litige_leve"
    version: Literal[1] = 1
    conclusion: str
    jour: date
