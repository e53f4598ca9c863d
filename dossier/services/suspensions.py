"""What a person stops, takes up again or gives up: disputes, pauses, the end of a procedure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.faits import (
    Contenu,
    CreanceAbandonnee,
    LitigeLeve,
    LitigeOuvert,
    ProcedureReprise,
    ProcedureSuspendue,
    RaisonLitige,
)
from dossier.services.formulaire import enregistrer, exiger_ouverte, exiger_texte
from dossier.services.lettres_imprimees import a_ne_pas_poster
from dossier.services.outils import Outils

RAISONS = {
    RaisonLitige.MARCHANDISE: "Marchandise non conforme",
    RaisonLitige.PRESTATION: "Prestation contestée",
    RaisonLitige.LIVRAISON: "Livraison incomplète ou tardive",
    RaisonLitige.PRIX: "Prix ou quantité",
    RaisonLitige.FACTURE: "Facture erronée",
    RaisonLitige.COMMANDE: "Commande contestée",
    RaisonLitige.DEJA_PAYEE: "Facture déjà payée, selon le débiteur",
    RaisonLitige.COMPENSATION: "Compensation ou avoir attendu",
    RaisonLitige.AUTRE: "Autre raison",
}
A_FAIRE = {
    RaisonLitige.DEJA_PAYEE: " Demandez-lui la preuve du virement et rapprochez-la du relevé bancaire.",
    RaisonLitige.FACTURE: " S'il a raison, émettez un avoir ou une facture rectificative.",
    RaisonLitige.COMPENSATION: " Si un avoir lui est dû, enregistrez-le.",
}
"""What settles a dispute of that kind."""


def ouvrir_litige(
    outils: Outils, facture: str, motif: str, *, auteur: str, raison: RaisonLitige | None = None
) -> str:
    """Open a dispute: the procedure stops until it is lifted."""
    ouvert = LitigeOuvert(
        motif=exiger_texte(motif, "le motif du litige"), raison=raison, jour=outils.clock.jour()
    )

    def suite(etat: Etat) -> Sequence[Contenu]:
        exiger_ouverte(etat)
        if etat.litige is None:
            return [ouvert]
        if (etat.litige.motif, etat.litige.raison) != (ouvert.motif, ouvert.raison):
            raise DonneeInvalide(
                f"Un litige est déjà ouvert sur {facture} : « {etat.litige.motif} ». Levez-le d'abord."
            )
        return []

    def fait(etat: Etat) -> str:
        dite = f" ({RAISONS[raison].lower()})" if raison else ""
        a_faire = A_FAIRE.get(raison, "") if raison else ""
        return (
            f"Litige ouvert sur {facture}{dite} : {ouvert.motif}. Les relances sont suspendues jusqu'à sa levée."
            f"{a_faire}{_delais_de_justice(etat)}{a_ne_pas_poster(etat, GARDER)}"
        )

    deja = f"Le litige « {ouvert.motif} » est déjà ouvert sur {facture}"
    return enregistrer(outils, facture, suite, fait, deja, auteur)


def lever_litige(outils: Outils, facture: str, conclusion: str, *, auteur: str) -> str:
    """Close the dispute: the procedure goes on from where it was."""
    leve = LitigeLeve(
        conclusion=exiger_texte(conclusion, "la conclusion du litige"), jour=outils.clock.jour()
    )
    deja = _deja(outils, facture, leve)

    def suite(etat: Etat) -> Sequence[Contenu]:
        if etat.litige is not None:
            return [leve]
        if deja:
            return []
        raise DonneeInvalide(f"Aucun litige n'est ouvert sur {facture}.")

    fait = f"Litige levé sur {facture} : {leve.conclusion}. La procédure reprend."
    return enregistrer(outils, facture, suite, fait, f"Le litige est déjà levé sur {facture}", auteur)


def suspendre(
    outils: Outils, facture: str, motif: str, par: str, *, auteur: str, jusqu_au: date | None = None
) -> str:
    """Stop the procedure of that invoice: until that day, on which it goes on, or until it is taken up again.

    Said again with another day or reason, the last word counts. Raises DonneeInvalide.
    """
    jour = outils.clock.jour()
    if jusqu_au is not None and jusqu_au <= jour:
        raise DonneeInvalide(
            f"La suspension finirait le {en_lettres(jusqu_au)} : donnez une date à venir, ou aucune pour suspendre "
            "jusqu'à ce que vous la repreniez."
        )
    suspendue = ProcedureSuspendue(
        motif=exiger_texte(motif, "le motif de la suspension"),
        jusqu_au=jusqu_au,
        par=exiger_texte(par, "votre nom"),
        jour=jour,
    )

    def suite(etat: Etat) -> Sequence[Contenu]:
        exiger_ouverte(etat)
        avant = etat.suspension
        meme = avant is not None and avant.model_copy(update={"jour": jour}) == suspendue
        return [] if meme and suspendue_le(etat, jour) else [suspendue]

    fin = f"jusqu'au {en_lettres(jusqu_au)}" if jusqu_au else "jusqu'à ce que vous la repreniez"

    def fait(etat: Etat) -> str:
        remplace = ", à la place de la suspension en cours" if suspendue_le(etat, jour) else ""
        return (
            f"Procédure de {facture} suspendue {fin}{remplace} : {suspendue.motif}. La prescription court toujours."
            f"{_delais_de_justice(etat)}{a_ne_pas_poster(etat, GARDER)}"
        )

    deja = f"La procédure de {facture} est déjà suspendue {fin} pour ce motif"
    return enregistrer(outils, facture, suite, fait, deja, auteur)


def reprendre(outils: Outils, facture: str, motif: str, par: str, *, auteur: str) -> str:
    """Take the procedure of that invoice up again, before the end of its suspension. Raises DonneeInvalide."""
    jour = outils.clock.jour()
    reprise = ProcedureReprise(
        motif=exiger_texte(motif, "le motif de la reprise"), par=exiger_texte(par, "votre nom"), jour=jour
    )
    deja = _deja(outils, facture, reprise)

    def suite(etat: Etat) -> Sequence[Contenu]:
        if suspendue_le(etat, jour):
            exiger_ouverte(etat)
            return [reprise]
        if deja:
            return []
        raise DonneeInvalide(f"La procédure de {facture} n'est pas suspendue{_ce_qui_l_arrete(etat)}.")

    def fait(etat: Etat) -> str:
        reste = f" Elle reste arrêtée : litige ouvert, « {etat.litige.motif} »." if etat.litige else ""
        return f"Procédure de {facture} reprise là où elle en était : {reprise.motif}.{reste}"

    return enregistrer(outils, facture, suite, fait, f"La procédure de {facture} est déjà reprise", auteur)


def suspendue_le(etat: Etat, jour: date) -> bool:
    """Whether a person's suspension holds that creance on that day."""
    suspension = etat.suspension
    return suspension is not None and (suspension.jusqu_au is None or jour < suspension.jusqu_au)


def abandonner(outils: Outils, facture: str, motif: str, *, auteur: str) -> str:
    """Give up the claim: the procedure ends."""
    abandon = CreanceAbandonnee(motif=exiger_texte(motif, "le motif de l'abandon"), jour=outils.clock.jour())

    def suite(etat: Etat) -> Sequence[Contenu]:
        if isinstance(etat.fin, CreanceAbandonnee):
            return []
        exiger_ouverte(etat)
        return [abandon]

    def fait(etat: Etat) -> str:
        dossier = " Prévenez qui tient le dossier scellé : il ne doit pas servir." if etat.dossier else ""
        detruire = a_ne_pas_poster(etat, "ne la postez pas, détruisez-la")
        return f"Procédure abandonnée sur {facture} : {abandon.motif}.{dossier}{detruire}"

    return enregistrer(
        outils, facture, suite, fait, f"La procédure est déjà abandonnée sur {facture}", auteur
    )


GARDER = "gardez-la tant que la procédure est arrêtée, ou retirez-la"


def _delais_de_justice(etat: Etat) -> str:
    if etat.dossier is None:
        return ""
    return " Le dossier est scellé : les délais de la procédure en justice courent toujours."


def _deja(outils: Outils, facture: str, contenu: LitigeLeve | ProcedureReprise) -> bool:
    """Whether that very act is the last of its kind in the journal: the form was sent twice."""
    faits = outils.journal.lire(identifiant(facture))
    memes = [fait.contenu for fait in faits if fait.contenu.type == contenu.type]
    return memes[-1:] == [contenu]


def _ce_qui_l_arrete(etat: Etat) -> str:
    return f", un litige l'arrête (« {etat.litige.motif} ») : levez-le" if etat.litige else ""
