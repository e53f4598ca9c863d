"""A document on its way: written, approved, given to its carrier, or written anew."""

from __future__ import annotations

from datetime import date, timedelta

from dossier.core.dates import en_chiffres, jour_legal
from dossier.core.decision.actions import (
    RAPPEL,
    UN_JOUR,
    Action,
    Attendre,
    DemanderApprobation,
    Envoyer,
    Preparer,
    Qui,
)
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Canal, Decision, Sens
from dossier.core.scenario import Etape

VALIDITE = timedelta(days=3)
ATTENTE_DEPOT = timedelta(days=5)
"""How long a carrier that prints and posts may take before a person asks it."""
VALIDITE_APPROBATION = timedelta(days=8)
"""A document that could not leave within these days is written anew: the dates it gives have aged."""
SENS = {
    Sens.PRIS_EN_CHARGE: "pris en charge",
    Sens.ACHEMINE: "en cours d'acheminement",
    Sens.INCIDENT: "incident signalé",
    Sens.PRESENTE: "avisé",
    Sens.DISTRIBUE: "distribué",
    Sens.REFUSE: "refusé",
    Sens.NON_RECLAME: "non réclamé",
    Sens.NPAI: "inconnu à l'adresse",
    Sens.RETOURNE: "retourné",
}


def expedier(etat: Etat, etape: Etape, canal: Canal, envoi: Envoi | None, jour: date) -> Action:
    """What the sending of that step by that channel asks; `envoi`: its document, None while there is none."""
    if envoi is not None and (en_cours := _en_cours(etat, etape, envoi, jour)):
        return en_cours
    if etape.approbation and (retenue := _retenue(etat, etape, jour)):
        return retenue
    if envoi is None or envoi.prepare.reste != etat.solde or _perime(etape, envoi, jour):
        return Preparer(etape, canal, _cle(etat, etape, canal))
    if etape.approbation and not _approuvee(etat, etape, envoi):
        return DemanderApprobation(etape, envoi)
    return Envoyer(etape, envoi)


def _en_cours(etat: Etat, etape: Etape, envoi: Envoi, jour: date) -> Action | None:
    """What a document asks that is printed, in other hands, or perhaps gone; None while it may be rewritten."""
    if envoi.fait is not None:
        return _a_deposer(etat, etape, envoi, jour)
    if envoi.prepare.groupe and envoi.prepare.groupe[0] != etat.creance:
        return _mene_ailleurs(etape, envoi, jour)
    if not _peut_etre_parti(etat, envoi, jour):
        return None
    return _a_trancher(envoi, etape, jour) or Envoyer(etape, envoi)


def _a_trancher(envoi: Envoi, etape: Etape, jour: date) -> Action | None:
    """What only a person can find out: whether the carrier holds a letter that is in doubt, or no longer true."""
    motif = "" if envoi.signale is None else f", {envoi.signale.motif}"
    if envoi.douteuse is None and not motif:
        return None
    libelle = f"Remise incertaine, à vérifier : {etape.libelle}{motif}"
    return Attendre(jour + RAPPEL, libelle, Qui.PERSONNE, etape.nom)


def _mene_ailleurs(etape: Etape, envoi: Envoi, jour: date) -> Action:
    """The run of another creance sends it; when it was tried and nothing came of it, a person looks."""
    pilote = envoi.prepare.groupe[0]
    if envoi.tentee is not None and jour > envoi.prepare.jour + VALIDITE_APPROBATION:
        libelle = f"{etape.libelle} : lettre commune avec {pilote}, peut-être imprimée, à vérifier"
        return Attendre(jour + RAPPEL, libelle, Qui.PERSONNE, etape.nom)
    return Attendre(jour + UN_JOUR, f"{etape.libelle} : document commun, mené par {pilote}", etape=etape.nom)


def _a_deposer(etat: Etat, etape: Etape, envoi: Envoi, jour: date) -> Action:
    """The letter is printed: staff post it, and are told when it is no longer true.

    A carrier that posts it by itself tells the deposit; when it does not, a person asks it.
    """
    assert envoi.fait is not None
    if envoi.accuse is not None:
        libelle = f"Dépôt à enregistrer, l'avis est déjà là : {etape.libelle}"
        return Attendre(jour + RAPPEL, libelle, Qui.PERSONNE, etape.nom)
    motif = doute(etat, envoi)
    if envoi.fait.transporteur:
        suite = dernier_evenement(envoi) + (f", {motif}" if motif else "")
        confie = f"{etape.libelle} : confiée à {envoi.fait.transporteur}{suite}"
        limite = envoi.fait.jour + ATTENTE_DEPOT
        if jour < limite:
            return Attendre(limite, confie, Qui.POSTE, etape.nom)
        return Attendre(jour + RAPPEL, f"{confie}, dépôt non confirmé", Qui.PERSONNE, etape.nom)
    reserve = f" ({motif}, à relire)" if motif else ""
    return Attendre(jour + RAPPEL, f"LRAR à déposer{reserve} : {etape.libelle}", Qui.POSTE, etape.nom)


def doute(etat: Etat, envoi: Envoi) -> str:
    """Why a printed letter should not be posted as it is; empty when it may."""
    if envoi.prepare.reste != etat.solde:
        return "paiement reçu depuis"
    return envoi.signale.motif if envoi.signale is not None else ""


def dernier_evenement(envoi: Envoi) -> str:
    """The last thing that its carrier told, in brackets, with its day; empty before the first."""
    if envoi.suivi is None:
        return ""
    evenement = envoi.suivi.evenements[-1]
    return f" ({SENS[evenement.sens]} le {en_chiffres(jour_legal(evenement.instant))})"


def _peut_etre_parti(etat: Etat, envoi: Envoi, jour: date) -> bool:
    """Whether the carrier may hold this very document: it is then given again as it is, never rewritten.

    The carriers know a document they already had. An e-mail or a simple letter that is too old by then, or that
    claims a sum paid since, is written anew instead: a reminder more does no harm, a second registered letter would.
    """
    if envoi.tentee is None:
        return False
    vrai = envoi.prepare.reste == etat.solde and jour <= envoi.prepare.jour + VALIDITE
    return vrai or envoi.prepare.canal is Canal.LRAR


def _perime(etape: Etape, envoi: Envoi, jour: date) -> bool:
    """Whether it has waited too long to leave with the date and the sums it bears."""
    return jour > envoi.prepare.jour + (VALIDITE_APPROBATION if etape.approbation else VALIDITE)


def _cle(etat: Etat, etape: Etape, canal: Canal) -> str:
    rang = sum(envoi.prepare.canal is canal for envoi in etat.envois_de(etape.nom)) + 1
    return f"{etape.nom}:{canal}" + (f":{rang}" if rang > 1 else "")


def _retenue(etat: Etat, etape: Etape, jour: date) -> Action | None:
    """A person refused it with these sums, or put it off to a later day."""
    donnee = etat.approbations.get(etape.nom)
    if donnee is None or etat.envois[donnee.envoi].retire is not None:
        return None
    if etat.envois[donnee.envoi].prepare.reste != etat.solde:
        return None
    if donnee.decision is Decision.REFUSER:
        libelle = f"{etape.libelle} refusée par {donnee.par}"
        return Attendre(jour + RAPPEL, libelle, Qui.PERSONNE, etape.nom)
    reprise = donnee.jusqu_au or donnee.jour + RAPPEL
    if donnee.decision is Decision.REPORTER and jour < reprise:
        return Attendre(reprise, f"{etape.libelle} reportée au {en_chiffres(reprise)}", etape=etape.nom)
    return None


def _approuvee(etat: Etat, etape: Etape, envoi: Envoi) -> bool:
    """Whether a person approved this very letter: what leaves is what was read."""
    donnee = etat.approbations.get(etape.nom)
    return donnee is not None and donnee.decision is Decision.APPROUVER and donnee.envoi == envoi.prepare.cle
