"""The table of the registered letters that need an eye, as the Prefect UI shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from prefect.artifacts import create_markdown_artifact

from dossier.core.dates import en_chiffres
from dossier.core.etat import Etat
from dossier.core.faits import Archive
from dossier.core.langues import en_nombre
from dossier.core.plis import PliSuivi, plis_suivis
from dossier.core.scenario import Scenario
from dossier.services.outils import Outils
from flows.affichage import cle_de_page, coupee, en_cellule
from flows.guichet.liens import adresse

PAGE = "plis-en-cours"
COLONNES = ("Facture", "Lettre", "Où il en est")
LARGEUR = 33
"""Where a cell is broken: the UI does not break them itself, and hides what passes its narrow page."""
PREUVES = {"depot": "Dépôt", "avis": "Avis", "scan": "Scan"}
"""What a proof is called in a link, by the first word of its file; « Preuve » for those of a carrier."""


def afficher_plis(
    outils: Outils, creances: Iterable[tuple[Etat, Scenario]], jour: date, pannes: Sequence[str]
) -> None:
    """Write the table of the letters on their way, late ones first, under what carriers did not answer."""
    plis = plis_suivis(creances, jour)
    create_markdown_artifact(key=PAGE, markdown=page(outils, plis, pannes))


def page(outils: Outils, plis: Sequence[PliSuivi], pannes: Sequence[str]) -> str:
    """The markdown page of these letters; `pannes`: French sentences on the carriers that did not answer."""
    return "\n".join(_lignes(outils, plis, pannes))


def _lignes(outils: Outils, plis: Sequence[PliSuivi], pannes: Sequence[str]) -> Iterator[str]:
    en_retard = sum(1 for pli in plis if pli.retard)
    retards = f", dont {en_retard} en retard" if en_retard else ""
    yield f"**{en_nombre(len(plis), 'recommandé')} à suivre**{retards}."
    yield from (f"\n⚠ {en_cellule(panne)}" for panne in pannes)
    if plis:
        yield from ("", f"| {' | '.join(COLONNES)} |", "|---" * len(COLONNES) + "|")
        yield from (_ligne(outils, pli) for pli in plis)


def _ligne(outils: Outils, pli: PliSuivi) -> str:
    pages = (f"[{en_cellule(creance)}](/artifacts/key/{cle_de_page(creance)})" for creance in pli.creances)
    retard = en_nombre(pli.retard, "jour") if pli.retard else ""
    cellules = (
        (*pages, coupee(pli.debiteur, LARGEUR)),
        (coupee(pli.intitule, LARGEUR), en_cellule(pli.numero), _documents(outils, pli.documents)),
        (
            coupee(pli.situation, LARGEUR),
            f"depuis le {en_chiffres(pli.depuis)}",
            f"**{retard} de retard**" if retard else "",
        ),
    )
    return f"| {' | '.join('<br>'.join(filter(None, cellule)) for cellule in cellules)} |"


def _documents(outils: Outils, documents: Sequence[Archive]) -> str:
    """The letter, then its proofs; their paths when nothing serves them."""
    noms = ("Lettre", *(_preuve(archive.cle) for archive in documents[1:]))
    liens = (_lien(nom, adresse(outils, archive.cle)) for nom, archive in zip(noms, documents, strict=True))
    return " · ".join(liens)


def _preuve(cle: str) -> str:
    return PREUVES.get(cle.rpartition("/")[2].partition("-")[0], "Preuve")


def _lien(nom: str, ou: str) -> str:
    return f"[{nom}]({ou})" if ou.startswith(("http://", "https://")) else f"{nom} `{ou}`"
