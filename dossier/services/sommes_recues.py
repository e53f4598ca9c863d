"""Money that comes in, that the bank takes back, or that is spread over instalments."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple, cast

from pydantic import ValidationError

from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat, poursuivre
from dossier.core.faits import (
    CauseAnnulation,
    Contenu,
    CreanceSoldee,
    EcheancierAccorde,
    GenreDocument,
    Mensualite,
    PaiementAnnule,
    PaiementRecu,
)
from dossier.core.montants import ZERO, en_euros
from dossier.core.stockage import Gardien
from dossier.services.creances import lire_etat, trop_percu
from dossier.services.formulaire import enregistrer, exiger_ouverte, exiger_texte, pas_dans_le_futur
from dossier.services.lettres_imprimees import a_ne_pas_poster
from dossier.services.outils import Outils
from dossier.services.retenues import retenir
from dossier.services.suspensions import GARDER

log = logging.getLogger("dossier.paiements")

CAUSES = {
    CauseAnnulation.IMPAYE: "Impayé : chèque sans provision ou prélèvement rejeté",
    CauseAnnulation.ERREUR: "Erreur de saisie : le paiement n'a jamais été reçu sur cette facture",
}


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
        lettres = a_ne_pas_poster(etat, "détruisez-la") if reste <= 0 else ""
        return f"{recu_le} enregistré sur {facture} : {suite_}{trop}.{lettres}"

    deja = f"Le paiement « {reference} » de {en_euros(montant)} était déjà enregistré sur {facture}"
    return enregistrer(outils, facture, suite, compte_rendu, deja, auteur)


def annuler_paiement(
    outils: Outils,
    facture: str,
    cause: CauseAnnulation,
    motif: str,
    par: str,
    *,
    auteur: str,
    reference: str = "",
    montant: Decimal | None = None,
    jour: date | None = None,
) -> str:
    """Take back a payment recorded before, found by what is said of it; a creance that it settled is open again.

    Raises DonneeInvalide when no payment, or several, answer to that.
    """
    motif, par = exiger_texte(motif, "le motif de l'annulation"), exiger_texte(par, "votre nom")
    vise = _Vise(reference, montant, jour)
    aujourdhui = outils.clock.jour()
    connus = [fait.contenu for fait in outils.journal.lire(identifiant(facture))]
    annules = [c for c in connus if isinstance(c, PaiementAnnule) and vise.designe(c.paiement)]
    deja = any((a.cause, a.motif, a.par, a.jour) == (cause, motif, par, aujourdhui) for a in annules)

    def suite(etat: Etat) -> Sequence[Contenu]:
        if deja:
            return []
        if etat.fin is not None and not isinstance(etat.fin, CreanceSoldee):
            exiger_ouverte(etat)
        trouve = vise.le_seul(etat)
        return [PaiementAnnule(paiement=trouve, cause=cause, motif=motif, par=par, jour=aujourdhui)]

    def compte_rendu(etat: Etat) -> str:
        annule = vise.le_seul(etat)
        rouverte = (
            " La créance était soldée : elle est rouverte, et sa procédure reprend là où elle en était."
            if etat.fin is not None
            else ""
        )
        quittance = (
            " Une quittance a été établie : demandez qu'elle vous soit rendue."
            if any(d.genre is GenreDocument.QUITTANCE for d in etat.documents)
            else ""
        )
        return (
            f"Paiement de {dire(annule)} annulé sur {facture} : il reste {en_euros(etat.solde + annule.montant)} à "
            f"payer.{rouverte}{_plan(etat)}{quittance}"
        )

    phrase = enregistrer(
        outils, facture, suite, compte_rendu, f"Ce paiement est déjà annulé sur {facture}", auteur
    )
    _retenir_le_dossier(outils, identifiant(facture))
    return phrase


def _retenir_le_dossier(outils: Outils, creance: str) -> None:
    """What the end of a creance had let go is held again, when a dossier was sealed for it."""
    if lire_etat(outils, creance).dossier is not None:
        for panne in retenir(outils, cast(Gardien, outils.store), creance).pannes:
            log.warning("%s", panne)


class _Vise(NamedTuple):
    """A payment as a person names it: what is left empty does not count."""

    reference: str
    montant: Decimal | None
    jour: date | None

    def designe(self, paiement: PaiementRecu) -> bool:
        return (
            self.reference.strip().casefold() in paiement.reference.casefold()
            and self.montant in {None, paiement.montant}
            and self.jour in {None, paiement.jour}
        )

    def le_seul(self, etat: Etat) -> PaiementRecu:
        """The one payment of that creance that is meant. Raises DonneeInvalide."""
        trouves = [paiement for paiement in etat.paiements if self.designe(paiement)]
        if len(trouves) == 1:
            return trouves[0]
        numero = etat.facture.numero
        if not etat.paiements:
            raise DonneeInvalide(f"Aucun paiement n'est enregistré sur {numero} : il n'y a rien à annuler.")
        if not trouves:
            raise DonneeInvalide(
                f"Aucun paiement de {numero} ne répond à cela. Enregistrés : {_lister(etat.paiements)}."
            )
        raise DonneeInvalide(
            f"Plusieurs paiements de {numero} répondent à cela : {_lister(trouves)}. Précisez la référence, le "
            "montant ou la date."
        )


def dire(paiement: PaiementRecu) -> str:
    """`100,00 € du 3 mai 2026 (« VIR 1 »)`."""
    return f"{en_euros(paiement.montant)} du {en_lettres(paiement.jour)} (« {paiement.reference} »)"


def _lister(paiements: Iterable[PaiementRecu]) -> str:
    return ", ".join(dire(paiement) for paiement in paiements)


def _plan(etat: Etat) -> str:
    if etat.echeancier is None:
        return ""
    return (
        " Un échéancier est en cours : vérifiez qu'il couvre encore ce qui est dû, ou accordez-en un autre."
    )


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
        _refuser_plan(etat, mensualites, jour)
        return [accorde]

    texte = f"échéancier sur {facture}, {len(mensualites)} versements, {en_euros(somme)} au total"

    def fait(etat: Etat) -> str:
        remplace = " Il remplace l'échéancier en cours." if etat.echeancier is not None else ""
        return f"Accordé : {texte}.{remplace}{a_ne_pas_poster(etat, GARDER)}"

    return enregistrer(outils, facture, suite, fait, f"Déjà accordé : {texte}", auteur)


def _refuser_plan(etat: Etat, mensualites: Sequence[Mensualite], jour: date) -> None:
    facture, somme = etat.facture.numero, sum((m.montant for m in mensualites), ZERO)
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
