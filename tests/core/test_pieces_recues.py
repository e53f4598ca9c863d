"""A file of the inbox that is an exhibit says by its name which invoice, which kind, which day."""

from __future__ import annotations

from datetime import date

import pytest

from dossier.core.faits import GenrePiece
from dossier.core.pieces_recues import FactureConnue, PieceNommee, par_mots, piece_nommee

EMISSION, JOUR = date(2026, 5, 4), date(2026, 3, 12)
F42 = FactureConnue("FA-2026-0042", "FA-2026-0042", EMISSION)
BARRE = FactureConnue("F-2026-7-0a1b2c", "F/2026/7", EMISSION)
DOUZE = FactureConnue("12", "12", EMISSION)
COURTE = FactureConnue("FA-2026", "FA-2026", EMISSION)
CONNUES = par_mots([F42, BARRE])


def lue(nom: str, texte: str = "") -> PieceNommee:
    piece = piece_nommee(nom, texte, CONNUES)
    assert isinstance(piece, PieceNommee), piece
    return piece


@pytest.mark.parametrize(
    "nom",
    [
        "FA-2026-0042 contrat 2026-03-12.pdf",
        "fa_2026_0042_contrat_20260312.pdf",
        "Contrat du 12.03.2026 (FA 2026 0042).pdf",
        "contrat 12 mars 2026 FA-2026-0042.pdf",
        "2026-03-12 Contrat FA-2026-0042",
        "Facture FA-2026-0042 - lettre et contrat signé - 12-03-2026.pdf",
    ],
)
def test_le_nom_dit_la_facture_le_genre_et_la_date(nom: str) -> None:
    assert lue(nom) == PieceNommee(F42, GenrePiece.CONTRAT, JOUR, officielle=False)


def test_un_numero_de_facture_se_reconnait_sans_ses_signes() -> None:
    assert lue("F-2026-7 devis 1er mars 2026.pdf")[:3] == (BARRE, GenrePiece.DEVIS, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("dit", "genre"),
    [
        ("avenant", GenrePiece.CONTRAT),
        ("Devis accepté", GenrePiece.DEVIS),
        ("bon de commande", GenrePiece.COMMANDE),
        ("CGV", GenrePiece.CGV),
        ("conditions générales de vente", GenrePiece.CGV),
        ("BL", GenrePiece.LIVRAISON),
        ("procès-verbal de réception", GenrePiece.LIVRAISON),
        ("copie de facture", GenrePiece.FACTURE),
        ("courriel", GenrePiece.ECHANGE),
        ("lettre de mise en demeure", GenrePiece.MISE_EN_DEMEURE),
        ("mise_en_demeure", GenrePiece.MISE_EN_DEMEURE),
        ("décompte", GenrePiece.DECOMPTE),
        ("Extrait Kbis", GenrePiece.IDENTITE),
        ("avis de situation Sirene", GenrePiece.IDENTITE),
        ("contrôle BODACC", GenrePiece.BODACC),
        ("relevé de compte client", GenrePiece.COMPTE),
    ],
)
def test_les_mots_du_genre(dit: str, genre: GenrePiece) -> None:
    assert lue(f"FA-2026-0042 {dit} 2026-03-12.pdf").genre is genre


@pytest.mark.parametrize(
    "nom",
    [
        "contrat 2026-03-12.pdf",
        "FA-2026-00423 contrat 2026-03-12.pdf",
        "FA-2026-0042 preuve de dépôt.pdf",
        "FA-2026-0042 avis de réception de la mise en demeure.pdf",
        "FA-2026-0042 enveloppe.pdf",
    ],
)
def test_sans_facture_connue_ou_pour_un_papier_de_la_poste_ce_n_est_pas_une_piece(nom: str) -> None:
    assert piece_nommee(nom, "", CONNUES) is None


@pytest.mark.parametrize(
    ("nom", "pourquoi"),
    [
        ("FA-2026-0042 F-2026-7 contrat 2026-03-12.pdf", "plusieurs factures (FA-2026-0042, F/2026/7)"),
        ("FA-2026-0042.pdf", "sans dire ce qu'est la pièce"),
        ("FA-2026-0042 document 2026-03-12.pdf", "sans dire ce qu'est la pièce"),
        ("FA-2026-0042 devis et commande 2026-03-12.pdf", "plusieurs genres de pièce (devis et commande)"),
        ("FA-2026-0042 contrat 2026-03-12 2026-03-13.pdf", "plusieurs dates"),
        ("FA-2026-0042 contrat.pdf", "La date de la pièce n'est pas dans le nom"),
        ("FA-2026-0042 contrat 2026-13-12.pdf", "La date de la pièce n'est pas dans le nom"),
        ("FA-2026-0042 contrat 12-03-1999.pdf", "La date de la pièce n'est pas dans le nom"),
        ("FA-2026-0042 contrat 99999999.pdf", "La date de la pièce n'est pas dans le nom"),
    ],
)
def test_ce_qui_est_ambigu_attend_avec_une_phrase(nom: str, pourquoi: str) -> None:
    motif = piece_nommee(nom, "", CONNUES)
    assert isinstance(motif, str) and pourquoi in motif


def test_la_seule_date_du_texte_sert_a_defaut_de_celle_du_nom() -> None:
    assert lue("FA-2026-0042 contrat.pdf", "Fait à Lyon, le 12 mars 2026 (12/03/2026)").jour == JOUR
    assert isinstance(piece_nommee("FA-2026-0042 contrat.pdf", "12/03/2026, 13/03/2026", CONNUES), str)
    assert lue("FA-2026-0042 contrat 2026-03-12.pdf", "Le 13 mars 2026").jour == JOUR


def test_la_facture_a_sa_propre_date() -> None:
    assert lue("facture FA-2026-0042.pdf", "12/03/2026").jour == EMISSION
    assert lue("facture FA-2026-0042 2026-05-05.pdf").jour == date(2026, 5, 5)


@pytest.mark.parametrize(("mot", "dite"), [("officielle", True), ("officiel", True), ("", False)])
def test_le_nom_peut_dire_la_lettre_officielle(mot: str, dite: bool) -> None:
    assert lue(f"FA-2026-0042 lettre {mot} 2026-03-12.pdf").officielle is dite


def test_le_numero_le_plus_long_l_emporte() -> None:
    piece = piece_nommee("FA-2026-0042 contrat 2026-03-12.pdf", "", par_mots([COURTE, F42]))
    assert isinstance(piece, PieceNommee) and piece.facture == F42


def test_un_numero_qui_n_est_que_dans_la_date_ne_fait_pas_une_seconde_facture() -> None:
    connues = par_mots([DOUZE, F42])
    piece = piece_nommee("FA-2026-0042 contrat 2026-03-12.pdf", "", connues)
    assert isinstance(piece, PieceNommee) and piece.facture == F42
    seule = piece_nommee("12 contrat 2026-03-13.pdf", "", connues)
    assert isinstance(seule, PieceNommee) and seule.facture == DOUZE


def test_deux_factures_du_meme_nom_ne_se_departagent_pas() -> None:
    autre = FactureConnue("F-2026-7", "F-2026-7", EMISSION)
    motif = piece_nommee("F-2026-7 devis 2026-03-12.pdf", "", par_mots([BARRE, autre]))
    assert isinstance(motif, str) and "F/2026/7, F-2026-7" in motif


def test_un_numero_sans_lettre_ni_chiffre_n_est_pas_cherche() -> None:
    assert par_mots([FactureConnue("X-0a1b2c", "№", EMISSION)]) == {"no": [("X-0a1b2c", "№", EMISSION)]}
    assert par_mots([FactureConnue("X-0a1b2c", "——", EMISSION)]) == {}
    assert piece_nommee("contrat.pdf", "", {}) is None
