from __future__ import annotations

from datetime import date

import pytest

from dossier.core.creance import Genre
from dossier.core.droit.juridiction import Juridiction, juridiction
from dossier.core.errors import ParametreNonCouvert
from tests.core.droit.loi import droit

JOUR = date(2026, 11, 21)


def trouver(code_postal: str, ville: str, forme: str = "SAS", genre: Genre = Genre.ENTREPRISE) -> Juridiction:
    return juridiction(genre, code_postal, ville, JOUR, droit().juridictions, forme=forme)


@pytest.mark.parametrize(
    ("code_postal", "ville", "intitule"),
    [
        ("84000", "Avignon", "Tribunal des activités économiques d'Avignon"),
        ("89000", "AUXERRE", "Tribunal des activités économiques d'Auxerre"),
        ("76600", "Le Havre", "Tribunal des activités économiques du Havre"),
        ("72000", "LE MANS CEDEX 2", "Tribunal des activités économiques du Mans"),
        ("87000", "Limoges", "Tribunal des activités économiques de Limoges"),
        ("69003", "Lyon 3e", "Tribunal des activités économiques de Lyon"),
        ("13008", "Marseille 08", "Tribunal des activités économiques de Marseille"),
        ("54000", "Nancy", "Tribunal des activités économiques de Nancy"),
        ("92000", "Nanterre", "Tribunal des activités économiques de Nanterre"),
        ("75011", "Paris 11e arrondissement", "Tribunal des activités économiques de Paris"),
        ("22000", "ST-BRIEUC", "Tribunal des activités économiques de Saint-Brieuc"),
        ("78000", "Versailles", "Tribunal des activités économiques de Versailles"),
    ],
)
def test_les_douze_tribunaux_des_activites_economiques(code_postal: str, ville: str, intitule: str) -> None:
    trouvee = trouver(code_postal, ville)
    assert trouvee.intitule == intitule
    assert not trouvee.a_completer
    assert trouvee.motif == ""
    assert "1406" in trouvee.texte


@pytest.mark.parametrize(
    ("code_postal", "ville"),
    [
        ("44000", "Nantes"),
        ("77550", "Limoges-Fourches"),
        ("31000", "Paris"),
        ("", ""),
        ("69100", "Villeurbanne"),
    ],
)
def test_ailleurs_le_ressort_est_laisse_a_une_personne(code_postal: str, ville: str) -> None:
    trouvee = trouver(code_postal, ville)
    assert trouvee.intitule == "Tribunal de commerce"
    assert trouvee.a_completer
    assert trouvee.motif.startswith("ressort à vérifier")
    assert "qualité" not in trouvee.motif


@pytest.mark.parametrize("code_postal", ["57000", "67000", "68100"])
def test_alsace_moselle(code_postal: str) -> None:
    trouvee = trouver(code_postal, "Metz")
    assert trouvee.intitule == "Chambre commerciale du tribunal judiciaire"
    assert trouvee.a_completer


def test_les_departements_voisins_ne_sont_pas_en_alsace_moselle() -> None:
    assert {trouver(cp, "X").intitule for cp in ("56000", "58000", "66000", "69100")} == {
        "Tribunal de commerce"
    }


def test_outre_mer_le_tribunal_mixte_est_signale() -> None:
    assert "tribunal mixte" in trouver("97400", "Saint-Denis").motif
    assert "tribunal mixte" not in trouver("93200", "Saint-Denis").motif


@pytest.mark.parametrize("forme", ["", "SCI", "association", "SELARL"])
def test_sans_forme_commerciale_la_qualite_est_a_verifier(forme: str) -> None:
    trouvee = trouver("75001", "Paris", forme)
    assert trouvee.a_completer
    assert trouvee.motif.startswith("qualité de commerçant")


@pytest.mark.parametrize("forme", ["S.A.R.L.", "sarl", "Société à responsabilité limitée"])
def test_les_formes_commerciales_s_ecrivent_de_plusieurs_facons(forme: str) -> None:
    assert not trouver("75001", "Paris", forme).a_completer


def test_consommateur_et_personne_publique_sont_a_confirmer() -> None:
    conso = trouver("75001", "Paris", genre=Genre.PARTICULIER)
    assert conso.intitule == "Tribunal judiciaire"
    assert "contentieux de la protection" in conso.motif
    public = trouver("75001", "Paris", genre=Genre.PUBLIC)
    assert "administrative" in public.motif
    assert conso.a_completer
    assert public.a_completer


def test_hors_de_france() -> None:
    trouvee = juridiction(
        Genre.ENTREPRISE, "1000", "Bruxelles", JOUR, droit().juridictions, forme="SA", pays="BE"
    )
    assert trouvee.a_completer
    assert "1896/2006" in trouvee.motif


@pytest.mark.parametrize(
    ("jour", "couvert"),
    [
        (date(2024, 12, 31), False),
        (date(2025, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_la_carte_n_est_connue_que_dans_sa_periode(jour: date, couvert: bool) -> None:
    if couvert:
        assert juridiction(
            Genre.ENTREPRISE, "75001", "Paris", jour, droit().juridictions, forme="SA"
        ).intitule
        return
    with pytest.raises(ParametreNonCouvert, match="Juridictions commerciales"):
        juridiction(Genre.ENTREPRISE, "75001", "Paris", jour, droit().juridictions, forme="SA")
