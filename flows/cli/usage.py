"""How the command line reads its arguments, and says in French what it cannot read."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from typer import Option
from typer._click.exceptions import (
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
)

from dossier.core.errors import DonneeInvalide
from dossier.core.lectures import lire_date, lire_montant

console = Console(highlight=False)
AUTEUR = "ligne de commande"
AIDE = "Voyez l'aide : dossier --aide, ou dossier COMMANDE --aide."


def dire(phrase: str) -> None:
    """Print text as it is, unwrapped."""
    console.print(phrase, markup=False, soft_wrap=True)


def jour(texte: str) -> date:
    """Parser of a day argument. Raises DonneeInvalide."""
    lu = lire_date(texte)
    if lu is None:
        raise DonneeInvalide(f"« {texte} » n'est pas une date : écrivez 31/12/2026 ou 2026-12-31.")
    return lu


def euros(texte: str) -> Decimal:
    """Parser of an amount argument. Raises DonneeInvalide."""
    lu = lire_montant(texte)
    if lu is None or lu <= 0:
        raise DonneeInvalide(f"« {texte} » n'est pas un montant en euros : écrivez par exemple 1234,56.")
    return lu


def option_jour(aide: str, *noms: str) -> Any:
    """A day option."""
    return Option(*noms, parser=jour, metavar="JJ/MM/AAAA", help=aide)


def option_euros(aide: str) -> Any:
    """An amount option."""
    return Option(parser=euros, metavar="EUROS", help=aide)


def ecrire_json(valeur: Any) -> None:
    print(json.dumps(valeur, ensure_ascii=False, indent=2))


def octets(chemin: Path | None) -> bytes | None:
    """The bytes of that file; None when none is given. Raises DonneeInvalide."""
    if chemin is None:
        return None
    try:
        return chemin.read_bytes()
    except OSError as error:
        raise DonneeInvalide(
            f"{chemin} ne peut pas être lu ({error.strerror}) : vérifiez le chemin."
        ) from error


def en_francais(error: ClickException) -> str:
    """A usage error of the command line as one French sentence."""
    match error:
        case NoArgsIsHelpError():
            return error.format_message()
        case MissingParameter(param=param) if param is not None:
            return f"il manque « {param.name} ». {AIDE}"
        case NoSuchOption(option_name=option):
            return f"l'option « {option} » n'existe pas. {AIDE}"
        case BadParameter(param=param) if param is not None:
            _, _, choix = error.message.partition(" is not one of ")
            possibles = f" Valeurs possibles : {choix}" if choix else ""
            return f"la valeur donnée à « {param.name} » n'est pas acceptée.{possibles} {AIDE}"
        case _:
            return f"commande non comprise ({error.format_message()}). {AIDE}"
