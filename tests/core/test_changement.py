"""Another scenario half-way: what is refused, what is never gone back to, what is written anew."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest

from dossier.adapters.config_yaml import charger
from dossier.core.changement import a_reprendre, etapes_franchies, refus_de_changer
from dossier.core.creance import Adresse, Genre
from dossier.core.decision import Attendre, DemanderApprobation, Envoyer
from dossier.core.faits import Canal, EnvoiRetire, IssuePli
from dossier.core.scenario import Etape, GenreEtape, Scenario
from tests.core.droit.loi import CONFIG
from tests.core.vie import Vie, debiteur, facture, standard

AILLEURS = Adresse(lignes=("1 rue du Vide",), code_postal="1000", ville="Ailleurs", pays="BE")


@cache
def livre(nom: str) -> Scenario:
    return charger(CONFIG / "scenarios" / f"{nom}.yaml", Scenario)


def avec_demeure(**champs: object) -> Scenario:
    *avant, demeure, dossier = standard().etapes
    return standard().model_copy(
        update={"nom": "autre", "etapes": (*avant, demeure.model_copy(update=champs), dossier)}
    )


def noms(etapes: tuple[Etape, ...]) -> list[str]:
    return [etape.nom for etape in etapes]


# Which scenario fits which debtor


def test_un_scenario_en_francais_convient_a_tout_debiteur_de_france() -> None:
    for nom in ("standard", "grand-compte", "particulier"):
        assert refus_de_changer(Vie().etat, standard(), livre(nom)) is None


def test_un_debiteur_de_france_ne_suit_pas_un_scenario_en_anglais() -> None:
    motif = refus_de_changer(Vie().etat, standard(), livre("export"))
    assert motif is not None
    assert "établi en France" in motif


def test_un_debiteur_a_l_etranger_ne_suit_qu_un_scenario_fait_pour_lui() -> None:
    vie = Vie(la_facture=facture(debiteur=debiteur(siren=None, adresse=AILLEURS)), scenario=livre("export"))
    motif = refus_de_changer(vie.etat, livre("export"), standard())
    assert motif is not None
    assert "hors de France" in motif
    etranger = standard().model_copy(update={"etranger": True})
    assert refus_de_changer(vie.etat, livre("export"), etranger) is None


def test_un_consommateur_a_l_etranger_est_pour_un_conseil() -> None:
    qui = debiteur(siren=None, adresse=AILLEURS, genre=Genre.PARTICULIER)
    vie = Vie(la_facture=facture(debiteur=qui), scenario=livre("export"))
    motif = refus_de_changer(vie.etat, livre("export"), livre("export"))
    assert motif is not None
    assert "conseil" in motif


# What is printed already


@pytest.mark.parametrize("postee", [False, True])
def test_une_mise_en_demeure_imprimee_garde_son_nom_et_son_delai(postee: bool) -> None:
    vie = Vie().a_l_approbation()
    plus_long, autre_nom = avec_demeure(delai_de_paiement=30), avec_demeure(nom="sommation")
    for nouveau in (plus_long, autre_nom):
        assert refus_de_changer(vie.etat, standard(), nouveau) is None, "pas encore imprimée"
    vie.repondre().agir()
    if postee:
        vie.deposer("1A00000000002")
    for nouveau, dit in (
        (plus_long, "elle accorde 15 jours, ce scénario en compterait 30"),
        (autre_nom, "sommation"),
    ):
        motif = refus_de_changer(vie.etat, standard(), nouveau)
        assert motif is not None
        assert dit in motif
    assert refus_de_changer(vie.etat, standard(), livre("grand-compte")) is None


def test_une_mise_en_demeure_retiree_n_engage_plus() -> None:
    vie = Vie().a_l_approbation().repondre()
    vie.agir()
    vie.retirer()
    assert refus_de_changer(vie.etat, standard(), avec_demeure(delai_de_paiement=30)) is None


def test_une_lettre_tentee_est_peut_etre_chez_le_transporteur() -> None:
    vie = Vie().a_l_approbation().repondre()
    assert isinstance(vie.action, Envoyer)
    vie.tenter()
    assert refus_de_changer(vie.etat, standard(), avec_demeure(delai_de_paiement=30)) is not None
    assert a_reprendre(vie.etat) == ()


def test_un_recommande_imprime_d_une_etape_absente_est_poste_ou_retire_d_abord() -> None:
    vie = Vie().a_l_avant_contentieux()
    motif = refus_de_changer(vie.etat, standard(), livre("particulier"))
    assert motif is not None
    assert "« Dernier rappel avant contentieux »" in motif
    assert refus_de_changer(vie.etat, standard(), livre("grand-compte")) is None
    assert (
        refus_de_changer(Vie().a_l_avant_contentieux().deposer().etat, standard(), livre("particulier"))
        is None
    )


# What is never gone back to


def test_rien_n_est_saute_tant_que_rien_n_est_fait() -> None:
    assert etapes_franchies(Vie().etat, standard(), livre("grand-compte")) == ()


@pytest.mark.parametrize(
    ("jusqu_au", "nouveau", "sautees"),
    [
        (date(2026, 6, 11), "grand-compte", []),
        (date(2026, 6, 19), "grand-compte", ["appel"]),
        (date(2026, 6, 19), "particulier", []),
    ],
)
def test_les_etapes_d_avant_la_plus_avancee_sont_sautees(
    jusqu_au: date, nouveau: str, sautees: list[str]
) -> None:
    vie = Vie()
    vie.aller(jusqu_au)
    assert noms(etapes_franchies(vie.etat, standard(), livre(nouveau))) == sautees


def test_une_etape_a_moitie_partie_n_est_pas_sautee() -> None:
    vie = Vie()
    vie.aller(date(2026, 6, 18))
    vie.jour = date(2026, 6, 19)
    while not vie.etat.envois_de("relance-2") or vie.etat.envois_de("relance-2")[0].depart is None:
        contenu = vie._acte(vie.action)
        assert contenu is not None
        vie.noter(contenu)
    assert noms(etapes_franchies(vie.etat, standard(), livre("grand-compte"))) == ["appel"]
    vie.suivre_le_scenario(livre("grand-compte"))
    vie.agir()
    assert vie.partis()[-2:] == ["Relance 2 (courriel)", "Relance 2 (lettre simple)"]


def test_une_etape_faite_par_d_autres_canaux_n_est_pas_refaite() -> None:
    vie = Vie()
    vie.aller(date(2026, 6, 11))
    etapes = tuple(
        e.model_copy(update={"canaux": (Canal.EMAIL, Canal.COURRIER)}) if e.nom == "relance-1" else e
        for e in standard().etapes
    )
    autre = standard().model_copy(update={"nom": "autre", "etapes": etapes})
    assert noms(etapes_franchies(vie.etat, standard(), autre)) == ["relance-1"]
    vie.suivre_le_scenario(autre)
    action = vie.agir()
    assert isinstance(action, Attendre)
    assert action.libelle == "Relance 2 le 19/06/2026"


def test_revenu_au_premier_scenario_ce_qui_y_etait_fait_le_reste() -> None:
    vie = Vie().a_l_appel().appeler()
    vie.aller(date(2026, 7, 1))
    vie.suivre_le_scenario(livre("particulier"))
    vie.suivre_le_scenario(standard())
    action = vie.agir()
    assert isinstance(action, Attendre)
    assert action.libelle == "Dernier rappel avant contentieux le 11/07/2026"


def test_une_mise_en_demeure_a_refaire_n_est_pas_sautee_mais_rien_n_est_repris_avant_elle() -> None:
    vie = Vie().a_la_poste()
    vie.aller(date(2026, 8, 6))
    vie.recevoir(IssuePli.NPAI)
    vie.trouver(Adresse(lignes=("9 rue Neuve",), code_postal="69002", ville="Lyon"))
    assert noms(etapes_franchies(vie.etat, standard(), livre("grand-compte"))) == [
        "relance-officielle",
        "avis-de-penalites",
    ]
    vie.suivre_le_scenario(livre("grand-compte"))
    assert isinstance(vie.agir(), DemanderApprobation)


def test_le_delai_de_ce_qui_suit_part_de_la_derniere_etape_faite_pas_du_changement() -> None:
    vie = Vie()
    vie.aller(date(2026, 6, 19))
    vie.aller(date(2026, 6, 22))
    vie.suivre_le_scenario(livre("grand-compte"))
    action = vie.agir()
    assert isinstance(action, Attendre)
    assert action.jusqu_a == date(2026, 6, 19) + timedelta(days=15)


# What is written anew


def test_un_document_pas_encore_imprime_est_repris_et_refait() -> None:
    vie = Vie().a_l_approbation()
    (reprise,) = a_reprendre(vie.etat)
    assert reprise.prepare.etape == "mise-en-demeure"
    vie.suivre_le_scenario(livre("grand-compte"))
    assert any(isinstance(fait.contenu, EnvoiRetire) for fait in vie.faits)
    assert vie.etat.questions == {}
    assert isinstance(vie.agir(), DemanderApprobation)
    assert len(vie.etat.envois_de("mise-en-demeure")) == 2


def test_ce_qui_est_imprime_ou_repris_deja_ne_se_reprend_pas() -> None:
    vie = Vie().a_l_avant_contentieux()
    assert a_reprendre(vie.etat) == ()
    vie.retirer()
    assert a_reprendre(vie.etat) == ()


def test_chaque_scenario_livre_a_la_meme_derniere_etape() -> None:
    for nom in ("standard", "grand-compte", "particulier", "export"):
        assert livre(nom).mise_en_demeure.genre is GenreEtape.MISE_EN_DEMEURE
        assert livre(nom).mise_en_demeure.nom == "mise-en-demeure"
