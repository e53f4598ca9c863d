"""Every template of the house: what each must say, its look, its golden text, some of them down to the PDF.

The golden texts are in `attendus/`. After a change that is meant, write them again and read the difference:
`DOSSIER_ATTENDUS=1 pytest tests/adapters/test_templates.py -k attendu`, then `git diff`.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docxtpl import DocxTemplate
from jinja2 import Environment, meta
from lxml import etree
from pypdf import PdfReader

from dossier.adapters.convert_pdf import ConvertisseurUno
from dossier.adapters.render_docx import RenduDocx
from dossier.core.creance import Genre
from dossier.core.scenario import GenreEtape
from tests.adapters.gabarits import (
    RACINE,
    TEXTE,
    WORD,
    cadre,
    donnees,
    rendre,
    usage_de,
    usages_de,
    word,
)

ATTENDUS = Path(__file__).parent / "attendus"
DEMANDES = {
    *(f"courriers/{nom}" for nom in ("prevenance", "relance-1", "relance-2", "relance-3")),
    *(f"courriers/{nom}" for nom in ("relance-officielle", "avis-de-penalites", "avant-contentieux")),
    "courriers/mise-en-demeure",
    *(f"courriers/particulier/relance-{rang}" for rang in (1, 2, 3)),
    *(f"courriers/grand-compte/relance-{rang}" for rang in (1, 2)),
    *(f"courriers/export/{nom}" for nom in ("prevenance", "relance-1", "relance-2", "avant-contentieux")),
    "courriers/export/mise-en-demeure",
    *(f"documents/{nom}" for nom in ("accord-echelonnement", "compte-rendu-appel", "quittance")),
    *(f"dossier/{nom}" for nom in ("courriel", "requete", "bordereau", "decompte", "chronologie")),
    *(f"dossier/{nom}" for nom in ("note-de-remise", "lettre-avocat", "lettre-commissaire")),
    *(f"courriels/{nom}" for nom in ("prevenance", "relance-1", "relance-2", "relance-3")),
    "appels/appel",
}
COURRIERS = [m for m in WORD + TEXTE if m.startswith("cour")]
FRANCAIS = [m for m in COURRIERS if "/export/" not in m]
RELANCES = [m for m in FRANCAIS if "prevenance" not in m]
BANNIS = re.compile(
    r"\b(exploit|signification|sommation|commandement|huissier|saisies?|prescription|interrompt|incontestée?)\b"
    r"|formule exécutoire|titre exécutoire|au nom du peuple|banque de france|certaine, liquide",
    re.IGNORECASE,
)
"""C. pén. 433-13 and what a reminder must never assert."""
BALISE = re.compile(r"\{\{|\{%|\{#|\}\}|%\}")
VIDES = {
    "historique": [],
    "mensualites": [],
    "references": [],
    "reserves": [],
    "hypotheses": [],
    "evenements": [],
    "corps": [],
    "prescription": [],
    "voies": [],
    "renvoi": "",
    "renonce": "",
    "delai_date": "",
    "lrar": False,
    "capitalisation": False,
}


def nu(modele: str, genre: Genre | None = None) -> dict[str, Any]:
    """Every optional value empty, every sum that may be nil nil."""
    lues = donnees(modele, genre)
    lues |= {nom: vide for nom, vide in VIDES.items() if nom in lues}
    champs = {
        "creancier": ("telephone", "site", "bic", "capital", "tva", "mediateur"),
        "debiteur": ("contact", "siren", "forme", "rcs", "telephone"),
        "facture": ("objet",),
    }
    for bloc, noms in champs.items():
        lues[bloc] = lues.get(bloc, {}) | {nom: "" for nom in noms if nom in lues.get(bloc, {})}
    if "decompte" in lues:
        zeros = dict.fromkeys(("regle", "avoirs", "penalites", "indemnite"), "0,00\u00a0€")
        lues["decompte"] |= zeros | {"imputations": [], "segments": [], "textes": [], "taux": ""}
    return lues


@pytest.fixture(scope="module")
def convertisseur(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConvertisseurUno]:
    with ConvertisseurUno(tmp_path_factory.mktemp("libreoffice")) as convertisseur:
        yield convertisseur


def en_pdf(convertisseur: ConvertisseurUno, modele: str, variables: dict[str, Any]) -> PdfReader:
    return PdfReader(io.BytesIO(convertisseur.pdf(word.rendre(modele, variables))))


def texte_pdf(pdf: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def _texte(xml: bytes) -> str:
    w = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    return "\n".join("".join(p.itertext(f"{w}t")) for p in etree.fromstring(xml).iter(f"{w}p"))


def test_tous_les_modeles_demandes_sont_la() -> None:
    assert {*WORD, *TEXTE} >= DEMANDES
    for scenario in cadre().scenarios.values():
        assert {m for etape in scenario.etapes for m, _ in etape.modeles} <= {*WORD, *TEXTE}


@pytest.mark.parametrize("modele", WORD + TEXTE)
def test_le_texte_est_celui_attendu(modele: str) -> None:
    fichier = ATTENDUS / f"{modele.replace('/', '_')}.txt"
    lu = "\n".join(f"{ligne.rstrip()}" for ligne in rendre(modele, donnees(modele)).splitlines()) + "\n"
    if os.environ.get("DOSSIER_ATTENDUS"):
        ATTENDUS.mkdir(exist_ok=True)
        fichier.write_text(lu, encoding="utf-8")
    assert lu == fichier.read_text(encoding="utf-8")


def test_aucun_texte_attendu_ne_survit_a_son_modele() -> None:
    assert {f.stem for f in ATTENDUS.glob("*.txt")} == {m.replace("/", "_") for m in WORD + TEXTE}


@pytest.mark.parametrize("modele", WORD + TEXTE)
def test_un_rendu_ordinaire_ne_laisse_aucune_balise_meme_sans_rien_de_facultatif(modele: str) -> None:
    for usage in usages_de(modele):
        for variables in (donnees(modele, usage.genre, 3), nu(modele, usage.genre)):
            assert not BALISE.search(rendre(modele, variables))


@pytest.mark.parametrize("modele", COURRIERS)
def test_chaque_envoi_dit_qui_quoi_combien_et_comment_payer(modele: str) -> None:
    variables = donnees(modele, nombre=3)
    texte = rendre(modele, variables)
    creancier = variables["creancier"]
    attendus = [creancier[nom] for nom in ("denomination", "iban", "signataire", "email", "mentions")]
    attendus += [f[nom] for f in variables["factures"] for nom in ("numero", "echeance", "reste")]
    for attendu in attendus:
        assert attendu.replace("\u00a0", " ") in texte, attendu


@pytest.mark.parametrize("modele", RELANCES)
def test_chaque_relance_donne_un_delai(modele: str) -> None:
    variables = donnees(modele, delai="15 jours", delai_date="30 septembre 2026")
    if usage_de(modele).etape.genre is GenreEtape.MISE_EN_DEMEURE:
        variables["delai_date"] = ""
    assert re.search(r"30 septembre 2026|délai de 15 jours", rendre(modele, variables))


@pytest.mark.parametrize("modele", [m for m in FRANCAIS if "prevenance" in m])
def test_la_prevenance_ne_parle_pas_de_retard(modele: str) -> None:
    mots = r"retard|impay|pénalité|échue|relance|indemnité|recouvrement"
    variables = donnees(modele, nombre=3, creancier={"fonction": "comptable"})
    assert not re.search(mots, rendre(modele, variables))


@pytest.mark.parametrize("modele", FRANCAIS)
def test_aucun_mot_interdit(modele: str) -> None:
    for usage in usages_de(modele):
        assert not BANNIS.search(rendre(modele, donnees(modele, usage.genre, 3)))
        assert not BANNIS.search(rendre(modele, nu(modele, usage.genre)))


OUBLI = re.compile(r"\b(oubli|oversight)\b")
PREMIERS = [m for m in COURRIERS if m.endswith("relance-1") and "grand-compte" not in m]


@pytest.mark.parametrize("modele", PREMIERS)
def test_un_premier_rappel_tres_en_retard_ne_parle_plus_d_un_oubli(modele: str) -> None:
    for genre in sorted({usage.genre for usage in usages_de(modele)}):
        tot, tard = (
            rendre(modele, donnees(modele, genre, 2, tardive=tardive, objet="O")) for tardive in (False, True)
        )
        assert OUBLI.search(tot)
        assert not OUBLI.search(tard)
        assert re.search(r"Ce retard est désormais important\.|now considerably overdue", tard)
        assert _apres(tot) == _apres(tard), "seul le ton change : sommes, délai, textes et réserves restent"


def _apres(texte: str) -> list[str]:
    """All that is read but the subject and the sentence that gives the tone."""
    ton = r"[^.\n]*\b(oubli|oversight|désormais important|considerably overdue)\. "
    return re.sub(ton, "", texte).splitlines()[1:]


@pytest.mark.parametrize("modele", [m for m in PREMIERS if m in TEXTE])
def test_le_sujet_d_un_premier_courriel_tres_en_retard_le_dit(modele: str) -> None:
    attendu = "overdue" if "/export/" in modele else "règlement attendu"
    assert attendu in rendre(modele, donnees(modele, tardive=True)).splitlines()[0]
    assert attendu not in rendre(modele, donnees(modele, tardive=False)).splitlines()[0]


@pytest.mark.parametrize("modele", PREMIERS)
def test_un_premier_rappel_tardif_est_verifie_comme_les_autres(modele: str) -> None:
    assert {usage.etape.tardive for usage in usages_de(modele)} == {False, True}


@pytest.mark.parametrize("modele", RELANCES)
def test_une_facture_deux_factures(modele: str) -> None:
    une = rendre(modele, donnees(modele))
    deux = rendre(modele, donnees(modele, nombre=2))
    assert not re.search(r"\b(les|nos|des|ces) factures\b", une, re.IGNORECASE)
    assert re.search(r"\b(les|nos|des|ces) factures\b", deux, re.IGNORECASE)
    assert "FA-2026-0002" in deux


def test_un_jour_de_retard_est_au_singulier() -> None:
    for modele in FRANCAIS:
        un = rendre(modele, donnees(modele, facture={"jours_retard": 1}))
        assert not re.search(r"\b1 jours\b", un)


def test_la_mise_en_demeure_dit_ce_que_le_droit_demande() -> None:
    texte = rendre("courriers/mise-en-demeure", donnees("courriers/mise-en-demeure"))
    for attendu in (
        "Objet : MISE EN DEMEURE DE PAYER",
        "nous vous mettons en demeure de nous payer la somme de",
        "à compter de la réception de la présente lettre ou, à défaut, de sa première présentation",
        "articles L441-10 et D441-5 du code de commerce",
        "ndemnité forfaitaire pour frais de recouvrement",
        "Lettre recommandée avec accusé de réception",
    ):
        assert attendu in texte
    assert "à compter de la présente" not in texte


def test_l_objet_ne_repete_pas_les_mots_de_la_mise_en_demeure() -> None:
    modele = "courriers/mise-en-demeure"
    texte = rendre(modele, donnees(modele, objet="Mise en demeure de payer – facture n° A & B"))
    assert "Objet : MISE EN DEMEURE DE PAYER – facture n° A & B" in texte
    assert "payer – MISE" not in texte


@pytest.mark.parametrize("modele", RELANCES)
def test_un_particulier_ne_lit_ni_l441_10_ni_indemnite(modele: str) -> None:
    if Genre.PARTICULIER in {usage.genre for usage in usages_de(modele)}:
        texte = rendre(modele, donnees(modele, Genre.PARTICULIER, 3))
        assert not re.search(r"L441-10|D441-5|ndemnité forfaitaire|énalités de retard", texte)


def test_la_mise_en_demeure_d_un_particulier_cite_le_code_civil() -> None:
    modele = "courriers/mise-en-demeure"
    assert "1344-1 du code civil" in rendre(modele, donnees(modele, Genre.PARTICULIER))
    assert "Domicile" in rendre("dossier/requete", donnees("dossier/requete", Genre.PARTICULIER))


@pytest.mark.parametrize("modele", FRANCAIS)
def test_la_copie_de_la_facture_n_est_annoncee_que_si_elle_est_jointe(modele: str) -> None:
    sans, avec = (rendre(modele, donnees(modele, facture={"jointe": jointe})) for jointe in (False, True))
    assert not re.search(r"\bcopie d[eu]|ci-jointe?\b|\bPJ\b", sans)
    assert re.search(r"copie d|PJ", avec)


@pytest.mark.parametrize("modele", [m for m in RELANCES if m.endswith("relance-3")])
def test_l_echelonnement_n_est_propose_que_s_il_existe(modele: str) -> None:
    versements = [{"date": "30 septembre 2026", "montant": "436,84\u00a0€"}]
    assert "436,84 €" in rendre(modele, donnees(modele, mensualites=versements))
    assert "échelonn" not in rendre(modele, donnees(modele, mensualites=[], objet="Rappel"))


def test_la_relance_3_porte_un_coupon_reponse() -> None:
    assert "Coupon-réponse" in rendre("courriers/relance-3", donnees("courriers/relance-3"))


def test_la_requete_porte_ses_mentions() -> None:
    variables = donnees("dossier/requete")
    texte = rendre("dossier/requete", variables | {"capitalisation": True, "renvoi": "le tribunal d'Exemple"})
    for attendu in (
        variables["juridiction"]["intitule"],
        variables["creancier"]["representant"],
        variables["sommes"][-1]["montant"].replace("\u00a0", " "),
        "article 1343-2 du code civil",
        "article 1408 du code de procédure civile",
        "au bordereau joint (article 1407",
        "Signature :",
    ):
        assert attendu in texte, attendu
    sans = rendre(
        "dossier/requete",
        nu("dossier/requete") | {"juridiction": {"intitule": "T", "adresse_a_completer": False}},
    )
    assert not re.search(r"1343-2|1408|à compléter", sans)


@pytest.mark.parametrize("modele", ["dossier/requete", "dossier/bordereau"])
def test_ce_qui_est_signifie_ne_contient_rien_d_interne(modele: str) -> None:
    secret = "REMARQUE INTERNE"
    internes = {nom: [secret] for nom in ("reserves", "hypotheses")}
    assert secret not in rendre(modele, donnees(modele, **internes, horodatage=secret))


def test_le_decompte_imprime_ses_textes_une_fois_et_une_imputation_par_facture_payee() -> None:
    texte = rendre("dossier/decompte", donnees("dossier/decompte", nombre=3))
    assert len(re.findall(r"Code de commerce, art\. D441-5", texte)) == 1
    assert texte.count("Imputation des paiements") == 1


@pytest.mark.parametrize("modele", WORD)
def test_les_fichiers_word_sont_propres(modele: str) -> None:
    with zipfile.ZipFile(RACINE / f"{modele}.docx") as archive:
        document, styles = (archive.read(f"word/{nom}.xml").decode() for nom in ("document", "styles"))
        pieds = "".join(archive.read(nom).decode() for nom in archive.namelist() if "footer" in nom)
    langue = "en-GB" if "/export/" in modele else "fr-FR"
    assert f'w:lang w:val="{langue}"' in styles
    assert "w:rFonts" not in document
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
        source = (RACINE / f"{modele}.txt").read_text(encoding="utf-8")
        noms |= meta.find_undeclared_variables(jinja.parse(source))
    assert noms
    assert [nom for nom in sorted(noms) if f"`{nom}" not in readme] == []


@pytest.mark.parametrize("modele", [m for m in WORD + TEXTE if "/export/" not in m])
def test_la_ponctuation_haute_ne_passe_jamais_a_la_ligne(modele: str) -> None:
    chemin = next(RACINE.glob(f"{modele}.*"))
    if modele in TEXTE:
        source = chemin.read_text(encoding="utf-8")
    else:
        with zipfile.ZipFile(chemin) as archive:
            source = _texte(archive.read("word/document.xml"))
    assert not re.search(r"\w [:;?!»]|« ", re.sub(r"{%.*?%}|{{.*?}}", "", source))


@pytest.mark.parametrize("modele", RELANCES)
def test_un_reglement_partiel_dit_comment_il_s_impute(modele: str) -> None:
    if "1343-1" in rendre(modele, donnees(modele, nombre=3)):
        assert "1343-1" not in rendre(modele, nu(modele))


def test_la_mise_en_demeure_et_la_relance_2_disent_l_imputation() -> None:
    for modele in ("courriers/relance-2", "courriers/mise-en-demeure", "courriels/relance-2"):
        assert "1343-1" in rendre(modele, donnees(modele, nombre=3))


def test_sans_indemnite_d441_5_n_est_pas_cite() -> None:
    for modele in ("courriers/relance-2", "courriers/mise-en-demeure", "courriels/relance-3"):
        texte = rendre(modele, donnees(modele, decompte={"indemnite": "0,00\u00a0€", "textes": []}))
        assert "L441-10" in texte
        assert "D441-5" not in texte


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "modele",
    [
        "courriers/mise-en-demeure",
        "courriers/relance-3",
        "courriers/export/relance-2",
        "documents/quittance",
        "dossier/requete",
        "dossier/decompte",
    ],
)
def test_le_pdf_porte_les_sommes_ses_pages_et_ses_polices(
    convertisseur: ConvertisseurUno, modele: str
) -> None:
    variables = donnees(modele, nombre=3)
    pdf = en_pdf(convertisseur, modele, variables)
    texte = texte_pdf(pdf)
    anglais = "/export/" in modele
    assert ("EUR 1,834.56" if anglais else "1 834,56 €") in texte.replace("\u00a0", " ")
    for rang, page in enumerate(pdf.pages, start=1):
        pied = f"Page {rang} {'of' if anglais else 'sur'} {len(pdf.pages)}"
        assert pied in " ".join(page.extract_text().split())
    assert str(pdf.root_object["/Lang"]) == ("en-GB" if anglais else "fr-FR")
    polices = list(_polices(pdf))
    assert {nom.split("+")[-1].split("-")[0] for nom, _ in polices} <= {
        "Carlito",
        "LiberationMono",
        "DejaVuSans",
        "OpenSymbol",
    }
    assert all(incorporee for _, incorporee in polices)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("modele", ["courriers/relance-1", "courriers/mise-en-demeure"])
def test_l_adresse_tombe_dans_la_fenetre_de_l_enveloppe(convertisseur: ConvertisseurUno, modele: str) -> None:
    variables = donnees(modele)
    places: list[tuple[str, float, float]] = []

    def noter(texte: str, _cm: Any, tm: Any, _police: Any, _taille: Any) -> None:
        places.append((texte.strip(), tm[4] / 72 * 25.4, 297 - tm[5] / 72 * 25.4))

    en_pdf(convertisseur, modele, variables).pages[0].extract_text(visitor_text=noter)
    nom, ville = variables["debiteur"]["denomination"], variables["debiteur"]["adresse"][-1]
    for cherche in (nom, ville):
        gauche, haut = next((x, y) for lu, x, y in places if lu and lu == cherche)
        assert 98 <= gauche <= 115
        assert 45 <= haut <= 85


def _polices(pdf: PdfReader) -> Iterator[tuple[str, bool]]:
    for page in pdf.pages:
        for police in page.get("/Resources", {}).get("/Font", {}).values():
            objet = police.get_object()
            objet = objet["/DescendantFonts"][0].get_object() if "/DescendantFonts" in objet else objet
            descripteur = objet["/FontDescriptor"].get_object()
            yield objet["/BaseFont"], any(cle.startswith("/FontFile") for cle in descripteur)


@pytest.mark.parametrize("modele", WORD)
def test_la_couleur_du_creancier_prend_la_place_de_celle_des_modeles(modele: str) -> None:
    docx = RenduDocx(RACINE, couleur="7A1F3D").rendre(modele, donnees(modele))
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        xml = "".join(archive.read(n).decode() for n in archive.namelist() if n.endswith(".xml"))
    assert not re.search(r'="(1F3A5F|EEF2F7)"', xml, re.IGNORECASE)
    assert "7A1F3D" in xml
