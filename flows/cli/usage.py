"""How the command line reads its arguments, and says in French what it cannot read."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from typer import Option
from typer._click.core import Context
from typer._click.exceptions import (
    BadOptionUsage,
    BadParameter,
    ClickException,
    MissingParameter,
    NoArgsIsHelpError,
    NoSuchOption,
)
from typer._click.formatting import HelpFormatter

from dossier.core.errors import DonneeInvalide
from dossier.core.lectures import lire_date, lire_montant
from flows.fichiers import lire

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
    return None if chemin is None else lire(chemin)


def en_francais(error: ClickException) -> str:
    """A usage error of the command line as one French sentence; the help after it when nothing was typed."""
    match error:
        case NoArgsIsHelpError():
            return f"il manque une commande.\n\n{error.format_message()}"
        case MissingParameter(param=param) if param is not None:
            return f"il manque « {param.name} ». {AIDE}"
        case NoSuchOption(option_name=option, possibilities=proches):
            return f"l'option « {option} » n'existe pas{_peut_etre(proches or ())}. {AIDE}"
        case BadOptionUsage(option_name=option, message=message):
            return f"l'option « {option} » {_usage(message)}. {AIDE}"
        case BadParameter(param=param) if param is not None:
            _, _, choix = error.message.partition(" is not one of ")
            possibles = f" Valeurs possibles : {choix}" if choix else ""
            return f"la valeur donnée à « {param.name} » n'est pas acceptée.{possibles} {AIDE}"
        case _:
            return f"commande non comprise{_inconnu(error.message)}. {AIDE}"


def _usage(message: str) -> str:
    if message.endswith("does not take a value."):
        return "ne prend pas de valeur"
    nombre = re.search(r"requires (\d+) arguments", message)
    return f"demande {nombre[1]} valeurs" if nombre else "demande une valeur"


def _inconnu(message: str) -> str:
    """What is too many or unknown in the command, from the English sentence; nothing when it says neither."""
    if commande := re.match(r"No such command '(.*?)'(?:\.|\. Did you mean (.*)\?)$", message, re.DOTALL):
        proches = re.findall(r"'(.*?)'", commande[2] or "")
        return f" : « {commande[1]} » n'existe pas{_peut_etre(proches)}"
    if reste := re.match(r"Got unexpected extra argument\(s\) \((.*)\)$", message, re.DOTALL):
        return f" : « {reste[1]} » est de trop"
    return " : il manque une commande" if message == "Missing command." else ""


def _peut_etre(proches: Sequence[str]) -> str:
    noms = " ou ".join(f"« {nom} »" for nom in proches)
    return f" ; peut-être {noms}" if noms else ""


TITRES = {"Commands": "Commandes"}
"""The others are the same words in French."""
MOTS = {
    "COMMAND [ARGS]...": "COMMANDE [ARGUMENTS]...",
    "<bool>": "<oui|non>",
    "<float>": "<nombre>",
    "<int>": "<entier>",
    "<list[Path]>": "<chemins>",
    "<list[str]>": "<textes>",
    "<path>": "<chemin>",
    "<file>": "<fichier>",
    "<dir>": "<dossier>",
    "<str>": "<texte>",
    "[default: ": "[par défaut\u00a0: ",
    "; default: ": " ; par défaut\u00a0: ",
    "[required]": "[obligatoire]",
    "; required]": " ; obligatoire]",
    "Show this message and exit.": "Affiche cette aide.",
}


class Formateur(HelpFormatter):
    """The help pages, whose fixed words click writes in English."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _traduire(args), prefix or "Utilisation : ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(f"{TITRES.get(heading, heading)} ")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(_traduire(nom), _traduire(aide)) for nom, aide in rows], col_max, col_spacing)


def _traduire(texte: str) -> str:
    for anglais, francais in MOTS.items():
        texte = texte.replace(anglais, francais)
    return texte


Context.formatter_class = Formateur  # the only place where click lets all commands have it
