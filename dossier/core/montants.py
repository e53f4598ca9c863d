"""Money in euros: exact decimals, half-up rounding to the cent, French writing."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer

CENTIME = Decimal("0.01")
ZERO = Decimal("0.00")
INSECABLE = "\u00a0"


def arrondi(valeur: Decimal) -> Decimal:
    """`valeur` in euros, rounded half-up to the cent."""
    return valeur.quantize(CENTIME, rounding=ROUND_HALF_UP)


def _exact(valeur: Any) -> Any:
    if isinstance(valeur, float | bool):
        raise ValueError("un montant s'écrit en décimal exact, jamais en nombre flottant")
    if isinstance(valeur, Decimal | int | str):
        try:
            montant = Decimal(valeur)
            exact = arrondi(montant)
        except InvalidOperation as error:
            raise ValueError(f"montant illisible : {valeur}") from error
        if montant != exact:
            raise ValueError(f"le montant {valeur} a plus de deux décimales")
        return exact
    return valeur


Montant = Annotated[Decimal, BeforeValidator(_exact), PlainSerializer(str, return_type=str, when_used="json")]
"""Euros with two decimals; floats are refused; a string in JSON."""


def _decimal_exact(valeur: Any) -> Any:
    if isinstance(valeur, float):
        raise ValueError("une valeur s'écrit en décimal exact entre guillemets, jamais en nombre flottant")
    return valeur


Exact = Annotated[
    Decimal, BeforeValidator(_decimal_exact), PlainSerializer(str, return_type=str, when_used="json")
]
"""A decimal as written: floats are refused; a string in JSON."""


def en_euros(montant: Decimal) -> str:
    """`1234.5` as `1 234,50 €`, with non-breaking spaces (U+00A0)."""
    entier, _, decimales = f"{arrondi(montant):,.2f}".partition(".")
    return f"{entier.replace(',', INSECABLE)},{decimales}{INSECABLE}€".replace("-", "−")


def en_pourcent(taux: Decimal) -> str:
    """`0.1215` as `12,15 %`; the shortest exact writing with at least two decimals."""
    pourcent = (taux * 100).normalize()
    exposant = pourcent.as_tuple().exponent
    decimales = max(2, -exposant if isinstance(exposant, int) else 2)
    return f"{pourcent:.{decimales}f}".replace(".", ",") + f"{INSECABLE}%"
