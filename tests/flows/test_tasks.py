"""An act in the Prefect UI: its name in words, and the log that its failure leaves."""

from __future__ import annotations

import logging
from datetime import date

import pytest
from prefect import flow
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId
from prefect.client.schemas.objects import State
from prefect.logging.handlers import APILogHandler
from prefect.states import Failed

from dossier.core.dates import debut_du_jour
from dossier.core.decision import Action, Envoyer, Preparer, decide
from dossier.core.etat import Etat
from dossier.core.importation import Candidate
from dossier.services.avancement import accomplir
from dossier.services.creances import lire_etat, scenario_de
from dossier.services.importation import importer
from flows import wiring
from flows.tasks import EtapeEchouee, agir, nom
from tests.core.vie import Vie, facture
from tests.flows.maison import Maison, attendre


@pytest.mark.parametrize(
    ("etape", "rang", "dit"),
    [
        ("relance-2", 0, "Relance 2 (courriel)"),
        ("relance-2", 1, "Relance 2 (lettre simple)"),
        ("avant-contentieux", 0, "Dernier rappel avant contentieux (lettre recommandée)"),
    ],
)
def test_un_acte_nomme_son_canal_comme_le_bordereau_nomme_les_pieces(etape: str, rang: int, dit: str) -> None:
    vie = Vie().a_l_avant_contentieux()
    envoi = vie.etat.envois_de(etape)[rang]
    a_faire = vie.scenario.etape(etape)
    assert nom(Preparer(a_faire, envoi.prepare.canal, envoi.prepare.cle)) == f"Document : {dit}"
    assert nom(Envoyer(a_faire, envoi)) == f"Envoyer : {dit}"


def a_faire(creance: str) -> tuple[Etat, Action]:
    outils = wiring.outils()
    etat = lire_etat(outils, creance)
    return etat, decide(etat, scenario_de(outils, etat), outils.clock.jour())


@pytest.mark.timeout(120)
def test_le_journal_d_un_envoi_manque_dit_la_panne_en_francais_sans_trace_vide(maison: Maison) -> None:
    importer(wiring.outils(), [Candidate(facture(), "FA-1", None)], scenario="standard", auteur="essai")
    maison.clock.regler(debut_du_jour(date(2026, 5, 27)))
    etat, action = a_faire("FA-1")
    assert isinstance(action, Preparer)
    accomplir(wiring.outils(), etat, action, auteur="essai")
    maison.fermer_courrier()
    etat, action = a_faire("FA-1")
    assert isinstance(action, Envoyer)

    @flow(name="essai-d-un-acte", persist_result=False)
    def essai() -> State[None]:
        with pytest.raises(EtapeEchouee, match="serveur de courrier") as echec:
            agir(etat, action)
        return Failed(message=str(echec.value))

    fin: State[None] = essai(return_state=True)
    assert fin.is_failed()
    lu = journal_de(maison, fin)
    assert "serveur de courrier" in lu
    assert "NoneType: None" not in lu
    assert "Task run failed" not in lu


Leve = tuple[type[BaseException], BaseException, None] | tuple[None, None, None] | None


@pytest.mark.parametrize(
    ("leve", "gardee"),
    [((None, None, None), False), ((ValueError, ValueError("imprévu"), None), True), (None, True)],
    ids=["rien n'est levé", "faute imprévue", "ligne ordinaire"],
)
def test_seule_la_trace_vide_quitte_le_journal_une_faute_imprevue_y_garde_la_sienne(
    leve: Leve, gardee: bool
) -> None:
    ligne = logging.LogRecord("prefect.task_runs", logging.ERROR, "", 0, "Task run failed", None, leve)
    assert bool(logging.getLogger("prefect.task_runs").filter(ligne)) is gardee


def journal_de(maison: Maison, fin: State[None]) -> str:
    """All that the UI shows of that run's log, once its end is in it."""
    APILogHandler().flush()
    filtre = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[fin.state_details.flow_run_id]))

    def lire() -> str:
        return "\n".join(ligne.message for ligne in maison.client.read_logs(filtre, limit=200))

    attendre(lambda: lire().count("Finished in state") == 2)
    return lire()
