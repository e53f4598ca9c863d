"""Factures in: Factur-X PDFs and French CSV files become creances, each with its run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field

from dossier.core.creance import identifiant
from dossier.core.errors import DonneeInvalide
from dossier.services.creances import lire_etat
from dossier.services.importation import Rapport
from dossier.services.outils import Outils
from flows.durable_wait import reveiller
from flows.formulaires import formulaire
from flows.lecteurs import bilan, en_markdown, importer_chemins
from flows.runs import lancer
from flows.wiring import outils

COMPTE_RENDU = "import-de-factures"
"""Key of the page that says what the last import did."""


@formulaire(name="importer-des-factures", flow_run_name="Import de factures")
def importer_factures(
    fichiers: Annotated[
        list[str],
        Field(
            title="Fichiers ou dossiers",
            description="Factur-X (.pdf) ou tableur (.csv), sur la machine du service",
        ),
    ],
    scenario: Annotated[str, Field(title="Scénario")] = "standard",
) -> State[None]:
    """Importe des factures impayées ; chacune reçoit son suivi. Un document refusé n'arrête pas les autres."""
    # An empty line would be the working folder of the service.
    chemins = [Path(fichier.strip()) for fichier in fichiers if fichier.strip()]
    if not chemins:
        raise DonneeInvalide("Indiquez au moins un fichier ou un dossier à importer.")
    rapport = importer_chemins(outils(), chemins, scenario, auteur="formulaire")
    demarrer(outils(), rapport)
    create_markdown_artifact(key=COMPTE_RENDU, markdown=en_markdown(rapport))
    dit = f"{bilan(rapport)}. Détail : Artifacts › {COMPTE_RENDU}."
    if rapport.refus and not (rapport.ouvertes or rapport.avoirs):
        return Completed(name="Rien d'importé", message=f"{rapport.refus[0].motif} {dit}")
    return Completed(name="Importé", message=dit)


def demarrer(maison: Outils, rapport: Rapport) -> None:
    """Create the run of each creance just opened; wake those that a credit note has changed."""
    with get_client(sync_client=True) as client:
        for facture in rapport.ouvertes:
            lancer(client, lire_etat(maison, facture.creance))
        reveiller(client, [identifiant(avoir.facture) for avoir in rapport.avoirs])
