"""The effects of a procedure as Prefect tasks: one line each in the UI, with a French name."""

from __future__ import annotations

import logging
from typing import Any, TypeVar

from prefect import Task, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Failed
from prefect.utilities.annotations import quote

from dossier.core.courriers import PAR_CANAL
from dossier.core.decision import Envoyer, Preparer, RompreEcheancier, Sauter, Solder
from dossier.core.errors import DossierError
from dossier.core.etat import Etat
from dossier.services.assemblage import Scelle, assembler
from dossier.services.avancement import Acte, accomplir
from flows.wiring import outils

T = TypeVar("T")
AUTEUR = "suivi"


def _avec_trace(ligne: logging.LogRecord) -> bool:
    """Whether the line does not promise a traceback where nothing was raised.

    Prefect logs so, in English and with « NoneType: None », each failed state that a task returns; its next
    line says the state.
    """
    return ligne.exc_info != (None, None, None)


logging.getLogger("prefect.task_runs").addFilter(_avec_trace)


class EtapeEchouee(Exception):
    """A step that an operator must mend before Retry; the message is French."""


@task(name="acte", cache_policy=NO_CACHE, persist_result=False)
def faire(etat: Etat, acte: Acte) -> State[None] | None:
    """Do one act and record its faits."""
    try:
        accomplir(outils(), etat, acte, auteur=AUTEUR)
    except DossierError as error:
        return Failed(message=str(error))
    return None


@task(name="Assembler le dossier", cache_policy=NO_CACHE, persist_result=False)
def assembler_dossier(creance: str) -> Any:
    """Seal the dossier of that creance; None when another creance of the debtor leads it."""
    try:
        return quote(assembler(outils(), creance, auteur=AUTEUR))
    except DossierError as error:
        return Failed(message=str(error))


def agir(etat: Etat, acte: Acte) -> None:
    """Run the act as a task named after it. Raises EtapeEchouee."""
    nomme = faire.with_options(task_run_name=nom(acte))
    _tenter(nomme, quote(etat), quote(acte))


def sceller(creance: str) -> Scelle | None:
    """Run the assembly as a task. Raises EtapeEchouee."""
    resultat = _tenter(assembler_dossier, creance)
    scelle: Scelle | None = resultat.unquote()
    return scelle


def nom(acte: Acte) -> str:
    """What the UI shows for that act."""
    match acte:
        case Preparer(etape=etape, canal=canal):
            return f"Document : {etape.libelle} ({PAR_CANAL[canal]})"
        case Envoyer(etape=etape, envoi=envoi):
            return f"Envoyer : {etape.libelle} ({PAR_CANAL[envoi.prepare.canal]})"
        case Sauter(etape=etape):
            return f"Sauter : {etape.libelle}"
        case RompreEcheancier():
            return "Constater la rupture de l'échéancier"
        case Solder():
            return "Solder la créance"


def _tenter(tache: Task[..., Any], *arguments: Any) -> Any:
    etat: State[Any] = tache(*arguments, return_state=True)  # type: ignore[assignment]  # our tasks are not async
    if etat.is_failed() or etat.is_crashed():
        raise EtapeEchouee(etat.message or "étape interrompue")
    return etat.result()
