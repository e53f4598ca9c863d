"""The automations that Prefect's server runs for us: a red run, and a round that no longer comes.

Made or updated by name when the service starts. See docs/decisions/0018-ronde-et-automates.md.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from prefect.blocks.webhook import Webhook
from prefect.client.orchestration import PrefectClient
from prefect.events.actions import CallWebhook, RunDeployment
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.types import SecretDict
from pydantic import SecretStr

from dossier.core.errors import ConfigurationInvalide, DonneeInvalide
from dossier.services.outils import Outils
from flows.alertes import RONDE_QUE_FAIRE, SURVEILLES, Alerte, Objet
from flows.avertir import Voies, composer

DEPLOIEMENT = "avertir/avertir"
BLOC = "dossier-alertes"
"""Name of the block that holds the address of the webhook, a secret, in Prefect."""
TOUS = {"prefect.flow-run.*"}
"""An event bears the name of its state, and ours are French: the type of the state is matched instead."""


class Delais(NamedTuple):
    """How long each automation waits."""

    regroupement: timedelta = timedelta(minutes=5)
    """Red runs of that time make one message."""
    ronde: timedelta = timedelta(hours=8)
    """Prefect looks at windows of that length: it tells an absence after one of them at least, three at most."""


DELAIS = Delais()


async def installer(client: PrefectClient, voies: Voies, delais: Delais = DELAIS) -> None:
    """Create the automations, or bring them up to date; one that is already so is not touched.

    Touching it would begin its window again: a service that restarts all the time would never be told of.
    """
    avertir = (await client.read_deployment_by_name(DEPLOIEMENT)).id
    bloc = await _bloc(voies.webhook) if voies.webhook else None
    for voulue in automates(avertir, bloc, voies, delais):
        trouvees = await client.read_automations_by_name(voulue.name)
        if not trouvees:
            await client.create_automation(voulue)
        elif AutomationCore.model_validate(trouvees[0].model_dump(exclude={"id"})) != voulue:
            await client.update_automation(trouvees[0].id, voulue)
        for double in trouvees[1:]:
            await client.delete_automation(double.id)


async def _bloc(adresse: str) -> UUID:
    entetes = SecretDict({"Content-Type": "application/json"})
    return await Webhook(url=SecretStr(adresse), headers=entetes).asave(BLOC, overwrite=True)


def verifier(maison: Outils, voies: Voies) -> None:
    """Raises ConfigurationInvalide when an address is not one: better now than on the day it is needed."""
    try:
        if voies.courriel:
            composer(maison, voies.courriel, [Alerte(Objet.ESSAI, "", "")], "essai")
    except DonneeInvalide as error:
        raise ConfigurationInvalide(f"DOSSIER_ALERTES_COURRIEL : {error}") from error
    if voies.webhook and not voies.webhook.startswith(("https://", "http://")):
        raise ConfigurationInvalide("DOSSIER_ALERTES_WEBHOOK doit commencer par https:// ou http://.")


def automates(avertir: UUID, bloc: UUID | None, voies: Voies, delais: Delais) -> Sequence[AutomationCore]:
    """Both automations; `avertir`: the deployment that warns, `bloc`: the webhook's block."""
    return (_rouges(avertir, voies, delais), _ronde(avertir, bloc, voies, delais))


def _rouges(avertir: UUID, voies: Voies, delais: Delais) -> AutomationCore:
    """The first red run of a while starts the warning, which tells all those of that while."""
    return AutomationCore(
        name="Dossier : étape à reprendre",
        description="Prévient quand une ligne devient rouge. Réglages : DOSSIER_ALERTES…, lus au démarrage du "
        "service, qui remet cet automate en l'état.",
        enabled=any(voies),
        trigger=EventTrigger(
            expect=TOUS,
            match={"prefect.resource.id": "prefect.flow-run.*", "prefect.state-type": ["FAILED", "CRASHED"]},
            match_related={"prefect.resource.role": "flow", "prefect.resource.name": list(SURVEILLES)},
            posture=Posture.Reactive,
            threshold=1,
            within=delais.regroupement,
        ),
        actions=[
            RunDeployment(
                source="selected",
                deployment_id=avertir,
                job_variables=None,
                parameters={"objet": Objet.ROUGES.value},
                schedule_after=delais.regroupement,
            )
        ],
    )


def _ronde(avertir: UUID, bloc: UUID | None, voies: Voies, delais: Delais) -> AutomationCore:
    """Told by the server itself to the webhook: the service may be dead. An e-mail waits for its return."""
    par_courriel = RunDeployment(
        source="selected",
        deployment_id=avertir,
        parameters={"objet": Objet.RONDE.value},
        job_variables=None,
    )
    texte = f"Dossier : la ronde n'a pas fini depuis longtemps. {RONDE_QUE_FAIRE}"
    charge = {"text": texte, "nombre": 1, "alertes": [{"objet": Objet.RONDE.value, "phrase": texte}]}
    appels = [CallWebhook(block_document_id=bloc, payload=json.dumps(charge))] if bloc else []
    return AutomationCore(
        name="Dossier : ronde absente",
        description="Prévient quand aucune ronde n'a fini depuis plusieurs heures, un jour au plus.",
        enabled=any(voies),
        trigger=EventTrigger(
            expect=TOUS,
            match={"prefect.resource.id": "prefect.flow-run.*", "prefect.state-type": "COMPLETED"},
            match_related={"prefect.resource.role": "flow", "prefect.resource.name": "ronde"},
            posture=Posture.Proactive,
            threshold=1,
            within=delais.ronde,
        ),
        actions=[*appels, *([par_courriel] if voies.courriel or not bloc else [])],
    )
