"""Commands that only read: lists, one creance, sums, forecast."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from rich.markup import escape
from rich.table import Table
from typer import Option, Typer

from dossier.core.creance import identifiant
from dossier.core.dates import en_chiffres
from dossier.core.etat import Etat
from dossier.core.montants import en_euros
from dossier.core.prevision import prevoir as prevoir_suite
from flows.cli.usage import console, dire, ecrire_json

app = Typer()
EnJson = Annotated[bool, Option("--json", help="Écrit du JSON.")]


@app.command()
def creances(en_json: EnJson = False) -> None:
    """Liste les créances suivies, ce qu'elles attendent et ce qui reste dû."""
    from flows.wiring import outils

    lignes = [_resume(_etat(ouverture.creance)) for ouverture in outils().journal.creances()]
    if en_json:
        ecrire_json(lignes)
        return
    if not lignes:
        dire(rien_ici())
        return
    tableau = Table("Facture", "Débiteur", "Échéance", "Reste", "Situation")
    for ligne in lignes:
        tableau.add_row(
            escape(ligne["facture"]),
            escape(ligne["debiteur"]),
            en_chiffres(date.fromisoformat(ligne["echeance"])),
            en_euros(Decimal(ligne["reste"])),
            escape(ligne["situation"]),
        )
    console.print(tableau)


def rien_ici() -> str:
    """The sentence for a house without a creance: perhaps it is not the one of the service."""
    from flows.wiring import settings

    return (
        f"Aucune créance dans {settings().donnees}. Si le service en suit, lancez cette commande avec ses réglages : "
        "les mêmes variables DOSSIER_DONNEES et DOSSIER_JOURNAL (docs/production.md)."
    )


@app.command()
def montrer(facture: str) -> None:
    """Montre une créance : sommes, suite, chronologie, documents."""
    from dossier.services.creances import scenario_de
    from flows.affichage import page
    from flows.wiring import outils

    etat = _etat(identifiant(facture))
    dire(page(outils(), etat, scenario_de(outils(), etat), _resume(etat)["situation"]))


@app.command()
def prevoir(facture: str, en_json: EnJson = False) -> None:
    """Dit ce qui se passera, et quand, si personne ne paie."""
    from dossier.services.creances import scenario_de
    from flows.wiring import outils

    etat = _etat(identifiant(facture))
    prevus = prevoir_suite(etat, scenario_de(outils(), etat), outils().clock.jour())
    if en_json:
        ecrire_json([{**prevu._asdict(), "jour": prevu.jour.isoformat()} for prevu in prevus])
        return
    tableau = Table("Date", "Ce qui se passe", "Hypothèse")
    for prevu in prevus:
        tableau.add_row(en_chiffres(prevu.jour), prevu.libelle, prevu.hypothese)
    console.print(tableau)


def _etat(creance: str) -> Etat:
    from dossier.services.creances import lire_etat
    from flows.wiring import outils

    return lire_etat(outils(), creance)


def _resume(etat: Etat) -> dict[str, str]:
    from flows.affichage import situation
    from flows.wiring import outils

    return {
        "facture": etat.facture.numero,
        "debiteur": etat.facture.debiteur.denomination,
        "echeance": etat.facture.echeance.isoformat(),
        "reste": str(etat.solde),
        "situation": situation(outils(), etat),
    }
