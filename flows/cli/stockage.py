"""The evidence store from a terminal: what protects it, and what is to be mended."""

from __future__ import annotations

from typing import cast

from typer import Typer

from dossier.core.errors import DossierError
from dossier.core.stockage import Avis, Gardien
from flows.cli.usage import console, dire

app = Typer()
SIGNES = {Avis.CONFORME: "[green]✓[/]", Avis.A_CORRIGER: "[red]✗[/]", Avis.INCONNU: "[yellow]?[/]"}


def prevenir() -> None:
    """Say what is to be mended in the store before the service works with it."""
    from flows.wiring import outils

    for constat in cast(Gardien, outils().store).examiner():
        if constat.avis is Avis.A_CORRIGER:
            dire(f"Attention, stockage des preuves, {constat.objet} : {constat.message}")


@app.command()
def stockage() -> None:
    """Examine le stockage des preuves (seau S3 ou dossier) et dit ce qui est à corriger."""
    from flows.wiring import outils

    # Both stores are a Gardien too; the services only ask for a Store.
    constats = cast(Gardien, outils().store).examiner()
    for constat in constats:
        console.print(SIGNES[constat.avis], end=" ")
        dire(f"{constat.objet} ({constat.avis}) : {constat.message}")
    fautes = sum(constat.avis is Avis.A_CORRIGER for constat in constats)
    if fautes:
        raise DossierError(f"{fautes} point{'s' * (fautes > 1)} à corriger dans le stockage des preuves.")
    dire("Le stockage des preuves n'a rien à corriger.")
