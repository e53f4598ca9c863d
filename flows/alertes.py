"""What staff are warned of: runs that turned red, questions that nobody answers, a round that no longer comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.utilities.urls import url_for

from dossier.core.creance import identifiant
from dossier.core.dates import horodate, jour_legal
from dossier.core.decision import (
    Assembler,
    DemanderAdresse,
    DemanderAppel,
    DemanderApprobation,
    decide,
)
from dossier.core.errors import DossierError
from dossier.core.etat import Etat, poursuivre
from dossier.core.faits import Fait
from dossier.services.creances import etats_lisibles, lire_etat, scenario_de
from dossier.services.outils import Outils
from flows.durable_wait import run_de
from flows.pages import lire_runs

SURVEILLES = ("suivi-facture", "ronde", "reception", "veille-du-droit")
"""The flows whose red runs are told: never a form, which answers who filled it, nor the one that warns."""
PREMIER_RAPPEL, RAPPELS = 3, 7
"""Days without an answer before the first reminder, then between two."""
SILENCE = timedelta(days=1)
"""How long without a finished round is an alarm."""
RONDE_QUE_FAIRE = "Vérifiez que le service tourne : `dossier service`."


class Objet(StrEnum):
    """What to warn about."""

    TOUT = "tout"
    ROUGES = "étapes à reprendre"
    QUESTIONS = "questions sans réponse"
    RONDE = "ronde absente"
    ESSAI = "essai"


class Alerte(NamedTuple):
    """One thing that a person should look at."""

    objet: Objet
    phrase: str
    lien: str
    facture: str = ""
    debiteur: str = ""


def rouges(client: SyncPrefectClient, maison: Outils, depuis: datetime) -> Iterator[Alerte]:
    """The watched runs that turned red at that instant or later, and are still red."""
    types = FlowRunFilterStateType(any_=[StateType.FAILED, StateType.CRASHED])
    filtre = FlowRunFilter(
        state=FlowRunFilterState(type=types), end_time=FlowRunFilterEndTime.model_validate({"after_": depuis})
    )
    surveilles = FlowFilter(name=FlowFilterName(any_=list(SURVEILLES)))
    for run in lire_runs(client, flow_filter=surveilles, flow_run_filter=filtre):
        yield _rouge(maison, run)


def _rouge(maison: Outils, run: FlowRun) -> Alerte:
    facture = str(run.parameters.get("facture", ""))
    nous = run.state is not None and run.state.name == "À reprendre"
    phrase = (run.state.message or "") if nous and run.state else (
        "Interrompu par une erreur imprévue : ouvrez la ligne et son journal, puis cliquez sur Retry."
    )  # fmt: skip
    if not facture:
        return Alerte(Objet.ROUGES, f"{run.name} : {phrase}", lien(run))
    return Alerte(Objet.ROUGES, phrase, lien(run), facture, _debiteur(maison, facture))


def _debiteur(maison: Outils, facture: str) -> str:
    try:
        return lire_etat(maison, identifiant(facture)).facture.debiteur.denomination
    except DossierError:
        return ""


def questions(client: SyncPrefectClient, maison: Outils, rappelees: date | None) -> Iterator[Alerte]:
    """The questions to remind today, those of which a reminder fell due after the day `rappelees`."""
    jour = maison.clock.jour()
    for etat in etats_lisibles(maison):
        posee = _question(maison, etat) if etat.questions and etat.fin is None else None
        if posee is None or not _a_rappeler(posee, jour, rappelees):
            continue
        run = run_de(client, etat.creance)
        if run is not None and run.state is not None and run.state.is_paused():
            attente = f"« {run.state.name} » attend une réponse depuis {(jour - posee).days} jours."
            debiteur = etat.facture.debiteur.denomination
            yield Alerte(Objet.QUESTIONS, attente, lien(run), etat.facture.numero, debiteur)


def _a_rappeler(posee: date, jour: date, rappelees: date | None) -> bool:
    deja = nombre_de_rappels(posee, rappelees) if rappelees else 0
    return nombre_de_rappels(posee, jour) > deja


def nombre_de_rappels(posee: date, jour: date) -> int:
    """How many reminders have fallen due by that day for a question asked on `posee`."""
    return max(0, ((jour - posee).days - PREMIER_RAPPEL) // RAPPELS + 1)


def _question(maison: Outils, etat: Etat) -> date | None:
    """Since when the question that this creance still asks has been open; None when it asks nothing."""
    scenario = scenario_de(maison, etat)
    match decide(etat, scenario, maison.clock.jour()):
        case DemanderApprobation(etape=etape) | DemanderAdresse(etape=etape) | DemanderAppel(etape=etape):
            nom = etape.nom
        case Assembler():
            nom = scenario.etapes[-1].nom
        case _:
            return None
    return questions_ouvertes(maison.journal.lire(etat.creance)).get(nom)


def questions_ouvertes(faits: Sequence[Fait]) -> dict[str, date]:
    """Since which day each open question has waited, by étape: asked anew in the same words, it is the same."""
    etat: Etat | None = None
    depuis: dict[tuple[str, str], date] = {}
    for fait in faits:
        etat = poursuivre(etat, [fait.contenu])
        ouvertes = [(etape, cle.rpartition("-")[0]) for etape, cle in etat.questions.items()]
        depuis = {question: depuis.get(question, jour_legal(fait.instant)) for question in ouvertes}
    return {etape: jour for (etape, _), jour in depuis.items()}


def ronde_absente(client: SyncPrefectClient, maintenant: datetime, *, jamais: bool) -> Iterator[Alerte]:
    """Whether no round has finished for a day; `jamais`: whether none at all is an alarm too."""
    fini = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.COMPLETED]))
    derniere = client.read_flow_runs(
        flow_filter=FlowFilter(name=FlowFilterName(any_=["ronde"])),
        flow_run_filter=FlowRunFilter(state=fini),
        sort=FlowRunSort.END_TIME_DESC,
        limit=1,
    )
    fin = derniere[0].end_time if derniere else None
    if fin is None and jamais:
        yield Alerte(
            Objet.RONDE, f"La ronde n'a jamais fini. {RONDE_QUE_FAIRE}", url_for("deployments") or ""
        )
    elif fin is not None and maintenant - fin > SILENCE:
        depuis = f"La ronde n'a pas fini depuis le {horodate(fin)}. {RONDE_QUE_FAIRE}"
        yield Alerte(Objet.RONDE, depuis, lien(derniere[0]))


def lien(run: FlowRun) -> str:
    """Where that run is in the UI (`PREFECT_UI_URL`)."""
    return url_for("flow-run", obj_id=run.id) or ""
