"""Words compared whatever their accents, their capitals and what stands between them."""

from __future__ import annotations

from dossier.core.mots import mots, sans_accents


def test_les_mots_sont_sans_accents_ni_ponctuation() -> None:
    assert mots("  L’Œuvre : « Chère  Consœur »\n") == "l oeuvre chere consoeur"


def test_sans_accents_garde_les_majuscules_et_la_ponctuation() -> None:
    assert sans_accents("Île d’Œuvre, nº 3") == "Ile d’OEuvre, no 3"
