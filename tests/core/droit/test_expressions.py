from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.core.droit.expressions import a_un_mot, lire, motif, places, plier, valeur


def trouve(texte: str, *expressions: str) -> bool:
    return any(motif(expressions).search(forme.plie) for forme in lire(texte))


def porte(texte: str, cherchee: str) -> bool:
    return any(any(places(forme, valeur(cherchee))) for forme in lire(texte))


@pytest.mark.parametrize(
    "texte",
    [
        "la formule exécutoire",
        "LA FORMULE EXÉCUTOIRE",
        "la formule executoire",
        unicodedata.normalize("NFD", "la formule exécutoire"),
        "la formule\u00a0exécutoire",
        "la formule\u202fexécutoire",
        "la formule\nexécutoire",
        "la formule   \r\n  exécutoire",
        "la for\u00admule exé\u200bcutoire",
        "la for-\nmule exécutoire",
        "la formule-exécutoire",
        "la formule « exécutoire »",
        "les formules exécutoires",
        "la formule\u2028exécutoire.",
        "la f o r m u l e   e x é c u t o i r e",
        "la formule e\u00a0x\u00a0é\u00a0c\u00a0u\u00a0t\u00a0o\u00a0i\u00a0r\u00a0e",
        "la \uff46\uff4f\uff52\uff4d\uff55\uff4c\uff45 exécutoire",
        "la f\u043ermul\u0435 ex\u0435\u0301cut\u03bfire",
        "LA F\u041eRMUL\u0415 EXÉCUTOIR\u0395",
    ],
)
def test_une_expression_se_trouve_quelle_que_soit_son_ecriture(texte: str) -> None:
    assert trouve(texte, "formule exécutoire")


@pytest.mark.parametrize(
    "texte",
    [
        "la formule. Exécutoire",
        "reformule exécutoire",
        "formule exécutoirement",
        "formule non exécutoire",
        "",
    ],
)
def test_une_expression_ne_se_trouve_pas_dans_une_autre(texte: str) -> None:
    assert not trouve(texte, "formule exécutoire")


@pytest.mark.parametrize("texte", ["l’exploit", "« exploit »", "exploits", "(exploit)"])
def test_un_mot_entier_et_son_pluriel(texte: str) -> None:
    assert trouve(texte, "exploit")


@pytest.mark.parametrize("texte", ["exploitation", "exploite", "exploitant", "inexploit"])
def test_un_mot_n_est_pas_son_prefixe(texte: str) -> None:
    assert not trouve(texte, "exploit")


@pytest.mark.parametrize("texte", ["L441-10", "L. 441-10", "L.441-10", "l. 441\u201110", "L\u00a0441-10"])
def test_un_article_s_ecrit_avec_ou_sans_point(texte: str) -> None:
    assert trouve(f"(article {texte} du code)", "L441-10")


@pytest.mark.parametrize("texte", ["L441-1", "L441-100", "D441-10", "L4411-0"])
def test_un_article_n_est_pas_un_autre(texte: str) -> None:
    assert not trouve(f"(article {texte} du code)", "L441-10")


@pytest.mark.parametrize(
    ("texte", "lu"),
    [
        ("interrompt la prescription", True),
        ("interrompant un deux trois quatre prescription", True),
        ("interrompt un deux trois quatre cinq prescription", False),
        ("interrompt. La prescription", False),
        ("prescription, interrompt", False),
    ],
)
def test_les_points_de_suspension_sautent_quatre_mots_au_plus(texte: str, lu: bool) -> None:
    assert trouve(texte, "interromp* … prescription") is lu


@pytest.mark.parametrize(
    ("texte", "lu"), [("40,00 €", True), ("40.00\u00a0€", True), ("40.50 €", False), ("140.00 €", False)]
)
def test_une_somme_s_ecrit_avec_une_virgule_ou_un_point(texte: str, lu: bool) -> None:
    assert trouve(f"de {texte} au plus", "40,00 €") is lu


def test_quelques_lettres_seules_ne_font_pas_un_mot() -> None:
    assert not trouve("il y a à bord", "yaà")
    assert len(lire("les points A, B, C et D ; il y a")) == 1


def test_ce_qui_n_est_ni_lettre_ni_chiffre_garde_son_ecriture() -> None:
    (forme,) = lire("1\u00a0000 € ½…")
    assert forme.lisible == "1\u00a0000 € ½…"


@pytest.mark.parametrize(
    ("texte", "lu"), [("40 €", True), ("40€", True), ("40\u00a0€", True), ("140 €", False)]
)
def test_une_somme_ne_se_trouve_pas_dans_une_plus_grande(texte: str, lu: bool) -> None:
    assert trouve(f"de {texte} au plus", "40 €") is lu
    assert not trouve("1\u00a040 €", "40 €")


def test_sans_expression_rien_ne_se_trouve() -> None:
    assert not trouve("tout ce que l'on veut")


def test_une_expression_sans_mot_se_reconnait() -> None:
    assert a_un_mot("40 €")
    assert not a_un_mot("…")
    assert not a_un_mot(" -- ")


@pytest.mark.parametrize(
    ("texte", "cherchee"),
    [
        ("la somme de 1\u00a0234,56\u00a0€.", "1 234,56 €"),
        ("la somme de 1\n234,56 €", "1\u00a0234,56\u00a0€"),
        ("FA-1, du 3 juin", "FA-1"),
        ("facture FA-\n1 du 3 juin", "FA-1"),
        ("Étude  IMAGINAIRE", "étude imaginaire"),
        ("le 2026\n1\u00a0000,00 €", "1 000,00 €"),
        ("Cœur & Cie", "Coeur & Cie"),
        ("12 FA-1", "FA-1"),
    ],
)
def test_une_valeur_se_trouve_quels_que_soient_ses_blancs(texte: str, cherchee: str) -> None:
    assert porte(texte, cherchee)


@pytest.mark.parametrize(
    ("texte", "cherchee"),
    [
        ("1\u00a0240,00 €", "240,00 €"),
        ("FA-12", "FA-1"),
        ("FA-1-2", "FA-1"),
        ("FA-1/2", "FA-1"),
        ("X-FA-1", "FA-1"),
        ("AFA-1", "FA-1"),
        ("10,50", "10"),
        ("3,10", "10"),
        ("", "10"),
    ],
)
def test_une_valeur_ne_se_trouve_pas_dans_une_autre(texte: str, cherchee: str) -> None:
    assert not porte(texte, cherchee)


@pytest.mark.parametrize(
    ("texte", "titre"),
    [
        ("Bonjour\nOrdonnance du 3 juin\nMadame", True),
        ("Objet : l’ordonnance", True),
        ("1. Ordonnance", True),
        ("Sujet – Ordonnance", True),
        ("Ordonnance", True),
        ("une copie de l'ordonnance", False),
        ("Ordonnance rendue hier.", False),
        ("Ordonnance " + "mot " * 30, False),
    ],
)
def test_un_titre_commence_sa_ligne_est_court_et_sans_point(texte: str, titre: bool) -> None:
    (forme,) = lire(texte)
    lu = motif(("ordonnance",)).search(forme.plie)
    assert lu is not None
    assert forme.en_titre(lu.start()) is titre


def test_l_extrait_garde_les_accents_et_quelques_mots() -> None:
    (forme,) = lire("début " * 20 + "une Échéance\nprochaine " + "fin " * 20)
    lu = motif(("échéance",)).search(forme.plie)
    assert lu is not None
    extrait = forme.autour(*lu.span())
    assert "une Échéance prochaine" in extrait
    assert extrait.startswith("…début")
    assert extrait.endswith("fin…")
    (court,) = lire("Échéance")
    assert court.autour(0, 8) == "Échéance"


@given(st.text())
def test_plier_garde_la_longueur_et_se_repete_sans_effet(texte: str) -> None:
    for forme in lire(texte):
        assert len(forme.lisible) == len(forme.plie)
    assert plier(plier(texte)) == plier(texte)


@given(st.text(alphabet="abcéÈ 1\u00a0\n-'’", min_size=1), st.text(alphabet="xyz", min_size=1))
def test_une_valeur_entre_deux_blancs_se_trouve_toujours(autour: str, cherchee: str) -> None:
    assert porte(f"{autour} \n{cherchee}\u00a0 {autour}", cherchee)
