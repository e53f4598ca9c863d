from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dossier.core.errors import ErreurHorodatage
from dossier.core.faits import Archive, CreanceOuverte, EtapeSautee, GenrePiece, PieceAjoutee, enchainer
from dossier.core.horodatage import (
    PROMPT,
    Horodatage,
    HorodatageIndisponible,
    duree,
    enregistrements,
    phrase_de_retard,
)
from tests.core.vie import facture

INSTANT = datetime(2026, 5, 4, 6, tzinfo=UTC)
SOURCE = Archive(cle="a.pdf", empreinte="0" * 64, taille=1, jeton="a.pdf.tsr")
SANS_JETON = Archive(cle="b.pdf", empreinte="0" * 64, taille=1)


def lu(retard: timedelta) -> Horodatage:
    return Horodatage("a.pdf", INSTANT, INSTANT + retard, "Autorité")


def test_une_panne_est_un_defaut_d_horodatage() -> None:
    assert issubclass(HorodatageIndisponible, ErreurHorodatage)


def test_chaque_document_a_l_instant_du_premier_fait_qui_le_nomme() -> None:
    piece = PieceAjoutee(genre=GenrePiece.LIVRAISON, intitule="Bon", pdf=SOURCE, jour=INSTANT.date())
    ouverture = enchainer(
        None, "FA-1", INSTANT, "essai", CreanceOuverte(facture=facture(), scenario="standard", source=SOURCE)
    )
    encore = enchainer(ouverture, "FA-1", INSTANT + timedelta(days=2), "essai", piece)
    sans = enchainer(
        encore, "FA-1", INSTANT + timedelta(days=3), "essai", piece.model_copy(update={"pdf": SANS_JETON})
    )
    sautee = enchainer(
        sans,
        "FA-1",
        INSTANT + timedelta(days=4),
        "essai",
        EtapeSautee(etape="relance-1", motif="essai", jour=INSTANT.date()),
    )
    assert enregistrements([ouverture, encore, sans, sautee]) == {SOURCE: INSTANT}
    assert enregistrements([encore]) == {SOURCE: INSTANT + timedelta(days=2)}
    assert enregistrements([sautee]) == {}


@pytest.mark.parametrize("avance", [timedelta(0), timedelta(seconds=-1), timedelta(days=-200)])
def test_un_jeton_pris_avant_le_fait_n_a_aucun_retard(avance: timedelta) -> None:
    assert lu(avance).retard == timedelta(0)
    assert phrase_de_retard(lu(avance)) is None


def test_le_retard_se_dit_au_dela_d_une_heure() -> None:
    assert phrase_de_retard(lu(PROMPT)) is None
    dite = phrase_de_retard(lu(PROMPT + timedelta(seconds=1)))
    assert dite is not None
    assert "« a.pdf », enregistré le 4 mai 2026 à 8 h 00 (heure de Paris)" in dite
    assert "n'a été horodaté que le 4 mai 2026 à 9 h 00 (heure de Paris) par « Autorité »" in dite
    assert "1 h 00 min plus tard" in dite


@pytest.mark.parametrize(
    ("temps", "dite"),
    [
        (timedelta(seconds=59), "0 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h 00 min"),
        (timedelta(hours=23, minutes=5), "23 h 05 min"),
        (timedelta(days=1), "1 jour"),
        (timedelta(days=1, hours=2, minutes=40), "1 jour et 2 h"),
        (timedelta(days=12, minutes=40), "12 jours"),
    ],
)
def test_une_duree_se_dit_en_deux_unites_au_plus(temps: timedelta, dite: str) -> None:
    assert duree(temps) == dite
