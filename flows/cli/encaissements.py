"""The command that takes a bank statement."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from dossier.core.errors import DonneeInvalide
from flows.cli.reveil import reveiller
from flows.cli.usage import AUTEUR, dire

app = Typer()


@app.command()
def releve(
    fichier: Annotated[Path, Argument(help="Relevé bancaire : camt.053, CFONB 120, ou CSV de la banque.")],
    essai: Annotated[
        bool, Option("--essai", help="Montre ce qui serait enregistré, sans rien changer.")
    ] = False,
    compte: Annotated[
        str, Option(help="Compte du relevé, si le fichier ne le nomme pas et que vous en avez plusieurs.")
    ] = "",
) -> None:
    """Enregistre les paiements d'un relevé bancaire ; ce qui n'est pas certain est laissé à une personne.

    Code de retour 1 quand une ligne n'a pas pu être lue : les autres sont prises.
    """
    from flows.releves import bilan, importer_releve, sections
    from flows.wiring import outils

    rapport = importer_releve(outils(), fichier, auteur=AUTEUR, essai=essai, compte=compte)
    for titre, lignes in sections(rapport):
        if lignes:
            dire(f"{titre}\n" + "\n".join(f"  {ligne}" for ligne in lignes))
    dire(f"{rapport.nom} : {bilan(rapport)}.")

    if rapport.creances and not essai:
        reveiller(*rapport.creances)
    if rapport.refus:
        raise DonneeInvalide(
            "des lignes du relevé n'ont pas été lues : voyez « Lignes illisibles » ci-dessus."
        )


@app.command(name="ecarter-ligne")
def ecarter_ligne(
    ligne: Annotated[str, Argument(help="Ses seize chiffres et lettres, que donne `dossier a-faire`.")],
    motif: Annotated[str, Option(help="Pourquoi il n'y a rien à enregistrer.")],
    par: Annotated[str, Option(help="Qui l'a décidé.")],
) -> None:
    """Retire de « À faire » une ligne de relevé pour laquelle il n'y a rien à enregistrer."""
    from dossier.services.lignes_a_voir import ecarter
    from flows.wiring import outils

    dire(ecarter(outils(), ligne, motif, par, auteur=AUTEUR))
