"""The `dossier` command. French words outside, exit code 0 only on success, never a traceback."""

from __future__ import annotations

import sys
import tempfile
import traceback
from pathlib import Path
from typing import NoReturn

from typer import Typer
from typer._click.exceptions import ClickException  # typer ships its own click and does not re-export it

from dossier.core.errors import DossierError
from flows.cli import (
    bureau,
    droit,
    encaissements,
    lecture,
    marche,
    masse,
    modeles,
    pieces,
    plis,
    reception,
    saisie,
    sommes,
    stockage,
    suites,
)
from flows.cli.usage import en_francais

app = Typer(
    help="De la facture impayée à l'injonction de payer.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--aide", "--help", "-h"]},
)
for groupe in (
    marche.app,
    lecture.app,
    bureau.app,
    sommes.app,
    droit.app,
    modeles.app,
    saisie.app,
    masse.app,
    encaissements.app,
    pieces.app,
    plis.app,
    reception.app,
    suites.app,
    stockage.app,
):
    app.registered_commands.extend(groupe.registered_commands)
    app.registered_groups.extend(groupe.registered_groups)


def main() -> NoReturn:
    """Entry point: an expected error is one French sentence on standard error and exit code 1 (2: usage)."""
    try:
        code = app(standalone_mode=False)
    except ClickException as error:
        _refuser(en_francais(error), 2)
    except DossierError as error:
        _refuser(str(error), 1)
    except KeyboardInterrupt:
        _refuser("Interrompu.", 130)
    except Exception as error:  # noqa: BLE001 - the last frame before a user: a bug must not print a traceback
        _refuser(f"Erreur imprévue ({error}). Détails dans {_consigner_bogue()} ; signalez-la.", 70)
    sys.exit(code if isinstance(code, int) else 0)


def _consigner_bogue() -> Path:
    with tempfile.NamedTemporaryFile("w", prefix="dossier-erreur-", suffix=".log", delete=False) as fichier:
        fichier.write(traceback.format_exc())
    return Path(fichier.name)


def _refuser(phrase: str, code: int) -> NoReturn:
    if phrase:
        print(f"dossier : {phrase}", file=sys.stderr)
    sys.exit(code)
