from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from dossier.core.droit.jours import dimanche_de_paques, est_ouvrable_cpc, feries, jour_sans_poste
from tests.core.droit.test_territoires import de

PENTECOTE_OTEE = (2005, 2006, 2007)
"""Years for which `holidays` leaves out Whit Monday, the solidarity day; art. L3133-1 still lists it."""


@pytest.mark.parametrize("annee", range(2000, 2061))
def test_les_onze_fetes_sont_celles_d_une_source_independante(annee: int) -> None:
    autres = {jour for jour in holidays.country_holidays("FR", years=annee) if jour.year == annee}
    if annee in PENTECOTE_OTEE:
        autres.add(dimanche_de_paques(annee) + timedelta(days=50))
    assert feries(annee) == autres


def test_ascension_et_fete_fixe_le_meme_jour() -> None:
    assert len(feries(2008)) == 10
    assert len(feries(2026)) == 11


FERIES = {
    2026: "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25",
    2027: "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25",
    2028: "01-01 04-17 05-01 05-08 05-25 06-05 07-14 08-15 11-01 11-11 12-25",
}


@pytest.mark.parametrize("annee", FERIES)
def test_les_fetes_de_2026_a_2028(annee: int) -> None:
    assert feries(annee) == {date.fromisoformat(f"{annee}-{jour}") for jour in FERIES[annee].split()}


@pytest.mark.parametrize("annee", range(2010, 2061, 7))
def test_alsace_moselle_ajoute_vendredi_saint_et_saint_etienne(annee: int) -> None:
    autres = set(holidays.country_holidays("FR", subdiv="57", years=annee))
    assert feries(annee, de("57000")) - feries(annee) == autres - set(
        holidays.country_holidays("FR", years=annee)
    )


@pytest.mark.parametrize(
    ("code_postal", "jours"),
    [
        ("44000", []),
        ("20200", []),
        ("57000", ["03-26", "12-26"]),
        ("97110", ["05-27"]),
        ("97133", ["10-09"]),
        ("97150", ["05-27", "05-28"]),
        ("97200", ["05-22"]),
        ("97300", ["06-10"]),
        ("97400", ["12-20"]),
        ("97500", []),
        ("97600", ["04-27"]),
        ("98800", []),
    ],
)
def test_jours_feries_propres_a_un_territoire(code_postal: str, jours: list[str]) -> None:
    propres = feries(2027, de(code_postal)) - feries(2027)
    assert sorted(propres) == [date.fromisoformat(f"2027-{jour}") for jour in jours]


def test_un_jour_ferie_local_ne_commence_qu_avec_son_texte() -> None:
    assert date(2017, 5, 28) not in feries(2017, de("97150"))
    assert date(2018, 5, 28) in feries(2018, de("97150"))


@pytest.mark.parametrize(
    ("jour", "ouvrable"),
    [
        (date(2026, 11, 20), True),
        (date(2026, 11, 21), False),
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
        (date(2026, 11, 11), False),
        (date(2026, 11, 12), True),
    ],
)
def test_samedi_dimanche_et_ferie_ne_finissent_pas_un_delai(jour: date, ouvrable: bool) -> None:
    assert est_ouvrable_cpc(jour) is ouvrable


def test_le_vendredi_saint_n_est_ferie_qu_en_alsace_moselle() -> None:
    assert est_ouvrable_cpc(date(2026, 4, 3))
    assert not est_ouvrable_cpc(date(2026, 4, 3), de("67000"))


@pytest.mark.parametrize(
    ("jour", "dit"),
    [
        (date(2026, 7, 11), ""),
        (date(2026, 7, 12), "un dimanche"),
        (date(2026, 7, 13), ""),
        (date(2026, 7, 14), "un jour férié"),
        (date(2026, 11, 1), "un dimanche"),
    ],
)
def test_la_poste_ne_prend_rien_le_dimanche_ni_un_jour_ferie(jour: date, dit: str) -> None:
    assert jour_sans_poste(jour) == dit
