"""Days sales outstanding by countback: how many days of the latest sales are still to be paid."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from dossier.core.dates import decaler_mois
from dossier.core.etat import Etat
from dossier.core.modele import Modele
from dossier.core.montants import ZERO, Exact, Montant
from dossier.core.tableau.mouvements import solde_au

Mois = Annotated[str, Field(pattern=r"^[1-9]\d{3}-(0[1-9]|1[0-2])$")]
"""`2026-11`."""
DIXIEME = Decimal("0.1")


class Ventes(Modele):
    """All that the creditor sold, month by month, in euros with tax: `config/ventes.yaml`."""

    ventes: dict[Mois, Annotated[Montant, Field(ge=0)]] = Field(min_length=1)


class Dso(Modele):
    """How many days of sales the encours stands for."""

    au: date
    """The day of the encours: the last one whose sales are known."""
    encours: Montant
    jours: Exact
    """To a tenth of a day."""
    minimum: bool
    """The months given do not exhaust the encours: it is this long at least."""
    partiel: bool
    """The sales are those of the invoices known here only, for want of the creditor's own."""


def dso(etats: Sequence[Etat], ventes: Ventes | None, jour: date) -> Dso | None:
    """The countback of that day; None when no sales are known up to then.

    When the month of that day is not in `ventes`, the countback is that of the end of the last month given
    before it, with what was owed then.
    """
    connues = ventes.ventes if ventes is not None else _ventes_connues(etats, jour)
    au = _dernier_jour(connues, jour)
    if au is None:
        return None
    du = sum((solde_au(etat, au) for etat in etats), ZERO)
    jours, epuise = compte_a_rebours(du, connues, au)
    return Dso(au=au, encours=du, jours=jours.quantize(DIXIEME), minimum=not epuise, partiel=ventes is None)


def compte_a_rebours(encours: Decimal, ventes: Mapping[str, Decimal], au: date) -> tuple[Decimal, bool]:
    """Days of sales that make that encours, and whether the months known were enough.

    The month of `au` counts for its days elapsed, those before it whole; the encours is exhausted against
    the latest sales first, the last month reached counting for the share that it takes.
    """
    reste, jours, premier, duree = encours, Decimal(0), au.replace(day=1), au.day
    while reste > ZERO:
        vendu = ventes.get(_mois(premier))
        if vendu is None:
            return jours, False
        if vendu > reste:
            return jours + duree * reste / vendu, True
        reste, jours = reste - vendu, jours + duree
        premier = decaler_mois(premier, -1)
        duree = monthrange(premier.year, premier.month)[1]
    return jours, True


def _ventes_connues(etats: Sequence[Etat], jour: date) -> dict[str, Decimal]:
    """The invoices known here by the month of their issue; a month without any, since the first, is zero."""
    emises = [etat.facture for etat in etats if etat.facture.emission <= jour]
    if not emises:
        return {}
    premiere = min(facture.emission for facture in emises).replace(day=1)
    ventes = {_mois(decaler_mois(premiere, rang)): ZERO for rang in range(_ecart(premiere, jour) + 1)}
    for facture in emises:
        ventes[_mois(facture.emission)] += facture.montant_ttc
    return ventes


def _dernier_jour(ventes: Mapping[str, Decimal], jour: date) -> date | None:
    """That day when its month is known, else the end of the last month known before it."""
    connus = [mois for mois in ventes if mois <= _mois(jour)]
    if not connus:
        return None
    dernier = max(connus)
    if dernier == _mois(jour):
        return jour
    annee, rang = map(int, dernier.split("-"))
    return date(annee, rang, monthrange(annee, rang)[1])


def _mois(jour: date) -> str:
    return f"{jour.year:04d}-{jour.month:02d}"


def _ecart(premier: date, dernier: date) -> int:
    return (dernier.year - premier.year) * 12 + dernier.month - premier.month
