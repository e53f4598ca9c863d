"""The history of a creance in words: one line per fait that matters to a reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, assert_never

from dossier.core.dates import en_lettres, jour_legal
from dossier.core.faits import (
    AccuseRecu,
    AppelConsigne,
    ApprobationDonnee,
    Archive,
    AvoirEmis,
    Canal,
    CreanceAbandonnee,
    CreanceDeclaree,
    CreanceOuverte,
    CreanceSoldee,
    Decision,
    DocumentEtabli,
    DossierPrepare,
    DossierScelle,
    EcheancierAccorde,
    EcheancierRompu,
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRemplace,
    EnvoiRetire,
    EtapeSautee,
    Fait,
    IssuePli,
    LitigeLeve,
    LitigeOuvert,
    NatureProcedure,
    PaiementRecu,
    PieceAjoutee,
    PliDepose,
    ProcedureCollectiveEcartee,
    ProcedureCollectiveOuverte,
    QuestionPosee,
    RemiseTentee,
    ResultatAppel,
)
from dossier.core.montants import en_euros

ISSUES = {
    IssuePli.DISTRIBUE: "distribué",
    IssuePli.REFUSE: "refusé",
    IssuePli.AVISE_NON_RECLAME: "avisé et non réclamé",
    IssuePli.NPAI: "revenu, destinataire inconnu à l'adresse",
}
DECISIONS = {
    Decision.APPROUVER: "approuvé",
    Decision.REPORTER: "reporté",
    Decision.REFUSER: "refusé",
}
PROCEDURES = {
    NatureProcedure.SAUVEGARDE: "sauvegarde",
    NatureProcedure.REDRESSEMENT: "redressement judiciaire",
    NatureProcedure.LIQUIDATION: "liquidation judiciaire",
}
APPELS = {
    ResultatAppel.MESSAGE_LAISSE: "message laissé",
    ResultatAppel.INJOIGNABLE: "injoignable",
    ResultatAppel.FACTURE_NON_RECUE: "facture non reçue",
    ResultatAppel.ATTENTE_APPROBATION: "en attente d'approbation",
    ResultatAppel.PAIEMENT_ANNONCE: "paiement annoncé",
    ResultatAppel.PAIEMENT_ENVOYE: "paiement envoyé",
    ResultatAppel.SANS_SUITE: "sans suite",
}


class Evenement(NamedTuple):
    """One dated line; `interne` lines are for the creditor's staff and never served on the debtor."""

    jour: date
    libelle: str
    creance: str
    preuve: str = ""
    interne: bool = False
    archives: tuple[Archive | None, ...] = ()
    """The documents that show it."""


def chronologie(faits: Sequence[Fait]) -> tuple[Evenement, ...]:
    """The events of one creance in the order of their legal day."""
    prepares = {
        contenu.cle: contenu
        for contenu in (fait.contenu for fait in faits)
        if isinstance(contenu, EnvoiPrepare)
    }
    evenements = [
        evenement
        for fait in _sans_jugement_repete(faits)
        if (evenement := _evenement(fait, prepares)) is not None
    ]
    return tuple(sorted(evenements, key=lambda evenement: evenement.jour))


def _sans_jugement_repete(faits: Sequence[Fait]) -> list[Fait]:
    """A judgment recorded again, once its publication is known, is told once."""
    jugements = [fait.numero for fait in faits if isinstance(fait.contenu, ProcedureCollectiveOuverte)]
    return [fait for fait in faits if fait.numero not in jugements[:-1]]


def _evenement(  # noqa: C901, PLR0911, PLR0912 - one case per kind of fait
    fait: Fait, prepares: dict[str, EnvoiPrepare]
) -> Evenement | None:
    contenu = fait.contenu
    enregistre = jour_legal(fait.instant)
    match contenu:
        case CreanceOuverte(facture=facture, source=source):
            libelle = f"Facture n°\u00a0{facture.numero} émise, échéance au {en_lettres(facture.echeance)}"
            return Evenement(facture.emission, libelle, fait.creance, archives=(source,))
        case EnvoiPrepare(intitule=intitule, jour=jour, pdf=pdf):
            libelle = f"{intitule} : document établi"
            return Evenement(jour, libelle, fait.creance, f"SHA-256 {pdf.empreinte[:16]}…", interne=True)
        case EnvoiFait(cle=cle, jour=jour, preuve=preuve):
            prepare = prepares[cle]
            intitule, canal = prepare.intitule, prepare.canal
            if canal is Canal.LRAR:
                return Evenement(
                    jour, f"{intitule} : recommandé prêt à déposer", fait.creance, preuve, interne=True
                )
            if canal is Canal.COURRIER:  # its proof is a folder of ours: nothing for a reader outside
                libelle = f"{intitule} : lettre simple établie pour envoi"
                return Evenement(jour, libelle, fait.creance, archives=(prepare.pdf,))
            return Evenement(jour, f"{intitule} par courriel", fait.creance, preuve, archives=(prepare.pdf,))
        case PliDepose(cle=cle, numero=numero, jour=jour, preuve=depot):
            libelle = f"{prepares[cle].intitule} : dépôt du recommandé n°\u00a0{numero}"
            return Evenement(jour, libelle, fait.creance, archives=(prepares[cle].pdf, depot))
        case AccuseRecu(cle=cle, issue=issue, premiere_presentation=presente, jour=jour, preuve=avis):
            suite = f"pli {ISSUES[issue]} (première présentation le {en_lettres(presente)})"
            return Evenement(jour, f"{prepares[cle].intitule} : {suite}", fait.creance, archives=(avis,))
        case AppelConsigne(resultat=resultat, jour=jour):
            return Evenement(jour, f"Appel téléphonique : {APPELS[resultat]}", fait.creance)
        case PaiementRecu(montant=montant, jour=jour, reference=reference):
            return Evenement(jour, f"Paiement reçu : {en_euros(montant)}", fait.creance, reference)
        case AvoirEmis(numero=numero, montant=montant, jour=jour, pdf=pdf):
            libelle = f"Avoir n°\u00a0{numero} : {en_euros(montant)} déduits de la facture"
            return Evenement(jour, libelle, fait.creance, archives=(pdf,))
        case ProcedureCollectiveOuverte(nature=nature, jugement=jugement, publication=publication):
            publie = f", publié au BODACC le {en_lettres(publication)}" if publication else ""
            libelle = f"Jugement d'ouverture d'une procédure de {PROCEDURES[nature]}{publie}"
            return Evenement(jugement, libelle, fait.creance)
        case ProcedureCollectiveEcartee(motif=motif, jour=jour):
            libelle = f"Procédure collective écartée : {motif}"
            return Evenement(jour, libelle, fait.creance, interne=True)
        case CreanceDeclaree(envoi=envoi, jour=jour, preuve=preuve_de_declaration):
            libelle = "Créance déclarée à la procédure collective"
            return Evenement(jour, libelle, fait.creance, envoi, archives=(preuve_de_declaration,))
        case LitigeOuvert(motif=motif, jour=jour):
            return Evenement(jour, f"Contestation reçue : {motif}", fait.creance, interne=True)
        case LitigeLeve(conclusion=conclusion, jour=jour):
            return Evenement(jour, f"Contestation levée : {conclusion}", fait.creance, interne=True)
        case EcheancierAccorde(mensualites=mensualites, jour=jour):
            return Evenement(jour, f"Échéancier accordé en {len(mensualites)} versements", fait.creance)
        case EcheancierRompu(manquee=manquee, jour=jour):
            return Evenement(
                jour, f"Versement du {en_lettres(manquee)} non reçu : échéancier rompu", fait.creance
            )
        case ApprobationDonnee(decision=decision, par=par, jour=jour, etape=etape):
            libelle = f"Envoi « {etape} » {DECISIONS[decision]} par {par}"
            return Evenement(jour, libelle, fait.creance, interne=True)
        case EtapeSautee(etape=etape, motif=motif, jour=jour):
            return Evenement(jour, f"Étape « {etape} » sautée : {motif}", fait.creance, interne=True)
        case EnvoiRemplace(cle=cle, par=par, jour=jour, pdf=pdf):
            libelle = f"{prepares[cle].intitule} : document remplacé par {par}"
            return Evenement(jour, libelle, fait.creance, f"SHA-256 {pdf.empreinte[:16]}…", interne=True)
        case DocumentEtabli(intitule=intitule, jour=jour):
            return Evenement(jour, f"{intitule} : document établi", fait.creance, interne=True)
        case PieceAjoutee(intitule=intitule):
            return Evenement(enregistre, f"Pièce ajoutée : {intitule}", fait.creance, interne=True)
        case DossierScelle(dossier=dossier, jour=jour, pieces=pieces):
            return Evenement(jour, f"Dossier scellé : {dossier}, {pieces} pièces", fait.creance, interne=True)
        case CreanceSoldee(renonce=renonce, jour=jour):
            remise = f" (pénalités et indemnité abandonnées : {en_euros(renonce)})" if renonce else ""
            return Evenement(jour, f"Facture soldée{remise}", fait.creance, interne=True)
        case CreanceAbandonnee(motif=motif, jour=jour):
            return Evenement(jour, f"Procédure abandonnée : {motif}", fait.creance, interne=True)
        case EnvoiRetire(cle=cle, motif=motif, jour=jour):
            libelle = f"{prepares[cle].intitule} : document commun repris, {motif}"
            return Evenement(jour, libelle, fait.creance, interne=True)
        case QuestionPosee() | RemiseTentee() | DossierPrepare():
            return None
        case _:
            assert_never(contenu)
