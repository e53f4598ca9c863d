"""How each debtor pays, and the risk that he does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from dossier.core.etat import Etat
from dossier.core.faits import CreanceDeclaree
from dossier.core.modele import Modele
from dossier.core.montants import ZERO, Exact, Montant
from dossier.core.scenario import Scenario
from dossier.core.tableau.encours import ouvertes, retard
from dossier.core.tableau.mouvements import jour_de_reglement, promesses_passees

Creances = Sequence[tuple[Etat, Scenario]]
TRES_EN_RETARD = 90
"""Days after the échéance beyond which an unpaid invoice is a grave sign."""
EN_RETARD = 30
"""Days beyond which it is a sign."""
HABITUDE = 15
"""Mean days after the échéance beyond which a debtor is in the habit of paying late."""
ASSEZ = 2
"""Paid invoices from which there is a habit."""


class Niveau(StrEnum):
    FAIBLE = "faible"
    MOYEN = "moyen"
    ELEVE = "élevé"


class DelaiDebiteur(Modele):
    """When a debtor pays, on the invoices that he has wholly paid."""

    debiteur: str
    factures: int
    jours: Exact
    """Mean days after the échéance, to a tenth; negative when he pays before."""


class Risque(Modele):
    """The risk on what a debtor owes, and why."""

    debiteur: str
    niveau: Niveau
    motifs: tuple[str, ...]
    """French phrases, the gravest first; empty when the risk is low."""
    factures: int
    euros: Montant
    """What he owes."""


class Signe(NamedTuple):
    """One reason to fear for a payment."""

    phrase: str
    grave: bool


def delais(creances: Creances) -> tuple[DelaiDebiteur, ...]:
    """The debtors who have paid an invoice, the latest payers first."""
    lignes = (
        DelaiDebiteur(debiteur=_nom(siennes), factures=len(jours), jours=_moyenne(jours))
        for siennes in _par_debiteur(creances)
        if (jours := _retards_payes(siennes))
    )
    return tuple(sorted(lignes, key=lambda ligne: (-ligne.jours, ligne.debiteur)))


def risques(creances: Creances, jour: date) -> tuple[Risque, ...]:
    """The debtors who owe something, the riskiest first, then those who owe most.

    High: one grave sign, or two others. Medium: one other sign. Low: none.
    """
    trouves = (_risque(siennes, jour) for siennes in _par_debiteur(creances))
    rangs = list(Niveau)
    return tuple(
        sorted(
            (risque for risque in trouves if risque.factures),
            key=lambda r: (-rangs.index(r.niveau), -r.euros, r.debiteur),
        )
    )


def _risque(siennes: Creances, jour: date) -> Risque:
    dues = ouvertes([etat for etat, _ in siennes])
    signes = sorted(_signes(siennes, dues, jour), key=lambda signe: not signe.grave)
    return Risque(
        debiteur=_nom(siennes),
        niveau=_niveau(signes),
        motifs=tuple(signe.phrase for signe in signes),
        factures=len(dues),
        euros=sum((etat.solde for etat in dues), ZERO),
    )


def _niveau(signes: Sequence[Signe]) -> Niveau:
    if len(signes) > 1 or any(signe.grave for signe in signes):
        return Niveau.ELEVE
    return Niveau.MOYEN if signes else Niveau.FAIBLE


def _signes(siennes: Creances, dues: Sequence[Etat], jour: date) -> Iterator[Signe]:
    etats = [etat for etat, _ in siennes]
    if any(etat.procedure is not None or isinstance(etat.fin, CreanceDeclaree) for etat in etats):
        yield Signe("procédure collective", grave=True)
    if any(echeancier_rompu(etat) for etat in etats):
        yield Signe("échéancier rompu", grave=True)
    if any(envoi.revenu_sans_adresse for etat in dues for envoi in etat.envois.values()):
        yield Signe("pli revenu, adresse inconnue (NPAI)", grave=True)
    plus_vieille = max((retard(etat, jour) for etat in dues), default=0)
    if plus_vieille > EN_RETARD:
        yield Signe(f"facture échue depuis {plus_vieille} jours", grave=plus_vieille > TRES_EN_RETARD)
    if any(etat.litige is not None for etat in dues):
        yield Signe("litige ouvert", grave=False)
    if any(any(promesses_passees(etat, scenario, jour)) for etat, scenario in siennes):
        yield Signe("promesse de paiement non tenue", grave=False)
    payes = _retards_payes(siennes)
    if len(payes) >= ASSEZ and (moyenne := _moyenne(payes)) > HABITUDE:
        yield Signe(f"paie en moyenne {moyenne:.0f} jours après l'échéance", grave=False)


def echeancier_rompu(etat: Etat) -> bool:
    """Whether the last instalment plan was granted and broken; one that was paid to its end was not."""
    return etat.echeancier is None and etat.solde_accorde > ZERO


def _retards_payes(siennes: Creances) -> list[int]:
    reglements = ((etat, jour_de_reglement(etat)) for etat, _ in siennes)
    return [retard(etat, reglee) for etat, reglee in reglements if reglee is not None]


def _moyenne(jours: Sequence[int]) -> Decimal:
    return (Decimal(sum(jours)) / len(jours)).quantize(Decimal("0.1"))


def _par_debiteur(creances: Creances) -> Iterator[Creances]:
    groupes: dict[str, list[tuple[Etat, Scenario]]] = defaultdict(list)
    for etat, scenario in creances:
        groupes[etat.debiteur].append((etat, scenario))
    yield from groupes.values()


def _nom(siennes: Creances) -> str:
    return siennes[-1][0].facture.debiteur.denomination
