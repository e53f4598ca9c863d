from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.core.pays import NOMS, OUTRE_MER, lire_pays, nom_postal
from tests.core.droit.loi import droit


@pytest.mark.parametrize(
    ("ecrit", "code"),
    [
        ("", "FR"),
        ("  ", "FR"),
        ("FR", "FR"),
        ("France", "FR"),
        ("re", "FR"),
        ("be", "BE"),
        ("Belgique", "BE"),
        ("BELGIUM", "BE"),
        ("Pays Bas", "NL"),
        ("the netherlands", "NL"),
        ("Espagne ", "ES"),
        ("Tchéquie", "CZ"),
        ("Republique Tcheque", "CZ"),
        ("uk", "GB"),
        ("EL", "GR"),
        ("U.S.A.", "US"),
    ],
)
def test_un_pays_se_lit_par_son_code_ou_par_son_nom(ecrit: str, code: str) -> None:
    assert lire_pays(ecrit) == code


@pytest.mark.parametrize("ecrit", ["ZZ", "Atlantide", "33", "+49", "-", "B", "BEL", "NC"])
def test_un_pays_inconnu_n_est_jamais_pris_pour_la_france(ecrit: str) -> None:
    assert lire_pays(ecrit) is None


def test_chaque_pays_se_relit_sous_chacun_de_ses_noms() -> None:
    for code, (francais, anglais) in NOMS.items():
        assert {lire_pays(code), lire_pays(francais), lire_pays(anglais)} == {code}
        assert (nom_postal(code), nom_postal(code, anglais=True)) == (francais.upper(), anglais.upper())
    assert nom_postal("ZZ") == "ZZ"


def test_tous_les_etats_de_l_injonction_europeenne_sont_connus_et_l_outre_mer_est_en_france() -> None:
    assert set(droit().voies.etats_injonction_europeenne) <= set(NOMS)
    assert {lire_pays(code) for code in OUTRE_MER} == {"FR"}
    assert set(droit().juridictions.pays) >= OUTRE_MER


@given(st.text(max_size=30))
def test_aucun_texte_ne_fait_lever_d_exception(texte: str) -> None:
    assert lire_pays(texte) in {None, *NOMS}
