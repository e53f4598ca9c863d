"""What each step and each letter brings in."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from dossier.core.decision import date_faite
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Canal
from dossier.core.modele import Modele
from dossier.core.montants import ZERO, Exact, Montant
from dossier.core.scenario import GenreEtape, Scenario
from dossier.core.tableau.mouvements import jour_de_reglement, recu, reste

UN_JOUR = timedelta(days=1)
RANGS = {GenreEtape.MISE_EN_DEMEURE: 1, GenreEtape.DOSSIER: 2}
"""What every scenario ends with."""


class Recouvrement(Modele):
    """What came in between one step and the next."""

    etape: str
    libelle: str
    atteintes: int
    """Invoices on which that step was done while something was due."""
    en_attente: int
    """Those of them that are still at that step, unpaid."""
    payees: int
    """Those wholly paid before the next step."""
    du: Montant
    """Euros due when the step was done, less credit notes given before the next one."""
    recu: Montant
    """Euros paid from the step on, before the next one."""
    taux_nombre: Exact
    """Paid over reached, a ratio."""
    taux_euros: Exact | None
    """Received over due; None when credit notes cancelled all that was due."""


class Lettre(Modele):
    """What a kind of letter brings in."""

    etape: str
    libelle: str
    canal: Canal
    envoyees: int
    """Invoices about which it left."""
    payees: int
    """Those wholly paid after it, before any other letter."""
    taux: Exact


class Passage(NamedTuple):
    """One step of one creance: what was due, what came before the next step."""

    libelle: str
    rang: int
    du: Decimal
    recu: Decimal
    payee: bool
    en_attente: bool


def recouvrement(creances: Sequence[tuple[Etat, Scenario]]) -> tuple[Recouvrement, ...]:
    """Each step that was reached, in the order of the procedure."""
    passages: dict[str, list[Passage]] = defaultdict(list)
    for etat, scenario in creances:
        for nom, passage in _passages(etat, scenario):
            passages[nom].append(passage)
    lignes = [_recouvrement(nom, trouves) for nom, trouves in passages.items()]
    rangs = {nom: max(p.rang for p in trouves) for nom, trouves in passages.items()}
    return tuple(sorted(lignes, key=lambda ligne: (rangs[ligne.etape], ligne.etape)))


def _recouvrement(nom: str, passages: Sequence[Passage]) -> Recouvrement:
    payees = sum(p.payee for p in passages)
    du, venu = sum((p.du for p in passages), ZERO), sum((p.recu for p in passages), ZERO)
    return Recouvrement(
        etape=nom,
        libelle=passages[-1].libelle,
        atteintes=len(passages),
        en_attente=sum(p.en_attente for p in passages),
        payees=payees,
        du=du,
        recu=venu,
        taux_nombre=taux(Decimal(payees), Decimal(len(passages))),
        taux_euros=taux(venu, du) if du > ZERO else None,
    )


def taux(part: Decimal, tout: Decimal) -> Decimal:
    """A ratio to a tenth of a percent."""
    return (part / tout).quantize(Decimal("0.001"))


def _passages(etat: Etat, scenario: Scenario) -> Iterator[tuple[str, Passage]]:
    faites = sorted(_faites(etat, scenario), key=lambda faite: faite[:2])
    for (jour, rang, nom, libelle), avant in zip(faites, [*(f[0] for f in faites[1:]), None], strict=False):
        credite = sum(
            (a.montant for a in etat.avoirs if jour <= a.jour and (avant is None or a.jour < avant)), ZERO
        )
        initial = reste(etat, jour - UN_JOUR)
        if initial <= ZERO:
            continue
        du = max(ZERO, initial - credite)
        venu = min(du, recu(etat, jour, avant))
        payee = venu > ZERO and venu >= du
        en_attente = avant is None and not payee and etat.fin is None
        yield nom, Passage(libelle, rang, du, venu, payee, en_attente)


def _faites(etat: Etat, scenario: Scenario) -> Iterator[tuple[date, int, str, str]]:
    """The steps that were done, not skipped: day, place in the procedure, name, label."""
    for rang, etape in enumerate(scenario.etapes[:-1]):
        faite = None if etape.nom in etat.sautees else date_faite(etat, etape)
        if faite is not None:
            yield faite, rang + 100 * RANGS.get(etape.genre, 0), etape.nom, etape.libelle
    if etat.dossier is not None:
        etape = scenario.etapes[-1]
        yield etat.dossier.jour, 100 * RANGS[GenreEtape.DOSSIER], etape.nom, etape.libelle


def lettres(creances: Iterable[tuple[Etat, Scenario]]) -> tuple[Lettre, ...]:
    """Each kind of letter that left (a step by a channel), the best first."""
    envoyees: Counter[tuple[str, Canal]] = Counter()
    payees: Counter[tuple[str, Canal]] = Counter()
    libelles: dict[str, str] = {}
    for etat, scenario in creances:
        libelles |= scenario.libelles
        parties = [(envoi.depart, envoi) for envoi in etat.envois.values() if envoi.depart is not None]
        envoyees.update({_sorte(envoi) for _, envoi in parties})
        payees.update(_dernieres(parties, jour_de_reglement(etat)))
    lignes = (
        Lettre(
            etape=nom,
            libelle=libelles.get(nom, nom),
            canal=canal,
            envoyees=envoyees[nom, canal],
            payees=payees[nom, canal],
            taux=taux(Decimal(payees[nom, canal]), Decimal(envoyees[nom, canal])),
        )
        for nom, canal in envoyees
    )
    return tuple(sorted(lignes, key=lambda ligne: (-ligne.taux, -ligne.envoyees, ligne.etape, ligne.canal)))


def _dernieres(parties: Sequence[tuple[date, Envoi]], reglee: date | None) -> set[tuple[str, Canal]]:
    """The kinds that left last before the payment; several when they left the same day."""
    if reglee is None:
        return set()
    avant = [(depart, envoi) for depart, envoi in parties if depart <= reglee]
    dernier = max((depart for depart, _ in avant), default=None)
    return {_sorte(envoi) for depart, envoi in avant if depart == dernier}


def _sorte(envoi: Envoi) -> tuple[str, Canal]:
    return envoi.prepare.etape, envoi.prepare.canal
