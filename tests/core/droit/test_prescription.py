from __future__ import annotations

from datetime import date, timedelta

import pytest

from dossier.core.creance import Genre
from dossier.core.droit.prescription import prescription
from dossier.core.errors import ParametreNonCouvert
from tests.core.droit.loi import droit

ECHEANCE = date(2026, 5, 16)


@pytest.mark.parametrize(
    ("genre", "transport", "limite", "article"),
    [
        (Genre.ENTREPRISE, False, date(2031, 5, 16), "L110-4"),
        (Genre.PARTICULIER, False, date(2028, 5, 16), "L218-2"),
        (Genre.PUBLIC, False, date(2030, 12, 31), "68-1250"),
        (Genre.ENTREPRISE, True, date(2027, 5, 16), "L133-6"),
        (Genre.PARTICULIER, True, date(2027, 5, 16), "L133-6"),
    ],
)
def test_duree_selon_le_debiteur(genre: Genre, transport: bool, limite: date, article: str) -> None:
    trouvee = prescription(ECHEANCE, None, genre, droit(), transport=transport)
    assert (trouvee.depart, trouvee.date_limite) == (ECHEANCE, limite)
    assert article in trouvee.texte


def test_le_dernier_jour_est_encore_utile() -> None:
    trouvee = prescription(ECHEANCE, None, Genre.ENTREPRISE, droit())
    assert not trouvee.est_prescrite(trouvee.date_limite)
    assert trouvee.est_prescrite(trouvee.date_limite + timedelta(days=1))


@pytest.mark.parametrize(
    ("execution", "depart", "mot"),
    [
        (None, ECHEANCE, "pas connue"),
        (date(2026, 4, 1), date(2026, 4, 1), "l'exécution"),
        (ECHEANCE, ECHEANCE, "l'exécution"),
        (date(2026, 5, 17), ECHEANCE, "de l'échéance"),
    ],
)
def test_le_depart_est_la_plus_ancienne_des_deux_dates(
    execution: date | None, depart: date, mot: str
) -> None:
    trouvee = prescription(ECHEANCE, execution, Genre.ENTREPRISE, droit())
    assert trouvee.depart == depart
    assert mot in trouvee.hypothese


def test_la_prescription_n_est_pas_reportee_au_jour_ouvrable() -> None:
    samedi = prescription(date(2021, 11, 21), None, Genre.ENTREPRISE, droit()).date_limite
    assert samedi == date(2026, 11, 21)
    assert samedi.weekday() == 5


def test_le_29_fevrier_finit_le_28() -> None:
    trouvee = prescription(date(2024, 2, 29), None, Genre.ENTREPRISE, droit())
    assert trouvee.date_limite == date(2029, 2, 28)


@pytest.mark.parametrize("depart", [date(2022, 1, 1), date(2022, 12, 31)])
def test_contre_une_personne_publique_l_annee_entiere_finit_le_meme_jour(depart: date) -> None:
    trouvee = prescription(depart, None, Genre.PUBLIC, droit())
    assert trouvee.date_limite == date(2026, 12, 31)
    assert "1er janvier qui suit" in trouvee.hypothese


def test_une_date_non_couverte_est_refusee() -> None:
    with pytest.raises(ParametreNonCouvert, match="Prescription"):
        prescription(date(2014, 12, 31), None, Genre.ENTREPRISE, droit())
