from __future__ import annotations

from datetime import date

import pytest

from dossier.core.creance import Genre, Nature
from dossier.core.droit.juridiction import Juridiction, juridiction, qualite_de_commercant
from dossier.core.errors import ParametreNonCouvert
from tests.core.droit.loi import droit

JOUR = date(2026, 11, 21)


def trouver(
    code_postal: str,
    ville: str,
    forme: str = "SAS",
    genre: Genre = Genre.ENTREPRISE,
    *,
    nature: Nature = Nature.CONTRAT,
    pays: str = "FR",
) -> Juridiction:
    carte = droit().juridictions
    return juridiction(genre, code_postal, ville, JOUR, carte, forme=forme, nature=nature, pays=pays)


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
    ("code_postal", "ville", "intitule"),
    [
        ("06400", "Cannes", "Tribunal de commerce de Cannes"),
        ("06800", "Cagnes-sur-Mer", "Tribunal de commerce d'Antibes"),
        ("44000", "Nantes", "Tribunal de commerce de Nantes"),
        ("44600", "Saint Nazaire", "Tribunal de commerce de Saint-Nazaire"),
        ("59000", "LILLE", "Tribunal de commerce de Lille Métropole"),
        ("59200", "Tourcoing", "Tribunal de commerce de Lille Métropole"),
        ("91000", "Évry", "Tribunal de commerce d'Évry"),
        ("22100", "Dinan", "Tribunal de commerce de Saint-Malo"),
        ("25200", "Montbéliard", "Tribunal de commerce de Belfort"),
        ("67000", "Strasbourg", "Chambre commerciale du tribunal judiciaire de Strasbourg"),
        ("97110", "Pointe-à-Pitre", "Tribunal mixte de commerce de Pointe-à-Pitre"),
        ("97400", "Saint-Denis", "Tribunal mixte de commerce de Saint-Denis de La Réunion"),
        ("97500", "Saint-Pierre", "Tribunal de première instance de Saint-Pierre-et-Miquelon"),
    ],
)
def test_une_commune_du_ressort_donne_le_tribunal(code_postal: str, ville: str, intitule: str) -> None:
    trouvee = trouver(code_postal, ville)
    assert trouvee.intitule == intitule
    assert not trouvee.a_completer
    assert trouvee.motif == trouvee.reserve == ""
    assert trouvee.magistrat == "le président"


@pytest.mark.parametrize(
    ("code_postal", "ville", "intitule"),
    [
        ("31400", "Muret", "Tribunal de commerce de Toulouse"),
        ("04000", "Digne-les-Bains", "Tribunal de commerce de Manosque"),
        ("43100", "Brioude", "Tribunal de commerce du Puy-en-Velay"),
        ("93200", "Saint-Denis", "Tribunal de commerce de Bobigny"),
        ("20167", "Sarrola-Carcopino", "Tribunal de commerce d'Ajaccio"),
        ("20250", "Corte", "Tribunal de commerce de Bastia"),
        ("78000", "Le Chesnay", "Tribunal des activités économiques de Versailles"),
        ("97320", "Saint-Laurent-du-Maroni", "Tribunal mixte de commerce de Cayenne"),
    ],
)
def test_le_seul_tribunal_du_departement_est_nomme_sous_reserve(
    code_postal: str, ville: str, intitule: str
) -> None:
    trouvee = trouver(code_postal, ville)
    assert trouvee.intitule == intitule
    assert not trouvee.a_completer
    assert "département voisin" in trouvee.reserve


@pytest.mark.parametrize(
    ("code_postal", "ville", "titre", "candidats"),
    [
        (
            "69100",
            "Villeurbanne",
            "Tribunal de commerce",
            ("des activités économiques de Lyon", "Villefranche"),
        ),
        ("77550", "Limoges-Fourches", "Tribunal de commerce", ("Meaux", "Melun")),
        (
            "22200",
            "Guingamp",
            "Tribunal de commerce",
            ("activités économiques de Saint-Brieuc", "Saint-Malo"),
        ),
        (
            "57100",
            "Metz-Tessy",
            "Chambre commerciale du tribunal judiciaire",
            ("Metz", "Sarreguemines", "Thionville"),
        ),
        ("97133", "Saint-Barthélemy", "Tribunal mixte de commerce", ("Basse-Terre", "Pointe-à-Pitre")),
    ],
)
def test_entre_plusieurs_tribunaux_une_personne_choisit(
    code_postal: str, ville: str, titre: str, candidats: tuple[str, ...]
) -> None:
    trouvee = trouver(code_postal, ville)
    assert trouvee.intitule == titre
    assert trouvee.a_completer
    assert trouvee.motif.startswith("ressort à vérifier, entre : ")
    assert len(trouvee.candidats) == len(candidats)
    for nom, attendu in zip(trouvee.candidats, candidats, strict=True):
        assert attendu in nom
        assert nom in trouvee.motif
    assert "qualité" not in trouvee.motif


@pytest.mark.parametrize("code_postal", ["", "1000", "99999", "98000", "20300"])
def test_un_code_postal_muet_laisse_tout_a_une_personne(code_postal: str) -> None:
    trouvee = trouver(code_postal, "Paris")
    assert trouvee.intitule == "Tribunal de commerce"
    assert trouvee.a_completer
    assert trouvee.candidats == ()
    assert "ne donne pas le département" in trouvee.motif


@pytest.mark.parametrize("code_postal", ["98600", "98713", "98800"])
def test_la_ou_la_procedure_est_propre_la_juridiction_reste_a_determiner(code_postal: str) -> None:
    trouvee = trouver(code_postal, "Nouméa")
    assert trouvee.intitule == "Juridiction à déterminer"
    assert trouvee.a_completer


@pytest.mark.parametrize("forme", ["", "EI", "Artisan", "GIE"])
def test_sans_forme_connue_la_qualite_est_a_verifier(forme: str) -> None:
    trouvee = trouver("75001", "Paris", forme)
    assert trouvee.intitule == "Tribunal des activités économiques de Paris"
    assert trouvee.a_completer
    assert trouvee.motif.startswith("qualité de commerçant")


def test_le_doute_sur_la_qualite_garde_la_reserve_du_siege() -> None:
    trouvee = trouver("31400", "Muret", "")
    assert trouvee.reserve == ""
    assert "département voisin" in trouvee.motif
    assert "qualité de commerçant" in trouvee.motif


@pytest.mark.parametrize("forme", ["SCI", "association", "S.C.P.", "EARL", "Syndicat des copropriétaires"])
def test_une_forme_civile_va_au_tribunal_judiciaire(forme: str) -> None:
    trouvee = trouver("75001", "Paris", forme)
    assert trouvee.intitule == "Tribunal judiciaire de Paris"
    assert "L211-3" in trouvee.texte
    assert not trouvee.a_completer


@pytest.mark.parametrize("forme", ["SELARL", "selas", "Société d'exercice libéral à responsabilité limitée"])
def test_une_societe_d_exercice_liberal_va_au_tribunal_judiciaire(forme: str) -> None:
    trouvee = trouver("75001", "Paris", forme)
    assert trouvee.intitule == "Tribunal judiciaire de Paris"
    assert "L721-5" in trouvee.texte
    assert qualite_de_commercant(forme, droit().juridictions) is None


@pytest.mark.parametrize(
    ("code_postal", "ville", "intitule"),
    [
        ("31800", "Saint-Gaudens", "Tribunal judiciaire de Saint-Gaudens"),
        ("85100", "Les Sables d’Olonne", "Tribunal judiciaire des Sables-d'Olonne"),
        ("97500", "Miquelon-Langlade", "Tribunal de première instance de Saint-Pierre-et-Miquelon"),
    ],
)
def test_le_tribunal_judiciaire_de_la_commune(code_postal: str, ville: str, intitule: str) -> None:
    assert trouver(code_postal, ville, "SCI").intitule == intitule


def test_le_seul_tribunal_judiciaire_du_departement_reste_a_verifier() -> None:
    trouvee = trouver("32100", "Condom", "SCI")
    assert trouvee.intitule == "Tribunal judiciaire d'Auch"
    assert trouvee.a_completer
    assert trouvee.motif.startswith("ressort à vérifier : seul tribunal")
    assert "chambre de proximité" in trouvee.motif


@pytest.mark.parametrize(
    ("forme", "commercant"),
    [("SARL", True), ("commerçant", True), ("SCI", False), ("GAEC", False), ("SELARL", None), ("", None)],
)
def test_qualite_de_commercant(forme: str, commercant: bool | None) -> None:
    assert qualite_de_commercant(forme, droit().juridictions) is commercant


@pytest.mark.parametrize("nature", [Nature.BAIL_HABITATION, Nature.CREDIT_CONSOMMATION])
@pytest.mark.parametrize("genre", [Genre.PARTICULIER, Genre.ENTREPRISE])
def test_bail_d_habitation_et_credit_vont_au_juge_de_la_protection(nature: Nature, genre: Genre) -> None:
    trouvee = trouver("34000", "Montpellier", genre=genre, nature=nature)
    assert trouvee.intitule == "Juge des contentieux de la protection du tribunal judiciaire de Montpellier"
    assert trouvee.magistrat == "le juge des contentieux de la protection"
    assert "L213-4-4" in trouvee.texte
    assert not trouvee.a_completer


def test_le_juge_de_la_protection_d_une_autre_commune_est_a_verifier() -> None:
    trouvee = trouver("34500", "Agde", genre=Genre.PARTICULIER, nature=Nature.BAIL_HABITATION)
    assert trouvee.intitule == "Juge des contentieux de la protection du tribunal judiciaire"
    assert len(trouvee.candidats) == 2
    assert "chambre de proximité" in trouvee.motif


@pytest.mark.parametrize("forme", ["S.A.R.L.", "sarl", "Société à responsabilité limitée"])
def test_les_formes_commerciales_s_ecrivent_de_plusieurs_facons(forme: str) -> None:
    assert not trouver("75001", "Paris", forme).a_completer


def test_consommateur_et_personne_publique_sont_a_confirmer() -> None:
    conso = trouver("75001", "Paris", genre=Genre.PARTICULIER)
    assert conso.intitule == "Tribunal judiciaire de Paris"
    assert "contentieux de la protection" in conso.motif
    public = trouver("75001", "Paris", genre=Genre.PUBLIC, nature=Nature.BAIL_HABITATION)
    assert public.intitule == "Juridiction à déterminer"
    assert "administrative" in public.motif
    assert conso.a_completer
    assert public.a_completer


@pytest.mark.parametrize("nature", [Nature.CONTRAT, Nature.TRANSPORT])
def test_les_autres_natures_suivent_la_qualite_du_debiteur(nature: Nature) -> None:
    assert trouver("75001", "Paris", nature=nature).intitule.startswith("Tribunal des activités")


def test_hors_de_france() -> None:
    trouvee = trouver("1000", "Bruxelles", pays="BE")
    assert trouvee.a_completer
    assert "1896/2006" in trouvee.motif


def test_une_adresse_d_outre_mer_peut_porter_son_code_de_pays() -> None:
    assert trouver("97200", "Fort-de-France", pays="MQ") == trouver("97200", "Fort-de-France")


def test_apres_l_experimentation_le_tribunal_reprend_son_nom() -> None:
    carte = droit().juridictions.model_copy(update={"verifie_jusqu_au": date(2030, 12, 31)})
    noms = [
        juridiction(Genre.ENTREPRISE, "69003", "Lyon", jour, carte, forme="SA").intitule
        for jour in (date(2028, 12, 31), date(2029, 1, 1))
    ]
    assert noms == ["Tribunal des activités économiques de Lyon", "Tribunal de commerce de Lyon"]


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
    with pytest.raises(ParametreNonCouvert, match="Carte judiciaire"):
        juridiction(Genre.ENTREPRISE, "75001", "Paris", jour, droit().juridictions, forme="SA")
