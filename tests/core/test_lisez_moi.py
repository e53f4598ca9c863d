"""LISEZ-MOI.txt: short, plain, and its commands whole on their line."""

from __future__ import annotations

from datetime import UTC, datetime

from dossier.core.lisez_moi import lisez_moi
from tests.commandes_du_lisez_moi import commandes

INSTANT = datetime(2026, 9, 14, 22, 30, tzinfo=UTC)
TEXTE = lisez_moi("dossier-732829320-2026-09-15-v1", "horodatage d'essai, non qualifié", INSTANT)


def test_il_dit_quel_dossier_quand_et_quelle_autorite() -> None:
    assert TEXTE.startswith("dossier-732829320-2026-09-15-v1\n===")
    assert "15 septembre 2026 à 0 h 30 (heure de Paris)" in TEXTE
    assert "Autorité de ce dossier : horodatage d'essai, non qualifié." in TEXTE


def test_il_est_court_et_ses_phrases_tiennent_dans_une_fenetre() -> None:
    lignes = TEXTE.splitlines()
    assert len(lignes) < 100
    assert max(len(ligne) for ligne in lignes if not ligne.startswith("    ")) <= 120


def test_chaque_repertoire_du_sac_y_est_dit() -> None:
    for nom in ("data/pieces/", "data/originaux/", "data/journal/", "data/index.json", "ca-horodatage.pem"):
        assert f"{nom}" in TEXTE


def test_les_trois_outils_y_sont_et_ce_que_chacun_prouve_ou_non() -> None:
    ecrites = commandes(TEXTE)
    assert [c.split()[0] for c in ecrites] == [
        "sha256sum",
        "sha256sum",
        "openssl",
        "openssl",
        "bagit.py",
        "openssl",
        "find",
    ]
    assert TEXTE.count("Prouve :") == 3 and TEXTE.count("Ne prouve pas :") == 4


def test_ses_commandes_survivent_a_des_fins_de_ligne_de_windows() -> None:
    windows = TEXTE.replace("\n", "\r\n")
    assert commandes(windows) == commandes(TEXTE)
    assert not any(commande.endswith("\\") for commande in commandes(TEXTE)[:-1])


def test_l_horodatage_du_document_complet_n_est_dit_que_s_il_existe() -> None:
    avec = lisez_moi("d", "m", INSTANT, relie=True)
    assert "PAdES" in avec and "PAdES" not in TEXTE
    assert commandes(avec) == commandes(TEXTE)
