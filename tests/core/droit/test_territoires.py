from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dossier.adapters.config_yaml import charger
from dossier.core.droit.parametres import Niveau
from dossier.core.droit.territoires import FerieLocal, Territoire, Territoires, pays_de, territoire
from tests.core.droit.loi import CONFIG


@cache
def territoires() -> Territoires:
    return charger(CONFIG / "droit" / "territoires.yaml", Territoires)


def de(code_postal: str) -> Territoire:
    trouve = territoire(code_postal, territoires())
    assert trouve is not None
    return trouve


@pytest.mark.parametrize(
    ("code_postal", "code"),
    [
        ("01000", "metropole"),
        ("95880", "metropole"),
        ("56000", "metropole"),
        ("57000", "alsace_moselle"),
        ("58000", "metropole"),
        ("66000", "metropole"),
        ("67000", "alsace_moselle"),
        ("68999", "alsace_moselle"),
        ("69001", "metropole"),
        ("19100", "metropole"),
        ("20000", "corse"),
        ("20200", "corse"),
        ("21000", "metropole"),
        ("97100", "guadeloupe"),
        ("97132", "guadeloupe"),
        ("97133", "saint_barthelemy"),
        ("97134", "guadeloupe"),
        ("97150", "saint_martin"),
        ("97200", "martinique"),
        ("97300", "guyane"),
        ("97400", "la_reunion"),
        ("97500", "saint_pierre_et_miquelon"),
        ("97600", "mayotte"),
        ("98600", "wallis_et_futuna"),
        ("98713", "polynesie_francaise"),
        ("98800", "nouvelle_caledonie"),
        (" 44000 ", "metropole"),
    ],
)
def test_le_code_postal_donne_le_territoire(code_postal: str, code: str) -> None:
    assert de(code_postal).code == code


@pytest.mark.parametrize(
    "code_postal", ["", "4400", "440000", "00100", "96000", "98000", "99000", "SW1A1", "1000"]
)
def test_ce_qui_n_est_pas_un_code_postal_francais_n_a_pas_de_territoire(code_postal: str) -> None:
    assert territoire(code_postal, territoires()) is None


@pytest.mark.parametrize(
    ("code_postal", "pays", "attendu"),
    [
        ("98000", "FR", "MC"),
        (" 98030 ", "FR", "MC"),
        ("97980", "FR", "FR"),
        ("98600", "FR", "FR"),
        ("98713", "FR", "FR"),
        ("44000", "FR", "FR"),
        ("98000", "MC", "MC"),
        ("98000", "DE", "DE"),
        ("9800", "FR", "FR"),
    ],
)
def test_un_code_postal_de_monaco_n_est_pas_en_france(code_postal: str, pays: str, attendu: str) -> None:
    assert pays_de(code_postal, pays, territoires()) == attendu


@given(st.integers(1000, 95999))
def test_tout_code_de_01_a_95_est_en_metropole(code: int) -> None:
    assert not de(f"{code:05d}").outre_mer


def test_l_outre_mer_est_dit() -> None:
    assert {t.code for t in territoires().territoires if not t.outre_mer} == {
        "metropole",
        "corse",
        "alsace_moselle",
    }


def test_un_jour_de_doute_porte_sa_reserve() -> None:
    doutes = [
        ferie for t in territoires().territoires for ferie in t.feries if ferie.niveau is Niveau.NON_VERIFIE
    ]
    assert [ferie.jour for ferie in doutes] == ["05-28"]
    assert all(ferie.reserve for ferie in doutes)
    assert "temple protestant" in de("67000").feries[0].reserve


def test_un_debut_de_code_postal_n_est_qu_a_un_territoire() -> None:
    tous = territoires()
    with pytest.raises(ValidationError, match="deux territoires : 20"):
        Territoires(**{**tous.model_dump(), "territoires": (*tous.territoires, de("20000"))})


@pytest.mark.parametrize("quand", [{}, {"jour": "12-26", "paques": -2}, {"jour": "02-30"}, {"jour": "26/12"}])
def test_un_jour_ferie_local_a_une_seule_date_possible(quand: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        FerieLocal.model_validate(
            {
                "libelle": "x",
                "texte": "x",
                "source": "x",
                "niveau": "primaire",
                "depuis": date(2026, 1, 1),
                **quand,
            }
        )
