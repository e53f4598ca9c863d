from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from dossier.core.creance import Genre
from dossier.core.droit.territoires import territoire
from dossier.core.faits import Canal
from dossier.core.scenario import Condition, Delai, Etape, GenreEtape, Scenario
from tests.core.droit.loi import droit
from tests.core.vie import standard

RELANCE: dict[str, Any] = {
    "nom": "relance",
    "libelle": "Relance",
    "genre": "relance",
    "delai": {"jours": 8, "depuis": "echeance"},
    "canaux": ["email"],
    "courriel": "courriels/relance-1",
}
DEMEURE: dict[str, Any] = {
    "nom": "demeure",
    "libelle": "Mise en demeure",
    "genre": "mise_en_demeure",
    "delai": {"jours": 20, "depuis": "relance"},
    "canaux": ["lrar"],
    "lettre": "courriers/mise-en-demeure",
    "approbation": True,
    "delai_de_paiement": 15,
}
DOSSIER: dict[str, Any] = {"nom": "dossier", "libelle": "Dossier", "genre": "dossier"}


def scenario(*etapes: dict[str, Any]) -> Scenario:
    return Scenario.model_validate({"nom": "essai", "libelle": "Essai", "etapes": etapes})


def test_le_scenario_livre_suit_l_ordre_attendu() -> None:
    assert [etape.nom for etape in standard().etapes] == [
        "prevenance",
        "relance-1",
        "relance-2",
        "appel",
        "relance-3",
        "avant-contentieux",
        "mise-en-demeure",
        "dossier",
    ]
    assert standard().mise_en_demeure.delai_de_paiement == 15
    assert standard().etape("appel").genre is GenreEtape.APPEL
    assert [e.nom for e in standard().jusqu_a("relance-1")] == ["prevenance", "relance-1"]


def test_chaque_etape_a_son_libelle() -> None:
    assert list(standard().libelles) == [etape.nom for etape in standard().etapes]
    assert standard().libelles["prevenance"] == "Prévenance"


def test_le_plus_court_scenario_est_une_mise_en_demeure_et_un_dossier() -> None:
    directe = {**DEMEURE, "delai": {"jours": 1, "depuis": "echeance"}}
    assert scenario(directe, DOSSIER).mise_en_demeure.canaux == (Canal.LRAR,)


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"delai": None}, "n'a pas de délai"),
        ({"canaux": []}, "n'a aucun canal"),
        ({"courriel": None}, "il lui faut un modèle « courriel »"),
        ({"canaux": ["email", "courrier"]}, "il lui faut un modèle « lettre »"),
        ({"genre": "appel"}, "il lui faut un script"),
        ({"nom": "Relance 1"}, "pattern"),
    ],
)
def test_une_etape_incomplete_est_refusee_avec_son_nom(change: dict[str, Any], phrase: str) -> None:
    with pytest.raises(ValidationError, match=phrase):
        Etape.model_validate({**RELANCE, **change})


def test_un_appel_a_un_script_et_pas_de_canal() -> None:
    appel = {**RELANCE, "genre": "appel", "canaux": [], "courriel": None, "script": "appels/appel"}
    assert Etape.model_validate(appel).canaux == ()


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"canaux": ["lrar", "email"], "courriel": "courriels/relance-1"}, "en lettre recommandée"),
        ({"canaux": ["courrier"]}, "en lettre recommandée"),
        ({"delai_de_paiement": None}, "doit donner un délai"),
        ({"approbation": False}, "jamais sans l'accord d'une personne"),
    ],
)
def test_une_mise_en_demeure_part_en_recommande_avec_delai_et_accord(
    change: dict[str, Any], phrase: str
) -> None:
    with pytest.raises(ValidationError, match=phrase):
        Etape.model_validate({**DEMEURE, **change})


@pytest.mark.parametrize(
    ("etapes", "phrase"),
    [
        ((RELANCE, RELANCE, DEMEURE, DOSSIER), "deux étapes portent le nom « relance »"),
        (({**RELANCE, "nom": "echeance"}, DEMEURE, DOSSIER), "deux étapes portent le nom « echeance »"),
        ((DEMEURE, RELANCE, DOSSIER), "qui n'est ni un repère ni une étape qui la précède"),
        ((RELANCE, DOSSIER), "une mise en demeure et une seule"),
        ((RELANCE, DEMEURE, {**DEMEURE, "nom": "autre"}, DOSSIER), "une mise en demeure et une seule"),
        ((RELANCE, DOSSIER, DEMEURE), "finit par la mise en demeure puis le dossier"),
        ((RELANCE, DEMEURE), "finit par la mise en demeure puis le dossier"),
        ((RELANCE, {**DOSSIER, "nom": "avant"}, DEMEURE, DOSSIER), "finit par la mise en demeure"),
    ],
)
def test_un_scenario_mal_ordonne_est_refuse(etapes: tuple[dict[str, Any], ...], phrase: str) -> None:
    with pytest.raises(ValidationError, match=phrase):
        scenario(*etapes)


@pytest.mark.parametrize(("jours", "admis"), [(-61, False), (-60, True), (365, True), (366, False)])
def test_un_delai_va_de_moins_soixante_a_trois_cent_soixante_cinq_jours(jours: int, admis: bool) -> None:
    if admis:
        assert Delai(jours=jours, depuis="echeance").jours == jours
    else:
        with pytest.raises(ValidationError):
            Delai(jours=jours, depuis="echeance")


@pytest.mark.parametrize(
    ("si", "genre", "retard", "montant", "remplie"),
    [
        ({}, Genre.PUBLIC, 0, "0.01", True),
        ({"genre": "particulier"}, Genre.PARTICULIER, 0, "0.01", True),
        ({"genre": "particulier"}, Genre.ENTREPRISE, 0, "0.01", False),
        ({"retard": 30}, Genre.ENTREPRISE, 30, "0.01", True),
        ({"retard": 30}, Genre.ENTREPRISE, 29, "0.01", False),
        ({"montant": "5000"}, Genre.ENTREPRISE, 0, "5000", True),
        ({"montant": "5000"}, Genre.ENTREPRISE, 0, "4999.99", False),
        ({"genre": "public", "retard": 30, "montant": "10"}, Genre.PUBLIC, 30, "10", True),
        ({"genre": "public", "retard": 30, "montant": "10"}, Genre.PUBLIC, 30, "9.99", False),
        ({"genre": "public", "retard": 30, "montant": "10"}, Genre.PUBLIC, 29, "10", False),
        ({"genre": "public", "retard": 30, "montant": "10"}, Genre.ENTREPRISE, 30, "10", False),
    ],
)
def test_une_variante_vaut_quand_toutes_ses_conditions_sont_remplies(
    si: dict[str, Any], genre: Genre, retard: int, montant: str, remplie: bool
) -> None:
    assert Condition.model_validate(si).remplie(genre, retard, Decimal(montant)) is remplie


@pytest.mark.parametrize("si", [{"retard": 0}, {"montant": "0"}, {"genre": "association"}, {"ville": "Lyon"}])
def test_une_condition_impossible_ou_inconnue_est_refusee(si: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Etape.model_validate({**RELANCE, "variantes": [{"si": si}]})


def avec_variantes(*variantes: dict[str, Any]) -> Etape:
    return Etape.model_validate({**RELANCE, "objet": "Rappel", "mensualites": 3, "variantes": variantes})


def test_la_premiere_variante_qui_convient_remplace_ce_qu_elle_nomme_et_rien_d_autre() -> None:
    etape = avec_variantes(
        {"si": {"genre": "public"}, "mensualites": 0},
        {"si": {"retard": 30}, "objet": "Rappel ferme", "courriel": "courriels/relance-2"},
        {"si": {"retard": 10}, "objet": "Rappel appuyé"},
    )
    cent = Decimal(100)
    assert etape.adaptee(Genre.ENTREPRISE, 9, cent) is etape
    assert etape.adaptee(Genre.ENTREPRISE, 10, cent) == etape.model_copy(update={"objet": "Rappel appuyé"})
    assert etape.adaptee(Genre.ENTREPRISE, 30, cent) == etape.model_copy(
        update={"objet": "Rappel ferme", "courriel": "courriels/relance-2"}
    )
    assert etape.adaptee(Genre.PUBLIC, 30, cent) == etape.model_copy(update={"mensualites": 0})


def test_tous_les_modeles_d_une_etape_sont_connus_une_fois_chacun_avec_leur_extension() -> None:
    etape = avec_variantes(
        {"si": {"genre": "particulier"}, "lettre": "courriers/p", "courriel": "courriels/p"},
        {"si": {"retard": 30}, "courriel": "courriels/relance-1"},
    )
    assert etape.modeles == (("courriels/relance-1", "txt"), ("courriers/p", "docx"), ("courriels/p", "txt"))
    appel = {**RELANCE, "genre": "appel", "canaux": [], "courriel": None, "script": "appels/appel"}
    assert Etape.model_validate(appel).modeles == (("appels/appel", "txt"),)


ANGLAISE = {"objet": "Reminder", "libelle_lettre": "Reminder"}


def en_anglais(*etapes: dict[str, Any]) -> Scenario:
    return Scenario.model_validate({"nom": "e", "libelle": "E", "langue": "en", "etapes": etapes})


def test_un_scenario_ecrit_en_francais_et_en_france_sauf_s_il_dit_le_contraire() -> None:
    habituel = scenario(RELANCE, DEMEURE, DOSSIER)
    assert (habituel.langue, habituel.etranger, habituel.libelles_lettre) == ("fr", False, {})
    with pytest.raises(ValidationError):
        Scenario.model_validate(habituel.model_dump() | {"langue": "de"})


def test_des_lettres_en_anglais_ont_leurs_mots_en_anglais() -> None:
    complet = en_anglais(RELANCE | ANGLAISE, DEMEURE | ANGLAISE, DOSSIER)
    assert complet.libelles_lettre == {"relance": "Reminder", "demeure": "Reminder"}
    for incomplete in ({"objet": "Reminder"}, {"libelle_lettre": "Reminder"}):
        with pytest.raises(ValidationError, match="l'étape « demeure » ne sont pas en français"):
            en_anglais(RELANCE | ANGLAISE, DEMEURE | incomplete, DOSSIER)


def test_un_appel_n_a_pas_besoin_de_mots_anglais() -> None:
    appel = {**RELANCE, "nom": "appel", "genre": "appel", "canaux": [], "script": "appels/appel"}
    en_anglais(RELANCE | ANGLAISE, appel, DEMEURE | ANGLAISE, DOSSIER)


def test_un_scenario_se_vit_la_ou_habite_le_debiteur() -> None:
    strasbourg = territoire("67000", droit().territoires)
    assert strasbourg is not None
    assert standard().pour(strasbourg).territoire is strasbourg
    assert standard().pour(strasbourg).model_dump() == standard().model_dump(), "le fichier n'en dit rien"
