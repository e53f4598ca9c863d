"""Every template of the house, filled with plain and with hostile data, some of them down to the PDF."""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from docxtpl import DocxTemplate
from jinja2 import Environment, meta
from lxml import etree
from pypdf import PdfReader

from dossier.adapters.convert_pdf import ConvertisseurUno
from dossier.adapters.render_docx import RenduDocx
from dossier.adapters.render_texte import RenduTexte
from dossier.core.montants import en_euros

RACINE = Path(__file__).parents[2] / "templates"
WORD = sorted(str(f.relative_to(RACINE).with_suffix("")) for f in RACINE.glob("*/*.docx"))
TEXTE = sorted(str(f.relative_to(RACINE).with_suffix("")) for f in RACINE.glob("*/*.txt"))
ATTENDUS = {
    "courriers/prevenance",
    "courriers/relance-1",
    "courriers/relance-2",
    "courriers/relance-3",
    "courriers/avant-contentieux",
    "courriers/mise-en-demeure",
    "dossier/courriel",
    "dossier/requete",
    "dossier/bordereau",
    "dossier/decompte",
    "dossier/chronologie",
    "dossier/note-de-remise",
    "courriels/prevenance",
    "courriels/relance-1",
    "courriels/relance-2",
    "courriels/relance-3",
    "appels/appel",
}
HOSTILE = "{{ x }} {% if %} & <w:p> 🧾"
BANNIS = re.compile(
    r"\b(exploit|signification|sommation|commandement|huissier|saisies?|prescription|interrompt|incontestée?)\b"
    r"|formule exécutoire|titre exécutoire|au nom du peuple|banque de france|certaine, liquide",
    re.IGNORECASE,
)
"""C. pén. 433-13 and what a reminder must never assert."""


def euros(montant: str) -> str:
    return en_euros(Decimal(montant))


def contexte(**autres: Any) -> dict[str, Any]:
    """All the variables of templates/README.md, for one plain invoice."""
    facture = {
        "numero": "FA-2026-0042",
        "emission": "21 mai 2026",
        "echeance": "20 juin 2026",
        "objet": "Maintenance du parc d’impression, mai 2026",
        "montant_ttc": euros("1834.56"),
        "reste": euros("1234.56"),
        "jours_retard": 86,
    }
    ligne = {
        "numero": "FA-2026-0042",
        "emission": "21/05/2026",
        "echeance": "20/06/2026",
        "jours_retard": 86,
        "montant": euros("1834.56"),
        "regle": euros("600.00"),
        "reste": euros("1234.56"),
        "penalites": euros("35.97"),
        "indemnite": euros("40.00"),
        "total": euros("1310.53"),
    }
    decompte = {
        "au": "14 septembre 2026",
        "principal": euros("1834.56"),
        "regle": euros("600.00"),
        "reste": euros("1234.56"),
        "penalites": euros("35.97"),
        "indemnite": euros("40.00"),
        "total": euros("1310.53"),
        "taux": "12,15 %, puis 12,40 %",
        "imputations": ["500,00 € reçus le 15 juillet 2026 : 500,00 € sur la facture"],
        "segments": [
            _segment("21/06/2026", "30/06/2026", 10, "12,15 %", euros("4.11")),
            _segment("01/07/2026", "14/09/2026", 76, "12,40 %", euros("31.86")),
        ],
        "textes": [
            "Code de commerce, article L441-10, II : pénalités de retard et indemnité forfaitaire.",
            "Code de commerce, article D441-5 : montant de l’indemnité forfaitaire, 40 euros.",
        ],
    }
    pieces = [
        {"numero": 1, "titre": "Bon de commande n° BC-118 du 02/05/2026", "date": "02/05/2026", "pages": 1},
        {"numero": 2, "titre": "Facture n° FA-2026-0042 du 21/05/2026", "date": "21/05/2026", "pages": 2},
        {"numero": 3, "titre": "Mise en demeure du 03/08/2026", "date": "03/08/2026", "pages": 3},
    ]
    return {
        "creancier": {
            "denomination": "Atelier Fictif des Imprimantes",
            "forme": "SARL",
            "capital": euros("10000.00"),
            "siren": "000 000 000",
            "rcs": "RCS Ville-Exemple",
            "tva": "FR00 000000000",
            "adresse": ["12 rue de l’Exemple", "69000 Ville-Exemple"],
            "email": "compta@atelier-fictif.invalid",
            "telephone": "01 99 00 00 00",
            "site": "www.atelier-fictif.invalid",
            "iban": "FR76 0000 0000 0000 0000 0000 097",
            "bic": "XXXXFRPPXXX",
            "signataire": "Camille Exemple",
            "fonction": "Responsable comptable",
            "representant": "Dominique Exemple",
            "qualite": "gérant",
            "mentions": "Atelier Fictif des Imprimantes – SARL au capital de 10 000,00 € – "
            "siège : 12 rue de l’Exemple, 69000 Ville-Exemple – "
            "000 000 000 RCS Ville-Exemple – TVA FR00 000000000",
            "couleur": "1F3A5F",
        },
        "debiteur": {
            "denomination": "Durand Fictif",
            "forme": "SAS",
            "rcs": "RCS Autre-Exemple",
            "genre": "entreprise",
            "adresse": ["Service comptabilité", "3 place Inventée", "38000 Autre-Exemple"],
            "contact": "Mme Claude Modèle",
            "siren": "000 000 001",
        },
        "lieu": "Ville-Exemple",
        "date": "14 septembre 2026",
        "objet": "Rappel – facture n° FA-2026-0042 du 21 mai 2026",
        "lrar": True,
        "references": ["Facture n° FA-2026-0042", "Commande n° BC-118"],
        "facture": facture,
        "factures": [ligne],
        "decompte": decompte,
        "historique": [
            {"date": "1er juillet 2026", "libelle": "relance par courriel"},
            {"date": "10 juillet 2026", "libelle": "deuxième relance par courriel"},
            {"date": "24 juillet 2026", "libelle": "troisième relance par lettre"},
        ],
        "delai": "15 jours",
        "delai_date": "30 septembre 2026",
        "mensualites": [
            {"date": "30 septembre 2026", "montant": euros("436.85")},
            {"date": "30 octobre 2026", "montant": euros("436.84")},
            {"date": "30 novembre 2026", "montant": euros("436.84")},
        ],
        "expediteur": "compta@atelier-fictif.invalid",
        "destinataire": "achats@durand-fictif.invalid",
        "sujet": "Rappel de facture – FA-2026-0042",
        "message_id": "<FA-2026-0042.relance-1@atelier-fictif.invalid>",
        "corps": ["Bonjour,", "La facture FA-2026-0042 reste à régler.\nMerci d’avance.", "Cordialement"],
        "juridiction": {"intitule": "Tribunal de commerce d’Autre-Exemple", "adresse_a_completer": True},
        "faits": [
            "Suivant bon de commande n° BC-118 du 2 mai 2026 (pièce n° 1), Durand Fictif a passé commande.",
            "La facture n° FA-2026-0042, échue le 20 juin 2026, n’a été réglée qu’en partie (pièce n° 2).",
            "Une mise en demeure du 3 août 2026 est restée sans effet (pièce n° 3).",
        ],
        "sommes": [
            _somme("Principal", euros("1234.56"), "Article 1103 du code civil", "1 et 2"),
            _somme(
                "Pénalités de retard échues au 14/09/2026",
                euros("35.97"),
                "Article L441-10, II du code de commerce",
                "2",
            ),
            _somme(
                "Pénalités à échoir, au taux de 12,40 %",
                "Mémoire",
                "Article L441-10, II du code de commerce",
                "2",
            ),
            _somme(
                "Indemnité forfaitaire pour frais de recouvrement",
                euros("40.00"),
                "Articles L441-10 et D441-5",
                "2",
            ),
            _somme("Total", euros("1310.53"), "", ""),
        ],
        "capitalisation": True,
        "renvoi": "le tribunal de commerce d’Autre-Exemple",
        "pieces": pieces,
        "nombre": 3,
        "total_pages": 6,
        "total": euros("1310.53"),
        "hypotheses": [
            "Les pénalités sont calculées sur une année de 365 jours.",
            "Un paiement partiel s’impute d’abord sur les pénalités, puis sur le principal.",
        ],
        "evenements": [
            {
                "date": "21 mai 2026",
                "libelle": "Émission de la facture",
                "piece": "n° 2",
                "preuve": "Original PDF",
            },
            {
                "date": "3 août 2026",
                "libelle": "Mise en demeure (LRAR)",
                "piece": "n° 3",
                "preuve": "Avis signé",
            },
            {"date": "6 août 2026", "libelle": "Lettre distribuée", "piece": "", "preuve": ""},
        ],
        "dossier": "dossier-000000001-2026-09-14-v1",
        "pieces_nombre": 3,
        "contenu": [
            {
                "fichier": "data/01-requete.docx",
                "description": "Requête en injonction de payer, à relire et à signer",
            },
            {"fichier": "data/pieces/", "description": "Pièces tamponnées, numérotées de 1 à 3"},
        ],
        "horodatage": "Autorité de démonstration, horodatage non qualifié",
        "reserves": ["L’adresse du greffe est à compléter.", "Le pouvoir du signataire n’est pas joint."],
        **autres,
    }


def contexte_decompte(**autres: Any) -> dict[str, Any]:
    """The context of `dossier/decompte`, where each invoice has its own statement."""
    base = contexte(**autres)
    imputations = [
        {
            "date": "15/07/2026",
            "libelle": "Virement reçu",
            "montant": euros("600.00"),
            "interets": euros("0.00"),
            "indemnite": euros("0.00"),
            "principal": euros("600.00"),
            "reste": euros("1234.56"),
        }
    ]
    base["factures"] = [
        {"numero": f["numero"], "decompte": base["decompte"], "imputations": imputations}
        for f in base["factures"]
    ]
    return base


def pour(modele: str, **autres: Any) -> dict[str, Any]:
    """The context of that template: a letter's pieces are exhibits, an e-mail's are file names."""
    if modele == "dossier/decompte":
        return contexte_decompte(**autres)
    if modele == "dossier/courriel":
        return contexte(pieces=["facture-FA-2026-0042.pdf"]) | autres
    return contexte(**autres)


def hostile(modele: str) -> dict[str, Any]:
    """Long names, markup, emoji, 40 invoices, a 10-line address."""
    c = contexte()
    nom = (HOSTILE + " Société de très longue dénomination & Fils " * 4)[:120]
    c["creancier"]["denomination"] = c["debiteur"]["denomination"] = nom
    c["debiteur"]["adresse"] = [f"{HOSTILE}ligne {n}" for n in range(1, 11)]
    c["objet"] = c["facture"]["objet"] = c["sujet"] = nom
    c["facture"]["numero"] = "F" * 80
    c["factures"] = [copy.deepcopy(c["factures"][0]) | {"numero": f"FA-{n:04}-{'X' * 40}"} for n in range(40)]
    c["corps"] = [HOSTILE] * 60
    c["faits"] = [HOSTILE + " fait" * 80] * 12
    c["evenements"] = [dict.fromkeys(("date", "libelle", "piece", "preuve"), HOSTILE)] * 40
    c["pieces"] = [{"numero": n, "titre": nom, "date": "1er mai 2026", "pages": 12} for n in range(1, 61)]
    c["reserves"] = c["hypotheses"] = c["references"] = [nom] * 5
    if modele == "dossier/courriel":
        return c | {"pieces": [nom] * 5}
    if modele == "dossier/decompte":
        return contexte_decompte(**c)
    return c


def _segment(du: str, au: str, jours: int, taux: str, montant: str) -> dict[str, Any]:
    return {"du": du, "au": au, "jours": jours, "base": euros("1234.56"), "taux": taux, "montant": montant}


def _somme(libelle: str, montant: str, fondement: str, pieces: str) -> dict[str, str]:
    return {"libelle": libelle, "montant": montant, "fondement": fondement, "pieces": pieces}


@pytest.fixture(scope="module")
def convertisseur(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConvertisseurUno]:
    with ConvertisseurUno(tmp_path_factory.mktemp("libreoffice")) as convertisseur:
        yield convertisseur


def rendre(modele: str, donnees: dict[str, Any]) -> str:
    """All the text of the rendered document, headers and footers too, with plain spaces."""
    if modele in TEXTE:
        return "\n".join(RenduTexte(RACINE).rendre(modele, donnees)).replace("\u00a0", " ")
    with zipfile.ZipFile(io.BytesIO(RenduDocx(RACINE).rendre(modele, donnees))) as archive:
        parties = [nom for nom in archive.namelist() if re.match(r"word/(document|header|footer)", nom)]
        return "\n".join(_texte(archive.read(nom)) for nom in parties).replace("\u00a0", " ")


def _texte(xml: bytes) -> str:
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return "\n".join("".join(p.itertext(f"{w}t")) for p in etree.fromstring(xml).iter(f"{w}p"))


def en_pdf(convertisseur: ConvertisseurUno, modele: str, donnees: dict[str, Any]) -> PdfReader:
    return PdfReader(io.BytesIO(convertisseur.pdf(RenduDocx(RACINE).rendre(modele, donnees))))


def texte_pdf(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def sans_rien(modele: str) -> dict[str, Any]:
    """Every optional value empty, every sum that may be nil nil."""
    c = contexte(
        historique=[], mensualites=[], references=[], lrar=False, delai_date="", capitalisation=False
    )
    c["creancier"] |= {"telephone": "", "site": "", "bic": "", "capital": "", "tva": ""}
    c["debiteur"] |= {"contact": "", "siren": "", "forme": "", "rcs": ""}
    c["decompte"] |= {
        "regle": "0,00 €",
        "penalites": "0,00 €",
        "indemnite": "0,00 €",
        "imputations": [],
        "segments": [],
        "textes": [],
    }
    c |= {"reserves": [], "hypotheses": [], "renvoi": "", "corps": [], "evenements": []}
    c["juridiction"]["adresse_a_completer"] = False
    return contexte_decompte(**c) if modele == "dossier/decompte" else c | {"pieces": []}


def particulier() -> dict[str, Any]:
    c = contexte()
    c["debiteur"]["genre"] = "particulier"
    c["decompte"] |= {"penalites": "0,00 €", "indemnite": "0,00 €", "segments": [], "textes": []}
    return c


def test_tous_les_modeles_attendus_sont_la() -> None:
    assert {*WORD, *TEXTE} == ATTENDUS


@pytest.mark.parametrize("modele", WORD + TEXTE)
def test_un_rendu_ordinaire_ne_laisse_aucune_balise(modele: str) -> None:
    for donnees in (pour(modele), sans_rien(modele)):
        assert not re.search(r"\{\{|\{%|\{#|\}\}|%\}", rendre(modele, donnees))


@pytest.mark.parametrize("modele", WORD + TEXTE)
def test_un_rendu_hostile_n_execute_et_ne_casse_rien(modele: str) -> None:
    texte = rendre(modele, hostile(modele))
    assert HOSTILE in texte
    assert not re.search(r"\{\{|\{%|\}\}|%\}", texte.replace(HOSTILE, ""))


@pytest.mark.parametrize("modele", [m for m in WORD + TEXTE if m.startswith("cour") and "courriel/" not in m])
def test_chaque_envoi_dit_qui_quoi_combien_et_comment_payer(modele: str) -> None:
    texte = rendre(modele, contexte())
    for attendu in (
        "FA-2026-0042",
        "20/06/2026",
        "1 234,56 €",
        "FR76 0000",
        "Camille Exemple",
        "fictif.invalid",
    ):
        assert attendu in texte, attendu


@pytest.mark.parametrize(
    "modele", [m for m in WORD + TEXTE if "prevenance" not in m and not m.startswith("dossier")]
)
def test_chaque_relance_donne_un_nouveau_delai_ou_dit_d_appeler(modele: str) -> None:
    texte = rendre(modele, contexte())
    assert "30 septembre 2026" in texte or "dans un délai de 15 jours" in texte


@pytest.mark.parametrize("modele", [m for m in WORD + TEXTE if "prevenance" in m])
def test_la_prevenance_ne_parle_pas_de_retard(modele: str) -> None:
    assert not re.search(
        r"retard|impay|pénalité|échue|relance|indemnité|recouvrement", rendre(modele, contexte())
    )


@pytest.mark.parametrize("modele", [m for m in WORD + TEXTE if not m.startswith("dossier")])
def test_aucun_mot_interdit(modele: str) -> None:
    assert not BANNIS.search(rendre(modele, contexte()))
    assert not BANNIS.search(rendre(modele, sans_rien(modele)))


@pytest.mark.parametrize(
    "modele", [m for m in WORD + TEXTE if m.startswith("cour") and "prevenance" not in m]
)
def test_une_facture_deux_factures(modele: str) -> None:
    une, deux = contexte(), contexte()
    deux["factures"] = [*deux["factures"], deux["factures"][0] | {"numero": "FA-2026-0043"}]
    assert not re.search(r"\b(les|nos|des|ces) factures\b", rendre(modele, une), re.IGNORECASE)
    assert re.search(r"\b(les|nos|des) factures\b", rendre(modele, deux), re.IGNORECASE)
    assert "FA-2026-0043" in rendre(modele, deux)


def test_un_jour_de_retard_est_au_singulier() -> None:
    donnees = contexte()
    donnees["facture"]["jours_retard"] = 1
    assert "1 jour après son échéance" in rendre("courriers/relance-2", donnees)
    assert "86 jours après son échéance" in rendre("courriers/relance-2", contexte())


def test_la_mise_en_demeure_dit_ce_que_le_droit_demande() -> None:
    texte = rendre("courriers/mise-en-demeure", contexte())
    assert "Objet : MISE EN DEMEURE DE PAYER" in texte
    assert "nous vous mettons en demeure de nous payer la somme de 1 310,53 €" in texte
    assert (
        "dans un délai de 15 jours à compter de la réception de la présente lettre "
        "ou, à défaut, de sa première présentation"
    ) in texte
    assert "articles L441-10 et D441-5 du code de commerce" in texte
    assert "Indemnité forfaitaire pour frais de recouvrement" in texte
    assert "10 juillet 2026 : deuxième relance par courriel" in texte
    assert "Lettre recommandée avec accusé de réception" in texte
    assert "PJ : copie de la facture" in texte
    assert "à compter de la présente" not in texte
    assert "30 septembre 2026" not in texte


def test_l_objet_ne_repete_pas_les_mots_de_la_mise_en_demeure() -> None:
    texte = rendre("courriers/mise-en-demeure", contexte(objet="Mise en demeure de payer – facture n° A & B"))
    assert "Objet : MISE EN DEMEURE DE PAYER – facture n° A & B" in texte


def test_un_particulier_ne_lit_ni_l441_10_ni_indemnite() -> None:
    for modele in (
        "courriers/mise-en-demeure",
        "courriers/relance-2",
        "courriers/relance-3",
        "courriels/relance-2",
    ):
        texte = rendre(modele, particulier())
        assert not re.search(r"L441-10|D441-5|ndemnité forfaitaire|énalités de retard", texte)
    assert "articles 1231-6 et 1344-1 du code civil" in rendre("courriers/mise-en-demeure", particulier())
    assert "Domicile" in rendre("dossier/requete", particulier())


def test_la_copie_de_la_facture_n_est_annoncee_que_si_elle_est_jointe() -> None:
    donnees = contexte()
    donnees["facture"]["jointe"] = False
    for modele in WORD + TEXTE:
        if modele.startswith("cour") and modele != "dossier/courriel":
            assert not re.search(r"copie|jointe", rendre(modele, donnees))
            assert re.search(r"copie d", rendre(modele, contexte()))


def test_l_echelonnement_n_est_propose_que_s_il_existe() -> None:
    for modele in ("courriers/relance-3", "courriels/relance-3"):
        assert "436,84 €" in rendre(modele, contexte())
        assert "échelonn" not in rendre(modele, contexte(mensualites=[]))
    assert "Coupon-réponse" in rendre("courriers/relance-3", contexte())


def test_la_requete_porte_ses_mentions() -> None:
    texte = rendre("dossier/requete", contexte())
    for attendu in (
        "Tribunal de commerce d’Autre-Exemple",
        "SARL au capital de 10 000,00 €",
        "Dominique Exemple, gérant",
        "3 place Inventée, 38000 Autre-Exemple",
        "(pièce n° 3)",
        "1 310,53 €",
        "Article L441-10, II du code de commerce",
        "article 1343-2 du code civil",
        "article 1408 du code de procédure civile",
        "au bordereau joint (article 1407",
        "Fait à Ville-Exemple, le 14 septembre 2026",
        "Signature :",
        "vérifier et à compléter avant le dépôt",
    ):
        assert attendu in texte, attendu
    nu = rendre("dossier/requete", sans_rien("dossier/requete"))
    assert not re.search(r"1343-2|1408|à compléter", nu)


@pytest.mark.parametrize("modele", ["dossier/requete", "dossier/bordereau"])
def test_ce_qui_est_signifie_ne_contient_rien_d_interne(modele: str) -> None:
    secret = "REMARQUE INTERNE"
    donnees = contexte(
        reserves=[secret],
        hypotheses=[secret],
        horodatage=secret,
        historique=[{"date": "", "libelle": secret}],
    )
    assert secret not in rendre(modele, donnees)


def test_le_decompte_imprime_ses_textes_une_fois_et_ses_lectures() -> None:
    donnees = contexte_decompte()
    donnees["factures"] = donnees["factures"] * 3
    texte = rendre("dossier/decompte", donnees)
    assert texte.count("Code de commerce, article D441-5") == 1
    assert "année de 365 jours" in texte
    assert texte.count("Imputation des paiements") == 3


@pytest.mark.parametrize("modele", WORD)
def test_les_fichiers_word_sont_propres(modele: str) -> None:
    with zipfile.ZipFile(RACINE / f"{modele}.docx") as archive:
        document, styles = (archive.read(f"word/{nom}.xml").decode() for nom in ("document", "styles"))
        pieds = "".join(archive.read(nom).decode() for nom in archive.namelist() if "footer" in nom)
    assert 'w:lang w:val="fr-FR"' in styles
    assert "w:rFonts" not in document
    directes = re.findall(r"<w:rPr>(.*?)</w:rPr>", document)
    assert all(re.fullmatch(r'<w:rStyle w:val="\w+"/>', directe) for directe in directes)
    assert document.count("<w:tr>") == document.count("<w:cantSplit/>")
    assert "NUMPAGES" in pieds
    if "{%tr for" in document:
        assert "<w:tblHeader/>" in document


def test_le_readme_decrit_chaque_variable() -> None:
    readme = (RACINE / "README.md").read_text(encoding="utf-8")
    jinja = Environment(autoescape=True)
    noms: set[str] = set()
    for modele in WORD:
        noms |= DocxTemplate(RACINE / f"{modele}.docx").get_undeclared_template_variables(jinja)
    for modele in TEXTE:
        noms |= meta.find_undeclared_variables(
            jinja.parse((RACINE / f"{modele}.txt").read_text(encoding="utf-8"))
        )
    assert noms
    assert [nom for nom in sorted(noms) if f"`{nom}" not in readme] == []


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "modele", ["courriers/mise-en-demeure", "courriers/relance-2", "dossier/requete", "dossier/decompte"]
)
def test_le_pdf_porte_les_sommes_et_ses_polices(convertisseur: ConvertisseurUno, modele: str) -> None:
    pdf = en_pdf(convertisseur, modele, pour(modele))
    texte = texte_pdf(pdf)
    assert "1 234,56 €" in texte
    assert "1 310,53 €" in texte
    assert f"Page 1 sur {len(pdf.pages)}" in texte
    assert str(pdf.root_object["/Lang"]) == "fr-FR"
    polices = list(_polices(pdf))
    assert {nom.split("+")[-1].split("-")[0] for nom, _ in polices} <= {
        "Carlito",
        "LiberationMono",
        "DejaVuSans",
        "OpenSymbol",
    }
    assert all(incorporee for _, incorporee in polices)


@pytest.mark.timeout(240)
def test_quarante_factures_hostiles_tiennent_en_page(convertisseur: ConvertisseurUno) -> None:
    pdf = en_pdf(convertisseur, "courriers/mise-en-demeure", hostile("courriers/mise-en-demeure"))
    texte = texte_pdf(pdf)
    assert all(f"FA-{n:04}-" in texte for n in range(40))
    assert texte.count("Facture n° Date Échéance") == len(pdf.pages) - 1
    assert "ligne 10" in pdf.pages[0].extract_text()
    assert f"Page {len(pdf.pages)} sur {len(pdf.pages)}" in texte


@pytest.mark.timeout(240)
def test_l_adresse_tombe_dans_la_fenetre_de_l_enveloppe(convertisseur: ConvertisseurUno) -> None:
    page = en_pdf(convertisseur, "courriers/relance-1", contexte()).pages[0]
    places: dict[str, tuple[float, float]] = {}

    def noter(texte: str, _cm: Any, tm: Any, _police: Any, _taille: Any) -> None:
        if texte.strip():
            places.setdefault(texte.strip(), (tm[4] / 72 * 2.54, 29.7 - tm[5] / 72 * 2.54))

    page.extract_text(visitor_text=noter)
    gauche, haut = next(place for texte, place in places.items() if texte.startswith("Durand Fictif"))
    assert gauche == pytest.approx(11.0, abs=0.2)
    assert haut == pytest.approx(5.3, abs=0.3)


def _polices(pdf: PdfReader) -> Iterator[tuple[str, bool]]:
    for page in pdf.pages:
        for police in page.get("/Resources", {}).get("/Font", {}).values():
            objet = police.get_object()
            objet = objet["/DescendantFonts"][0].get_object() if "/DescendantFonts" in objet else objet
            descripteur = objet["/FontDescriptor"].get_object()
            yield objet["/BaseFont"], any(cle.startswith("/FontFile") for cle in descripteur)


def test_un_reglement_partiel_dit_comment_il_s_impute() -> None:
    for modele in (
        "courriers/relance-2",
        "courriers/mise-en-demeure",
        "courriels/relance-2",
        "courriels/relance-3",
    ):
        assert "1343-1" in rendre(modele, contexte())
        assert "1343-1" not in rendre(modele, sans_rien(modele))


@pytest.mark.parametrize("modele", WORD + TEXTE)
def test_la_ponctuation_haute_ne_passe_jamais_a_la_ligne(modele: str) -> None:
    chemin = next(RACINE.glob(f"{modele}.*"))
    if modele in TEXTE:
        source = chemin.read_text(encoding="utf-8")
    else:
        with zipfile.ZipFile(chemin) as archive:
            source = _texte(archive.read("word/document.xml"))
    assert not re.search(r"\w [:;?!»]|« ", re.sub(r"{%.*?%}|{{.*?}}", "", source))


def test_sans_indemnite_d441_5_n_est_pas_cite() -> None:
    donnees = contexte()
    donnees["decompte"] |= {"indemnite": "0,00 €", "textes": []}
    for modele in ("courriers/relance-2", "courriers/mise-en-demeure", "courriels/relance-3"):
        texte = rendre(modele, donnees)
        assert "L441-10" in texte
        assert "D441-5" not in texte
