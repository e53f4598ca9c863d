"""A scan says by its name, else by its text, to which registered letter it belongs."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.core.errors import DonneeInvalide
from dossier.core.faits import GenreScan
from dossier.core.numeros import NUMERO_DE_PLI, numero_de_pli, numeros
from dossier.core.reception import (
    Classement,
    PliConnu,
    attendu,
    autre_nom,
    classer,
    genre_du_scan,
    lisible,
)

UN, DEUX, TROIS = "1A12345678901", "2C99999999999", "RK123456789FR"
RAPPEL = PliConnu("FA-1", "FA-1", "avant-contentieux:lrar", UN)
DEMEURE = PliConnu("FA-1", "FA-1", "mise-en-demeure:lrar", DEUX)
COMMUN = tuple(PliConnu(c, c, "mise-en-demeure:lrar:0a1b", TROIS, ("FA-2", "FA-3")) for c in ("FA-2", "FA-3"))
PLIS = {UN: [RAPPEL], DEUX: [DEMEURE], TROIS: COMMUN}


@pytest.mark.parametrize(
    "ecrit",
    [
        "1A12345678901",
        "1a12345678901",
        "1A 123 456 7890 1",
        "1A\u00a0123\u202f456\u00a07890\u00a01",
        "1A.123.456.7890.1",
        "1A-123-456-7890-1",
        "1A\u2011123\u2013456\u20147890 1",
        "1A_123_456_7890_1",
        "1 A 1 2 3 4 5 6 7 8 9 0 1",
        "1A 123  456  7890  1",
    ],
)
@pytest.mark.parametrize(
    "autour", ["{}", "n°{} du 4 mai", "2026-05-04_{}_avis.pdf", "12 {} (2).pdf", "« {} »"]
)
def test_un_numero_se_lit_quelle_que_soit_sa_coupe(ecrit: str, autour: str) -> None:
    assert numeros(autour.format(ecrit)) == (UN,)


@pytest.mark.parametrize(
    "ecrit",
    ["RK123456789FR", "rk123456789fr", "RK 123 456 789 FR", "RK 12 345 678 9 FR", "R K-123456789.F R"],
)
def test_un_numero_international_aussi(ecrit: str) -> None:
    assert numeros(f"Envoi {ecrit}, France") == (TROIS,)


@pytest.mark.parametrize(
    "texte",
    [
        "",
        "avis de réception.pdf",
        "1A1234567890",
        "1A123456789012",
        "1A 123 456 7890 12",
        "11A12345678901",
        "X1A12345678901",
        "é1A12345678901",
        "1A12345678901B",
        "1A12345678901é",
        "1A12345678901²",
        "1A١٢٣٤٥٦٧٨٩٠١",
        "1A123456789O1",
        "IA12345678901",
        "1A 123 456 7890\n1",
        "1A   12345678901",
        "1A/12345678901",
        "SIREN de 123 456 789 et 552 100 554 au capital",
        "Rk123456789fr",
        "RK12345678FR",
        "RK1234567890FR",
        "FR76 3000 4000 0312 3456 7890 143",
        "TVA FR12345678901",
        "0a123456-7890-1234-5678-901234567890",
    ],
)
def test_ce_qui_n_a_pas_la_forme_exacte_n_est_pas_un_numero(texte: str) -> None:
    assert numeros(texte) == ()


def test_chaque_numero_est_donne_une_fois_dans_l_ordre_du_texte() -> None:
    texte = f"{DEUX} puis {UN} puis 1A 123 456 7890 1, {TROIS}\n1A 000 000 0000 1 1A 000 000 0000 2"
    assert numeros(texte) == (DEUX, UN, TROIS, "1A00000000001", "1A00000000002")


@given(st.from_regex(NUMERO_DE_PLI, fullmatch=True), st.text(" .-", max_size=2))
def test_tout_numero_de_la_bonne_forme_se_retrouve_dans_un_nom(numero: str, entre: str) -> None:
    assert numeros(f"avis {entre.join(numero)}.pdf") == (numero,)
    assert numero_de_pli(entre.join(numero)) == numero


@pytest.mark.parametrize(
    ("texte", "numero"),
    [(" 1a 123 456 7890 1 ", UN), ("2C-999.9999-9999", DEUX), ("rk123456789fr", TROIS)],
)
def test_un_numero_saisi_se_lit_avec_ou_sans_espaces(texte: str, numero: str) -> None:
    assert numero_de_pli(texte) == numero


@pytest.mark.parametrize("texte", ["", "12345", "1A1234567890", "1A123456789012", "AA12345678901"])
def test_un_numero_saisi_mal_forme_est_refuse_avec_un_exemple(texte: str) -> None:
    with pytest.raises(DonneeInvalide, match="1A 123 456 7890 1"):
        numero_de_pli(texte)


@pytest.mark.parametrize(
    ("nom", "genre"),
    [
        (f"{UN}.pdf", GenreScan.AVIS),
        (f"Preuve de dépôt {UN}.pdf", GenreScan.DEPOT),
        (unicodedata.normalize("NFD", f"PREUVE_DE_DÉPÔT_{UN}.pdf"), GenreScan.DEPOT),
        ("récépissé.jpg", GenreScan.DEPOT),
        ("bordereau-de-depot.pdf", GenreScan.DEPOT),
        ("preuve de dépôt du pli avec avis de réception.pdf", GenreScan.DEPOT),
        (f"depot–{UN}.pdf", GenreScan.DEPOT),
        ("enveloppe.tif", GenreScan.ENVELOPPE),
        ("pli.tif", GenreScan.ENVELOPPE),
        ("retour.tif", GenreScan.ENVELOPPE),
        ("courrier retourné.tif", GenreScan.ENVELOPPE),
        ("NPAI.pdf", GenreScan.ENVELOPPE),
        ("n'habite pas à l'adresse.pdf", GenreScan.ENVELOPPE),
        ("n’habite plus.pdf", GenreScan.ENVELOPPE),
        ("avis de réception non réclamé.pdf", GenreScan.ENVELOPPE),
        ("lettre refusée.pdf", GenreScan.ENVELOPPE),
        ("avis de réception du pli.pdf", GenreScan.AVIS),
        (f"retour AR {UN}.pdf", GenreScan.AVIS),
        ("accusé déposé.pdf", GenreScan.AVIS),
        ("relance.pdf", GenreScan.AVIS),
        ("arrière-boutique.pdf", GenreScan.AVIS),
    ],
)
def test_les_mots_du_nom_disent_quel_papier_c_est(nom: str, genre: GenreScan) -> None:
    assert genre_du_scan(nom, "") is genre


@pytest.mark.parametrize(
    ("texte", "genre"),
    [
        ("PREUVE DE DÉPÔT d'un envoi recommandé avec avis de réception", GenreScan.DEPOT),
        ("Récépissé\nde votre envoi", GenreScan.DEPOT),
        ("Pli avisé et non réclamé", GenreScan.ENVELOPPE),
        ("Destinataire inconnu\nà l'adresse", GenreScan.ENVELOPPE),
        ("Pli refusé par le destinataire", GenreScan.ENVELOPPE),
        ("RETOUR À L'EXPÉDITEUR", GenreScan.ENVELOPPE),
        ("N.P.A.I. – NPAI", GenreScan.ENVELOPPE),
        ("Avis de réception. Distribué le 4 mai", GenreScan.AVIS),
        ("Vous avez refusé de payer ; ce pli vous met en demeure", GenreScan.AVIS),
        ("", GenreScan.AVIS),
    ],
)
def test_a_defaut_les_mots_de_la_poste_dans_le_texte(texte: str, genre: GenreScan) -> None:
    assert genre_du_scan(f"{UN}.pdf", texte) is genre


def test_les_mots_du_nom_passent_avant_ceux_du_texte() -> None:
    assert genre_du_scan("enveloppe.pdf", "Preuve de dépôt") is GenreScan.ENVELOPPE


@pytest.mark.parametrize("texte", ["", "9Z00000000000", f"Recommandé {UN}", f"Recommandés {DEUX} et {UN}"])
def test_le_numero_du_nom_designe_la_lettre_si_le_texte_ne_le_contredit_pas(texte: str) -> None:
    assert classer(f"{UN}.pdf", texte, PLIS) == Classement(RAPPEL, GenreScan.AVIS)


@pytest.mark.parametrize("texte", [DEUX, f"Recommandés {DEUX} et {TROIS}, 9Z00000000000"])
def test_un_texte_qui_porte_d_autres_lettres_seulement_fait_attendre_une_personne(texte: str) -> None:
    motif = classer(f"{UN}.pdf", texte, PLIS)
    assert isinstance(motif, str)
    assert f"Le nom porte le n°\u00a0{UN}, le texte celui d'un autre recommandé ({DEUX}" in motif


def test_a_defaut_le_seul_numero_connu_du_texte_la_designe() -> None:
    texte = "Preuve de dépôt n° 2C 999 9999 9999 du 4 mai, code client 9Z00000000000"
    assert classer("scan0001.pdf", texte, PLIS) == Classement(DEMEURE, GenreScan.DEPOT)


def test_une_lettre_commune_a_plusieurs_creances_est_une_seule_lettre() -> None:
    assert classer(f"{TROIS}.pdf", "", PLIS) == Classement(COMMUN[0], GenreScan.AVIS)


def test_une_lettre_connue_sous_deux_numeros_est_une_seule_lettre() -> None:
    plis = {UN: [RAPPEL], DEUX: [RAPPEL._replace(numero=DEUX)]}
    assert classer("scan.pdf", f"{UN} {DEUX}", plis) == Classement(RAPPEL, GenreScan.AVIS)


@pytest.mark.parametrize(
    ("nom", "texte", "pourquoi"),
    [
        (f"{UN} {DEUX}.pdf", "", f"Le nom du fichier porte plusieurs numéros de recommandé ({UN}, {DEUX})"),
        (f"{UN} 9Z00000000000.pdf", "", "plusieurs numéros de recommandé"),
        ("scan.pdf", "", "nommez le fichier avec le numéro du recommandé"),
        ("scan.pdf", f"Bordereau : {UN}, {DEUX}", f"plusieurs recommandés ({UN}, {DEUX})"),
        (
            "9Z00000000000.pdf",
            "",
            "Aucun recommandé déposé sous le n°\u00a09Z00000000000 : enregistrez d'abord",
        ),
        ("9Z00000000000.pdf", UN, "Aucun recommandé déposé sous le n°\u00a09Z00000000000"),
        ("scan.pdf", "9Z00000000000 9Z00000000001", "n°\u00a09Z00000000000, 9Z00000000001"),
    ],
)
def test_ce_qui_ne_peut_pas_etre_classe_dit_pourquoi_et_attend(nom: str, texte: str, pourquoi: str) -> None:
    motif = classer(nom, texte, PLIS)
    assert isinstance(motif, str)
    assert pourquoi in motif


@pytest.mark.parametrize(
    "autre",
    [
        PliConnu("FA-9", "FA 9", RAPPEL.cle, UN),
        PliConnu("FA-1", "FA-1", DEMEURE.cle, UN),
        PliConnu("FA-2", "FA-2", RAPPEL.cle, UN, ("FA-2", "FA-3")),
    ],
)
def test_un_numero_saisi_sur_deux_lettres_n_en_designe_aucune(autre: PliConnu) -> None:
    motif = classer(f"{UN}.pdf", "", {UN: [RAPPEL, autre]})
    assert isinstance(motif, str)
    assert f"Le n°\u00a0{UN} est enregistré sur plusieurs lettres (FA-1" in motif
    assert autre.facture in motif


@pytest.mark.parametrize("nom", ["avis.pdf", "Avis réception.PDF", "sans extension", "partie.part.pdf"])
def test_un_fichier_pose_par_une_personne_est_lu(nom: str) -> None:
    assert attendu(nom)


@pytest.mark.parametrize(
    "nom",
    [
        "",
        ".DS_Store",
        "~$avis.docx",
        "avis.pdf.PART",
        "avis.crdownload",
        "avis.tmp",
        "avis.pdf~",
        "Thumbs.db",
    ],
)
def test_un_fichier_cache_inacheve_ou_du_systeme_est_laisse(nom: str) -> None:
    assert not attendu(nom)


@pytest.mark.parametrize(
    ("nom", "rang", "autre"),
    [
        ("avis.pdf", 1, "avis.pdf"),
        ("avis.pdf", 2, "avis (2).pdf"),
        ("avis.v2.pdf", 3, "avis.v2 (3).pdf"),
        ("avis", 2, "avis (2)"),
    ],
)
def test_un_nom_deja_pris_recoit_un_numero(nom: str, rang: int, autre: str) -> None:
    assert autre_nom(nom, rang) == autre


def test_un_nom_illisible_se_montre_quand_meme() -> None:
    assert lisible("re\u0301ception\u00a01.pdf") == "réception 1.pdf"
    assert lisible(b"avis\xe9\n\x07.pdf".decode("utf-8", "surrogateescape")) == "avis? ?.pdf"
