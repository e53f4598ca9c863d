"""The HTML part of an e-mail: the same words as its text, nothing fetched, nothing hostile alive."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.adapters.courriel_html import MiseEnPage, examiner
from dossier.core.errors import ConfigurationInvalide, ErreurRendu
from dossier.gabarits.bac import texte

TEMPLATES = Path(__file__).parents[2] / "templates"
CREANCIER = {
    "denomination": "Brume & Fils",
    "mentions": "Brume & Fils, SARL – RCS Nantes",
}
CORPS = """Madame, Monsieur,

La facture suivante reste impayée\u00a0:

- facture n°\u00a0FA-1 du 21/05/2026\u00a0: 1\u00a0234,56\u00a0€
- total (taux\u00a0: 12,15\u00a0%)\u00a0: 1\u00a0310,53\u00a0€
(Article 1343-1 du code civil.)

Règlement par virement\u00a0:
- IBAN\u00a0: FR76\u00a09999\u00a09000\u00a00100
- en ligne : https://brume.test/payer?facture=FA-1&montant=1310,53

Cordialement,

Camille Exemple
Tél. 01 99 00 00 00

--
Brume & Fils, SARL au capital de 10\u00a0000,00\u00a0€
"""


class Lecteur(HTMLParser):
    """What a reader sees, and the tags."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.textes: list[str] = []
        self.balises: list[str] = []
        self.attributs: list[tuple[str, str | None]] = []
        self._titre = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.balises.append(tag)
        self.attributs += attrs
        self._titre = tag == "title"

    def handle_endtag(self, tag: str) -> None:
        self._titre = self._titre and tag != "title"

    def handle_data(self, data: str) -> None:
        if not self._titre:
            self.textes.append(data)

    @property
    def mots(self) -> list[str]:
        return "".join(self.textes).split()


def page(corps: str = CORPS, sujet: str = "Rappel", couleur: str = "1F3864", **creancier: str) -> str:
    return MiseEnPage(TEMPLATES, couleur).html(sujet, corps, CREANCIER | creancier)


def mots(corps: str) -> list[str]:
    """The words of a plain text, without its dashes of list and of foot."""
    lignes = [ligne.removeprefix("- ") for ligne in corps.split("\n") if ligne not in {"--", "-- "}]
    return "\n".join(lignes).split()


def test_le_html_dit_les_memes_mots_que_le_texte() -> None:
    assert Lecteur(page()).mots == CREANCIER["denomination"].split() + mots(CORPS)


@given(
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))), max_size=6)
)
def test_quel_que_soit_le_texte_ce_sont_ses_mots(lignes: list[str]) -> None:
    lus = Lecteur(page("\n".join(["Bonjour", *lignes, "--", "mentions"])))
    attendus = f"{CREANCIER['denomination']} Bonjour".split() + mots(texte("\n".join(lignes))) + ["mentions"]
    assert [mot for mot in lus.mots if mot != "--"] == [mot for mot in attendus if mot != "--"]
    assert not {"script", "img", "a"} & set(lus.balises)


def test_une_ligne_libelle_valeur_montre_sa_valeur() -> None:
    html = page()
    assert "<strong>FR76\u00a09999\u00a09000\u00a00100</strong>" in html
    assert "total (taux\u00a0: 12,15\u00a0%)\u00a0: <strong>1\u00a0310,53\u00a0€</strong>" in html
    assert "<strong>https://brume.test/payer?facture=FA-1&amp;montant=1310,53</strong>" in html


def test_les_lignes_d_un_paragraphe_restent_des_lignes() -> None:
    html = page()
    assert "Camille Exemple<br>\nTél. 01 99 00 00 00</p>" in html
    assert html.count("<ul ") == 2
    assert html.count("<li ") == 4


def test_le_pied_est_ce_qui_suit_le_dernier_filet() -> None:
    html = page("Bonjour\n\n--\nune ligne\n\n--\nles mentions\nsur deux lignes\n")
    assert (
        html.index("une ligne") < html.index("border-top") < html.index("les mentions<br>\nsur deux lignes")
    )


def test_sans_filet_le_pied_porte_les_mentions_du_creancier() -> None:
    assert Lecteur(page("Bonjour")).mots == f"Brume & Fils Bonjour {CREANCIER['mentions']}".split()


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=https://mouchard.test/p.png>",
        '"><a href="https://faux.test">payer ici</a>',
        "{{ creancier.iban }} {% for x in y %}",
        "<!--[if mso]><table><![endif]--> --> </title>",
        "&lt;b&gt; &amp; &#x3C;i&#62;",
        "\u202e«\u00a0Société\u00a0» שלום 🙂",
    ],
)
def test_un_texte_hostile_reste_du_texte(hostile: str) -> None:
    html = page(f"Bonjour {hostile},\n- {hostile} : {hostile}\n--\n{hostile}", hostile, denomination=hostile)
    lus = Lecteur(html)
    dit = texte(hostile)
    assert lus.mots == f"{dit} Bonjour {dit}, {dit} : {dit} {dit}".split()
    temoin = Lecteur(page("Bonjour,\n- a : a\n--\na", "a"))
    assert (lus.balises, lus.attributs) == (temoin.balises, temoin.attributs)


def test_rien_n_est_charge_ni_cache_et_la_mise_en_forme_est_dans_les_attributs() -> None:
    lus = Lecteur(page())
    assert set(lus.balises) <= {
        *("html", "head", "meta", "title", "body", "div", "p", "ul", "li", "strong", "br")
    }
    valeurs = " ".join(valeur or "" for _, valeur in lus.attributs)
    assert "http" not in valeurs
    assert "display: none" not in valeurs
    assert "max-width: 640px" in valeurs


def test_le_texte_garde_les_couleurs_du_lecteur() -> None:
    """Dark mode: no colour of text without its own background."""
    lus = Lecteur(page())
    assert ("content", "light dark") in lus.attributs
    for nom, valeur in lus.attributs:
        if nom == "style" and valeur is not None and " color:" in f" {valeur}":
            assert "background-color:" in valeur


@pytest.mark.parametrize("langue", ["fr", "en"])
def test_la_langue_est_dite(langue: str) -> None:
    html = MiseEnPage(TEMPLATES, "1F3864").html("s", "c", CREANCIER, langue)  # type: ignore[arg-type]
    assert f'<html lang="{langue}"' in html


@pytest.mark.parametrize(
    ("couleur", "encre"),
    [
        ("1F3864", "#ffffff"),
        ("1f3864", "#ffffff"),
        ("FFFF00", "#000000"),
        ("767676", "#000000"),
        ("757575", "#ffffff"),
    ],
)
def test_le_nom_se_lit_sur_la_couleur_du_creancier(couleur: str, encre: str) -> None:
    html = page(couleur=couleur)
    assert f"background-color: #{couleur.lower()}; color: {encre};" in html


@pytest.mark.parametrize(
    "couleur",
    ["", "bleu", "1F386", "1F38644", "1F3864;}", "red; background: url(//x)", "1F3864\n", "#1F3864"],
)
def test_une_couleur_qui_n_en_est_pas_une_est_refusee(couleur: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="six chiffres hexadécimaux"):
        page(couleur=couleur)


def test_le_meme_texte_donne_la_meme_page() -> None:
    assert page() == page()


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    (tmp_path / "courriels").mkdir()
    shutil.copy(TEMPLATES / "courriels/mise-en-page.html", tmp_path / "courriels")
    return tmp_path


def ajouter(dossier: Path, ajout: str) -> None:
    fichier = dossier / "courriels/mise-en-page.html"
    fichier.write_text(fichier.read_text().replace("</body>", ajout + "</body>"))


def examen(dossier: Path) -> tuple[str, ...]:
    return tuple(
        phrase.replace("\u00a0", " ")
        for phrase in examiner(dossier, "courriels/mise-en-page", [{"creancier": CREANCIER}])
    )


@pytest.mark.parametrize(
    ("ajout", "faute"),
    [
        ('<img src="https://brume.test/logo.png">', "la balise <img> n'est pas permise"),
        ("<SCRIPT>1</SCRIPT>", "la balise <script> n'est pas permise"),
        ('<p style="background: URL(https://brume.test/f.png)">a</p>', "« URL( … ) » n'est pas permis"),
        ("<!-- à voir entre nous -->", "une remarque partirait avec le courriel"),
        ('<a href="javascript:x">a</a>', "le lien « javascript:x » n'est pas permis"),
    ],
)
def test_une_mise_en_page_qui_va_chercher_ailleurs_est_refusee(dossier: Path, ajout: str, faute: str) -> None:
    ajouter(dossier, ajout)
    with pytest.raises(
        ErreurRendu, match=rf"^templates/courriels/mise-en-page\.html, « .* : {re.escape(faute)}"
    ):
        MiseEnPage(dossier, "1F3864").html("s", "c", CREANCIER)
    assert any(faute in phrase for phrase in examen(dossier))


def test_une_donnee_ne_fait_ni_un_lien_ni_un_style(dossier: Path) -> None:
    ajouter(dossier, '<p style="color: {{ sujet }}">a</p>')
    mise = MiseEnPage(dossier, "1F3864")
    assert 'style="color: red"' in mise.html("red", "c", CREANCIER)
    for hostile in ("url(//x)", "u\\72l(//x)", "red/**/", "red; behavior: x"):
        with pytest.raises(ErreurRendu, match="dans un style"):
            mise.html(hostile, "c", CREANCIER)
    with pytest.raises(ErreurRendu, match="« position »"):
        mise.html('red" ; position: fixed', "c", CREANCIER)


def test_un_lien_s_ecrit_en_toutes_lettres(dossier: Path) -> None:
    ajouter(dossier, '<a href="https://brume.test/payer">payer</a>')
    assert examen(dossier) == ()
    assert "https://brume.test/payer" in MiseEnPage(dossier, "1F3864").html("s", "c", CREANCIER)
    ajouter(dossier, '<a href="{{ sujet }}">payer</a>')
    assert "l'écrire en toutes lettres, sans variable" in examen(dossier)[0]


def test_l_examen_voit_toutes_les_branches_et_dit_toutes_les_fautes(dossier: Path) -> None:
    ajouter(
        dossier, "{% if langue == 'xx' %}\n<img>\n{{ creancier.ibna }}{% endif %}{{ blocs }}\n{{ range(9) }}"
    )
    MiseEnPage(TEMPLATES, "1F3864").html("s", "c", CREANCIER)
    phrases = examen(dossier)
    for dit in (
        "la balise <img> n'est pas permise",
        "la variable « creancier.ibna » n'existe pas",
        "la variable « blocs » n'est pas un texte",
        "contient du code interdit (l'appel d'une fonction)",
    ):
        assert any(dit in phrase for phrase in phrases), dit
    assert all(phrase.startswith("templates/courriels/mise-en-page.html, ") for phrase in phrases)


def test_la_mise_en_page_livree_est_sans_faute() -> None:
    assert examen(TEMPLATES) == ()


@pytest.mark.parametrize(
    ("ajout", "phrase"),
    [
        ("{{ inconnue }}", "la variable « inconnue » n'existe pas"),
        ("{{ creancier.inconnue }}", "la variable « creancier.inconnue » n'existe pas"),
        ("{% if %}", "est mal écrite"),
        ("{{ }", "ouverte et jamais fermée"),
        ("{{ sujet.__class__.__mro__ }}", "contient du code interdit"),
        ("{{ sujet + 1 }}", "contient du code interdit"),
        ("{{ range(999999) }}", "contient du code interdit"),
        ("{% if sujet > 3 %}{% endif %}", "des valeurs de sortes différentes sont comparées"),
        ("{{ pied[7] }}", r"la liste n'a pas d'élément \[7\]"),
    ],
)
def test_une_mise_en_page_fautive_est_nommee_avec_sa_ligne(dossier: Path, ajout: str, phrase: str) -> None:
    fichier = dossier / "courriels/mise-en-page.html"
    source = fichier.read_text()
    fichier.write_text(source + ajout)
    ligne = source.count("\n") + 1
    with pytest.raises(
        ErreurRendu, match=rf"templates/courriels/mise-en-page\.html, ligne {ligne}\b.*{phrase}"
    ):
        MiseEnPage(dossier, "1F3864").html("s", "c", CREANCIER)


def test_une_mise_en_page_absente_ou_mal_codee_le_dit(dossier: Path) -> None:
    fichier = dossier / "courriels/mise-en-page.html"
    fichier.write_bytes("é".encode("latin-1"))
    with pytest.raises(ErreurRendu, match="UTF-8"):
        MiseEnPage(dossier, "1F3864").html("s", "c", CREANCIER)
    fichier.unlink()
    with pytest.raises(ErreurRendu, match="manque"):
        MiseEnPage(dossier, "1F3864").html("s", "c", CREANCIER)
    assert "manque" in examen(dossier)[0]
