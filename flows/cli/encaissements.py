"""The command that takes a bank statement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from flows.cli.reveil import si_le_service_tourne
from flows.cli.usage import AUTEUR, dire

app = Typer()


@app.command()
def releve(
    fichier: Annotated[Path, Argument(help="Relevé bancaire : camt.053, CFONB 120, ou CSV de la banque.")],
    essai: Annotated[
        bool, Option("--essai", help="Montre ce qui serait enregistré, sans rien changer.")
    ] = False,
) -> None:
    """Enregistre les paiements d'un relevé bancaire ; ce qui n'est pas certain est laissé à une personne."""
    from flows.releves import bilan, importer_releve, sections
    from flows.wiring import outils

    rapport = importer_releve(outils(), fichier, auteur=AUTEUR, essai=essai)
    for titre, lignes in sections(rapport):
        if lignes:
            dire(f"{titre}\n" + "\n".join(f"  {ligne}" for ligne in lignes))
    dire(f"{rapport.nom} : {bilan(rapport)}.")

    def signaler() -> None:
        from flows import runs

        runs.signaler(outils(), *rapport.creances)

    if rapport.creances and not essai:
        si_le_service_tourne(signaler)
