"""The round: every open creance keeps exactly one live run."""

from __future__ import annotations

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.runs import retablir
from flows.wiring import outils


@flow(name="ronde", flow_run_name="Ronde", persist_result=False)
def ronde() -> State[None]:
    """Redonne un suivi à toute créance ouverte que Prefect aurait perdue."""
    bilan = retablir(outils())
    return Completed(
        name="Ronde faite",
        message=f"{bilan.ouvertes} créances ouvertes, {bilan.creees} suivis recréés, {bilan.relancees} repris",
    )
