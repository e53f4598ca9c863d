"""Commands that only read: lists, one creance, sums, forecast."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from rich.markup import escape
from rich.table import Table
from typer import Argument, Option, Typer

from dossier.core.creance import Genre, identifiant
from dossier.core.dates import en_chiffres
from dossier.core.decompte import Decompte, etablir_decompte
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.montants import en_euros, en_pourcent
from dossier.core.prevision import prevoir as prevoir_suite
from flows.cli.usage import console, dire, option_euros, option_jour

app = Typer()
EnJson = Annotated[bool, Option("--json", help="Écrit du JSON.")]


@app.command()
def creances(en_json: EnJson = False) -> None:
    """Liste les créances suivies, ce qu'elles attendent et ce qui reste dû."""
    from flows.wiring import outils

    lignes = [_resume(_etat(ouverture.creance)) for ouverture in outils().journal.creances()]
    if en_json:
        _ecrire_json(lignes)
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


@app.command()
def montrer(facture: str) -> None:
    """Montre une créance : sommes, suite, chronologie, documents."""
    from flows.affichage import page
    from flows.wiring import outils

    etat = _etat(identifiant(facture))
    dire(page(outils(), etat, outils().scenarios[etat.scenario], _resume(etat)["situation"]))


@app.command()
def decompte(
    facture: Annotated[str, Argument(help="Facture suivie ; sinon --montant et --echeance.")] = "",
    montant: Annotated[Decimal | None, option_euros("Montant TTC.")] = None,
    echeance: Annotated[date | None, option_jour("Échéance de la facture.")] = None,
    au: Annotated[date | None, option_jour("Jour d'arrêté, compris.")] = None,
    en_json: EnJson = False,
) -> None:
    """Calcule les pénalités de retard et l'indemnité d'une facture, avec leurs textes."""
    if facture:
        resultat = _decompte_suivi(facture, au)
    elif montant and echeance and au:
        resultat = _decompte_libre(montant, echeance, au)
    else:
        raise DonneeInvalide("indiquez une facture suivie, ou bien --montant, --echeance et --au.")
    if en_json:
        _ecrire_json(resultat.model_dump(mode="json"))
    else:
        _montrer(resultat)


@app.command()
def prevoir(facture: str, en_json: EnJson = False) -> None:
    """Dit ce qui se passera, et quand, si personne ne paie."""
    from flows.wiring import outils

    etat = _etat(identifiant(facture))
    prevus = prevoir_suite(etat, outils().scenarios[etat.scenario], outils().clock.jour())
    if en_json:
        _ecrire_json([{**prevu._asdict(), "jour": prevu.jour.isoformat()} for prevu in prevus])
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


def _decompte_suivi(facture: str, au: date | None) -> Decompte:
    from dossier.services.creances import decompte_de
    from flows.wiring import outils

    return decompte_de(outils(), _etat(identifiant(facture)), au or outils().clock.jour())


def _decompte_libre(montant: Decimal, echeance: date, au: date) -> Decompte:
    from dossier.adapters.config_yaml import charger_droit
    from flows.wiring import settings

    droit = charger_droit(settings().config / "droit")
    return etablir_decompte(montant, echeance, [], au, droit, genre=Genre.ENTREPRISE)


def _montrer(resultat: Decompte) -> None:
    tableau = Table("Du", "Au", "Jours", "Base", "Taux", "Pénalités")
    for s in resultat.segments:
        tableau.add_row(
            en_chiffres(s.du),
            en_chiffres(s.au),
            str(s.jours),
            en_euros(s.base),
            en_pourcent(s.taux),
            en_euros(s.montant),
        )
    console.print(tableau)
    dire(f"Reste sur la facture : {en_euros(resultat.principal_restant)}")
    dire(f"Pénalités restant dues : {en_euros(resultat.interets_restants)}")
    dire(f"Indemnité forfaitaire : {en_euros(resultat.indemnite_restante)}")
    dire(f"Total au {en_chiffres(resultat.au)} : {en_euros(resultat.total)}")
    for texte in (*resultat.textes, *resultat.hypotheses, *resultat.alertes):
        dire(f"  {texte}")


def _ecrire_json(valeur: Any) -> None:
    print(json.dumps(valeur, ensure_ascii=False, indent=2))
