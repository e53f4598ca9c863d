"""A sealed dossier made again after a change, from the form to the zip, with the real LibreOffice."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from pypdf import PdfReader

from dossier.core.faits import DossierScelle
from dossier.core.stockage import Gardien
from flows import wiring
from flows.settings import RACINE
from tests.fakes import tiny_pdf
from tests.flows.maison import Maison, attendre
from tests.flows.test_service import GARAGE, fichiers_de, gare, histoire_de

TITRE = "Bon de livraison du 20 avril 2026"


def _scellee(maison: Maison) -> DossierScelle:
    (etat,) = maison.etats()
    assert etat.dossier is not None
    return etat.dossier


def _attendre_le_badge(maison: Maison, nom: str) -> None:
    try:
        attendre(lambda: gare(maison, GARAGE, nom))
    except AssertionError:
        pytest.fail(f"« {nom} » n'est jamais venu, mais : {maison.etat_de_run(GARAGE)}")


def _zip(scelle: DossierScelle) -> Path:
    return Path(wiring.outils().store.lieu(scelle.zip.cle))


def _lire(scelle: DossierScelle, nom: str) -> bytes:
    with zipfile.ZipFile(_zip(scelle)) as sac:
        return sac.read(f"{scelle.dossier}/data/{nom}")


def _note(scelle: DossierScelle) -> str:
    lecteur = PdfReader(io.BytesIO(_lire(scelle, "00-note-de-remise.pdf")))
    texte = " ".join(page.extract_text() for page in lecteur.pages)
    return " ".join(texte.replace("\u202f", " ").split())


def _retenu(scelle: DossierScelle) -> bool:
    store = wiring.outils().store
    gardien: Gardien = store  # type: ignore[assignment]
    return gardien.retenu(scelle.zip.cle)


def _verifier(maison: Maison, scelle: DossierScelle) -> str:
    """What `dossier verifier` prints, with the authority's root from elsewhere."""
    racine = maison.donnees / "racine.pem"
    racine.write_bytes(wiring.outils().horodateur.certificat)
    commande = [sys.executable, "-m", "flows.cli", "verifier", str(_zip(scelle)), "--racine", str(racine)]
    fini = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True, timeout=200, check=False)
    assert fini.returncode == 0, fini.stdout + fini.stderr
    return fini.stdout


def _ajouter_une_piece(maison: Maison) -> None:
    fichier = maison.donnees / "bon-de-livraison.pdf"
    fichier.write_bytes(tiny_pdf("Bon de livraison", pages=2))
    ajoutee = maison.formulaire(
        "ajouter-une-piece",
        facture=GARAGE,
        genre="livraison",
        jour="2026-04-20",
        fichier=str(fichier),
        intitule=TITRE,
    )
    assert ajoutee.is_completed(), ajoutee.message


@pytest.mark.timeout(600)
def test_une_piece_retrouvee_donne_une_seconde_version_et_la_premiere_reste(maison: Maison) -> None:
    maison.lancer()
    pilote = maison.pilote(histoire_de(GARAGE))
    pilote.importer(fichiers_de(GARAGE))
    pilote.jouer()
    _attendre_le_badge(maison, "Dossier scellé, à remettre")
    premiere = _scellee(maison)
    avant, inode = _zip(premiere).read_bytes(), _zip(premiere).stat().st_ino
    assert _retenu(premiere)

    maison.clock.regler(maison.clock.now() + timedelta(days=5))
    _ajouter_une_piece(maison)
    demande = maison.formulaire(
        "refaire-le-dossier", facture=GARAGE, motif="Bon de livraison retrouvé", par="Camille Exemple"
    )
    assert demande.is_completed(), demande.message
    assert (demande.message or "").startswith(f"Nouvelle version de {premiere.dossier} demandée sur {GARAGE}")
    _attendre_le_badge(maison, "Dossier v2 scellé, à remettre")

    seconde = _scellee(maison)
    assert (premiere.dossier[-3:], seconde.dossier[-3:]) == ("-v1", "-v2")
    assert seconde.pieces == premiere.pieces + 1
    assert (_zip(premiere).read_bytes(), _zip(premiere).stat().st_ino) == (avant, inode)
    attendre(lambda: _retenu(seconde))
    assert _retenu(premiere), "la première version reste retenue"

    index = json.loads(_lire(seconde, "index.json"))
    assert index["remplace"] == [{"dossier": premiere.dossier, "empreinte": premiere.zip.empreinte}]
    assert TITRE in [piece["titre"] for piece in index["pieces"]]
    note = _note(seconde)
    assert f"Cette version remplace « {premiere.dossier} », scellée le" in note
    assert "n'a été remise à personne" in note and premiere.zip.empreinte in note
    assert f"Pièce ajoutée : n° 2, {TITRE}." in note
    assert "– Total dû : " in note
    assert "Pièce ajoutée" not in _note(premiere)
    for scelle in (premiere, seconde):
        assert "est conforme" in " ".join(_verifier(maison, scelle).split())
