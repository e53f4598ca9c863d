from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.core.dates import debut_du_jour, en_chiffres, en_lettres, horodate, jour_legal


@pytest.mark.parametrize(
    ("instant", "jour"),
    [
        (datetime(2026, 7, 14, 21, 59, 59, tzinfo=UTC), date(2026, 7, 14)),
        (datetime(2026, 7, 14, 22, 0, tzinfo=UTC), date(2026, 7, 15)),
        (datetime(2026, 12, 31, 22, 59, 59, tzinfo=UTC), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_le_jour_legal_change_a_minuit_a_paris_ete_comme_hiver(instant: datetime, jour: date) -> None:
    assert jour_legal(instant) == jour


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from([0, 8, 23]))
def test_le_debut_du_jour_est_un_instant_utc_de_ce_jour(jour: date, heure: int) -> None:
    instant = debut_du_jour(jour, heure)
    assert instant.utcoffset() == timedelta(0)
    assert jour_legal(instant) == jour


def test_huit_heures_a_paris_n_est_pas_la_meme_heure_utc_ete_et_hiver() -> None:
    assert debut_du_jour(date(2026, 7, 1)).hour == 6
    assert debut_du_jour(date(2026, 12, 1)).hour == 7


@pytest.mark.parametrize(
    ("jour", "lettres"),
    [
        (date(2026, 11, 1), "1er novembre 2026"),
        (date(2026, 11, 2), "2 novembre 2026"),
        (date(2026, 8, 31), "31 août 2026"),
        (date(2027, 1, 1), "1er janvier 2027"),
        (date(2026, 12, 21), "21 décembre 2026"),
    ],
)
def test_seul_le_premier_du_mois_est_un_ordinal(jour: date, lettres: str) -> None:
    assert en_lettres(jour) == lettres


def test_une_date_en_chiffres_garde_ses_zeros() -> None:
    assert en_chiffres(date(2026, 11, 1)) == "01/11/2026"


def test_un_instant_se_dit_a_l_heure_de_paris() -> None:
    assert horodate(datetime(2026, 11, 21, 13, 5, tzinfo=UTC)) == (
        "21 novembre 2026 à 14 h 05 (heure de Paris)"
    )
