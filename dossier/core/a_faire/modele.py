"""The lines of what is to be done, and what they are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from dossier.core.decision import Action
from dossier.core.droit.prescription import Alerte
from dossier.core.etat import Etat
from dossier.core.faits import LigneAVoir
from dossier.core.modele import Modele
from dossier.core.scenario import Scenario
from dossier.core.suites import Attente


class Geste(StrEnum):
    """What is asked of a person, in the order in which a page lists it."""

    REPRENDRE = "Suivis à reprendre"
    PRESCRIPTION = "Prescriptions proches"
    DECLARER = "Procédures collectives à déclarer"
    SIGNIFIER = "Ordonnances à signifier"
    SUITE = "Dates de la procédure"
    APPROUVER = "Lettres à approuver"
    ADRESSE = "Adresses à vérifier"
    COMPLETER = "Dossiers incomplets"
    CONFIRMER = "Traitements en masse à confirmer"
    APPELER = "Appels à passer"
    POSTER = "Recommandés à poster ou à retirer"
    AVIS = "Avis et retours à enregistrer"
    REMETTRE = "Dossiers à remettre"
    RECEVOIR = "Accusés de remise à obtenir"
    BANQUE = "Lignes de relevé à affecter"
    VERSEMENT = "Versements et promesses en retard"
    LITIGE = "Litiges ouverts"
    VERIFIER = "Points à vérifier"
    REFUSEE = "Lettres refusées"
    SUSPENDUE = "Procédures suspendues sans terme"


class AFaire(Modele):
    """One line: what to do about one creance, or about many, since when, until when."""

    geste: Geste
    urgent: bool
    depuis: date | None
    """Since when it waits; None when nothing says it."""
    limite: date | None
    """The last day, or the safe one, to do it; None when there is none."""
    creance: str
    facture: str
    debiteur: str
    quoi: str
    """What to do, in a French phrase."""
    releve: LigneAVoir | None = None
    """The line of a bank statement that it is about."""
    suivi: str = ""
    """The run that asks, when it is not that of the creance."""


@dataclass(frozen=True)
class Suivie:
    """One creance with what only its surroundings know of it."""

    etat: Etat
    scenario: Scenario
    action: Action
    """What the rules say to do of it that day."""
    posee: date | None = None
    """Since when its open question is asked."""
    suite: Attente | None = None
    """What comes next once its dossier is sealed."""
    prescription: Alerte | str | None = None
    """The warning about the end of its limitation period, or why it cannot be counted."""
    manquent: tuple[str, ...] = ()
    """What holds the next version of its sealed dossier: French clauses."""
    rouge: tuple[str, date] | None = None
    """Why its run stopped, and since when."""


def ligne(
    etat: Etat,
    geste: Geste,
    quoi: str,
    *,
    urgent: bool = False,
    depuis: date | None = None,
    limite: date | None = None,
) -> AFaire:
    """A line about that creance."""
    return AFaire(
        geste=geste,
        urgent=urgent,
        depuis=depuis,
        limite=limite,
        creance=etat.creance,
        facture=etat.facture.numero,
        debiteur=etat.facture.debiteur.denomination,
        quoi=quoi,
    )
