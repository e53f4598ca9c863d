"""The operator's desk in the Prefect UI: what to do today, and the figures of the house."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    ArtifactFilter,
    ArtifactFilterKey,
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.sorting import ArtifactSort
from prefect.exceptions import ObjectNotFound
from prefect.states import Completed, Failed

from dossier.adapters.graphiques import Barre, barres
from dossier.core.a_faire import PATIENCE, AFaire, Geste
from dossier.core.creance import identifiant
from dossier.core.dates import jour_legal
from dossier.core.errors import ConfigurationInvalide, DossierError
from dossier.core.etat import Etat
from dossier.core.montants import en_euros
from dossier.core.tableau import Tableau, Ventes
from dossier.services.creances import etats_lisibles
from dossier.services.outils import Outils
from dossier.services.tableau import Rouges, a_faire_du_jour, tableau_du_jour
from flows.durable_wait import cle_de_run
from flows.page_a_faire import FORMULAIRES, bilan, montrees, page_a_faire, remplissage
from flows.page_tableau import en_taux, page_tableau
from flows.pages import lire_par_cle, lire_runs
from flows.runs import LES_SUIVIS
from flows.wiring import outils, ventes

A_FAIRE, TABLEAU = "a-faire-aujourd-hui", "tableau-de-bord"
"""Keys of the two artifacts."""
LES_MASSES = FlowFilter(name=FlowFilterName(any_=["traiter-en-masse"]))
INTERROMPU = "Suivi interrompu par une erreur imprévue : la ronde le reprend, sinon cliquez sur Retry."


@flow(name="mettre-a-jour-le-tableau", flow_run_name="Tableau de bord", persist_result=False)
def mettre_a_jour_le_tableau() -> State[None]:
    """Refait tout de suite « À faire aujourd'hui » et le tableau de bord."""
    try:
        return Completed(name="Fait", message=_afficher(outils()))
    except DossierError as error:
        return Failed(name="À reprendre", message=str(error))


def _afficher(maison: Outils) -> str:
    """Write both artifacts, those that changed only; what they say, in one sentence."""
    etats, jour = tuple(etats_lisibles(maison)), maison.clock.jour()
    with get_client(sync_client=True) as client:
        lignes = a_faire_du_jour(
            maison, etats, jour, suivis_rouges(client, jour), masses_a_confirmer(client, jour)
        )
        liens = Liens.vers(client, montrees(lignes))
        _publier(client, A_FAIRE, page_a_faire(lignes, jour, liens.de))
        chiffres, alertes = _chiffres(maison, etats, jour)
        _publier(client, TABLEAU, _page_illustree(chiffres, maison.creancier.couleur, alertes))
    return f"{bilan(lignes)} Encours : {en_euros(chiffres.encours.euros)}."


def suivis_rouges(client: SyncPrefectClient, jour: date) -> Rouges:
    """By creance, why its run failed and since when, never after `jour`: its clock is the machine's."""
    return {
        identifiant(str(run.parameters.get("facture", ""))): (_pourquoi(etat), depuis)
        for run, etat, depuis in _en_etat(client, LES_SUIVIS, StateType.FAILED, StateType.CRASHED, jour=jour)
    }


def masses_a_confirmer(client: SyncPrefectClient, jour: date) -> tuple[AFaire, ...]:
    """The acts on many creances whose preview waits for a person."""
    return tuple(
        AFaire(
            geste=Geste.CONFIRMER,
            urgent=jour - depuis >= PATIENCE,
            depuis=depuis,
            limite=None,
            creance="",
            facture="",
            debiteur="plusieurs créances",
            quoi=etat.name or Geste.CONFIRMER.value,
            suivi=str(run.id),
        )
        for run, etat, depuis in _en_etat(client, LES_MASSES, StateType.PAUSED, jour=jour)
    )


def _en_etat(
    client: SyncPrefectClient, flux: FlowFilter, *types: StateType, jour: date
) -> Iterator[tuple[FlowRun, State[Any], date]]:
    """The runs of that flow that stand in such a state, and since when."""
    filtre = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(types))))
    for run in lire_runs(client, flow_filter=flux, flow_run_filter=filtre):
        assert run.state is not None
        yield run, run.state, min(jour, jour_legal(run.state.timestamp))


def _pourquoi(etat: State[Any]) -> str:
    """The sentence of a red step of ours; what Prefect says of a crash is for engineers."""
    return etat.message if etat.name == "À reprendre" and etat.message else INTERROMPU


@dataclass(frozen=True)
class Liens:
    """Where the UI shows the runs and the forms of some lines; paths of the UI, whatever its address."""

    runs: Mapping[str, str]
    """By creance."""
    formulaires: Mapping[str, str]
    """By name."""

    @classmethod
    def vers(cls, client: SyncPrefectClient, lignes: Sequence[AFaire]) -> Liens:
        """Those that these lines need; what Prefect does not have is left out."""
        noms = {nom for ligne in lignes for nom in FORMULAIRES.get(ligne.geste, ())}
        creances = list(dict.fromkeys(ligne.creance for ligne in lignes))
        return cls(dict(_runs(client, creances)), dict(_formulaires(client, sorted(noms))))

    def de(self, ligne: AFaire, formulaire: str) -> str:
        """The run of that line, or the form of that name filled with its invoice; empty when unknown."""
        if not formulaire:
            run = ligne.suivi or self.runs.get(ligne.creance)
            return f"/runs/flow-run/{run}" if run else ""
        deploiement = self.formulaires.get(formulaire)
        # The page decodes once as an address, and once more by itself.
        rempli = quote(quote(json.dumps(remplissage(ligne, formulaire))))
        return f"/deployments/deployment/{deploiement}/run?parameters={rempli}" if deploiement else ""


def _runs(client: SyncPrefectClient, creances: Sequence[str]) -> Iterable[tuple[str, str]]:
    cles = {cle_de_run(creance): creance for creance in creances}
    for run in lire_par_cle(client, cles):
        yield cles[str(run.idempotency_key)], str(run.id)


def _formulaires(client: SyncPrefectClient, noms: Sequence[str]) -> Iterable[tuple[str, str]]:
    for nom in noms:
        try:
            yield nom, str(client.read_deployment_by_name(f"{nom}/{nom}").id)
        except ObjectNotFound:
            continue


def _chiffres(maison: Outils, etats: Sequence[Etat], jour: date) -> tuple[Tableau, list[str]]:
    """The figures, and what is wrong in the file of the sales, which is then left aside."""
    connues: Ventes | None = None
    alertes: list[str] = []
    try:
        connues = ventes()
    except ConfigurationInvalide as error:
        alertes.append(f"{error} Les ventes de ce fichier ne sont pas comptées.")
    return tableau_du_jour(maison, etats, jour, connues), alertes


def _page_illustree(chiffres: Tableau, couleur: str, alertes: Sequence[str]) -> str:
    ages = [Barre(t.libelle, t.euros, f"{en_euros(t.euros)} ({t.nombre})") for t in chiffres.encours.tranches]
    etapes = [
        Barre(r.libelle, r.taux_nombre, f"{en_taux(r.taux_nombre)} de {r.atteintes}")
        for r in chiffres.recouvrement
    ]
    return page_tableau(
        chiffres,
        ages=_image(barres("Encours par âge, et nombre de factures", ages, couleur))
        if chiffres.encours.nombre
        else "",
        etapes=_image(barres("Factures payées à chaque étape", etapes, couleur)) if etapes else "",
        alertes=alertes,
    )


def _image(svg: bytes) -> str:
    """The image inside the page itself: nothing else has to serve it."""
    return f"data:image/svg+xml;base64,{b64encode(svg).decode()}"


def _publier(client: SyncPrefectClient, cle: str, markdown: str) -> None:
    """Write the artifact unless its last version says the same: a round each hour would pile them up."""
    derniers = client.read_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=[cle])),
        sort=ArtifactSort.CREATED_DESC,
        limit=1,
    )
    if not derniers or derniers[0].data != markdown:
        create_markdown_artifact(key=cle, markdown=markdown)
