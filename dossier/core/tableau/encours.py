"""What is owed on a day, by age, and what is disputed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from dossier.core.etat import Etat
from dossier.core.faits import RaisonLitige
from dossier.core.modele import Modele
from dossier.core.montants import ZERO, Montant

NON_ECHU = "Non échu"
AGES = (
    (30, "1 à 30 jours"),
    (60, "31 à 60 jours"),
    (90, "61 à 90 jours"),
)
AU_DELA = "Plus de 90 jours"
TRANCHES = (NON_ECHU, *(libelle for _, libelle in AGES), AU_DELA)


class Tranche(Modele):
    """The invoices of one age: how many days after their échéance."""

    libelle: str
    nombre: int
    euros: Montant


class Encours(Modele):
    """The open invoices: principal still due, without penalties or indemnity."""

    nombre: int
    euros: Montant
    echu: Montant
    """Euros of those whose échéance is over."""
    tranches: tuple[Tranche, ...]
    """Each age once, in order, also when it is empty."""


class LitigesOuverts(Modele):
    """The open invoices disputed for one reason."""

    raison: RaisonLitige | None
    """None when it was recorded without one."""
    nombre: int
    euros: Montant
    depuis: date
    """The oldest."""


def ouvertes(etats: Sequence[Etat]) -> tuple[Etat, ...]:
    """Those that are neither ended nor covered."""
    return tuple(etat for etat in etats if etat.fin is None and etat.solde > ZERO)


def retard(etat: Etat, jour: date) -> int:
    """Days after the échéance; negative before."""
    return (jour - etat.facture.echeance).days


def tranche(jours: int) -> str:
    """The age of an invoice that is so many days late: its échéance day itself is not late."""
    if jours <= 0:
        return NON_ECHU
    return next((libelle for limite, libelle in AGES if jours <= limite), AU_DELA)


def encours(etats: Sequence[Etat], jour: date) -> Encours:
    """What is owed on these creances that day, by age."""
    comptes: dict[str, list[Decimal]] = {libelle: [] for libelle in TRANCHES}
    for etat in ouvertes(etats):
        comptes[tranche(retard(etat, jour))].append(etat.solde)
    tranches = tuple(
        Tranche(libelle=libelle, nombre=len(soldes), euros=sum(soldes, ZERO))
        for libelle, soldes in comptes.items()
    )
    total = sum((t.euros for t in tranches), ZERO)
    return Encours(
        nombre=sum(t.nombre for t in tranches),
        euros=total,
        echu=total - tranches[0].euros,
        tranches=tranches,
    )


def litiges(etats: Sequence[Etat]) -> tuple[LitigesOuverts, ...]:
    """The disputes on open creances, by reason, the heaviest first."""
    par_raison: dict[RaisonLitige | None, list[tuple[date, Decimal]]] = {}
    for etat in ouvertes(etats):
        if etat.litige is not None:
            par_raison.setdefault(etat.litige.raison, []).append((etat.litige.jour, etat.solde))
    lignes = (
        LitigesOuverts(
            raison=raison,
            nombre=len(trouves),
            euros=sum((solde for _, solde in trouves), ZERO),
            depuis=min(depuis for depuis, _ in trouves),
        )
        for raison, trouves in par_raison.items()
    )
    return tuple(sorted(lignes, key=lambda ligne: (-ligne.euros, ligne.raison or "")))
