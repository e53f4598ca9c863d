from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.faits import Canal
from dossier.core.langues import ANGLAIS, FRANCAIS, LANGUES, MONTHS, en_nombre
from dossier.core.montants import en_euros, en_pourcent


def test_chaque_langue_porte_son_code_et_dit_chaque_canal() -> None:
    assert {code: langue.code for code, langue in LANGUES.items()} == {"fr": "fr", "en": "en"}
    assert all(set(langue.mots.canaux) == set(Canal) for langue in LANGUES.values())


@pytest.mark.parametrize(
    ("jour", "lettres", "chiffres"),
    [
        (date(2026, 11, 21), "21 November 2026", "21 Nov 2026"),
        (date(2026, 5, 1), "1 May 2026", "01 May 2026"),
        (date(2026, 1, 12), "12 January 2026", "12 Jan 2026"),
    ],
)
def test_une_date_anglaise_ne_se_lit_que_d_une_facon(jour: date, lettres: str, chiffres: str) -> None:
    assert ANGLAIS.lettres(jour) == lettres
    assert ANGLAIS.chiffres(jour).replace("\u00a0", " ") == chiffres


@pytest.mark.parametrize(
    ("montant", "ecrit"),
    [
        ("1234.56", "EUR 1,234.56"),
        ("0", "EUR 0.00"),
        ("0.005", "EUR 0.01"),
        ("1234567.8", "EUR 1,234,567.80"),
        ("-40", "−EUR 40.00"),
    ],
)
def test_une_somme_en_anglais(montant: str, ecrit: str) -> None:
    assert ANGLAIS.euros(Decimal(montant)).replace("\u00a0", " ") == ecrit


@pytest.mark.parametrize(
    ("taux", "ecrit"), [("0.124", "12.40%"), ("0.1215", "12.15%"), ("0.12151", "12.151%"), ("0", "0.00%")]
)
def test_un_taux_en_anglais(taux: str, ecrit: str) -> None:
    assert ANGLAIS.pourcent(Decimal(taux)) == ecrit


def test_chaque_mot_prend_un_s_a_partir_de_deux() -> None:
    assert [en_nombre(n, "pli suivi") for n in (0, 1, 2)] == ["0 pli suivi", "1 pli suivi", "2 plis suivis"]


def test_un_jour_deux_jours_dans_les_deux_langues() -> None:
    assert [FRANCAIS.jours(n) for n in (1, 2, 15)] == ["1 jour", "2 jours", "15 jours"]
    assert [ANGLAIS.jours(n) for n in (1, 2, 15)] == ["1 day", "2 days", "15 days"]


def test_le_pays_s_ecrit_en_capitales_dans_la_langue_de_la_lettre() -> None:
    assert (FRANCAIS.pays("BE"), ANGLAIS.pays("BE")) == ("BELGIQUE", "BELGIUM")


@given(st.dates(), st.decimals(0, 10**9, places=2), st.integers(0, 10**6))
def test_le_francais_est_celui_du_reste_du_dossier(jour: date, montant: Decimal, taux: int) -> None:
    ratio = Decimal(taux) / 10**6
    assert (FRANCAIS.lettres(jour), FRANCAIS.chiffres(jour)) == (en_lettres(jour), en_chiffres(jour))
    assert (FRANCAIS.euros(montant), FRANCAIS.pourcent(ratio)) == (en_euros(montant), en_pourcent(ratio))


@given(st.dates(), st.decimals(0, 10**9, places=2))
def test_l_anglais_dit_la_meme_date_et_la_meme_somme(jour: date, montant: Decimal) -> None:
    quantieme, mois, annee = ANGLAIS.lettres(jour).split()
    assert (int(annee), MONTHS.index(mois) + 1, int(quantieme)) == (jour.year, jour.month, jour.day)
    ecrit = ANGLAIS.euros(montant)
    assert Decimal(ecrit.removeprefix("EUR\u00a0").replace(",", "")) == montant
