"""The round: every open creance keeps exactly one live run, and every letter on its way is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field

from dossier.core.etat import Etat
from dossier.core.groupes import membres
from dossier.core.plis import references
from dossier.services.creances import etats_lisibles, lire_etat, scenario_de
from dossier.services.horodatages import completer
from dossier.services.outils import Outils
from dossier.services.suivi_postal import Bilan, relever
from flows.plis import afficher_plis
from flows.runs import Ronde, retablir, signaler
from flows.wiring import outils

AUTEUR = "ronde"
MEMOIRE = timedelta(days=30)
"""How far back missing timestamps are looked for; the sealing looks at all of them."""


@flow(name="ronde", flow_run_name="Ronde", persist_result=False)
def ronde() -> State[None]:
    """Redonne un suivi à toute créance que Prefect aurait perdue, et demande où sont les recommandés."""
    etats = tuple(etats_lisibles(outils()))
    soins = retablir(etats)
    postal = _relever(outils(), etats, tous=False)
    phrases = (_soins(soins), _bilan(postal), _jetons(outils(), etats))
    return Completed(name=_nom(postal), message=" ".join(filter(None, phrases)))


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
    postal = _relever(outils(), tuple(etats_lisibles(outils())), tous=True, seul=numero)
    return Completed(name=_nom(postal), message=_bilan(postal))


def _relever(maison: Outils, etats: Sequence[Etat], *, tous: bool, seul: str = "") -> Bilan:
    """Ask, wake what changed, and show where every letter is; only what changed is read again."""
    vises = [etat for etat in etats if seul in references(etat)] if seul else etats
    bilan = relever(maison, vises, auteur=AUTEUR, tous=tous)
    for creance in bilan.changees:
        signaler(maison, creance)
    changees = {membre for creance in bilan.changees for membre in membres(lire_etat(maison, creance))}
    actuels = [lire_etat(maison, e.creance) if e.creance in changees else e for e in etats]
    afficher_plis([(etat, scenario_de(maison, etat)) for etat in actuels], maison.clock.jour(), bilan.pannes)
    return bilan


def _nom(bilan: Bilan) -> str:
    return "Fait" if not bilan.pannes else "Fait, transporteur sans réponse"


def _soins(soins: Ronde) -> str:
    return f"{soins.ouvertes} créances ouvertes, {soins.creees} suivis recréés, {soins.relancees} repris."


def _bilan(bilan: Bilan) -> str:
    dites = f"{bilan.demandes} recommandés demandés, {len(bilan.changees)} avec du nouveau."
    return " ".join([dites, *bilan.pannes])
