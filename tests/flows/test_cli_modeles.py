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
    resultat = dossier("modeles", "verifier")
    assert resultat.returncode == 1
    sortie = resultat.stdout.replace("\u00a0", " ")
    assert "✗ templates/courriers/relance-1.docx, paragraphe « {{ creancier.ibna }} »" in sortie
    assert "✗ templates/appels/appel.txt, ligne 2" in sortie
    assert "fautes à corriger dans les modèles" in resultat.stderr


@pytest.mark.timeout(300)
def test_des_modeles_sains_sont_comptes(dossier: Commande) -> None:
    resultat = dossier("modeles", "verifier")
    assert resultat.returncode == 0, resultat.stdout
    nombre = sum(1 for f in (RACINE / "templates").rglob("*") if f.suffix in {".docx", ".txt"})
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
    assert not list(sortie.glob("*.pdf"))
    assert 'href="courriers_mise-en-demeure-public-3.docx"' in (sortie / "index.html").read_text()
