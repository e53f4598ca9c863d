"""`dossier piece ajouter`: one file or several, refused by a sentence that names the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.settings import RACINE
from tests.fakes import tiny_pdf
from tests.flows.test_cli import Commande
from tests.services.test_pieces import LETTRE

FACTURE = "FA-2026-0107"


@pytest.fixture
def dossier(tmp_path: Path) -> Commande:
    commande = Commande(tmp_path / "donnees")
    commande("importer", RACINE / "exemples" / "factures.csv")
    return commande


def test_les_pieces_se_joignent_en_une_fois_et_la_lettre_entre_avocats_est_refusee(
    dossier: Commande, tmp_path: Path
) -> None:
    un, deux, lettre = tmp_path / "bl 1.pdf", tmp_path / "bl 2.pdf", tmp_path / "lettre.pdf"
    un.write_bytes(tiny_pdf("un"))
    deux.write_bytes(tiny_pdf("deux"))
    lettre.write_bytes(LETTRE)
    fait = dossier("piece", "ajouter", FACTURE, "livraison", un, deux, "--jour", "02/04/2026")
    assert fait.returncode == 0, fait.stderr
    assert fait.stdout.count("Pièce « Bon de livraison du 2 avril 2026 » jointe à FA-2026-0107.") == 2
    refus = dossier("piece", "ajouter", FACTURE, "echange", lettre, "--jour", "02/04/2026")
    assert refus.returncode == 1
    assert refus.stderr.startswith("dossier : lettre.pdf : ") and "66-5" in refus.stderr
    dite = dossier("piece", "ajouter", FACTURE, "echange", lettre, "--jour", "02/04/2026", "--officielle")
    assert dite.returncode == 0 and "Courrier du 2 avril 2026" in dite.stdout
    absent = dossier("piece", "ajouter", FACTURE, "echange", un, tmp_path / "x.pdf", "--jour", "02/04/2026")
    assert absent.returncode == 1 and "x.pdf" in absent.stderr and absent.stdout == ""


def test_une_piece_jointe_par_erreur_se_retire_en_une_commande(dossier: Commande, tmp_path: Path) -> None:
    fichier = tmp_path / "bl.pdf"
    fichier.write_bytes(tiny_pdf("bl"))
    dossier("piece", "ajouter", FACTURE, "livraison", fichier, "--jour", "02/04/2026")
    qui = ("--motif", "Ce n'est pas ce client", "--par", "Alice")
    inconnue = dossier("piece", "retirer", FACTURE, "Contrat", *qui)
    assert inconnue.returncode == 1
    assert "Pièces jointes : « Bon de livraison du 2 avril 2026 » (empreinte " in inconnue.stderr
    faite = dossier("piece", "retirer", FACTURE, "Bon de livraison du 2 avril 2026", *qui)
    assert faite.returncode == 0 and "retirée de FA-2026-0107" in faite.stdout
    encore = dossier("piece", "retirer", FACTURE, "Bon de livraison du 2 avril 2026", *qui)
    assert encore.returncode == 0 and "était déjà retirée" in encore.stdout
    trop_tot = dossier("ne-plus-refaire", FACTURE, *qui)
    assert trop_tot.returncode == 1 and "n'est pas encore scellé" in trop_tot.stderr
