"""A debtor's insolvency: recorded on all that it owes, set aside when it was another's, claim declared."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from dossier.core.creance import Facture, identifiant
from dossier.core.dates import en_lettres
from dossier.core.droit.procedure_collective import declaration, releve_de_forclusion
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
    """Record the judgment on every open creance of that debtor born before it: nothing more is sent or filed.

    Code de commerce, art. L622-21, L622-24 and R622-24. `publication`: the day of the BODACC. The same
    judgment again completes what is known of it; another one is refused.
    """
    etats = _du_debiteur(outils, facture)
    connue = next((e.procedure for e in etats if e.procedure is not None), None)
    _refuser_dates(outils, jugement, publication, connue)
    ouverte = _completee(outils, nature, jugement, publication, mandataire, connue)
    concernes = [etat for etat in etats if not nee_apres(etat.facture, jugement)]
    touchees = [e.creance for e in concernes if _consigner(outils, e.creance, ouverte, auteur)]
    apres = [e.creance for e in etats if e.fin is None and e not in concernes]
    reserve = (
        f" Née après le jugement, non arrêtée, à vérifier (art. L622-17) : {', '.join(apres)}."
        if apres
        else ""
    )
    if not touchees and not concernes:
        return f"Aucune facture de ce débiteur n'est née avant ce jugement : rien n'est arrêté.{reserve}"
    if not touchees:
        return f"La procédure collective du débiteur de {facture} était déjà enregistrée : rien n'a changé.{reserve}"
    remis = [e.creance for e in concernes if e.dossier is not None and e.creance in touchees]
    a_retirer = f" Le dossier remis pour {', '.join(remis)} ne doit plus être déposé." if remis else ""
    return (
        f"Procédure collective enregistrée sur {', '.join(touchees)} : les envois s'arrêtent ; "
        f"{_a_faire(outils, ouverte)}{a_retirer}{reserve}"
    )


def nee_apres(facture: Facture, jugement: date) -> bool:
    """Whether the claim was born on the day of the judgment or later: it is then paid when due (L622-17).

    By the performance when it is known, else by the day of the invoice.
    """
    return (facture.execution or facture.emission) >= jugement


def _refuser_dates(
    outils: Outils, jugement: date, publication: date | None, connue: ProcedureCollectiveOuverte | None
) -> None:
    pas_dans_le_futur(outils, jugement, "La date du jugement")
    if publication is not None:
        pas_dans_le_futur(outils, publication, "La date de publication au BODACC")
        if publication < jugement:
            raise DonneeInvalide(
                f"La publication au BODACC ({en_lettres(publication)}) ne peut pas précéder le jugement "
                f"({en_lettres(jugement)}) : vérifiez les deux dates."
            )
    if connue is not None and connue.jugement != jugement:
        raise DonneeInvalide(
            f"Un jugement d'ouverture du {en_lettres(connue.jugement)} est déjà enregistré pour ce débiteur : "
            "une conversion ne rouvre ni les intérêts ni le délai de déclaration. Si cette date est fausse, "
            "écartez d'abord cette procédure, puis enregistrez la bonne."
        )


def _completee(
    outils: Outils,
    nature: NatureProcedure,
    jugement: date,
    publication: date | None,
    mandataire: str,
    connue: ProcedureCollectiveOuverte | None,
) -> ProcedureCollectiveOuverte:
    """What is now known of the judgment: a thing once known is never lost."""
    publie = publication or (connue.publication if connue else None)
    cible = limite = None
    with suppress(ParametreNonCouvert):  # a rule not known stops no one from stopping
        devoir = declaration(jugement, publie, outils.droit.procedure_collective)
        cible, limite = devoir.cible, devoir.limite
    return ProcedureCollectiveOuverte(
        nature=nature,
        jugement=jugement,
        publication=publie,
        declaration_avant=cible,
        declaration_limite=limite,
        mandataire=mandataire or (connue.mandataire if connue else ""),
        jour=outils.clock.jour(),
    )


def _a_faire(outils: Outils, ouverte: ProcedureCollectiveOuverte) -> str:
    regles, jour = outils.droit.procedure_collective, outils.clock.jour()
    if ouverte.publication is None:
        return "recherchez la publication du jugement au BODACC : le délai de déclaration en part."
    if ouverte.declaration_avant is None or ouverte.declaration_limite is None:
        return "comptez vous-même le délai de déclaration, ce jugement n'étant pas dans la période vérifiée."
    if jour <= ouverte.declaration_limite:
        texte = regles.declaration.regle.texte
        return f"déclarez la créance au plus tard le {en_lettres(ouverte.declaration_avant)} ({texte})."
    releve = releve_de_forclusion(ouverte.jugement, ouverte.publication, regles)
    avant = f" avant le {en_lettres(releve.cible)}" if releve.cible else ""
    return (
        f"le délai de déclaration est passé depuis le {en_lettres(ouverte.declaration_limite)} : demandez un "
        f"relevé de forclusion{avant} ({releve.texte})."
    )


def ecarter_procedure(outils: Outils, facture: str, motif: str, *, auteur: str) -> str:
    """The insolvency was not this debtor's: its creances go on from where they were."""
    ecartee = ProcedureCollectiveEcartee(
        motif=exiger_texte(motif, "ce qui écarte la procédure collective"), jour=outils.clock.jour()
    )
    touchees = [e for e in _du_debiteur(outils, facture) if _ecarter(outils, e.creance, ecartee, auteur)]
    if not touchees:
        raise DonneeInvalide(f"Aucune procédure collective n'est enregistrée sur {facture}.")
    closes = [e.creance for e in touchees if e.fin is not None]
    reserve = f" Restent closes, déjà déclarées ou soldées : {', '.join(closes)}." if closes else ""
    ouvertes = ", ".join(e.creance for e in touchees if e.fin is None) or "aucune créance ouverte"
    return f"Procédure collective écartée : {ecartee.motif}. La procédure reprend sur {ouvertes}.{reserve}"


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
        if jour < etat.procedure.jugement:
            raise DonneeInvalide(
                f"La déclaration ({en_lettres(jour)}) ne peut pas précéder le jugement d'ouverture "
                f"({en_lettres(etat.procedure.jugement)}) : vérifiez la date."
            )
        return [declaree]

    def fait(etat: Etat) -> str:
        limite = etat.procedure.declaration_limite if etat.procedure else None
        tard = " Elle est tardive : demandez un relevé de forclusion." if limite and jour > limite else ""
        return f"Déclaration de la créance {facture} du {en_lettres(jour)} enregistrée.{tard}"

    return enregistrer(outils, facture, suite, fait, f"La créance {facture} est déjà déclarée", auteur)


def _du_debiteur(outils: Outils, facture: str) -> list[Etat]:
    """The creances of the debtor of that invoice, this one first."""
    etat = lire_etat(outils, identifiant(facture))
    autres = outils.journal.creances(etat.debiteur)
    return [etat, *(lire_etat(outils, o.creance) for o in autres if o.creance != etat.creance)]


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
        return [ecartee] if etat.procedure is not None else []

    return bool(suite(consigner(outils, creance, suite, auteur=auteur)))
