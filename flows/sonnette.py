"""Carriers' notifications: a bell that has the letter asked for at once, by a run that staff see."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from prefect.client.orchestration import get_client
from prefect.states import Scheduled

from dossier.adapters.transporteurs.maileva import PosteMaileva
from dossier.adapters.transporteurs.webhook import Sonnette
from dossier.core.errors import DossierError
from flows.wiring import outils, settings

log = logging.getLogger("dossier.sonnette")
RELEVE = "relever-les-plis/relever-les-plis"


@contextmanager
def sonnette() -> Iterator[None]:
    """Listen for the duration of the block, if the settings say where. Raises ConfigurationInvalide."""
    reglages = settings()
    if reglages.sonnette_port is None:
        yield
        return
    jeton = reglages.sonnette_jeton.get_secret_value()
    with Sonnette(demander, jeton, port=reglages.sonnette_port):
        if reglages.sonnette_adresse:
            _abonner(f"{reglages.sonnette_adresse.rstrip('/')}/maileva/{jeton}")
        yield


def _abonner(adresse: str) -> None:
    """Have Maileva call that address. The round asks all the same: a bell that fails stops nothing."""
    maileva = outils().suivis.get("Maileva")
    try:
        if isinstance(maileva, PosteMaileva):
            maileva.abonner(adresse)
    except DossierError as error:
        log.warning("Maileva n'enverra pas ses notifications : %s", error)


def demander(reference: str) -> None:
    """Ask the carrier about that letter now: what a notification says is never believed."""
    with get_client(sync_client=True) as client:
        deploiement = client.read_deployment_by_name(RELEVE)
        client.create_flow_run_from_deployment(
            deploiement.id, parameters={"numero": reference}, state=Scheduled(), name=f"Relevé · {reference}"
        )
