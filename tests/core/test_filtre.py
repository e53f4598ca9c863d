"""Which creances a filter keeps, both sides of each limit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.faits import DossierScelle
from dossier.core.filtre import Filtre, etape_de
from tests.core.vie import ECHEANCE, Vie, archive


@pytest.mark.parametrize(
    ("filtre", "garde"),
    [
        ({}, True),
        ({"factures": ("fa-1",)}, True),
        ({"factures": ("FA-2",)}, False),
        ({"debiteur": "imaginaire"}, True),
        ({"debiteur": "DEBITEUR  Imaginaire"}, True),
        ({"debiteur": "???"}, False),
        ({"debiteur": "000 700 070"}, True),
        ({"debiteur": "000700071"}, False),
        ({"scenario": "standard"}, True),
        ({"scenario": "export"}, False),
        ({"retard": 10}, True),
        ({"retard": 11}, False),
        ({"reste": Decimal("1000.00")}, True),
        ({"reste": Decimal("1000.01")}, False),
        ({"etape": "relance-2"}, True),
        ({"etape": "relance-1"}, False),
    ],
)
def test_tout_ce_que_dit_un_filtre_doit_etre_vrai(filtre: dict[str, Any], garde: bool) -> None:
    vie = Vie()
    vie.aller(ECHEANCE + timedelta(days=10))
    assert Filtre(**filtre).retient(vie.etat, vie.scenario, vie.jour) is garde


def test_une_creance_close_n_est_jamais_retenue() -> None:
    vie = Vie()
    vie.aller(ECHEANCE)
    vie.payer("1000").agir()
    assert not Filtre().retient(vie.etat, vie.scenario, vie.jour)


@pytest.mark.parametrize(
    ("jusque", "etape"),
    [
        (lambda vie: vie.a_l_appel(), "appel"),
        (lambda vie: vie.a_l_approbation(), "mise-en-demeure"),
        (lambda vie: vie.a_l_appel().contester(), "litige"),
        (lambda vie: vie.accorder((date(2026, 5, 1), "1000")), "echeancier"),
        (lambda vie: vie.payer("1000"), "fin"),
        (lambda vie: vie.au_dossier(), "dossier"),
        (
            lambda vie: vie.au_dossier().noter(
                DossierScelle(dossier="d", zip=archive(), pieces=1, total=Decimal(1), jour=vie.jour)
            ),
            "procedure",
        ),
    ],
)
def test_l_etape_est_celle_que_dit_l_etiquette_de_la_creance(
    jusque: Callable[[Vie], Vie], etape: str
) -> None:
    vie = jusque(Vie())
    assert etape_de(vie.action) == etape
    assert Filtre(etape=etape).retient(vie.etat, vie.scenario, vie.jour)
    assert not Filtre(etape="autre").retient(vie.etat, vie.scenario, vie.jour)
