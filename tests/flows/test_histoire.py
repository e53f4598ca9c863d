"""The demonstration's clerk goes to the post on working days."""

from __future__ import annotations

from datetime import date

import pytest

from flows.demo.histoire import jour_de_depot


@pytest.mark.parametrize(
    ("imprime", "depot"),
    [
        (date(2026, 7, 9), date(2026, 7, 10)),
        (date(2026, 7, 10), date(2026, 7, 13)),
        (date(2026, 7, 11), date(2026, 7, 13)),
        (date(2026, 7, 13), date(2026, 7, 15)),
    ],
    ids=["un vendredi", "pas un samedi", "pas un dimanche", "pas un jour férié"],
)
def test_un_recommande_se_depose_le_jour_ouvrable_qui_suit(imprime: date, depot: date) -> None:
    assert jour_de_depot(imprime) == depot
