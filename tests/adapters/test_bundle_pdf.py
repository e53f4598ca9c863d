"""Real PDFs, drawn and looked at: where the stamp is, and that it hides nothing."""

from __future__ import annotations

import io
import random
import subprocess
from collections.abc import Callable, Sequence
from itertools import pairwise
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

from dossier.adapters.bundle_pdf import RelieurPypdf, bordereau, gestes, polices, vue
from dossier.adapters.convert_pdf import ConvertisseurUno
from dossier.core.errors import ErreurAssemblage
from dossier.core.ports import Partie, PieceSource
from tests.adapters.gabarits import donnees, word

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


def relier(sections: Sequence[tuple[str, bytes]], titre: str = "Dossier") -> bytes:
    return RELIEUR.relier_dossier([Partie(intitule, pdf) for intitule, pdf in sections], titre).pdf


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


def test_lues_et_rendues_sur_disque_les_pieces_sont_les_memes_qu_en_memoire(tmp_path: Path) -> None:
    source, sortie, relie = tmp_path / "source", tmp_path / "sortie", tmp_path / "relie"
    source.write_bytes(dessiner())
    piece = PieceSource(3, "Facture", source)
    en_memoire = RELIEUR.tamponner(piece._replace(pdf=dessiner()))
    sur_disque = RELIEUR.tamponner(piece, sortie)
    assert sur_disque == en_memoire._replace(pdf=sortie)
    assert sortie.read_bytes() == en_memoire.pdf and source.read_bytes() == dessiner()
    dossier = RELIEUR.relier_dossier([Partie("P", sortie, numero=3)], "Dossier", relie)
    assert dossier.pdf == relie
    partie = Partie("P", en_memoire.pdf, numero=3)
    assert relie.read_bytes() == RELIEUR.relier_dossier([partie], "Dossier").pdf
    refusee = RELIEUR.tamponner(PieceSource(4, "Vide", b"", "originaux/x.pdf"), tmp_path / "page")
    assert refusee.reserve and refusee.pdf == tmp_path / "page"
    assert "originaux/x.pdf" in texte_lu((tmp_path / "page").read_bytes())


def test_sans_mesure_possible_la_page_grandit(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    tamponnee = RelieurPypdf().tamponner(PieceSource(3, "Facture", dessiner()))
    assert PdfReader(io.BytesIO(tamponnee.pdf)).pages[0].mediabox.height > A4[1] + 30


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
    assert relier(sections) == relier(sections)


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
    relie = relier([("Pièce", pdf)])
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
    with pytest.raises(ErreurAssemblage, match="Ce fichier est un PDF"):
        RELIEUR.compter(pdf)
    with pytest.raises(ErreurAssemblage, match="« Requête » du document « Dossier »"):
        relier([("Requête", pdf)])


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


def test_la_police_absente_est_dite_et_ne_passe_pas_pour_un_defaut_de_la_piece(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "entree").write_bytes(dessiner())
    ordre = {"geste": "tamponner", "numero": 3}
    monkeypatch.setattr(polices, "DOSSIERS", (tmp_path,))
    polices.police.cache_clear()
    assert "fonts-liberation2" in gestes.executer(ordre, tmp_path)["erreur"]
    (tmp_path / "LiberationSans-Bold.ttf").write_bytes(b"pas une police")
    assert "illisible" in gestes.executer(ordre, tmp_path)["erreur"]
    monkeypatch.undo()
    polices.police.cache_clear()
    assert gestes.executer(ordre, tmp_path) == {"pages": 2, "perdus": ()}


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
    lecteur = PdfReader(io.BytesIO(relier(sections, "Dossier Durand")))
    signets = [
        (s["/Title"], lecteur.get_destination_page_number(s))  # type: ignore[call-overload,arg-type]
        for s in lecteur.outline
    ]
    assert signets == [("Requête", 0), ("Pièce n° 1 : facture", 2)]
    assert lecteur.metadata is not None and lecteur.metadata.title == "Dossier Durand"
    assert str(lecteur.root_object["/Lang"]) == "fr-FR" and len(lecteur.pages) == 3


def test_relier_rien_est_refuse() -> None:
    with pytest.raises(ErreurAssemblage, match="aucune partie"):
        relier([])


def liste(lignes: Sequence[str], taille: float = 9) -> bytes:
    """A list of exhibits: its heading, then one line each, thirty to a page."""
    sortie = io.BytesIO()
    toile = Canvas(sortie, pagesize=A4, invariant=1)
    for rang, ligne in enumerate(lignes):
        if rang and rang % 30 == 0:
            toile.showPage()
        toile.setFont("Helvetica", taille)
        for x, texte in zip((66, 120, 500), ligne.split("|"), strict=False):
            toile.drawString(x, 780 - 20 * (rang % 30), texte)
    toile.save()
    return sortie.getvalue()


def parties(bordereau: bytes, pieces: int, pages: int = 2) -> list[Partie]:
    return [
        Partie("Requête", dessiner(pages=3), "Req. "),
        Partie("Bordereau", bordereau, "Bord. ", bordereau=True),
        *(Partie(f"Pièce n° {n} – Facture", dessiner(pages=pages), numero=n) for n in range(1, pieces + 1)),
    ]


def buts(lecteur: PdfReader, page: int) -> dict[str, int]:
    """The page to which each link of that page leads, by its text."""
    pages = [p.indirect_reference for p in lecteur.pages]
    liens = [a.get_object() for a in lecteur.pages[page].annotations or ()]
    return {str(lien["/Contents"]): pages.index(next(iter(lien["/Dest"]))) for lien in liens}


def test_les_pieces_sont_sous_un_signet_et_chaque_page_a_son_etiquette() -> None:
    relie = RELIEUR.relier_dossier(parties(liste(["Bordereau"]), 3), "Dossier Durand")
    lecteur = PdfReader(io.BytesIO(relie.pdf))
    requete, bordereau_, pieces, enfants = lecteur.outline
    assert isinstance(enfants, list)
    assert [s["/Title"] for s in (requete, bordereau_, pieces)] == ["Requête", "Bordereau", "Pièces"]  # type: ignore[index]
    ou = [lecteur.get_destination_page_number(s) for s in (pieces, *enfants)]  # type: ignore[arg-type]
    assert ou == [4, 4, 6, 8] and enfants[1]["/Title"] == "Pièce n° 2 – Facture"  # type: ignore[index]
    assert lecteur.page_labels[:6] == ["Req. 1", "Req. 2", "Req. 3", "Bord. 1", "P1-1", "P1-2"]
    assert lecteur.page_labels[-1] == "P3-2" and relie.reserves == ()


def test_les_parties_sans_etiquette_se_suivent_meme_apres_une_piece() -> None:
    suite = [
        Partie("A", dessiner()),
        Partie("P", dessiner(pages=1), numero=7),
        Partie("B", dessiner(pages=1)),
    ]
    lecteur = PdfReader(io.BytesIO(RELIEUR.relier_dossier(suite, "x").pdf))
    assert lecteur.page_labels == ["1", "2", "P7-1", "3"]


def test_chaque_ligne_du_bordereau_mene_a_sa_piece() -> None:
    lignes = ["Fait le 1 mars", "Pièce n°|Intitulé|Pages"]
    lignes += [f"{n}|Facture n° {n + 1} du {n} mars, 1 page|{n % 3}" for n in range(1, 41)]
    relie = RELIEUR.relier_dossier(parties(liste(lignes), 40), "Dossier").pdf
    lecteur = PdfReader(io.BytesIO(relie))
    premiers, derniers = buts(lecteur, 3), buts(lecteur, 4)
    assert len(premiers) == 28 and len(derniers) == 12
    assert {**premiers, **derniers} == {
        f"Aller à la pièce n°\u00a0{n}": 5 + 2 * (n - 1) for n in range(1, 41)
    }
    rects = [a.get_object()["/Rect"] for a in lecteur.pages[3].annotations or ()]
    assert all(r[0] < 66 and r[2] > 500 and 10 < r[3] - r[1] < 25 for r in rects)
    assert 739 < (rects[0][1] + rects[0][3]) / 2 < 750
    assert relie == RELIEUR.relier_dossier(parties(liste(lignes), 40), "Dossier").pdf


def test_un_bordereau_sans_colonne_est_lu_ligne_par_ligne() -> None:
    pdf = liste(
        ["Pièces", "Pièce n° 1 : facture, voir la Pièce n° 2", "et Pièce n° 2", "Pièce n°\u00a02 : relance"]
    )
    relie = RELIEUR.relier_dossier(parties(pdf, 2), "Dossier").pdf
    liens = PdfReader(io.BytesIO(relie)).pages[3].annotations
    assert liens is not None
    hauts = {a.get_object()["/Contents"][-1]: a.get_object()["/Rect"][3] for a in liens}
    assert hauts.keys() == {"1", "2"} and hauts["1"] - hauts["2"] > 35


@pytest.mark.parametrize(
    "pdf", [liste(["Rien"]), liste(["Pièce n°|Intitulé", "2|Relance"]), numeriser(), liste(["Pièce n°"])]
)
def test_une_ligne_introuvable_n_a_pas_de_lien_et_rien_n_echoue(pdf: bytes) -> None:
    lecteur = PdfReader(io.BytesIO(RELIEUR.relier_dossier(parties(pdf, 3), "Dossier").pdf))
    assert len(buts(lecteur, 3)) == (b"Relance" in pdf or "Relance" in texte_lu(pdf))


def test_un_bordereau_illisible_par_poppler_n_a_pas_de_lien(tmp_path: Path) -> None:
    (tmp_path / "liste.pdf").write_bytes(b"%PDF-1.7\n")
    assert bordereau.lignes(tmp_path / "liste.pdf", [1]) == {}


def test_le_vrai_bordereau_a_un_lien_par_piece(tmp_path: Path) -> None:
    modele = "dossier/bordereau"
    variables = donnees(modele)
    titre = "Facture n°\u00a0FA-1 du 3 mars 2026, avec les conditions générales jointes et acceptées"
    lignes = [{**variables["pieces"][0], "numero": str(n), "titre": titre} for n in range(1, 61)]
    with ConvertisseurUno(tmp_path) as convertisseur:
        pdf = convertisseur.pdf(word.rendre(modele, {**variables, "pieces": lignes, "nombre": 60}))
    lecteur = PdfReader(io.BytesIO(RELIEUR.relier_dossier(parties(pdf, 60, pages=1), "Dossier").pdf))
    fin = len(lecteur.pages) - 60
    liens = [buts(lecteur, page) for page in range(3, fin)]
    assert len(liens) > 1 and all(liens)
    assert [but for page in liens for but in page.values()] == [*range(fin, fin + 60)]


def test_ce_que_la_copie_ne_reprend_pas_est_dit() -> None:
    piece = PieceSource(3, "Facture", modifier(dessiner(), armer))
    remarque = RELIEUR.tamponner(piece).remarque
    assert remarque == (
        "La copie ne reprend pas de son original\u00a0: fichiers joints, scripts ou programmes, "
        "signature électronique."
    )
    assert RELIEUR.tamponner(piece._replace(pdf=dessiner())).remarque == ""


def image_bruitee(graine: int, cote: int = 300) -> bytes:
    """A page of about 90 kB that no compression makes smaller."""
    pixels = random.Random(graine).randbytes(cote * cote)
    sortie = io.BytesIO()
    toile = Canvas(sortie, pagesize=A4, invariant=1)
    toile.drawInlineImage(Image.frombytes("L", (cote, cote), pixels), 50, 50, 400, 400)
    toile.drawString(50, 800, f"Page {graine}")
    toile.save()
    return sortie.getvalue()


def textes(pdf: bytes) -> list[str]:
    return [page.extract_text().strip() for page in PdfReader(io.BytesIO(pdf)).pages]


def test_le_decoupage_garde_toutes_les_pages_dans_l_ordre_et_sous_le_poids() -> None:
    entier = relier([(str(n), image_bruitee(n)) for n in range(23)])
    tranches = RELIEUR.decouper(entier, 500_000)
    assert all(len(t.pdf) <= 500_000 and not t.trop_lourde for t in tranches)
    assert [texte for t in tranches for texte in textes(t.pdf)] == [f"Page {n}" for n in range(23)]
    suites = [(t.premiere, t.derniere) for t in tranches]
    assert suites[0][0] == 1 and suites[-1][1] == 23
    assert all(avant[1] + 1 == apres[0] for avant, apres in pairwise(suites))
    assert all(len(textes(t.pdf)) == t.derniere - t.premiere + 1 for t in tranches)
    # No run could have taken the next page with it.
    plus = relier([(str(n), image_bruitee(n)) for n in range(suites[0][1] + 1)])
    assert len(plus) > 500_000
    assert tranches == RELIEUR.decouper(entier, 500_000)


def test_un_document_assez_leger_reste_entier() -> None:
    (tranche,) = RELIEUR.decouper(pdf := dessiner(pages=40), 2_000_000)
    assert tranche[1:] == (1, 40, False) and textes(tranche.pdf) == textes(pdf)


def test_une_page_trop_lourde_reste_seule_et_le_dit() -> None:
    sections = [("a", dessiner(pages=2)), ("b", image_bruitee(1, 900)), ("c", dessiner(pages=2))]
    tranches = RELIEUR.decouper(relier(sections), 200_000)
    assert [t[1:] for t in tranches] == [(1, 2, False), (3, 3, True), (4, 5, False)]


def test_les_liens_d_un_dossier_relie_n_alourdissent_pas_ses_tranches() -> None:
    suite = parties(liste(["Pièce n°|Intitulé", "1|Facture", "2|Relance"]), 0)
    suite += [Partie(f"Pièce n° {n}", image_bruitee(n, 800), numero=n) for n in (1, 2)]
    tranches = RELIEUR.decouper(RELIEUR.relier_dossier(suite, "Dossier").pdf, 900_000)
    assert [t[1:3] for t in tranches] == [(1, 5), (6, 6)]
    assert not any(t.trop_lourde for t in tranches)


def test_un_pdf_illisible_n_est_pas_decoupe() -> None:
    with pytest.raises(ErreurAssemblage, match="Ce fichier est un PDF illisible"):
        RELIEUR.decouper(b"%PDF-1.7\n", 1000)


def test_le_texte_d_un_pdf_est_lu_en_entier_ou_sur_ses_premieres_pages() -> None:
    pdf = relier([(str(n), image_bruitee(n)) for n in range(23)])
    assert RELIEUR.texte(pdf).split("\n\n")[:-1] == [f"Page {n}" for n in range(23)]
    assert RELIEUR.texte(pdf, 2).split() == ["Page", "0", "Page", "1"]
    assert RELIEUR.texte(numeriser()).strip() == ""


@pytest.mark.parametrize("longueur", [0, -1])
def test_un_texte_sans_fin_est_refuse(longueur: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "entree").write_bytes(dessiner(pages=3))
    ordre = {"geste": "texte", "pages": None}
    gestes.executer(ordre, tmp_path)
    monkeypatch.setattr(gestes, "TEXTE_MAX", (tmp_path / "sortie").stat().st_size + longueur)
    assert ("refus" in gestes.executer(ordre, tmp_path)) is bool(longueur)


@pytest.mark.parametrize("pdf", [b"", b"bonjour", dessiner()[:400], sans_page()])
def test_un_pdf_illisible_n_a_pas_de_texte(pdf: bytes) -> None:
    with pytest.raises(ErreurAssemblage, match="Ce fichier est un PDF"):
        RELIEUR.texte(pdf)
