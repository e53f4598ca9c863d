"""Commands that show the operator's desk: what to do today, the figures of the house."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table
from typer import Typer

from dossier.core.a_faire import AFaire
from dossier.core.dates import en_chiffres
from dossier.services.creances import etats_lisibles
from dossier.services.outils import Outils
from dossier.services.tableau import Rouges, a_faire_du_jour, tableau_du_jour
from flows.cli.lecture import EnJson, rien_ici
from flows.cli.usage import console, dire, ecrire_json

app = Typer()


@app.command("a-faire")
def a_faire(en_json: EnJson = False) -> None:
    """Liste tout ce qui attend une personne aujourd'hui, le plus urgent d'abord."""
    from flows.wiring import outils

    maison = outils()
    vus = _vus_par_prefect()
    rouges, masses = vus or ({}, ())
    lignes = a_faire_du_jour(maison, etats_lisibles(maison), maison.clock.jour(), rouges, masses)
    if en_json:
        ecrire_json([ligne.model_dump(mode="json") for ligne in lignes])
        return
    console.print(_tableau(lignes) if lignes else _rien(maison))
    if vus is None:
        dire("(Le service n'est pas lancé : les suivis à reprendre ne sont pas connus.)")


@app.command()
def tableau(en_json: EnJson = False) -> None:
    """Donne l'encours, son âge, le DSO, le recouvrement par étape et le risque par débiteur."""
    from flows.wiring import outils, ventes

    maison = outils()
    chiffres = tableau_du_jour(maison, etats_lisibles(maison), maison.clock.jour(), ventes())
    if en_json:
        ecrire_json(chiffres.model_dump(mode="json"))
        return
    from flows.page_tableau import page_tableau

    dire(page_tableau(chiffres))


def _rien(maison: Outils) -> str:
    return "Rien n'attend une personne." if any(maison.journal.creances()) else rien_ici()


def _vus_par_prefect() -> tuple[Rouges, tuple[AFaire, ...]] | None:
    """The creances whose run stopped, and the acts to confirm; None when no server tells it."""
    from flows.serveur import adresse_vivante
    from flows.wiring import outils, settings

    if adresse_vivante(settings()) is None:
        return None
    from prefect.client.orchestration import get_client

    from flows.bureau import masses_a_confirmer, suivis_rouges

    jour = outils().clock.jour()
    with get_client(sync_client=True) as client:
        return suivis_rouges(client, jour), masses_a_confirmer(client, jour)


def _tableau(lignes: tuple[AFaire, ...]) -> Table:
    tableau = Table("", "Facture", "Débiteur", "À faire", "Depuis le", "Limite")
    for ligne in lignes:
        tableau.add_row(
            "!" if ligne.urgent else "",
            *map(escape, (ligne.facture, ligne.debiteur, ligne.quoi)),
            en_chiffres(ligne.depuis) if ligne.depuis else "",
            en_chiffres(ligne.limite) if ligne.limite else "",
        )
    return tableau
