"""A bank statement as staff give it: the form, its page, the creances it wakes, the command."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey

from dossier.core.dates import debut_du_jour
from dossier.core.importation import Candidate
from dossier.core.rapprochement import Suite, Verdict
from dossier.core.releve import Mouvement
from dossier.services.creances import lire_etat
from dossier.services.encaissements import Ligne, Rapport
from dossier.services.importation import importer
from flows import wiring
from flows.encaissements import en_markdown, importer_un_releve
from flows.runs import lancer
from flows.service import enregistrer
from flows.settings import RACINE
from tests.core.vie import debiteur, facture
from tests.flows.maison import Maison
from tests.flows.test_cli import Commande

EXEMPLE = RACINE / "exemples" / "releve.xml"
BOULANGERIE, STUDIO = "FA-2026-0101", "FA-2026-0103"


def ouvrir() -> None:
    deux = (
        facture(numero=BOULANGERIE, montant_ttc=Decimal("842.40")),
        facture(
            numero=STUDIO,
            montant_ttc=Decimal(3456),
            debiteur=debiteur(denomination="Studio Mirage SARL", siren="732829320"),
        ),
    )
    lus = [Candidate(f, f"{f.numero}.pdf", None) for f in deux]
    assert len(importer(wiring.outils(), lus, scenario="standard", auteur="essai").ouvertes) == 2


def page(maison: Maison) -> str:
    (artefact,) = maison.client.read_latest_artifacts(
        artifact_filter=ArtifactFilter(key=ArtifactFilterKey(any_=["releve-bancaire"]))
    )
    return str(artefact.data)


def test_le_formulaire_enregistre_le_certain_montre_le_reste_et_reveille(
    maison: Maison, tmp_path: Path
) -> None:
    maison.clock.regler(debut_du_jour(date(2026, 6, 15)))
    asyncio.run(enregistrer())
    ouvrir()
    run = lancer(maison.client, lire_etat(wiring.outils(), BOULANGERIE))
    piege = EXEMPLE.read_text().replace("VOTRE FACTURE DE MAI", "&lt;b&gt;[x](http://y) `z` MAI")
    releve = tmp_path / "relevé de juin.xml"
    releve.write_text(piege)

    essai = importer_un_releve(str(releve), essai=True, return_state=True)
    assert (essai.name, essai.is_completed()) == ("Essai", True)
    assert "## À enregistrer (essai : rien n'a été changé)" in page(maison)
    assert len(maison.contenus(BOULANGERIE)) == 1
    assert maison.client.read_flow_run(run.id).state_name == "Scheduled"

    fini = importer_un_releve(f" {releve} ", return_state=True)
    assert fini.name == "Importé"
    assert fini.message == "relevé de juin.xml : 1 paiement enregistré, 1 à traiter, 1 retour à vérifier."
    assert maison.client.read_flow_run(run.id).state_name == "Fait nouveau"
    montree = page(maison)
    assert "# relevé de juin.xml : 1 paiement enregistré, 1 à traiter" in montree
    assert "enregistré sur FA-2026-0101 : la facture est soldée" in montree
    assert "    - `dossier paiement FA-2026-0103 3456,00 --jour 10/06/2026 --reference " in montree
    assert "annuler-un-paiement" not in montree  # the return takes back no payment of ours
    assert "Relevé archivé : releves/" in montree
    assert "&lt;b>\\[x\\](http://y) \\`z\\` MAI" in montree
    assert "<b>" not in re.sub("`dossier [^`]*`", "", montree)

    deja = importer_un_releve(str(releve), return_state=True)
    assert "1 à traiter" in str(deja.message)
    assert "déjà enregistré sur FA-2026-0101" in page(maison)
    assert len(maison.contenus(BOULANGERIE)) == 2

    for chemin, dit in ((str(tmp_path / "absent.xml"), "il n'existe pas"), (" ", "Indiquez le chemin")):
        refuse = importer_un_releve(chemin, return_state=True)
        assert (refuse.name, refuse.is_failed()) == ("Refusé", True)
        assert dit in str(refuse.message)


@pytest.fixture
def dossier(tmp_path: Path) -> Commande:
    return Commande(tmp_path / "donnees")


def test_la_commande_essaie_puis_enregistre_et_dit_ce_qu_elle_n_a_pas_lu(
    dossier: Commande, tmp_path: Path
) -> None:
    tableau = RACINE / "exemples" / "factures.csv"
    assert "FA-2026-0107" in dossier("importer", tableau).stdout
    Path(dossier.environ["DOSSIER_HORLOGE"]).write_text("2026-06-15T06:00:00+00:00")
    csv = tmp_path / "banque.csv"
    csv.write_text(
        "Compte;00000000042\nDate;Libellé;Débit;Crédit\n12/06/2026;VIR FA-2026-0107;;1 500,00\n"
        "12/06/2026;FRAIS;3,00;\n12/06/2026;VIR;;douze\n",
        encoding="cp1252",
    )
    essai = dossier("releve", csv, "--essai")
    assert essai.returncode == 1
    assert "À enregistrer (essai : rien n'a été changé)" in essai.stdout
    fait = dossier("releve", csv)
    assert fait.returncode == 1
    assert "des lignes du relevé n'ont pas été lues" in fait.stderr
    assert "Paiement de 1\u00a0500,00\u00a0€ du 12 juin 2026 enregistré sur FA-2026-0107" in fait.stdout
    assert "banque.csv, ligne 5 : « douze » n'est pas un montant" in fait.stdout
    assert "Débits ignorés : 1, soit 3,00\u00a0€" in fait.stdout
    assert "banque.csv : 1 paiement enregistré, 1 ligne illisible." in fait.stdout


def test_la_commande_refuse_d_une_phrase_ce_qui_n_est_pas_un_releve(
    dossier: Commande, tmp_path: Path
) -> None:
    vide = tmp_path / "vide.csv"
    vide.write_bytes(b"")
    refuse = dossier("releve", vide)
    assert (refuse.returncode, refuse.stdout) == (1, "")
    assert "Le relevé est vide" in refuse.stderr


def test_la_commande_laisse_a_faire_ce_qu_elle_n_a_pas_affecte_et_connait_deux_comptes(
    dossier: Commande, tmp_path: Path
) -> None:
    assert "FA-2026-0107" in dossier("importer", RACINE / "exemples" / "factures.csv").stdout
    Path(dossier.environ["DOSSIER_HORLOGE"]).write_text("2026-06-15T06:00:00+00:00")
    csv = tmp_path / "banque.csv"
    csv.write_text(
        "Date;Libellé;Montant\n12/06/2026;VIR FA-2026-0107;100,00\n12/06/2026;REMBOURSEMENT FA-2026-0107;7,00\n"
    )
    premier = dossier("releve", csv)
    assert (premier.returncode, premier.stderr) == (0, "")
    assert "banque.csv : 1 paiement enregistré, 1 à traiter." in premier.stdout
    second = dossier("releve", csv)
    assert "Le fichier ne nomme pas son compte." in second.stdout
    autre = dossier("releve", csv, "--compte", "fr76 9999")
    assert "ne nomme pas son compte" not in autre.stdout
    assert "est-ce le même ?" in autre.stdout  # the same sum the same day: a person says

    vues = json.loads(dossier("a-faire", "--json").stdout)
    lignes = [v["releve"]["ligne"] for v in vues if v["geste"] == "Lignes de relevé à affecter"]
    assert len(lignes) == 3
    for ligne in lignes:
        ecartee = dossier("ecarter-ligne", ligne, "--motif", "rien à enregistrer", "--par", "Anne")
        assert ecartee.stdout.startswith(f"Ligne {ligne} écartée par Anne")
    assert "relevé" not in dossier("a-faire").stdout
    inconnue = dossier("ecarter-ligne", "x", "--motif", "m", "--par", "Anne")
    assert (inconnue.returncode, inconnue.stdout) == (1, "")
    assert "seize chiffres et lettres" in inconnue.stderr


@pytest.mark.parametrize(
    ("combien", "dit"), [(500, ""), (502, "*Et 2 lignes de plus : `dossier releve FICHIER")]
)
def test_la_page_d_un_tres_long_releve_reste_courte(combien: int, dit: str) -> None:
    recu = Mouvement("ligne 1", "", date(2026, 6, 12), Decimal(7), credit=True, libelle="AUTRE CLIENT")
    ignoree = Ligne(recu, "AUTRE CLIENT", Verdict(Suite.IGNORER, "aucune facture suivie n'y est reconnue"))
    montree = en_markdown(Rapport("r.csv", False, (ignoree,) * combien, (), ()))
    assert montree.count("AUTRE CLIENT") == 500
    assert ("lignes de plus" in montree) is bool(dit)
    assert dit in montree
