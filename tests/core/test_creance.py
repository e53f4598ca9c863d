from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dossier.core.cles import verifier_cle
from dossier.core.creance import Adresse, Debiteur, identifiant
from tests.core.vie import ECHEANCE, EMISSION, debiteur, facture

ecrits = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def test_un_numero_simple_est_son_propre_identifiant() -> None:
    assert identifiant("FA-2026-0042") == "FA-2026-0042"


def test_la_casse_et_les_espaces_autour_ne_font_pas_une_autre_facture() -> None:
    assert identifiant(" fa-2026-0042 ") == identifiant("FA-2026-0042")


@pytest.mark.parametrize("voisin", ["FA/2026", "FA 2026", "FA_2026", "FÀ-2026", "-FA-2026", "FA--2026"])
def test_deux_numeros_voisins_ne_se_confondent_pas(voisin: str) -> None:
    assert identifiant(voisin) != identifiant("FA-2026")


def test_un_accent_compose_ou_decompose_est_le_meme() -> None:
    assert identifiant("É1") == identifiant("E\u03011")


@given(ecrits)
def test_un_identifiant_est_toujours_une_cle_admise_et_courte(texte: str) -> None:
    nom = identifiant(texte)
    assert re.fullmatch(r"[A-Z0-9-]{1,60}(-[0-9a-f]{6})?", nom)
    assert verifier_cle(f"creances/{nom}/x.pdf")


@given(ecrits, ecrits)
def test_deux_textes_differents_ont_deux_identifiants(un: str, autre: str) -> None:
    un, autre = (unicodedata.normalize("NFC", texte.strip()).upper() for texte in (un, autre))
    assert (identifiant(un) == identifiant(autre)) is (un == autre)


def test_un_nom_tres_long_garde_soixante_caracteres_et_une_empreinte() -> None:
    assert len(identifiant("A" * 60)) == 60
    assert len(identifiant("A" * 61)) == 67
    assert identifiant("A" * 61) != identifiant("A" * 62)


def test_l_echeance_peut_etre_le_jour_de_la_facture_pas_la_veille() -> None:
    assert facture(echeance=EMISSION).echeance == EMISSION
    with pytest.raises(ValidationError, match="l'échéance précède"):
        facture(echeance=date(2026, 5, 3))


@pytest.mark.parametrize("montant", [Decimal(0), Decimal("-0.01")])
def test_une_facture_nulle_ou_negative_n_est_pas_une_creance(montant: Decimal) -> None:
    with pytest.raises(ValidationError):
        facture(montant_ttc=montant)
    assert facture(montant_ttc=Decimal("0.01")).echeance == ECHEANCE


def test_un_acompte_negatif_est_refuse() -> None:
    with pytest.raises(ValidationError):
        facture(deja_paye=Decimal("-0.01"))


@pytest.mark.parametrize("numero", ["", "   ", "A" * 81])
def test_un_numero_vide_ou_demesure_est_refuse(numero: str) -> None:
    with pytest.raises(ValidationError):
        facture(numero=numero)
    assert facture(numero="A" * 80).creance


def test_le_siren_regroupe_les_creances_quel_que_soit_le_nom() -> None:
    assert debiteur().cle == debiteur(denomination="Autre nom").cle == "000700070"


def test_sans_siren_deux_homonymes_de_la_meme_ville_restent_separes() -> None:
    def habitant(rue: str) -> Debiteur:
        adresse = Adresse(lignes=(rue,), code_postal="69001", ville="Lyon")
        return debiteur(denomination="Claude Modèle", siren=None, adresse=adresse)

    assert habitant("1 rue A").cle == habitant("1 rue A").cle
    assert habitant("1 rue A").cle != habitant("2 rue B").cle


def test_une_adresse_dit_le_pays_hors_de_france_seulement() -> None:
    france = Adresse(lignes=("1 rue A",), code_postal="69001", ville="Lyon")
    assert france.bloc == ("1 rue A", "69001 Lyon")
    assert france.model_copy(update={"pays": "BE", "code_postal": ""}).bloc == ("1 rue A", "Lyon", "BE")
