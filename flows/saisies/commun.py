"""What every form shares: its fields, and how it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import Field

from dossier.core.creance import identifiant
from dossier.core.errors import DossierError
from dossier.services.outils import Outils
from flows.runs import signaler
from flows.wiring import outils

AUTEUR = "formulaire"

Facture = Annotated[str, Field(title="Numéro de facture", description="Par exemple FA-2026-0042")]
Pdf = Annotated[
    str,
    Field(title="Fichier PDF", description="Chemin du fichier sur la machine du service, si vous en avez un"),
]


def saisir(
    facture: str, acte: Callable[[], str], *, reveil: Callable[[Outils, str], None] = signaler
) -> State[None]:
    """Do the act, wake the creance, show what changed; a refusal is a red run with its sentence."""
    try:
        compte_rendu = acte()
    except DossierError as error:
        return Failed(name="Refusé", message=str(error))
    reveil(outils(), identifiant(facture))
    create_markdown_artifact(key=f"saisie-{identifiant(facture).lower()}", markdown=compte_rendu)
    return Completed(name="Enregistré", message=compte_rendu)
