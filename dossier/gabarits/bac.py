"""The sandbox of the templates: Jinja with fields, loops, a few filters and tests, and nothing of Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import wraps
from typing import Any, NoReturn

from jinja2 import StrictUndefined, Undefined
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.tests import TESTS as LES_TESTS

DE_TEXTE = frozenset({"capitalize", "lower", "replace", "title", "trim", "upper"})
"""Filters of one text: on anything else they would print it as Python writes it."""
FILTRES = DE_TEXTE | {
    "count",
    "d",
    "default",
    "first",
    "join",
    "last",
    "length",
    "list",
    "map",
    "sum",
    "unique",
}
TESTS = frozenset({"defined", "undefined", "none", "nul", "odd", "even", "in", "eq", "ne", "equalto"})
BOUCLE = frozenset({"index", "index0", "first", "last", "length", "revindex", "revindex0"})
"""The fields of `loop`."""
SENS = "\u202a-\u202e\u2066-\u2069"
"""Characters, for a regular expression, that would turn round the words and the sums written after them."""
IMPRIMABLES = (str, int, float, Decimal)


def nul(montant: object) -> bool:
    """The template test `is nul`: an empty text or a sum of zero, such as `0,00 €`."""
    return not any(chiffre in str(montant) for chiffre in "123456789")


def imprimable(valeur: object) -> bool:
    """Whether that value is words or a number: anything else would print as Python writes it."""
    return isinstance(valeur, IMPRIMABLES) and not isinstance(valeur, bool)


def _un_texte(valeur: object) -> bool:
    return imprimable(valeur) or isinstance(valeur, Undefined)


def _des_textes(valeurs: Any) -> bool:
    return isinstance(valeurs, str | Undefined) or all(map(_un_texte, valeurs))


def _garder(filtre: Callable[..., Any], admet: Callable[[Any], bool]) -> Callable[..., Any]:
    """That filter of Jinja, which raises TypeError on what it would print as Python writes it."""
    rang = 1 if hasattr(filtre, "jinja_pass_arg") else 0

    @wraps(filtre)
    def garde(*arguments: Any, **options: Any) -> Any:
        if not admet(arguments[rang]):
            raise TypeError("un texte est attendu, pas une liste, un bloc ni un oui/non")
        return filtre(*arguments, **options)

    return garde


class Bac(SandboxedEnvironment):
    """A dot reads a field of a mapping, or of `loop`: no attribute of Python, no call, no arithmetic."""

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})

    def __init__(self, finalize: Callable[[Any], Any], *, autoescape: bool, lignes: bool = False) -> None:
        super().__init__(
            undefined=StrictUndefined,
            finalize=finalize,
            autoescape=autoescape,
            trim_blocks=lignes,
            lstrip_blocks=lignes,
        )
        self.globals.clear()
        self.filters = {nom: FILTERS[nom] for nom in FILTRES - DE_TEXTE}
        self.filters |= {nom: _garder(FILTERS[nom], _un_texte) for nom in DE_TEXTE}
        self.filters["join"] = _garder(FILTERS["join"], _des_textes)
        self.tests = {nom: LES_TESTS[nom] for nom in TESTS if nom != "nul"} | {"nul": nul}

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.getitem(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, Mapping) and argument in obj:
            return obj[argument]
        if isinstance(obj, LoopContext) and argument in BOUCLE:
            return getattr(obj, argument)
        if isinstance(obj, Sequence) and isinstance(argument, int) and -len(obj) <= argument < len(obj):
            return obj[argument]
        return self.undefined(obj=obj, name=argument)

    def is_safe_callable(self, obj: Any) -> bool:  # noqa: ARG002  nothing is
        return False

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> NoReturn:  # noqa: ARG002
        raise SecurityError("un modèle ne calcule pas")
