"""The demonstration: fictional invoices live their whole procedure on a simulated clock."""

from __future__ import annotations

import time
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from dossier.adapters.config_yaml import charger
from flows.demo.bilan import conclure
from flows.demo.histoire import Histoire
from flows.demo.maison import EXEMPLES, donnees_neuves, maison
from flows.serveur import page_des_suivis
from flows.wiring import outils


def jouer(console: Console, *, garder: bool) -> None:
    """Play the whole story; print where the dossiers are and what `dossier verifier` says of them."""
    histoire = charger(EXEMPLES / "histoire.yaml", Histoire)
    donnees = donnees_neuves()
    with maison(donnees, histoire.depart) as adresse:
        ecran = page_des_suivis(adresse)
        console.print(f"Écran des opérateurs : {ecran}", soft_wrap=True)
        _piloter(console, histoire, donnees)
        conclure(console, donnees)
        if garder:
            console.print(f"Le serveur reste ouvert : {ecran} (Ctrl-C pour finir)", soft_wrap=True)
            _patienter()


def _piloter(console: Console, histoire: Histoire, donnees: Path) -> None:
    from prefect.client.orchestration import get_client  # Prefect reads its environment when first imported

    from flows.demo.pilote import Pilote

    colonnes = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with (
        get_client(sync_client=True) as client,
        Progress(*colonnes, console=console, transient=True) as progres,
    ):
        tache = progres.add_task("Import des factures d'exemple")
        pilote = Pilote(client, outils(), donnees / "horloge", histoire, EXEMPLES)
        compte_rendu = pilote.importer([EXEMPLES / "factures", EXEMPLES / "factures.csv"])
        progres.console.print(f"{compte_rendu}\n", markup=False, soft_wrap=True)
        pilote.jouer(lambda phrase: progres.update(tache, description=phrase))


def _patienter() -> None:
    try:
        while True:
            time.sleep(3600)  # noqa: TID251 - nothing left to do but keep the server
    except KeyboardInterrupt:
        return
