"""Waits that last months and survive anything: park this run until an instant, ask a person, wake a run.

Prefect has no « wait until ». A run sets its own state to Scheduled (for a date) or Paused (for a person),
with a French name, and leaves; the worker picks the same run up when it is due. The journal alone says
what is left to do: a run begins again from its first line each time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import FlowRunContext
from prefect.exceptions import Pause
from prefect.input import RunInput, keyset_from_base_key, read_flow_run_input
from prefect.states import Paused, Scheduled
from pydantic import ValidationError

from flows.pages import lire_par_cle

Formulaire = TypeVar("Formulaire", bound=RunInput)


NOM = 120
"""Longest name of a state: the UI shows it as a badge, the server refuses very long ones."""


class ReponseInvalide(Exception):
    """An answer that the form does not accept, and why, in French."""


def cle_de_run(creance: str) -> str:
    """The idempotency key by which Prefect itself keeps one run per creance."""
    return f"suivi:{creance}"


def garer(jusqu_a: datetime, nom: str, message: str, *, inchange: Callable[[], bool]) -> NoReturn:
    """Park the current run until `jusqu_a` (instant of the machine's clock) under that French name.

    `inchange` tells, once parked, whether nothing was recorded meanwhile: a fait that came while this run
    was still Running could not wake it, so it wakes itself.
    """
    etat: State[None] = Scheduled(scheduled_time=jusqu_a, name=nom[:NOM], message=message)
    with get_client(sync_client=True) as client:
        run = run_courant().id
        client.set_flow_run_state(run, etat, force=True)
        _reveiller_si_change(client, run, inchange)
    raise Pause(state=etat)


def poser(
    question: type[Formulaire], cle: str, nom: str, description: str, *, inchange: Callable[[], bool]
) -> NoReturn:
    """Suspend the current run on a form; the run's Resume button in the UI shows it.

    `cle` names this asking and must be fresh: Prefect never suspends twice under one key.
    """
    formulaire = question.with_initial_data(description=description)
    keyset = keyset_from_base_key(cle)
    etat: State[None] = Paused(name=nom[:NOM], reschedule=True, pause_key=cle)
    etat.state_details.run_input_keyset = {str(nom): valeur for nom, valeur in keyset.items()}
    run = run_courant().id
    formulaire.save(keyset, flow_run_id=run)
    with get_client(sync_client=True) as client:
        client.set_flow_run_state(run, etat, force=True)
        _reveiller_si_change(client, run, inchange)
    raise Pause(state=etat)


def reponse(question: type[Formulaire], cle: str | None) -> Formulaire | None:
    """The answer given under that key; None when nobody answered yet.

    Raises ReponseInvalide when the form does not accept it: ask again under a fresh key.
    """
    if cle is None:
        return None
    brute: Any = read_flow_run_input(keyset_from_base_key(cle)["response"], flow_run_id=run_courant().id)
    if brute is None:
        return None
    try:
        return question(**brute)
    except ValidationError as error:
        raise ReponseInvalide("; ".join(str(detail["msg"]) for detail in error.errors())) from error


def reveiller(client: SyncPrefectClient, creances: Iterable[str]) -> None:
    """Make the runs of these creances due now, parked, suspended, red, cancelled or done: faits were recorded.

    One that runs already will read the journal again, and is left.
    """
    for run in lire_par_cle(client, [cle_de_run(creance) for creance in creances]):
        if run.state is not None and _dort(run.state):
            rendre_du(client, run.id, "Fait nouveau")


def _dort(etat: State[Any]) -> bool:
    """Whether no worker holds it. One that is done may be wrong: a payment taken back opens its creance again."""
    return not (etat.is_pending() or etat.is_running() or etat.is_cancelling())


def run_de(client: SyncPrefectClient, creance: str) -> FlowRun | None:
    """The one run of that creance, if Prefect still has it."""
    return next(lire_par_cle(client, [cle_de_run(creance)]), None)


def rendre_du(client: SyncPrefectClient, run: UUID, nom: str) -> State[None]:
    """Make that run due now, whatever its state."""
    etat: State[None] = Scheduled(name=nom)
    client.set_flow_run_state(run, etat, force=True)
    return etat


def _reveiller_si_change(client: SyncPrefectClient, run: UUID, inchange: Callable[[], bool]) -> None:
    if not inchange():
        rendre_du(client, run, "Fait nouveau")


def run_courant() -> FlowRun:
    """The run that calls."""
    contexte = FlowRunContext.get()
    assert contexte is not None
    assert contexte.flow_run is not None
    return contexte.flow_run
