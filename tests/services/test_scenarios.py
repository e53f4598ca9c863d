"""Another scenario through its form: what is recorded, what is refused, and that doing it twice changes nothing."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from dossier.adapters.config_yaml import charger
from dossier.core.decision import Attendre, DemanderApprobation
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import EnvoiRetire, EtapeSautee, ScenarioChange
from dossier.core.scenario import Scenario
from dossier.services import saisies
from dossier.services.assemblage import assembler
from dossier.services.scenarios import changer
from tests.core.droit.loi import CONFIG
from tests.core.vie import facture
from tests.services.atelier import UN_JOUR, Atelier, deux_factures

RELANCE_2 = date(2026, 6, 19)


@cache
def livres() -> dict[str, Scenario]:
    return {f.stem: charger(f, Scenario) for f in (CONFIG / "scenarios").glob("*.yaml")}


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier(scenarios=livres())
    neuf.importer(facture(), source=None)
    return neuf


def vers(atelier: Atelier, scenario: str, creance: str = "FA-1", motif: str = "Groupe coté") -> str:
    return changer(atelier.outils, creance, scenario, motif, "Anne", auteur="essai")


def contenus(atelier: Atelier, genre: type, creance: str = "FA-1") -> list[object]:
    return [f.contenu for f in atelier.journal.lire(creance) if isinstance(f.contenu, genre)]


def test_la_creance_suit_le_nouveau_scenario_et_saute_ce_qui_est_depasse(atelier: Atelier) -> None:
    atelier.aller(RELANCE_2)
    dit = vers(atelier, "Grand-Compte ")
    assert "FA-1 suit désormais le scénario « Grand compte » : Groupe coté." in dit
    assert "Étapes sautées, déjà dépassées : Appel téléphonique." in dit
    (change,) = contenus(atelier, ScenarioChange)
    assert isinstance(change, ScenarioChange)
    assert (change.scenario, change.par) == ("grand-compte", "Anne")
    assert len(contenus(atelier, EtapeSautee)) == 1
    attente = atelier.agir()
    assert isinstance(attente, Attendre)
    assert attente.libelle == "Relance officielle le 04/07/2026"


def test_changer_deux_fois_ne_change_rien_et_le_dit(atelier: Atelier) -> None:
    atelier.aller(RELANCE_2)
    vers(atelier, "grand-compte")
    faits = atelier.journal.lire("FA-1")
    assert "rien n'a changé" in vers(atelier, "grand-compte")
    assert atelier.journal.lire("FA-1") == faits


def test_un_scenario_inconnu_est_refuse_en_nommant_ceux_qui_le_sont(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match=r"« doux ».*export, grand-compte, particulier, standard"):
        vers(atelier, "doux")


def test_un_scenario_qui_ne_convient_pas_est_refuse_et_rien_n_est_ecrit(atelier: Atelier) -> None:
    avant = atelier.journal.lire("FA-1")
    with pytest.raises(
        DonneeInvalide, match="« Export, lettres en anglais » : le débiteur de FA-1 est établi"
    ):
        vers(atelier, "export")
    with pytest.raises(DonneeInvalide, match="le motif du changement"):
        vers(atelier, "grand-compte", motif=" ")
    assert atelier.journal.lire("FA-1") == avant


def test_une_lettre_a_approuver_est_reprise_et_refaite(atelier: Atelier) -> None:
    while not isinstance(atelier.agir(), DemanderApprobation):
        atelier._un_jour("FA-1", None)
        atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    assert "Documents préparés et repris : « Mise en demeure »." in vers(atelier, "grand-compte")
    assert len(contenus(atelier, EnvoiRetire)) == 1
    assert isinstance(atelier.agir(), DemanderApprobation)


def test_une_lettre_commune_est_reprise_des_deux_factures_et_chacune_ecrit_la_sienne() -> None:
    atelier = Atelier(scenarios=livres())
    atelier.importer(*deux_factures())
    while not isinstance(atelier.agir("FA-1"), DemanderApprobation):
        for creance in ("FA-1", "FA-2"):
            atelier._un_jour(creance, None)
        atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    vers(atelier, "grand-compte", "FA-2")
    for creance in ("FA-1", "FA-2"):
        assert len(contenus(atelier, EnvoiRetire, creance)) == 1
        assert isinstance(atelier.agir(creance), DemanderApprobation)
        assert atelier.etat(creance).envois_de("mise-en-demeure")[-1].prepare.groupe == ()


def test_un_dossier_scelle_ou_une_creance_close_ne_change_plus_de_scenario(atelier: Atelier) -> None:
    scelle = Atelier(scenarios=livres())
    scelle.importer(facture())
    scelle.jusqu_au_dossier()
    assembler(scelle.outils, "FA-1", auteur="essai")
    with pytest.raises(DonneeInvalide, match="est scellé"):
        vers(scelle, "grand-compte")
    saisies.abandonner(atelier.outils, "FA-1", "Geste", auteur="essai")
    with pytest.raises(DonneeInvalide, match="est close"):
        vers(atelier, "grand-compte")
