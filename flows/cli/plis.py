"""Commands about registered letters: deposit, outcome, retraction, address, where they all are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated

from rich.markup import escape
from rich.table import Table
from typer import Argument, Option, Typer

from dossier.core.dates import en_chiffres
from dossier.core.debiteurs_lus import lire_adresse
from dossier.core.etat import Etat
from dossier.core.faits import IssuePli
from dossier.core.langues import en_nombre
from dossier.core.plis import plis_suivis
from dossier.services import adresses, saisies
from dossier.services import plis as service
from dossier.services.creances import lire_etat, scenario_de
from dossier.services.outils import Outils
from dossier.services.suivi_postal import relever as interroger
from flows.cli.reveil import reveiller, saisir
from flows.cli.usage import AUTEUR, console, dire, octets, option_jour

app = Typer()


@app.command()
def depot(
    facture: str,
    numero: str,
    jour: Annotated[date, option_jour("Date de dépôt.")],
    preuve: Annotated[Path | None, Option(help="Preuve de dépôt (PDF).")] = None,
) -> None:
    """Enregistre le dépôt à La Poste du dernier recommandé d'une facture."""
    pdf = octets(preuve)
    saisir(facture, lambda o: saisies.depot(o, facture, numero, jour, auteur=AUTEUR, preuve=pdf))


@app.command()
def accuse(
    facture: str,
    issue: IssuePli,
    jour: Annotated[date, option_jour("Date de l'issue.")],
    presentation: Annotated[date | None, option_jour("Première présentation, si non distribué.")] = None,
    preuve: Annotated[Path | None, Option(help="Avis de réception ou pli retourné (PDF).")] = None,
    numero: Annotated[str, Option(help="Numéro du recommandé ; à défaut, le dernier déposé.")] = "",
) -> None:
    """Enregistre l'issue d'un recommandé."""
    pdf = octets(preuve)
    saisir(
        facture,
        lambda o: saisies.accuse(
            o,
            facture,
            issue,
            jour,
            auteur=AUTEUR,
            premiere_presentation=presentation,
            preuve=pdf,
            numero=numero,
        ),
    )


@app.command()
def retirer(facture: str, motif: Annotated[str, Argument(help="Pourquoi elle ne doit pas partir.")]) -> None:
    """Retire du bac un recommandé imprimé et pas encore posté ; il sera établi à nouveau."""
    saisir(facture, lambda o: service.retirer(o, facture, motif, auteur=AUTEUR))


@app.command()
def adresse(
    facture: str,
    lignes: Annotated[str, Option(help="Voie, puis complément séparé par « ; ».")],
    ville: Annotated[str, Option(help="Ville.")],
    source: Annotated[str, Option(help="Où vous l'avez trouvée, par exemple « Kbis du 12 août 2026 ».")],
    par: Annotated[str, Option(help="Votre nom.")],
    code_postal: Annotated[str, Option("--code-postal", help="Code postal.")] = "",
    pays: Annotated[str, Option(help="Pays, s'il n'est pas la France.")] = "",
    preuve: Annotated[Path | None, Option(help="Extrait (PDF).")] = None,
) -> None:
    """Enregistre l'adresse d'un débiteur sur toutes ses factures ; un pli revenu NPAI y est renvoyé."""
    pdf = octets(preuve)
    nouvelle = lire_adresse(lignes.replace(";", "\n"), code_postal, ville, pays)
    saisir(
        facture,
        lambda o: adresses.verifier_adresse(o, facture, nouvelle, source, par, auteur=par, preuve=pdf),
        tout_le_debiteur=True,
    )


@app.command()
def plis() -> None:
    """Liste les recommandés à suivre, les plus en retard d'abord."""
    from flows.wiring import outils

    maison = outils()
    etats = _etats(maison)
    lignes = plis_suivis(((etat, scenario_de(maison, etat)) for etat in etats), maison.clock.jour())
    tableau = Table("Facture", "Débiteur", "Lettre", "Numéro", "Où il en est", "Depuis le", "Retard")
    for pli in lignes:
        retard = f"{pli.retard} j" if pli.retard else ""
        textes = (pli.facture, pli.debiteur, pli.intitule, pli.numero, pli.situation)
        tableau.add_row(*map(escape, textes), en_chiffres(pli.depuis), retard)
    console.print(tableau)


@app.command()
def relever() -> None:
    """Demande tout de suite aux transporteurs où en sont les recommandés en cours."""
    from flows.wiring import outils

    maison = outils()
    etats = _etats(maison)
    bilan = interroger(maison, etats, auteur=AUTEUR, tous=True)
    dire(f"{en_nombre(bilan.demandes, 'recommandé demandé')}, {len(bilan.changees)} avec du nouveau.")
    for panne in bilan.pannes:
        dire(panne)

    reveiller(*bilan.changees)


def _etats(maison: Outils) -> Iterator[Etat]:
    return (lire_etat(maison, ouverture.creance) for ouverture in maison.journal.creances())
