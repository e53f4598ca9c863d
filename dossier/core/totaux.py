"""The statements of several invoices of one debtor, added line by line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dossier.core.dates import en_chiffres
from dossier.core.decompte import Decompte
from dossier.core.errors import DonneeInvalide
from dossier.core.modele import Modele
from dossier.core.montants import ZERO, Montant, en_euros


class TotalDecomptes(Modele):
    """The statements of several invoices of one debtor, added line by line, in euros."""

    au: date | None
    """The day of the statements; None when there is none."""
    principal: Montant
    penalites: Montant
    indemnite: Montant
    avoirs: Montant
    regle: Montant
    interets_restants: Montant
    indemnite_restante: Montant
    principal_restant: Montant
    trop_percu: Montant
    """What was overpaid on some invoices: it lowers nothing due on the others."""
    total: Montant
    remarques: tuple[str, ...]


def totaliser(decomptes: Sequence[tuple[str, Decompte]]) -> TotalDecomptes:
    """The sum of the (invoice number, statement) pairs, each invoice on its own.

    Code civil, art. 1347: sums owed both ways are set off only when someone invokes it, so an overpayment is
    told and not deducted. Raises DonneeInvalide when the statements are not of one day.
    """
    jours = sorted({decompte.au for _, decompte in decomptes})
    if len(jours) > 1:
        raise DonneeInvalide(
            f"Des décomptes arrêtés à des jours différents ({', '.join(map(en_chiffres, jours))}) "
            "ne s'additionnent pas."
        )
    releves = [decompte for _, decompte in decomptes]
    return TotalDecomptes(
        au=jours[0] if jours else None,
        principal=sum((d.principal for d in releves), ZERO),
        penalites=sum((d.penalites for d in releves), ZERO),
        indemnite=sum((d.indemnite for d in releves), ZERO),
        avoirs=sum((d.avoirs_total for d in releves), ZERO),
        regle=sum((d.regle for d in releves), ZERO),
        interets_restants=sum((d.interets_restants for d in releves), ZERO),
        indemnite_restante=sum((d.indemnite_restante for d in releves), ZERO),
        principal_restant=sum((d.principal_restant for d in releves), ZERO),
        trop_percu=sum((d.trop_percu for d in releves), ZERO),
        total=sum((d.total for d in releves), ZERO),
        remarques=tuple(_non_compense(numero, d) for numero, d in decomptes if d.trop_percu > ZERO),
    )


def _non_compense(numero: str, decompte: Decompte) -> str:
    return (
        f"Le trop-perçu de {en_euros(decompte.trop_percu)} sur la facture n°\u00a0{numero} n'est pas déduit du "
        "total : une compensation doit être invoquée (Code civil, art. 1347)."
    )
