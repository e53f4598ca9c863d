"""Word files that people give: weighed before they are opened, refused when they print other than they read."""

from __future__ import annotations

import io
import random
import struct
import subprocess
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsmap, qn
from docx.shared import Pt, RGBColor
from pypdf import PdfReader

from dossier.adapters.convert_pdf import ConvertisseurUno
from dossier.adapters.render_docx import RenduDocx, examiner, paquet
from dossier.core.errors import ErreurRendu
from tests.adapters.gabarits import donnees, word

MO = 1024 * 1024
ESPACES = {
    **{nom: nsmap[nom] for nom in ("w", "r", "wp", "a", "m")},
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    "v": "urn:schemas-microsoft-com:vml",
}
NS = " ".join(f'xmlns:{nom}="{uri}"' for nom, uri in ESPACES.items())


def octets(document: Any) -> bytes:
    sortie = io.BytesIO()
    document.save(sortie)
    return sortie.getvalue()


def lettre(poser: Callable[[Any], None] = lambda _: None) -> bytes:
    document = Document()
    document.add_paragraph("Payez.")
    poser(document)
    return octets(document)


def lire(contenu: bytes) -> str:
    return RenduDocx(Path()).texte(contenu)


def refus(contenu: bytes) -> str:
    with pytest.raises(ErreurRendu) as error:
        lire(contenu)
    return str(error.value).replace("\u00a0", " ")


def xml(corps: str) -> Callable[[Any], None]:
    """Put that XML, whose outer element gets the namespaces, in the first paragraph."""

    def poser(document: Any) -> None:
        nom, suite = corps[1:].split(">", 1) if ">" in corps.split(" ", 1)[0] else corps[1:].split(" ", 1)
        separation = ">" if ">" in corps.split(" ", 1)[0] else " "
        document.paragraphs[0]._p.append(parse_xml(f"<{nom} {NS}{separation}{suite}"))

    return poser


# The zip.


def membres(contenu: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        return {nom: archive.read(nom) for nom in archive.namelist()}


def zip_de(ajouts: dict[str, bytes], methode: int = zipfile.ZIP_DEFLATED, **autres: bytes) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", methode) as archive:
        for nom, valeur in (membres(lettre()) | ajouts).items():
            archive.writestr(nom, valeur)
        archive.comment = autres.get("comment", b"")
    return sortie.getvalue()


def test_une_lettre_ordinaire_se_lit() -> None:
    assert lire(lettre()).strip() == "Payez."
    assert lire(zip_de({})).strip() == "Payez."


def test_le_poids_du_fichier_est_limite() -> None:
    def de_poids(taille: int) -> bytes:
        reste = taille - len(zip_de({"word/media/a.png": b""}, zipfile.ZIP_STORED))
        return zip_de({"word/media/a.png": b"\x89" * reste}, zipfile.ZIP_STORED)

    assert len(de_poids(paquet.FICHIER_MAX)) == paquet.FICHIER_MAX
    assert lire(de_poids(paquet.FICHIER_MAX)).strip() == "Payez."
    assert "pèse 21 Mo, la limite est de 20 Mo : allégez ses images" in refus(
        de_poids(paquet.FICHIER_MAX + 1)
    )


def test_le_nombre_d_elements_est_limite() -> None:
    deja = len(membres(lettre()))

    def avec(nombre: int) -> bytes:
        return zip_de({f"word/media/{rang}.png": b"x" for rang in range(nombre - deja)})

    assert lire(avec(paquet.MEMBRES_MAX)).strip() == "Payez."
    assert "plus de 500 éléments" in refus(avec(paquet.MEMBRES_MAX + 1))


def test_chaque_element_deplie_est_limite() -> None:
    assert lire(zip_de({"word/media/a.png": bytes(paquet.MEMBRE_MAX)})).strip() == "Payez."
    trop = zip_de({"word/media/a.png": bytes(paquet.MEMBRE_MAX + 1)})
    assert len(trop) < MO
    assert "déplié, dépasse 20 Mo" in refus(trop)


def test_tous_les_elements_deplies_ensemble_sont_limites() -> None:
    deja = sum(map(len, membres(lettre()).values()))
    grands = {f"word/media/{rang}.png": bytes(paquet.MEMBRE_MAX) for rang in range(2)}
    reste = paquet.TOTAL_MAX - 2 * paquet.MEMBRE_MAX - deja
    assert lire(zip_de({**grands, "word/media/z.png": bytes(reste)})).strip() == "Payez."
    assert "dépasse 60 Mo" in refus(zip_de({**grands, "word/media/z.png": bytes(reste + 1)}))


def test_le_texte_seul_est_limite_quel_que_soit_le_nom_de_l_element() -> None:
    deja = sum(len(v) for v in membres(lettre()).values() if v.startswith(b"<"))
    assert lire(zip_de({"a.png": b"<".ljust(paquet.XML_MAX - deja)})).strip() == "Payez."
    assert "plus de 8 Mo de texte" in refus(zip_de({"a.png": b"<".ljust(paquet.XML_MAX - deja + 1)}))


def menteur(taille_dite: int, vraie: bytes) -> bytes:
    """A zip whose directory and headers say another size than what the member inflates to."""
    dits = vraie[:taille_dite]
    contenu = zip_de({"word/media/a.png": vraie})
    vrai = struct.pack("<I", zlib.crc32(vraie)), struct.pack("<I", len(vraie))
    faux = struct.pack("<I", zlib.crc32(dits)), struct.pack("<I", taille_dite)
    return contenu.replace(vrai[0], faux[0]).replace(vrai[1], faux[1])


def test_un_repertoire_qui_ment_sur_la_taille_ne_passe_pas() -> None:
    contenu = menteur(10, bytes(50 * MO))
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        assert archive.read("word/media/a.png") == bytes(10), "Python s'y laisse prendre"
    assert "déplié, dépasse 20 Mo" in refus(contenu)
    assert "annonce une taille qui n'est pas la sienne" in refus(menteur(10, bytes(12345)))


def test_un_element_cache_sous_un_autre_nom_ou_une_autre_taille_est_refuse() -> None:
    contenu = zip_de({"word/media/a.png": b"x"})
    assert "selon le programme" in refus(contenu.replace(b"word/media/a.png", b"word/media/b.png", 1))
    local = contenu.index(b"word/media/a.png") - 30
    assert "selon le programme" in refus(contenu[: local + 22] + b"\x09" + contenu[local + 23 :])


def test_un_element_dit_deux_fois_est_refuse() -> None:
    sortie = io.BytesIO(lettre())
    with zipfile.ZipFile(sortie, "a") as archive:
        archive.writestr("WORD/document.xml", b"<w/>")
    assert "deux fois le même élément" in refus(sortie.getvalue())


@pytest.mark.parametrize("nom", ["../x.xml", "/x.xml", "a/../../x"])
def test_un_nom_qui_sort_de_l_archive_est_refuse(nom: str) -> None:
    assert "un nom interdit" in refus(zip_de({nom: b"x"}))


def test_un_commentaire_d_archive_est_refuse() -> None:
    assert "commentaire d'archive" in refus(zip_de({}, comment=b"PK"))


def test_un_element_chiffre_est_refuse() -> None:
    contenu = bytearray(zip_de({"word/media/a.png": b"x"}))
    entree = contenu.rindex(b"word/media/a.png") - 46
    contenu[entree + 8] |= 1
    assert "ôtez le mot de passe" in refus(bytes(contenu))


@pytest.mark.parametrize("methode", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_une_compression_que_word_n_ecrit_pas_est_refusee(methode: int) -> None:
    assert refus(zip_de({}, methode))


def test_un_ancien_word_ou_un_word_a_mot_de_passe_est_nomme() -> None:
    assert "ôtez le mot de passe" in refus(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000))


def test_une_archive_dans_l_archive_est_refusee() -> None:
    assert "une autre archive" in refus(zip_de({"word/media/a.png": lettre()}))


ENTITES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize("encodage", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_un_type_de_document_xml_est_refuse_dans_tout_encodage(encodage: str) -> None:
    annonce = f"<?xml version='1.0' encoding='{encodage[:6].rstrip('-')}'?>"
    assert "type de document XML" in refus(
        zip_de({"word/theme/t.xml": (annonce + ENTITES + "<a>&b;</a>").encode(encodage)})
    )


def test_un_encodage_qui_cacherait_un_type_de_document_est_refuse() -> None:
    cache = b'<?xml version="1.0" encoding="UTF-7"?>+ADw-+ACE-DOCTYPE a+AD4-<a/>'
    assert "type de document XML" in refus(zip_de({"word/theme/t.xml": cache}))


def test_un_modele_trop_lourd_est_une_faute_qui_nomme_son_fichier(tmp_path: Path) -> None:
    (tmp_path / "essai.docx").write_bytes(zip_de({"word/media/a.png": bytes(paquet.MEMBRE_MAX + 1)}))
    (phrase,) = examiner(tmp_path, "essai", [])
    assert phrase.startswith("templates/essai.docx déplié, dépasse 20 Mo")


def test_un_word_abime_au_hasard_se_lit_ou_se_refuse_en_francais() -> None:
    """120 letters, each with one member cut, emptied or scrambled: never another exception."""
    sort, base = random.Random(4), membres(lettre())
    refuses = 0
    for _ in range(120):
        nom = sort.choice(sorted(base))
        valeur = bytearray(base[nom])
        debut = sort.randrange(len(valeur))
        match sort.randrange(4):
            case 0:
                valeur = valeur[:debut]
            case 1:
                del valeur[debut : debut + sort.randrange(200)]
            case 2:
                valeur[debut] = sort.randrange(256)
            case _:
                valeur = bytearray(b"<a/>")
        try:
            lire(zip_de({nom: bytes(valeur)}))
        except ErreurRendu as error:
            refuses += 1
            assert str(error).startswith("Le document Word")
    assert refuses > 20


# What is printed must be what was read.


@pytest.mark.parametrize(
    "marque",
    [
        *("ins", "del", "moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeStart"),
        *("cellIns", "cellDel", "cellMerge", "numberingChange", "rPrChange", "pPrChange", "sectPrChange"),
        *("tblPrChange", "tblPrExChange", "tblGridChange", "trPrChange", "tcPrChange"),
    ],
)
def test_toute_modification_suivie_est_refusee(marque: str) -> None:
    dit = refus(lettre(lambda document: document.paragraphs[0]._p.append(OxmlElement(f"w:{marque}"))))
    assert dit.startswith("Le document Word, paragraphe « Payez. » : une modification suivie")
    assert "Acceptez ou refusez toutes les modifications suivies" in dit


def commente(document: Any) -> None:
    document.add_comment(document.paragraphs[0].runs, "à voir entre nous")


def champ(*morceaux: str, resultat: str = "1") -> Callable[[Any], None]:
    """A complex field whose instruction is cut into runs."""

    def poser(document: Any) -> None:
        instructions = "".join(
            f'<w:r><w:instrText xml:space="preserve">{morceau}</w:instrText></w:r>' for morceau in morceaux
        )
        corps = (
            f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{instructions}'
            f'<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>{resultat}</w:t></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
        )
        for element in parse_xml(f"<w:p {NS}>{corps}</w:p>"):
            document.paragraphs[0]._p.append(element)

    return poser


@pytest.mark.parametrize(
    "nom",
    [
        *("DATE", "TIME", "SAVEDATE", "PRINTDATE", "INCLUDETEXT", "INCLUDEPICTURE", "LINK", "DDE", "DDEAUTO"),
        *("IMPORT", "EMBED", "DATABASE", "MACROBUTTON", "RD", "FILENAME", "USERNAME", "ASK", "FILLIN", "IF"),
        *("MERGEFIELD", "DOCPROPERTY", "REF", "QUOTE", "="),
    ],
)
@pytest.mark.parametrize("coupe", [1, 2, 30])
def test_un_champ_qui_change_ou_va_chercher_est_refuse_meme_coupe(nom: str, coupe: int) -> None:
    ecrit = f' {nom} "x" '
    dit = refus(lettre(champ(ecrit[: 1 + coupe], ecrit[1 + coupe :])))
    assert f"le champ {nom} change de lui-même" in dit
    assert "Ctrl+Maj+F9" in dit


def test_un_champ_dans_l_instruction_d_un_autre_est_refuse() -> None:
    def poser(document: Any) -> None:
        champ(" QUOTE INCLUDETEXT ", resultat="INCLUDETEXT")(document)
        p = document.paragraphs[0]._p
        dedans = list(p)[1:]
        bornes = parse_xml(
            f'<w:p {NS}><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:t>z</w:t></w:r></w:p>'
        )
        dedans[0].addprevious(bornes[0])

    assert "le champ QUOTE" in refus(lettre(poser))
    assert "le champ sans nom" in refus(lettre(poser))


@pytest.mark.parametrize(
    "instruction", [" PAGE ", " NUMPAGES  \\* MERGEFORMAT ", "SECTIONPAGES", " page \\* roman"]
)
@pytest.mark.parametrize("resultat", ["", "12", "- 3 -", "iv", "B"])
def test_un_numero_de_page_est_admis(instruction: str, resultat: str) -> None:
    assert lire(lettre(champ(instruction, resultat=resultat)))


def test_un_numero_de_page_qui_montre_des_mots_ne_compte_pas_pour_dit() -> None:
    dit = refus(lettre(champ(" PA", "GE ", resultat="Débiteur SARL")))
    assert "le champ PAGE montre « Débiteur SARL », qui ne s'imprimera pas" in dit


@pytest.mark.parametrize("adresse", ["https://a.invalid/x", "mailto:a@a.invalid", "tel:+33100000000"])
def test_un_lien_vers_le_web_un_courriel_ou_un_telephone_est_admis(adresse: str) -> None:
    assert lire(lettre(champ(f' HYPERLINK "{adresse}" \\o "info" ')))
    assert lire(lettre(lambda d: d.part.relate_to(adresse, RT.HYPERLINK, is_external=True)))


def test_un_lien_dans_le_document_est_admis() -> None:
    assert lire(lettre(champ(' HYPERLINK \\l "signet" ')))
    assert lire(lettre(champ(' HYPERLINK \\o "file:///x" \\l "signet" ')))


@pytest.mark.parametrize(
    "adresse", ["file:///C:/x.docx", "\\\\serveur\\x.docx", "x.docx", "javascript:alert(1)"]
)
def test_un_lien_vers_un_fichier_est_refuse(adresse: str) -> None:
    assert "Supprimer le lien hypertexte" in refus(lettre(champ(f' HYPERLINK \\h "{adresse}" ')))
    externe = lettre(lambda d: d.part.relate_to(adresse, RT.HYPERLINK, is_external=True))
    assert "Supprimer le lien hypertexte" in refus(externe)


@pytest.mark.parametrize(
    "genre", ["image", "attachedTemplate", "oleObject", "subDocument", "frame", "mailMergeSource"]
)
def test_ce_que_le_document_va_chercher_est_refuse(genre: str) -> None:
    reltype = RT.IMAGE.replace("/image", f"/{genre}")
    dit = refus(lettre(lambda d: d.part.relate_to("http://a.invalid/x", reltype, is_external=True)))
    assert f"va chercher « http://a.invalid/x » ({genre})" in dit


@pytest.mark.parametrize(
    ("genre", "conseil"),
    [
        ("vbaProject", "sans les macros"),
        ("oleObject", "par une image"),
        ("package", "par une image"),
        ("control", "par une image"),
        ("aFChunk", "copiez son texte"),
        ("subDocument", "copiez son texte"),
        ("chart", "graphique ou un SmartArt"),
        ("diagramData", "graphique ou un SmartArt"),
    ],
)
def test_ce_que_le_document_emporte_est_refuse(genre: str, conseil: str) -> None:
    def poser(document: Any) -> None:
        part = Part(PackURI("/word/x.bin"), "application/octet-stream", b"x", document.part.package)
        document.part.relate_to(part, RT.IMAGE.replace("/image", f"/{genre}"))

    assert conseil in refus(lettre(poser))


def test_un_commentaire_est_refuse() -> None:
    assert "bulle de commentaire" in refus(lettre(commente))


def test_un_controle_de_contenu_lie_a_des_donnees_est_refuse() -> None:
    lie = "<w:sdt><w:sdtPr>{}</w:sdtPr><w:sdtContent><w:r><w:t>Dupont</w:t></w:r></w:sdtContent></w:sdt>"
    assert "Supprimer le contrôle de contenu" in refus(
        lettre(xml(lie.format('<w:dataBinding w:xpath="/a"/>')))
    )
    assert "Dupont" in lire(lettre(xml(lie.format('<w:alias w:val="nom"/>'))))


def test_les_fautes_sont_toutes_dites_avec_leur_lieu() -> None:
    def poser(document: Any) -> None:
        champ(" DATE ")(document)
        commente(document)
        document.sections[0].footer.paragraphs[0].add_run("secret").font.hidden = True

    lignes = refus(lettre(poser)).splitlines()
    assert len(lignes) == 3
    assert any("pied de page, paragraphe « secret »" in ligne for ligne in lignes)


# What is not seen is not said.


def direct(document: Any) -> None:
    document.add_paragraph().add_run("secret").font.hidden = True


def style_de(genre: WD_STYLE_TYPE, derive: bool = False) -> Callable[[Any], None]:
    def poser(document: Any) -> None:
        style = document.styles.add_style("Cache", genre)
        style.font.hidden = True
        if derive:
            style, base = document.styles.add_style("Fils", genre), style
            style.base_style = base
        paragraphe = document.add_paragraph()
        passage = paragraphe.add_run("secret")
        (passage if genre == WD_STYLE_TYPE.CHARACTER else paragraphe).style = style

    return poser


def par_defaut(document: Any) -> None:
    document.styles["Normal"].font.hidden = True


def par_tableau(document: Any) -> None:
    document.styles["Table Grid"].element.append(parse_xml(f"<w:rPr {NS}><w:vanish/></w:rPr>"))
    document.add_table(1, 1, style="Table Grid").cell(0, 0).text = "secret"


def ligne_masquee(document: Any) -> None:
    tableau = document.add_table(1, 1)
    tableau.cell(0, 0).text = "secret"
    tableau.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:hidden"))


@pytest.mark.parametrize(
    "cacher",
    [
        direct,
        style_de(WD_STYLE_TYPE.CHARACTER),
        style_de(WD_STYLE_TYPE.CHARACTER, derive=True),
        style_de(WD_STYLE_TYPE.PARAGRAPH),
        style_de(WD_STYLE_TYPE.PARAGRAPH, derive=True),
        par_defaut,
        par_tableau,
        ligne_masquee,
    ],
)
def test_un_texte_masque_est_refuse(cacher: Callable[[Any], None]) -> None:
    assert "masqué" in refus(lettre(cacher))


def test_un_texte_que_son_style_masque_et_qui_est_remontre_se_lit() -> None:
    def poser(document: Any) -> None:
        style_de(WD_STYLE_TYPE.PARAGRAPH)(document)
        document.paragraphs[-1].runs[0].font.hidden = False

    assert "secret" in lire(lettre(poser))


def test_une_forme_masquee_est_refusee() -> None:
    dessin = (
        '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" hidden="{}"/></wp:inline></w:drawing></w:r>'
    )
    assert "forme est masquée" in refus(lettre(xml(dessin.format("1"))))
    assert lire(lettre(xml(dessin.format("0"))))
    vml = '<w:r><w:pict><v:shape style="{}"/></w:pict></w:r>'
    assert "forme est masquée" in refus(lettre(xml(vml.format("width:1pt;visibility: hidden"))))
    assert lire(lettre(xml(vml.format("width:1pt"))))


@pytest.mark.parametrize(
    ("couleur", "blanc"), [("FFFFFF", True), ("E6E6E6", True), ("E5E6E6", False), ("000000", False)]
)
def test_un_texte_blanc_sur_blanc_est_refuse(couleur: str, blanc: bool) -> None:
    contenu = lettre(
        lambda d: setattr(d.paragraphs[0].runs[0].font.color, "rgb", RGBColor.from_string(couleur))
    )
    assert (blanc and "blanc ou presque" in refus(contenu)) or (not blanc and lire(contenu))


@pytest.mark.parametrize("fond", ["1F3A5F", "FFFFFF", "auto"])
def test_un_texte_blanc_sur_un_fond_sombre_se_lit(fond: str) -> None:
    def poser(document: Any) -> None:
        case = document.add_table(1, 1).cell(0, 0)
        case.paragraphs[0].add_run("Total").font.color.rgb = RGBColor(255, 255, 255)
        case._tc.get_or_add_tcPr().append(parse_xml(f'<w:shd {NS} w:val="clear" w:fill="{fond}"/>'))

    contenu = lettre(poser)
    assert "Total" in lire(contenu) if fond == "1F3A5F" else "blanc ou presque" in refus(contenu)


@pytest.mark.parametrize(("points", "lu"), [(3.5, False), (4, True)])
def test_un_texte_minuscule_est_refuse(points: float, lu: bool) -> None:
    contenu = lettre(lambda d: setattr(d.paragraphs[0].runs[0].font, "size", Pt(points)))
    assert lire(contenu) if lu else "plus petit que 4 points" in refus(contenu)


def alternative(choix: str, secours: str, requis: str = "wps") -> Callable[[Any], None]:
    boite = (
        '<w:pict><v:rect style="width:90pt;height:40pt"><v:textbox><w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p>'
        "</w:txbxContent></v:textbox></v:rect></w:pict>"
    )
    return xml(
        f'<w:r><mc:AlternateContent><mc:Choice Requires="{requis}">{boite.format(choix)}</mc:Choice>'
        f"<mc:Fallback>{boite.format(secours)}</mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_une_zone_de_texte_se_lit_une_fois() -> None:
    assert lire(lettre(alternative("dedans", "dedans"))).count("dedans") == 1
    assert lire(lettre(alternative("", "dedans", "w16se"))).count("dedans") == 1


@pytest.mark.parametrize("textes", [("un", "deux", "wps"), ("un", "", "inconnu")])
def test_une_zone_qui_dit_deux_textes_est_refusee(textes: tuple[str, str, str]) -> None:
    assert "ne dit pas la même chose" in refus(lettre(alternative(*textes)))


def test_les_lettres_ornees_et_les_formules_se_lisent() -> None:
    assert "BROUILLON" in lire(
        lettre(xml('<w:r><w:pict><v:shape><v:textpath string="BROUILLON"/></v:shape></w:pict></w:r>'))
    )
    assert "x+1" in lire(lettre(xml("<m:oMath><m:r><m:t>x+1</m:t></m:r></m:oMath>")))


def test_seuls_les_en_tetes_qui_servent_comptent() -> None:
    document = Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "toujours"
    section.first_page_header.paragraphs[0].text = "première"
    section.even_page_header.paragraphs[0].text = "paire"
    assert [mot in lire(octets(document)) for mot in ("toujours", "première", "paire")] == [
        True,
        False,
        False,
    ]
    section.different_first_page_header_footer = True
    document.settings.odd_and_even_pages_header_footer = True
    assert [mot in lire(octets(document)) for mot in ("toujours", "première", "paire")] == [True, True, True]


def test_l_en_tete_d_une_section_precedente_sert_a_la_suivante() -> None:
    document = Document()
    document.sections[0].first_page_header.paragraphs[0].text = "première"
    document.add_section().different_first_page_header_footer = True
    assert "première" in lire(octets(document))


def notes(*appels: int) -> bytes:
    def poser(document: Any) -> None:
        corps = "".join(
            f'<w:footnote w:id="{n}"><w:p><w:r><w:t>note {n}</w:t></w:r></w:p></w:footnote>' for n in (2, 3)
        )
        part = Part(
            PackURI("/word/footnotes.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            f"<w:footnotes {NS}>{corps}</w:footnotes>".encode(),
            document.part.package,
        )
        document.part.relate_to(part, RT.FOOTNOTES)
        for n in appels:
            reference = OxmlElement("w:footnoteReference")
            reference.set(qn("w:id"), str(n))
            document.paragraphs[0].add_run()._r.append(reference)

    return lettre(poser)


def test_une_note_compte_si_le_texte_l_appelle() -> None:
    assert "note 2" in lire(notes(2))
    assert "note 3" not in lire(notes(2))
    assert "note" not in lire(notes())


@pytest.mark.timeout(240)
def test_libreoffice_n_imprime_pas_ce_que_la_lecture_refuse(tmp_path: Path) -> None:
    """Why hidden words are refused: the real printer leaves them out, or prints what was not read."""
    with ConvertisseurUno(tmp_path) as convertisseur:
        for contenu, imprime in (
            (lettre(direct), False),
            (lettre(style_de(WD_STYLE_TYPE.CHARACTER)), False),
            (lettre(style_de(WD_STYLE_TYPE.PARAGRAPH, derive=True)), False),
            (lettre(champ(" PAGE ", resultat="secret")), False),
            (lettre(alternative("", "secret", "w16se")), True),
            (lettre(alternative("secret", "", "inconnu")), False),
        ):
            pages = PdfReader(io.BytesIO(convertisseur.pdf(contenu))).pages
            assert ("secret" in "".join(page.extract_text() for page in pages)) is imprime


@pytest.mark.timeout(240)
def test_une_lettre_enregistree_de_nouveau_par_un_traitement_de_texte_est_admise(tmp_path: Path) -> None:
    modele = "courriers/mise-en-demeure"
    avant = word.rendre(modele, donnees(modele, nombre=3))
    (tmp_path / "lettre.docx").write_bytes(avant)
    soffice = ["soffice", f"-env:UserInstallation={(tmp_path / 'profil').as_uri()}", "--headless"]
    sortie = ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "apres")]
    subprocess.run(
        [*soffice, *sortie, str(tmp_path / "lettre.docx")], check=True, capture_output=True, timeout=200
    )
    apres = (tmp_path / "apres" / "lettre.docx").read_bytes()
    assert apres != avant
    lignes = [
        {ligne.strip() for ligne in lire(docx).split("\n") if len(ligne) > 12} for docx in (avant, apres)
    ]
    assert {li for li in lignes[0] if "Page" not in li} <= lignes[1]
