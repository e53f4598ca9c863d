"""Invoices from Factur-X PDFs: EN 16931 invoices whose XML is attached to the page that people read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from io import BytesIO
from pathlib import Path
from typing import Any

from facturx.parse_xml import parse_ubl_cii_xml
from lxml import etree
from pypdf import PdfReader
from stdnum.fr import tva

from dossier.core.errors import DonneeInvalide
from dossier.core.importation import Candidate, FactureLue, Refus, juger
from dossier.core.montants import arrondi

TAILLE_MAX = 20_000_000
XML_MAX = 4_000_000
_NOMS_XML = ("factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml")
_REMEDE = "corrigez la facture dans le logiciel qui l'a émise, ou reprenez-la dans un fichier CSV"
_LIEUX = {
    "numero": "BT-1",
    "date": "BT-2",
    "type": "BT-3",
    "devise": "BT-5",
    "echeance": "BT-9",
    "contrat": "BT-12",
    "commande": "BT-13",
    "livraison": "BT-16",
    "facture_precedente": "BT-25",
    "raison_sociale": "BT-44",
    "siren": "BT-47",
    "adresse": "BT-50",
    "ville": "BT-52",
    "code_postal": "BT-53",
    "pays": "BT-55",
    "contact": "BT-56",
    "telephone": "BT-57",
    "email": "BT-58",
    "date_execution": "BT-72",
    "montant_ttc": "BT-112",
    "deja_paye": "BT-113",
    "reste_du": "BT-115",
    "objet": "BT-153",
}
_SIMPLES = (
    "numero",
    "date",
    "type",
    "devise",
    "echeance",
    "contrat",
    "commande",
    "livraison",
    "date_execution",
)
_MONTANTS = ("montant_ttc", "deja_paye", "reste_du")
_OBJET_MAX = 200
_SUPERFLUS = (
    "{*}IncludedSupplyChainTradeLineItem",
    "{*}ApplicableTradeTax",
    "{*}IncludedNote",
    "{*}SpecifiedTradeAllowanceCharge",
    "{*}AdditionalReferencedDocument",
)


def lire_facturx(chemin: Path, contenu: bytes, *, etranger: bool = False) -> list[Candidate | Refus]:
    """The candidate of one Factur-X PDF, or the refusal that says all that prevents taking it.

    EN 16931 business terms (BT-n) name the place of each fault. Never raises: sizes are bounded, no
    entity is expanded and nothing is fetched, whatever the file holds. `etranger`: whether a debtor abroad
    may be taken.
    """
    try:
        lu = juger(FactureLue(_textes(_xml(contenu)), _LIEUX, _REMEDE), etranger=etranger)
    except DonneeInvalide as refus:
        return [Refus(chemin.name, str(refus))]
    if isinstance(lu, str):
        return [Refus(chemin.name, lu)]
    return [Candidate(lu, chemin.name, contenu)]


def _xml(contenu: bytes) -> bytes:
    """The XML attached to the PDF. Raises DonneeInvalide."""
    if not contenu:
        raise DonneeInvalide("Le fichier est vide : exportez de nouveau la facture.")
    if len(contenu) > TAILLE_MAX:
        raise DonneeInvalide(f"Le fichier dépasse {TAILLE_MAX // 1_000_000} Mo : allégez ses pièces jointes.")
    if b"%PDF-" not in contenu[:1024]:
        raise DonneeInvalide("Le fichier n'est pas un PDF : exportez la facture au format Factur-X.")
    try:
        lecteur = PdfReader(BytesIO(contenu))
        chiffre = lecteur.is_encrypted
        joint = None if chiffre else _piece_jointe(lecteur)
    except Exception as error:
        raise DonneeInvalide("Le PDF est endommagé : exportez de nouveau la facture.") from error
    if chiffre:
        raise DonneeInvalide("Le PDF est protégé par un mot de passe : exportez-le sans protection.")
    if joint is None:
        raise DonneeInvalide(
            "Le PDF ne contient pas de facture électronique (XML Factur-X) : exportez-le au format Factur-X, "
            "ou reprenez la facture dans un fichier CSV."
        )
    if len(joint) > XML_MAX:
        raise DonneeInvalide(f"Le XML de la facture dépasse {XML_MAX // 1_000_000} Mo : allégez-le.")
    return joint


def _piece_jointe(lecteur: PdfReader) -> bytes | None:
    joints = {joint.name.lower(): joint for joint in lecteur.attachment_list if joint.name}
    autres = [nom for nom in joints if nom.endswith(".xml")]
    choisi = next((nom for nom in (*_NOMS_XML, *autres) if nom in joints), None)
    return None if choisi is None else bytes(joints[choisi].content or b"")


def _textes(xml: bytes) -> dict[str, str]:
    """The fields of the invoice by name, as texts. Raises DonneeInvalide."""
    racine = _arbre(xml)
    objet = _alleger(racine)
    try:
        lu: dict[str, Any] = parse_ubl_cii_xml(racine, check_xsd=False)
    except Exception as error:
        raise DonneeInvalide(
            "Le XML de la facture ne suit pas la norme Factur-X (profil inconnu, date ou structure fausse) : "
            f"{_REMEDE}."
        ) from error
    if str(lu.get("BT-24", "")).endswith("minimum"):
        raise DonneeInvalide(
            "La facture est au profil Factur-X MINIMUM, qui ne porte ni échéance ni adresse du débiteur : "
            "exportez-la au profil EN 16931, ou reprenez-la dans un fichier CSV."
        )
    textes = {champ: _texte(lu.get(_LIEUX[champ])) for champ in _SIMPLES}
    textes |= {champ: _decimal(_texte(lu.get(_LIEUX[champ]))) for champ in _MONTANTS}
    textes["montant_ttc"] = _avec_arrondi(textes["montant_ttc"], _texte(lu.get("BT-114")))
    textes["facture_precedente"] = _texte([piece.get("BT-25") for piece in lu.get("BG-3", [])])
    textes["objet"] = objet
    return textes | _acheteur(lu.get("BG-7") or {})


def _arbre(xml: bytes) -> etree._Element:
    analyseur = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        racine = etree.fromstring(xml, analyseur)
    except etree.XMLSyntaxError as error:
        raise DonneeInvalide(f"Le XML joint au PDF est illisible : {_REMEDE}.") from error
    if racine.getroottree().docinfo.doctype:
        raise DonneeInvalide(
            "Le XML joint au PDF déclare un DOCTYPE, qu'une facture n'a jamais : vérifiez d'où vient le PDF."
        )
    return racine


def _alleger(racine: etree._Element) -> str:
    """The names of the goods, once what is not read and may come by the thousand is out of the tree."""
    noms = [
        " ".join(nom.text.split())
        for nom in racine.iterfind(".//{*}IncludedSupplyChainTradeLineItem/{*}SpecifiedTradeProduct/{*}Name")
        if nom.text
    ]
    for superflu in list(racine.iter(*_SUPERFLUS)):
        if (parent := superflu.getparent()) is not None:
            parent.remove(superflu)
    objet = " ; ".join(dict.fromkeys(noms))
    return objet if len(objet) <= _OBJET_MAX else f"{objet[: _OBJET_MAX - 1].rstrip()}…"


def _texte(valeur: object) -> str:
    """One value as text; several of them joined, so that the rules refuse what should be single."""
    if isinstance(valeur, list):
        return " / ".join(map(_texte, valeur))
    if isinstance(valeur, date):
        return valeur.isoformat()
    return "" if valeur is None else str(valeur).strip()


def _decimal(texte: str) -> str:
    """`100.0000` as `100.00`; left as it is when it is not an exact amount of cents."""
    try:
        valeur = Decimal(texte)
        return f"{arrondi(valeur):f}" if valeur == arrondi(valeur) else texte
    except InvalidOperation:
        return texte


def _avec_arrondi(total: str, arrondi_bt114: str) -> str:
    """What is payable in all: BT-112 and the rounding BT-114 (EN 16931, BR-CO-16)."""
    try:
        return _decimal(str(Decimal(total) + Decimal(arrondi_bt114))) if arrondi_bt114 else total
    except InvalidOperation:
        return total


def _acheteur(acheteur: Mapping[str, Any]) -> dict[str, str]:
    contact: Mapping[str, Any] = next(iter(acheteur.get("contacts") or []), {})
    lignes = (_texte(acheteur.get(f"addr_l{rang}")) for rang in (1, 2, 3))
    return {
        "raison_sociale": _texte(acheteur.get("name")),
        "siren": _siren(acheteur),
        "adresse": "\n".join(filter(None, lignes)),
        "code_postal": _texte(acheteur.get("postcode")),
        "ville": _texte(acheteur.get("city")),
        "pays": _texte(acheteur.get("country_code")),
        "contact": _texte(contact.get("name")),
        "telephone": _texte(contact.get("phone")),
        "email": _texte(contact.get("email")),
    }


def _siren(acheteur: Mapping[str, Any]) -> str:
    """SIREN or SIRET of the buyer: BT-47, else BT-46, else the last digits of its French VAT number."""
    identifiants: Mapping[str | None, str] = acheteur.get("identifiers") or {}
    possibles: Iterable[str] = (
        _texte(acheteur.get("legal_identifier"))
        if _texte(acheteur.get("legal_identifier_schemeid")) in {"", "0002", "0009"}
        else "",
        _texte(identifiants.get("0002")),
        _texte(identifiants.get("0009")),
    )
    if trouve := next(filter(None, possibles), ""):
        return trouve
    numero_tva = tva.compact(_texte(acheteur.get("vat_identifier")))
    est_francais = _texte(acheteur.get("vat_identifier")).upper().startswith("FR")
    return numero_tva[-9:] if est_francais and tva.is_valid(numero_tva) else ""
