"""A number is never found inside another one: money must not reach the invoice of somebody else."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.core.citations import citations, compact, mots_du_nom, mots_du_texte


def index(*numeros: str) -> dict[str, Sequence[str]]:
    trouves: dict[str, list[str]] = {}
    for numero in numeros:
        trouves.setdefault(compact(numero), []).append(numero)
    return {cle: tuple(creances) for cle, creances in trouves.items()}


SUIVIES = index("FA-2026-1", "FA-2026-10", "FA-2026-0042", "2026-001", "F1")


def surs(texte: str, numeros: dict[str, Sequence[str]] = SUIVIES) -> list[str]:
    return [c.creances[0] for c in citations(texte, numeros) if c.sure]


def douteux(texte: str, numeros: dict[str, Sequence[str]] = SUIVIES) -> list[str]:
    return [c.creances[0] for c in citations(texte, numeros) if not c.sure]


@pytest.mark.parametrize(
    "texte",
    [
        "FA-2026-0042",
        "fa-2026-0042",
        "VIR DURAND FA 2026 0042",
        "FACTURE N°FA2026-0042 DU 04/05/2026",
        "FACTURE Nº FA.2026.0042, 1 200,00 EUR",
        "REF/FA_2026_0042/DURAND",
        "REGLEMENT FA–2026–0042",
        "FA20260042 1200,00",
        "FA-2026-0042 1200 EUR",
        "FA-2026-0042 15/06/2026",
        "FA-2026-0042 - 15",
        "Fà-2026-0042",
    ],
)
def test_un_numero_se_lit_avec_ses_espaces_ses_tirets_et_sa_casse(texte: str) -> None:
    assert surs(texte) == ["FA-2026-0042"]


@pytest.mark.parametrize(
    ("texte", "attendus"),
    [
        ("FA-2026-10", ["FA-2026-10"]),
        ("FA-2026-1", ["FA-2026-1"]),
        ("FA-2026-1 FA-2026-10", ["FA-2026-1", "FA-2026-10"]),
        ("FA-2026-100", []),
        ("FA-2026-01", []),
        ("XFA-2026-1", []),
        ("FA-2026-1BIS", []),
        ("FA-2026--1", ["FA-2026-1"]),
        ("FA-2026, 1", []),
        ("FA-2026    1", []),
        ("", []),
        (" · ".join(["MOT"] * 40), []),
        ("A" * 90, []),
    ],
)
def test_un_numero_n_est_jamais_lu_dans_un_autre(texte: str, attendus: list[str]) -> None:
    assert surs(texte) == attendus
    assert douteux(texte) == []


@pytest.mark.parametrize(
    "texte",
    [
        "FA-2026-1…",
        "FA-2026-1-0",
        "FA-2026-1 -0",
        "FA-2026-1- 0",
        "FA-2026-1/2",
        "FA-2026-1 0",
        "FA-2026-1 0042",
        "FA-2026-1-A",
        "B-FA-2026-1",
    ],
)
def test_un_numero_qui_parait_coupe_ou_continue_laisse_un_doute(texte: str) -> None:
    assert douteux(texte, index("FA-2026-1")) == ["FA-2026-1"]


@pytest.mark.parametrize(
    ("texte", "sur"),
    [
        ("FACTURE 2026-001", True),
        ("1 2026-001", False),
        ("12-2026-001", False),
        ("AVOIR-2026-001", False),
        ("AVOIR 2026-001", True),
    ],
)
def test_ce_qui_precede_un_numero_qui_commence_par_un_chiffre_peut_en_faire_partie(
    texte: str, sur: bool
) -> None:
    assert (surs(texte), douteux(texte)) == ((["2026-001"], []) if sur else ([], ["2026-001"]))


def test_un_numero_de_chiffres_seuls_ou_de_deux_signes_est_faible() -> None:
    assert [c.faible for c in citations("F1 / 2026-001 / FA-2026-1", SUIVIES)] == [True, True, False]


def test_deux_factures_au_meme_numero_a_la_ponctuation_pres_sont_dites_toutes_les_deux() -> None:
    (citation,) = citations("FA 2026 1", index("FA-2026-1", "FA/20261"))
    assert citation.creances == ("FA-2026-1", "FA/20261")


@settings(deadline=None)
@given(st.integers(1, 9999), st.integers(1, 9999), st.sampled_from(["-", " ", "/", ""]))
def test_aucun_texte_qui_ecrit_un_numero_n_en_cite_surement_un_autre(un: int, autre: int, entre: str) -> None:
    numeros = index(f"FA-2026-{un}")
    texte = f"VIR FA{entre}2026{entre}{autre} MERCI" if entre else f"VIR FA2026{autre} MERCI"
    assert surs(texte, numeros) == ([f"FA-2026-{un}"] if un == autre else [])


def test_un_nom_se_reconnait_a_ses_mots_sans_sa_forme() -> None:
    assert mots_du_nom("Sté Hôtel de l'Utopie SAS") == {"HOTEL", "UTOPIE"}
    assert mots_du_nom("Hôtel Utopie") <= mots_du_texte("VIR SEPA HOTEL UTOPIE SAS")


@pytest.mark.parametrize(("nom", "dit"), [("ABC SARL", False), ("ABCD SARL", True), ("SARL", False)])
def test_un_nom_trop_court_ne_dit_rien(nom: str, dit: bool) -> None:
    assert bool(mots_du_nom(nom)) is dit


@pytest.mark.parametrize(
    ("texte", "surs_", "douteux_"),
    [
        ("FA 1 2", [], ["FA-12"]),
        ("FA-1/2", [], ["FA-12"]),
        ("FA-12", ["FA-12"], []),
        ("FA 2026 0042", ["FA20260042"], []),
        ("FA-2026-0042", ["FA20260042"], []),
        ("FA 202600 42", [], ["FA20260042"]),
        ("FA-7 100", [], ["FA7100"]),
        ("FA 8 100", ["FA8100"], []),
        ("FA-9-100", ["FA-9-100"], []),
    ],
)
def test_des_chiffres_separes_peuvent_etre_deux_numeros(
    texte: str, surs_: list[str], douteux_: list[str]
) -> None:
    """« FA 1 2 » may be the invoices FA-1 and FA-2: nothing is recorded on FA-12."""
    connus = index("FA-1", "FA-12", "FA20260042", "FA-7", "FA7100", "FA8100", "FA-9", "FA-9-100")
    assert (surs(texte, connus), douteux(texte, connus)) == (surs_, douteux_)


@pytest.mark.parametrize(
    ("texte", "surs_", "douteux_"),
    [
        ("FA-2 FA-99", [], ["FA-2"]),
        ("FA99 ET FA2", [], ["FA-2"]),
        ("FA-2 ET FA 1", ["FA-2", "FA-1"], []),
        ("FACTURE 12 FA-2", ["FA-2"], []),
        ("ALFA 12 FA-2", ["FA-2"], []),
        ("F7 ET F9", [], ["F7"]),
        ("F7 F 9", ["F7"], []),
        ("20260042 20260043", [], ["20260042"]),
        ("20260042 2026", [], ["20260042"]),
        ("20260042, 123", ["20260042"], []),
    ],
)
def test_un_numero_de_meme_forme_qui_n_est_pas_suivi_fait_douter(
    texte: str, surs_: list[str], douteux_: list[str]
) -> None:
    """What the payer gives for the other invoice is not known."""
    connus = index("FA-1", "FA-2", "F7", "20260042")
    assert (surs(texte, connus), douteux(texte, connus)) == (surs_, douteux_)
