"""What a person records on a creance. Each act refuses nonsense with a sentence and is safe to run twice.

Every function gives one French sentence saying what was changed (or that it was already so).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from pydantic import ValidationError

from dossier.core.chronologie import APPELS
from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Envoi, Etat, poursuivre
from dossier.core.faits import (
    AppelConsigne,
    ApprobationDonnee,
    Contenu,
    CreanceAbandonnee,
    Decision,
    EcheancierAccorde,
    GenrePiece,
    LitigeLeve,
    LitigeOuvert,
    Mensualite,
    PaiementRecu,
    PieceAjoutee,
    ResultatAppel,
)
from dossier.core.montants import ZERO, en_euros
from dossier.core.scenario import GenreEtape, Scenario
from dossier.services.creances import consigner, scenario_de, trop_percu
from dossier.services.formulaire import (
    enregistrer,
    exiger_ouverte,
    exiger_texte,
    garder,
    pas_dans_le_futur,
)
from dossier.services.outils import Outils
from dossier.services.plis import accuse, depot
from dossier.services.remplacement import remplacement

__all__ = [
    "abandonner",
    "accuse",
    "ajouter_piece",
    "appel",
    "depot",
    "echeancier",
    "lever_litige",
    "ouvrir_litige",
    "paiement",
    "repondre",
]


def paiement(
    outils: Outils,
    facture: str,
    montant: Decimal,
    jour: date,
    reference: str,
    *,
    auteur: str,
    moyen: str = "virement",
) -> str:
    """Record a payment received on `jour` (value date), in euros."""
    pas_dans_le_futur(outils, jour, "La date du paiement")
    try:
        recu = PaiementRecu(montant=montant, jour=jour, reference=reference, moyen=moyen)
    except ValidationError as error:
        raise DonneeInvalide(
            f"Un paiement est une somme positive, en centimes entiers : {montant} n'en est pas une."
        ) from error

    def suite(etat: Etat) -> Sequence[Contenu]:
        if recu in etat.paiements:
            return []
        exiger_ouverte(etat)
        return [recu]

    def compte_rendu(etat: Etat) -> str:
        reste = etat.solde - montant
        suite_ = f"il reste {en_euros(reste)} à payer" if reste > 0 else "la facture est soldée"
        percu = trop_percu(outils, poursuivre(etat, [recu]))
        trop = f", avec un trop-perçu de {en_euros(percu)} à rendre ou à imputer" if percu else ""
        if etat.procedure is not None:
            trop += (
                ". Attention : le débiteur en procédure collective ne peut pas payer une créance antérieure "
            )
            trop += "au jugement (article L622-7 du code de commerce), ce paiement peut être annulé"
        recu_le = f"Paiement de {en_euros(montant)} du {en_lettres(jour)}"
        return f"{recu_le} enregistré sur {facture} : {suite_}{trop}."

    deja = f"Le paiement « {reference} » de {en_euros(montant)} était déjà enregistré sur {facture}"
    return enregistrer(outils, facture, suite, compte_rendu, deja, auteur)


def ouvrir_litige(outils: Outils, facture: str, motif: str, *, auteur: str) -> str:
    """Open a dispute: the procedure stops until it is lifted."""
    ouvert = LitigeOuvert(motif=exiger_texte(motif, "le motif du litige"), jour=outils.clock.jour())

    def suite(etat: Etat) -> Sequence[Contenu]:
        exiger_ouverte(etat)
        if etat.litige is not None and etat.litige.motif != ouvert.motif:
            raise DonneeInvalide(
                f"Un litige est déjà ouvert sur {facture} : « {etat.litige.motif} ». Levez-le d'abord."
            )
        return [] if etat.litige is not None else [ouvert]

    fait = f"Litige ouvert sur {facture} : {ouvert.motif}. Les relances sont suspendues jusqu'à sa levée."
    deja = f"Le litige « {ouvert.motif} » est déjà ouvert sur {facture}"
    return enregistrer(outils, facture, suite, fait, deja, auteur)


def lever_litige(outils: Outils, facture: str, conclusion: str, *, auteur: str) -> str:
    """Close the dispute: the procedure goes on from where it was."""
    leve = LitigeLeve(
        conclusion=exiger_texte(conclusion, "la conclusion du litige"), jour=outils.clock.jour()
    )

    def suite(etat: Etat) -> Sequence[Contenu]:
        if etat.litige is None:
            raise DonneeInvalide(f"Aucun litige n'est ouvert sur {facture}.")
        return [leve]

    consigner(outils, identifiant(facture), suite, auteur=auteur)
    return f"Litige levé sur {facture} : {leve.conclusion}. La procédure reprend."


def repondre(
    outils: Outils,
    facture: str,
    decision: Decision,
    par: str,
    *,
    auteur: str,
    motif: str = "",
    jusqu_au: date | None = None,
    document: bytes | None = None,
) -> str:
    """Approve, postpone or refuse the letter that waits for it.

    `document`: an edited Word file that leaves in its place when it is approved.
    """
    jour = outils.clock.jour()
    if decision is Decision.REPORTER and (jusqu_au is None or jusqu_au <= jour):
        raise DonneeInvalide("Pour reporter l'envoi, indiquez une date à venir.")
    if decision is Decision.REFUSER:
        exiger_texte(motif, "le motif du refus")
    par = exiger_texte(par, "le nom de la personne qui décide")
    if document is not None and decision is not Decision.APPROUVER:
        raise DonneeInvalide("Un document corrigé ne se joint qu'à une approbation.")

    def suite(etat: Etat) -> Sequence[Contenu]:
        exiger_ouverte(etat)
        envoi = _a_approuver(etat, scenario_de(outils, etat))
        donnee = ApprobationDonnee(
            etape=envoi.prepare.etape,
            envoi=envoi.prepare.cle,
            decision=decision,
            par=par,
            motif=motif,
            jusqu_au=jusqu_au,
            jour=jour,
        )
        if document is None and etat.approbations.get(envoi.prepare.etape) == donnee:
            return []
        return [*remplacement(outils, etat, envoi, document, par), donnee]

    texte = f"réponse sur {facture}, {decision.value} la lettre ({par})"
    return enregistrer(
        outils, facture, suite, f"Enregistrée : {texte}.", f"Déjà enregistrée : {texte}", auteur
    )


def appel(
    outils: Outils,
    facture: str,
    resultat: ResultatAppel,
    par: str,
    *,
    auteur: str,
    note: str = "",
    etape: str = "appel",
) -> str:
    """Record the result of the telephone call of a step."""
    consigne = AppelConsigne(
        etape=etape,
        resultat=resultat,
        note=note,
        par=exiger_texte(par, "le nom de l'appelant"),
        jour=outils.clock.jour(),
    )

    def suite(etat: Etat) -> Sequence[Contenu]:
        if etat.appels.get(etape) == consigne:
            return []
        exiger_ouverte(etat)
        appels = [e.nom for e in scenario_de(outils, etat).etapes if e.genre is GenreEtape.APPEL]
        if etape not in appels:
            raise DonneeInvalide(
                f"Le scénario de {facture} n'a pas d'appel nommé « {etape} ». "
                f"Appels prévus : {', '.join(appels) or 'aucun'}."
            )
        return [consigne]

    texte = f"appel sur {facture}, {APPELS[resultat]}"
    return enregistrer(outils, facture, suite, f"Consigné : {texte}.", f"Déjà consigné : {texte}", auteur)


def echeancier(outils: Outils, facture: str, mensualites: Sequence[Mensualite], *, auteur: str) -> str:
    """Grant instalments: they must add up to what remains due on the invoice."""
    if not mensualites:
        raise DonneeInvalide("Un échéancier compte au moins un versement : indiquez sa date et son montant.")
    jour = outils.clock.jour()
    accorde = EcheancierAccorde(mensualites=tuple(mensualites), jour=jour)
    somme = sum((m.montant for m in mensualites), ZERO)

    def suite(etat: Etat) -> Sequence[Contenu]:
        if etat.echeancier is not None and etat.echeancier.mensualites == accorde.mensualites:
            return []
        exiger_ouverte(etat)
        if etat.procedure is not None:
            raise DonneeInvalide(
                f"Le débiteur de {facture} est en procédure collective : il ne peut plus payer une créance "
                "antérieure au jugement (article L622-7 du code de commerce), aucun échéancier n'est possible."
            )
        if min(m.jour for m in mensualites) < jour:
            raise DonneeInvalide("Le premier versement d'un échéancier ne peut pas être déjà passé.")
        if somme < etat.solde:
            raise DonneeInvalide(
                f"Les versements font {en_euros(somme)}, moins que les {en_euros(etat.solde)} encore dus "
                f"sur {facture}."
            )
        return [accorde]

    texte = f"échéancier sur {facture}, {len(mensualites)} versements, {en_euros(somme)} au total"
    return enregistrer(outils, facture, suite, f"Accordé : {texte}.", f"Déjà accordé : {texte}", auteur)


def ajouter_piece(
    outils: Outils, facture: str, genre: GenrePiece, intitule: str, jour: date, pdf: bytes, *, auteur: str
) -> str:
    """Attach an exhibit (contract, order, delivery note...) as a PDF."""
    archive = garder(outils, identifiant(facture), f"piece-{genre.value}", pdf)
    assert archive is not None
    piece = PieceAjoutee(
        genre=genre, intitule=exiger_texte(intitule, "l'intitulé de la pièce"), jour=jour, pdf=archive
    )

    def suite(etat: Etat) -> Sequence[Contenu]:
        return [] if any(p.pdf.empreinte == archive.empreinte for p in etat.pieces) else [piece]

    fait, deja = f"Pièce « {intitule} » jointe à {facture}.", f"Cette pièce est déjà jointe à {facture}"
    return enregistrer(outils, facture, suite, fait, deja, auteur)


def abandonner(outils: Outils, facture: str, motif: str, *, auteur: str) -> str:
    """Give up the claim: the procedure ends."""
    abandon = CreanceAbandonnee(motif=exiger_texte(motif, "le motif de l'abandon"), jour=outils.clock.jour())

    def suite(etat: Etat) -> Sequence[Contenu]:
        if isinstance(etat.fin, CreanceAbandonnee):
            return []
        exiger_ouverte(etat)
        return [abandon]

    fait = f"Procédure abandonnée sur {facture} : {motif}."
    return enregistrer(
        outils, facture, suite, fait, f"La procédure est déjà abandonnée sur {facture}", auteur
    )


def _a_approuver(etat: Etat, scenario: Scenario) -> Envoi:
    """The last letter prepared that asks for an approval and has not left."""
    etapes = [etape for etape in scenario.etapes if etape.approbation]
    derniers = [envoi for etape in etapes for envoi in etat.envois_de(etape.nom)[-1:]]
    envois = [envoi for envoi in derniers if envoi.retire is None]
    if not envois:
        raise DonneeInvalide(
            f"La mise en demeure de {etat.facture.numero} n'est pas encore établie : rien n'est à approuver."
        )
    if envois[-1].fait is not None:
        raise DonneeInvalide(
            f"« {envois[-1].prepare.intitule} » de {etat.facture.numero} est déjà partie à l'impression."
        )
    if envois[-1].tentee is not None:
        raise DonneeInvalide(
            f"« {envois[-1].prepare.intitule} » de {etat.facture.numero} est peut-être déjà imprimée : regardez "
            "dans le dossier des plis à poster ; la réponse déjà donnée tient."
        )
    return envois[-1]
