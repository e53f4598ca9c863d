"""The one thing to do for a creance on a given day. Pure: the journal and the scenario decide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from dossier.core.dates import en_chiffres, jour_legal
from dossier.core.droit.delais import fin_d_attente_jours
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import (
    AccuseRecu,
    Canal,
    CreanceAbandonnee,
    CreanceDeclaree,
    CreanceSoldee,
    Decision,
    GenreScan,
    IssuePli,
    Sens,
)
from dossier.core.montants import ZERO
from dossier.core.scenario import Etape, GenreEtape, Scenario

UN_JOUR = timedelta(days=1)
RAPPEL = timedelta(days=7)
VALIDITE = timedelta(days=3)
ATTENTE_DEPOT = timedelta(days=5)
"""How long a carrier that prints and posts may take before a person asks it."""
VALIDITE_APPROBATION = timedelta(days=8)
"""A document that could not leave within these days is written anew: the dates it gives have aged."""
FINS = {
    CreanceSoldee: "Soldée",
    CreanceAbandonnee: "Abandonnée",
    CreanceDeclaree: "Déclarée au passif",
}


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


class Qui(StrEnum):
    """For whom or what a creance waits."""

    DATE = "date"
    POSTE = "poste"
    PERSONNE = "personne"


@dataclass(frozen=True)
class Preparer:
    """Write the document of that step for that channel, under that key."""

    etape: Etape
    canal: Canal
    cle: str


@dataclass(frozen=True)
class Envoyer:
    """Hand the prepared document to its carrier."""

    etape: Etape
    envoi: Envoi


@dataclass(frozen=True)
class DemanderApprobation:
    etape: Etape
    envoi: Envoi


@dataclass(frozen=True)
class DemanderAdresse:
    """A registered letter came back from a wrong address: ask where the debtor is before writing again."""

    etape: Etape
    envoi: Envoi


@dataclass(frozen=True)
class DemanderAppel:
    etape: Etape


@dataclass(frozen=True)
class Sauter:
    etape: Etape
    motif: str


@dataclass(frozen=True)
class RompreEcheancier:
    manquee: date


@dataclass(frozen=True)
class Attendre:
    """Nothing to do before `jusqu_a` unless a fait arrives; `libelle` is what staff read."""

    jusqu_a: date
    libelle: str
    qui: Qui = Qui.DATE
    etape: str = ""


@dataclass(frozen=True)
class Assembler:
    """The délai of the mise en demeure has ended: seal the dossier."""


@dataclass(frozen=True)
class Suivre:
    """The dossier is sealed: what follows is the calendar of the court's procedure (`suites`)."""


@dataclass(frozen=True)
class Solder:
    """The invoice is paid: close the creance."""


@dataclass(frozen=True)
class Terminer:
    libelle: str


Action = (
    Preparer
    | Envoyer
    | DemanderApprobation
    | DemanderAdresse
    | DemanderAppel
    | Sauter
    | RompreEcheancier
    | Attendre
    | Assembler
    | Suivre
    | Solder
    | Terminer
)


def decide(etat: Etat, scenario: Scenario, jour: date) -> Action:
    """The next action for this creance on that day (Paris)."""
    return (
        _cloture(etat)
        or _procedure_collective(etat, jour)
        or _dossier_scelle(etat, scenario, jour)
        or ce_qui_retient(etat, scenario, jour)
        or _etape(etat, scenario, jour)
        or _apres_mise_en_demeure(etat, scenario, jour)
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


def ce_qui_retient(etat: Etat, scenario: Scenario, jour: date) -> Attendre | RompreEcheancier | None:
    """A dispute, a pause, a promise or an instalment plan; None when nothing holds the procedure."""
    return _suspension(etat, jour) or _promesse(etat, scenario, jour) or _echeancier(etat, scenario, jour)


def _suspension(etat: Etat, jour: date) -> Attendre | None:
    """What a dispute, or a person, stops."""
    if etat.litige is not None:
        return Attendre(jour + RAPPEL, f"Litige ouvert : {etat.litige.motif}", Qui.PERSONNE, "litige")
    if etat.suspension is None:
        return None
    reprise = etat.suspension.jusqu_au
    if reprise is None:
        libelle = f"Suspendue : {etat.suspension.motif}"
        return Attendre(jour + RAPPEL, libelle, Qui.PERSONNE, "suspension")
    if jour >= reprise:
        return None
    return Attendre(reprise, f"Suspendue jusqu'au {en_chiffres(reprise)}", etape="suspension")


def _promesse(etat: Etat, scenario: Scenario, jour: date) -> Attendre | None:
    """The last promise holds the procedure until its day has passed, with the tolerance of instalments."""
    if not etat.promesses:
        return None
    promis = etat.promesses[-1].promis_le
    reprise = promis + timedelta(days=scenario.tolerance_echeancier) + UN_JOUR
    if jour >= reprise:
        return None
    return Attendre(reprise, f"Paiement promis pour le {en_chiffres(promis)}", etape="promesse")


def _echeancier(etat: Etat, scenario: Scenario, jour: date) -> Attendre | RompreEcheancier | None:
    """A running instalment plan holds the procedure until one instalment is missed."""
    if etat.echeancier is None:
        return None
    recu = etat.solde_accorde - etat.solde
    tolerance = timedelta(days=scenario.tolerance_echeancier)
    cumul = ZERO
    for mensualite in sorted(etat.echeancier.mensualites, key=lambda m: m.jour):
        cumul += mensualite.montant
        if recu < cumul:
            if jour > mensualite.jour + tolerance:
                return RompreEcheancier(mensualite.jour)
            libelle = f"Échéancier : versement du {en_chiffres(mensualite.jour)}"
            return Attendre(mensualite.jour + tolerance + UN_JOUR, libelle, etape="echeancier")
    return None


def _etape(etat: Etat, scenario: Scenario, jour: date) -> Action | None:
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


def date_faite(etat: Etat, etape: Etape) -> date | None:
    """The day that step was completed (the day of deposit for a registered letter), else None."""
    if etape.nom in etat.sautees:
        return etat.sautees[etape.nom].jour
    if etape.genre is GenreEtape.APPEL:
        appel = etat.appels.get(etape.nom)
        return appel.jour if appel is not None and appel.rappeler_le is None else None
    envois = [dernier_envoi(etat, etape, canal) for canal in canaux(etat, etape)]
    departs = [envoi.depart for envoi in envois if envoi is not None and envoi.depart is not None]
    return max(departs) if departs and len(departs) == len(envois) else None


def canaux(etat: Etat, etape: Etape) -> tuple[Canal, ...]:
    """The channels of that step for this debtor: without an e-mail address, the post if it has a letter."""
    if Canal.EMAIL not in etape.canaux or etat.facture.debiteur.email:
        return etape.canaux
    sans_email = tuple(canal for canal in etape.canaux if canal is not Canal.EMAIL)
    return sans_email or ((Canal.COURRIER,) if etape.lettre else ())


def dernier_envoi(etat: Etat, etape: Etape, canal: Canal) -> Envoi | None:
    """The current sending of that step by that channel: the last prepared, unless it is to be done again.

    It is when it was taken back, or when a mise en demeure came back from a wrong address that a person has
    looked for since. When that outcome is corrected before a new letter was printed, the first one counts.
    """
    envois = [envoi for envoi in etat.envois_de(etape.nom) if envoi.prepare.canal is canal]
    presentes = [envoi for envoi in envois if presentee(envoi)]
    if presentes and not _imprime(envois[-1]):
        return presentes[-1]
    if not envois or envois[-1].retire is not None:
        return None
    a_refaire = etape.genre is GenreEtape.MISE_EN_DEMEURE and envois[-1].a_renvoyer
    return None if a_refaire else envois[-1]


def presentee(envoi: Envoi) -> bool:
    """Whether that registered letter was posted, and validly presented."""
    accuse = envoi.accuse if envoi.depot is not None else None
    return accuse is not None and accuse.issue is not IssuePli.NPAI


def _imprime(envoi: Envoi) -> bool:
    """Whether it was given to its carrier, perhaps, and not taken back."""
    return envoi.retire is None and (envoi.tentee is not None or envoi.fait is not None)


def date_prevue(etat: Etat, scenario: Scenario, etape: Etape) -> date:
    """The day that step falls due, or to which a person brought it forward; the steps before it must be done.

    Only a prévenance may come before the day after the échéance, whatever the scenario says.
    """
    assert etape.delai is not None
    prevue = _repere(etat, scenario, etape.delai.depuis) + timedelta(days=etape.delai.jours)
    if etape.nom in etat.avancees:
        prevue = min(prevue, etat.avancees[etape.nom].jour)
    if etape.genre is GenreEtape.PREVENANCE:
        return prevue
    return max(prevue, etat.facture.echeance + UN_JOUR)


def _repere(etat: Etat, scenario: Scenario, depuis: str) -> date:
    if depuis == "echeance":
        return etat.facture.echeance
    if depuis == "derniere_relance":
        relances = [e for e in scenario.etapes if e.genre is GenreEtape.RELANCE and e.nom not in etat.sautees]
        return max(_faites(etat, relances), default=etat.facture.echeance)
    # The latest day up to that step: a call noted before its turn does not hasten what follows. The day on
    # which others were skipped, by a change of scenario, does not delay it.
    jalons = scenario.jusqu_a(depuis)
    faits = jalons if depuis in etat.sautees else [e for e in jalons if e.nom not in etat.sautees]
    return max(_faites(etat, faits))


def _faites(etat: Etat, etapes: Iterable[Etape]) -> list[date]:
    return [faite for etape in etapes if (faite := date_faite(etat, etape)) is not None]


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
    return _expedier(etat, etape, canal, envoi, jour)


def _appel(etat: Etat, etape: Etape, jour: date) -> Action:
    """Ask for the call, now or on the day to which the last one put it off."""
    dernier = etat.appels.get(etape.nom)
    rappel = dernier.rappeler_le if dernier is not None else None
    if rappel is not None and jour < rappel:
        return Attendre(rappel, f"À rappeler le {en_chiffres(rappel)}", etape=etape.nom)
    return DemanderAppel(etape)


def _expedier(etat: Etat, etape: Etape, canal: Canal, envoi: Envoi | None, jour: date) -> Action:
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


def _apres_mise_en_demeure(etat: Etat, scenario: Scenario, jour: date) -> Action:
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
