"""PDF conversion with the real LibreOffice: it converts, it is supervised, it leaves nothing behind."""

from __future__ import annotations

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
from pathlib import Path

import pytest
from docx import Document
from pypdf import PdfReader

from dossier.adapters.convert_pdf import ConvertisseurUno
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
    with ConvertisseurUno(dossier, delai=20) as convertisseur:
        yield convertisseur, dossier
    assert membres(dossier) == []
    assert list(dossier.iterdir()) == []


def test_convertit_en_pdf_a_2b(chaud: tuple[ConvertisseurUno, Path]) -> None:
    pdf = chaud[0].pdf(word())
    assert pdf.startswith(b"%PDF")
    assert "1 234,56 €" in texte(pdf).replace("\u00a0", " ")
    xmp = PdfReader(io.BytesIO(pdf)).xmp_metadata
    assert xmp is not None
    balises = xmp.rdf_root.toxml()
    assert "<pdfaid:part>2</pdfaid:part>" in balises
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in balises


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


def test_un_serveur_tue_ou_fige_est_remplace(chaud: tuple[ConvertisseurUno, Path]) -> None:
    convertisseur, dossier = chaud
    convertisseur.pdf(word())
    anciens = membres(dossier)
    for pid in anciens:
        if b"soffice.bin" in Path(f"/proc/{pid}/cmdline").read_bytes():
            os.kill(pid, signal.SIGKILL)
    assert convertisseur.pdf(word()).startswith(b"%PDF")
    nouveaux = membres(dossier)
    assert not set(anciens) & set(nouveaux)
    for pid in nouveaux:
        os.kill(pid, signal.SIGSTOP)
    assert convertisseur.pdf(word()).startswith(b"%PDF")
    assert not set(nouveaux) & set(membres(dossier))


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


def test_un_parent_tue_brutalement_ne_laisse_ni_processus_ni_profil(tmp_path: Path) -> None:
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
        enfant.kill()
    attendre(lambda: membres(tmp_path) == [])
    assert len(list(tmp_path.iterdir())) == 1
    with ConvertisseurUno(tmp_path) as suivant:
        suivant.pdf(word())
        assert len(list(tmp_path.iterdir())) == 1
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
