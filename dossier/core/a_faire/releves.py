"""The lines of bank statements that wait for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from dossier.core.a_faire.modele import AFaire, Geste
from dossier.core.dates import en_chiffres
from dossier.core.etat import Etat
from dossier.core.faits import LigneAVoir
from dossier.core.montants import ZERO, en_euros
from dossier.core.releve import identite_de

PATIENCE = timedelta(days=3)
"""How long money may stay unrecorded before it is urgent: letters go on meanwhile."""


class EnAttente(NamedTuple):
    """A line that no person has put aside, and since when it waits."""

    ligne: LigneAVoir
    depuis: date


def des_releves(lignes: Iterable[EnAttente], etats: Iterable[Etat], jour: date) -> Iterator[AFaire]:
    """The lines that are still to be recorded: those that a payment, or its cancellation, has settled are not.

    `etats`: every creance, open and ended.
    """
    connus = {etat.creance: etat for etat in etats}
    places: defaultdict[str, dict[str, Decimal]] = defaultdict(dict)
    for etat in connus.values():
        for paiement in etat.paiements:
            parts = places[identite_de(paiement.reference)]
            parts[etat.creance] = parts.get(etat.creance, ZERO) + paiement.montant
    for ligne, depuis in lignes:
        if (reste := _reste(ligne, places[ligne.ligne], connus)) is not None:
            yield _a_faire(ligne, reste, connus, depuis, jour)


def _reste(ligne: LigneAVoir, parts: dict[str, Decimal], connus: dict[str, Etat]) -> LigneAVoir | None:
    """What is left of that line to record, on the creances that got nothing of it; None when all of it is.

    `parts`: what each creance received under its reference.
    """
    if not ligne.credit:
        return ligne if _reprend(ligne, connus) else None
    montant = ligne.montant - sum(parts.values(), ZERO)
    if montant <= ZERO:
        return None
    libres = tuple(creance for creance in ligne.creances if creance not in parts)
    return ligne.model_copy(update={"montant": montant, "creances": libres or ligne.creances})


def _reprend(ligne: LigneAVoir, connus: dict[str, Etat]) -> bool:
    """Whether a payment that this return may take back still counts."""
    etats = (connus[creance] for creance in ligne.creances if creance in connus)
    return any(p.montant == ligne.montant and p.jour <= ligne.jour for etat in etats for p in etat.paiements)


def _a_faire(
    ligne: LigneAVoir, reste: LigneAVoir, connus: dict[str, Etat], depuis: date, jour: date
) -> AFaire:
    etats = [connus[creance] for creance in reste.creances if creance in connus]
    etat = etats[0] if etats else None
    return AFaire(
        geste=Geste.BANQUE,
        urgent=jour - depuis >= PATIENCE,
        depuis=depuis,
        limite=None,
        creance=etat.creance if etat else "",
        facture=etat.facture.numero if etat else "",
        debiteur=etat.facture.debiteur.denomination if etat else "facture à trouver",
        quoi=f"{_somme(ligne, reste)} : {ligne.motif}.{_possibles(etats)} Référence à garder : {ligne.reference}",
        releve=reste,
    )


def _somme(ligne: LigneAVoir, reste: LigneAVoir) -> str:
    """`400,00 € du 10/06/2026 à affecter`, and of how much when a part is recorded."""
    sur = f" (sur {en_euros(ligne.montant)})" if reste.montant < ligne.montant else ""
    quoi = "à affecter" if ligne.credit else "revenu impayé"
    return f"{en_euros(reste.montant)}{sur} du {en_chiffres(ligne.jour)} {quoi}"


def _possibles(etats: Sequence[Etat]) -> str:
    if len(etats) < 2:
        return ""
    return f" Factures possibles : {', '.join(etat.facture.numero for etat in etats)}."
