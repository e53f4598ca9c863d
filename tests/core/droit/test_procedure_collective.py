from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.adapters.config_yaml import charger
from dossier.core.droit.procedure_collective import (
    ReglesProcedureCollective,
    apres_le_jugement,
    declaration,
    dernier_jour_des_interets,
    effets,
    releve_de_forclusion,
)
from dossier.core.errors import DonneeInvalide, ParametreNonCouvert
from tests.core.droit.loi import CONFIG

JUGEMENT = date(2026, 10, 1)


@cache
def regles() -> ReglesProcedureCollective:
    return charger(CONFIG / "droit" / "procedure_collective.yaml", ReglesProcedureCollective)


@pytest.mark.parametrize(
    ("publication", "cible", "limite"),
    [
        (date(2026, 10, 13), date(2026, 12, 13), date(2026, 12, 14)),
        (date(2026, 10, 14), date(2026, 12, 14), date(2026, 12, 14)),
        (date(2026, 10, 24), date(2026, 12, 24), date(2026, 12, 24)),
        (date(2026, 10, 25), date(2026, 12, 25), date(2026, 12, 28)),
        (date(2026, 12, 30), date(2027, 2, 28), date(2027, 3, 1)),
        (date(2026, 12, 31), date(2027, 2, 28), date(2027, 3, 1)),
    ],
)
def test_la_creance_se_declare_dans_les_deux_mois_de_la_publication(
    publication: date, cible: date, limite: date
) -> None:
    trouve = declaration(JUGEMENT, publication, regles())
    assert (trouve.cible, trouve.limite) == (cible, limite)
    assert "R622-24" in trouve.texte
    assert "R662-1" in trouve.texte
    assert "Forclusion" in trouve.consequence


def test_le_29_fevrier_est_un_dernier_jour() -> None:
    trouve = declaration(date(2023, 12, 20), date(2023, 12, 31), regles())
    assert trouve.cible == trouve.limite == date(2024, 2, 29)


def test_le_creancier_hors_du_territoire_a_quatre_mois() -> None:
    trouve = declaration(JUGEMENT, date(2026, 10, 14), regles(), creancier_hors_territoire=True)
    assert (trouve.cible, trouve.limite) == (date(2027, 2, 14), date(2027, 2, 15))
    assert "augmenté de deux mois" in trouve.reserve


@pytest.mark.parametrize("hors_territoire", [True, False])
def test_sans_date_de_publication_il_n_y_a_pas_de_dernier_jour_mais_une_recherche(
    hors_territoire: bool,
) -> None:
    trouve = declaration(JUGEMENT, None, regles(), creancier_hors_territoire=hors_territoire)
    assert trouve.limite is trouve.cible is None
    assert "BODACC à rechercher" in trouve.reserve
    suite = apres_le_jugement(JUGEMENT, None, regles(), creancier_hors_territoire=hors_territoire)
    recherche = next(d for d in suite if "à rechercher" in d.libelle)
    assert recherche.limite == date(2026, 10, 16)


def test_la_publication_connue_n_est_plus_a_rechercher() -> None:
    suite = apres_le_jugement(JUGEMENT, date(2026, 10, 14), regles())
    assert not any("à rechercher" in d.libelle for d in suite)
    assert "à rechercher" not in declaration(JUGEMENT, date(2026, 10, 14), regles()).reserve


def test_le_releve_de_forclusion_se_demande_dans_les_six_mois() -> None:
    trouve = releve_de_forclusion(JUGEMENT, date(2026, 10, 18), regles())
    assert (trouve.cible, trouve.limite) == (date(2027, 4, 18), date(2027, 4, 19))
    assert "L622-26" in trouve.texte
    assert releve_de_forclusion(JUGEMENT, None, regles()).limite is None


def test_le_jugement_interdit_d_agir_et_d_etre_paye_et_arrete_les_interets_des_son_jour() -> None:
    trouves = effets(JUGEMENT, regles())
    assert [d.a_partir_de for d in trouves] == [JUGEMENT] * 3
    for article, trouve in zip(("L622-21", "L622-7", "L622-28"), trouves, strict=True):
        assert article in trouve.texte
        assert "R621-4" in trouve.texte


def test_le_jour_du_jugement_ne_porte_pas_d_interets() -> None:
    assert dernier_jour_des_interets(JUGEMENT, regles()) == date(2026, 9, 30)


def test_la_declaration_a_sa_liste_de_mentions() -> None:
    textes = [m.texte for m in regles().mentions]
    assert any("L622-25" in texte for texte in textes)
    assert any("R622-23" in texte for texte in textes)
    assert any("sincère" in m.mention for m in regles().mentions)


def test_tout_est_range_par_date() -> None:
    suite = apres_le_jugement(JUGEMENT, date(2026, 10, 14), regles())
    jours = [d.jour for d in suite if d.jour is not None]
    assert jours == sorted(jours)
    assert len(jours) == len(suite) == 5


@pytest.mark.parametrize(
    ("jour", "motif"),
    [(date(2021, 9, 30), "depuis le 1er octobre 2021"), (date(2027, 1, 1), "31 décembre 2026")],
)
def test_un_jugement_non_couvert_est_refuse(jour: date, motif: str) -> None:
    for calcul in (effets, dernier_jour_des_interets):
        with pytest.raises(ParametreNonCouvert, match=motif):
            calcul(jour, regles())
    with pytest.raises(ParametreNonCouvert, match=motif):
        declaration(jour, None, regles())


def test_le_premier_et_le_dernier_jour_couverts_sont_acceptes() -> None:
    for jour in (date(2021, 10, 1), date(2026, 12, 31)):
        assert effets(jour, regles())


def test_la_publication_non_couverte_est_refusee_meme_apres_un_jugement_couvert() -> None:
    with pytest.raises(ParametreNonCouvert, match="1er janvier 2027"):
        declaration(date(2026, 12, 20), date(2027, 1, 1), regles())


def test_la_publication_ne_precede_pas_le_jugement() -> None:
    declaration(JUGEMENT, JUGEMENT, regles())
    with pytest.raises(DonneeInvalide, match="BODACC"):
        releve_de_forclusion(JUGEMENT, JUGEMENT - timedelta(days=1), regles())


@given(st.dates(date(2021, 10, 1), date(2026, 12, 31)), st.booleans())
def test_la_date_visee_ne_compte_jamais_sur_un_report(publication: date, loin: bool) -> None:
    trouve = declaration(date(2021, 10, 1), publication, regles(), creancier_hors_territoire=loin)
    assert trouve.cible is not None and trouve.limite is not None
    assert publication < trouve.cible <= trouve.limite
