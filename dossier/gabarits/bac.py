"""The sandbox of the templates: Jinja with fields, loops, a few filters and tests, and nothing of Python."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from functools import wraps
from typing import Any, NoReturn

from jinja2 import Template, TemplateRuntimeError, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.tests import TESTS as LES_TESTS

from dossier.gabarits.erreurs import NI_CALCUL_NI_APPEL, PAS_UN_TEXTE, Absente, raison

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
_CONTROLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff{SENS}]")


def nul(montant: object) -> bool:
    """The template test `is nul`: an empty text or a sum of zero, such as `0,00 €`."""
    return not any(chiffre in str(montant) for chiffre in "123456789")


def imprimable(valeur: object) -> bool:
    """Whether that value is words or a number: anything else would print as Python writes it."""
    return isinstance(valeur, IMPRIMABLES) and not isinstance(valeur, bool)


def texte(valeur: object) -> str:
    """How a text or an HTML page prints a value: no control character, one kind of line end.

    Raises TypeError on what would print as Python writes it, UndefinedError on what is not there.
    """
    lu = str(valeur)
    if not imprimable(valeur):
        raise TypeError(PAS_UN_TEXTE)
    return _CONTROLE.sub("", lu.replace("\r\n", "\n").replace("\r", "\n"))


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
            raise TypeError(PAS_UN_TEXTE)
        return filtre(*arguments, **options)

    return garde


@contextmanager
def _tout_est_syntaxe() -> Iterator[None]:
    """Too deep, too long, a name given twice: what Python refuses in a template, Jinja refuses too."""
    try:
        yield
    except TemplateSyntaxError:
        raise
    except Exception as error:
        raise TemplateSyntaxError("une balise est mal écrite", 1) from error


class Bac(SandboxedEnvironment):
    """A dot reads a field of a mapping, or of `loop`: no attribute of Python, no call, no arithmetic.

    Whatever a template raises is a TemplateSyntaxError when it is read, and when it is filled a
    TemplateRuntimeError whose message is French and whose traceback bears the line.
    """

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "**", "%"})

    def __init__(self, finalize: Callable[[Any], Any], *, autoescape: bool, lignes: bool = False) -> None:
        super().__init__(
            undefined=Absente,
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

    def parse(self, source: str, name: str | None = None, filename: str | None = None) -> nodes.Template:
        with _tout_est_syntaxe():
            return super().parse(source, name, filename)

    def from_string(self, source: str | nodes.Template, *reglages: Any, **autres: Any) -> Template:
        with _tout_est_syntaxe():
            return super().from_string(source, *reglages, **autres)

    def handle_exception(self, source: str | None = None) -> NoReturn:
        """What Jinja calls in the handler of any exception of a template."""
        try:
            super().handle_exception(source)
        except TemplateSyntaxError:
            raise
        except Exception as error:
            raise TemplateRuntimeError(raison(error)).with_traceback(error.__traceback__) from error

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
        raise SecurityError(NI_CALCUL_NI_APPEL)
