"""Templates that try to reach Python or the network, and data that try to break every template."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsmap, qn
from jinja2 import TemplateError
from pypdf import PdfReader

from dossier.adapters.convert_pdf import ConvertisseurUno
from dossier.adapters.render_docx import RenduDocx
from dossier.adapters.render_docx import examiner as examiner_word
from dossier.adapters.render_texte import RenduTexte
from dossier.adapters.render_texte import examiner as examiner_texte
from dossier.core.creance import Genre
from dossier.core.echantillons import HOSTILE, Jeu, contexte
from dossier.core.errors import ErreurRendu
from dossier.gabarits.bac import Bac
from tests.adapters.gabarits import (
    NOMBRES,
    RACINE,
    TEXTE,
    WORD,
    cadre,
    donnees,
    ecrire,
    rendre,
    usages_de,
)

EVASIONS = [
    "{{ nom.__class__ }}",
    "{{ nom.__class__.__mro__[1].__subclasses__() }}",
    "{{ nom['__class__'] }}",
    "{{ nom|attr('__class__') }}",
    "{{ nom|attr('__cla' ~ 'ss__') }}",
    "{{ nom['__cla' ~ 'ss__'] }}",
    "{{ nom['\\x5f\\x5fclass\\x5f\\x5f'] }}",
    "{{ creancier.items() }}",
    "{{ creancier.keys }}",
    "{{ creancier.__init__.__globals__ }}",
    "{{ creancier.get('iban') }}",
    "{{ nom.format(creancier) }}",
    "{{ '{0.__class__}'.format(nom) }}",
    "{{ '%s'|format(nom) }}",
    "{{ '%(a)s' % creancier }}",
    "{{ nom.upper }}",
    "{{ nom.upper() }}",
    "{{ nom.encode }}",
    "{{ self }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace(x=1) }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ dict(a=1) }}",
    "{{ range(1000000000)|list }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ config }}",
    "{{ request.application }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ caller() }}",
    "{{ liste|map('attr', '__class__')|list }}",
    "{{ liste|map(attribute='__class__')|list }}",
    "{{ liste|map(attribute='append')|list }}",
    "{{ liste.append }}",
    "{{ liste|selectattr('__class__')|list }}",
    "{{ liste|groupby('__class__') }}",
    "{{ liste|sort(attribute='__class__') }}",
    "{{ liste|join(',', attribute='__class__') }}",
    "{{ liste|sum(attribute='__class__') }}",
    "{{ creancier|xmlattr }}",
    "{{ creancier|pprint }}",
    "{{ creancier|tojson }}",
    "{{ creancier|dictsort }}",
    "{{ creancier }}",
    "{{ liste }}",
    "{{ liste|string }}",
    "{{ creancier|string }}",
    "{{ creancier|upper }}",
    "{{ [creancier]|join(', ') }}",
    "{{ [creancier]|join(', ', 'iban') }}",
    "{{ 'x' ~ creancier }}",
    "{{ creancier|replace('a', 'b') }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% extends 'autre' %}",
    "{% set x = nom.__class__ %}",
    "{% macro m() %}{% endmacro %}",
    "{% call nom() %}{% endcall %}",
    "{% filter attr('x') %}{% endfilter %}",
    "{% block b %}{% endblock %}",
    "{% raw %}{{ nom }}{% endraw %}",
    "{% with x = 1 %}{% endwith %}",
    "{% autoescape false %}{{ nom }}{% endautoescape %}",
    "{% do nom.append(1) %}",
    "{% debug %}",
    "{% for x in liste recursive %}{{ loop(liste) }}{% endfor %}",
    "{% for x in liste %}{{ loop.__class__ }}{% endfor %}",
    "{% for x in liste %}{{ loop.changed(1) }}{% endfor %}",
    "{% for x in liste %}{{ loop._iterator }}{% endfor %}",
    "{% if nom.__class__ %}x{% endif %}",
    "{% if nom is callable %}x{% endif %}",
    "{%\nif nom.__class__ %}x{% endif %}",
    "{{nom.\n__class__}}",
]
"""Known ways out of Jinja, and what prints Python's own writing."""
VARIABLES: dict[str, Any] = {
    "nom": "Dupont",
    "liste": ["a", "b"],
    "creancier": {"iban": "FR76", "denomination": "Fictif"},
}
FUITES = re.compile(
    r"<class|<built-in|<bound|<function|object at 0x|uid=|dict_items|root:|\['a'|\{'|&lt;class"
)


def word_refuse(racine: Path, source: str) -> str:
    ecrire(racine, "Avant", source)
    with pytest.raises(ErreurRendu) as error:
        RenduDocx(racine).rendre("essai", VARIABLES)
    return str(error.value)


@pytest.mark.parametrize("source", EVASIONS)
def test_aucune_evasion_ne_passe_dans_un_modele_word(tmp_path: Path, source: str) -> None:
    message = word_refuse(tmp_path, source)
    assert message.startswith("templates/essai.docx, paragraphe «")
    assert not FUITES.search(message.replace(source, ""))
    assert examiner_word(tmp_path, "essai", [VARIABLES])


@pytest.mark.parametrize("source", EVASIONS)
def test_aucune_evasion_ne_passe_dans_un_courriel(tmp_path: Path, source: str) -> None:
    (tmp_path / "essai.txt").write_text(f"Sujet\n{source}", encoding="utf-8")
    with pytest.raises(ErreurRendu, match=r"^templates/essai\.txt, ligne 2"):
        RenduTexte(tmp_path).rendre("essai", VARIABLES)
    assert examiner_texte(tmp_path, "essai", [VARIABLES])


@pytest.mark.parametrize("source", EVASIONS)
def test_le_bac_a_sable_tient_meme_sans_l_examen(source: str) -> None:
    """The second wall alone: what the examination lets through would still meet nothing of Python."""
    bac = Bac(str, autoescape=False)
    try:
        rendu = bac.from_string(source).render(VARIABLES)
    except (TemplateError, TypeError):
        return
    assert not re.search(r"<class|<built-in|<bound|<function|object at 0x|uid=|dict_items|root:", rendu)


def test_seules_les_boucles_et_les_champs_passent(tmp_path: Path) -> None:
    source = (
        "{% for x in liste %}{{ loop.index }}{{ x|upper }}{% endfor %} {{ creancier['iban'] }} {{ liste[0] }}"
    )
    ecrire(tmp_path, source)
    rendu = RenduDocx(tmp_path)
    assert rendu.texte(rendu.rendre("essai", VARIABLES)).strip() == "1A2B FR76 a"
    assert examiner_word(tmp_path, "essai", [VARIABLES]) == ()


def lien_externe(document: Any) -> None:
    document.part.relate_to("http://exemple.invalid/pixel.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)


def modele_attache(document: Any) -> None:
    document.part._settings_part.relate_to(
        "http://exemple.invalid/x.dotm",
        RELATIONSHIP_TYPE.SETTINGS.replace("settings", "attachedTemplate"),
        is_external=True,
    )


def champ(instruction: str) -> Callable[[Any], None]:
    def poser(document: Any) -> None:
        xml = f'<w:fldSimple xmlns:w="{nsmap["w"]}" w:instr="{instruction}"/>'
        document.paragraphs[0]._p.append(parse_xml(xml))

    return poser


def champ_complexe(document: Any) -> None:
    xml = f'<w:r xmlns:w="{nsmap["w"]}"><w:instrText> INCLUDETEXT "/etc/passwd" </w:instrText></w:r>'
    document.paragraphs[0]._p.append(parse_xml(xml))


def coupe(*morceaux: str) -> Callable[[Any], None]:
    """A complex field whose instruction is cut into runs, as Word does at each correction."""

    def poser(document: Any) -> None:
        dedans = "".join(f"<w:r><w:instrText>{morceau}</w:instrText></w:r>" for morceau in morceaux)
        bornes = [f'<w:r><w:fldChar w:fldCharType="{genre}"/></w:r>' for genre in ("begin", "end")]
        xml = f'<w:p xmlns:w="{nsmap["w"]}">{bornes[0]}{dedans}{bornes[1]}</w:p>'
        for element in parse_xml(xml):
            document.paragraphs[0]._p.append(element)

    return poser


def texte_masque(document: Any) -> None:
    document.paragraphs[0].add_run("entre nous").font.hidden = True


def revision(document: Any) -> None:
    xml = f'<w:ins xmlns:w="{nsmap["w"]}" w:id="1" w:author="x"><w:r><w:t>ajout</w:t></w:r></w:ins>'
    document.paragraphs[0]._p.append(parse_xml(xml))


def commentaire(document: Any) -> None:
    document.add_comment(document.paragraphs[0].runs, "à voir entre nous")


def balise_dans_un_champ(document: Any) -> None:
    champ("HYPERLINK https://exemple.invalid/{{ nom }}")(document)


def balise_dans_un_attribut(document: Any) -> None:
    xml = f'<w:bookmarkStart xmlns:w="{nsmap["w"]}" w:id="1" w:name="{{{{ nom }}}}"/>'
    document.paragraphs[0]._p.append(parse_xml(xml))


def balise_dans_une_propriete(document: Any) -> None:
    document.core_properties.subject = "{{ nom }}"


@pytest.mark.parametrize(
    ("gate", "dit"),
    [
        (lien_externe, r"va chercher « http://exemple\.invalid/pixel\.png » \(image\)"),
        (modele_attache, r"va chercher « http://exemple\.invalid/x\.dotm »"),
        (champ("DDEAUTO c:\\\\cmd.exe"), "le champ DDEAUTO"),
        (champ("INCLUDEPICTURE http://exemple.invalid/x"), "le champ INCLUDEPICTURE"),
        (champ_complexe, "le champ INCLUDETEXT"),
        (coupe("INCLUDE", 'TEXT "/etc/passwd"'), "le champ INCLUDETEXT"),
        (coupe("PAGE {", "{ nom }}"), "une balise est dans un champ"),
        (texte_masque, "du texte est masqué"),
        (revision, "modification suivie"),
        (commentaire, "bulle de commentaire"),
        (balise_dans_un_champ, "une balise est dans un champ"),
        (balise_dans_un_attribut, "une balise est dans un champ"),
        (balise_dans_une_propriete, "une balise est dans une partie du document"),
    ],
)
def test_un_modele_ne_va_rien_chercher_et_ne_cache_rien(
    tmp_path: Path, gate: Callable[[Any], None], dit: str
) -> None:
    document = Document()
    document.add_paragraph("Bonjour")
    gate(document)
    document.save(str(tmp_path / "essai.docx"))
    (phrase,) = examiner_word(tmp_path, "essai", [VARIABLES])
    assert re.search(dit, phrase)
    with pytest.raises(ErreurRendu, match=dit):
        RenduDocx(tmp_path).rendre("essai", VARIABLES)


@pytest.mark.parametrize(
    ("paragraphes", "dit"),
    [
        (["Bonjour {%p if nom %}", "{%p endif %}"], "seule dans son paragraphe"),
        (["{%tr if nom %}", "{%tr endif %}"], "seule dans sa ligne de tableau"),
        (["{%p if nom %}", "x"], "n'est fermée par aucun « endif »"),
        (["x", "{%p endif %}"], "n'a pas de balise ouvrante"),
        (["{%p for x in liste %}", "{%p endif %}", "{%p endfor %}"], "la dernière balise ouverte"),
        (["{% if nom %}x", "{% endif %}"], "pas dans le même paragraphe"),
        (["{%p if nom %}", "{% endif %}"], "ne commence pas par les mêmes lettres"),
        (["{{p nom }}"], "« {{p », qui n'est pas admis"),
        (["{{r nom }}"], "« {{r », qui n'est pas admis"),
        (["{%- if nom %}x{% endif %}"], "porte un « - »"),
        (["{{ nom"], "ouverte et jamais fermée"),
        (["{{ nom", "suite }}"], "ouverte et jamais fermée"),
        (["nom }}"], "ne ferme aucune balise"),
        (["{ creancier.iban }"], "qu'une accolade"),
        (["{{ nom|‘x’ }}"], "mal écrite"),
        (["{% else %}"], "n'a pas de balise ouvrante"),
        (["{% if %}x{% endif %}"], "mal écrite"),
        (["{{ nom|inconnu }}"], "filtre « inconnu »"),
        (["{% vm %}"], "emploie « vm »"),
    ],
)
def test_chaque_faute_de_balise_est_dite_en_francais(
    tmp_path: Path, paragraphes: list[str], dit: str
) -> None:
    ecrire(tmp_path, *paragraphes)
    phrases = examiner_word(tmp_path, "essai", [VARIABLES])
    assert any(dit in phrase for phrase in phrases), phrases
    with pytest.raises(ErreurRendu):
        RenduDocx(tmp_path).rendre("essai", VARIABLES)


def test_une_balise_ouverte_dans_une_case_se_ferme_dans_la_meme(tmp_path: Path) -> None:
    document = Document()
    tableau = document.add_table(1, 2)
    tableau.cell(0, 0).text = "{%p if nom %}"
    tableau.cell(0, 1).text = "{%p endif %}"
    document.save(str(tmp_path / "essai.docx"))
    assert any("la même page ou la même case" in p for p in examiner_word(tmp_path, "essai", [VARIABLES]))


def test_un_fichier_absent_ou_illisible_est_une_faute_comme_une_autre(tmp_path: Path) -> None:
    (tmp_path / "essai.docx").write_text("du texte")
    (tmp_path / "essai.txt").write_bytes("é".encode("latin-1"))
    assert "n'est pas un document Word" in examiner_word(tmp_path, "essai", [])[0]
    assert "manque" in examiner_word(tmp_path, "autre", [])[0]
    assert "UTF-8" in examiner_texte(tmp_path, "essai", [])[0]


# Hostile data in the shipped templates.


class Emis:
    """A renderer that remembers each value it printed."""

    def __init__(self) -> None:
        self.word, self.texte = RenduDocx(RACINE), RenduTexte(RACINE)
        self.valeurs: list[str] = []
        for bac in (self.word._jinja, self.texte._jinja):
            bac.finalize = self._noter(bac.finalize)

    def _noter(self, finalize: Any) -> Any:
        def noter(valeur: Any) -> Any:
            self.valeurs.append(str(valeur))
            return finalize(valeur)

        return noter

    def rendre(self, modele: str, variables: dict[str, Any]) -> tuple[list[str], str]:
        """The values printed, and the text of the document."""
        self.valeurs = []
        if modele in TEXTE:
            return self.valeurs, "\n".join(self.texte.rendre(modele, variables))
        return self.valeurs, self.word.texte(self.word.rendre(modele, variables))


@pytest.fixture(scope="module")
def emis() -> Emis:
    return Emis()


def visible(valeur: str) -> str:
    """The characters that must be found again: neither spaces nor control characters, nor changes of direction."""
    return re.sub(r"[\s\x00-\x1f\x7f\u202a-\u202e]+", "", valeur)


@pytest.mark.parametrize("jeu", Jeu)
@pytest.mark.parametrize("modele", WORD + TEXTE)
def test_chaque_modele_imprime_toutes_ses_donnees_et_aucune_balise(emis: Emis, modele: str, jeu: Jeu) -> None:
    premiers = {usage.genre: usage for usage in reversed(usages_de(modele))}
    for usage in premiers.values():
        valeurs, texte = emis.rendre(modele, contexte(modele, usage, jeu, NOMBRES[jeu], cadre()))
        lu = visible(texte)
        assert [v for v in set(valeurs) if visible(v) not in lu] == []
        assert jeu is not Jeu.HOSTILE or visible(HOSTILE) in lu
        reste = lu
        for valeur in sorted({v for v in valeurs if "{" in v}, key=len, reverse=True):
            reste = reste.replace(visible(valeur), "")
        assert not re.search(r"\{\{|\{%|\{#|\}\}|%\}|Undefined", reste)


@pytest.mark.parametrize("modele", WORD)
def test_rien_dans_un_modele_n_a_une_hauteur_qui_couperait_le_texte(modele: str) -> None:
    document = Document(str(RACINE / f"{modele}.docx"))
    for ligne in document.element.body.iter(qn("w:tr")):
        texte = "".join(t.text or "" for t in ligne.iter(qn("w:t")))
        hauteurs = [h.get(qn("w:hRule")) for h in ligne.iter(qn("w:trHeight"))]
        assert "{{" not in texte or "exact" not in hauteurs


def test_un_rendu_hostile_donne_deux_fois_les_memes_octets() -> None:
    variables = donnees("courriers/mise-en-demeure", nombre=3, jeu=Jeu.HOSTILE)
    rendu = RenduDocx(RACINE)
    assert rendu.rendre("courriers/mise-en-demeure", variables) == RenduDocx(RACINE).rendre(
        "courriers/mise-en-demeure", variables
    )


def test_un_rendu_hostile_reste_un_xml_sans_balise_ajoutee() -> None:
    simple, hostile = (
        RenduDocx(RACINE).rendre("courriers/relance-1", donnees("courriers/relance-1", jeu=jeu, nombre=3))
        for jeu in (Jeu.COURT, Jeu.HOSTILE)
    )
    noms = []
    for docx in (simple, hostile):
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            document = parse_xml(archive.read("word/document.xml"))
            noms.append({element.tag for element in document.iter()})
    assert noms[1] <= noms[0] | {qn("w:br")}


@pytest.fixture(scope="module")
def convertisseur(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConvertisseurUno]:
    with ConvertisseurUno(tmp_path_factory.mktemp("libreoffice")) as convertisseur:
        yield convertisseur


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("modele", "jeu"),
    [
        ("courriers/mise-en-demeure", Jeu.LONG),
        ("courriers/relance-3", Jeu.LONG),
        ("courriers/particulier/relance-2", Jeu.LONG),
        ("courriers/export/avant-contentieux", Jeu.LONG),
        ("documents/accord-echelonnement", Jeu.LONG),
        ("dossier/requete", Jeu.LONG),
        ("dossier/lettre-avocat", Jeu.LONG),
        ("courriers/mise-en-demeure", Jeu.HOSTILE),
        ("dossier/courriel", Jeu.HOSTILE),
    ],
)
def test_le_pdf_montre_toutes_les_donnees_dans_ses_pages(
    emis: Emis, convertisseur: ConvertisseurUno, modele: str, jeu: Jeu
) -> None:
    variables = donnees(modele, nombre=NOMBRES[jeu], jeu=jeu)
    valeurs, _ = emis.rendre(modele, variables)
    pdf = PdfReader(io.BytesIO(convertisseur.pdf(emis.word.rendre(modele, variables))))
    pages = [page.extract_text() for page in pdf.pages]
    lu = visible("".join(pages))
    mots = {mot for valeur in valeurs for mot in re.findall(r"[\w.,@-]{2,}", _latin(valeur))}
    assert [mot for mot in sorted(mots) if visible(mot) not in lu] == []
    for rang, page in enumerate(pages, start=1):
        assert re.search(rf"Page {rang} (sur|of) {len(pages)}\b", " ".join(page.split()))
    assert all(_dans_la_page(page) for page in pdf.pages)


def _latin(valeur: str) -> str:
    """Without what a PDF writes in another order, or does not write: right-to-left words, control characters."""
    return re.sub(r"[\u0590-\u06ff\u200b-\u202e\x00-\x1f]+", " ", valeur)


def _dans_la_page(page: Any) -> bool:
    """Whether each piece of text begins inside the sheet."""
    largeur, hauteur = float(page.mediabox.width), float(page.mediabox.height)
    places: list[tuple[float, float]] = []

    def noter(texte: str, _cm: Any, tm: Any, _police: Any, _taille: Any) -> None:
        if texte.strip():
            places.append((tm[4], tm[5]))

    page.extract_text(visitor_text=noter)
    return all(0 <= x <= largeur and 0 <= y <= hauteur for x, y in places)


@pytest.mark.parametrize("genre", Genre)
def test_les_donnees_hostiles_sont_fictives_et_dites_en_entier(genre: Genre) -> None:
    texte = rendre("courriers/mise-en-demeure", donnees("courriers/mise-en-demeure", genre, 3, Jeu.HOSTILE))
    assert "{{ 7*7 }}" in texte
    assert "49" not in re.findall(r"Ça & <w:p> (\S+)", texte)
