"""The commands that attach exhibits, and withdraw one."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from dossier.core.errors import DonneeInvalide
from dossier.core.faits import GenrePiece
from dossier.services.formulaire import POIDS_MAX
from dossier.services.outils import Outils
from dossier.services.pieces import ajouter_piece, retirer
from flows.cli.reveil import saisir
from flows.cli.usage import AUTEUR, option_jour
from flows.fichiers import lire

app = Typer()
piece = Typer(help="Pièces du dossier.", no_args_is_help=True)
app.add_typer(piece, name="piece")


@piece.command()
def ajouter(
    facture: str,
    genre: GenrePiece,
    fichiers: Annotated[list[Path], Argument(metavar="FICHIER...", help="Un PDF par pièce.")],
    jour: Annotated[date, option_jour("Date de la pièce.")],
    intitule: Annotated[
        str, Option(help="Neutre : le débiteur le lira. À défaut, celui du genre avec la date.")
    ] = "",
    officielle: Annotated[
        bool,
        Option("--officielle", help="C'est une lettre d'avocat qui porte la mention « officielle »."),
    ] = False,
) -> None:
    """Joint une ou plusieurs pièces de même genre et de même date à une facture."""
    for fichier, pdf in [(fichier, lire(fichier, POIDS_MAX)) for fichier in fichiers]:
        saisir(
            facture,
            partial(_joindre, fichier, (facture, genre, intitule, jour, pdf), officielle=officielle),
            tout_le_debiteur=True,
        )


@piece.command("retirer")
def retirer_piece(
    facture: str,
    intitule: Annotated[
        str, Argument(metavar="PIECE", help="Son intitulé, ou le début de son empreinte (8 caractères).")
    ],
    motif: Annotated[str, Option(help="Pourquoi ; gardé au journal.")],
    par: Annotated[str, Option(help="Votre nom.")],
) -> None:
    """Retire une pièce jointe par erreur : archivée, mais absente des dossiers scellés désormais."""
    saisir(facture, lambda o: retirer(o, facture, intitule, motif, par, auteur=par), tout_le_debiteur=True)


def _joindre(
    fichier: Path, piece: tuple[str, GenrePiece, str, date, bytes], outils: Outils, *, officielle: bool
) -> str:
    """The sentence about one file; its name goes before a refusal."""
    try:
        return ajouter_piece(outils, *piece, auteur=AUTEUR, officielle=officielle)
    except DonneeInvalide as error:
        raise DonneeInvalide(f"{fichier.name} : {error}") from error
