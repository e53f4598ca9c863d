from __future__ import annotations

from datetime import date, timedelta

import holidays
import pytest

from dossier.core.droit.jours import dimanche_de_paques, est_ouvrable_cpc, feries

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


@pytest.mark.parametrize("annee", range(2000, 2061, 7))
def test_alsace_moselle_ajoute_vendredi_saint_et_saint_etienne(annee: int) -> None:
    autres = set(holidays.country_holidays("FR", subdiv="57", years=annee))
    assert feries(annee, alsace_moselle=True) - feries(annee) == autres - set(
        holidays.country_holidays("FR", years=annee)
    )


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
    assert not est_ouvrable_cpc(date(2026, 4, 3), alsace_moselle=True)
