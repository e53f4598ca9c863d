"""`dossier modeles` as a person types it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from flows.settings import RACINE
from tests.adapters.gabarits import ecrire
from tests.flows.test_cli import Commande


@pytest.fixture
def dossier(tmp_path: Path) -> Commande:
    shutil.copytree(RACINE / "templates", tmp_path / "templates")
    commande = Commande(tmp_path / "donnees")
    commande.environ["DOSSIER_TEMPLATES"] = str(tmp_path / "templates")
    return commande


@pytest.mark.timeout(300)
def test_des_modeles_fautifs_sont_nommes_et_la_commande_echoue(dossier: Commande, tmp_path: Path) -> None:
    ecrire(tmp_path / "templates" / "courriers", "{{ creancier.ibna }}", nom="relance-1")
    (tmp_path / "templates" / "appels" / "appel.txt").write_text("Sujet\n{{ nom.__class__ }}\n")
    mise_en_page = tmp_path / "templates" / "courriels" / "mise-en-page.html"
    mise_en_page.write_text(mise_en_page.read_text().replace("</body>", "<p style='x: u\\72l(y)'></body>"))
    resultat = dossier("modeles", "verifier")
    assert resultat.returncode == 1
    sortie = resultat.stdout.replace("\u00a0", " ")
    assert "✗ templates/courriers/relance-1.docx, paragraphe « {{ creancier.ibna }} »" in sortie
    assert "✗ templates/appels/appel.txt, ligne 2" in sortie
    assert "✗ templates/courriels/mise-en-page.html, « <p style='x: u\\72l(y)'> »" in sortie
    assert "une barre oblique inverse n'est pas permise dans un style" in sortie
    assert "fautes à corriger dans les modèles" in resultat.stderr


@pytest.mark.timeout(300)
def test_des_modeles_sains_sont_comptes(dossier: Commande) -> None:
    resultat = dossier("modeles", "verifier")
    assert resultat.returncode == 0, resultat.stdout
    nombre = sum(1 for f in (RACINE / "templates").rglob("*") if f.suffix in {".docx", ".txt", ".html"})
    assert f"{nombre} modèles vérifiés." in resultat.stdout


@pytest.mark.timeout(300)
def test_l_apercu_ecrit_les_documents_et_leur_index(dossier: Commande, tmp_path: Path) -> None:
    for nom in ("courriels", "dossier", "documents"):
        for fichier in (tmp_path / "templates" / nom).rglob("*.docx"):
            fichier.unlink()
    sortie = tmp_path / "apercu"
    resultat = dossier("modeles", "apercu", "--sans-pdf", "--sortie", sortie)
    assert resultat.returncode == 0, resultat.stderr
    assert (sortie / "courriers_mise-en-demeure-entreprise-1.docx").is_file()
    assert (sortie / "courriels_relance-1-entreprise-3.txt").is_file()
    assert (sortie / "courriels_mise-en-page-entreprise-1.html").is_file()
    assert not list(sortie.glob("*.pdf"))
    assert 'href="courriers_mise-en-demeure-public-3.docx"' in (sortie / "index.html").read_text()


def test_un_apercu_qui_ne_peut_pas_s_ecrire_le_dit(dossier: Commande, tmp_path: Path) -> None:
    occupe = tmp_path / "occupe"
    occupe.write_text("un fichier")
    resultat = dossier("modeles", "apercu", "--sans-pdf", "--sortie", occupe)
    assert resultat.returncode == 1
    assert "(un fichier porte ce nom) : indiquez un autre dossier après --sortie" in resultat.stderr
