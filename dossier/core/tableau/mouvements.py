"""What was owed on a creance on a day, when it was paid, and whether promises were kept: read from its state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from dossier.core.etat import Etat
from dossier.core.faits import PromesseFaite
from dossier.core.montants import ZERO
from dossier.core.scenario import Scenario


def solde_au(etat: Etat, au: date) -> Decimal:
    """Euros still due at the end of that day; zero before the invoice, once overpaid, and after the end."""
    finie = etat.fin is not None and etat.fin.jour <= au
    return ZERO if finie or etat.facture.emission > au else max(ZERO, reste(etat, au))


def reste(etat: Etat, au: date) -> Decimal:
    """Euros of the invoice not covered by what came until that day included; negative when overpaid."""
    venus = sum((montant for jour, montant in _mouvements(etat) if jour <= au), ZERO)
    return etat.facture.montant_ttc - etat.facture.deja_paye - venus


def jour_de_reglement(etat: Etat) -> date | None:
    """The day on which payments, with credit notes, covered the invoice; None while they do not.

    An invoice that credit notes alone cancel is not paid.
    """
    if not etat.paiements:
        return None
    du = etat.facture.montant_ttc - etat.facture.deja_paye
    for jour, montant in sorted(_mouvements(etat)):
        du -= montant
        if du <= ZERO:
            return jour
    return None


def recu(etat: Etat, du: date, avant: date | None) -> Decimal:
    """Euros paid from that day on, before the other (for ever when None)."""
    return sum(
        (p.montant for p in etat.paiements if du <= p.jour and (avant is None or p.jour < avant)), ZERO
    )


def promesses_passees(etat: Etat, scenario: Scenario, jour: date) -> Iterator[PromesseFaite]:
    """The promises whose day, with the tolerance of instalments, is over and that were not kept.

    Kept: the sum promised, or all that was due when none was said, came from the promise on, in that time.
    """
    for promesse in etat.promesses:
        fin = promesse.promis_le + timedelta(days=scenario.tolerance_echeancier)
        if jour > fin and not tenue(etat, promesse, fin):
            yield promesse


def tenue(etat: Etat, promesse: PromesseFaite, au: date) -> bool:
    """Whether what was promised had come by the end of that day."""
    if reste(etat, au) <= ZERO:
        return True
    return (
        promesse.montant is not None and recu(etat, promesse.jour, au + timedelta(days=1)) >= promesse.montant
    )


def _mouvements(etat: Etat) -> list[tuple[date, Decimal]]:
    """What lowered the debt, and when."""
    return [
        *((paiement.jour, paiement.montant) for paiement in etat.paiements),
        *((avoir.jour, avoir.montant) for avoir in etat.avoirs),
    ]
