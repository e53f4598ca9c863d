"""The questions a procedure asks a person: Resume forms in the Prefect UI, answered into the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Generic, NoReturn, TypeVar
from uuid import uuid4

from prefect.input import RunInput
from pydantic import ConfigDict, Field, ValidationError

from dossier.core.completude import Lacune, non_levees
from dossier.core.dates import en_lettres
from dossier.core.debiteurs_lus import lire_adresse
from dossier.core.decision import DemanderAdresse, DemanderAppel, DemanderApprobation, Qui
from dossier.core.errors import DonneeInvalide, ErreurConversion, ErreurRendu
from dossier.core.etat import QUESTION_ADRESSE, Envoi, Etat
from dossier.core.examen import avertissements
from dossier.core.faits import QuestionPosee, ResultatAppel
from dossier.core.langues import en_nombre
from dossier.core.montants import en_euros
from dossier.core.pays import enveloppe
from dossier.core.scenario import Etape, Scenario
from dossier.services import adresses, saisies
from dossier.services.appels import appel
from dossier.services.completude import deroger, ensemble, lacunes_de
from dossier.services.creances import consigner, decompte_de, examen_de, lire_etat
from dossier.services.envois import mentions_absentes, script_d_appel
from flows.affichage import afficher, en_cellule, etiqueter, liens_vers
from flows.champs import (
    SOMME,
    Choix,
    EurosOuRien,
    JourOuRien,
    Nom,
    Resultat,
    sans_null,
)
from flows.durable_wait import ReponseInvalide, poser, reponse
from flows.fichiers import octets
from flows.formulaires import phrases
from flows.incomplets import sujet
from flows.tasks import AUTEUR
from flows.wiring import outils

F = TypeVar("F", bound=RunInput)
AU_DESSUS = "À lire d'abord : au-dessus, ou la page de la créance"
"""The UI gives a long form the room of the text above it, down to none on a small screen: the page has it too."""


class Approbation(RunInput):
    """La mise en demeure part-elle ?"""

    model_config = ConfigDict(json_schema_extra=sans_null)

    decision: Choix = Field(title="Décision", description=AU_DESSUS)
    par: Nom
    motif: str = Field(default="", title="Motif du refus, ou du report")
    jusqu_au: JourOuRien = Field(default=None, title="Reporter au")
    document: str = Field(
        default="",
        title="Word corrigé",
        description="Chemin sur la machine du service, pour l'envoyer à la place",
    )


class Appel(RunInput):
    """Qu'a donné l'appel ?

    Few fields: the UI takes the room of a long form from the script above it.
    """

    model_config = ConfigDict(json_schema_extra=sans_null)

    resultat: Resultat = Field(title="Résultat de l'appel", description=AU_DESSUS)
    par: Nom
    note: str = Field(default="", title="Note, en une phrase ou deux")
    jour: JourOuRien = Field(
        default=None,
        title="Date",
        description="Du paiement annoncé, ou du prochain appel (dans les 30 jours)",
    )
    montant: Annotated[EurosOuRien, SOMME] = None


class AdresseDuDebiteur(RunInput):
    """Où est le débiteur ?"""

    lignes: str = Field(title="Adresse (voie, puis complément)", description=AU_DESSUS)
    code_postal: str = Field(title="Code postal", default="")
    ville: str = Field(title="Ville")
    pays: str = Field(title="Pays", default="France")
    source: str = Field(title="Où vous l'avez trouvée", description="Par exemple « Kbis du 12 août 2026 »")
    par: Nom
    preuve: str = Field(
        default="", title="Extrait (PDF)", description="Chemin d'un Kbis sur la machine du service"
    )


@dataclass(frozen=True)
class Question(Generic[F]):
    """One thing to ask a person about one step, and what to do with the answer."""

    formulaire: type[F]
    etape: Etape
    sujet: str
    """What it is about: an answer to a question about another letter does not count."""
    titre: str
    description: str
    enregistrer: Callable[[F], object]


def approuver(etat: Etat, scenario: Scenario, action: DemanderApprobation) -> None:
    """Take the answer into the journal if there is one, else suspend this run until it comes."""
    question = Question(
        Approbation,
        action.etape,
        sujet=action.envoi.prepare.cle.replace(":", "--"),
        titre=f"À approuver : {action.etape.libelle}",
        description=_texte_approbation(etat, action),
        enregistrer=lambda donnee: saisies.repondre(
            outils(), etat.facture.numero, donnee.decision, donnee.par,
            auteur=donnee.par, motif=donnee.motif, jusqu_au=donnee.jusqu_au,
            document=octets(donnee.document),
        ),
    )  # fmt: skip
    _demander(question, etat, scenario)


def appeler(etat: Etat, scenario: Scenario, action: DemanderAppel) -> None:
    """Take the result of the call into the journal if there is one, else suspend this run."""
    question = Question(
        Appel,
        action.etape,
        sujet=action.etape.nom,
        titre=f"À appeler : {etat.facture.debiteur.telephone or etat.facture.debiteur.denomination}",
        description=script_d_appel(outils(), etat, action.etape),
        enregistrer=lambda donnee: _appele(etat, action, donnee),
    )
    _demander(question, etat, scenario)


def _appele(etat: Etat, action: DemanderAppel, donnee: Appel) -> None:
    promis = donnee.resultat is ResultatAppel.PAIEMENT_ANNONCE
    appel(
        outils(), etat.facture.numero, donnee.resultat, donnee.par,
        auteur=donnee.par, note=donnee.note, etape=action.etape.nom, montant=donnee.montant,
        promis_le=donnee.jour if promis else None, rappeler_le=None if promis else donnee.jour,
    )  # fmt: skip


class Derogation(RunInput):
    """Le dossier est-il scellé tel quel ?"""

    par: Nom
    motif: str = Field(
        title="Pourquoi sceller malgré ce qui manque", description="Gardé au journal, jamais dans les pièces"
    )


def completer(etat: Etat, scenario: Scenario) -> bool:
    """Ask a person about what stops the sealing; whether there was anything to ask.

    Nobody has to answer: what is recorded meanwhile (a piece, a verification) has it judged again.
    """
    etats = ensemble(outils(), etat)
    if etat.creance not in {e.creance for e in etats}:
        return False
    trouvees = lacunes_de(outils(), etats)
    bloquantes = non_levees(trouvees, etats)
    if not bloquantes:
        return False
    question = Question(
        Derogation,
        scenario.etapes[-1],
        sujet=sujet(bloquantes),
        titre=f"Dossier incomplet : {en_nombre(len(bloquantes), 'point')} à régler",
        description=_texte_lacunes(etat, trouvees, bloquantes),
        enregistrer=lambda donnee: deroger(
            outils(), etat.facture.numero, donnee.par, donnee.motif, auteur=donnee.par
        ),
    )
    _demander(question, etat, scenario)
    return True


def _texte_lacunes(etat: Etat, trouvees: Sequence[Lacune], bloquantes: Sequence[Lacune]) -> str:
    autres = [lacune for lacune in trouvees if lacune not in bloquantes]
    return "\n\n".join(
        [
            f"### Le dossier de {en_cellule(etat.facture.debiteur.denomination)} ne peut pas être scellé",
            "Réglez ces points : le suivi reprendra seul dès qu'un fait les règle. Ou répondez, pour le sceller tel "
            "quel en votre nom.",
            *[f"- ⛔ {en_cellule(lacune.phrase)}" for lacune in bloquantes],
            *(["À régler aussi, sans que cela retienne le dossier :"] if autres else []),
            *[f"- {en_cellule(lacune.phrase)}" for lacune in autres],
        ]
    )


def retrouver(etat: Etat, scenario: Scenario, action: DemanderAdresse) -> None:
    """Take the address found into the journal if there is one, else suspend this run until it comes."""
    question = Question(
        AdresseDuDebiteur,
        action.etape,
        sujet=f"{QUESTION_ADRESSE}{action.envoi.prepare.cle.replace(':', '--')}",
        titre=f"Adresse à vérifier : {etat.facture.debiteur.denomination}",
        description=_texte_adresse(etat, action.envoi),
        enregistrer=lambda donnee: adresses.verifier_adresse(
            outils(), etat.facture.numero,
            lire_adresse(donnee.lignes, donnee.code_postal, donnee.ville, donnee.pays),
            donnee.source, donnee.par, auteur=donnee.par, preuve=octets(donnee.preuve),
        ),
    )  # fmt: skip
    _demander(question, etat, scenario)


def _texte_adresse(etat: Etat, envoi: Envoi) -> str:
    debiteur = etat.facture.debiteur
    numero = envoi.depot.numero if envoi.depot else ""
    ou = ", ".join((debiteur.denomination, *enveloppe(debiteur.adresse)))
    return "\n\n".join(
        [
            f"### Pli revenu : destinataire inconnu à l'adresse – facture {etat.facture.numero}",
            f"« {en_cellule(envoi.prepare.intitule)} », recommandé {numero}, envoyé à **{en_cellule(ou)}**.",
            "Cette lettre ne met pas le débiteur en demeure. Cherchez le siège au registre du commerce (Kbis, "
            "annuaire-entreprises.data.gouv.fr) et joignez l'extrait. Une autre adresse : la lettre sera établie "
            "à nouveau et soumise à votre approbation. La même adresse : elle y sera renvoyée ; si le siège "
            "n'existe plus, confiez plutôt une sommation à un commissaire de justice et abandonnez ce suivi.",
        ]
    )


def _demander(question: Question[F], etat: Etat, scenario: Scenario) -> None:
    posee = etat.questions.get(question.etape.nom, "")
    try:
        donnee = reponse(question.formulaire, posee if posee.rpartition("-")[0] == question.sujet else None)
        if donnee is not None:
            question.enregistrer(donnee)
            return
    except (ReponseInvalide, DonneeInvalide, ErreurRendu, ErreurConversion) as refus:
        dit = _en_francais(refus, question.formulaire)
        question = replace(question, description=f"**Réponse refusée** : {dit}\n\n{question.description}")
    _suspendre(question, etat, scenario)


def _en_francais(refus: Exception, formulaire: type[F]) -> str:
    """Why an answer is refused, field by field when it could not be read."""
    if not isinstance(refus, ReponseInvalide) or not isinstance(refus.__cause__, ValidationError):
        return str(refus)
    return phrases(refus.__cause__, {nom: c.title for nom, c in formulaire.model_fields.items() if c.title})


def _suspendre(question: Question[F], etat: Etat, scenario: Scenario) -> NoReturn:
    etape, cle = question.etape.nom, f"{question.sujet}-{uuid4().hex[:12]}"
    consigner(outils(), etat.creance, lambda _: [QuestionPosee(etape=etape, question=cle)], auteur=AUTEUR)
    pose = lire_etat(outils(), etat.creance)
    afficher(outils(), pose, scenario, question.titre, question.description)
    etiqueter(pose, etape, Qui.PERSONNE)
    poser(
        question.formulaire,
        cle,
        question.titre,
        question.description,
        inchange=lambda: outils().journal.dernier(etat.creance) == pose.numero,
    )


def _lettre_commune(etat: Etat, groupe: tuple[str, ...]) -> list[str]:
    """The other invoices that the letter is about: the answer holds for them too."""
    autres = [lire_etat(outils(), creance) for creance in groupe if creance != etat.creance]
    if not autres:
        return []
    dites = ", ".join(f"{autre.facture.numero} (reste {en_euros(autre.solde)})" for autre in autres)
    return [f"**Lettre commune**, qui porte aussi sur : {dites}. Votre réponse vaut pour toutes."]


def _texte_approbation(etat: Etat, action: DemanderApprobation) -> str:
    prepare = action.envoi.prepare
    jour = outils().clock.jour()
    decompte = decompte_de(outils(), etat, jour)
    absentes = mentions_absentes(outils(), etat, action.envoi)
    lus = (
        *decompte.alertes,
        *(f"La lettre ne porte pas : {m.expression} ({m.article}). {m.remede}" for m in absentes),
        *avertissements(examen_de(outils(), etat, jour)),
    )
    return "\n\n".join(
        [
            f"### {prepare.intitule} – facture {etat.facture.numero}",
            *[f"⚠ {en_cellule(alerte)}" for alerte in lus],
            f"À **{prepare.destinataire}**",
            *_lettre_commune(etat, prepare.groupe),
            f"Lettre établie le {en_lettres(prepare.jour)}. À relire avant d'approuver : "
            f"{liens_vers(outils(), (prepare.pdf, prepare.source))}",
            f"Principal restant {en_euros(decompte.principal_restant)}, pénalités "
            f"{en_euros(decompte.interets_restants)}, indemnité {en_euros(decompte.indemnite_restante)} : "
            f"**{en_euros(decompte.total)}**",
            "Avant d'approuver, contrôlez au registre du commerce l'adresse du siège, et au BODACC l'absence de "
            "procédure collective (article L622-21 du code de commerce). La mise en demeure n'interrompt pas la "
            "prescription.",
        ]
    )
