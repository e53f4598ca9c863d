from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from stdnum.fr import siren as oracle_siren
from stdnum.fr import siret as oracle_siret

from dossier.core.lectures import lire_date, lire_montant, lire_pourcent, lire_siren


@pytest.mark.parametrize(
    ("texte", "taux"),
    [
        ("12 %", "0.12"),
        ("12", "0.12"),
        ("12,5 % l'an", "0.125"),
        ("0,5 %", "0.005"),
        ("1", "0.01"),
        ("0", "0"),
        ("100%", "1"),
        ("0,12", None),
        ("0.99", None),
        ("100,01 %", None),
        ("-3 %", None),
        ("douze", None),
        ("", None),
    ],
)
def test_pourcentage_annuel(texte: str, taux: str | None) -> None:
    """Below one it takes its sign to be a percentage: `0,12` may mean twelve per cent."""
    assert lire_pourcent(texte) == (None if taux is None else Decimal(taux))


@pytest.mark.parametrize(
    ("texte", "montant"),
    [
        ("1234,5", "1234.50"),
        ("1234.56", "1234.56"),
        ("1 234,56 €", "1234.56"),
        ("1\u00a0234\u202f567,89\u00a0€", "1234567.89"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("EUR 12", "12.00"),
        ("12 euros", "12.00"),
        ("-12,30", "-12.30"),
        ("\u221212,30", "-12.30"),
        ("(12,30)", "-12.30"),
        ("12,30-", "-12.30"),
        ("0", "0.00"),
        ("999999999,99", "999999999.99"),
    ],
)
def test_montant_lisible(texte: str, montant: str) -> None:
    assert lire_montant(texte) == Decimal(montant)


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "abc",
        "1.234",
        "1,234",
        "12,345",
        "1 23,00",
        "12 34",
        "12€50",
        "1,2,3",
        "#N/A",
        "1e3",
        "1000000000",
        "NaN",
    ],
)
def test_montant_illisible_ou_douteux(texte: str) -> None:
    assert lire_montant(texte) is None


@pytest.mark.parametrize(
    ("texte", "jour"),
    [
        ("2026-05-04", date(2026, 5, 4)),
        ("2026-05-04T00:00:00", date(2026, 5, 4)),
        ("04/05/2026", date(2026, 5, 4)),
        ("4.5.2026", date(2026, 5, 4)),
        ("04-05-2026 00:00", date(2026, 5, 4)),
        ("01/01/2000", date(2000, 1, 1)),
        ("31/12/2100", date(2100, 12, 31)),
    ],
)
def test_date_lisible(texte: str, jour: date) -> None:
    assert lire_date(texte) == jour


@pytest.mark.parametrize(
    "texte", ["", "31/02/2026", "04/05/26", "05/31/2026", "31/12/1999", "01/01/2101", "mai 2026"]
)
def test_date_illisible_ou_invraisemblable(texte: str) -> None:
    assert lire_date(texte) is None


@pytest.mark.parametrize(
    ("texte", "siren"),
    [
        ("732829320", "732829320"),
        ("732 829 320", "732829320"),
        ("732829320.0", "732829320"),
        ("732 829 320 00074", "732829320"),
        ("7000\u00a07\u00a0 0", None),
        ("732829321", None),
        ("73282932000079", None),
        ("73282932", None),
        ("7,32829E+08", None),
        ("", None),
    ],
)
def test_siren(texte: str, siren: str | None) -> None:
    assert lire_siren(texte) == siren


def test_le_zero_de_tete_perdu_n_est_rendu_que_si_le_numero_devient_juste() -> None:
    assert oracle_siren.is_valid("005880034")
    assert lire_siren("5880034") is None
    assert lire_siren("05880034") == "005880034"
    assert lire_siren("05880035") is None


@given(st.text(alphabet="0123456789", min_size=9, max_size=9))
def test_un_siren_est_juge_comme_par_stdnum(chiffres: str) -> None:
    assert (lire_siren(chiffres) is not None) == oracle_siren.is_valid(chiffres)


@example("356000000", "00048")
@given(st.sampled_from(["732829320", "356000000"]), st.text(alphabet="0123456789", min_size=5, max_size=5))
def test_un_siret_est_juge_comme_par_stdnum(siren: str, nic: str) -> None:
    assert (lire_siren(siren + nic) is not None) == oracle_siret.is_valid(siren + nic)
