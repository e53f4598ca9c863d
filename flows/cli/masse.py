"""One act on many creances, from a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from rich.markup import escape
from rich.table import Table
from typer import Option, Typer

from dossier.core.errors import DonneeInvalide, DossierError
from dossier.core.etat import Etat
from dossier.core.filtre import Filtre
from dossier.core.montants import en_euros
from dossier.services.masse import ActeDeMasse, Demande, apercu, choisir, traiter
from flows.cli.reveil import reveiller
from flows.cli.usage import AUTEUR, console, dire, option_euros, option_jour

app = Typer()


@app.command()
def masse(
    acte: ActeDeMasse,
    motif: Annotated[str, Option(help="Pourquoi.")],
    par: Annotated[str, Option(help="Nom de la personne qui décide.")],
    debiteur: Annotated[str, Option(help="Une partie du nom, ou le SIREN.")] = "",
    facture: Annotated[list[str] | None, Option(help="Numéro de facture ; peut se répéter.")] = None,
    scenario: Annotated[str, Option(help="Scénario suivi.")] = "",
    etape: Annotated[str, Option(help="Étape en cours, par exemple relance-2.")] = "",
    retard: Annotated[int | None, Option(metavar="JOURS", help="Retard, au moins.", min=0)] = None,
    reste: Annotated[Decimal | None, option_euros("Reste dû, au moins.")] = None,
    vers: Annotated[str, Option(help="Nouveau scénario.")] = "",
    jusqu_au: Annotated[date | None, option_jour("Fin de la suspension.", "--jusqu-au")] = None,
    oui: Annotated[bool, Option("--oui", help="Le faire ; sans lui, seul l'aperçu est montré.")] = False,
) -> None:
    """Relance, suspend, reprend ou change de scénario beaucoup de créances ; montre d'abord l'aperçu."""
    from flows.wiring import outils

    demande = Demande(acte, motif, par, vers, jusqu_au)
    filtre = Filtre(
        factures=tuple(facture or ()), debiteur=debiteur, scenario=scenario, etape=etape, retard=retard,
        reste=reste,
    )  # fmt: skip
    etats: Sequence[Etat] = choisir(outils(), filtre)
    if acte is ActeDeMasse.REESSAYER:
        etats = _rouges(etats)
    lignes = (traiter if oui else apercu)(outils(), etats, demande, AUTEUR)
    tableau = Table("", "Facture", "Débiteur", "Reste", "")
    for ligne in lignes:
        marque = "✓" if ligne.faite else "–"
        tableau.add_row(
            marque, escape(ligne.facture), escape(ligne.debiteur), en_euros(ligne.reste), escape(ligne.phrase)
        )
    console.print(tableau)
    faites = [ligne.creance for ligne in lignes if ligne.faite]
    if not faites:
        raise DonneeInvalide("rien à faire : la dernière colonne dit pourquoi, créance par créance.")
    if not oui:
        dire(f"Rien n'est encore changé. Pour le faire ({len(faites)}), ajoutez --oui.")
        return

    reveiller(*faites)


def _rouges(etats: Sequence[Etat]) -> Sequence[Etat]:
    """Those whose run is red. Raises DossierError when no service can tell."""
    from flows.serveur import adresse_vivante
    from flows.wiring import settings

    if adresse_vivante(settings()) is None:
        raise DossierError(
            "Le service n'est pas lancé : aucun suivi ne peut être réessayé. Lancez `dossier service`."
        )
    from flows.masse import viser

    return viser(ActeDeMasse.REESSAYER, etats)
