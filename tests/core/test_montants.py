from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dossier.core.modele import Modele
from dossier.core.montants import Montant, arrondi, en_euros, en_pourcent

centimes = st.integers(-(10**12), 10**12).map(lambda cents: Decimal(cents) / 100)


class Somme(Modele):
    montant: Montant


@given(st.floats())
def test_un_nombre_flottant_n_est_jamais_un_montant(valeur: float) -> None:
    with pytest.raises(ValidationError, match="jamais en nombre flottant"):
        Somme.model_validate({"montant": valeur})


@pytest.mark.parametrize("valeur", [1.5, 2.0, True])
def test_ni_dans_un_fichier_json(valeur: object) -> None:
    texte = f'{{"montant": {str(valeur).lower()}}}'
    with pytest.raises(ValidationError, match="jamais en nombre flottant"):
        Somme.model_validate_json(texte)


@pytest.mark.parametrize("valeur", ["1.005", Decimal("0.001"), "NaN", Decimal("NaN")])
def test_plus_de_deux_decimales_est_refuse(valeur: object) -> None:
    with pytest.raises(ValidationError, match="plus de deux décimales"):
        Somme.model_validate({"montant": valeur})


@pytest.mark.parametrize("valeur", ["douze", "", "1,5", "Infinity", "1e40"])
def test_un_texte_qui_n_est_pas_un_montant_est_refuse(valeur: str) -> None:
    with pytest.raises(ValidationError, match="montant illisible"):
        Somme.model_validate({"montant": valeur})


@pytest.mark.parametrize("valeur", [None, [1], {"montant": 1}])
def test_ce_qui_n_est_ni_nombre_ni_texte_est_refuse(valeur: Any) -> None:
    with pytest.raises(ValidationError):
        Somme.model_validate({"montant": valeur})


@given(centimes)
def test_un_montant_est_un_texte_exact_en_json(valeur: Decimal) -> None:
    somme = Somme(montant=valeur)
    assert somme.model_dump_json() == f'{{"montant":"{valeur:.2f}"}}'
    assert Somme.model_validate_json(somme.model_dump_json()) == somme


@pytest.mark.parametrize(
    ("valeur", "attendu"), [("0.004", "0.00"), ("0.005", "0.01"), ("-0.005", "-0.01"), ("2.675", "2.68")]
)
def test_l_arrondi_est_au_centime_le_plus_proche_le_demi_vers_le_haut(valeur: str, attendu: str) -> None:
    assert str(arrondi(Decimal(valeur))) == attendu


@pytest.mark.parametrize(
    ("valeur", "attendu"),
    [
        ("0", "0,00 €"),
        ("999.99", "999,99 €"),
        ("1000", "1 000,00 €"),
        ("1234567.8", "1 234 567,80 €"),
        ("-1234.5", "−1 234,50 €"),
    ],
)
def test_un_montant_s_ecrit_a_la_francaise(valeur: str, attendu: str) -> None:
    assert en_euros(Decimal(valeur)) == attendu.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("taux", "attendu"),
    [("0.1215", "12,15 %"), ("0.12", "12,00 %"), ("1", "100,00 %"), ("0", "0,00 %"), ("0.00125", "0,125 %")],
)
def test_un_taux_s_ecrit_en_pourcent(taux: str, attendu: str) -> None:
    assert en_pourcent(Decimal(taux)) == attendu.replace(" ", "\u00a0")
