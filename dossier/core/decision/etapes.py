"""What the first unfinished step of the scenario asks."""

from __future__ import annotations

from datetime import date

from dossier.core.dates import en_chiffres
from dossier.core.decision.actions import Action, Attendre, DemanderAdresse, DemanderAppel, Sauter
from dossier.core.decision.dates import canaux, date_faite, date_prevue, dernier_envoi
from dossier.core.decision.expedition import expedier
from dossier.core.etat import Etat
from dossier.core.faits import Canal
from dossier.core.scenario import Etape, GenreEtape, Scenario


def a_l_etape(etat: Etat, scenario: Scenario, jour: date) -> Action | None:
    """What the first unfinished step asks; None when all steps before the dossier are done."""
    for etape in scenario.etapes[:-1]:
        if date_faite(etat, etape) is None:
            return (
                _attente(etat, scenario, etape, jour)
                or _sans_objet(etat, etape, jour)
                or _adresse_perdue(etat, etape)
                or _agir(etat, etape, jour)
            )
    return None


def _sans_objet(etat: Etat, etape: Etape, jour: date) -> Action | None:
    if etape.genre is GenreEtape.PREVENANCE and jour > etat.facture.echeance:
        return Sauter(etape, "l'échéance est passée")
    if etape.genre is not GenreEtape.APPEL and not canaux(etat, etape):
        return Sauter(etape, "aucune adresse électronique connue pour ce débiteur")
    return None


def _adresse_perdue(etat: Etat, etape: Etape) -> Action | None:
    """Nothing more is posted to an address from which a registered letter came back as unknown (NPAI)."""
    if not {Canal.COURRIER, Canal.LRAR} & set(canaux(etat, etape)):
        return None
    revenus = (envoi for envoi in etat.envois.values() if envoi.revenu_sans_adresse)
    revenu = next(revenus, None)
    return DemanderAdresse(etape, revenu) if revenu else None


def _attente(etat: Etat, scenario: Scenario, etape: Etape, jour: date) -> Action | None:
    if etat.envois_de(etape.nom):
        return None
    prevue = date_prevue(etat, scenario, etape)
    if jour < prevue:
        return Attendre(prevue, f"{etape.libelle} le {en_chiffres(prevue)}", etape=etape.nom)
    return None


def _agir(etat: Etat, etape: Etape, jour: date) -> Action:
    if etape.genre is GenreEtape.APPEL:
        return _appel(etat, etape, jour)
    envois = ((canal, dernier_envoi(etat, etape, canal)) for canal in canaux(etat, etape))
    canal, envoi = next((c, e) for c, e in envois if e is None or e.depart is None)
    return expedier(etat, etape, canal, envoi, jour)


def _appel(etat: Etat, etape: Etape, jour: date) -> Action:
    """Ask for the call, now or on the day to which the last one put it off."""
    dernier = etat.appels.get(etape.nom)
    rappel = dernier.rappeler_le if dernier is not None else None
    if rappel is not None and jour < rappel:
        return Attendre(rappel, f"À rappeler le {en_chiffres(rappel)}", etape=etape.nom)
    return DemanderAppel(etape)
