"""PDF conversion with the real LibreOffice: it converts, it is supervised, it leaves nothing behind."""

from __future__ import annotations

import copy
import http.server
import io
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from dossier.adapters.convert_pdf import ConvertisseurUno
from dossier.adapters.convert_pdf.metadonnees import echapper_une_fois
from dossier.adapters.convert_pdf.word import a_convertir
from dossier.adapters.render_docx import RenduDocx
from dossier.core.errors import ErreurConversion

pytestmark = pytest.mark.timeout(240)
DEPOT = Path(__file__).parents[2]


def word(texte: str = "Reste dû : 1 234,56 €") -> bytes:
    document, tampon = Document(), io.BytesIO()
    document.add_paragraph(texte)
    document.save(tampon)
    return tampon.getvalue()


def texte(pdf: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def membres(dossier: Path) -> list[int]:
    """Processes whose command line names `dossier`."""
    trouves = []
    for processus in Path("/proc").glob("[0-9]*"):
        try:
            if str(dossier).encode() in (processus / "cmdline").read_bytes():
                trouves.append(int(processus.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return trouves


def attendre(condition: Callable[[], bool], secondes: float = 30) -> None:
    fin = time.monotonic() + secondes
    while not condition():
        assert time.monotonic() < fin, "la condition attendue n'est pas venue"
        time.sleep(0.1)  # noqa: TID251  real processes


@pytest.fixture(scope="module")
def chaud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ConvertisseurUno, Path]]:
    dossier = tmp_path_factory.mktemp("libreoffice")
    with ConvertisseurUno(dossier, delai=12) as convertisseur:
        yield convertisseur, dossier
    assert membres(dossier) == []
    assert list(dossier.iterdir()) == []


TITRE, AUTEUR = "Rappel d'échéance – facture n°\u00a0FA-1", "Ébène & Fils <SARL> &amp; Cie"


def lettre(langue: str = "fr-FR") -> bytes:
    """A letter with a heading, a table and a logo, as a template of that language makes it."""
    document, tampon = Document(), io.BytesIO()
    document.core_properties.title, document.core_properties.author = TITRE, AUTEUR
    for element in document.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), langue)
    document.add_heading("Décompte", 1)
    document.add_paragraph("Reste dû : 1 234,56 €")
    tableau = document.add_table(2, 2)
    for case, mot in zip(tableau._cells, ("Facture", "Reste", "FA-1", "1 234,56 €"), strict=True):
        case.text = mot
    document.save(tampon)
    return tampon.getvalue()


@pytest.fixture(scope="module")
def ouverte(chaud: tuple[ConvertisseurUno, Path]) -> PdfReader:
    return PdfReader(io.BytesIO(chaud[0].pdf(lettre())), strict=True)


def racine(pdf: PdfReader) -> DictionaryObject:
    catalogue = pdf.trailer["/Root"]
    assert isinstance(catalogue, DictionaryObject)
    return catalogue


def test_convertit_en_pdf_a_2b(ouverte: PdfReader) -> None:
    assert "1 234,56 €" in ouverte.pages[0].extract_text().replace("\u00a0", " ")
    xmp = ouverte.xmp_metadata
    assert xmp is not None
    balises = xmp.rdf_root.toxml()
    assert "<pdfaid:part>2</pdfaid:part>" in balises
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in balises
    (intention,) = racine(ouverte)["/OutputIntents"]
    assert intention.get_object()["/S"] == "/GTS_PDFA1"
    assert intention.get_object()["/DestOutputProfile"].get_object()["/N"] == 3
    assert not ouverte.is_encrypted
    assert "/ID" in ouverte.trailer
    assert not {"/AA", "/AcroForm", "/Names"} & set(racine(ouverte))


def test_chaque_police_est_incorporee_et_se_relit(ouverte: PdfReader) -> None:
    polices = [police.get_object() for police in ouverte.pages[0]["/Resources"]["/Font"].values()]
    assert polices
    for police in polices:
        descripteur = police["/FontDescriptor"]
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descripteur)
        assert "/ToUnicode" in police


def test_le_titre_et_l_auteur_sont_ceux_du_word(ouverte: PdfReader) -> None:
    infos, xmp = ouverte.metadata, ouverte.xmp_metadata
    assert infos is not None
    assert xmp is not None
    assert (infos.title, infos.author) == (TITRE, AUTEUR)
    assert xmp.dc_title == {"x-default": TITRE}
    assert xmp.dc_creator == [AUTEUR]
    assert racine(ouverte)["/ViewerPreferences"]["/DisplayDocTitle"].value is True


def roles(element: DictionaryObject) -> set[str]:
    """The types of every element of the structure tree."""
    enfants = element.get("/K", [])
    enfants = enfants if isinstance(enfants, list) else [enfants]
    trouves = {str(element["/S"])} if "/S" in element else set()
    for enfant in enfants:
        if isinstance(enfant.get_object(), DictionaryObject):
            trouves |= roles(enfant.get_object())
    return trouves


def test_la_structure_est_balisee(ouverte: PdfReader) -> None:
    assert racine(ouverte)["/MarkInfo"]["/Marked"].value is True
    arbre = racine(ouverte)["/StructTreeRoot"]
    assert isinstance(arbre, DictionaryObject)
    assert {"/Document", "/H1", "/Table", "/TR"} <= roles(arbre)
    assert all("/StructParents" in page for page in ouverte.pages)


@pytest.mark.parametrize("langue", ["fr-FR", "en-GB"])
def test_la_langue_est_celle_du_word(chaud: tuple[ConvertisseurUno, Path], langue: str) -> None:
    assert racine(PdfReader(io.BytesIO(chaud[0].pdf(lettre(langue)))))["/Lang"] == langue


def test_une_lettre_de_nos_modeles_porte_titre_auteur_et_langue(
    chaud: tuple[ConvertisseurUno, Path],
) -> None:
    contexte = {
        "objet": TITRE,
        "creancier": {"denomination": AUTEUR},
        "corps": ["Bonjour,", "Cordialement"],
        "pieces": [],
        **dict.fromkeys(("expediteur", "destinataire", "date", "sujet", "message_id"), "x"),
    }
    docx = RenduDocx(DEPOT / "templates").rendre("dossier/courriel", contexte)
    pdf = PdfReader(io.BytesIO(chaud[0].pdf(docx)))
    assert pdf.metadata is not None
    assert (pdf.metadata.title, pdf.metadata.author) == (TITRE, AUTEUR)
    assert racine(pdf)["/Lang"] == "fr-FR"
    assert "/StructTreeRoot" in racine(pdf)


def test_les_commentaires_de_word_ne_partent_pas(chaud: tuple[ConvertisseurUno, Path]) -> None:
    document, tampon = Document(), io.BytesIO()
    paragraphe = document.add_paragraph("Nous vous demandons 1 234,56 €.")
    document.add_comment(paragraphe.runs, text="à revoir avec le patron", author="Camille")
    document.save(tampon)
    pdf = PdfReader(io.BytesIO(chaud[0].pdf(tampon.getvalue())))
    lu = "".join(page.extract_text() for page in pdf.pages)
    assert "1 234,56 €" in lu
    assert "patron" not in lu
    assert all("/Annots" not in page for page in pdf.pages)


def test_les_metadonnees_sont_echappees_une_fois_sans_rien_deplacer() -> None:
    avant = b"1 0 obj <?xpacket begin=x?>d&amp;apos;\xc3\xa9t\xc3\xa9 &amp;amp;amp; &lt; &amp; <?xpacket end='w'?> fin"
    apres = echapper_une_fois(avant)
    assert len(apres) == len(avant)
    assert apres.endswith(b"<?xpacket end='w'?> fin")
    assert b"begin=x?>d&apos;\xc3\xa9t\xc3\xa9 &amp;amp; &lt; &amp;  " in apres
    for sans in (b"", b"&amp;apos;", b"<?xpacket begin= &amp;apos;"):
        assert echapper_une_fois(sans) == sans


def test_un_word_sans_commentaire_est_converti_tel_quel() -> None:
    docx = word()
    assert a_convertir(docx) is docx


def test_plusieurs_fils_partagent_le_serveur(chaud: tuple[ConvertisseurUno, Path]) -> None:
    with ThreadPoolExecutor(4) as fils:
        pdfs = list(fils.map(lambda n: chaud[0].pdf(word(f"Lettre {n}.")), range(8)))
    assert [f"Lettre {n}." in texte(pdf) for n, pdf in enumerate(pdfs)] == [True] * 8


@pytest.mark.parametrize("faux", [b"du texte", b"", b"%PDF-1.7", b"PK\x03\x04 tronque"])
def test_un_fichier_qui_n_est_pas_word_est_refuse(chaud: tuple[ConvertisseurUno, Path], faux: bytes) -> None:
    with pytest.raises(ErreurConversion, match="pas un document Word"):
        chaud[0].pdf(faux)


def test_une_archive_sans_document_est_refusee(chaud: tuple[ConvertisseurUno, Path]) -> None:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
    with pytest.raises(ErreurConversion, match="pas un document Word"):
        chaud[0].pdf(tampon.getvalue())


def test_une_image_liee_n_est_jamais_cherchee_sur_le_reseau(chaud: tuple[ConvertisseurUno, Path]) -> None:
    demandes: list[str] = []

    class Espion(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            demandes.append(self.path)
            self.send_error(404)

        def log_message(self, *_: object) -> None:
            return

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Espion) as serveur:
        threading.Thread(target=serveur.serve_forever, daemon=True).start()
        adresse = f"http://127.0.0.1:{serveur.server_address[1]}/image.png"
        assert "1 234,56" in texte(chaud[0].pdf(avec_image_liee(adresse)))
        serveur.shutdown()
    assert demandes == []


def avec_image_liee(adresse: str) -> bytes:
    document, tampon = Document(), io.BytesIO()
    lien = document.part.relate_to(
        adresse,
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image",
        is_external=True,
    )
    document.add_paragraph("1 234,56")
    document.save(tampon)
    dessin = (
        '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="i"/>'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture">'
        '<pic:nvPicPr><pic:cNvPr id="1" name="i"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:link="{lien}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )
    sortie = io.BytesIO()
    with zipfile.ZipFile(tampon) as source, zipfile.ZipFile(sortie, "w") as cible:
        for nom in source.namelist():
            contenu = source.read(nom)
            if nom == "word/document.xml":
                contenu = contenu.replace(b"</w:r>", dessin.encode() + b"</w:r>", 1)
            cible.writestr(nom, contenu)
    return sortie.getvalue()


def longue(paragraphes: int) -> bytes:
    """About a second of LibreOffice for each 1 000 paragraphs."""
    document, tampon = Document(), io.BytesIO()
    premier = document.add_paragraph("Nous vous remercions de votre règlement. " * 8)._p
    for _ in range(paragraphes):
        premier.addnext(copy.deepcopy(premier))
    document.save(tampon)
    return tampon.getvalue()


def soffice(dossier: Path) -> list[int]:
    return [pid for pid in membres(dossier) if b"soffice.bin" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def travail(pid: int) -> float:
    """Seconds of processor that it has used."""
    champs = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(champs[11]) + int(champs[12])) / os.sysconf("SC_CLK_TCK")


def test_un_serveur_mort_ou_fige_est_remplace(chaud: tuple[ConvertisseurUno, Path]) -> None:
    convertisseur, dossier = chaud
    convertisseur.pdf(word())
    anciens = membres(dossier)
    for pid in soffice(dossier):
        os.kill(pid, signal.SIGKILL)
    assert convertisseur.pdf(word()).startswith(b"%PDF")
    nouveaux = membres(dossier)
    assert not set(anciens) & set(nouveaux)
    for pid in nouveaux:
        os.kill(pid, signal.SIGSTOP)
    assert convertisseur.pdf(word()).startswith(b"%PDF")
    assert not set(nouveaux) & set(membres(dossier))


def test_libreoffice_tue_pendant_une_conversion_la_lettre_est_refaite(tmp_path: Path) -> None:
    with ConvertisseurUno(tmp_path) as convertisseur, ThreadPoolExecutor(1) as fil:
        convertisseur.pdf(word())
        avant = soffice(tmp_path)
        en_vol = fil.submit(convertisseur.pdf, longue(1_500))
        debut = max(map(travail, avant))
        attendre(lambda: max(map(travail, avant)) > debut + 0.5)
        for pid in avant:
            os.kill(pid, signal.SIGKILL)
        assert not en_vol.done()
        assert len(PdfReader(io.BytesIO(en_vol.result(120))).pages) > 50
        assert not set(avant) & set(soffice(tmp_path))
    assert membres(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_une_lettre_qui_tue_libreoffice_a_chaque_fois_est_refusee(tmp_path: Path) -> None:
    fini = threading.Event()

    def tueur() -> None:
        while not fini.wait(0.05):
            for pid in membres(tmp_path):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    with ConvertisseurUno(tmp_path) as convertisseur:
        convertisseur.pdf(word())
        fil = threading.Thread(target=tueur)
        fil.start()
        try:
            with pytest.raises(ErreurConversion, match=r"même après redémarrage.*relancer l'étape"):
                convertisseur.pdf(word())
        finally:
            fini.set()
            fil.join()
        assert convertisseur.pdf(word()).startswith(b"%PDF")


def test_une_lettre_interminable_est_arretee_et_la_suivante_passe(tmp_path: Path) -> None:
    with ConvertisseurUno(tmp_path, delai=4) as convertisseur:
        convertisseur.pdf(word())
        with pytest.raises(ErreurConversion, match="la conversion dépasse 4 secondes"):
            convertisseur.pdf(longue(20_000))
        assert membres(tmp_path) == []
        assert convertisseur.pdf(word()).startswith(b"%PDF")


def test_libreoffice_reste_le_meme_d_une_lettre_a_l_autre(chaud: tuple[ConvertisseurUno, Path]) -> None:
    convertisseur, dossier = chaud
    convertisseur.pdf(word())
    avant = membres(dossier)
    for _ in range(3):
        convertisseur.pdf(word())
    assert membres(dossier) == avant


def test_libreoffice_qui_a_grossi_est_remplace_entre_deux_lettres(tmp_path: Path) -> None:
    with ConvertisseurUno(tmp_path, memoire=1) as convertisseur:
        for _ in range(2):
            assert "1 234,56" in texte(convertisseur.pdf(word("1 234,56")))
            assert membres(tmp_path) == []
            assert list(tmp_path.iterdir()) == []


def test_libreoffice_est_remplace_apres_tant_de_lettres(tmp_path: Path) -> None:
    with ConvertisseurUno(tmp_path, conversions=2) as convertisseur:
        convertisseur.pdf(word())
        premier = membres(tmp_path)
        assert premier
        convertisseur.pdf(word())
        assert membres(tmp_path) == []
        convertisseur.pdf(word())
        assert not set(premier) & set(membres(tmp_path))


def test_une_lettre_que_libreoffice_ne_sait_pas_lire_le_dit_en_francais(
    chaud: tuple[ConvertisseurUno, Path],
) -> None:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr("word/document.xml", "ceci n'est pas du XML")
    with pytest.raises(ErreurConversion, match=r"LibreOffice n'a pas pu convertir.*relancer l'étape"):
        chaud[0].pdf(tampon.getvalue())
    assert chaud[0].pdf(word()).startswith(b"%PDF")


def test_sans_libreoffice_la_phrase_dit_quoi_installer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ErreurConversion, match=r"soffice.*libreoffice-writer-nogui python3-uno.*make"):
        ConvertisseurUno(tmp_path / "lo").pdf(word())


def test_un_dossier_de_travail_impossible_se_dit_en_francais(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    with pytest.raises(ErreurConversion, match="LibreOffice n'a pas pu convertir"):
        ConvertisseurUno(tmp_path / "fichier").pdf(word())


@pytest.mark.parametrize("coup", [signal.SIGKILL, signal.SIGTERM])
def test_un_parent_tue_ne_laisse_ni_processus_ni_profil(tmp_path: Path, coup: signal.Signals) -> None:
    programme = textwrap.dedent(
        """
        import sys, time
        from pathlib import Path
        from dossier.adapters.convert_pdf import ConvertisseurUno

        convertisseur = ConvertisseurUno(Path(sys.argv[1]))
        print(len(convertisseur.pdf(sys.stdin.buffer.read())), flush=True)
        time.sleep(600)
        """
    )
    with subprocess.Popen(
        [sys.executable, "-c", programme, str(tmp_path)],
        cwd=DEPOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as enfant:
        assert enfant.stdin is not None
        assert enfant.stdout is not None
        enfant.stdin.write(word())
        enfant.stdin.close()
        assert int(enfant.stdout.readline()) > 0
        enfant.send_signal(coup)
    attendre(lambda: membres(tmp_path) == [])
    assert len(list(tmp_path.iterdir())) == 1
    with ConvertisseurUno(tmp_path) as suivant:
        suivant.pdf(word())
        assert len(list(tmp_path.iterdir())) == 1
    assert membres(tmp_path) == []
    assert list(tmp_path.iterdir()) == []


def test_deux_processus_ont_chacun_le_leur(chaud: tuple[ConvertisseurUno, Path]) -> None:
    convertisseur, dossier = chaud
    convertisseur.pdf(word())
    programme = textwrap.dedent(
        """
        import sys
        from pathlib import Path
        from dossier.adapters.convert_pdf import ConvertisseurUno

        ConvertisseurUno(Path(sys.argv[1])).pdf(sys.stdin.buffer.read())
        """
    )
    avant = membres(dossier)
    subprocess.run([sys.executable, "-c", programme, str(dossier)], cwd=DEPOT, input=word(), check=True)
    assert membres(dossier) == avant
    assert convertisseur.pdf(word()).startswith(b"%PDF")
