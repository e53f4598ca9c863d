"""Where a claim stands once its dossier is sealed, and what must be done next, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from dossier.core.dates import en_chiffres
from dossier.core.droit.calendrier import EN_FACE, Devoir
from dossier.core.droit.ordonnance import Demeure, Procedure, ReglesOrdonnance, calendrier
from dossier.core.faits import (
    DossierRecu,
    DossierTransmis,
    OppositionFormee,
    OrdonnanceRendue,
    OrdonnanceSignifiee,
    PremierActe,
    RequeteDeposee,
    SensOrdonnance,
)

Suite = (
    DossierTransmis
    | DossierRecu
    | RequeteDeposee
    | OrdonnanceRendue
    | OrdonnanceSignifiee
    | PremierActe
    | OppositionFormee
)
UN_JOUR = timedelta(days=1)
RAPPEL = timedelta(days=7)
AVANCE = timedelta(days=30)
"""How long before a legal last day staff are reminded of it every week."""
SANS_NOUVELLE = timedelta(days=30)
"""How long a filed application may stay without an answer before someone asks the greffe."""


@dataclass(frozen=True)
class Suites:
    """What was recorded since the sealing; the last word counts."""

    transmission: DossierTransmis | None = None
    reception: DossierRecu | None = None
    requete: RequeteDeposee | None = None
    ordonnance: OrdonnanceRendue | None = None
    signification: OrdonnanceSignifiee | None = None
    premier_acte: PremierActe | None = None
    opposition: OppositionFormee | None = None

    def avec(self, suite: Suite) -> Suites:
        """With that further event; a new order takes back what followed the former one."""
        nouvelle: dict[str, Any] = {_CHAMPS[type(suite)]: suite}
        apres = replace(self, **nouvelle)
        if isinstance(suite, OrdonnanceRendue):
            return replace(apres, signification=None, premier_acte=None, opposition=None)
        return replace(apres, reception=None) if isinstance(suite, DossierTransmis) else apres


_CHAMPS: dict[type, str] = {
    DossierTransmis: "transmission",
    DossierRecu: "reception",
    RequeteDeposee: "requete",
    OrdonnanceRendue: "ordonnance",
    OrdonnanceSignifiee: "signification",
    PremierActe: "premier_acte",
    OppositionFormee: "opposition",
}


class Attente(NamedTuple):
    """What comes next: nothing before `jusqu_a` unless a fait arrives."""

    jusqu_a: date
    libelle: str
    a_faire: bool
    """Whether the creditor, or someone for him, must act; otherwise one waits."""


def procedure(suites: Suites, *, tribunal_de_commerce: bool, demeure: Demeure, montant: Decimal) -> Procedure:
    """The dates of the procedure, as the calendar of the law takes them. `montant`: euros claimed."""
    rendue, signifiee, opposee = suites.ordonnance, suites.signification, suites.opposition
    return Procedure(
        depot=suites.requete.jour if suites.requete else None,
        ordonnance=rendue.jour if rendue else None,
        signification=signifiee.jour if signifiee else None,
        a_personne=signifiee.a_personne if signifiee else False,
        premier_acte=suites.premier_acte.jour if suites.premier_acte else None,
        opposition=opposee.jour if opposee else None,
        notification_opposition=opposee.notification if opposee else None,
        invitation_a_consigner=opposee.invitation_a_consigner if opposee else None,
        tribunal_de_commerce=tribunal_de_commerce,
        demeure=demeure,
        montant=montant,
    )


def attente(suites: Suites, suivie: Procedure, regles: ReglesOrdonnance, jour: date) -> Attente:
    """What comes next on that day, with its legal date. Raises ParametreNonCouvert, DonneeInvalide."""
    if suites.requete is None and suites.ordonnance is None:
        return _avant_le_depot(suites, jour)
    rejetee = suites.ordonnance is not None and suites.ordonnance.sens is SensOrdonnance.REJETEE
    if rejetee:
        return Attente(jour + RAPPEL, "Requête rejetée : assigner au fond, ou abandonner", a_faire=True)
    devoirs = calendrier(suivie, regles)
    return (
        _a_faire(devoirs, jour)
        or _manque(suites, devoirs, jour)
        or _en_face(devoirs, jour)
        or _ouvert(devoirs, jour)
        or _sans_date(suites, jour)
    )


def _avant_le_depot(suites: Suites, jour: date) -> Attente:
    remis = suites.transmission
    if remis is None:
        return Attente(jour + RAPPEL, "Dossier scellé, à remettre", a_faire=True)
    if suites.reception is None:
        libelle = f"Dossier remis à {remis.a} le {en_chiffres(remis.jour)}, accusé de remise attendu"
        return Attente(jour + RAPPEL, libelle, a_faire=True)
    libelle = f"Dossier reçu par {suites.reception.de}, dépôt de la requête attendu"
    return Attente(jour + SANS_NOUVELLE, libelle, a_faire=False)


def _a_faire(devoirs: Sequence[Devoir], jour: date) -> Attente | None:
    """The first dated act of the creditor's side that may still be done in time."""
    for devoir in devoirs:
        if devoir.qui in EN_FACE or devoir.cible is None or devoir.limite is None or devoir.limite < jour:
            continue
        if jour > devoir.cible:
            libelle = f"{devoir.libelle}, dernier jour le {en_chiffres(devoir.limite)}"
            return Attente(devoir.limite + UN_JOUR, libelle, a_faire=True)
        reprise = max(devoir.cible - AVANCE, min(jour + RAPPEL, devoir.cible + UN_JOUR))
        return Attente(reprise, f"{devoir.libelle} avant le {en_chiffres(devoir.cible)}", a_faire=True)
    return None


def _manque(suites: Suites, devoirs: Sequence[Devoir], jour: date) -> Attente | None:
    """An order that was not served in time, or was served too late, is worth nothing (CPC, art. 1411)."""
    if suites.ordonnance is None or suites.opposition is not None:
        return None
    if suites.signification is None:
        libelle = "Ordonnance non avenue : elle n'a pas été signifiée à temps"
        return Attente(jour + RAPPEL, libelle, a_faire=True)
    if len(devoirs) == 1:
        return Attente(jour + RAPPEL, devoirs[0].libelle, a_faire=True)
    return None


def _en_face(devoirs: Sequence[Devoir], jour: date) -> Attente | None:
    """What the debtor or the greffe may still do: one waits for its last day."""
    ouverts = (d for d in devoirs if d.qui in EN_FACE and d.limite is not None and d.limite >= jour)
    devoir = next(ouverts, None)
    if devoir is None or devoir.limite is None:
        return None
    libelle = f"{devoir.libelle} : jusqu'au {en_chiffres(devoir.limite)}"
    return Attente(devoir.limite + UN_JOUR, libelle, a_faire=False)


def _ouvert(devoirs: Sequence[Devoir], jour: date) -> Attente | None:
    """What may be done from a day on: the last that is open, or the first that will be."""
    dates = [(d.a_partir_de, d.libelle) for d in devoirs if d.a_partir_de is not None and d.limite is None]
    ouvertes = [(depuis, libelle) for depuis, libelle in dates if depuis <= jour]
    if ouvertes:
        depuis, libelle = ouvertes[0]
        return Attente(
            jour + SANS_NOUVELLE, f"{libelle}, possible depuis le {en_chiffres(depuis)}", a_faire=True
        )
    if dates:
        depuis, libelle = dates[0]
        return Attente(depuis, f"{libelle} à partir du {en_chiffres(depuis)}", a_faire=False)
    return None


def _sans_date(suites: Suites, jour: date) -> Attente:
    if suites.opposition is not None:
        libelle = f"Opposition du {en_chiffres(suites.opposition.jour)} : audience à suivre"
        return Attente(jour + SANS_NOUVELLE, libelle, a_faire=True)
    assert suites.requete is not None
    libelle = f"Requête déposée le {en_chiffres(suites.requete.jour)}, ordonnance attendue"
    return Attente(jour + SANS_NOUVELLE, libelle, a_faire=False)
