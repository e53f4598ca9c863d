"""What of the law is in force, and what must be checked again soon."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from dossier.core.dates import en_chiffres
from dossier.core.droit.corpus import Droit
from dossier.core.droit.parametres import Niveau, Parametre, Unite, Verifie
from dossier.core.montants import en_euros, en_pourcent

PREAVIS = timedelta(days=30)


class Ligne(NamedTuple):
    """One part of the law as it stands on a day."""

    verifie: Verifie
    valeur: str
    """The figure in force; empty for a part that holds several, and for a figure not known that day."""
    depuis: date | None
    source: str
    niveau: Niveau | None
    alerte: str
    """The French words that say what to do; empty when the part is checked well beyond that day."""


def table(droit: Droit, jour: date) -> tuple[Ligne, ...]:
    """Every part of the law, in the order of the files, as it stands on that day."""
    return tuple(_ligne(verifie, jour) for verifie in droit.parties().values())


def a_completer(droit: Droit, jour: date) -> tuple[Ligne, ...]:
    """The parts whose last check ends within thirty days, or has ended."""
    return tuple(ligne for ligne in table(droit, jour) if ligne.alerte)


def _ligne(verifie: Verifie, jour: date) -> Ligne:
    alerte = _alerte(verifie, jour)
    if not isinstance(verifie, Parametre) or jour > verifie.verifie_jusqu_au:
        return Ligne(verifie, "", None, "", None, alerte)
    valeur = verifie.au(jour)
    depuis = max(debut for debut in verifie.valeurs if debut <= jour)
    return Ligne(verifie, _ecrite(verifie, jour), depuis, valeur.source, valeur.niveau, alerte)


def _alerte(verifie: Verifie, jour: date) -> str:
    fin = verifie.verifie_jusqu_au
    fichier = f"config/droit/{verifie.nom}.yaml"
    if jour > fin:
        return f"n'est plus vérifié depuis le {en_chiffres(fin)} : compléter {fichier}"
    if jour + PREAVIS >= fin:
        return f"n'est vérifié que jusqu'au {en_chiffres(fin)} : compléter {fichier} avant cette date"
    return ""


def _ecrite(parametre: Parametre, jour: date) -> str:
    valeur = parametre.au(jour).valeur
    ecritures: dict[Unite, Callable[[Decimal], str]] = {
        Unite.TAUX: en_pourcent,
        Unite.EUROS: en_euros,
        Unite.MULTIPLE: "{} fois".format,
        Unite.ANS: lambda ans: f"{ans} an{'s' if ans > 1 else ''}",
    }
    return ecritures[parametre.unite](valeur)
