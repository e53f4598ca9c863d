from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import pytest
from pydantic import ValidationError

from dossier.core.droit.conventions import POSTES, Conventions
from dossier.core.errors import ParametreNonCouvert
from tests.core.droit.loi import droit


def avec(nom: str, **champs: Any) -> Conventions:
    livrees = droit().conventions.model_dump()
    return Conventions.model_validate(livrees | {nom: livrees[nom] | champs})


def test_les_lectures_livrees_sont_les_prudentes() -> None:
    livrees = droit().conventions
    assert livrees.base_annuelle.choix == "365"
    assert livrees.imputation.choix == ("penalites", "indemnite", "principal")
    assert livrees.effet_avoir.choix == "origine"


def test_chaque_lecture_dit_son_motif_et_sa_source() -> None:
    livrees = droit().conventions
    for lecture in (livrees.base_annuelle, livrees.imputation, livrees.effet_avoir):
        assert lecture.motif.endswith(".")
        assert lecture.source


@pytest.mark.parametrize(
    ("choix", "jour", "diviseur"),
    [
        ("365", date(2024, 2, 29), 365),
        ("365", date(2023, 12, 31), 365),
        ("jours_reels", date(2023, 12, 31), 365),
        ("jours_reels", date(2024, 1, 1), 366),
        ("jours_reels", date(2024, 12, 31), 366),
        ("jours_reels", date(2025, 1, 1), 365),
        ("jours_reels", date(2000, 1, 1), 366),
        ("jours_reels", date(1900, 1, 1), 365),
    ],
)
def test_le_diviseur_suit_la_base_annuelle(choix: str, jour: date, diviseur: int) -> None:
    assert avec("base_annuelle", choix=choix).diviseur(jour) == diviseur


def test_un_jour_non_couvert_est_refuse_et_nomme() -> None:
    assert droit().conventions.diviseur(date(2026, 12, 31)) == 365
    with pytest.raises(ParametreNonCouvert, match=r"conventions.*1er janvier 2027"):
        droit().conventions.diviseur(date(2027, 1, 1))


@pytest.mark.parametrize("ordre", list(permutations(POSTES)))
def test_seul_le_principal_avant_les_interets_deroge(ordre: tuple[str, ...]) -> None:
    deroge = avec("imputation", choix=ordre).imputation.deroge
    assert deroge is (ordre.index("principal") < ordre.index("penalites"))


@pytest.mark.parametrize(
    "ordre", [("penalites", "principal"), ("penalites", "penalites", "principal"), (), POSTES * 2]
)
def test_un_ordre_incomplet_est_refuse(ordre: tuple[str, ...]) -> None:
    with pytest.raises(ValidationError, match="une fois chacun"):
        avec("imputation", choix=ordre)


@pytest.mark.parametrize(
    ("nom", "champs"),
    [
        ("base_annuelle", {"choix": "360"}),
        ("effet_avoir", {"choix": "jamais"}),
        ("imputation", {"choix": ("penalites", "frais", "principal")}),
        ("base_annuelle", {"motif": ""}),
    ],
)
def test_une_lecture_inconnue_ou_sans_motif_est_refusee(nom: str, champs: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        avec(nom, **champs)
