"""Real PDFs, drawn and looked at: where the stamp is, and that it hides nothing."""

from __future__ import annotations

import io
import random
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    RectangleObject,
    TextStringObject,
)
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from dossier.adapters.bundle_pdf import RelieurPypdf, tampon, vue
from dossier.core.errors import ErreurAssemblage
from dossier.core.ports import PieceSource

RELIEUR = RelieurPypdf()
TEXTE = "Pièce n° 3"


def dessiner(
    *,
    taille: tuple[float, float] = A4,
    rotation: int = 0,
    pages: int = 2,
    coins: str = "",
    avant: str = "",
) -> bytes:
    """A page with text in its middle and in the corners named as drawn: hd, hc, hg, bd, or `plein`."""
    sortie = io.BytesIO()
    toile = Canvas(sortie, pagesize=taille, invariant=1)
    large, haut = taille
    for _ in range(pages):
        toile._code.append(avant)
        toile.drawString(large / 3, haut / 2, "Corps de la pièce")
        if "hd" in coins:
            toile.drawRightString(large - 20, haut - 30, "Facture FA-1")
        if "hc" in coins:
            toile.drawRightString(large - 90, haut - 30, "Au capital de 10 000 euros, 75000 Paris, France")
        if "hg" in coins:
            toile.drawString(20, haut - 30, "Société Exemple")
        if "bd" in coins:
            toile.drawRightString(large - 20, 25, "Page 1")
        if coins == "plein":
            for y in range(0, int(haut), 10):
                toile.drawString(0, y, "x" * 150)
        toile.setPageRotation(rotation)
        toile.showPage()
    toile.save()
    return sortie.getvalue()


def numeriser() -> bytes:
    """A scan: one image, no text, and writing in its top right corner."""
    image = Image.new("L", (620, 877), 246)
    trait = ImageDraw.Draw(image)
    trait.rectangle((470, 15, 600, 60), fill=70)
    trait.text((200, 400), "NUMÉRISATION", fill=20)
    sortie = io.BytesIO()
    image.save(sortie, "PDF", resolution=75)
    return sortie.getvalue()


def modifier(pdf: bytes, geste: Callable[[PdfWriter], None]) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    geste(writer)
    sortie = io.BytesIO()
    writer.write(sortie)
    return sortie.getvalue()


def tamponner(pdf: bytes) -> bytes:
    return RELIEUR.tamponner(PieceSource(3, "Facture n° FA-1", pdf)).pdf


def voir(pdf: bytes, echelle: int = 842) -> Image.Image:
    commande = [
        "pdftoppm",
        "-gray",
        "-cropbox",
        "-f",
        "1",
        "-l",
        "1",
        "-scale-to",
        str(echelle),
        "-",
    ]
    return Image.open(io.BytesIO(subprocess.run(commande, input=pdf, capture_output=True, check=True).stdout))


def marque(pdf: bytes) -> tuple[float, float]:
    """Centre of what the stamp changed, as fractions of the page seen, from its top left."""
    avant, apres = voir(pdf), voir(tamponner(pdf))
    assert avant.size == apres.size
    boite = ImageChops.difference(avant, apres).getbbox()
    assert boite is not None
    return (boite[0] + boite[2]) / 2 / avant.width, (boite[1] + boite[3]) / 2 / avant.height


def texte_lu(pdf: bytes) -> str:
    lu = subprocess.run(["pdftotext", "-l", "1", "-", "-"], input=pdf, capture_output=True, check=True)
    return lu.stdout.decode().replace("\u00a0", " ")


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_le_tampon_est_en_haut_a_droite_de_la_page_telle_qu_on_la_voit(
    rotation: int,
) -> None:
    x, y = marque(dessiner(rotation=rotation))
    assert x > 0.85 and y < 0.06


@pytest.mark.parametrize(
    ("coins", "droite", "haut"),
    [
        ("", True, True),
        ("hd", True, True),
        ("hd hc", False, True),
        ("hd hc hg", True, False),
        ("hd hc hg bd", False, False),
    ],
)
def test_il_choisit_un_endroit_sans_texte(coins: str, droite: bool, haut: bool) -> None:
    x, y = marque(dessiner(coins=coins))
    assert (x > 0.6 if droite else x < 0.2) and (y < 0.06 if haut else y > 0.94)


def test_il_evite_l_encre_d_une_numerisation_sans_texte() -> None:
    x, y = marque(numeriser())
    assert 0.5 < x < 0.7 and y < 0.06


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_une_page_pleine_grandit_et_rien_n_est_cache(rotation: int) -> None:
    pdf = dessiner(coins="plein", rotation=rotation)
    avant, apres = voir(pdf, 1684), tamponner(pdf)
    cadre, nouveau = (vue.cadre_visible(PdfReader(io.BytesIO(p)).pages[0]).vue for p in (pdf, apres))
    assert nouveau[0] == cadre[0] and 30 < nouveau[1] - cadre[1] < 55
    image = voir(apres, round(1684 * max(nouveau) / max(cadre)))
    bande = image.height - avant.height
    ecart = ImageChops.difference(avant, image.crop((0, bande, avant.width, bande + avant.height)))
    assert sum(ecart.histogram()[100:]) < avant.width * avant.height * 0.02
    assert TEXTE in texte_lu(apres)


def test_sans_mesure_possible_la_page_grandit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    apres = PdfReader(io.BytesIO(tamponner(dessiner()))).pages[0]
    assert apres.mediabox.height > A4[1] + 30


def test_le_cadre_visible_decale_est_respecte() -> None:
    def decouper(writer: PdfWriter) -> None:
        writer.pages[0].mediabox = RectangleObject((-100, -50, 595, 842))
        writer.pages[0].cropbox = RectangleObject((40, 60, 500, 700))

    x, y = marque(modifier(dessiner(), decouper))
    assert x > 0.85 and y < 0.06


def test_les_boites_et_les_ressources_heritees_sont_trouvees() -> None:
    def remonter(writer: PdfWriter) -> None:
        arbre = writer.root_object["/Pages"]
        assert isinstance(arbre, DictionaryObject)
        for cle in ("/MediaBox", "/Resources", "/Rotate"):
            valeurs = [page.pop(cle) for page in writer.pages]
            arbre[NameObject(cle)] = NumberObject(90) if cle == "/Rotate" else valeurs[0]

    pdf = modifier(dessiner(), remonter)
    x, y = marque(pdf)
    assert x > 0.85 and y < 0.06
    assert "Corps de la pièce" in texte_lu(tamponner(pdf))


@pytest.mark.parametrize(
    "avant",
    ["0.4 0 0 0.4 90 90 cm", "q q 0.4 0 0 0.4 90 90 cm", "Q 2 0 0 2 0 0 cm", ""],
)
def test_un_contenu_mal_equilibre_ne_deplace_pas_le_tampon(avant: str) -> None:
    x, y = marque(dessiner(avant=avant, pages=1))
    assert x > 0.85 and y < 0.06


@pytest.mark.parametrize("taille", [(2480, 3508), (160, 400), (40, 40), (842, 595)])
def test_le_tampon_tient_sur_une_page_de_toute_taille(
    taille: tuple[float, float],
) -> None:
    apres = tamponner(dessiner(taille=taille))
    assert TEXTE in texte_lu(apres)
    boite = PdfReader(io.BytesIO(apres)).pages[0].mediabox
    assert float(boite.width) == taille[0]


def test_seule_la_premiere_page_change_et_ses_flux_restent_les_memes() -> None:
    pdf = dessiner(pages=3)
    avant, apres = PdfReader(io.BytesIO(pdf)), PdfReader(io.BytesIO(tamponner(pdf)))
    flux = apres.pages[0]["/Contents"]
    assert isinstance(flux, ArrayObject)
    assert flux[1].get_object()._data == avant.pages[0]["/Contents"].get_object()._data  # type: ignore[union-attr]
    assert [p.extract_text() for p in apres.pages[1:]] == [p.extract_text() for p in avant.pages[1:]]
    assert RELIEUR.tamponner(PieceSource(3, "x", pdf)).pages == 3 == len(apres.pages)


def test_la_police_du_tampon_est_incorporee() -> None:
    polices = subprocess.run(["pdffonts", "-"], input=tamponner(numeriser()), capture_output=True, check=True)
    lignes = polices.stdout.decode().splitlines()[2:]
    assert len(lignes) == 1 and "LiberationSans-Bold" in lignes[0] and " yes yes yes " in lignes[0]


def test_memes_entrees_memes_octets() -> None:
    pdf = dessiner()
    assert tamponner(pdf) == tamponner(pdf)
    sections = [("Requête", dessiner(pages=1)), ("Pièce n° 1", numeriser())]
    assert RELIEUR.relier(sections, "Dossier") == RELIEUR.relier(sections, "Dossier")


def armer(writer: PdfWriter) -> None:
    """Everything that a PDF can do by itself."""

    def action(genre: str, **cles: str) -> DictionaryObject:
        champs = {NameObject(f"/{cle}"): TextStringObject(valeur) for cle, valeur in cles.items()}
        return DictionaryObject({NameObject("/S"): NameObject(genre), **champs})

    def annotation(genre: str, **cles: DictionaryObject) -> DictionaryObject:
        champs = {NameObject(f"/{cle}"): valeur for cle, valeur in cles.items()}
        return DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Annot"),
                NameObject("/Subtype"): NameObject(genre),
                NameObject("/Rect"): RectangleObject((10, 10, 20, 20)),
                **champs,
            }
        )

    writer.add_attachment("piege.xml", b"<piege-joint/>")
    racine, page = writer.root_object, writer.pages[0]
    noms = racine["/Names"]
    assert isinstance(noms, DictionaryObject)
    noms[NameObject("/JavaScript")] = DictionaryObject(
        {
            NameObject("/Names"): ArrayObject(
                [
                    TextStringObject("piege-nom"),
                    writer._add_object(action("/JavaScript", JS="piege-script")),
                ]
            )
        }
    )
    script, lancement = (
        action("/JavaScript", JS="piege-ouverture"),
        action("/Launch", F="piege-programme"),
    )
    suivi = action("/URI", URI="https://exemple.fr/")
    suivi[NameObject("/Next")] = action("/JavaScript", JS="piege-suite")
    evenements = DictionaryObject({NameObject("/O"): action("/JavaScript", JS="piege-evenement")})
    racine[NameObject("/OpenAction")] = script
    racine[NameObject("/AA")] = page[NameObject("/AA")] = evenements
    champ = annotation("/Widget", A=script, AA=evenements)
    champ[NameObject("/FT")] = NameObject("/Sig")
    champ[NameObject("/V")] = DictionaryObject({NameObject("/Reason"): TextStringObject("piege-signature")})
    signet = writer.add_outline_item(title="Signet", page_number=0)
    signet.get_object().pop("/Dest", None)  # type: ignore[union-attr]
    signet.get_object()[NameObject("/A")] = action("/Launch", F="piege-signet")  # type: ignore[index]
    reference = writer._add_object(champ)
    racine[NameObject("/AcroForm")] = DictionaryObject(
        {
            NameObject("/Fields"): ArrayObject([reference]),
            NameObject("/XFA"): writer._add_object(flux(b"<piege-xfa/>")),
        }
    )
    joint = DictionaryObject({NameObject("/F"): TextStringObject("piege-fichier")})
    page[NameObject("/Annots")] = ArrayObject(
        [
            annotation("/Link", A=lancement),
            annotation("/Link", A=suivi),
            annotation("/FileAttachment", FS=joint),
            reference,
        ]
    )


def flux(contenu: bytes) -> DecodedStreamObject:
    objet = DecodedStreamObject()
    objet.set_data(contenu)
    return objet


def test_la_copie_ne_contient_plus_rien_d_actif_et_l_original_si() -> None:
    pdf = modifier(dessiner(), armer)
    assert pdf.count(b"piege") >= 8
    copie = tamponner(pdf)
    assert b"piege" not in copie and b"/JavaScript" not in copie and b"/Launch" not in copie
    assert b"(https" in copie and b"/URI" in copie
    relie = RELIEUR.relier([("Pièce", pdf)], "Dossier")
    assert b"piege" not in relie and b"/Launch" not in relie
    for sortie in (copie, relie):
        annotations = PdfReader(io.BytesIO(sortie)).pages[0].annotations or ArrayObject()
        assert sorted(str(a.get_object()["/Subtype"]) for a in annotations) == [
            "/Link",
            "/Link",
            "/Widget",
        ]


def test_une_police_nommee_comme_un_evenement_reste() -> None:
    def renommer(writer: PdfWriter) -> None:
        page = writer.pages[0]
        polices = page["/Resources"]["/Font"].get_object()  # type: ignore[index]
        polices[NameObject("/AA")] = polices.pop("/F1")
        contenu = page.get_contents()
        assert contenu is not None
        page[NameObject("/Contents")] = writer._add_object(flux(contenu.get_data().replace(b"/F1 ", b"/AA ")))

    assert "Corps de la pièce" in texte_lu(tamponner(modifier(dessiner(), renommer)))


def test_un_pdf_a_mot_de_passe_est_refuse_mais_pas_un_pdf_seulement_verrouille() -> None:
    ferme = modifier(dessiner(), lambda w: w.encrypt("secret", "maitre", algorithm="AES-256"))
    with pytest.raises(ErreurAssemblage, match=r"La pièce n° 3 \(« Facture n° FA-1 »\).*mot de passe"):
        tamponner(ferme)
    verrouille = modifier(dessiner(), lambda w: w.encrypt("", "maitre", algorithm="AES-256"))
    copie = tamponner(verrouille)
    assert not PdfReader(io.BytesIO(copie)).is_encrypted and TEXTE in texte_lu(copie)
    assert RELIEUR.compter(verrouille) == 2


def sans_page() -> bytes:
    sortie = io.BytesIO()
    PdfWriter().write(sortie)
    return sortie.getvalue()


@pytest.mark.parametrize("pdf", [b"", b"bonjour", b"%PDF-1.7\n", dessiner()[:400], sans_page()])
def test_un_pdf_vide_ou_tronque_est_refuse_en_nommant_la_piece(pdf: bytes) -> None:
    with pytest.raises(ErreurAssemblage, match="La pièce n° 3"):
        tamponner(pdf)
    with pytest.raises(ErreurAssemblage, match="PDF"):
        RELIEUR.compter(pdf)
    with pytest.raises(ErreurAssemblage, match="« Requête » du document « Dossier »"):
        RELIEUR.relier([("Requête", pdf)], "Dossier")


def test_un_pdf_abime_n_echappe_jamais_en_erreur_technique() -> None:
    sain, hasard = modifier(dessiner(pages=1), armer), random.Random(7)
    for _ in range(60):
        octets = bytearray(sain)
        for _ in range(hasard.choice((1, 4, 30))):
            octets[hasard.randrange(len(octets))] = hasard.randrange(256)
        try:
            assert RELIEUR.compter(tamponner(bytes(octets))) >= 1
        except ErreurAssemblage as erreur:
            assert "pièce n° 3" in str(erreur)


def test_la_police_absente_est_dite(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tampon, "POLICES", (tmp_path / "absente.ttf",))
    tampon._police.cache_clear()
    with pytest.raises(ErreurAssemblage, match="fonts-liberation2"):
        tamponner(dessiner())
    (tmp_path / "absente.ttf").write_bytes(b"pas une police")
    with pytest.raises(ErreurAssemblage, match="illisible"):
        tamponner(dessiner())
    tampon._police.cache_clear()


def test_un_cadre_hors_du_papier_est_ignore_et_un_papier_vide_refuse() -> None:
    def cadrer(boite: tuple[float, ...], cle: str) -> bytes:
        return modifier(dessiner(), lambda w: w.pages[0].update({NameObject(cle): RectangleObject(boite)}))

    assert TEXTE in texte_lu(tamponner(cadrer((2000, 2000, 2100, 2100), "/CropBox")))
    with pytest.raises(ErreurAssemblage, match="La pièce n° 3"):
        tamponner(cadrer((0, 0, 0, 0), "/MediaBox"))


def test_le_document_relie_a_un_signet_par_partie() -> None:
    sections = [
        ("Requête", dessiner(pages=2)),
        ("Pièce n° 1 : facture", tamponner(numeriser())),
    ]
    lecteur = PdfReader(io.BytesIO(RELIEUR.relier(sections, "Dossier Durand")))
    signets = [
        (s["/Title"], lecteur.get_destination_page_number(s))  # type: ignore[call-overload,arg-type]
        for s in lecteur.outline
    ]
    assert signets == [("Requête", 0), ("Pièce n° 1 : facture", 2)]
    assert lecteur.metadata is not None and lecteur.metadata.title == "Dossier Durand"
    assert str(lecteur.root_object["/Lang"]) == "fr-FR" and len(lecteur.pages) == 3


def test_relier_rien_est_refuse() -> None:
    with pytest.raises(ErreurAssemblage, match="aucune partie"):
        RELIEUR.relier([], "Dossier")
