"""After the mise en demeure: its outcome, its délai, then the dossier."""

from __future__ import annotations

from datetime import date, timedelta

from dossier.core.dates import en_chiffres
from dossier.core.decision.actions import RAPPEL, UN_JOUR, Action, Assembler, Attendre, DemanderAdresse, Qui
from dossier.core.decision.dates import dernier_envoi
from dossier.core.decision.expedition import dernier_evenement
from dossier.core.droit.delais import fin_d_attente_jours
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import AccuseRecu, Canal, GenreScan, IssuePli, Sens
from dossier.core.scenario import Scenario


def depart_du_delai(accuse: AccuseRecu) -> date | None:
    """The day from which the délai of a mise en demeure runs; None when it was not validly presented.

    Handed over: that day. Refused, or notified and not claimed: first presentation (Cass. 1re civ.,
    20 January 2021, no 19-20.680, for a letter not claimed; by analogy for a refusal). Not at this
    address (NPAI): never.
    """
    if accuse.issue is IssuePli.NPAI:
        return None
    return accuse.jour if accuse.issue is IssuePli.DISTRIBUE else accuse.premiere_presentation


def jour_de_mise_en_demeure(etat: Etat, scenario: Scenario) -> date | None:
    """The day on which the debtor was put on notice (Code civil, art. 1344); None while he was not."""
    envoi = dernier_envoi(etat, scenario.mise_en_demeure, Canal.LRAR)
    return depart_du_delai(envoi.accuse) if envoi is not None and envoi.accuse is not None else None


def fin_du_delai(etat: Etat, scenario: Scenario) -> date | None:
    """Last day the debtor has to pay after the mise en demeure; None while it does not run.

    The local holidays of the debtor's territory are waited for too: no text says that they count.
    """
    depart, jours = jour_de_mise_en_demeure(etat, scenario), scenario.mise_en_demeure.delai_de_paiement
    assert jours is not None
    return fin_d_attente_jours(depart, jours, scenario.territoire) if depart else None


def apres_mise_en_demeure(etat: Etat, scenario: Scenario, jour: date) -> Action:
    """What the posted mise en demeure asks: its outcome, then the end of its délai, then the dossier."""
    fin = fin_du_delai(etat, scenario)
    envoi = dernier_envoi(etat, scenario.mise_en_demeure, Canal.LRAR)
    assert envoi is not None
    if fin is None:
        return _accuse_attendu(envoi, scenario, jour)
    if jour <= fin:
        reserve = ", issue du pli à confirmer" if envoi.contredit else ""
        libelle = f"Délai de la mise en demeure jusqu'au {en_chiffres(fin)}{reserve}"
        return Attendre(fin + UN_JOUR, libelle, Qui.PERSONNE if reserve else Qui.DATE, etape="delai")
    if envoi.contredit:
        return _issue_a_confirmer(envoi, jour)
    return Assembler()


def _issue_a_confirmer(envoi: Envoi, jour: date) -> Action:
    """The carrier's last word gainsays the first: no dossier is sealed before a person settles it."""
    assert envoi.depot is not None
    libelle = f"Issue contradictoire, à confirmer : {envoi.depot.numero}"
    return Attendre(jour + RAPPEL, libelle, Qui.PERSONNE, "accuse")


def _accuse_attendu(envoi: Envoi, scenario: Scenario, jour: date) -> Action:
    assert envoi.depot is not None
    if envoi.contredit:
        return _issue_a_confirmer(envoi, jour)
    if envoi.revenu_sans_adresse:
        return DemanderAdresse(scenario.mise_en_demeure, envoi)
    numero, limite = envoi.depot.numero, envoi.depot.jour + timedelta(days=scenario.attente_accuse)
    if papier := papier_a_lire(envoi):
        return Attendre(jour + RAPPEL, f"{papier} : {numero}", Qui.PERSONNE, "accuse")
    if jour < limite:
        return Attendre(limite, f"AR attendu : {numero}{dernier_evenement(envoi)}", Qui.POSTE, "accuse")
    return Attendre(
        jour + RAPPEL, f"AR en retard : {numero}{dernier_evenement(envoi)}", Qui.PERSONNE, "accuse"
    )


def papier_a_lire(envoi: Envoi) -> str:
    """What only a person can read to know the outcome of a letter; empty when there is nothing to read yet."""
    if any(scan.genre is not GenreScan.DEPOT for scan in envoi.scans):
        return "Avis numérisé, issue à enregistrer"
    if envoi.suivi is not None and any(e.sens is Sens.RETOURNE for e in envoi.suivi.evenements):
        return "Pli retourné, motif à lire sur l'enveloppe"
    return ""
