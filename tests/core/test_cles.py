"""The keys that every evidence store accepts and refuses."""

from __future__ import annotations

import pytest

from dossier.core.cles import CLE_MAX, SEGMENT_MAX, verifier_cle
from dossier.core.errors import DonneeInvalide

LONGUE = "/".join(["a" * SEGMENT_MAX] * 4)


@pytest.mark.parametrize(
    "cle", ["a", "F-2026-001/03-mise-en-demeure.pdf", "a b/<m@x>+~.eml", "a" * SEGMENT_MAX, LONGUE]
)
def test_cle_admise(cle: str) -> None:
    assert "/".join(verifier_cle(cle)) == cle


def test_longueur_totale_a_la_limite() -> None:
    assert len(LONGUE) == CLE_MAX - 1
    assert verifier_cle(LONGUE)[0] == "a" * SEGMENT_MAX
    assert len("b/" + LONGUE[1:]) == CLE_MAX
    verifier_cle("b/" + LONGUE[1:])
    with pytest.raises(DonneeInvalide, match="1024 caractères"):
        verifier_cle("b/" + LONGUE)


@pytest.mark.parametrize(
    ("cle", "motif"),
    [
        ("", "vide"),
        ("/a", "commence"),
        ("a/", "finit"),
        ("a//b", "contient"),
        ("..", "point"),
        ("a/../b", "point"),
        ("./a", "point"),
        (".cache", "point"),
        ("é", "ASCII"),
        ("a\x00b", "ASCII"),
        ("a\nb", "ASCII"),
        ("a\\b", "ASCII"),
        ("a" * (SEGMENT_MAX + 1), "255"),
    ],
)
def test_cle_refusee(cle: str, motif: str) -> None:
    with pytest.raises(DonneeInvalide, match=motif):
        verifier_cle(cle)
