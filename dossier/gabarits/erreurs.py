"""What a template could not do, in French: Jinja says it in English, Python too."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import StrictUndefined, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.utils import missing

PAS_UN_TEXTE = "un texte est attendu, pas une liste, un bloc ni un oui/non"
NI_CALCUL_NI_APPEL = "un modèle ne calcule pas et n'appelle aucune fonction"
DEMESURE = "la balise demande un résultat démesuré"
SORTES_MELEES = "des valeurs de sortes différentes sont comparées, ou un filtre reçoit ce qu'il n'attend pas"


class Absente(StrictUndefined):
    """A variable, a field or an element that is not there: to print it or to test it is an error, in French."""

    @property
    def _undefined_message(self) -> str:
        nom = self._undefined_name
        if self._undefined_hint:
            return "la liste est vide"
        if self._undefined_obj is missing:
            return f"la variable « {nom} » n'existe pas"
        if isinstance(nom, int) and isinstance(self._undefined_obj, Sequence):
            return f"la liste n'a pas d'élément [{nom}], le premier étant [0]"
        return f"le champ « {nom} » n'existe pas"


def raison(error: Exception) -> str:
    """Why a template could not be filled, in a few French words, whatever was raised."""
    match error:
        case UndefinedError():
            return str(error)
        case SecurityError():
            return NI_CALCUL_NI_APPEL
        case OverflowError() | MemoryError() | RecursionError():
            return DEMESURE
        case TypeError(args=(phrase,)) if phrase == PAS_UN_TEXTE:
            return PAS_UN_TEXTE
        case _:
            return SORTES_MELEES


def ligne_de(error: BaseException) -> int | None:
    """The line of the compiled source where Jinja met that error; None when its traceback bears none."""
    trouvee, trace = None, error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            trouvee = trace.tb_lineno
        trace = trace.tb_next
    return trouvee
