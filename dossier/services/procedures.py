"""A debtor's insolvency: recorded on all that it owes, set aside when it was another's, claim declared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.droit.procedure_collective import declaration
from dossier.core.errors import DonneeInvalide, ParametreNonCouvert
from dossier.core.etat import Etat
from dossier.core.faits import (
    Contenu,
    CreanceDeclaree,
    NatureProcedure,
    ProcedureCollectiveEcartee,
    ProcedureCollectiveOuverte,
)
from dossier.services.creances import consigner, lire_etat
from dossier.services.formulaire import enregistrer, exiger_ouverte, exiger_texte, garder, pas_dans_le_futur
from dossier.services.outils import Outils


def ouvrir_procedure(
    outils: Outils,
    facture: str,
    nature: NatureProcedure,
    jugement: date,
    *,
    auteur: str,
    publication: date | None = None,
    mandataire: str = "",
) -> str:
    """Record the judgment on every open creance of that debtor: nothing more is sent or filed.

    Code de commerce, art. L622-21, L622-24 and R622-24. `publication`: the day of the BODACC.
    """
    pas_dans_le_futur(outils, jugement, "La date du jugement")
    if publication is not None:
        pas_dans_le_futur(outils, publication, "La date de publication au BODACC")
        if publication < jugement:
            raise DonneeInvalide(
                f"La publication au BODACC ({en_lettres(publication)}) ne peut pas précéder le jugement "
                f"({en_lettres(jugement)}) : vérifiez les deux dates."
            )
    limite, a_faire = _a_declarer(outils, jugement, publication)
    ouverte = ProcedureCollectiveOuverte(
        nature=nature,
        jugement=jugement,
        publication=publication,
        declaration_avant=limite,
        mandataire=mandataire,
        jour=outils.clock.jour(),
    )
    touchees = [c for c in _du_debiteur(outils, facture) if _consigner(outils, c, ouverte, auteur)]
    if not touchees:
        return f"La procédure collective du débiteur de {facture} était déjà enregistrée : rien n'a changé."
    remis = [c for c in touchees if lire_etat(outils, c).dossier is not None]
    a_retirer = f" Le dossier remis pour {', '.join(remis)} ne doit plus être déposé." if remis else ""
    return (
        f"Procédure collective enregistrée sur {', '.join(touchees)} : les envois s'arrêtent ; {a_faire}"
        f"{a_retirer}"
    )


def _a_declarer(outils: Outils, jugement: date, publication: date | None) -> tuple[date | None, str]:
    """The day before which to declare the claim, and what to do; a rule not known stops no one from stopping."""
    try:
        devoir = declaration(jugement, publication, outils.droit.procedure_collective)
    except ParametreNonCouvert as error:
        return None, f"comptez vous-même le délai de déclaration. {error}"
    if devoir.cible is None:
        return None, "recherchez la publication du jugement au BODACC : le délai de déclaration en part."
    return devoir.cible, f"déclarez la créance au plus tard le {en_lettres(devoir.cible)} ({devoir.texte})."


def ecarter_procedure(outils: Outils, facture: str, motif: str, *, auteur: str) -> str:
    """The insolvency was not this debtor's: its creances go on from where they were."""
    ecartee = ProcedureCollectiveEcartee(
        motif=exiger_texte(motif, "ce qui écarte la procédure collective"), jour=outils.clock.jour()
    )
    if lire_etat(outils, identifiant(facture)).procedure is None:
        raise DonneeInvalide(f"Aucune procédure collective n'est enregistrée sur {facture}.")
    touchees = [c for c in _du_debiteur(outils, facture) if _ecarter(outils, c, ecartee, auteur)]
    return f"Procédure collective écartée sur {', '.join(touchees)} : {ecartee.motif}. La procédure reprend."


def declarer(
    outils: Outils, facture: str, envoi: str, jour: date, *, auteur: str, preuve: bytes | None = None
) -> str:
    """Record that the claim was declared, which ends its procedure here. `envoi`: how it left."""
    pas_dans_le_futur(outils, jour, "La date de la déclaration")
    declaree = CreanceDeclaree(
        envoi=exiger_texte(envoi, "le numéro du recommandé ou le moyen d'envoi de la déclaration"),
        jour=jour,
        preuve=garder(outils, identifiant(facture), "declaration", preuve),
    )

    def suite(etat: Etat) -> Sequence[Contenu]:
        if isinstance(etat.fin, CreanceDeclaree):
            return []
        exiger_ouverte(etat)
        if etat.procedure is None:
            raise DonneeInvalide(
                f"Aucune procédure collective n'est enregistrée sur {facture} : enregistrez d'abord le jugement."
            )
        return [declaree]

    fait = f"Déclaration de la créance {facture} du {en_lettres(jour)} enregistrée."
    return enregistrer(outils, facture, suite, fait, f"La créance {facture} est déjà déclarée", auteur)


def _du_debiteur(outils: Outils, facture: str) -> list[str]:
    """The creances of the debtor of that invoice, this one first."""
    etat = lire_etat(outils, identifiant(facture))
    autres = outils.journal.creances(etat.facture.debiteur.cle)
    return [etat.creance, *(o.creance for o in autres if o.creance != etat.creance)]


def _consigner(outils: Outils, creance: str, ouverte: ProcedureCollectiveOuverte, auteur: str) -> bool:
    def suite(etat: Etat) -> Sequence[Contenu]:
        if etat.fin is not None:
            return []
        connue = etat.procedure
        return [] if connue is not None and _meme(connue, ouverte) else [ouverte]

    return bool(suite(consigner(outils, creance, suite, auteur=auteur)))


def _meme(connue: ProcedureCollectiveOuverte, dite: ProcedureCollectiveOuverte) -> bool:
    return connue.model_copy(update={"jour": dite.jour}) == dite


def _ecarter(outils: Outils, creance: str, ecartee: ProcedureCollectiveEcartee, auteur: str) -> bool:
    def suite(etat: Etat) -> Sequence[Contenu]:
        return [ecartee] if etat.procedure is not None and etat.fin is None else []

    return bool(suite(consigner(outils, creance, suite, auteur=auteur)))
