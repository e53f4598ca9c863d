"""What is ill among the runs and what is not, with the journal alone: both sides of each limit."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import FlowRun, State, StateType

from dossier.core.dates import debut_du_jour
from dossier.core.decision import Attendre, DemanderApprobation
from dossier.core.faits import ProcedureSuspendue
from dossier.services import saisies
from dossier.services.creances import consigner
from flows.alertes import nombre_de_rappels, questions_ouvertes
from flows.durable_wait import cle_de_run
from flows.soins import UNE_HEURE, Mal, Regard, diagnostic, inconnus, par_creance
from tests.core.vie import facture
from tests.services.atelier import DEBUT, UN_JOUR, Atelier

UNE_MINUTE = timedelta(minutes=1)


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(facture(), source=None)
    return neuf


def run(genre: StateType, prevu: datetime | None = None, cle: str | None = "FA-1", **champs: Any) -> FlowRun:
    return FlowRun(
        flow_id=uuid4(),
        parameters={"facture": "FA-1"},
        idempotency_key=cle and cle_de_run(cle),
        state=State[Any](type=genre),
        state_type=genre,
        next_scheduled_start_time=prevu,
        **champs,
    )


def maux(
    atelier: Atelier, *runs: FlowRun, retards: bool = False, apres: timedelta = timedelta(0)
) -> list[Mal]:
    regard = Regard(atelier.outils, atelier.clock.now() + apres, retards)
    return [cas.mal for cas in diagnostic(regard, atelier.etat(), runs)]


def date_du_journal(atelier: Atelier) -> datetime:
    action = atelier.action()
    assert isinstance(action, Attendre)
    return debut_du_jour(action.jusqu_a)


def test_un_suivi_gare_a_la_date_du_journal_est_sain(atelier: Atelier) -> None:
    assert maux(atelier, run(StateType.SCHEDULED, date_du_journal(atelier))) == []


@pytest.mark.parametrize(("ecart", "attendu"), [(UNE_HEURE, []), (UNE_HEURE + UNE_MINUTE, [Mal.ENDORMI])])
def test_un_suivi_gare_apres_la_date_du_journal_est_reveille(
    atelier: Atelier, ecart: timedelta, attendu: list[Mal]
) -> None:
    assert maux(atelier, run(StateType.SCHEDULED, date_du_journal(atelier) + ecart)) == attendu


def test_une_etape_du_jour_ne_part_pas_avant_huit_heures(atelier: Atelier) -> None:
    """At midnight the journal already says « today »: the run parked until eight is well."""
    huit_heures = date_du_journal(atelier)
    atelier.clock.instant = huit_heures - timedelta(hours=7)
    assert not isinstance(atelier.action(), Attendre)
    assert maux(atelier, run(StateType.SCHEDULED, huit_heures)) == []
    assert maux(atelier, run(StateType.SCHEDULED, huit_heures + timedelta(days=1))) == [Mal.ENDORMI]


@pytest.mark.parametrize(("retard", "attendu"), [(UNE_HEURE, []), (UNE_HEURE + UNE_MINUTE, [Mal.EN_RETARD])])
def test_un_suivi_du_que_personne_ne_prend_est_en_retard_apres_une_heure(
    atelier: Atelier, retard: timedelta, attendu: list[Mal]
) -> None:
    du = run(StateType.SCHEDULED, atelier.clock.now())
    assert maux(atelier, du, retards=True, apres=retard) == attendu
    assert maux(atelier, du, retards=False, apres=retard) == []


@pytest.mark.parametrize(
    ("genre", "mal"),
    [
        (StateType.CRASHED, Mal.INTERROMPU),
        (StateType.CANCELLED, Mal.ANNULE),
        (StateType.COMPLETED, Mal.TERMINE),
        (StateType.PAUSED, Mal.QUESTION),
    ],
)
def test_une_creance_ouverte_reprend_son_suivi_arrete(atelier: Atelier, genre: StateType, mal: Mal) -> None:
    assert maux(atelier, run(genre)) == [mal]


@pytest.mark.parametrize(
    "genre", [StateType.FAILED, StateType.PENDING, StateType.RUNNING, StateType.CANCELLING]
)
def test_un_suivi_rouge_attend_une_personne_et_un_suivi_en_main_un_ouvrier(
    atelier: Atelier, genre: StateType
) -> None:
    assert maux(atelier, run(genre)) == []


def test_un_suivi_absent_est_recree(atelier: Atelier) -> None:
    (cas,) = diagnostic(Regard(atelier.outils, atelier.clock.now()), atelier.etat(), [])
    assert (cas.mal, cas.run, cas.mal.remede) == (Mal.PERDU, None, "recréé")


def test_annule_pendant_une_suspension_il_le_reste_et_revient_apres(atelier: Atelier) -> None:
    jusqu_au = DEBUT + 10 * UN_JOUR
    fait = ProcedureSuspendue(motif="congés", jour=DEBUT, jusqu_au=jusqu_au, par="Anne")
    consigner(atelier.outils, "FA-1", lambda _: [fait], auteur="essai")
    assert maux(atelier, run(StateType.CANCELLED)) == []
    assert maux(atelier, run(StateType.CRASHED)) == [Mal.INTERROMPU]
    atelier.clock.regler(jusqu_au)
    assert maux(atelier, run(StateType.CANCELLED)) == [Mal.ANNULE]


def test_la_question_que_le_journal_pose_reste_ouverte(atelier: Atelier) -> None:
    while not isinstance(atelier.agir(), DemanderApprobation):
        atelier._un_jour("FA-1", None)
        atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    assert maux(atelier, run(StateType.PAUSED)) == []
    atelier.payer("10")
    assert maux(atelier, run(StateType.PAUSED)) == [Mal.QUESTION]


def test_le_suivi_d_une_creance_close_est_remis_en_route_pour_finir(atelier: Atelier) -> None:
    saisies.abandonner(atelier.outils, "FA-1", "insolvable", auteur="essai")
    tard = atelier.clock.now() + timedelta(days=3)
    assert maux(atelier, run(StateType.SCHEDULED, tard)) == [Mal.SURVIVANT]
    assert maux(atelier, run(StateType.PAUSED)) == maux(atelier, run(StateType.FAILED)) == [Mal.SURVIVANT]
    assert maux(atelier, run(StateType.SCHEDULED, atelier.clock.now())) == []
    assert maux(atelier, run(StateType.CANCELLED)) == maux(atelier) == []


def test_un_second_suivi_est_ecarte_et_celui_de_la_cle_reste(atelier: Atelier) -> None:
    bon = run(StateType.SCHEDULED, date_du_journal(atelier))
    autre = run(StateType.SCHEDULED, date_du_journal(atelier), cle=None)
    regard = Regard(atelier.outils, atelier.clock.now())
    (cas,) = diagnostic(regard, atelier.etat(), [autre, bon])
    assert (cas.mal, cas.run, cas.mal.remede) == (Mal.DOUBLON, autre, "annulé")
    assert maux(atelier, autre) == [Mal.DOUBLON, Mal.PERDU]
    assert maux(atelier, bon, run(StateType.RUNNING, cle=None)) == []
    assert maux(atelier, bon, run(StateType.COMPLETED, cle=None)) == []


def test_un_suivi_liste_deux_fois_n_est_pas_son_propre_doublon(atelier: Atelier) -> None:
    bon = run(StateType.SCHEDULED, date_du_journal(atelier))
    groupes = par_creance([bon, bon.model_copy()])
    assert [len(runs) for runs in groupes.values()] == [1]


def test_une_facture_inconnue_est_ecartee_mais_pas_celle_d_un_journal_illisible() -> None:
    groupes = par_creance([run(StateType.FAILED), run(StateType.CANCELLED), run(StateType.RUNNING)])
    assert [cas.mal for cas in inconnus(groupes, frozenset())] == [Mal.INCONNU]
    assert inconnus(groupes, frozenset({"FA-1"})) == []


@pytest.mark.parametrize(("jours", "rappels"), [(0, 0), (2, 0), (3, 1), (9, 1), (10, 2), (16, 2), (17, 3)])
def test_une_question_se_rappelle_au_bout_de_trois_jours_puis_chaque_semaine(
    jours: int, rappels: int
) -> None:
    assert nombre_de_rappels(DEBUT, DEBUT + jours * UN_JOUR) == rappels


def test_une_question_reposee_dans_les_memes_termes_garde_sa_date(atelier: Atelier) -> None:
    from dossier.core.faits import QuestionPosee, ResultatAppel

    def poser(cle: str) -> None:
        consigner(
            atelier.outils, "FA-1", lambda _: [QuestionPosee(etape="appel", question=cle)], auteur="essai"
        )

    poser("appel-aaaa")
    atelier.clock.regler(DEBUT + 2 * UN_JOUR)
    poser("appel-bbbb")
    assert questions_ouvertes(atelier.journal.lire("FA-1")) == {"appel": DEBUT}
    poser("adresse--x-cccc")
    assert questions_ouvertes(atelier.journal.lire("FA-1")) == {"appel": DEBUT + 2 * UN_JOUR}
    saisies.appel(atelier.outils, "FA-1", ResultatAppel.INJOIGNABLE, "Anne", auteur="essai", etape="appel")
    assert questions_ouvertes(atelier.journal.lire("FA-1")) == {}
