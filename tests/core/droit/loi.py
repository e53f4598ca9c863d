"""The law as the repository ships it, for the tests of the rules."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from dossier.adapters.config_yaml import charger_droit
from dossier.core.droit.corpus import Droit

CONFIG = Path(__file__).parents[3] / "config"


@cache
def droit() -> Droit:
    return charger_droit(CONFIG / "droit")
