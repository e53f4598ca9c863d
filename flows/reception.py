"""Scans in: what arrives in the inbox is filed to its registered letter, and its creance woken."""

from __future__ import annotations

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from dossier.core.errors import DossierError
from dossier.services.reception import Rapport, recevoir
from flows.affichage import en_cellule
from flows.runs import signaler
from flows.wiring import boite, lecteur_de_scan, outils

PAGE = "reception"
AUTEUR = "réception"


@flow(name="reception", flow_run_name="Réception", persist_result=False)
def reception() -> State[None]:
    """Classe les scans de la boîte de réception ; ceux qui ne peuvent pas l'être attendent, avec leur motif."""
    try:
        rapport = recevoir(outils(), boite(), lecteur_de_scan(), auteur=AUTEUR)
    except DossierError as error:
        return Failed(name="Boîte de réception inaccessible", message=str(error))
    signaler(outils(), *rapport.creances)
    afficher(rapport, boite().lieu())
    return Completed(name=f"Réception : {rapport.bilan}", message=f"Boîte de réception : {boite().lieu()}")


def afficher(rapport: Rapport, lieu: str) -> None:
    """Write the table of the files that wait, with why, then of those just filed."""
    create_table_artifact(
        key=PAGE,
        table=[
            {
                "Fichier": ligne.fichier,
                "Suite": ligne.suite,
                "Recommandé": ligne.recommande,
                "Facture": ligne.facture,
                "Papier": ligne.papier,
            }
            for ligne in rapport.lignes
        ],
        description=f"**{rapport.bilan}** – {en_cellule(lieu)}",
    )
