"""Scans are opened by a child process: what is readable comes back as a PDF, the rest as a sentence."""

from __future__ import annotations

import io
import os
import struct
import subprocess
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageDraw, ImageOps
from pypdf import PdfReader, PdfWriter
from reportlab.pdfgen.canvas import Canvas

from dossier.adapters.bundle_pdf import RelieurPypdf
from dossier.adapters.lecture_scan import LecteurIsole
from dossier.adapters.ouverture_scan import ouvrir
from dossier.adapters.ouverture_scan.textes import PAGES_MAX, TEXTE_MAX
from dossier.core.errors import DonneeInvalide
from dossier.core.ports import Partie, PieceSource, Scan
from tests.fakes import tiny_pdf

NUMERO = "1A 123 456 7890 1"
ORIENTATION = 0x0112


def lire(contenu: bytes) -> Scan:
    """In the child process, as the program does."""
    return LecteurIsole().lire(contenu)


def convertir(image: bytes) -> bytes:
    """The PDF of an image, by the same code in this process, which is quicker."""
    pdf, texte = ouvrir(image)
    assert texte == "", "aucun caractère n'est reconnu dans une image"
    return pdf


def photo(taille: tuple[int, int] = (320, 200), mode: str = "RGB") -> Image.Image:
    """A picture that looks like no mirror or rotation of itself."""
    image = Image.new("RGB", taille, "white")
    dessin = ImageDraw.Draw(image)
    dessin.rectangle((10, 10, taille[0] // 3, taille[1] // 4), fill="black")
    dessin.rectangle((taille[0] - 60, 10, taille[0] - 30, 60), fill=(200, 0, 0))
    return image.convert(mode)


def octets(image: Image.Image, genre: str, **options: Any) -> bytes:
    sortie = io.BytesIO()
    image.save(sortie, genre, **options)
    return sortie.getvalue()


def page(pdf: bytes, largeur: int, hauteur: int, dossier: Path) -> Image.Image:
    """Page one as a viewer shows it."""
    (dossier / "scan.pdf").write_bytes(pdf)
    commande = ["pdftoppm", "-r", "72", "-scale-to-x", str(largeur), "-scale-to-y", str(hauteur), "-png"]
    subprocess.run([*commande, "scan.pdf", "page"], cwd=dossier, check=True, timeout=60)
    (rendu,) = dossier.glob("page*.png")
    with Image.open(rendu) as image:
        return image.convert("RGB")


def se_ressemblent(une: Image.Image, autre: Image.Image) -> bool:
    ecart = ImageChops.difference(une.convert("L"), autre.convert("L"))
    differents = sum(ecart.histogram()[64:])
    return une.size == autre.size and differents < une.width * une.height / 100


def un_pdf(texte: str, pages: int = 1) -> bytes:
    sortie = io.BytesIO()
    canevas = Canvas(sortie, invariant=True)
    for rang in range(pages):
        canevas.drawString(72, 700, f"{texte} page {rang + 1}.")
        canevas.showPage()
    canevas.save()
    return sortie.getvalue()


# PDF.


def test_un_pdf_revient_tel_quel_avec_son_texte() -> None:
    pdf = un_pdf(f"Preuve de dépôt n° {NUMERO}")
    scan = lire(pdf)
    assert scan.pdf == pdf
    assert f"Preuve de dépôt n° {NUMERO} page 1." in scan.texte


def test_seules_les_premieres_pages_sont_lues() -> None:
    texte = lire(un_pdf("Annexe", PAGES_MAX + 1)).texte
    assert f"page {PAGES_MAX}." in texte
    assert f"page {PAGES_MAX + 1}." not in texte


def test_le_texte_est_borne() -> None:
    sortie = io.BytesIO()
    canevas = Canvas(sortie)
    for rang in range(300):
        canevas.drawString(0, 800 - rang, "é" * 1000)
    canevas.save()
    assert len(lire(sortie.getvalue()).texte.encode()) in range(TEXTE_MAX - 1, TEXTE_MAX + 1)


def test_un_pdf_sans_texte_est_recu_sans_texte() -> None:
    assert lire(lire(octets(photo(), "PNG")).pdf).texte.strip() == ""


def test_un_pdf_precede_ou_suivi_de_bourrage_s_ouvre() -> None:
    assert "avis 1" in lire(b"\r\n" * 20 + tiny_pdf("avis") + b"\0" * 5000).texte


def test_un_pdf_qui_s_ouvre_sans_mot_de_passe_est_lu() -> None:
    assert "avis 1" in lire(chiffre("")).texte


def chiffre(mot_de_passe: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(tiny_pdf("avis"))))
    writer.encrypt(user_password=mot_de_passe, owner_password="maître", algorithm="AES-256")
    sortie = io.BytesIO()
    writer.write(sortie)
    return sortie.getvalue()


def sans_page() -> bytes:
    sortie = io.BytesIO()
    PdfWriter().write(sortie)
    return sortie.getvalue()


@pytest.mark.parametrize(
    ("contenu", "refus"),
    [
        (b"", "Le fichier est vide"),
        (b"MZ\x90\x00 programme", "ni un PDF, ni une image PNG, JPEG ou TIFF"),
        (b"\0" * 2000 + tiny_pdf("trop loin"), "ni un PDF, ni une image"),
        (b"GIF89a" + b"\0" * 50, "ni un PDF, ni une image"),
        (chiffre("secret"), "protégé par un mot de passe"),
        (sans_page(), "n'a aucune page"),
        (un_pdf("long", 40)[:-3000], "endommagé ou incomplet"),
        (b"%PDF-1.7\n%%EOF", "endommagé ou incomplet"),
        (b"%PDF-1.7\n" + os.urandom(4000) + b"\nstartxref\n99\n%%EOF", "endommagé ou incomplet"),
    ],
)
def test_ce_qui_ne_s_ouvre_pas_est_refuse_en_francais(contenu: bytes, refus: str) -> None:
    with pytest.raises(DonneeInvalide, match=refus):
        lire(contenu)


def test_une_page_au_texte_illisible_compte_comme_une_image() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(tiny_pdf("avis", 2))))
    writer.pages[0]["/Contents"].get_object()._data = b"ni deflate ni texte"
    sortie = io.BytesIO()
    writer.write(sortie)
    assert "avis 2" in lire(sortie.getvalue()).texte


# Images.


@pytest.mark.parametrize("genre", ["PNG", "JPEG", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_une_image_devient_une_page_a_l_endroit_et_a_sa_taille(
    genre: str, orientation: int, tmp_path: Path
) -> None:
    droite = photo()
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    contenu = octets(droite, genre, exif=exif, dpi=(100, 100))
    with Image.open(io.BytesIO(contenu)) as image:
        vue = ImageOps.exif_transpose(image).convert("RGB")
    assert (vue.size == droite.size) == (orientation < 5)
    pdf = convertir(contenu)
    (feuille,) = PdfReader(io.BytesIO(pdf)).pages
    attendu = (vue.width * 0.72, vue.height * 0.72)
    assert (float(feuille.mediabox.width), float(feuille.mediabox.height)) == pytest.approx(attendu, abs=0.1)
    assert se_ressemblent(page(pdf, *vue.size, tmp_path), vue)


def test_un_jpeg_est_garde_sans_perte_a_l_octet_pres() -> None:
    for mode in ("RGB", "L"):
        contenu = octets(photo(mode=mode), "JPEG", quality=60, progressive=True)
        (image,) = PdfReader(io.BytesIO(convertir(contenu))).pages[0].images
        assert contenu in convertir(contenu)
        assert image.image is not None
        assert image.image.mode == mode


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_les_autres_images_gardent_chaque_pixel(mode: str) -> None:
    source = photo(mode=mode)
    lu = PdfReader(io.BytesIO(convertir(octets(source, "PNG")))).pages[0]["/Resources"]
    flux = lu["/XObject"]["/Image"]  # type: ignore[index]
    assert flux.get_data() == source.tobytes()
    assert flux["/BitsPerComponent"] == (1 if mode == "1" else 8)


@pytest.mark.parametrize(
    ("genre", "fabriquer"),
    [
        ("PNG", lambda: photo(mode="P")),
        ("PNG", lambda: photo(mode="LA")),
        ("PNG", lambda: Image.merge("RGBA", (*photo().split(), photo(mode="L").point(lambda v: 255)))),
        ("PNG", lambda: photo(mode="L").convert("I").point(lambda v: v * 257).convert("I;16")),
        ("TIFF", lambda: photo(mode="CMYK")),
        ("TIFF", lambda: photo(mode="F")),
        ("JPEG", lambda: photo(mode="CMYK")),
    ],
)
def test_toute_sorte_de_pixels_se_voit_comme_elle_est(
    genre: str, fabriquer: Callable[[], Image.Image], tmp_path: Path
) -> None:
    source = fabriquer()
    pdf = convertir(octets(source, genre))
    assert se_ressemblent(page(pdf, 320, 200, tmp_path), photo())


def test_ce_qui_est_transparent_est_du_papier_blanc(tmp_path: Path) -> None:
    vide = Image.new("RGBA", (320, 200), (0, 0, 0, 0))
    rendu = page(convertir(octets(vide, "PNG")), 320, 200, tmp_path)
    assert rendu.getcolors() == [(320 * 200, (255, 255, 255))]


def test_un_tiff_de_telecopie_de_plusieurs_pages_les_garde_toutes(tmp_path: Path) -> None:
    pages = [photo((1728, 1100 + rang), "1") for rang in range(3)]
    contenu = octets(
        pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="group4", dpi=(204, 98)
    )
    lu = PdfReader(io.BytesIO(convertir(contenu)))
    assert len(lu.pages) == 3
    boite = lu.pages[0].mediabox
    assert (float(boite.width), float(boite.height)) == pytest.approx(
        (1728 / 204 * 72, 1100 / 98 * 72), abs=0.1
    )
    assert se_ressemblent(
        page(convertir(octets(pages[0], "TIFF", compression="group4")), 1728, 1100, tmp_path), pages[0]
    )


@pytest.mark.parametrize(
    ("taille", "dpi", "feuille"),
    [
        ((2480, 3508), (300, 300), (595.2, 841.92)),
        ((2480, 3508), None, (595.17, 841.89)),
        ((4032, 3024), (72, 72), (793.7, 595.28)),
        ((3024, 4032), (72, 72), (595.28, 793.7)),
        ((3508, 4961), (300, 300), (841.92, 1190.64)),
        ((3541, 4999), (300, 300), (849.84, 1199.76)),
        ((3542, 5000), (300, 300), (595.28, 840.32)),
        ((3541, 5001), (300, 300), (595.28, 840.7)),
        ((250, 250), (50, 50), (360, 360)),
        ((250, 250), (49, 49), (595.28, 595.28)),
        ((2400, 2400), (2400, 2400), (72, 72)),
        ((2400, 2400), (2401, 2401), (595.28, 595.28)),
        ((1, 2000), (300, 300), (3, 480)),
    ],
)
def test_la_feuille_a_sa_taille_reelle_ou_tient_dans_un_a4(
    taille: tuple[int, int], dpi: tuple[int, int] | None, feuille: tuple[float, float]
) -> None:
    contenu = octets(Image.new("1", taille, 1), "PNG", **({"dpi": dpi} if dpi else {}))
    boite = PdfReader(io.BytesIO(convertir(contenu))).pages[0].mediabox
    assert (float(boite.width), float(boite.height)) == pytest.approx(feuille, abs=0.1)


def test_la_meme_image_donne_les_memes_octets() -> None:
    contenu = octets(photo(), "JPEG")
    assert convertir(contenu) == convertir(contenu)


def test_le_pdf_d_une_image_se_tamponne_et_se_relie() -> None:
    pdf = lire(octets(photo((1240, 1754)), "JPEG", dpi=(150, 150))).pdf
    relieur = RelieurPypdf()
    assert relieur.tamponner(PieceSource(3, "Avis de réception", pdf)).pages == 1
    assert relieur.compter(relieur.relier_dossier([Partie("Avis", pdf)], "Dossier").pdf) == 1


def trop_de_pages() -> bytes:
    pages = [Image.new("1", (8, 8)) for _ in range(101)]
    return octets(pages[0], "TIFF", save_all=True, append_images=pages[1:])


def bombe_png(cote: int) -> bytes:
    """A PNG of `cote` x `cote` black pixels in a few kilobytes."""

    def bloc(nom: bytes, donnees: bytes) -> bytes:
        somme = struct.pack(">I", zlib.crc32(nom + donnees))
        return struct.pack(">I", len(donnees)) + nom + donnees + somme

    entete = struct.pack(">IIBBBBB", cote, cote, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 1_000_000)
    return b"\x89PNG\r\n\x1a\n" + bloc(b"IHDR", entete) + bloc(b"IDAT", pixels) + bloc(b"IEND", b"")


@pytest.mark.parametrize(
    ("contenu", "refus"),
    [
        (octets(photo(), "JPEG")[:-400], "endommagée ou incomplète"),
        (octets(photo(), "PNG")[:-100], "endommagée ou incomplète"),
        (octets(photo(), "TIFF")[:200], "endommagée ou incomplète"),
        (b"\xff\xd8\xff" + os.urandom(200), "endommagée ou incomplète"),
        (b"II*\x00" + b"\xff" * 200, "endommagée ou incomplète"),
        (bombe_png(9_000), "trop grande"),
        (bombe_png(60_000), "trop grande"),
        (trop_de_pages(), "plus de 100 pages"),
    ],
)
def test_une_image_abimee_ou_demesuree_est_refusee(contenu: bytes, refus: str) -> None:
    with pytest.raises(DonneeInvalide, match=refus):
        ouvrir(contenu)


# Hostile files.


def bombe_pdf(mega: int) -> bytes:
    """A page whose content inflates to that many megabytes of spaces."""
    compresseur = zlib.compressobj(9)
    morceaux = [compresseur.compress(b" " * 1_000_000) for _ in range(mega)]
    corps = b"".join([*morceaux, compresseur.flush()])
    objets = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>",
        b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(corps), corps),
    ]
    sortie = b"%PDF-1.7\n"
    for rang, objet in enumerate(objets, start=1):
        sortie += b"%d 0 obj%s endobj\n" % (rang, objet)
    return sortie + b"trailer<</Root 1 0 R/Size 5>>\nstartxref\n0\n%%EOF"


def test_une_bombe_ne_prend_ni_notre_memoire_ni_notre_temps() -> None:
    depart = time.monotonic()
    try:
        scan = LecteurIsole(duree=10).lire(bombe_pdf(500))
    except DonneeInvalide as refus:
        assert "trop de mémoire ou de temps" in str(refus)
    else:
        assert scan.texte.strip() == "", "son texte, illisible, compte pour rien"
    assert time.monotonic() - depart < 25


def test_un_fichier_trop_gourmand_est_refuse_en_francais() -> None:
    with pytest.raises(DonneeInvalide, match="trop de mémoire ou de temps"):
        LecteurIsole(memoire=60_000_000).lire(octets(photo((5000, 5000)), "PNG"))
    with pytest.raises(DonneeInvalide, match="trop de mémoire ou de temps"):
        LecteurIsole(duree=1).lire(texte_sans_fin())


def texte_sans_fin() -> bytes:
    """Twenty pages of so many small words that a second of processor does not read them."""
    sortie = io.BytesIO()
    canevas = Canvas(sortie, invariant=True)
    for _ in range(20):
        for rang in range(4_000):
            canevas.drawString(rang % 500, rang % 800, "mot")
        canevas.showPage()
    canevas.save()
    return sortie.getvalue()


def test_l_enfant_ne_recoit_aucun_de_nos_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A stand-in for the interpreter tells what it was given."""
    monkeypatch.setenv("DOSSIER_S3_SECRET", "tres-secret")
    temoin = tmp_path / "python"
    temoin.write_text(f"#!/bin/sh\nenv > {tmp_path}/env\nexit 1\n")
    temoin.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(temoin))
    with pytest.raises(DonneeInvalide):
        lire(tiny_pdf("avis"))
    assert "PYTHONPATH" in (tmp_path / "env").read_text()
    assert "secret" not in (tmp_path / "env").read_text().lower()


@pytest.mark.parametrize("genre", ["PNG", "JPEG", "TIFF"])
def test_l_enfant_rend_ce_que_son_code_rend_ici(genre: str) -> None:
    image = octets(photo(), genre)
    assert lire(image) == Scan(convertir(image), "")


@pytest.mark.parametrize("mode", ["1", "L", "RGB"])
def test_une_page_a3_a_600_points_par_pouce_s_ouvre_dans_la_memoire_de_l_enfant(mode: str) -> None:
    grande = photo((7016, 9921), mode)
    (feuille,) = PdfReader(io.BytesIO(lire(octets(grande, "PNG", dpi=(600, 600))).pdf)).pages
    assert float(feuille.mediabox.width) == pytest.approx(841.92, abs=0.1)
