from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dossier.core.creance import Genre
from dossier.core.droit.penalites import Segment, interets_legaux, penalites_de_retard
from dossier.core.errors import DonneeInvalide, ParametreNonCouvert
from tests.core.droit.loi import droit
from tests.core.test_decompte import droit_avec

UN_JOUR = timedelta(days=1)


def total(segments: tuple[Segment, ...]) -> Decimal:
    return sum((s.montant for s in segments), Decimal(0))


def retard(
    base: str, echeance: date, au: date, stipule: str | None = None, genre: Genre = Genre.ENTREPRISE
) -> tuple[Segment, ...]:
    taux = Decimal(stipule) if stipule else None
    return penalites_de_retard(Decimal(base), echeance + UN_JOUR, au, droit(), taux, genre=genre)


@pytest.mark.parametrize(
    ("base", "echeance", "au", "stipule", "genre", "jours", "attendu"),
    [
        ("15000", date(2026, 3, 1), date(2026, 3, 31), "0.15", Genre.ENTREPRISE, 30, "184.93"),
        ("1850", date(2026, 5, 16), date(2026, 6, 30), None, Genre.ENTREPRISE, 45, "27.71"),
        ("1850", date(2026, 5, 16), date(2026, 5, 16), None, Genre.ENTREPRISE, 0, "0"),
        ("1850", date(2026, 5, 16), date(2026, 5, 17), None, Genre.ENTREPRISE, 1, "0.62"),
        ("1850", date(2026, 5, 16), date(2026, 6, 30), "0.15", Genre.ENTREPRISE, 45, "34.21"),
        ("1850", date(2026, 5, 16), date(2026, 6, 30), None, Genre.PUBLIC, 45, "23.15"),
        ("1850", date(2026, 5, 16), date(2026, 6, 30), None, Genre.PARTICULIER, 0, "0"),
        ("10000", date(2025, 12, 31), date(2026, 12, 31), "0.1240", Genre.ENTREPRISE, 365, "1240.00"),
        ("1000", date(2026, 3, 1), date(2026, 3, 31), "0.12", Genre.ENTREPRISE, 30, "9.86"),
        ("1000", date(2026, 7, 1), date(2026, 7, 31), "0.12", Genre.ENTREPRISE, 30, "9.86"),
        ("1000", date(2026, 7, 31), date(2026, 7, 1), "0.12", Genre.ENTREPRISE, 0, "0"),
    ],
)
def test_exemples_publies(
    base: str, echeance: date, au: date, stipule: str | None, genre: Genre, jours: int, attendu: str
) -> None:
    segments = retard(base, echeance, au, stipule, genre)
    assert sum(s.jours for s in segments) == jours
    assert total(segments) == Decimal(attendu)


def test_chaque_semestre_traverse_a_son_taux_et_l_annee_bissextile_se_divise_par_365() -> None:
    segments = retard("10000", date(2023, 12, 31), date(2024, 12, 31))
    assert [(s.du, s.au, s.jours, s.taux) for s in segments] == [
        (date(2024, 1, 1), date(2024, 6, 30), 182, Decimal("0.1450")),
        (date(2024, 7, 1), date(2024, 12, 31), 184, Decimal("0.1425")),
    ]
    assert total(segments) == Decimal("1441.37")


def test_les_jours_de_bord_du_semestre() -> None:
    assert [s.taux for s in retard("1000", date(2026, 6, 29), date(2026, 6, 30))] == [Decimal("0.1215")]
    assert [s.taux for s in retard("1000", date(2026, 6, 30), date(2026, 7, 1))] == [Decimal("0.1240")]
    deux = retard("1000", date(2026, 6, 29), date(2026, 7, 1))
    assert [(s.jours, s.taux) for s in deux] == [(1, Decimal("0.1215")), (1, Decimal("0.1240"))]


def test_l_arrondi_se_fait_au_demi_centime_superieur_par_segment() -> None:
    (segment,) = retard("1.46", date(2026, 7, 1), date(2026, 7, 26), "0.05")
    assert segment.montant == Decimal("0.01")
    (segment,) = retard("1.45", date(2026, 7, 1), date(2026, 7, 26), "0.05")
    assert segment.montant == Decimal("0.00")


def test_le_taux_d_un_debiteur_public_reste_celui_du_depart() -> None:
    segments = retard("1000", date(2023, 6, 15), date(2024, 1, 10), genre=Genre.PUBLIC)
    assert [s.taux for s in segments] == [Decimal("0.1050")] * 3
    assert "R2192-31" in segments[0].texte


def test_apres_un_paiement_le_taux_public_reste_fige_au_premier_depart() -> None:
    segments = penalites_de_retard(
        Decimal(1000),
        date(2024, 1, 11),
        date(2024, 1, 20),
        droit(),
        genre=Genre.PUBLIC,
        depuis=date(2023, 6, 16),
    )
    assert [s.taux for s in segments] == [Decimal("0.1050")]


def test_un_taux_stipule_s_impose_a_un_debiteur_public_jamais() -> None:
    segments = retard("1850", date(2026, 5, 16), date(2026, 6, 30), "0.15", Genre.PUBLIC)
    assert total(segments) == Decimal("23.15")


@pytest.mark.parametrize(
    ("stipule", "signale"), [("0.08", True), ("0.082", True), ("0.0825", False), ("0.09", False)]
)
def test_un_taux_sous_le_plancher_est_signale_jamais_corrige(stipule: str, signale: bool) -> None:
    (segment,) = retard("1000", date(2026, 7, 1), date(2026, 7, 31), stipule)
    assert segment.taux == Decimal(stipule)
    assert segment.plancher == (Decimal("0.0825") if signale else None)


def test_le_taux_suppletif_n_est_jamais_remonte_au_plancher() -> None:
    (segment,) = retard("1000", date(2024, 1, 1), date(2024, 2, 1))
    assert segment.taux == Decimal("0.1450")
    assert segment.plancher is None


@pytest.mark.parametrize("stipule", ["-0.01", "1.01", "12"])
def test_un_taux_stipule_en_pourcent_ou_negatif_est_refuse(stipule: str) -> None:
    with pytest.raises(DonneeInvalide, match=r"0\.12"):
        retard("1000", date(2026, 7, 1), date(2026, 7, 31), stipule)


def test_un_semestre_inconnu_est_refuse() -> None:
    assert total(retard("1000", date(2026, 12, 1), date(2026, 12, 31))) > 0
    with pytest.raises(ParametreNonCouvert, match="1er semestre 2027"):
        retard("1000", date(2026, 12, 1), date(2027, 1, 1))


def test_rien_n_est_du_sur_rien() -> None:
    assert retard("0", date(2026, 1, 1), date(2026, 2, 1)) == ()


def test_le_segment_cite_son_article_et_son_taux() -> None:
    (segment,) = retard("1850", date(2026, 5, 16), date(2026, 6, 30))
    assert "L441-10, II" in segment.texte
    assert "1er janvier 2026 (2,15\u00a0%), majoré de 10 points" in segment.texte


def test_interets_legaux_au_taux_du_creancier_professionnel() -> None:
    segments = interets_legaux(Decimal(10000), date(2026, 6, 1), date(2026, 7, 31), droit())
    assert [(s.jours, s.taux, s.montant) for s in segments] == [
        (30, Decimal("0.0262"), Decimal("21.53")),
        (31, Decimal("0.0275"), Decimal("23.36")),
    ]
    assert all("1231-6" in s.texte for s in segments)


def test_les_interets_legaux_d_un_creancier_particulier_suivent_l_autre_colonne() -> None:
    (segment,) = interets_legaux(
        Decimal(10000), date(2026, 6, 1), date(2026, 6, 30), droit(), creancier_professionnel=False
    )
    assert segment.taux == Decimal("0.0667")
    assert segment.reserve == ""


def test_un_taux_non_verifie_le_dit_dans_son_segment() -> None:
    (segment,) = interets_legaux(
        Decimal(10000), date(2026, 7, 1), date(2026, 7, 31), droit(), creancier_professionnel=False
    )
    assert segment.taux == Decimal("0.0684")
    assert "non vérifié" in segment.reserve


def test_en_jours_reels_l_annee_bissextile_se_divise_par_366() -> None:
    loi = droit_avec("jours_reels")
    segments = penalites_de_retard(Decimal(10000), date(2024, 1, 1), date(2024, 12, 31), loi)
    assert [(s.jours, s.diviseur) for s in segments] == [(182, 366), (184, 366)]
    assert total(segments) == Decimal("1437.43")


def test_en_jours_reels_chaque_segment_n_a_qu_un_diviseur() -> None:
    loi = droit_avec("jours_reels")
    segments = penalites_de_retard(Decimal(10000), date(2023, 12, 31), date(2025, 1, 1), loi)
    assert [(s.du, s.jours, s.diviseur) for s in segments] == [
        (date(2023, 12, 31), 1, 365),
        (date(2024, 1, 1), 182, 366),
        (date(2024, 7, 1), 184, 366),
        (date(2025, 1, 1), 1, 365),
    ]


@pytest.mark.parametrize(
    ("du", "au", "jours"),
    [
        (date(2024, 2, 28), date(2024, 3, 1), 3),
        (date(2024, 2, 29), date(2024, 2, 29), 1),
        (date(2023, 2, 28), date(2023, 3, 1), 2),
    ],
)
def test_le_29_fevrier_porte_interet(du: date, au: date, jours: int) -> None:
    (segment,) = penalites_de_retard(Decimal(10000), du, au, droit())
    assert segment.jours == jours
    assert segment.diviseur == 365
