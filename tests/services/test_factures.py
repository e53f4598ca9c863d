"""An invoice's number as a person types it: found whatever its form, else the nearest ones are said."""

from __future__ import annotations

import pytest

from dossier.core.errors import DonneeInvalide
from dossier.services.factures import numero_suivi
from tests.core.vie import facture
from tests.services.atelier import Atelier

NUMEROS = ("FA-2026-0042", "FA-2026-0043", "2026/77 B")


@pytest.fixture(scope="module")
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(*(facture(numero=numero) for numero in NUMEROS), source=None)
    return neuf


@pytest.mark.parametrize(
    ("tape", "trouve"),
    [
        ("FA-2026-0042", "FA-2026-0042"),
        (" fa-2026-0042 ", "FA-2026-0042"),
        ("fa 2026 0042", "FA-2026-0042"),
        ("FA20260043", "FA-2026-0043"),
        ("fa 2026 42", "FA-2026-0042"),
        ("2026/77 b", "2026/77 B"),
        ("2026-77b", "2026/77 B"),
    ],
)
def test_le_numero_se_tape_comme_on_veut(atelier: Atelier, tape: str, trouve: str) -> None:
    assert numero_suivi(atelier.outils, tape) == trouve


def test_un_numero_inconnu_est_refuse_en_disant_les_plus_proches(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match=r"« FA-2026-0044 »\. Vouliez-vous dire : .*FA-2026-004"):
        numero_suivi(atelier.outils, "FA-2026-0044")


def test_un_numero_sans_rapport_n_est_pas_devine(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide) as refus:
        numero_suivi(atelier.outils, "XYZ")
    assert "Vouliez-vous" not in str(refus.value)


def test_un_numero_vide_est_demande(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="Indiquez le numéro"):
        numero_suivi(atelier.outils, "  ")


def test_deux_factures_qui_ne_different_que_par_un_tiret_ne_sont_pas_confondues() -> None:
    atelier = Atelier()
    atelier.importer(facture(numero="FA-11"), facture(numero="FA-1-1"), source=None)
    assert numero_suivi(atelier.outils, "fa-11") == "FA-11"
    with pytest.raises(DonneeInvalide, match="Vouliez-vous dire : FA-11, FA-1-1"):
        numero_suivi(atelier.outils, "FA 11")
