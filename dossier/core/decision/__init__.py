"""The one thing to do for a creance on a given day. Pure: the journal and the scenario decide."""

from __future__ import annotations

from datetime import date

from dossier.core.dates import en_chiffres
from dossier.core.decision.actions import (
    RAPPEL,
    UN_JOUR,
    Action,
    Assembler,
    Attendre,
    DemanderAdresse,
    DemanderAppel,
    DemanderApprobation,
    Envoyer,
    Preparer,
    Qui,
    RompreEcheancier,
    Sauter,
    Solder,
    Suivre,
    Terminer,
)
from dossier.core.decision.dates import canaux, date_faite, date_prevue, dernier_envoi, presentee
from dossier.core.decision.etapes import a_l_etape
from dossier.core.decision.expedition import ATTENTE_DEPOT, SENS, dernier_evenement, doute
from dossier.core.decision.mise_en_demeure import (
    apres_mise_en_demeure,
    depart_du_delai,
    fin_du_delai,
    jour_de_mise_en_demeure,
    papier_a_lire,
)
from dossier.core.decision.retenues import ce_qui_retient
from dossier.core.etat import Etat
from dossier.core.faits import CreanceAbandonnee, CreanceDeclaree, CreanceSoldee
from dossier.core.scenario import Scenario

__all__ = [
    "ATTENTE_DEPOT",
    "RAPPEL",
    "SENS",
    "UN_JOUR",
    "Action",
    "Assembler",
    "Attendre",
    "DemanderAdresse",
    "DemanderAppel",
    "DemanderApprobation",
    "Envoyer",
    "Preparer",
    "Qui",
    "RompreEcheancier",
    "Sauter",
    "Solder",
    "Suivre",
    "Terminer",
    "canaux",
    "ce_qui_retient",
    "date_faite",
    "date_prevue",
    "decide",
    "depart_du_delai",
    "dernier_envoi",
    "dernier_evenement",
    "doute",
    "fin_du_delai",
    "jour_de_mise_en_demeure",
    "papier_a_lire",
    "presentee",
]

FINS = {
    CreanceSoldee: "Soldée",
    CreanceAbandonnee: "Abandonnée",
    CreanceDeclaree: "Déclarée au passif",
}


def decide(etat: Etat, scenario: Scenario, jour: date) -> Action:
    """The next action for this creance on that day (Paris)."""
    return (
        _cloture(etat)
        or _procedure_collective(etat, jour)
        or _dossier_scelle(etat, scenario, jour)
        or ce_qui_retient(etat, scenario, jour)
        or a_l_etape(etat, scenario, jour)
        or apres_mise_en_demeure(etat, scenario, jour)
    )


def _cloture(etat: Etat) -> Action | None:
    if etat.fin is not None:
        return Terminer(FINS[type(etat.fin)])
    # What an order gives beside the invoice, interest and costs, is not given up without being asked.
    if etat.solde <= 0 and not etat.suites.titre:
        return Solder()
    return None


def _procedure_collective(etat: Etat, jour: date) -> Action | None:
    """No action and no reminder after the opening judgment (Code de commerce, art. L622-21 and L622-7)."""
    if etat.procedure is None:
        return None
    avant, limite = etat.procedure.declaration_avant, etat.procedure.declaration_limite
    libelle = f"à déclarer au plus tard le {en_chiffres(avant)}" if avant else "date du BODACC à trouver"
    if limite is not None and jour > limite:
        libelle = f"délai de déclaration passé le {en_chiffres(limite)}, relevé de forclusion à demander"
    return Attendre(jour + RAPPEL, f"Procédure collective : {libelle}", Qui.PERSONNE, "procedure-collective")


def _dossier_scelle(etat: Etat, scenario: Scenario, jour: date) -> Action | None:
    """Nothing stops the legal dates of a sealed dossier: what holds it is told beside them (`suites`)."""
    if etat.dossier is None:
        return None
    if etat.revision is not None:
        return Assembler()
    retenu = ce_qui_retient(etat, scenario, jour)
    return retenu if isinstance(retenu, RompreEcheancier) else Suivre()
