"""The scenarios that the repository ships: what each one promises to those who choose it."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise, product
from pathlib import Path

import pytest

from dossier.adapters.config_yaml import charger
from dossier.core.creance import Genre
from dossier.core.faits import Canal
from dossier.core.scenario import Etape, GenreEtape, Scenario
from tests.core.droit.loi import CONFIG

TEMPLATES = CONFIG.parent / "templates"
FICHIERS = sorted((CONFIG / "scenarios").glob("*.yaml"))
LIVRES = {fichier.stem: charger(fichier, Scenario) for fichier in FICHIERS}
CAS = [(scenario, etape) for scenario in LIVRES.values() for etape in scenario.etapes]


def ecrites(scenario: Scenario) -> list[Etape]:
    return [etape for etape in scenario.etapes if etape.canaux]


def jours_au_plus_tot(scenario: Scenario) -> int:
    """Days from the échéance to the mise en demeure, when nothing waits for a person or for the post."""
    dates = {"echeance": 0}
    for etape in scenario.etapes[:-1]:
        assert etape.delai is not None
        derniere = max((dates[e.nom] for e in scenario.etapes if e.nom in dates), default=0)
        dates[etape.nom] = dates.get(etape.delai.depuis, derniere) + etape.delai.jours
    return dates[scenario.mise_en_demeure.nom]


def test_quatre_scenarios_sont_livres_et_portent_le_nom_de_leur_fichier() -> None:
    assert set(LIVRES) == {"standard", "grand-compte", "particulier", "export"}
    assert all(nom == scenario.nom for nom, scenario in LIVRES.items())


@pytest.mark.parametrize("fichier", FICHIERS, ids=lambda f: f.stem)
def test_un_scenario_explique_ses_choix_en_tete(fichier: Path) -> None:
    assert fichier.read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize(("scenario", "etape"), CAS, ids=lambda x: x.nom)
def test_chaque_modele_cite_existe(scenario: Scenario, etape: Etape) -> None:
    absents = [
        f"{modele}.{extension}"
        for modele, extension in etape.modeles
        if not (TEMPLATES / f"{modele}.{extension}").is_file()
    ]
    assert absents == []


@pytest.mark.parametrize(("scenario", "etape"), CAS, ids=lambda x: x.nom)
def test_adaptee_a_n_importe_quel_debiteur_une_etape_reste_une_etape(
    scenario: Scenario, etape: Etape
) -> None:
    for genre, retard, montant in product(Genre, (0, 1, 44, 45, 59, 60, 400), ("0.01", "1000000")):
        adaptee = etape.adaptee(genre, retard, Decimal(montant))
        assert Etape.model_validate(adaptee.model_dump()) == adaptee
        assert (adaptee.nom, adaptee.delai, adaptee.canaux) == (etape.nom, etape.delai, etape.canaux)


@pytest.mark.parametrize(("scenario", "etape"), CAS, ids=lambda x: x.nom)
def test_sans_adresse_electronique_chaque_lettre_peut_partir_par_la_poste(
    scenario: Scenario, etape: Etape
) -> None:
    assert not etape.canaux or etape.lettre


def test_le_temps_que_prend_chaque_scenario_jusqu_a_la_mise_en_demeure() -> None:
    durees = {nom: jours_au_plus_tot(scenario) for nom, scenario in LIVRES.items()}
    assert durees == {"standard": 58, "grand-compte": 92, "particulier": 70, "export": 77}


def test_chaque_etape_compte_depuis_celle_qui_la_precede() -> None:
    for scenario in LIVRES.values():
        for avant, apres in pairwise(scenario.etapes[:-1]):
            assert apres.delai is not None
            assert apres.delai.depuis in {avant.nom, "derniere_relance", "echeance"}
            if avant.genre is not GenreEtape.PREVENANCE:
                assert apres.delai.depuis != "echeance"


@pytest.mark.parametrize(("scenario", "etape"), CAS, ids=lambda x: x.nom)
def test_un_debiteur_ne_lit_jamais_le_nom_interne_d_une_etape(scenario: Scenario, etape: Etape) -> None:
    if etape.canaux:
        assert etape.objet
        assert etape.libelle_lettre
        assert not {"relance", "prévenance"} & set(f"{etape.objet} {etape.libelle_lettre}".lower().split())


@pytest.mark.parametrize("nom", ["standard", "grand-compte", "particulier"])
def test_le_nom_d_un_rappel_s_insere_dans_une_phrase(nom: str) -> None:
    noms = LIVRES[nom].libelles_lettre.values()
    assert noms
    assert all(libelle[0].islower() for libelle in noms), "« Malgré notre premier rappel par courriel du… »"


# Grand compte.


def test_un_grand_compte_est_prevenu_plus_tot_et_appele_avant_la_deuxieme_relance() -> None:
    noms = [etape.nom for etape in LIVRES["grand-compte"].etapes]
    assert noms == [
        "prevenance",
        "relance-1",
        "appel",
        "relance-2",
        "relance-officielle",
        "avis-de-penalites",
        "avant-contentieux",
        "mise-en-demeure",
        "dossier",
    ]
    tot, habituel = (LIVRES[nom].etapes[0].delai for nom in ("grand-compte", "standard"))
    assert tot is not None
    assert habituel is not None
    assert tot.jours < habituel.jours < 0


def test_un_grand_compte_lit_des_lettres_ecrites_pour_sa_comptabilite() -> None:
    for nom in ("relance-1", "relance-2"):
        etape = LIVRES["grand-compte"].etape(nom)
        assert etape.lettre == f"courriers/grand-compte/{nom}"
        assert etape.courriel == f"courriels/grand-compte/{nom}"


def test_une_personne_publique_ne_recoit_pas_d_avis_de_penalites_mais_d_interets_moratoires() -> None:
    avis = LIVRES["grand-compte"].etape("avis-de-penalites")
    assert avis.adaptee(Genre.PUBLIC, 60, Decimal(100)).objet == "Avis d’intérêts moratoires"
    assert avis.adaptee(Genre.ENTREPRISE, 60, Decimal(100)).objet == "Avis de pénalités de retard"


# Particulier.


def test_un_particulier_recoit_moins_d_etapes_aucun_appel_et_un_mois_pour_payer() -> None:
    particulier, standard = LIVRES["particulier"], LIVRES["standard"]
    assert len(ecrites(particulier)) < len(ecrites(standard))
    assert all(etape.genre is not GenreEtape.APPEL for etape in particulier.etapes)
    assert particulier.mise_en_demeure.delai_de_paiement == 30
    assert all((etape.delai_de_paiement or 15) >= 15 for etape in particulier.etapes)


@pytest.mark.parametrize("nom", ["particulier", "standard"])
def test_les_relances_d_un_particulier_sont_les_siennes(nom: str) -> None:
    relances = [etape for etape in LIVRES[nom].etapes if etape.nom.startswith("relance-")]
    assert len(relances) == 3
    for etape in relances:
        adaptee = etape.adaptee(Genre.PARTICULIER, 300, Decimal(10_000))
        assert adaptee.lettre == f"courriers/particulier/{etape.nom}"
        assert adaptee.courriel == f"courriels/particulier/{etape.nom}"
        assert "délai" not in adaptee.objet


def test_rien_dans_le_scenario_d_un_particulier_ne_parle_de_penalites_ni_de_contentieux() -> None:
    dits = " ".join(f"{etape.libelle} {etape.objet} {etape.lettre}" for etape in LIVRES["particulier"].etapes)
    assert not {"pénalité", "penalite", "contentieux", "judiciaire"} & set(dits.lower().split())
    assert "penalites" not in dits
    assert "contentieux" not in dits


# Standard, selon le débiteur et le retard.


@pytest.mark.parametrize(
    ("etape", "retard", "objet"),
    [
        ("relance-1", 44, "Rappel, échéance dépassée"),
        ("relance-1", 45, "Rappel, règlement attendu"),
        ("relance-2", 59, "Deuxième rappel"),
        ("relance-2", 60, "Deuxième rappel, règlement attendu sans délai"),
    ],
)
def test_le_ton_monte_quand_la_facture_est_importee_tard(etape: str, retard: int, objet: str) -> None:
    adaptee = LIVRES["standard"].etape(etape).adaptee(Genre.ENTREPRISE, retard, Decimal(100))
    assert adaptee.objet == objet
    assert adaptee.lettre == f"courriers/{etape}"


SANS_OUBLI = {"grand-compte"}
"""Its first reminder asks where the invoice stands, and never supposed an oversight."""


@pytest.mark.parametrize("genre", Genre)
@pytest.mark.parametrize("nom", sorted(set(LIVRES) - SANS_OUBLI))
def test_le_corps_du_premier_rappel_suit_la_meme_regle_que_son_objet(nom: str, genre: Genre) -> None:
    etape = LIVRES[nom].etape("relance-1")
    assert not etape.adaptee(genre, 44, Decimal(100)).tardive
    tardive = etape.adaptee(genre, 45, Decimal(100))
    assert tardive.tardive
    assert (tardive.lettre, tardive.courriel) == _mots(etape.adaptee(genre, 44, Decimal(100)))


def _mots(etape: Etape) -> tuple[str | None, str | None]:
    return etape.lettre, etape.courriel


def test_on_ne_propose_pas_d_echeancier_a_une_personne_publique() -> None:
    relance = LIVRES["standard"].etape("relance-3")
    assert relance.adaptee(Genre.PUBLIC, 28, Decimal(100)).mensualites == 0
    assert relance.adaptee(Genre.PUBLIC, 28, Decimal(100)).objet == "Troisième rappel"
    assert relance.adaptee(Genre.ENTREPRISE, 28, Decimal(100)) == relance
    assert relance.adaptee(Genre.PARTICULIER, 28, Decimal(100)).mensualites == 3


# Export.


def test_seul_export_suit_un_debiteur_etranger_et_ecrit_en_anglais() -> None:
    assert [nom for nom, scenario in LIVRES.items() if scenario.etranger] == ["export"]
    assert [nom for nom, scenario in LIVRES.items() if scenario.langue == "en"] == ["export"]


def test_les_lettres_d_export_sont_celles_de_l_export_le_courriel_d_abord() -> None:
    export = LIVRES["export"]
    for etape in ecrites(export):
        assert etape.lettre == f"courriers/export/{etape.nom}"
        if etape is not export.mise_en_demeure:
            assert etape.canaux[0] is Canal.EMAIL
            assert etape.courriel == f"courriels/export/{etape.nom}"
    assert export.mise_en_demeure.canaux == (Canal.LRAR,)
    assert export.libelles_lettre == {
        "prevenance": "Notice of payment falling due",
        "relance-1": "First reminder",
        "relance-2": "Second reminder",
        "avant-contentieux": "Final reminder before legal proceedings",
        "mise-en-demeure": "Formal notice to pay",
    }
