"""The round: every open creance keeps exactly one live run, and every letter on its way is asked for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field

from dossier.core.dates import horodate
from dossier.core.etat import Etat
from dossier.core.groupes import membres
from dossier.core.langues import en_nombre
from dossier.core.plis import references
from dossier.services.creances import etats_lisibles, lire_etat, scenario_de
from dossier.services.horodatages import completer
from dossier.services.outils import Outils
from dossier.services.suivi_postal import Bilan, relever
from flows.affichage import en_cellule
from flows.plis import afficher_plis
from flows.runs import Ronde, retablir, signaler
from flows.wiring import outils

AUTEUR = "ronde"
PAGE = "ronde"
"""Key of the page that says what the last round that mended something did."""
NOMMES = 5
"""How many mended suivis the message of the round names; the page names them all."""
PATIENCE = 3600
"""Seconds after the start of a service during which runs that are late are no wonder."""
_NAISSANCE = time.monotonic()
MEMOIRE = timedelta(days=30)
"""How far back missing timestamps are looked for; the sealing looks at all of them."""


@flow(name="ronde", flow_run_name="Ronde", persist_result=False)
def ronde() -> State[None]:
    """Redonne à chaque créance ouverte son unique suivi, et demande où sont les recommandés."""
    etats = tuple(etats_lisibles(outils()))
    soins = retablir(outils(), etats, retards=time.monotonic() - _NAISSANCE > PATIENCE)
    if soins.soignes or soins.pannes:
        create_markdown_artifact(key=PAGE, markdown=page(soins, horodate(outils().clock.now())))
    postal, actuels = _relever(outils(), etats, tous=False)
    phrases = (_soins(soins), _bilan(postal), _jetons(outils(), actuels))
    return Completed(name=_nom(postal, soins), message=" ".join(filter(None, phrases)))


def _jetons(maison: Outils, etats: Sequence[Etat]) -> str:
    """Fetch the timestamps that no authority could give on the day; what came of it, when any lacked."""
    ouvertes = [etat for etat in etats if etat.fin is None]
    bilan = completer(maison, ouvertes, depuis=maison.clock.now() - MEMOIRE)
    if not bilan.absents:
        return ""
    dites = f"{len(bilan.obtenus)} jetons d'horodatage obtenus sur {bilan.absents} en attente."
    return " ".join([dites, *bilan.pannes])


@flow(name="relever-les-plis", flow_run_name="Relevé des plis", persist_result=False)
def relever_les_plis(
    numero: Annotated[str, Field(title="Numéro", description="D'un seul recommandé ; vide pour tous")] = "",
) -> State[None]:
    """Demande tout de suite aux transporteurs où en sont les recommandés en cours."""
    postal, _ = _relever(outils(), tuple(etats_lisibles(outils())), tous=True, seul=numero)
    return Completed(name=_nom(postal), message=_bilan(postal))


def _relever(
    maison: Outils, etats: Sequence[Etat], *, tous: bool, seul: str = ""
) -> tuple[Bilan, list[Etat]]:
    """Ask, wake what changed, and show where every letter is; the states after it, read again if changed."""
    vises = [etat for etat in etats if seul in references(etat)] if seul else etats
    bilan = relever(maison, vises, auteur=AUTEUR, tous=tous)
    signaler(maison, *bilan.changees)
    changees = {membre for creance in bilan.changees for membre in membres(lire_etat(maison, creance))}
    actuels = [lire_etat(maison, e.creance) if e.creance in changees else e for e in etats]
    suivis = [(etat, scenario_de(maison, etat)) for etat in actuels]
    afficher_plis(maison, suivis, maison.clock.jour(), bilan.pannes)
    return bilan, actuels


def _nom(bilan: Bilan, soins: Ronde | None = None) -> str:
    nombre = len(soins.soignes) if soins else 0
    soignes = f", {en_nombre(nombre, 'suivi réparé')}" if nombre else ""
    return "Fait" + soignes + (", transporteur sans réponse" if bilan.pannes else "")


def _soins(soins: Ronde) -> str:
    nommes = ", ".join(f"{cas.facture} ({cas.mal.remede})" for cas in soins.soignes[:NOMMES])
    reste = len(soins.soignes) - NOMMES
    suite = f" Suivis réparés : {nommes}{f' et {reste} autres' if reste > 0 else ''}." if nommes else ""
    return " ".join([f"{soins.ouvertes} créances ouvertes.{suite}", *soins.pannes])


def page(soins: Ronde, quand: str) -> str:
    """The markdown page of what was mended at that moment, and why."""
    return "\n".join(
        [
            f"# Suivis réparés par la ronde, le {quand}",
            "Le journal décide : une créance ouverte a toujours un suivi, et un seul.",
            "",
            "| Facture | Ce qui a été trouvé | Ce qui a été fait |",
            "|---|---|---|",
            *[f"| {en_cellule(c.facture)} | {c.mal.value} | {c.mal.remede} |" for c in soins.soignes],
            "",
            *[f"⚠ {en_cellule(panne)}" for panne in soins.pannes],
        ]
    )


def _bilan(bilan: Bilan) -> str:
    dites = f"{en_nombre(bilan.demandes, 'recommandé demandé')}, {len(bilan.changees)} avec du nouveau."
    return " ".join([dites, *bilan.pannes])
