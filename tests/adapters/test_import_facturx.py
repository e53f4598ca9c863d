from __future__ import annotations

import time
import zlib
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from facturx import generate_from_binary  # type: ignore[import-untyped]
from facturx.generate_xml import generate_cii_xml  # type: ignore[import-untyped]
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, EncodedStreamObject, NameObject
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]

from dossier.adapters.import_facturx import lire_facturx
from dossier.core.creance import Avoir, Facture, Genre
from dossier.core.importation import Candidate, Refus

EXEMPLES = Path(__file__).parents[2] / "exemples" / "factures"
MIB = 2**20


def donnees(**champs: Any) -> dict[str, Any]:
    """The business terms of a right invoice; `BG_7` given is merged into the buyer, None removes a term."""
    acheteur = {
        "name": "Essai SARL",
        "legal_identifier": "732829320",
        "legal_identifier_schemeid": "0002",
        "vat_identifier": "FR44732829320",
        "addr_l1": "Bâtiment A",
        "addr_l2": "1 rue de l'Essai",
        "postcode": "69003",
        "city": "Lyon",
        "country_code": "FR",
        "contacts": [{"name": "Mme Essai", "phone": "0465710001", "email": "compta@essai.example"}],
    }
    termes: dict[str, Any] = {
        "BT-1": "FA-1",
        "BT-2": date(2026, 4, 20),
        "BT-3": "380",
        "BT-5": "EUR",
        "BT-9": date(2026, 5, 20),
        "BT-12": "CT-1",
        "BT-13": "BC-1",
        "BT-16": "BL-1",
        "BT-72": date(2026, 4, 17),
        "BG-4": {
            "name": "Atelier Fictif SAS",
            "legal_identifier": "000100016",
            "legal_identifier_schemeid": "0002",
            "vat_identifier": "FR39000100016",
            "country_code": "FR",
        },
        "BG-7": acheteur | champs.pop("BG_7", {}),
        "BG-23": [{"BT-116": "1000.00", "BT-117": "200.00", "BT-118": "S", "BT-119": "20.00"}],
        "BT-106": "1000.00",
        "BT-109": "1000.00",
        "BT-110": "200.00",
        "BT-112": "1200.00",
        "BT-113": "200.00",
        "BT-115": "1000.00",
        "BG-25": [_ligne("1", "Table"), _ligne("2", "Pose")],
    }
    termes |= {nom.replace("_", "-"): valeur for nom, valeur in champs.items()}
    termes["BG-7"] = {nom: valeur for nom, valeur in termes["BG-7"].items() if valeur is not None}
    return {nom: valeur for nom, valeur in termes.items() if valeur is not None}


def _ligne(rang: str, nom: str) -> dict[str, str]:
    montants = {"BT-129": "1", "BT-130": "C62", "BT-131": "500.00", "BT-146": "500.00"}
    return {"BT-126": rang, "BT-151": "S", "BT-152": "20.00", "BT-153": nom} | montants


def xml(**champs: Any) -> bytes:
    produit: bytes = generate_cii_xml(
        donnees(**champs), level="en16931", check_xsd=False, check_schematron=False
    )
    return produit


def page() -> bytes:
    tampon = BytesIO()
    feuille = Canvas(tampon)
    feuille.drawString(72, 720, "Facture FA-1")
    feuille.save()
    return tampon.getvalue()


def facturx(joint: bytes) -> bytes:
    produit: bytes = generate_from_binary(
        page(), joint, flavor="factur-x", level="en16931", check_xsd=False, check_schematron=False
    )
    return produit


def pdf_avec(nom: str, joint: bytes) -> bytes:
    """A PDF with one attachment, whatever it holds."""
    return ecrire(lambda redacteur: redacteur.add_attachment(nom, joint))


def ecrire(preparer: Callable[[PdfWriter], object]) -> bytes:
    redacteur = PdfWriter(clone_from=BytesIO(page()))
    preparer(redacteur)
    tampon = BytesIO()
    redacteur.write(tampon)
    return tampon.getvalue()


def lire(contenu: bytes) -> Candidate | Refus:
    (lu,) = lire_facturx(Path("envoi/FA-1.pdf"), contenu)
    assert lu.document == "FA-1.pdf"
    return lu


def candidate(**champs: Any) -> Candidate:
    lu = lire(facturx(xml(**champs)))
    assert isinstance(lu, Candidate), lu
    return lu


def motif(contenu: bytes) -> str:
    lu = lire(contenu)
    assert isinstance(lu, Refus), lu
    assert lu.motif.endswith(".")
    return lu.motif


def refus(**champs: Any) -> str:
    return motif(facturx(xml(**champs)))


def test_tous_les_termes_utiles_sont_repris_et_le_pdf_est_garde() -> None:
    contenu = facturx(xml())
    lu = lire(contenu)
    assert isinstance(lu, Candidate)
    assert lu.source == contenu
    facture = lu.contenu
    assert (facture.numero, facture.objet) == ("FA-1", "Table ; Pose")
    assert (facture.emission, facture.echeance) == (date(2026, 4, 20), date(2026, 5, 20))
    assert facture.execution == date(2026, 4, 17)
    assert (facture.montant_ttc, facture.deja_paye) == (Decimal("1200.00"), Decimal("200.00"))
    assert (facture.contrat, facture.commande, facture.livraison) == ("CT-1", "BC-1", "BL-1")
    debiteur = facture.debiteur
    assert (debiteur.denomination, debiteur.siren, debiteur.genre) == (
        "Essai SARL",
        "732829320",
        Genre.ENTREPRISE,
    )
    assert debiteur.adresse.bloc == ("Bâtiment A", "1 rue de l'Essai", "69003 Lyon")
    assert (debiteur.email, debiteur.telephone) == ("compta@essai.example", "0465710001")
    assert debiteur.contact == "Mme Essai"


def test_les_termes_facultatifs_peuvent_manquer() -> None:
    facture = candidate(BT_12=None, BT_13=None, BT_16=None, BT_72=None, BT_113=None, BT_115="1200.00").contenu
    assert (facture.contrat, facture.commande, facture.livraison, facture.execution) == ("", "", "", None)
    assert facture.deja_paye == Decimal("0.00")
    assert candidate(BG_7={"contacts": None}).contenu.debiteur.email is None


@pytest.mark.parametrize(
    "acheteur",
    [
        {"legal_identifier": "73282932000074", "legal_identifier_schemeid": "0009"},
        {"legal_identifier": "732 829 320", "legal_identifier_schemeid": None},
        {"legal_identifier": None, "identifiers": {"0009": "73282932000074"}, "vat_identifier": None},
        {"legal_identifier": None, "identifiers": {"0002": "732829320"}, "vat_identifier": None},
        {"legal_identifier": "HRB 123", "legal_identifier_schemeid": "0204"},
        {"legal_identifier": None, "legal_identifier_schemeid": None},
    ],
)
def test_le_siren_vient_de_bt_47_sinon_de_bt_46_sinon_de_la_tva(acheteur: dict[str, Any]) -> None:
    assert candidate(BG_7=acheteur).contenu.debiteur.siren == "732829320"


@pytest.mark.parametrize("tva", [None, "FR45732829320", "DE732829320"])
def test_sans_siren_ni_tva_francaise_juste_la_facture_est_refusee(tva: str | None) -> None:
    dit = refus(BG_7={"legal_identifier": None, "legal_identifier_schemeid": None, "vat_identifier": tva})
    assert "le SIREN du débiteur manque" in dit


@pytest.mark.parametrize("numero", ["732829321", "73282932000075"])
def test_un_siren_ou_un_siret_faux_est_refuse_meme_si_la_tva_est_juste(numero: str) -> None:
    assert f"« {numero} » est faux (BT-47)" in refus(BG_7={"legal_identifier": numero})


@pytest.mark.parametrize(
    ("champs", "dit"),
    [
        ({"BT_9": None}, "l'échéance manque (BT-9)"),
        ({"BT_9": date(2026, 4, 19)}, "précède la date de facture (BT-9)"),
        ({"BT_5": "USD"}, "« USD » n'est pas l'euro, seule monnaie suivie (BT-5)"),
        ({"BT_3": "384"}, "« 384 » n'est pas une facture à recouvrer (BT-3)"),
        ({"BT_112": "0.00"}, "le montant TTC est nul (BT-112)"),
        ({"BT_112": "12.345"}, "« 12.345 » n'est pas un montant"),
        ({"BT_115": "1000.01"}, "les totaux ne tombent pas juste"),
        ({"BT_113": "1200.00", "BT_115": "0.00"}, "déjà payée en entier"),
        ({"BG_7": {"name": " "}}, "le nom du débiteur manque (BT-44)"),
        ({"BG_7": {"addr_l1": None, "addr_l2": None}}, "l'adresse du débiteur manque (BT-50)"),
        ({"BG_7": {"country_code": "BE"}}, "établi hors de France (BE)"),
    ],
)
def test_chaque_defaut_est_nomme_avec_sa_place_et_son_remede(champs: dict[str, Any], dit: str) -> None:
    phrase = refus(**champs)
    assert phrase.startswith("Facture FA-1 : ")
    assert dit in phrase
    assert phrase.endswith("ou reprenez-la dans un fichier CSV.")


def test_un_acheteur_etranger_est_pris_sous_un_scenario_pour_l_etranger() -> None:
    ailleurs = {"country_code": "DE", "postcode": "10115", "city": "Berlin", "vat_identifier": "DE123456788"}
    contenu = facturx(xml(BG_7=ailleurs))
    (lu,) = lire_facturx(Path("f.pdf"), contenu, etranger=True)
    assert isinstance(lu, Candidate)
    assert isinstance(lu.contenu, Facture)
    assert (lu.contenu.debiteur.siren, lu.contenu.debiteur.adresse.pays) == (None, "DE")
    assert "établi hors de France (DE)" in motif(contenu)


def test_plusieurs_defauts_sont_dits_ensemble() -> None:
    dit = refus(BT_9=None, BT_5="USD", BG_7={"city": None})
    assert all(place in dit for place in ("(BT-9)", "(BT-5)", "(BT-52)"))


def test_plusieurs_echeances_ne_sont_pas_tranchees() -> None:
    autre = b"<udt:DateTimeString format='102'>20260620</udt:DateTimeString>"
    debut, fin = b"<ram:DueDateDateTime>", b"</ram:DueDateDateTime>"
    deux = xml().replace(debut, debut + autre + fin + debut)
    assert "l'échéance « 2026-06-20 / 2026-05-20 » n'est pas une date" in motif(facturx(deux))


@pytest.mark.parametrize(
    ("arrondi", "reste", "total"), [("0.02", "1000.02", "1200.02"), ("?", "1000.00", "1200.00")]
)
def test_l_arrondi_bt_114_entre_dans_le_montant_a_payer(arrondi: str, reste: str, total: str) -> None:
    balise = f"<ram:RoundingAmount>{arrondi}</ram:RoundingAmount><ram:GrandTotalAmount>".encode()
    lu = lire(facturx(xml(BT_115=reste).replace(b"<ram:GrandTotalAmount>", balise)))
    assert isinstance(lu, Candidate), lu
    assert lu.contenu.montant_ttc == Decimal(total)


def test_des_decimales_nulles_en_trop_ne_changent_rien() -> None:
    assert candidate(BT_112="1200.0000").contenu.montant_ttc == Decimal("1200.00")


def test_un_objet_tres_long_est_coupe() -> None:
    objet = candidate(BG_25=[_ligne("1", "Table " * 60)]).contenu.objet
    assert len(objet) <= 200
    assert objet.endswith("…")


@pytest.mark.parametrize("code", ["381", "396", "261"])
def test_un_avoir_dit_la_facture_qu_il_corrige(code: str) -> None:
    lu = candidate(BT_3=code, BG_3=[{"BT-25": "FA-0"}]).contenu
    assert isinstance(lu, Avoir)
    assert (lu.numero, lu.facture, lu.montant) == ("FA-1", "FA-0", Decimal("1200.00"))


def test_le_profil_minimum_est_explique() -> None:
    minimum = xml().replace(b"urn:cen.eu:en16931:2017<", b"urn:factur-x.eu:1p0:minimum<")
    assert "profil Factur-X MINIMUM" in motif(pdf_avec("factur-x.xml", minimum))


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (b"", "est vide"),
        (b"bonjour", "n'est pas un PDF"),
        (xml(), "n'est pas un PDF"),
        (page(), "ne contient pas de facture électronique"),
        (pdf_avec("note.txt", b"bonjour"), "ne contient pas de facture électronique"),
        (pdf_avec("factur-x.xml", b"bonjour"), "est illisible"),
        (pdf_avec("factur-x.xml", b""), "est illisible"),
        (pdf_avec("autre.xml", b"<a/>"), "ne suit pas la norme"),
        (pdf_avec("factur-x.xml", b"<IncludedNote/>"), "ne suit pas la norme"),
        (pdf_avec("factur-x.xml", xml().replace(b"20260520", b"20269999")), "ne suit pas la norme"),
        (ecrire(lambda redacteur: redacteur.encrypt("secret", algorithm="RC4-128")), "mot de passe"),
        (page()[:200], "est endommagé"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 1000, "est endommagé"),
    ],
)
def test_un_fichier_qui_n_est_pas_une_facture_est_refuse(contenu: bytes, dit: str) -> None:
    assert dit in motif(contenu)


def test_l_xml_est_trouve_sous_un_ancien_nom() -> None:
    assert isinstance(lire(pdf_avec("ZUGFeRD-invoice.xml", xml())), Candidate)


ENTITES = b"".join(b'<!ENTITY e%d "%s">' % (rang, b"&e%d;" % (rang - 1) * 10) for rang in range(1, 12))
BOMBE = b'<!DOCTYPE x [<!ENTITY e0 "AAAAAAAAAA">' + ENTITES + b'<!ENTITY f "fin">]>'


@pytest.mark.parametrize(
    ("dtd", "dit"),
    [
        (BOMBE, "est illisible"),
        (b'<!DOCTYPE x [<!ENTITY e11 "FA-1">]>', "déclare un DOCTYPE"),
        (b'<!DOCTYPE x [<!ENTITY e11 SYSTEM "file:///etc/hostname">]>', "déclare un DOCTYPE"),
        (b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', "déclare un DOCTYPE"),
    ],
)
def test_aucune_entite_n_est_developpee(dtd: bytes, dit: str) -> None:
    piege = xml().replace(b"<rsm:CrossIndustryInvoice", dtd + b"<rsm:CrossIndustryInvoice", 1)
    assert dit in motif(pdf_avec("factur-x.xml", piege.replace(b">FA-1<", b">&e11;<")))


def test_une_bombe_dans_un_attribut_est_refusee() -> None:
    assert "est illisible" in motif(pdf_avec("factur-x.xml", BOMBE + b'<x y="&e11;"/>'))


def gonfle(mio: int) -> bytes:
    """A PDF whose attached XML inflates to that many MiB of spaces."""

    def preparer(redacteur: PdfWriter) -> None:
        joint = redacteur.add_attachment("factur-x.xml", b"x")
        compresseur = zlib.compressobj(9)
        flux = EncodedStreamObject()
        flux._data = b"".join(compresseur.compress(b" " * MIB) for _ in range(mio)) + compresseur.flush()
        flux[NameObject("/Filter")] = NameObject("/FlateDecode")
        fichier = joint.pdf_object["/EF"]
        assert isinstance(fichier, DictionaryObject)
        fichier[NameObject("/F")] = redacteur._add_object(flux)

    return ecrire(preparer)


@pytest.mark.parametrize(
    ("contenu", "dit"),
    [
        (b"%PDF-1.7\n" + b"\0" * (20 * 10**6), "dépasse 20 Mo"),
        (b"\0" * (19 * 10**6), "n'est pas un PDF"),
        (b"%PDF-1.7\n" + b"\n" * (19 * 10**6), "est endommagé"),
        (b"%PDF-1.7\n1 0 obj\n" + b"[" * MIB + b"\nstartxref\n9\n%%EOF", "est endommagé"),
        (gonfle(20), "dépasse 4 Mo"),
        (gonfle(500), "est endommagé"),
        (pdf_avec("factur-x.xml", b"<a>" * 100_000), "est illisible"),
    ],
    ids=["gros", "bruit", "vide", "imbrique", "xml-gonfle", "bombe", "xml-imbrique"],
)
def test_un_fichier_hostile_est_refuse_sans_attendre(contenu: bytes, dit: str) -> None:
    debut = time.process_time()
    assert dit in motif(contenu)
    assert time.process_time() - debut < 20


def test_un_xml_qui_repete_sans_fin_le_meme_bloc_reste_rapide() -> None:
    bloc = b"<ram:ApplicableTradeTax>"
    avant, apres = xml().rsplit(bloc, 1)
    charge = pdf_avec("factur-x.xml", avant + b"<ram:ApplicableTradeTax/>" * 100_000 + bloc + apres)
    debut = time.process_time()
    assert isinstance(lire(charge), Candidate)
    assert time.process_time() - debut < 3


@pytest.mark.parametrize("numero", [f"FA-2026-010{rang}" for rang in range(1, 7)])
def test_les_factures_d_exemple_sont_toutes_prises(numero: str) -> None:
    chemin = EXEMPLES / f"{numero}.pdf"
    (lu,) = lire_facturx(chemin, chemin.read_bytes())
    assert isinstance(lu, Candidate), lu
    assert lu.contenu.numero == numero
    assert lu.contenu.debiteur.email is not None
    assert lu.contenu.debiteur.email.endswith(".example")


def test_l_avoir_d_exemple_corrige_sa_facture() -> None:
    chemin = EXEMPLES / "avoir-AV-2026-0009.pdf"
    (lu,) = lire_facturx(chemin, chemin.read_bytes())
    assert isinstance(lu, Candidate)
    assert isinstance(lu.contenu, Avoir)
    assert (lu.contenu.numero, lu.contenu.facture) == ("AV-2026-0009", "FA-2026-0093")
