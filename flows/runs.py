"""The flow runs of the creances: created once each, woken by faits, mended when lost."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.exceptions import ObjectNotFound
from prefect.states import Cancelled, Completed, Scheduled

from dossier.core.errors import DossierError
from dossier.core.etat import Etat
from dossier.core.groupes import membres
from dossier.services.creances import lire_etat
from dossier.services.outils import Outils
from flows.affichage import etiquettes, nom_de_run
from flows.durable_wait import cle_de_run, rendre_du, reveiller, run_courant, run_de
from flows.pages import lire_par_cle, lire_runs
from flows.soins import VIVANTS, Cas, Mal, Regard, diagnostic, inconnus, par_creance
from flows.wiring import settings

DEPLOIEMENT = "suivi-facture/suivi-facture"
LES_SUIVIS = FlowFilter(name=FlowFilterName(any_=["suivi-facture"]))
NON_ACHEVES = FlowRunFilter(
    state=FlowRunFilterState(type=FlowRunFilterStateType(not_any_=[StateType.COMPLETED]))
)
ECARTES = {
    Mal.DOUBLON: ("Doublon", "Cette facture est suivie par une autre ligne, qui continue seule."),
    Mal.INCONNU: ("Facture inconnue", "Aucune facture suivie ne porte ce numéro."),
}
"""Name and message of the runs that the round takes away."""


class Ronde(NamedTuple):
    """What mending the runs did."""

    ouvertes: int
    soignes: tuple[Cas, ...]
    pannes: tuple[str, ...]
    """French sentences: the creances that could not be judged, and why."""

    @property
    def creees(self) -> int:
        """Runs that Prefect had lost."""
        return sum(cas.mal is Mal.PERDU for cas in self.soignes)


def lancer(client: SyncPrefectClient, etat: Etat) -> FlowRun:
    """The run of that creance, created if Prefect does not have it (idempotency key: one run each)."""
    return client.create_flow_run_from_deployment(
        _deploiement(client).id,
        parameters={"facture": etat.facture.numero},
        state=Scheduled(),
        name=nom_de_run(etat),
        tags=etiquettes(etat, "ouverture"),
        idempotency_key=cle_de_run(etat.creance),
    )


def _deploiement(client: SyncPrefectClient) -> DeploymentResponse:
    try:
        return client.read_deployment_by_name(DEPLOIEMENT)
    except ObjectNotFound:
        raise DossierError(
            "Le service n'a pas encore enregistré ses flux dans Prefect : lancez `dossier service`."
        ) from None


def doublon(outils: Outils, creance: str) -> State[None] | None:
    """The end of the current run when it is not the one of that creance: made by hand, by « Quick run ».

    It leaves the work to the one with the key, which is created, or made due if it does not live. None when
    it is the one. Raises DonneeInvalide when the creance is unknown.
    """
    if run_courant().idempotency_key == cle_de_run(creance):
        return None
    with get_client(sync_client=True) as client:
        mene = run_de(client, creance)
        if mene is None:
            mene = lancer(client, lire_etat(outils, creance))
        elif mene.state_type not in VIVANTS:
            rendre_du(client, mene.id, "Reprise à la demande")
    return Completed(name="Doublon", message=f"Cette facture est suivie par la ligne « {mene.name} ».")


def signaler(outils: Outils, *creances: str) -> None:
    """Wake the runs of these creances after faits were recorded, and those with which they share a document.

    A missing run is made by the next round.
    """
    concernees = dict.fromkeys(m for creance in creances for m in membres(lire_etat(outils, creance)))
    with get_client(sync_client=True) as client:
        reveiller(client, concernees)


def signaler_le_debiteur(outils: Outils, creance: str) -> None:
    """Wake the runs of all that the debtor of that creance owes."""
    debiteur = lire_etat(outils, creance).debiteur
    with get_client(sync_client=True) as client:
        reveiller(client, [ouverture.creance for ouverture in outils.journal.creances(debiteur)])


def retablir(outils: Outils, etats: Sequence[Etat], *, retards: bool = False) -> Ronde:
    """Give every open creance its one live run, and take away the others; what was mended, and why.

    `etats`: the readable creances, just read. `retards`: whether a due run that nobody takes is ill. Prefect
    is listed by pages; what has no run there is asked for by key, many at once.
    """
    ouvertes = [etat.creance for etat in etats if etat.fin is None]
    with get_client(sync_client=True) as client:
        suivis = list(lire_runs(client, flow_filter=LES_SUIVIS, flow_run_filter=NON_ACHEVES))
        cles = {run.idempotency_key for run in suivis}
        sans_suivi = [cle for creance in ouvertes if (cle := cle_de_run(creance)) not in cles]
        groupes = par_creance([*suivis, *lire_par_cle(client, sans_suivi)])
        # Read after the runs: a creance opened meanwhile is known, and has its run.
        connues = frozenset(ouverture.creance for ouverture in outils.journal.creances())
        regard = Regard(outils, datetime.now(UTC), retards and _places_libres(client))  # noqa: TID251 - Prefect's clock
        cas, pannes = _diagnostics(regard, etats, groupes)
        soignes = [c for c in (*inconnus(groupes, connues), *cas) if _soigner(outils, client, c)]
    return Ronde(len(ouvertes), tuple(soignes), pannes)


def _places_libres(client: SyncPrefectClient) -> bool:
    """Whether the suivis could be taken: their queue is not paused, and a thread at least is idle."""
    deploiement = _deploiement(client)
    assert deploiement.work_queue_name is not None
    file = client.read_work_queue_by_name(
        deploiement.work_queue_name, work_pool_name=deploiement.work_pool_name
    )
    en_cours = FlowRunFilterStateType(any_=[StateType.PENDING, StateType.RUNNING])
    pris = client.read_flow_runs(
        flow_filter=LES_SUIVIS,
        flow_run_filter=FlowRunFilter(state=FlowRunFilterState(type=en_cours)),
        limit=settings().threads,
    )
    return not file.is_paused and len(pris) < settings().threads


def _diagnostics(
    regard: Regard, etats: Iterable[Etat], groupes: Mapping[str, list[FlowRun]]
) -> tuple[list[Cas], tuple[str, ...]]:
    cas: list[Cas] = []
    pannes: list[str] = []
    for etat in etats:
        try:
            cas += diagnostic(regard, etat, groupes.get(etat.creance, ()))
        except DossierError as error:
            pannes.append(f"{etat.facture.numero} : {error}")
    return cas, tuple(pannes)


def _soigner(outils: Outils, client: SyncPrefectClient, cas: Cas) -> bool:
    """Apply the cure; False when the creance or its run moved since they were looked at."""
    if cas.etat is not None and outils.journal.dernier(cas.etat.creance) != cas.etat.numero:
        return False
    if cas.run is None:
        assert cas.etat is not None
        lancer(client, cas.etat)
        return True
    with suppress(ObjectNotFound):
        actuel = client.read_flow_run(cas.run.id).state
        if actuel is None or cas.run.state is None or actuel.id != cas.run.state.id:
            return False
        _remettre(client, cas, cas.run)
        return True
    return False


def _remettre(client: SyncPrefectClient, cas: Cas, run: FlowRun) -> None:
    if cas.mal in ECARTES:
        nom, message = ECARTES[cas.mal]
        client.set_flow_run_state(run.id, Cancelled(name=nom, message=message), force=True)
    elif cas.etat is not None and run.work_queue_id != _deploiement(client).work_queue_id:
        # Its queue was deleted: nobody would ever take it.
        client.delete_flow_run(run.id)
        lancer(client, cas.etat)
    else:
        rendre_du(client, run.id, "Reprise par la ronde")
