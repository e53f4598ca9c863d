"""The round on a real server: whatever was done to the runs, every open creance has one, and only one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey, FlowFilter, FlowFilterName
from prefect.client.schemas.objects import FlowRun, State
from prefect.states import Cancelled, Completed, Crashed, Failed, Paused, Scheduled

from dossier.services.creances import etats_lisibles
from dossier.services.saisies import abandonner
from flows import wiring
from flows.calendrier import prevoir
from flows.durable_wait import rendre_du
from flows.imports import demarrer
from flows.lecteurs import importer_chemins
from flows.runs import DEPLOIEMENT, Ronde, retablir
from flows.service import CHAQUE_HEURE, enregistrer
from flows.settings import RACINE
from flows.soins import Mal
from tests.flows.maison import Maison, attendre

FACTURES = [f"FA-2026-010{rang}" for rang in range(1, 7)]
LOIN = timedelta(days=700)


@pytest.fixture
def garees(maison: Maison) -> Maison:
    """Six creances whose runs are parked as the flow would, and no worker to disturb them."""
    asyncio.run(enregistrer())
    chemins = [RACINE / "exemples" / "factures" / f"{facture}.pdf" for facture in FACTURES]
    demarrer(wiring.outils(), importer_chemins(wiring.outils(), chemins, "standard", auteur="essai"))
    for facture in FACTURES:
        mettre(maison, maison.run(facture).id, Scheduled(scheduled_time=dans(timedelta(hours=1))))
    return maison


def dans(delai: timedelta) -> datetime:
    return datetime.now(UTC) + delai  # noqa: TID251 - Prefect's own clock


def mettre(maison: Maison, run: UUID, etat: State[Any]) -> None:
    maison.client.set_flow_run_state(run, etat, force=True)


def a_la_main(maison: Maison, facture: str, etat: State[Any]) -> FlowRun:
    """What « Quick run » makes: a run without our key."""
    deploiement = maison.client.read_deployment_by_name(DEPLOIEMENT)
    run = maison.client.create_flow_run_from_deployment(deploiement.id, parameters={"facture": facture})
    mettre(maison, run.id, etat)
    return run


def soigner() -> Ronde:
    return retablir(wiring.outils(), tuple(etats_lisibles(wiring.outils())), retards=True)


def test_la_ronde_est_prevue_a_la_prochaine_heure_une_seule_fois(maison: Maison) -> None:
    asyncio.run(enregistrer())
    minuit_passe = datetime(2026, 6, 3, 22, 30, tzinfo=UTC)

    async def prevoir_deux_fois() -> None:
        async with get_client() as client:
            for _ in range(2):
                await prevoir(client, {"ronde": CHAQUE_HEURE, "avertir": "0 8 * * *"}, minuit_passe)

    asyncio.run(prevoir_deux_fois())
    prevues = [run.next_scheduled_start_time for run in runs_de(maison, "ronde")]
    assert prevues == [datetime(2026, 6, 3, 23, 0, tzinfo=UTC)]
    huit_heures_a_paris = [run.next_scheduled_start_time for run in runs_de(maison, "avertir")]
    assert huit_heures_a_paris == [datetime(2026, 6, 4, 6, 0, tzinfo=UTC)]


def test_le_service_prevoit_la_ronde_de_lui_meme(maison: Maison) -> None:
    maison.lancer()
    attendre(lambda: bool(runs_de(maison, "ronde")))


def runs_de(maison: Maison, flow: str) -> list[FlowRun]:
    return maison.client.read_flow_runs(flow_filter=FlowFilter(name=FlowFilterName(any_=[flow])))


def test_la_ronde_repare_tout_ce_qu_on_fait_aux_suivis(garees: Maison) -> None:
    maison = garees
    assert soigner() == Ronde(6, (), ())
    supprimee, interrompue, annulee, terminee, endormie, rouge = FACTURES
    avant = {facture: maison.run(facture).id for facture in FACTURES}
    maison.client.delete_flow_run(avant[supprimee])
    mettre(maison, avant[interrompue], Crashed())
    mettre(maison, avant[annulee], Cancelled())
    mettre(maison, avant[terminee], Completed())
    mettre(maison, avant[endormie], Scheduled(scheduled_time=dans(LOIN)))
    mettre(maison, avant[rouge], Failed(name="À reprendre", message="Serveur de courrier absent."))
    double = a_la_main(maison, rouge, Scheduled(scheduled_time=dans(LOIN)))
    inconnu = a_la_main(maison, "FA-INCONNUE", Failed(name="À reprendre"))

    soins = soigner()

    assert {(cas.facture, cas.mal) for cas in soins.soignes} == {
        (supprimee, Mal.PERDU),
        (interrompue, Mal.INTERROMPU),
        (annulee, Mal.ANNULE),
        (terminee, Mal.TERMINE),
        (endormie, Mal.ENDORMI),
        (rouge, Mal.DOUBLON),
        ("FA-INCONNUE", Mal.INCONNU),
    }
    for facture in FACTURES[:5]:
        etat = maison.etat_de_run(facture)
        assert etat.is_scheduled()
        assert etat.state_details.scheduled_time <= dans(timedelta(0))
    assert maison.run(supprimee).id != avant[supprimee]
    assert [maison.run(f).id for f in FACTURES[1:]] == [avant[f] for f in FACTURES[1:]]
    assert maison.etat_de_run(rouge).name == "À reprendre"
    assert _nom(maison, double.id) == ("CANCELLED", "Doublon")
    assert _nom(maison, inconnu.id) == ("CANCELLED", "Facture inconnue")
    assert soigner() == Ronde(6, (), ())

    abandonner(wiring.outils(), rouge, "insolvable", auteur="essai")
    mettre(maison, avant[endormie], Paused(name="À appeler", reschedule=True))
    mettre(maison, avant[annulee], Scheduled(scheduled_time=dans(-timedelta(hours=2))))
    assert {(cas.facture, cas.mal) for cas in soigner().soignes} == {
        (rouge, Mal.SURVIVANT),
        (endormie, Mal.QUESTION),
        (annulee, Mal.EN_RETARD),
    }
    assert maison.etat_de_run(rouge).is_scheduled()


def _nom(maison: Maison, run: UUID) -> tuple[str, str]:
    etat = maison.client.read_flow_run(run).state
    assert etat is not None
    return etat.type.value, etat.name or ""


def test_une_file_pleine_ou_en_pause_n_est_pas_un_retard(garees: Maison) -> None:
    maison = garees
    hier = Scheduled(scheduled_time=dans(-timedelta(hours=20)))
    mettre(maison, maison.run(FACTURES[0]).id, hier)
    file = maison.client.read_work_queue_by_name("suivis", work_pool_name="dossier")
    maison.client.update_work_queue(file.id, is_paused=True)
    assert soigner().soignes == ()
    maison.client.update_work_queue(file.id, is_paused=False)
    assert [cas.mal for cas in soigner().soignes] == [Mal.EN_RETARD]


def test_un_suivi_dont_la_file_fut_supprimee_est_recree_dans_la_bonne(garees: Maison) -> None:
    maison = garees
    file = maison.client.read_work_queue_by_name("suivis", work_pool_name="dossier")
    maison.client.delete_work_queue_by_id(file.id)
    asyncio.run(enregistrer())
    nouvelle = maison.client.read_work_queue_by_name("suivis", work_pool_name="dossier")
    assert maison.run(FACTURES[0]).work_queue_id != nouvelle.id
    for facture in FACTURES:
        mettre(maison, maison.run(facture).id, Scheduled(scheduled_time=dans(-timedelta(hours=2))))
    assert {cas.mal for cas in soigner().soignes} == {Mal.EN_RETARD}
    assert {maison.run(facture).work_queue_id for facture in FACTURES} == {nouvelle.id}


def test_la_ronde_du_service_dit_ce_qu_elle_a_repare(maison: Maison) -> None:
    maison.lancer()
    chemins = [str(RACINE / "exemples" / "factures" / f"{facture}.pdf") for facture in FACTURES[:2]]
    assert maison.formulaire("importer-des-factures", fichiers=chemins).is_completed()
    for facture in FACTURES[:2]:
        attendre(lambda f=facture: "Prévenance" in (maison.etat_de_run(f).name or ""))  # type: ignore[misc]
    assert maison.formulaire("ronde").name == "Fait"
    maison.client.delete_flow_run(maison.run(FACTURES[0]).id)
    ronde = maison.formulaire("ronde")
    assert ronde.name == "Fait, 1 suivi réparé"
    assert f"Suivis réparés : {FACTURES[0]} (recréé)." in (ronde.message or "")
    attendre(lambda: "Prévenance" in (maison.etat_de_run(FACTURES[0]).name or ""))
    (page,) = maison.client.read_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["ronde"])), limit=1
    )
    assert f"| {FACTURES[0]} | suivi absent de Prefect : supprimé, ou jamais créé | recréé |" in str(
        page.data
    )
    rendre_du(maison.client, maison.run(FACTURES[0]).id, "Essai")
    attendre(lambda: "Prévenance" in (maison.etat_de_run(FACTURES[0]).name or ""))
    assert len(maison.contenus(FACTURES[0])) == 1


def test_un_quick_run_finit_en_doublon_et_remet_le_vrai_suivi_en_route(maison: Maison) -> None:
    maison.lancer()
    facture = FACTURES[0]
    chemin = str(RACINE / "exemples" / "factures" / f"{facture}.pdf")
    assert maison.formulaire("importer-des-factures", fichiers=[chemin]).is_completed()
    attendre(lambda: "Prévenance" in (maison.etat_de_run(facture).name or ""))
    gare = maison.etat_de_run(facture).id
    doublon = maison.formulaire("suivi-facture", facture=facture)
    assert doublon.name == "Doublon"
    assert f"suivie par la ligne « {maison.run(facture).name} »" in (doublon.message or "")
    assert maison.etat_de_run(facture).id == gare
    mettre(maison, maison.run(facture).id, Cancelled())
    assert maison.formulaire("suivi-facture", facture=facture).name == "Doublon"
    attendre(lambda: "Prévenance" in (maison.etat_de_run(facture).name or ""))
    maison.client.delete_flow_run(maison.run(facture).id)
    assert maison.formulaire("suivi-facture", facture=facture).name == "Doublon"
    attendre(lambda: "Prévenance" in (maison.etat_de_run(facture).name or ""))
    assert len(maison.contenus(facture)) == 1
    assert maison.formulaire("suivi-facture", facture="FA-INCONNUE").name == "À reprendre"
