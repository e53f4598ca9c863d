"""All the faults of all the templates at once, and the documents to look at."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from dossier.adapters import courriel_html, render_docx, render_texte
from dossier.adapters.courriel_html import MiseEnPage
from dossier.adapters.render_docx import RenduDocx
from dossier.adapters.render_texte import RenduTexte
from dossier.core.creance import Genre
from dossier.core.echantillons import Jeu
from dossier.core.scenario import Scenario
from dossier.services.modeles import MISE_EN_PAGE, Bilan, apercus, index, verifier
from tests.adapters.gabarits import RACINE, TEXTE, WORD, cadre, ecrire
from tests.core.test_echantillons import sans_variantes
from tests.core.vie import standard
from tests.services.atelier import Atelier

TOUS = [*(f"{m}.docx" for m in WORD), *(f"{m}.txt" for m in TEXTE)]


def atelier(racine: Path, *scenarios: Scenario) -> Atelier:
    retenus = {scenario.nom: scenario for scenario in scenarios} or dict(cadre().scenarios)
    return Atelier(
        rendu=RenduDocx(racine),
        texte=RenduTexte(racine),
        mise_en_page=MiseEnPage(racine, "1F3864"),
        scenarios=retenus,
    )


def bilan(racine: Path, fichiers: Sequence[str], *scenarios: Scenario, **autres: Any) -> Bilan:
    examens = {"docx": partial(render_docx.examiner, racine), "txt": partial(render_texte.examiner, racine)}
    examens["html"] = partial(courriel_html.examiner, racine)
    return verifier(atelier(racine, *scenarios).outils, fichiers, examens, **autres)


def seule(nom: str, **champs: Any) -> Scenario:
    """The standard scenario whose steps name no template but those of one step."""
    modele = standard().model_dump()
    for etape in modele["etapes"]:
        etape["variantes"] = ()
        for champ in ("lettre", "courriel", "script"):
            if etape[champ]:
                etape[champ] = (
                    champs.get(champ, f"{champ}/neutre") if etape["nom"] == nom else f"{champ}/neutre"
                )
    return Scenario.model_validate(modele)


def neutres(racine: Path) -> None:
    for dossier, extension in (("lettre", "docx"), ("courriel", "txt"), ("script", "txt")):
        (racine / dossier).mkdir()
        if extension == "docx":
            ecrire(racine / dossier, "Bonjour", nom="neutre")
        else:
            (racine / dossier / "neutre.txt").write_text("Sujet\nBonjour\n", encoding="utf-8")
    (racine / "courriels").mkdir()
    shutil.copy(RACINE / MISE_EN_PAGE, racine / MISE_EN_PAGE)


@pytest.mark.timeout(300)
def test_les_modeles_livres_sont_sans_faute() -> None:
    lu = bilan(RACINE, TOUS, jeux=(Jeu.COURT,))
    assert lu.fautes == ()
    assert lu.verifies == len(TOUS) + 1


def test_toutes_les_fautes_de_tous_les_modeles_sont_dites_a_la_fois(tmp_path: Path) -> None:
    neutres(tmp_path)
    ecrire(tmp_path, "{{ creancier.ibna }}", "{{ creancier.__class__ }}", "{% if lrar %}x", nom="un")
    (tmp_path / "deux.txt").write_text("{{ objett }}\n{{ factures }}\n", encoding="utf-8")
    lu = bilan(tmp_path, ["un.docx", "deux.txt", "image.png"], seule("relance-1"), jeux=(Jeu.COURT,))
    phrases = [
        p.replace("\u00a0", " ") for p in lu.fautes if p.startswith(("templates/un", "templates/deux"))
    ]
    attendus = (
        "templates/deux.txt, ligne 1 (« {{ objett }} ») : la variable « objett »",
        "templates/deux.txt, ligne 2 (« {{ factures }} ») : la variable « factures » n'est pas un texte",
        "templates/un.docx, paragraphe « {{ creancier.__class__ }} » : la balise « {{ creancier.__class__ }} » "
        "contient du code interdit",
        "templates/un.docx, paragraphe « {% if lrar %}x » : la balise « {% if lrar %} » n'est fermée",
        "templates/un.docx, paragraphe « {{ creancier.ibna }} » : la variable « creancier.ibna »",
    )
    for attendu in attendus:
        assert any(phrase.startswith(attendu) for phrase in phrases), attendu
    assert lu.verifies == 2 + 3 + 1


def test_un_mot_interdit_et_une_mention_absente_sont_dits_avec_leurs_debiteurs(tmp_path: Path) -> None:
    neutres(tmp_path)
    ecrire(tmp_path, "Une saisie imminente de vos comptes, et 40 € de frais de dossier.", nom="menace")
    lu = bilan(tmp_path, [], seule("mise-en-demeure", lettre="menace"), jeux=(Jeu.COURT,))
    phrases = [p.replace("\u00a0", " ") for p in lu.fautes if p.startswith("templates/menace.docx")]
    interdite = next(p for p in phrases if "saisie imminente" in p)
    assert interdite.startswith("templates/menace.docx, paragraphe « ")
    assert "L111-8" in interdite
    assert interdite.endswith("(débiteur : entreprise, particulier, public)")
    assert any("D441-5" in p and p.endswith("(débiteur : particulier)") for p in phrases)
    assert any("il manque mise en demeure de payer" in p for p in phrases)
    assert len(phrases) == len({p.split(" : ", 1)[1] for p in phrases})


def test_un_modele_nomme_et_absent_est_une_faute(tmp_path: Path) -> None:
    neutres(tmp_path)
    lu = bilan(tmp_path, [], seule("relance-1", lettre="parti"), jeux=(Jeu.COURT,))
    assert any(p.startswith("templates/parti.docx manque") for p in lu.fautes)


def test_ce_que_seul_le_remplissage_montre_est_dit_une_fois(tmp_path: Path) -> None:
    neutres(tmp_path)
    ecrire(tmp_path, "{% if delai > 3 %}x{% endif %}", nom="essai")
    lu = bilan(tmp_path, ["essai.docx"], seule("relance-1"))
    assert len([p for p in lu.fautes if p.startswith("templates/essai.docx")]) == 1


def avec_mise_en_page(racine: Path, ajout: str) -> list[str]:
    """The faults of the shipped layout with that at its end."""
    neutres(racine)
    fichier = racine / MISE_EN_PAGE
    fichier.write_text(fichier.read_text().replace("</body>", f"{ajout}</body>"))
    lu = bilan(racine, [], seule("relance-1"))
    return [p.replace("\u00a0", " ") for p in lu.fautes if p.startswith(f"templates/{MISE_EN_PAGE}")]


@pytest.mark.parametrize(
    ("ajout", "dit"),
    [
        ("<p>Merci</p>", ""),
        ("{{ creancier.ibna }}", "la variable « creancier.ibna » n'existe pas"),
        ("{{ sujet.__class__ }}", "contient du code interdit"),
        ("{{ sujet }", "ouverte et jamais fermée"),
        ('<img src="https://brume.test/p.png">', "la balise <img> n'est pas permise"),
        ("{% if sujet == 'x' %}<script></script>{% endif %}", "la balise <script> n'est pas permise"),
        ("{{ pied[40] }}", "la liste n'a pas d'élément [40]"),
        ("{% if sujet > 3 %}{% endif %}", "des valeurs de sortes différentes"),
        ("<p>Saisie <b>immi</b>nente de vos comptes</p>", "L111-8"),
        ("{% if langue == 'en' %}<p>Saisie imminente</p>{% endif %}", "Saisie imminente » : interdit"),
    ],
)
def test_la_mise_en_page_des_courriels_est_verifiee_comme_les_modeles(
    tmp_path: Path, ajout: str, dit: str
) -> None:
    phrases = avec_mise_en_page(tmp_path, ajout)
    if not dit:
        assert phrases == []
        return
    assert any(dit in phrase for phrase in phrases), phrases
    assert not any(re.search("undefined|object|unexpected|supported", phrase) for phrase in phrases)


def test_une_mise_en_page_absente_est_une_faute(tmp_path: Path) -> None:
    neutres(tmp_path)
    (tmp_path / MISE_EN_PAGE).unlink()
    lu = bilan(tmp_path, [], seule("relance-1"), jeux=(Jeu.COURT,))
    assert any(p.startswith(f"templates/{MISE_EN_PAGE} manque") for p in lu.fautes)


def test_l_apercu_montre_la_mise_en_page(tmp_path: Path) -> None:
    pages = list(apercus(atelier(RACINE).outils, [MISE_EN_PAGE]))
    assert {page.fichier for page in pages} >= {"courriels_mise-en-page-entreprise-1.html"}
    assert all(b"<strong>FA-2026-0001</strong>" in page.contenu for page in pages)


def test_l_apercu_montre_chaque_modele_pour_chaque_debiteur(tmp_path: Path) -> None:
    (tmp_path / "courriers").mkdir()
    (tmp_path / "courriers" / "particulier").mkdir()
    ecrire(tmp_path / "courriers", "{{ debiteur.denomination }}", nom="relance-1")
    ecrire(tmp_path / "courriers" / "particulier", "x", nom="relance-1")
    (tmp_path / "appel.txt").write_text("{{ objet }}\nAllô\n", encoding="utf-8")
    fichiers = ["appel.txt", "courriers/particulier/relance-1.docx", "courriers/relance-1.docx"]
    maison = atelier(tmp_path, sans_variantes())
    pages = list(apercus(maison.outils, fichiers))
    noms = {page.fichier for page in pages}
    assert {
        "appel-public-1.txt",
        "courriers_relance-1-entreprise-3.docx",
        "courriers_relance-1-entreprise-3.pdf",
        "courriers_particulier_relance-1-particulier-1.pdf",
    } <= noms
    assert len(pages) == len(noms) == 3 * 2 + 2 * 2 + 3 * 2 * 2
    sans = list(apercus(maison.outils, fichiers, Jeu.HOSTILE, pdf=False))
    assert not any(page.fichier.endswith(".pdf") for page in sans)


def test_l_index_lie_chaque_document(tmp_path: Path) -> None:
    page = index([("a<b", Genre.PUBLIC, 1, "x.docx"), ("a<b", Genre.PUBLIC, 1, "x.pdf")])
    assert page.count("<tr>") == 2
    assert 'href="x.docx"' in page
    assert 'href="x.pdf"' in page
    assert "a&lt;b" in page
