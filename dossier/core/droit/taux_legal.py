"""The legal interest rate, and the floor that it sets to a stipulated penalty rate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dossier.core.droit.corpus import Droit
from dossier.core.droit.parametres import Valeur


def taux_legal(jour: date, droit: Droit, *, creancier_professionnel: bool = True) -> Valeur:
    """The yearly legal rate (a ratio) of the semester of `jour`.

    Code monétaire et financier, art. L313-2: the column depends on the creditor, not on the debtor.
    Raises ParametreNonCouvert.
    """
    return (droit.til_pro if creancier_professionnel else droit.til_particuliers).au(jour)


def plancher(jour: date, droit: Droit) -> Decimal:
    """The lowest penalty rate (a ratio) that a contract between professionals may set on that day.

    Code de commerce, art. L441-10, II: three times the legal rate. It bounds a stipulated rate only,
    never the default rate, which was below it in 2024. Raises ParametreNonCouvert.
    """
    return taux_legal(jour, droit).valeur * droit.multiple_plancher.au(jour).valeur
