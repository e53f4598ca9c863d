from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dossier.core.droit.calendrier import (
    Augmentation,
    Delai,
    Duree,
    Qui,
    Regle,
    augmenter,
    dans_l_ordre,
    devoir,
    exiger_l_ordre,
    joindre,
    lendemain,
    ouverture,
)
from dossier.core.droit.jours import est_ouvrable_cpc
from dossier.core.droit.parametres import Niveau
from dossier.core.errors import DonneeInvalide

JOURS = st.dates(date(2015, 1, 1), date(2040, 12, 31))
DUREES = st.builds(Duree, mois=st.integers(1, 12), jours=st.integers(0, 30))


def regle(qui: Qui = Qui.CREANCIER, reserve: str = "") -> Regle:
    return Regle(
        libelle="Agir",
        qui=qui,
        texte="CPC, art. 1",
        source="essai",
        niveau=Niveau.PRIMAIRE,
        consequence="Caducité.",
        reserve=reserve,
    )


def delai(qui: Qui = Qui.CREANCIER, reserve: str = "", **duree: int) -> Delai:
    return Delai(regle=regle(qui, reserve), duree=Duree.model_validate(duree or {"mois": 1}))


@pytest.mark.parametrize("qui", [Qui.CREANCIER, Qui.AVOCAT, Qui.COMMISSAIRE_DE_JUSTICE])
def test_un_acte_du_creancier_vise_la_date_non_prorogee(qui: Qui) -> None:
    trouve = devoir(delai(qui, jours=15), date(2026, 11, 6))
    assert trouve.cible == date(2026, 11, 21)
    assert trouve.limite == date(2026, 11, 23)
    assert trouve.jour == trouve.cible


@pytest.mark.parametrize("qui", [Qui.DEBITEUR, Qui.GREFFE])
def test_un_delai_du_debiteur_ou_du_greffe_est_attendu_jusqu_a_sa_fin_prorogee(qui: Qui) -> None:
    trouve = devoir(delai(qui, jours=15), date(2026, 11, 6))
    assert trouve.cible == trouve.limite == date(2026, 11, 23)


def test_sans_evenement_connu_le_devoir_n_a_aucune_date() -> None:
    trouve = devoir(delai(), None)
    assert trouve.limite is trouve.cible is trouve.a_partir_de is trouve.jour is None
    assert (trouve.libelle, trouve.consequence) == ("Agir", "Caducité.")


def test_une_reserve_s_ajoute_a_celle_de_la_regle() -> None:
    assert devoir(delai(reserve="lecture"), None, reserve="à vérifier").reserve == "lecture ; à vérifier"
    assert devoir(delai(), None, reserve="à vérifier").reserve == "à vérifier"
    assert joindre("", "") == ""


def test_une_ouverture_a_un_premier_jour_et_pas_de_fin() -> None:
    ouvert = ouverture(regle(), date(2026, 12, 15))
    assert ouvert.a_partir_de == ouvert.jour == date(2026, 12, 15)
    assert ouvert.limite is ouvert.cible is None


@pytest.mark.parametrize(
    ("duree", "depart", "sans_report", "fin"),
    [
        (Duree(mois=1), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 2)),
        (Duree(mois=1), date(2028, 1, 31), date(2028, 2, 29), date(2028, 2, 29)),
        (Duree(ans=1), date(2024, 2, 29), date(2025, 2, 28), date(2025, 2, 28)),
        (Duree(mois=1, jours=1), date(2026, 1, 31), date(2026, 3, 1), date(2026, 3, 2)),
        (Duree(jours=1), date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 28)),
        (Duree(jours=1), date(2026, 12, 23), date(2026, 12, 24), date(2026, 12, 24)),
        (Duree(jours=1), date(2026, 12, 27), date(2026, 12, 28), date(2026, 12, 28)),
    ],
)
def test_une_duree_se_compte_en_annees_puis_en_mois_puis_en_jours(
    duree: Duree, depart: date, sans_report: date, fin: date
) -> None:
    assert duree.fin_sans_report(depart) == sans_report
    assert duree.fin(depart) == fin


def test_une_duree_sans_report_finit_meme_un_dimanche() -> None:
    assert Duree(ans=10, report=False).fin(date(2016, 9, 13)) == date(2026, 9, 13)
    assert Duree(ans=10).fin(date(2016, 9, 13)) == date(2026, 9, 14)


@pytest.mark.parametrize("duree", [{}, {"jours": 0}, {"mois": -1, "jours": 3}])
def test_une_duree_nulle_ou_negative_est_refusee(duree: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Duree.model_validate(duree)


@given(DUREES, JOURS)
def test_la_limite_est_ouvrable_et_jamais_avant_la_cible(duree: Duree, depart: date) -> None:
    trouve = devoir(Delai(regle=regle(), duree=duree), depart)
    assert trouve.cible is not None and trouve.limite is not None
    assert depart < trouve.cible <= trouve.limite
    assert est_ouvrable_cpc(trouve.limite)
    assert trouve.limite - trouve.cible <= timedelta(days=4)


def test_une_augmentation_allonge_le_delai_et_dit_son_texte_et_son_doute() -> None:
    ajout = Augmentation(
        mois=2, texte="CPC, art. 643", source="essai", niveau=Niveau.TRANSCRIPTION, reserve="lecture"
    )
    plus_long = augmenter(delai(reserve="premier doute", mois=1), ajout)
    assert plus_long.duree == Duree(mois=3)
    assert plus_long.regle.texte == "CPC, art. 1 ; CPC, art. 643"
    assert plus_long.regle.niveau is Niveau.TRANSCRIPTION
    assert plus_long.regle.reserve == "premier doute ; lecture"


def test_les_devoirs_sont_ranges_par_jour_et_ceux_sans_date_viennent_en_dernier() -> None:
    sans_date = devoir(delai(), None)
    ouvert = ouverture(regle(), date(2026, 11, 17))
    a_faire = devoir(delai(jours=15), date(2026, 11, 6))
    assert dans_l_ordre([sans_date, a_faire, ouvert]) == (ouvert, a_faire, sans_date)


def test_le_lendemain() -> None:
    assert lendemain(date(2026, 12, 31)) == date(2027, 1, 1)


def test_les_evenements_se_suivent() -> None:
    jour = date(2026, 10, 1)
    exiger_l_ordre(("la requête", jour), ("l'ordonnance", None), ("la signification", jour))
    with pytest.raises(
        DonneeInvalide,
        match=r"la signification \(30 septembre 2026\) ne peut pas précéder la requête \(1er octobre 2026\)",
    ):
        exiger_l_ordre(
            ("la requête", jour), ("l'ordonnance", None), ("la signification", jour - timedelta(days=1))
        )
