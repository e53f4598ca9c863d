"""The table of the registered letters that need an eye, as the Prefect UI shows it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from prefect.artifacts import create_table_artifact

from dossier.core.dates import en_chiffres
from dossier.core.etat import Etat
from dossier.core.plis import PliSuivi, plis_suivis
from dossier.core.scenario import Scenario
from flows.affichage import en_cellule

PAGE = "plis-en-cours"


def afficher_plis(creances: Iterable[tuple[Etat, Scenario]], jour: date, pannes: Sequence[str]) -> None:
    """Write the table of the letters on their way, late ones first, under what carriers did not answer."""
    plis = plis_suivis(creances, jour)
    create_table_artifact(key=PAGE, table=[_ligne(pli) for pli in plis], description=_entete(plis, pannes))


def _ligne(pli: PliSuivi) -> dict[str, Any]:
    return {
        "Facture": pli.facture,
        "Débiteur": pli.debiteur,
        "Lettre": pli.intitule,
        "Numéro": pli.numero,
        "Où il en est": pli.situation,
        "Depuis le": en_chiffres(pli.depuis),
        "Jours de retard": pli.retard or "",
    }


def _entete(plis: Sequence[PliSuivi], pannes: Sequence[str]) -> str:
    en_retard = sum(1 for pli in plis if pli.retard)
    lignes = [f"**{len(plis)} recommandés à suivre**, dont {en_retard} en retard."]
    return "\n\n".join([*lignes, *(f"⚠ {en_cellule(panne)}" for panne in pannes)])
