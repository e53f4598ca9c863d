"""The command that files the scans of the inbox."""

from __future__ import annotations

from threading import Event
from typing import Annotated

from rich.markup import escape
from rich.table import Table
from typer import Option, Typer

from dossier.core.errors import DossierError
from dossier.services.reception import Rapport, recevoir
from flows.cli.reveil import reveiller
from flows.cli.usage import AUTEUR, console, dire

app = Typer()
CADENCE = 15.0
"""Seconds between two passes."""


@app.command()
def reception(
    suivre: Annotated[bool, Option("--suivre", help="Recommence jusqu'à Ctrl-C.")] = False,
) -> None:
    """Classe les scans de la boîte de réception : preuves de dépôt, avis, enveloppes retournées."""
    rapport = _passer()
    _montrer(rapport)
    while suivre and not Event().wait(CADENCE):
        rapport = _repasser(rapport)


def _passer() -> Rapport:
    from flows.wiring import boite, lecteur_de_scan, outils

    rapport = recevoir(outils(), boite(), lecteur_de_scan(), auteur=AUTEUR)

    if rapport.creances:
        reveiller(*rapport.creances)
    return rapport


def _repasser(avant: Rapport) -> Rapport:
    """One pass more, shown when it has something new to say; an inbox out of reach is said, and tried again."""
    try:
        rapport = _passer()
    except DossierError as error:
        dire(str(error))
        return avant
    if (rapport.classes or avant.classes) != avant.classes or rapport.en_attente != avant.en_attente:
        _montrer(rapport)
    return rapport


def _montrer(rapport: Rapport) -> None:
    from flows.wiring import boite

    if rapport.lignes:
        tableau = Table("Fichier", "Suite", "Recommandé", "Facture", "Papier")
        for ligne in rapport.lignes:
            tableau.add_row(*map(escape, ligne))
        console.print(tableau)
    dire(f"Réception : {rapport.bilan} ({boite().lieu()}).")
    if not rapport.lignes:
        dire("Un fichier tout juste posé n'est pris qu'après quelques secondes sans changement.")
