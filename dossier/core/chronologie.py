"""The history of a creance in words: one line per fait that matters to a reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple, assert_never

from dossier.core.dates import en_lettres, jour_legal
from dossier.core.faits import (
    AccuseRecu,
    AdresseVerifiee,
    AppelConsigne,
    ApprobationDonnee,
    Archive,
    AvoirEmis,
    Canal,
    CauseAnnulation,
    Contenu,
    CreanceAbandonnee,
    CreanceDeclaree,
    CreanceOuverte,
    CreanceSoldee,
    Decision,
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
    GenreScan,
    IssuePli,
    LigneAVoir,
    LigneEcartee,
    LitigeLeve,
    LitigeOuvert,
    NatureProcedure,
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
    ResultatAppel,
    RevisionDemandee,
    RevisionRetiree,
    ScanRecu,
    ScenarioChange,
    SensOrdonnance,
    SuiviRecu,
)
from dossier.core.montants import en_euros
from dossier.core.noms import Noms, nommer
from dossier.core.pays import enveloppe
from dossier.core.scenario import Scenario
from dossier.core.suites import Suite

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
    ResultatAppel.LITIGE: "facture contestée",
    ResultatAppel.PAIEMENT_ANNONCE: "paiement annoncé",
    ResultatAppel.PAIEMENT_ENVOYE: "paiement envoyé",
    ResultatAppel.SANS_SUITE: "sans suite",
}
DEMARCHES = {ResultatAppel.MESSAGE_LAISSE, ResultatAppel.INJOIGNABLE, ResultatAppel.SANS_SUITE}
"""The calls that tell no word of the debtor: only these are served, for no document shows what was said."""
REMIS = "accepté par le serveur de messagerie"

ORDONNANCES = {
    SensOrdonnance.ACCUEILLIE: "accueillie",
    SensOrdonnance.PARTIELLE: "accueillie en partie",
    SensOrdonnance.REJETEE: "rejetée",
}
SCANS = {
    GenreScan.DEPOT: "preuve de dépôt, document",
    GenreScan.AVIS: "avis de réception, document",
    GenreScan.ENVELOPPE: "enveloppe retournée, document",
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
    documents: tuple[Archive, ...] = ()
    """The documents that came with it: each one of a creance comes once."""


def chronologie(faits: Sequence[Fait], scenarios: Iterable[Scenario] = ()) -> tuple[Evenement, ...]:
    """The events of one creance in the order of their legal day.

    `scenarios`: where the lines for the staff find the labels of steps and scenarios, the creance's own last;
    without them they bear code names. A served line needs none.
    """
    contenus = [fait.contenu for fait in faits]
    noms = nommer(contenus, scenarios)
    prepares = _prepares(contenus)
    scans = [contenu for contenu in contenus if isinstance(contenu, ScanRecu)]
    corriges = _corriges(faits) | _saisis_par_erreur(faits)
    evenements = [
        evenement._replace(
            interne=evenement.interne or fait.numero in corriges, documents=_documents(fait.contenu)
        )
        for fait in _sans_jugement_repete(faits)
        if (evenement := _evenement(fait, prepares, scans, noms)) is not None
    ]
    return tuple(sorted(evenements, key=lambda evenement: evenement.jour))


def _prepares(contenus: Sequence[Contenu]) -> dict[str, EnvoiPrepare]:
    """Each sending as it left: with the document that a person put in the place of the first, if one did."""
    prepares: dict[str, EnvoiPrepare] = {}
    for contenu in contenus:
        if isinstance(contenu, EnvoiPrepare):
            prepares[contenu.cle] = contenu
        elif isinstance(contenu, EnvoiRemplace):
            papiers = {"pdf": contenu.pdf, "source": contenu.source}
            prepares[contenu.cle] = prepares[contenu.cle].model_copy(update=papiers)
    return prepares


def _documents(contenu: Contenu) -> tuple[Archive, ...]:
    return tuple(valeur for _, valeur in contenu if isinstance(valeur, Archive))


def _corriges(faits: Sequence[Fait]) -> frozenset[int]:
    """The numbers of the deposits and outcomes that a later word on the same letter replaced."""
    postaux = [
        (fait.numero, (contenu.type, contenu.cle))
        for fait in faits
        if isinstance(contenu := fait.contenu, PliDepose | AccuseRecu)
    ]
    derniers = {lettre: numero for numero, lettre in postaux}
    return frozenset(numero for numero, lettre in postaux if derniers[lettre] != numero)


def _saisis_par_erreur(faits: Sequence[Fait]) -> frozenset[int]:
    """The numbers of the payments that were recorded by mistake: each is the last one equal to it before."""
    trouves: set[int] = set()
    for annule in faits:
        if isinstance(contenu := annule.contenu, PaiementAnnule) and contenu.cause is CauseAnnulation.ERREUR:
            egaux = [f.numero for f in faits[: annule.numero] if f.contenu == contenu.paiement]
            trouves.update([numero for numero in egaux if numero not in trouves][-1:])
    return frozenset(trouves)


def _sans_jugement_repete(faits: Sequence[Fait]) -> list[Fait]:
    """A judgment recorded again, once its publication is known, is told once."""
    jugements = [fait.numero for fait in faits if isinstance(fait.contenu, ProcedureCollectiveOuverte)]
    return [fait for fait in faits if fait.numero not in jugements[:-1]]


def _evenement(  # noqa: C901, PLR0911, PLR0912 - one case per kind of fait
    fait: Fait, prepares: dict[str, EnvoiPrepare], scans: Sequence[ScanRecu], noms: Noms
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
            remis = REMIS if preuve else ""
            return Evenement(jour, f"{intitule} par courriel", fait.creance, remis, archives=(prepare.pdf,))
        case (
            RemiseDouteuse()
            | EnvoiSignale()
            | EnvoiRetire()
            | PliDepose()
            | SuiviRecu()
            | AccuseRecu()
            | ScanRecu()
        ):
            papiers = [scan for scan in scans if scan.cle == contenu.cle]
            return _evenement_de_lettre(contenu, fait.creance, prepares[contenu.cle], papiers)
        case AdresseVerifiee(adresse=adresse, source=source, jour=jour, preuve=extrait):
            libelle = f"Adresse du débiteur vérifiée : {', '.join(enveloppe(adresse))}"
            return Evenement(jour, libelle, fait.creance, source, archives=(extrait,))
        case AppelConsigne(resultat=resultat, jour=jour):
            libelle = f"Appel téléphonique : {APPELS[resultat]}"
            return Evenement(jour, libelle, fait.creance, interne=resultat not in DEMARCHES)
        case PaiementRecu() | PaiementAnnule() | PromesseFaite() | AvoirEmis():
            return _evenement_de_somme(contenu, fait.creance)
        case (
            LitigeOuvert()
            | LitigeLeve()
            | ProcedureSuspendue()
            | ProcedureReprise()
            | ScenarioChange()
            | EcheancierAccorde()
            | EcheancierRompu()
        ):
            return _evenement_de_cours(contenu, fait.creance, noms)
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
        case ApprobationDonnee(decision=decision, par=par, jour=jour, etape=etape):
            libelle = f"Envoi « {noms.etape(etape)} » {DECISIONS[decision]} par {par}"
            return Evenement(jour, libelle, fait.creance, interne=True)
        case EtapeSautee(etape=etape, motif=motif, jour=jour):
            libelle = f"Étape « {noms.etape(etape)} » sautée : {motif}"
            return Evenement(jour, libelle, fait.creance, interne=True)
        case EtapeAvancee(etape=etape, motif=motif, par=par, jour=jour):
            libelle = f"Étape « {noms.etape(etape)} » avancée par {par} : {motif}"
            return Evenement(jour, libelle, fait.creance, interne=True)
        case EnvoiRemplace(cle=cle, par=par, jour=jour, pdf=pdf):
            libelle = f"{prepares[cle].intitule} : document remplacé par {par}"
            return Evenement(jour, libelle, fait.creance, f"SHA-256 {pdf.empreinte[:16]}…", interne=True)
        case DocumentEtabli(intitule=intitule, jour=jour):
            return Evenement(jour, f"{intitule} : document établi", fait.creance, interne=True)
        case (
            PieceAjoutee()
            | PieceRetiree()
            | DossierScelle()
            | RevisionDemandee()
            | RevisionRetiree()
            | DerogationDonnee()
        ):
            return _evenement_de_dossier(contenu, fait.creance, enregistre, noms)
        case (
            DossierTransmis()
            | DossierRecu()
            | RequeteDeposee()
            | OrdonnanceRendue()
            | OrdonnanceSignifiee()
            | PremierActe()
            | OppositionFormee()
        ):
            return _evenement_de_procedure(contenu, fait.creance)
        case CreanceSoldee(renonce=renonce, jour=jour):
            remise = f" (pénalités et indemnité abandonnées : {en_euros(renonce)})" if renonce else ""
            return Evenement(jour, f"Facture soldée{remise}", fait.creance, interne=True)
        case CreanceAbandonnee(motif=motif, jour=jour):
            return Evenement(jour, f"Procédure abandonnée : {motif}", fait.creance, interne=True)
        case QuestionPosee() | RemiseTentee() | DossierPrepare() | LigneAVoir() | LigneEcartee():
            return None
        case _:
            assert_never(contenu)


def _evenement_de_somme(
    contenu: PaiementRecu | PaiementAnnule | PromesseFaite | AvoirEmis, creance: str
) -> Evenement:
    match contenu:
        case PaiementRecu(montant=montant, jour=jour, reference=reference):
            return Evenement(jour, f"Paiement reçu : {en_euros(montant)}", creance, reference)
        case PaiementAnnule(paiement=annule, cause=cause, motif=motif, jour=jour):
            de = f"{en_euros(annule.montant)} du {en_lettres(annule.jour)}"
            if cause is CauseAnnulation.ERREUR:
                libelle = f"Paiement de {de} retiré, enregistré par erreur : {motif}"
                return Evenement(jour, libelle, creance, interne=True)
            return Evenement(jour, f"Paiement de {de} revenu impayé", creance, annule.reference)
        case PromesseFaite(promis_le=promis, montant=montant, jour=jour):
            combien = f" de {en_euros(montant)}" if montant else ""
            libelle = f"Paiement{combien} promis pour le {en_lettres(promis)}"
            return Evenement(jour, libelle, creance, interne=True)
        case AvoirEmis(numero=numero, montant=montant, jour=jour, pdf=pdf):
            libelle = f"Avoir n°\u00a0{numero} : {en_euros(montant)} déduits de la facture"
            return Evenement(jour, libelle, creance, archives=(pdf,))
        case _:
            assert_never(contenu)


def _evenement_de_cours(  # noqa: PLR0911 - one case per kind
    contenu: LitigeOuvert
    | LitigeLeve
    | ProcedureSuspendue
    | ProcedureReprise
    | ScenarioChange
    | EcheancierAccorde
    | EcheancierRompu,
    creance: str,
    noms: Noms,
) -> Evenement:
    """What stops, resumes or bends the course of the procedure."""
    match contenu:
        case LitigeOuvert(motif=motif, jour=jour):
            return Evenement(jour, f"Contestation reçue : {motif}", creance, interne=True)
        case LitigeLeve(conclusion=conclusion, jour=jour):
            return Evenement(jour, f"Contestation levée : {conclusion}", creance, interne=True)
        case ProcedureSuspendue(motif=motif, jusqu_au=jusqu_au, par=par, jour=jour):
            fin = f" jusqu'au {en_lettres(jusqu_au)}" if jusqu_au else ""
            libelle = f"Procédure suspendue{fin} par {par} : {motif}"
            return Evenement(jour, libelle, creance, interne=True)
        case ProcedureReprise(motif=motif, par=par, jour=jour):
            return Evenement(jour, f"Procédure reprise par {par} : {motif}", creance, interne=True)
        case ScenarioChange(scenario=scenario, motif=motif, par=par, jour=jour):
            libelle = f"Scénario « {noms.scenario(scenario)} » choisi par {par} : {motif}"
            return Evenement(jour, libelle, creance, interne=True)
        case EcheancierAccorde(mensualites=mensualites, jour=jour):
            return Evenement(jour, f"Échéancier accordé en {len(mensualites)} versements", creance)
        case EcheancierRompu(manquee=manquee, jour=jour):
            return Evenement(jour, f"Versement du {en_lettres(manquee)} non reçu : échéancier rompu", creance)
        case _:
            assert_never(contenu)


def _evenement_de_lettre(  # noqa: PLR0911 - one case per kind
    contenu: RemiseDouteuse | EnvoiSignale | EnvoiRetire | PliDepose | SuiviRecu | AccuseRecu | ScanRecu,
    creance: str,
    prepare: EnvoiPrepare,
    papiers: Sequence[ScanRecu],
) -> Evenement:
    intitule = prepare.intitule
    match contenu:
        case RemiseDouteuse(motif=motif, jour=jour):
            return Evenement(jour, f"{intitule} : remise incertaine, {motif}", creance, interne=True)
        case EnvoiRetire(motif=motif, jour=jour):
            return Evenement(jour, f"{intitule} : document repris, {motif}", creance, interne=True)
        case EnvoiSignale(motif=motif, jour=jour):
            return Evenement(jour, f"{intitule} : lettre imprimée à relire, {motif}", creance, interne=True)
        case PliDepose(numero=numero, jour=jour, preuve=depot):
            libelle = f"{intitule} : dépôt du recommandé n°\u00a0{numero}"
            recepisses = (scan.pdf for scan in papiers if scan.genre is GenreScan.DEPOT)
            return Evenement(jour, libelle, creance, archives=(prepare.pdf, depot, *recepisses))
        case SuiviRecu(transporteur=transporteur, evenements=evenements):
            dernier = evenements[-1]
            libelle = f"{intitule} : {transporteur} dit « {dernier.libelle} »"
            return Evenement(jour_legal(dernier.instant), libelle, creance, interne=True)
        case AccuseRecu(issue=issue, premiere_presentation=presente, jour=jour, preuve=avis):
            suite = f"pli {ISSUES[issue]} (première présentation le {en_lettres(presente)})"
            retours = (scan.pdf for scan in papiers if scan.genre is not GenreScan.DEPOT)
            return Evenement(jour, f"{intitule} : {suite}", creance, archives=(avis, *retours))
        case ScanRecu(genre=genre, jour=jour):
            return Evenement(jour, f"{intitule} : {SCANS[genre]} numérisé", creance, interne=True)
        case _:
            assert_never(contenu)


def _evenement_de_dossier(
    contenu: PieceAjoutee
    | PieceRetiree
    | DossierScelle
    | RevisionDemandee
    | RevisionRetiree
    | DerogationDonnee,
    creance: str,
    enregistre: date,
    noms: Noms,
) -> Evenement:
    """What the staff does of the exhibits and of the versions: never served on the debtor."""
    match contenu:
        case PieceAjoutee(intitule=intitule, pdf=pdf):
            libelle = f"Pièce ajoutée : {noms.piece(intitule, pdf.empreinte)}"
            return Evenement(enregistre, libelle, creance, interne=True)
        case PieceRetiree(empreinte=empreinte, intitule=intitule, par=par, motif=motif, jour=jour):
            libelle = f"Pièce retirée par {par} : {noms.piece(intitule, empreinte)} ({motif})"
        case DossierScelle(dossier=dossier, jour=jour, pieces=pieces):
            libelle = f"Dossier scellé : {dossier}, {pieces} pièces"
        case RevisionDemandee(dossier=dossier, par=par, motif=motif, jour=jour):
            libelle = f"Nouvelle version du dossier {dossier} demandée par {par} : {motif}"
        case RevisionRetiree(dossier=dossier, par=par, motif=motif, jour=jour):
            libelle = f"Nouvelle version du dossier {dossier} : demande retirée par {par} ({motif})"
        case DerogationDonnee(par=par, motif=motif, jour=jour):
            libelle = f"Dossier scellé malgré des lacunes, sur décision de {par} : {motif}"
        case _:
            assert_never(contenu)
    return Evenement(jour, libelle, creance, interne=True)


def _evenement_de_procedure(contenu: Suite, creance: str) -> Evenement:  # noqa: PLR0911 - one case per kind
    jour = contenu.jour
    match contenu:
        case DossierTransmis(dossier=dossier, a=a, moyen=moyen):
            return Evenement(jour, f"Dossier {dossier} remis à {a} ({moyen})", creance, interne=True)
        case DossierRecu(dossier=dossier, de=de):
            return Evenement(jour, f"Dossier {dossier} reçu par {de}", creance, interne=True)
        case RequeteDeposee(juridiction=juridiction, numero=numero, preuve=preuve):
            libelle = f"Requête en injonction de payer déposée ({juridiction})"
            return Evenement(jour, libelle, creance, numero, archives=(preuve,))
        case OrdonnanceRendue(sens=sens, montant=montant, preuve=preuve):
            combien = f", {en_euros(montant)}" if montant else ""
            libelle = f"Ordonnance : requête {ORDONNANCES[sens]}{combien}"
            return Evenement(jour, libelle, creance, archives=(preuve,))
        case OrdonnanceSignifiee(a_personne=a_personne, preuve=preuve):
            comment = "à personne" if a_personne else "non faite à personne"
            return Evenement(jour, f"Ordonnance signifiée, {comment}", creance, archives=(preuve,))
        case PremierActe(nature=nature, preuve=preuve):
            return Evenement(jour, f"Acte d'exécution : {nature}", creance, archives=(preuve,))
        case OppositionFormee(preuve=preuve):
            return Evenement(jour, "Opposition formée par le débiteur", creance, archives=(preuve,))
