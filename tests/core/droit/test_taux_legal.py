from __future__ import annotations

from datetime import date
from decimal import Decimal

from dossier.core.droit.taux_legal import plancher, taux_legal
from tests.core.droit.loi import droit


def test_la_colonne_depend_du_creancier() -> None:
    jour = date(2026, 3, 1)
    assert taux_legal(jour, droit()).valeur == Decimal("0.0262")
    assert taux_legal(jour, droit(), creancier_professionnel=False).valeur == Decimal("0.0667")


def test_le_plancher_est_trois_fois_le_taux_legal() -> None:
    assert plancher(date(2026, 6, 30), droit()) == Decimal("0.0786")
    assert plancher(date(2026, 7, 1), droit()) == Decimal("0.0825")


def test_le_plancher_pouvait_depasser_le_taux_suppletif() -> None:
    jour = date(2024, 1, 1)
    assert plancher(jour, droit()) > droit().bce.au(jour).valeur + droit().majoration.au(jour).valeur
