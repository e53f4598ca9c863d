"""What replaying the faits of a creance gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from typing import Any, assert_never

from dossier.core.etat.modele import Envoi, Etat
from dossier.core.faits import (
    AccuseRecu,
    AdresseVerifiee,
    AppelConsigne,
    ApprobationDonnee,
    AvoirEmis,
    Contenu,
    CreanceAbandonnee,
    CreanceDeclaree,
    CreanceOuverte,
    CreanceSoldee,
    DerogationDonnee,
    DocumentEtabli,
    DossierPrepare,
    DossierRecu,
    DossierScelle,
    DossierTransmis,
    EcheancierAccorde,
    EcheancierRompu,
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRemplace,
    EnvoiRetire,
    EnvoiSignale,
    EtapeAvancee,
    EtapeSautee,
    Fait,
    IssuePli,
    LigneAVoir,
    LigneEcartee,
    LitigeLeve,
    LitigeOuvert,
    OppositionFormee,
    OrdonnanceRendue,
    OrdonnanceSignifiee,
    PaiementAnnule,
    PaiementRecu,
    PieceAjoutee,
    PieceRetiree,
    PliDepose,
    PremierActe,
    ProcedureCollectiveEcartee,
    ProcedureCollectiveOuverte,
    ProcedureReprise,
    ProcedureSuspendue,
    PromesseFaite,
    QuestionPosee,
    RemiseDouteuse,
    RemiseTentee,
    RequeteDeposee,
    RevisionDemandee,
    RevisionRetiree,
    ScanRecu,
    ScenarioChange,
    Sens,
    SourceAccuse,
    SuiviRecu,
)

ISSUES = {
    Sens.DISTRIBUE: IssuePli.DISTRIBUE,
    Sens.REFUSE: IssuePli.REFUSE,
    Sens.NON_RECLAME: IssuePli.AVISE_NON_RECLAME,
    Sens.NPAI: IssuePli.NPAI,
}
"""What an event of a carrier says of the outcome, when it says it."""


QUESTION_ADRESSE = "adresse--"
"""How the key of a question about the debtor's address begins."""


def rejouer(faits: Sequence[Fait]) -> Etat:
    """The state after these faits; the first one must open the creance."""
    return poursuivre(None, [fait.contenu for fait in faits])


def poursuivre(etat: Etat | None, contenus: Sequence[Contenu]) -> Etat:
    """The state after these further contents."""
    resultat = reduce(_appliquer, contenus, etat)
    if resultat is None:
        raise ValueError("une créance sans aucun fait n'a pas d'état")
    return resultat


def _appliquer(etat: Etat | None, contenu: Contenu) -> Etat:
    if etat is None:
        if not isinstance(contenu, CreanceOuverte):
            raise ValueError("le premier fait d'une créance est son ouverture")
        cle = contenu.facture.debiteur.cle
        return Etat(facture=contenu.facture, scenario=contenu.scenario, source=contenu.source, debiteur=cle)
    return replace(_changer(etat, contenu), numero=etat.numero + 1)


def _changer(etat: Etat, contenu: Contenu) -> Etat:  # noqa: C901, PLR0911, PLR0912 - one case per kind of fait
    match contenu:
        case CreanceOuverte() | LigneAVoir() | LigneEcartee():
            raise ValueError("une créance ne s'ouvre qu'une fois, et ne tient aucune ligne de relevé")
        case EtapeSautee():
            return replace(etat, sautees={**etat.sautees, contenu.etape: contenu})
        case EtapeAvancee():
            return replace(etat, avancees={**etat.avancees, contenu.etape: contenu})
        case EnvoiPrepare():
            return replace(etat, envois={**etat.envois, contenu.cle: Envoi(contenu)})
        case EnvoiRemplace(cle=cle, pdf=pdf, source=source):
            envoi = etat.envois[cle]
            autre = replace(envoi, prepare=envoi.prepare.model_copy(update={"pdf": pdf, "source": source}))
            return replace(etat, envois={**etat.envois, cle: autre})
        case EnvoiRetire():
            return _envoi(etat, contenu.cle, retire=contenu)
        case EnvoiSignale():
            return _envoi(etat, contenu.cle, signale=contenu)
        case RemiseTentee():
            return _envoi(etat, contenu.cle, tentee=contenu)
        case EnvoiFait():
            return _envoi(etat, contenu.cle, fait=contenu)
        case RemiseDouteuse():
            return _envoi(etat, contenu.cle, douteuse=contenu)
        case PliDepose():
            return _depot(etat, contenu)
        case SuiviRecu():
            return _envoi(
                etat, contenu.cle, suivi=contenu, contredit=_dedit(etat.envois[contenu.cle], contenu)
            )
        case AccuseRecu():
            return _issue(etat, contenu)
        case ScanRecu():
            return _envoi(etat, contenu.cle, scans=(*etat.envois[contenu.cle].scans, contenu))
        case AdresseVerifiee():
            return _a_cette_adresse(etat, contenu)
        case QuestionPosee():
            return replace(etat, questions={**etat.questions, contenu.etape: contenu.question})
        case ApprobationDonnee():
            apres = _repondue(etat, contenu.etape)
            return replace(apres, approbations={**etat.approbations, contenu.etape: contenu})
        case AppelConsigne():
            apres = _repondue(etat, contenu.etape)
            return replace(apres, appels={**etat.appels, contenu.etape: contenu})
        case PaiementRecu():
            return replace(etat, paiements=(*etat.paiements, contenu))
        case PaiementAnnule():
            return _sans_paiement(etat, contenu)
        case PromesseFaite():
            return replace(etat, promesses=(*etat.promesses, contenu), approbations={})
        case AvoirEmis():
            return replace(etat, avoirs=(*etat.avoirs, contenu))
        case ProcedureCollectiveOuverte():
            return replace(etat, procedure=contenu, approbations={})
        case ProcedureCollectiveEcartee():
            return replace(etat, procedure=None)
        case LitigeOuvert():
            # What was approved before is asked again: the person did not know of the dispute.
            return replace(etat, litige=contenu, approbations={})
        case LitigeLeve():
            return replace(etat, litige=None)
        case ProcedureSuspendue():
            return replace(etat, suspension=contenu, approbations={})
        case ProcedureReprise():
            return replace(etat, suspension=None)
        case ScenarioChange(scenario=scenario):
            return replace(etat, scenario=scenario, questions={}, approbations={})
        case EcheancierAccorde():
            return replace(etat, echeancier=contenu, solde_accorde=etat.solde, approbations={})
        case EcheancierRompu():
            return replace(etat, echeancier=None)
        case DocumentEtabli():
            return replace(etat, documents=(*etat.documents, contenu))
        case PieceAjoutee():
            return replace(etat, pieces=(*etat.pieces, contenu))
        case PieceRetiree(empreinte=empreinte):
            restent = tuple(piece for piece in etat.pieces if piece.pdf.empreinte != empreinte)
            return replace(etat, pieces=restent, retirees=(*etat.retirees, contenu))
        case DossierPrepare():
            return replace(etat, preparation=contenu)
        case DossierScelle():
            return replace(etat, dossier=contenu, revision=None)
        case RevisionDemandee():
            return replace(etat, revision=contenu)
        case RevisionRetiree():
            return replace(etat, revision=None)
        case DerogationDonnee():
            return replace(etat, derogations=(*etat.derogations, contenu), questions={})
        case (
            DossierTransmis()
            | DossierRecu()
            | RequeteDeposee()
            | OrdonnanceRendue()
            | OrdonnanceSignifiee()
            | PremierActe()
            | OppositionFormee()
        ):
            return replace(etat, suites=etat.suites.avec(contenu))
        case CreanceSoldee() | CreanceAbandonnee() | CreanceDeclaree():
            return replace(etat, fin=contenu)
        case _:
            assert_never(contenu)


def _repondue(etat: Etat, etape: str) -> Etat:
    """The question asked for that step, if any, is no longer open."""
    return replace(etat, questions={nom: cle for nom, cle in etat.questions.items() if nom != etape})


def _sans_paiement(etat: Etat, annule: PaiementAnnule) -> Etat:
    """One of the payments equal to that one no longer counts; what it had settled is open again."""
    rang = etat.paiements.index(annule.paiement)
    fin = None if isinstance(etat.fin, CreanceSoldee) else etat.fin
    return replace(etat, paiements=etat.paiements[:rang] + etat.paiements[rang + 1 :], fin=fin)


def _a_cette_adresse(etat: Etat, verifiee: AdresseVerifiee) -> Etat:
    debiteur = etat.facture.debiteur.model_copy(update={"adresse": verifiee.adresse})
    revenus = {cle: envoi for cle, envoi in etat.envois.items() if envoi.revenu_sans_adresse}
    revus = {cle: replace(envoi, adresse_revue=True) for cle, envoi in revenus.items()}
    return replace(
        etat,
        facture=etat.facture.model_copy(update={"debiteur": debiteur}),
        adresse=verifiee,
        envois={**etat.envois, **revus},
        questions={nom: cle for nom, cle in etat.questions.items() if not cle.startswith(QUESTION_ADRESSE)},
    )


def _depot(etat: Etat, depot: PliDepose) -> Etat:
    """A number that replaces another takes back what the carrier told: it was about another letter."""
    envoi = etat.envois[depot.cle]
    par_numero = envoi.fait is None or not envoi.fait.transporteur
    if envoi.depot is None or envoi.depot.numero == depot.numero or not par_numero:
        return _envoi(etat, depot.cle, depot=depot)
    des_gens = tuple(a for a in envoi.accuses if a.source is SourceAccuse.PERSONNE)
    return _envoi(etat, depot.cle, depot=depot, suivi=None, accuses=des_gens, contredit=False)


def _issue(etat: Etat, accuse: AccuseRecu) -> Etat:
    avant = etat.envois[accuse.cle]
    du_transporteur = accuse.source is SourceAccuse.TRANSPORTEUR
    autre = any(a.issue is not accuse.issue for a in avant.accuses)
    return _envoi(
        etat,
        accuse.cle,
        accuses=(*avant.accuses, accuse),
        contredit=du_transporteur and (avant.contredit or autre),
    )


def _dedit(envoi: Envoi, suivi: SuiviRecu) -> bool:
    """Whether the carrier gainsays itself, or what was recorded: two outcomes, or handed over and sent back.

    Once a person has settled it, only what the carrier adds counts.
    """
    regle = envoi.accuse is not None and envoi.accuse.source is SourceAccuse.PERSONNE
    connus = envoi.suivi.evenements if regle and envoi.suivi is not None else ()
    dits = {evenement.sens for evenement in suivi.evenements if evenement not in connus}
    issues = {ISSUES[sens] for sens in dits if sens in ISSUES}
    if envoi.accuse is not None:
        issues.add(envoi.accuse.issue)
    rendu = IssuePli.DISTRIBUE in issues and Sens.RETOURNE in dits
    return envoi.contredit or len(issues) > 1 or rendu


def _envoi(etat: Etat, cle: str, **nouveau: Any) -> Etat:
    return replace(etat, envois={**etat.envois, cle: replace(etat.envois[cle], **nouveau)})
