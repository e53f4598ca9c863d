"""The table of the registered letters that need an eye, as the Prefect UI shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from prefect.artifacts import create_markdown_artifact

from dossier.core.dates import en_chiffres
from dossier.core.etat import Etat
from dossier.core.langues import en_nombre
from dossier.core.plis import PliSuivi, plis_suivis
from dossier.core.scenario import Scenario
from dossier.services.outils import Outils
from flows.affichage import cle_de_page, en_cellule, liens_vers

PAGE = "plis-en-cours"
COLONNES = ("Facture", "Documents", "Lettre", "Numéro", "Où il en est", "Depuis le", "Jours de retard")


def afficher_plis(
    outils: Outils, creances: Iterable[tuple[Etat, Scenario]], jour: date, pannes: Sequence[str]
) -> None:
    """Write the table of the letters on their way, late ones first, under what carriers did not answer."""
    plis = plis_suivis(creances, jour)
    create_markdown_artifact(key=PAGE, markdown="\n".join(_page(outils, plis, pannes)))


def _page(outils: Outils, plis: Sequence[PliSuivi], pannes: Sequence[str]) -> Iterator[str]:
    en_retard = sum(1 for pli in plis if pli.retard)
    retards = f", dont {en_retard} en retard" if en_retard else ""
    yield f"**{en_nombre(len(plis), 'recommandé')} à suivre**{retards}."
    yield from (f"\n⚠ {en_cellule(panne)}" for panne in pannes)
    if plis:
        yield from ("", f"| {' | '.join(COLONNES)} |", "|---" * (len(COLONNES) - 1) + "|--:|")
        yield from (_ligne(outils, pli) for pli in plis)


def _ligne(outils: Outils, pli: PliSuivi) -> str:
    pages = " ".join(
        f"[{en_cellule(creance)}](/artifacts/key/{cle_de_page(creance)})" for creance in pli.creances
    )
    cellules = (
        f"{pages}<br>{en_cellule(pli.debiteur)}",
        liens_vers(outils, pli.documents),
        en_cellule(pli.intitule),
        en_cellule(pli.numero),
        en_cellule(pli.situation),
        en_chiffres(pli.depuis),
        str(pli.retard or ""),
    )
    return f"| {' | '.join(cellules)} |"
