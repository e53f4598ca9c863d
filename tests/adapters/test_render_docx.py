"""Word rendering: values stay text, faults are named, equal inputs give equal bytes."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsmap, qn
from docx.shared import RGBColor
from PIL import Image

from dossier.adapters.render_docx import RenduDocx
from dossier.core.errors import ConfigurationInvalide, ErreurRendu
from tests.adapters.gabarits import ecrire, paragraphes_de


def rendre(racine: Path, **contexte: Any) -> bytes:
    return RenduDocx(racine).rendre("essai", contexte)


@pytest.mark.parametrize(
    "valeur",
    [
        "Dupont & Fils <SARL>",
        "{{ secret }} {% for x in y %}",
        "{_{ a }_} {_% b %_}",
        "facture 🧾 réglée ✅",
        "<w:p/></w:t></w:p>",
        "L’été « à 100 % » — 1 234,56 €",
        "]]> &amp; &#65;",
    ],
)
def test_une_valeur_hostile_ressort_en_texte(tmp_path: Path, valeur: str) -> None:
    ecrire(tmp_path, "Nom : {{ nom }}.")
    assert paragraphes_de(rendre(tmp_path, nom=valeur)) == [f"Nom : {valeur}."]


@pytest.mark.parametrize("filtre", ["upper", "trim", "default('x')", "join", "replace('a', '<w:br/>')"])
def test_aucun_filtre_ne_fait_d_une_valeur_du_balisage(tmp_path: Path, filtre: str) -> None:
    ecrire(tmp_path, f"{{{{ nom|{filtre} }}}}")
    (lu,) = paragraphes_de(rendre(tmp_path, nom="<W:BR/> & {{ X }}"))
    assert lu == "<W:BR/> & {{ X }}"


@pytest.mark.parametrize("filtre", ["safe", "e", "escape", "string", "forceescape", "striptags"])
def test_les_filtres_de_balisage_ne_sont_pas_admis(tmp_path: Path, filtre: str) -> None:
    ecrire(tmp_path, f"{{{{ nom|{filtre} }}}}")
    with pytest.raises(ErreurRendu, match=f"le filtre « {filtre} »"):
        rendre(tmp_path, nom="x")


def test_un_nom_ne_peut_pas_retourner_le_sens_de_ce_qui_le_suit(tmp_path: Path) -> None:
    ecrire(tmp_path, "{{ nom }} doit 12,00 €")
    assert paragraphes_de(rendre(tmp_path, nom="a\u202eb\u2067c שלום")) == ["abc שלום doit 12,00 €"]


def test_les_sauts_de_ligne_deviennent_des_lignes(tmp_path: Path) -> None:
    ecrire(tmp_path, "{{ adresse }}")
    assert paragraphes_de(rendre(tmp_path, adresse="1 rue A\r\n69001 Lyon\rFrance")) == [
        "1 rue A\n69001 Lyon\nFrance"
    ]


def test_les_caracteres_de_controle_disparaissent(tmp_path: Path) -> None:
    ecrire(tmp_path, "{{ nom }}")
    assert paragraphes_de(rendre(tmp_path, nom="a\x00b\x07c\x0cd\ufffee")) == ["abcde"]


def test_une_variable_inconnue_est_nommee_avec_son_fichier(tmp_path: Path) -> None:
    ecrire(tmp_path, "{{ creancier.ibna }}")
    with pytest.raises(ErreurRendu, match=r"templates/essai\.docx.*« creancier\.ibna ».*« iban »"):
        rendre(tmp_path, creancier={"iban": "FR76"})


def test_une_variable_inconnue_du_pied_de_page_est_nommee(tmp_path: Path) -> None:
    ecrire(tmp_path, "Corps", pied="{{ mention }}")
    with pytest.raises(ErreurRendu, match=r"pied de page, paragraphe «.{{ mention }}.».*« mention »"):
        rendre(tmp_path)


@pytest.mark.parametrize("fautif", ["{{ nom", "{% if nom %}sans fin", "{{ nom|inconnu }}", "{% boucle %}"])
def test_une_balise_mal_ecrite_nomme_le_fichier(tmp_path: Path, fautif: str) -> None:
    ecrire(tmp_path, fautif)
    with pytest.raises(ErreurRendu, match=r"templates/essai\.docx.*balise"):
        rendre(tmp_path, nom="x")


def test_une_balise_mal_placee_ne_perd_pas_de_texte_en_silence(tmp_path: Path) -> None:
    ecrire(tmp_path, "Avant {% if retard %}en retard", "{%p endif %}", "Après")
    with pytest.raises(ErreurRendu, match=r"templates/essai\.docx.*mal placée"):
        rendre(tmp_path, retard=False)


def test_le_bac_a_sable_refuse_les_attributs_de_python(tmp_path: Path) -> None:
    ecrire(tmp_path, "{{ nom.__class__.__mro__ }}")
    with pytest.raises(ErreurRendu, match=r"templates/essai\.docx"):
        rendre(tmp_path, nom="x")


def test_un_modele_absent_est_nomme(tmp_path: Path) -> None:
    with pytest.raises(ErreurRendu, match=r"templates/essai\.docx manque"):
        rendre(tmp_path)


def test_un_fichier_qui_n_est_pas_word_est_refuse(tmp_path: Path) -> None:
    (tmp_path / "essai.docx").write_text("du texte")
    with pytest.raises(ErreurRendu, match="n'est pas un document Word"):
        rendre(tmp_path)


@pytest.mark.parametrize("nom", ["../essai", "/etc/passwd", "a//b", "A", ""])
def test_un_nom_de_modele_ne_sort_pas_du_dossier(tmp_path: Path, nom: str) -> None:
    with pytest.raises(ErreurRendu, match="pas un nom de modèle"):
        RenduDocx(tmp_path).rendre(nom, {})


def test_memes_entrees_memes_octets(tmp_path: Path) -> None:
    ecrire(tmp_path, "{{ nom }}")
    assert rendre(tmp_path, nom="x") == rendre(tmp_path, nom="x")
    assert rendre(tmp_path, nom="x") != rendre(tmp_path, nom="y")


def test_les_dates_du_zip_sont_fixes(tmp_path: Path) -> None:
    ecrire(tmp_path, "x")
    with zipfile.ZipFile(io.BytesIO(rendre(tmp_path))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_les_proprietes_sont_celles_du_document(tmp_path: Path) -> None:
    ecrire(tmp_path, "x")
    docx = rendre(tmp_path, objet="Rappel & {{ x }}\nligne 2", creancier={"denomination": "A" * 300})
    proprietes = Document(io.BytesIO(docx)).core_properties
    assert proprietes.title == "Rappel & {{ x }} ligne 2"
    assert proprietes.author == "A" * 255
    assert proprietes.language == "fr-FR"
    assert (proprietes.created, proprietes.modified, proprietes.last_modified_by) == (None, None, "")


def test_un_courriel_prend_son_sujet_et_son_expediteur(tmp_path: Path) -> None:
    ecrire(tmp_path, "x")
    docx = rendre(tmp_path, sujet="Rappel", expediteur="compta@exemple.invalid")
    proprietes = Document(io.BytesIO(docx)).core_properties
    assert (proprietes.title, proprietes.author) == ("Rappel", "compta@exemple.invalid")


def test_plusieurs_fils_rendent_en_meme_temps(tmp_path: Path) -> None:
    ecrire(tmp_path, "{% for n in liste %}{{ n }} {% endfor %}{{ nom }}")
    rendu = RenduDocx(tmp_path)

    def un(numero: int) -> bool:
        docx = rendu.rendre("essai", {"nom": f"n° {numero}", "liste": range(50)})
        return paragraphes_de(docx)[0].endswith(f" n° {numero}")

    with ThreadPoolExecutor(8) as fils:
        assert all(fils.map(un, range(40)))


def refus(racine: Path, **contexte: Any) -> list[str]:
    with pytest.raises(ErreurRendu) as error:
        rendre(racine, **contexte)
    return str(error.value).replace("\u00a0", " ").splitlines()


def test_le_paragraphe_est_nomme_dans_un_tableau(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("Un paragraphe qui n'y est pour rien.")
    tableau = document.add_table(1, 2)
    tableau.cell(0, 0).text = "Total"
    tableau.cell(0, 1).text = "Soit {{ decompte.totla }} à payer"
    document.save(str(tmp_path / "essai.docx"))
    assert refus(tmp_path, decompte={"total": "12,00 €"}) == [
        "templates/essai.docx, paragraphe « Soit {{ decompte.totla }} à payer » : la variable "
        "« decompte.totla » n'existe pas ou n'est pas fournie à ce document. Peut-être « total » ? "
        "Corriger son nom ; templates/README.md donne la liste."
    ]


def test_le_paragraphe_est_nomme_dans_un_en_tete(tmp_path: Path) -> None:
    document = Document()
    document.sections[0].header.paragraphs[0].text = "Chez {{ qui }}"
    document.save(str(tmp_path / "essai.docx"))
    assert "en-tête, paragraphe « Chez {{ qui }} »" in refus(tmp_path)[0]


BOITE = (
    "<w:r {ns}><mc:AlternateContent><mc:{sorte} {requis}><w:pict><w:txbxContent>{dedans}</w:txbxContent></w:pict>"
    "</mc:{sorte}></mc:AlternateContent></w:r>"
)


def avec_boite(racine: Path, dedans: str) -> None:
    """A template whose only paragraph holds a text box."""
    espaces = " ".join(f'xmlns:{nom}="{nsmap[nom]}"' for nom in ("w",))
    espaces += ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    xml = BOITE.format(
        ns=espaces,
        sorte="Choice",
        requis='Requires="wps"',
        dedans=f"<w:p><w:r><w:t>{dedans}</w:t></w:r></w:p>",
    )
    document = Document()
    document.add_paragraph("Dehors")._element.append(parse_xml(xml))
    document.save(str(racine / "essai.docx"))


def test_le_paragraphe_est_nomme_dans_une_zone_de_texte(tmp_path: Path) -> None:
    avec_boite(tmp_path, "Votre {{ reference }}")
    assert "zone de texte, paragraphe « Votre {{ reference }} »" in refus(tmp_path)[0]
    rendu = RenduDocx(tmp_path)
    assert rendu.texte(rendu.rendre("essai", {"reference": "R-1"})).split("\n")[:2] == ["Dehors", "Votre R-1"]


def test_toutes_les_variables_inconnues_sont_dites_a_la_fois(tmp_path: Path) -> None:
    ecrire(
        tmp_path,
        "{{ un }}",
        "{%p if nom %}",
        "{% if nom == 'jamais' %}{{ deux }}{% endif %}",
        "{%p endif %}",
        "{%p for f in factures %}",
        "{{ f.trois }}",
        "{%p endfor %}",
    )
    lus = refus(tmp_path, nom="x", factures=[{"numero": "1"}])
    assert [phrase.split(" : la variable ")[1].split(" n'existe")[0] for phrase in lus] == [
        "« un »",
        "« deux »",
        "« f.trois »",
    ]


def test_une_variable_testee_peut_manquer(tmp_path: Path) -> None:
    ecrire(tmp_path, "{% if nom is defined %}{{ nom }}{% endif %}{{ rue|default('sans rue') }}")
    assert paragraphes_de(rendre(tmp_path)) == ["sans rue"]


@pytest.mark.parametrize("valeur", [["a"], {"a": 1}, None, True, object()])
def test_ce_qui_n_est_pas_un_texte_ne_s_imprime_pas_comme_en_python(tmp_path: Path, valeur: object) -> None:
    ecrire(tmp_path, "Avant", "Valeur : {{ v }}.")
    assert "paragraphe « Valeur : {{ v }}. »" in refus(tmp_path, v=valeur)[0]


def test_une_operation_impossible_nomme_son_paragraphe(tmp_path: Path) -> None:
    ecrire(tmp_path, "Rien", "{% if nom > 1 %}x{% endif %}", "Rien")
    assert "paragraphe « {% if nom > 1 %}x{% endif %} »" in refus(tmp_path, nom="x")[0]


def test_la_meme_balise_deux_fois_nomme_le_bon_paragraphe(tmp_path: Path) -> None:
    ecrire(
        tmp_path,
        "{# une remarque #}Un : {% if n > 1 %}{% endif %}",
        "{%p for n in l %}",
        "Deux : {% if n > 1 %}{% endif %}",
        "{%p endfor %}",
    )
    assert "« Deux : {% if n > 1 %}{% endif %} »" in refus(tmp_path, n=2, l=["x"])[0]


def test_une_case_videe_par_ses_balises_reste_lisible_pour_word(tmp_path: Path) -> None:
    document = Document()
    case = document.add_table(1, 1).cell(0, 0)
    case.paragraphs[0].text = "{%p if nom %}"
    case.add_paragraph("{{ nom }}")
    case.add_paragraph("{%p endif %}")
    vide = document.add_table(1, 1)
    for texte in ("{%tr for x in nom %}", "{{ x }}", "{%tr endfor %}"):
        vide.add_row().cells[0].text = texte
    vide._tbl.remove(vide.rows[0]._tr)
    document.save(str(tmp_path / "essai.docx"))
    rendu = Document(io.BytesIO(rendre(tmp_path, nom="")))
    assert [[len(case.paragraphs) for case in tableau.rows[0].cells] for tableau in rendu.tables] == [[1]]


def test_la_langue_est_celle_que_declare_le_modele(tmp_path: Path) -> None:
    document = Document()
    document.core_properties.language = "en-GB"
    document.core_properties.comments = "brouillon interne"
    document.save(str(tmp_path / "essai.docx"))
    proprietes = Document(io.BytesIO(rendre(tmp_path))).core_properties
    assert (proprietes.language, proprietes.comments) == ("en-GB", "")


def xml_de(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        return "\n".join(
            archive.read(nom).decode()
            for nom in archive.namelist()
            if nom.startswith("word/") and nom.endswith(".xml")
        )


def colore(racine: Path) -> None:
    document = Document()
    for texte, couleur in (("{{ nom }}", "1F3A5F"), ("autre", "5B6470")):
        document.add_paragraph().add_run(texte).font.color.rgb = RGBColor.from_string(couleur)
    document.styles["Title"].font.color.rgb = RGBColor.from_string("1F3A5F")
    document.sections[0].footer.paragraphs[0].add_run("pied").font.color.rgb = RGBColor.from_string("1F3A5F")
    document.save(str(racine / "essai.docx"))


def test_la_couleur_du_creancier_remplace_celle_des_modeles_et_aucune_autre(tmp_path: Path) -> None:
    colore(tmp_path)
    xml = xml_de(RenduDocx(tmp_path, couleur="7a1f3d").rendre("essai", {"nom": '="1F3A5F"'}))
    assert xml.count('"7A1F3D"') == 3
    assert 'w:val="1F3A5F"' not in xml
    assert 'w:val="5B6470"' in xml
    assert '="1F3A5F"</w:t>' in xml


def test_le_fond_pale_des_tableaux_suit_la_couleur(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph()._p.get_or_add_pPr().append(
        parse_xml(f'<w:shd xmlns:w="{nsmap["w"]}" w:val="clear" w:fill="EEF2F7"/>')
    )
    document.save(str(tmp_path / "essai.docx"))
    assert 'w:fill="EDEDED"' in xml_de(RenduDocx(tmp_path, couleur="000000").rendre("essai", {}))
    assert 'w:fill="EEF2F7"' in xml_de(RenduDocx(tmp_path).rendre("essai", {}))


@pytest.mark.parametrize("fausse", ["bleu", "#1F3864", "1F386", "1F38640"])
def test_une_couleur_mal_ecrite_est_refusee(tmp_path: Path, fausse: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="six chiffres hexadécimaux"):
        RenduDocx(tmp_path, couleur=fausse)


def image(chemin: Path, largeur: int = 400, hauteur: int = 100, forme: str = "PNG") -> Path:
    Image.new("RGB", (largeur, hauteur), "navy").save(chemin, forme)
    return chemin


def avec_logo(racine: Path, **reglages: Any) -> Any:
    ecrire(
        racine,
        "{%p if creancier.logo %}",
        "{{ creancier.logo }}",
        "{%p endif %}",
        "Corps",
        pied="{{ creancier.logo }}",
    )
    rendu = RenduDocx(racine, **reglages)
    return rendu.rendre(
        "essai", {"creancier": {"denomination": 'A & "B" <C> {{ x }} {_{', "logo": "chemin.png"}}
    )


@pytest.mark.parametrize(("forme", "nom"), [("PNG", "l.png"), ("JPEG", "l.jpg")])
def test_le_logo_est_une_image_avec_son_texte_de_remplacement(tmp_path: Path, forme: str, nom: str) -> None:
    docx = avec_logo(tmp_path, logo=image(tmp_path / nom, forme=forme))
    document = Document(io.BytesIO(docx))
    (ligne,) = document.inline_shapes
    assert (ligne.width.mm, ligne.height.mm) == (pytest.approx(40, abs=0.1), pytest.approx(10, abs=0.1))
    assert ligne._inline.docPr.get("descr") == 'A & "B" <C> {{ x }} {_{'
    pied = document.sections[0].footer._element
    numeros = [p.get("id") for racine in (document.element, pied) for p in racine.iter(qn("wp:docPr"))]
    assert len(numeros) == len(set(numeros)) == 2
    assert [p.text for p in document.paragraphs] == ["", "Corps"]


def test_le_logo_n_a_pas_de_marge_qui_l_ecarte_du_texte(tmp_path: Path) -> None:
    """LibreOffice reads a missing distance as 3.2 mm."""
    docx = avec_logo(tmp_path, logo=image(tmp_path / "l.png"))
    ligne = Document(io.BytesIO(docx)).inline_shapes[0]._inline
    assert [ligne.get(nom) for nom in ("distT", "distB", "distL", "distR")] == ["0"] * 4


def test_un_logo_haut_tient_dans_dix_huit_millimetres(tmp_path: Path) -> None:
    docx = avec_logo(tmp_path, logo=image(tmp_path / "l.png", 100, 400))
    assert Document(io.BytesIO(docx)).inline_shapes[0].height.mm == pytest.approx(18, abs=0.1)


def test_avec_couleur_et_logo_memes_entrees_memes_octets(tmp_path: Path) -> None:
    chemin = image(tmp_path / "l.png")
    assert avec_logo(tmp_path, logo=chemin, couleur="123456") == avec_logo(
        tmp_path, logo=chemin, couleur="123456"
    )


def test_sans_logo_rien_ne_s_imprime_pas_meme_son_chemin(tmp_path: Path) -> None:
    assert paragraphes_de(avec_logo(tmp_path)) == ["Corps"]
    assert "chemin" not in xml_de(avec_logo(tmp_path))


def test_un_logo_absent_ou_illisible_est_une_erreur_de_configuration(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationInvalide, match=r"absent\.png : le logo .* introuvable"):
        RenduDocx(tmp_path, logo=tmp_path / "absent.png")
    entiere = image(tmp_path / "l.png").read_bytes()
    Image.new("RGB", (9, 9)).save(tmp_path / "l.gif", "GIF")
    (tmp_path / "coupe.png").write_bytes(entiere[: len(entiere) // 2])
    (tmp_path / "faux.png").write_text("<svg/>")
    (tmp_path / "lourd.png").write_bytes(entiere + bytes(6 * 1024 * 1024))
    for nom in ("l.gif", "coupe.png", "faux.png", "lourd.png"):
        with pytest.raises(ConfigurationInvalide, match=rf"{nom} : le logo"):
            RenduDocx(tmp_path, logo=tmp_path / nom)


def test_un_modele_modifie_vaut_des_la_lettre_suivante(tmp_path: Path) -> None:
    rendu = RenduDocx(tmp_path)
    for texte in ("un", "deux"):
        ecrire(tmp_path, texte)
        assert paragraphes_de(rendu.rendre("essai", {})) == [texte]


@pytest.mark.parametrize("contenu", [b"", b"%PDF-1.7", b"PK\x03\x04 rien"])
def test_ce_qui_n_est_pas_un_word_ne_se_lit_pas(tmp_path: Path, contenu: bytes) -> None:
    with pytest.raises(ErreurRendu, match="n'est pas un document Word lisible"):
        RenduDocx(tmp_path).texte(contenu)
