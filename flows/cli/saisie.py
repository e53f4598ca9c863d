"""Commands that record a fait: what the forms of the UI do, from a terminal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from dossier.core.creance import identifiant
from dossier.core.faits import Decision, GenrePiece, IssuePli, Mensualite, ResultatAppel
from dossier.services import saisies
from dossier.services.outils import Outils
from flows.cli.reveil import si_le_service_tourne
from flows.cli.usage import AUTEUR, dire, euros, jour, octets, option_jour

app = Typer()
litige = Typer(help="Ouvre ou lève un litige.", no_args_is_help=True)
app.add_typer(litige, name="litige")

Qui = Annotated[str, Option(help="Nom de la personne qui décide.")]


@app.command()
def paiement(
    facture: str,
    montant: Annotated[Decimal, Argument(parser=euros, metavar="EUROS", help="Par exemple 1234,56.")],
    jour: Annotated[date, option_jour("Date de valeur.")],
    reference: Annotated[str, Option(help="Libellé du virement, n° de chèque…")],
) -> None:
    """Enregistre un paiement reçu."""
    _saisir(facture, lambda o: saisies.paiement(o, facture, montant, jour, reference, auteur=AUTEUR))


@app.command()
def depot(
    facture: str,
    numero: str,
    jour: Annotated[date, option_jour("Date de dépôt.")],
    preuve: Annotated[Path | None, Option(help="Preuve de dépôt (PDF).")] = None,
) -> None:
    """Enregistre le dépôt à La Poste du dernier recommandé d'une facture."""
    pdf = octets(preuve)
    _saisir(facture, lambda o: saisies.depot(o, facture, numero, jour, auteur=AUTEUR, preuve=pdf))


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
    _saisir(
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


@litige.command("ouvrir")
def ouvrir_litige(facture: str, motif: str) -> None:
    """Suspend la procédure d'une facture contestée."""
    _saisir(facture, lambda o: saisies.ouvrir_litige(o, facture, motif, auteur=AUTEUR))


@litige.command("lever")
def lever_litige(facture: str, conclusion: str) -> None:
    """Reprend la procédure."""
    _saisir(facture, lambda o: saisies.lever_litige(o, facture, conclusion, auteur=AUTEUR))


@app.command()
def repondre(
    facture: str,
    decision: Decision,
    par: Qui,
    motif: Annotated[str, Option(help="Obligatoire pour un refus.")] = "",
    jusqu_au: Annotated[date | None, option_jour("Date du report.", "--jusqu-au")] = None,
) -> None:
    """Approuve, reporte ou refuse une mise en demeure."""
    _saisir(
        facture,
        lambda o: saisies.repondre(o, facture, decision, par, auteur=par, motif=motif, jusqu_au=jusqu_au),
    )


@app.command()
def piece(
    facture: str,
    genre: GenrePiece,
    fichier: Path,
    intitule: Annotated[str, Option(help="Intitulé neutre : le débiteur le lira.")],
    jour: Annotated[date, option_jour("Date de la pièce.")],
) -> None:
    """Joint une pièce (contrat, commande, bon de livraison…)."""
    pdf = octets(fichier) or b""
    _saisir(facture, lambda o: saisies.ajouter_piece(o, facture, genre, intitule, jour, pdf, auteur=AUTEUR))


@app.command()
def appel(
    facture: str,
    resultat: ResultatAppel,
    par: Annotated[str, Option(help="Nom de l'appelant.")],
    note: Annotated[str, Option(help="Ce qui a été dit.")] = "",
) -> None:
    """Consigne le résultat d'un appel téléphonique."""
    _saisir(facture, lambda o: saisies.appel(o, facture, resultat, par, auteur=par, note=note))


@app.command()
def echeancier(
    facture: str,
    versements: Annotated[list[str], Argument(metavar="DATE=EUROS...", help="Par exemple 15/07/2026=500,00")],
) -> None:
    """Accorde un paiement échelonné ; un versement manqué fait reprendre la procédure."""
    mensualites = [_versement(texte) for texte in versements]
    _saisir(facture, lambda o: saisies.echeancier(o, facture, mensualites, auteur=AUTEUR))


@app.command()
def abandonner(facture: str, motif: str) -> None:
    """Met fin à la procédure d'une facture sans paiement."""
    _saisir(facture, lambda o: saisies.abandonner(o, facture, motif, auteur=AUTEUR))


def _versement(texte: str) -> Mensualite:
    quand, _, combien = texte.partition("=")
    return Mensualite(jour=jour(quand), montant=euros(combien))


def _saisir(facture: str, acte: Callable[[Outils], str]) -> None:
    from flows.wiring import outils

    dire(acte(outils()))

    def signaler() -> None:
        from flows import runs

        runs.signaler(identifiant(facture))

    si_le_service_tourne(signaler)
