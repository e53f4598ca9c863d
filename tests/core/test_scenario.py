from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from dossier.core.faits import Canal
from dossier.core.scenario import Delai, Etape, GenreEtape, Scenario
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
