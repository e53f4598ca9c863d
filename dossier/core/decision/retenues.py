"""What holds the procedure of a creance: a dispute, a pause, a promise, an instalment plan."""

from __future__ import annotations

from datetime import date, timedelta

from dossier.core.dates import en_chiffres
from dossier.core.decision.actions import RAPPEL, UN_JOUR, Attendre, Qui, RompreEcheancier
from dossier.core.etat import Etat
from dossier.core.montants import ZERO
from dossier.core.scenario import Scenario


def ce_qui_retient(etat: Etat, scenario: Scenario, jour: date) -> Attendre | RompreEcheancier | None:
    """A dispute, a pause, a promise or an instalment plan; None when nothing holds the procedure."""
    return _suspension(etat, jour) or _promesse(etat, scenario, jour) or _echeancier(etat, scenario, jour)


def _suspension(etat: Etat, jour: date) -> Attendre | None:
    """What a dispute, or a person, stops."""
    if etat.litige is not None:
        return Attendre(jour + RAPPEL, f"Litige ouvert : {etat.litige.motif}", Qui.PERSONNE, "litige")
    if etat.suspension is None:
        return None
    reprise = etat.suspension.jusqu_au
    if reprise is None:
        libelle = f"Suspendue : {etat.suspension.motif}"
        return Attendre(jour + RAPPEL, libelle, Qui.PERSONNE, "suspension")
    if jour >= reprise:
        return None
    return Attendre(reprise, f"Suspendue jusqu'au {en_chiffres(reprise)}", etape="suspension")


def _promesse(etat: Etat, scenario: Scenario, jour: date) -> Attendre | None:
    """The last promise holds the procedure until its day has passed, with the tolerance of instalments."""
    if not etat.promesses:
        return None
    promis = etat.promesses[-1].promis_le
    reprise = promis + timedelta(days=scenario.tolerance_echeancier) + UN_JOUR
    if jour >= reprise:
        return None
    return Attendre(reprise, f"Paiement promis pour le {en_chiffres(promis)}", etape="promesse")


def _echeancier(etat: Etat, scenario: Scenario, jour: date) -> Attendre | RompreEcheancier | None:
    """A running instalment plan holds the procedure until one instalment is missed."""
    if etat.echeancier is None:
        return None
    recu = etat.solde_accorde - etat.solde
    tolerance = timedelta(days=scenario.tolerance_echeancier)
    cumul = ZERO
    for mensualite in sorted(etat.echeancier.mensualites, key=lambda m: m.jour):
        cumul += mensualite.montant
        if recu < cumul:
            if jour > mensualite.jour + tolerance:
                return RompreEcheancier(mensualite.jour)
            libelle = f"Échéancier : versement du {en_chiffres(mensualite.jour)}"
            return Attendre(mensualite.jour + tolerance + UN_JOUR, libelle, etape="echeancier")
    return None
