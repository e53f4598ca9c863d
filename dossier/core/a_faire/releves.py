"""The lines of bank statements that wait for a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
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
    places: defaultdict[str, Decimal] = defaultdict(lambda: ZERO)
    for etat in connus.values():
        for paiement in etat.paiements:
            places[identite_de(paiement.reference)] += paiement.montant
    for ligne, depuis in lignes:
        faite = places[ligne.ligne] >= ligne.montant if ligne.credit else not _reprend(ligne, connus)
        if not faite:
            yield _a_faire(ligne, connus, depuis, jour)


def _reprend(ligne: LigneAVoir, connus: dict[str, Etat]) -> bool:
    """Whether a payment that this return may take back still counts."""
    etats = (connus[creance] for creance in ligne.creances if creance in connus)
    return any(p.montant == ligne.montant and p.jour <= ligne.jour for etat in etats for p in etat.paiements)


def _a_faire(ligne: LigneAVoir, connus: dict[str, Etat], depuis: date, jour: date) -> AFaire:
    etat = next((connus[creance] for creance in ligne.creances if creance in connus), None)
    quoi = "à affecter" if ligne.credit else "revenu impayé"
    return AFaire(
        geste=Geste.BANQUE,
        urgent=jour - depuis >= PATIENCE,
        depuis=depuis,
        limite=None,
        creance=etat.creance if etat else "",
        facture=etat.facture.numero if etat else "",
        debiteur=etat.facture.debiteur.denomination if etat else "facture à trouver",
        quoi=f"{en_euros(ligne.montant)} du {en_chiffres(ligne.jour)} {quoi} : {ligne.motif}. Référence à garder : "
        f"{ligne.reference}",
        releve=ligne,
    )
