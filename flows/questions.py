"""The questions a procedure asks a person: Resume forms in the Prefect UI, answered into the journal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NoReturn, TypeVar
from uuid import uuid4

from prefect.input import RunInput
from pydantic import Field

from dossier.core.dates import en_lettres
from dossier.core.decision import DemanderAppel, DemanderApprobation, Qui
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.faits import Decision, QuestionPosee, ResultatAppel
from dossier.core.montants import en_euros
from dossier.core.scenario import Etape, Scenario
from dossier.services import saisies
from dossier.services.creances import consigner, decompte_de, lire_etat
from dossier.services.envois import script_d_appel
from flows.affichage import afficher, etiqueter
from flows.durable_wait import ReponseInvalide, poser, reponse
from flows.tasks import AUTEUR
from flows.wiring import outils

F = TypeVar("F", bound=RunInput)


class Approbation(RunInput):
    """La mise en demeure part-elle ?"""

    decision: Decision = Field(title="Décision", description="approuver : la lettre est imprimée pour envoi.")
    par: str = Field(title="Votre nom", min_length=2)
    motif: str = Field(default="", title="Motif", description="Obligatoire pour un refus.")
    jusqu_au: date | None = Field(default=None, title="Reporter au", description="Pour un report seulement.")


class Appel(RunInput):
    """Qu'a donné l'appel ?"""

    resultat: ResultatAppel = Field(title="Résultat de l'appel")
    par: str = Field(title="Votre nom", min_length=2)
    note: str = Field(default="", title="Note", description="Ce qui a été dit, en une phrase ou deux.")


def approuver(etat: Etat, scenario: Scenario, action: DemanderApprobation) -> None:
    """Take the answer into the journal if there is one, else suspend this run until it comes."""

    def enregistrer(donnee: Approbation) -> None:
        saisies.repondre(
            outils(), etat.facture.numero, donnee.decision, donnee.par,
            auteur=donnee.par, motif=donnee.motif, jusqu_au=donnee.jusqu_au,
        )  # fmt: skip

    titre = f"À approuver : {action.etape.libelle}"
    description = _texte_approbation(etat, action)
    sujet = action.envoi.prepare.cle.replace(":", "--")
    _demander(Approbation, etat, scenario, action.etape, sujet, titre, description, enregistrer)


def appeler(etat: Etat, scenario: Scenario, action: DemanderAppel) -> None:
    """Take the result of the call into the journal if there is one, else suspend this run."""

    def enregistrer(donnee: Appel) -> None:
        saisies.appel(
            outils(), etat.facture.numero, donnee.resultat, donnee.par,
            auteur=donnee.par, note=donnee.note, etape=action.etape.nom,
        )  # fmt: skip

    titre = f"À appeler : {etat.facture.debiteur.telephone or etat.facture.debiteur.denomination}"
    description = script_d_appel(outils(), etat, action.etape)
    _demander(Appel, etat, scenario, action.etape, action.etape.nom, titre, description, enregistrer)


def _demander(
    formulaire: type[F],
    etat: Etat,
    scenario: Scenario,
    etape: Etape,
    sujet: str,
    titre: str,
    description: str,
    enregistrer: Callable[[F], None],
) -> None:
    """`sujet`: what the question is about; an answer to a question about another letter does not count."""
    posee = etat.questions.get(etape.nom, "")
    try:
        donnee = reponse(formulaire, posee if posee.rpartition("-")[0] == sujet else None)
        if donnee is not None:
            enregistrer(donnee)
            return
    except (ReponseInvalide, DonneeInvalide) as refus:
        description = f"**Réponse refusée** : {refus}\n\n{description}"
    _suspendre(formulaire, etat, scenario, etape, sujet, titre, description)


def _suspendre(
    formulaire: type[F],
    etat: Etat,
    scenario: Scenario,
    etape: Etape,
    sujet: str,
    titre: str,
    description: str,
) -> NoReturn:
    cle = f"{sujet}-{uuid4().hex[:12]}"
    consigner(outils(), etat.creance, lambda _: [QuestionPosee(etape=etape.nom, question=cle)], auteur=AUTEUR)
    pose = lire_etat(outils(), etat.creance)
    afficher(outils(), pose, scenario, titre)
    etiqueter(pose, etape.nom, Qui.PERSONNE)
    poser(
        formulaire,
        cle,
        titre,
        description,
        inchange=lambda: outils().journal.dernier(etat.creance) == pose.numero,
    )


def _texte_approbation(etat: Etat, action: DemanderApprobation) -> str:
    prepare = action.envoi.prepare
    decompte = decompte_de(outils(), etat, outils().clock.jour())
    return "\n\n".join(
        [
            f"### {prepare.intitule} – facture {etat.facture.numero}",
            f"À **{prepare.destinataire}**",
            f"Lettre établie le {en_lettres(prepare.jour)}. À relire avant d'approuver : "
            f"`{outils().store.lieu(prepare.pdf.cle)}`",
            f"Reste sur la facture {en_euros(decompte.principal_restant)}, pénalités "
            f"{en_euros(decompte.interets_restants)}, indemnité {en_euros(decompte.indemnite_restante)} : "
            f"**{en_euros(decompte.total)}**",
            "Avant d'approuver, contrôlez au registre du commerce l'adresse du siège, et au BODACC l'absence de "
            "procédure collective (article L622-21 du code de commerce). La mise en demeure n'interrompt pas la "
            "prescription.",
            *[f"⚠ {alerte}" for alerte in decompte.alertes],
        ]
    )
