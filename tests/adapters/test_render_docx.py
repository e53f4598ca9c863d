"""Word rendering: values stay text, faults are named, equal inputs give equal bytes."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from dossier.adapters.render_docx import RenduDocx
from dossier.core.errors import ErreurRendu


def ecrire(racine: Path, *paragraphes: str, pied: str = "", nom: str = "essai") -> None:
    document = Document()
    for paragraphe in paragraphes:
        document.add_paragraph(paragraphe)
    document.sections[0].footer.paragraphs[0].text = pied
    document.save(str(racine / f"{nom}.docx"))


def rendre(racine: Path, **contexte: Any) -> bytes:
    return RenduDocx(racine).rendre("essai", contexte)


def textes(docx: bytes) -> list[str]:
    return [paragraphe.text for paragraphe in Document(io.BytesIO(docx)).paragraphs]


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
    assert textes(rendre(tmp_path, nom=valeur)) == [f"Nom : {valeur}."]


@pytest.mark.parametrize("filtre", ["safe", "e", "string", "join"])
def test_aucun_filtre_ne_fait_d_une_valeur_du_balisage(tmp_path: Path, filtre: str) -> None:
    ecrire(tmp_path, f"{{{{ nom|{filtre} }}}}")
    assert textes(rendre(tmp_path, nom="<w:br/> & {{ x }}")) == ["<w:br/> & {{ x }}"]


def test_les_sauts_de_ligne_deviennent_des_lignes(tmp_path: Path) -> None:
    ecrire(tmp_path, "{{ adresse }}")
    assert textes(rendre(tmp_path, adresse="1 rue A\r\n69001 Lyon\rFrance")) == [
        "1 rue A\n69001 Lyon\nFrance"
    ]


def test_les_caracteres_de_controle_disparaissent(tmp_path: Path) -> None:
    ecrire(tmp_path, "{{ nom }}")
    assert textes(rendre(tmp_path, nom="a\x00b\x07c\x0cd\ufffee")) == ["abcde"]


def test_une_variable_inconnue_est_nommee_avec_son_fichier(tmp_path: Path) -> None:
    ecrire(tmp_path, "{{ creancier.ibna }}")
    with pytest.raises(ErreurRendu, match=r"templates/essai\.docx.*« ibna »"):
        rendre(tmp_path, creancier={"iban": "FR76"})


def test_une_variable_inconnue_du_pied_de_page_est_nommee(tmp_path: Path) -> None:
    ecrire(tmp_path, "Corps", pied="{{ mention }}")
    with pytest.raises(ErreurRendu, match="« mention »"):
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
        return textes(docx)[0].endswith(f" n° {numero}")

    with ThreadPoolExecutor(8) as fils:
        assert all(fils.map(un, range(40)))
