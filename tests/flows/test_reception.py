"""The inbox of scans as staff see it: its command, its run, its page."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from dossier.core.etat import rejouer
from dossier.core.faits import Canal, Contenu, CreanceOuverte, EnvoiFait, EnvoiPrepare, PliDepose, ScanRecu
from flows import wiring
from flows.reception import reception
from flows.runs import lancer
from flows.service import enregistrer
from flows.settings import RACINE
from tests.core.vie import archive, facture
from tests.fakes import tiny_pdf
from tests.flows.maison import Maison, attendre
from tests.flows.test_cli import Commande

NUMERO = "1A12345678901"
JOUR = date(2026, 5, 4)


def un_pli_depose() -> list[Contenu]:
    la_facture = facture()
    prepare = EnvoiPrepare(
        cle="mise-en-demeure:lrar",
        etape="mise-en-demeure",
        canal=Canal.LRAR,
        jour=JOUR,
        intitule="Mise en demeure",
        destinataire="Débiteur",
        reste=la_facture.montant_ttc,
        pdf=archive(),
        source=archive("a.docx"),
    )
    return [
        CreanceOuverte(facture=la_facture, scenario="standard"),
        prepare,
        EnvoiFait(cle=prepare.cle, jour=JOUR, preuve="bac"),
        PliDepose(cle=prepare.cle, numero=NUMERO, jour=JOUR),
    ]


def ouvrir(outils: object) -> None:
    assert isinstance(outils, type(wiring.outils()))
    outils.journal.ajouter({"FA-1": un_pli_depose()}, {"FA-1": 0}, auteur="essai", instant=outils.clock.now())


@pytest.fixture
def boite(maison: Maison) -> Path:
    ouvrir(wiring.outils())
    wiring.boite()
    return maison.donnees / "reception"


def page(maison: Maison) -> str:
    (artefact,) = maison.client.read_latest_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["reception"]))
    )
    lignes = json.loads(str(artefact.data))
    return f"{artefact.description}\n{lignes}"


def test_le_flux_classe_reveille_la_creance_et_montre_ce_qui_attend(maison: Maison, boite: Path) -> None:
    asyncio.run(enregistrer())
    etat = rejouer(wiring.outils().journal.lire("FA-1"))
    run = lancer(maison.client, etat)
    (boite / f"{NUMERO} avis.pdf").write_bytes(tiny_pdf("avis"))
    (boite / "2C00000000000.pdf").write_bytes(tiny_pdf("autre"))
    attendre(lambda: len(wiring.boite().lister()) == 2)
    fini = reception(return_state=True)
    assert fini.is_completed()
    assert fini.name == "Réception : 1 classé, 1 en attente"
    assert str(boite) in (fini.message or "")
    assert [type(contenu) for contenu in maison.contenus("FA-1")][-1] is ScanRecu
    assert maison.client.read_flow_run(run.id).state_name == "Fait nouveau"
    montree = page(maison)
    assert "1 classé, 1 en attente" in montree
    assert "Aucun recommandé déposé sous le n°" in montree
    assert "avis de réception" in montree


def test_le_flux_dit_en_rouge_que_la_boite_est_inaccessible(maison: Maison, boite: Path) -> None:
    boite.rmdir()
    boite.write_bytes(b"")
    fini = reception(return_state=True)
    assert fini.is_failed()
    assert fini.name == "Boîte de réception inaccessible"
    assert "occupe la place d'un dossier" in (fini.message or "")


@pytest.fixture
def dossier(tmp_path: Path) -> Commande:
    return Commande(tmp_path / "donnees")


def test_la_commande_dit_ou_est_la_boite_puis_ce_qui_y_attend(dossier: Commande) -> None:
    boite = Path(dossier.environ["DOSSIER_DONNEES"]) / "reception"
    vide = dossier("reception")
    assert (vide.returncode, vide.stderr) == (0, "")
    assert f"Réception : rien à classer ({boite})." in vide.stdout
    assert "tout juste posé" in vide.stdout
    (boite / "[red]sans numéro.pdf").write_bytes(tiny_pdf("avis"))
    attendre(lambda: "1 en attente" in dossier("reception").stdout)
    plein = dossier("reception").stdout
    assert "[red]sans numéro.pdf" in plein
    assert "Aucun numéro de recommandé lisible" in plein


def test_la_commande_suit_la_boite_jusqu_a_ce_qu_on_l_arrete(dossier: Commande, tmp_path: Path) -> None:
    boite = tmp_path / "ailleurs"
    environ = {**dossier.environ, "DOSSIER_RECEPTION": str(boite), "PYTHONUNBUFFERED": "1"}
    sortie = tmp_path / "sortie"
    with sortie.open("wb") as ecran:
        suivi = subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "reception", "--suivre"],
            cwd=RACINE,
            env=environ,
            stdout=ecran,
            stderr=ecran,
        )
    try:
        attendre(lambda: b"rien " in sortie.read_bytes())
        (boite / "1A00000000000.pdf").write_bytes(tiny_pdf("avis"))
        attendre(lambda: b"1 en attente" in sortie.read_bytes())
        os.kill(suivi.pid, signal.SIGINT)
        assert suivi.wait(timeout=20) == 130
    finally:
        suivi.kill()
        suivi.wait()
    dit = sortie.read_text()
    assert dit.count("en attente") == 1
    assert "Traceback" not in dit
