from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.core.droit.delais import (
    fin_d_attente_jours,
    fin_d_attente_mois,
    fin_de_delai_jours,
    fin_de_delai_jours_sans_report,
    fin_de_delai_mois,
    fin_de_delai_mois_sans_report,
    reporter,
)
from dossier.core.droit.jours import est_ouvrable_cpc
from dossier.core.errors import DonneeInvalide
from tests.core.droit.test_territoires import de

JOURS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    ("depart", "mois", "sans_report", "fin"),
    [
        (date(2026, 9, 1), 3, date(2026, 12, 1), date(2026, 12, 1)),
        (date(2026, 8, 31), 6, date(2027, 2, 28), date(2027, 3, 1)),
        (date(2026, 11, 30), 3, date(2027, 2, 28), date(2027, 3, 1)),
        (date(2026, 10, 14), 1, date(2026, 11, 14), date(2026, 11, 16)),
        (date(2026, 10, 1), 1, date(2026, 11, 1), date(2026, 11, 2)),
        (date(2026, 11, 25), 1, date(2026, 12, 25), date(2026, 12, 28)),
        (date(2026, 10, 13), 1, date(2026, 11, 13), date(2026, 11, 13)),
        (date(2027, 12, 31), 2, date(2028, 2, 29), date(2028, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28), date(2025, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15), date(2027, 1, 15)),
        (date(2026, 11, 20), 0, date(2026, 11, 20), date(2026, 11, 20)),
    ],
)
def test_delais_en_mois(depart: date, mois: int, sans_report: date, fin: date) -> None:
    assert fin_de_delai_mois_sans_report(depart, mois) == sans_report
    assert fin_de_delai_mois(depart, mois) == fin


@pytest.mark.parametrize(
    ("depart", "jours", "sans_report", "fin"),
    [
        (date(2026, 11, 6), 15, date(2026, 11, 21), date(2026, 11, 23)),
        (date(2026, 11, 5), 15, date(2026, 11, 20), date(2026, 11, 20)),
        (date(2026, 11, 6), 17, date(2026, 11, 23), date(2026, 11, 23)),
        (date(2026, 11, 20), 0, date(2026, 11, 20), date(2026, 11, 20)),
    ],
)
def test_delais_en_jours(depart: date, jours: int, sans_report: date, fin: date) -> None:
    assert fin_de_delai_jours_sans_report(depart, jours) == sans_report
    assert fin_de_delai_jours(depart, jours) == fin


@pytest.mark.parametrize(
    ("depart", "mois", "fin"),
    [
        (date(2027, 1, 29), 1, date(2027, 2, 28)),
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 29), 1, date(2028, 2, 29)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 1, date(2028, 3, 29)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2026, 3, 31), 1, date(2026, 4, 30)),
        (date(2026, 4, 30), 1, date(2026, 5, 30)),
    ],
)
def test_fins_de_mois_et_29_fevrier(depart: date, mois: int, fin: date) -> None:
    assert fin_de_delai_mois_sans_report(depart, mois) == fin


@pytest.mark.parametrize(
    ("jour", "fin"),
    [
        (date(2026, 5, 7), date(2026, 5, 7)),
        (date(2026, 5, 8), date(2026, 5, 11)),
        (date(2026, 12, 24), date(2026, 12, 24)),
        (date(2026, 12, 25), date(2026, 12, 28)),
        (date(2027, 3, 27), date(2027, 3, 30)),
        (date(2028, 4, 15), date(2028, 4, 18)),
        (date(2027, 12, 31), date(2027, 12, 31)),
        (date(2028, 1, 1), date(2028, 1, 3)),
    ],
)
def test_feries_des_deux_cotes_de_la_limite(jour: date, fin: date) -> None:
    assert reporter(jour) == fin


def test_une_fete_locale_prolonge_l_attente_mais_jamais_un_delai() -> None:
    depart, alsace = date(2025, 11, 26), de("67000")
    assert fin_de_delai_mois(depart, 1) == date(2025, 12, 26)
    assert fin_d_attente_mois(depart, 1, alsace) == date(2025, 12, 29)
    assert fin_de_delai_jours(depart, 30) == date(2025, 12, 26)
    assert fin_d_attente_jours(depart, 30, alsace) == date(2025, 12, 29)


def test_une_attente_sans_territoire_connu_finit_comme_un_delai() -> None:
    depart = date(2025, 11, 26)
    assert fin_d_attente_mois(depart, 1, None) == fin_de_delai_mois(depart, 1)
    assert fin_d_attente_jours(depart, 30, None) == fin_de_delai_jours(depart, 30)


@given(JOURS, st.integers(0, 400), st.sampled_from(["44000", "57000", "97150", "97400"]))
def test_l_attente_ne_finit_jamais_avant_le_delai(depart: date, jours: int, code_postal: str) -> None:
    fin = fin_d_attente_jours(depart, jours, de(code_postal))
    assert fin >= fin_de_delai_jours(depart, jours)
    assert est_ouvrable_cpc(fin, de(code_postal))


@given(JOURS)
def test_le_report_donne_le_premier_jour_ouvrable(jour: date) -> None:
    fin = reporter(jour)
    assert est_ouvrable_cpc(fin)
    assert jour <= fin
    assert not any(
        est_ouvrable_cpc(date.fromordinal(rang)) for rang in range(jour.toordinal(), fin.toordinal())
    )


@given(JOURS, st.integers(0, 120))
def test_un_delai_en_mois_garde_le_quantieme_ou_finit_le_mois(depart: date, mois: int) -> None:
    fin = fin_de_delai_mois_sans_report(depart, mois)
    assert (fin.year - depart.year) * 12 + fin.month - depart.month == mois
    assert fin.day == depart.day or date.fromordinal(fin.toordinal() + 1).day == 1


@pytest.mark.parametrize("calcul", [fin_de_delai_jours, fin_de_delai_mois])
def test_un_delai_negatif_est_refuse(calcul: object) -> None:
    assert callable(calcul)
    with pytest.raises(DonneeInvalide, match="négatif"):
        calcul(date(2026, 1, 1), -1)
