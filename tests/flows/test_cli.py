"""The `dossier` command as a person types it: French answers, exit codes, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.ports import port_libre
from flows.settings import RACINE

FACTURES = RACINE / "exemples" / "factures"


class Commande:
    """Runs `dossier ...` on a fresh data folder, with no Prefect server anywhere."""

    def __init__(self, donnees: Path) -> None:
        self.environ = {
            nom: valeur for nom, valeur in os.environ.items() if not nom.startswith(("PREFECT_", "DOSSIER_"))
        }
        self.environ |= {"DOSSIER_DONNEES": str(donnees), "DOSSIER_PORT": str(port_libre()), "COLUMNS": "200"}
        self.regler_horloge(donnees)

    def regler_horloge(self, donnees: Path) -> None:
        horloge = donnees / "horloge"
        horloge.parent.mkdir(parents=True, exist_ok=True)
        horloge.write_text("2026-05-04T06:00:00+00:00")
        self.environ["DOSSIER_HORLOGE"] = str(horloge)

    def __call__(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        resultat = subprocess.run(
            [sys.executable, "-m", "flows.cli", *map(str, arguments)],
            cwd=RACINE,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in resultat.stderr + resultat.stdout
        return resultat


@pytest.fixture
def dossier(tmp_path: Path) -> Commande:
    return Commande(tmp_path / "donnees")


def test_decompte_en_json_donne_segments_interets_indemnite_total_et_articles(dossier: Commande) -> None:
    resultat = dossier(
        "decompte", "--montant", "10000", "--echeance", "2026-05-16", "--au", "2026-06-30", "--json"
    )
    assert resultat.returncode == 0, resultat.stderr
    decompte = json.loads(resultat.stdout)
    assert [(s["jours"], s["taux"], s["montant"]) for s in decompte["segments"]] == [(45, "0.1215", "149.79")]
    assert (decompte["penalites"], decompte["indemnite"], decompte["total"]) == (
        "149.79",
        "40.00",
        "10189.79",
    )
    assert decompte["textes"] == ["Code de commerce, art. L441-10, II", "Code de commerce, art. D441-5"]


def test_decompte_d_une_facture_quelconque_avec_ses_paiements_avoirs_et_taux(dossier: Commande) -> None:
    resultat = dossier(
        "decompte", "--montant", "10000", "--echeance", "16/05/2026", "--au", "30/06/2026", "--json",
        "--taux", "8 %", "--paiement", "01/06/2026=3000,00", "--avoir", "02/06/2026=1000,00",
    )  # fmt: skip
    assert resultat.returncode == 0, resultat.stderr
    decompte = json.loads(resultat.stdout)
    assert [s["montant"] for s in decompte["segments"]] == ["31.56", "38.59"]
    assert (decompte["principal_restant"], decompte["avoirs_total"]) == ("6071.56", "1000.00")
    public = dossier(
        "decompte", "--montant", "1850", "--echeance", "16/05/2026", "--au", "30/06/2026", "--genre", "public"
    )
    assert "23,15" in public.stdout


def test_les_decomptes_d_un_debiteur_s_additionnent(dossier: Commande) -> None:
    dossier("importer", *(FACTURES / f"FA-2026-010{rang}.pdf" for rang in (4, 5, 6)))
    lus = json.loads(
        dossier("decompte", "FA-2026-0105", "FA-2026-0106", "--au", "2026-07-03", "--json").stdout
    )
    totaux = [float(decompte["total"]) for decompte in lus["factures"].values()]
    assert float(lus["ensemble"]["total"]) == pytest.approx(sum(totaux))
    autre = dossier("decompte", "FA-2026-0104", "FA-2026-0105")
    assert autre.returncode == 1
    assert "ne sont pas d'un même débiteur" in autre.stderr


def test_le_droit_en_vigueur_et_jusqu_a_quand_il_est_verifie(dossier: Commande) -> None:
    lignes = json.loads(dossier("droit", "--json", "--au", "2026-12-15").stdout)
    bce = next(ligne for ligne in lignes if ligne["nom"] == "bce")
    assert (bce["valeur"], bce["depuis"]) == ("2,40\u00a0%", "2026-07-01")
    assert "compléter config/droit/bce.yaml" in bce["alerte"]
    assert {ligne["verifie_jusqu_au"] for ligne in lignes} == {"2026-12-31"}
    assert "40,00" in dossier("droit").stdout


def test_les_voies_et_le_calendrier(dossier: Commande) -> None:
    dossier("importer", FACTURES / "FA-2026-0102.pdf")
    assert "la somme n'est pas encore exigible" in dossier("voies", "FA-2026-0102").stdout
    Path(dossier.environ["DOSSIER_HORLOGE"]).write_text("2026-07-20T06:00:00+00:00")
    voies = dossier("voies", "FA-2026-0102").stdout
    assert "Injonction de payer : ouverte" in voies
    assert "Prescription le " in voies
    devoirs = json.loads(
        dossier(
            "calendrier",
            "--ordonnance",
            "2026-09-01",
            "--signification",
            "2026-10-14",
            "--a-personne",
            "--json",
        ).stdout
    )
    assert "2026-11-16" in {devoir["limite"] for devoir in devoirs}
    assert dossier("calendrier").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "code", "phrase"),
    [
        (["montrer", "FA-INCONNUE"], 1, "Aucune facture suivie ne porte le numéro"),
        (
            ["paiement", "FA-1", "douze", "--jour", "2026-05-04", "--reference", "X"],
            1,
            "n'est pas un montant",
        ),
        (["paiement", "FA-1", "12", "--jour", "hier", "--reference", "X"], 1, "n'est pas une date"),
        (["paiement", "FA-1"], 2, "il manque « montant »"),
        (["accuse", "FA-1", "perdu", "--jour", "2026-05-04"], 2, "'distribue', 'refuse'"),
        (["inexistante"], 2, "commande non comprise"),
        (["decompte"], 1, "indiquez une facture suivie"),
        (
            ["decompte", "--montant", "1", "--echeance", "2026-12-01", "--au", "2027-01-31"],
            1,
            "1er semestre 2027",
        ),
        (["assembler", "Personne"], 1, "Aucun débiteur suivi"),
        (["importer", "absent.pdf"], 1, "aucune facture n'a été importée"),
    ],
)
def test_une_erreur_est_une_phrase_et_un_code(
    dossier: Commande, arguments: list[str], code: int, phrase: str
) -> None:
    resultat = dossier(*arguments)
    assert resultat.returncode == code
    assert phrase in resultat.stderr
    assert resultat.stderr.startswith("dossier : ")


def test_importer_deux_fois_ne_change_rien_la_seconde(dossier: Commande) -> None:
    premiere = dossier("importer", FACTURES, RACINE / "exemples" / "factures.csv")
    assert premiere.returncode == 1
    assert (
        "6 documents ont été refusés : voyez les motifs ci-dessus, le reste est importé." in premiere.stderr
    )
    assert "7 factures suivies, 6 documents refusés" in premiere.stdout
    for motif in ("avoir", "échéance", "devise", "SIREN", "prescrite"):
        assert motif in premiere.stdout
    assert "le service n'est pas lancé" in premiere.stdout.lower()
    avant = dossier("creances", "--json").stdout
    seconde = dossier("importer", FACTURES)
    assert seconde.returncode == 1
    assert seconde.stdout.count("est déjà suivie : rien n'a été changé") == 6
    assert dossier("creances", "--json").stdout == avant
    assert len(json.loads(avant)) == 7


def test_suivre_une_facture_sans_service(dossier: Commande) -> None:
    dossier("importer", FACTURES / "FA-2026-0101.pdf")
    prevu = json.loads(dossier("prevoir", "FA-2026-0101", "--json").stdout)
    assert prevu[0] == {"jour": "2026-05-13", "libelle": "Prévenance (courriel)", "hypothese": ""}
    assert prevu[-1]["libelle"] == "Dossier scellé"
    paye = dossier("paiement", "FA-2026-0101", "100,00", "--jour", "04/05/2026", "--reference", "VIR 1")
    assert paye.returncode == 0, paye.stderr
    assert "il reste 742,40\u00a0€" in paye.stdout
    assert dossier("litige", "ouvrir", "FA-2026-0101", "Livraison incomplète").returncode == 0
    situation = json.loads(dossier("creances", "--json").stdout)[0]
    assert situation["situation"] == "Litige ouvert : Livraison incomplète"
    assert dossier("litige", "lever", "FA-2026-0101", "Livrée le 4 mai").returncode == 0
    montre = dossier("montrer", "FA-2026-0101").stdout
    assert "Paiement reçu : 100,00\u00a0€" in montre
    trop_tot = dossier("assembler", "FA-2026-0101")
    assert trop_tot.returncode == 1
    assert "le délai de la mise en demeure doit être passé" in trop_tot.stderr


def test_une_maison_sans_creance_dit_ou_elle_a_regarde(dossier: Commande) -> None:
    for commande in ("creances", "a-faire"):
        dite = dossier(commande).stdout
        assert f"Aucune créance dans {dossier.environ['DOSSIER_DONNEES']}" in dite
        assert "DOSSIER_JOURNAL" in dite


def test_un_chemin_que_le_systeme_refuse_est_dit_sans_bogue(dossier: Commande) -> None:
    resultat = dossier("importer", "x" * 300 + ".pdf")
    assert resultat.returncode == 1
    assert "il ne peut pas être lu" in resultat.stdout + resultat.stderr
    assert "imprévue" not in resultat.stderr


def test_une_configuration_fautive_dit_le_fichier_et_la_ligne(dossier: Commande, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(RACINE / "config", config)
    scenario = config / "scenarios" / "standard.yaml"
    lignes = scenario.read_text().splitlines()
    rang = next(n for n, ligne in enumerate(lignes) if "delai_de_paiement: 15" in ligne)
    lignes[rang] = "    delai_de_paiement: quinze"
    scenario.write_text("\n".join(lignes))
    dossier.environ["DOSSIER_CONFIG"] = str(config)
    resultat = dossier("creances")
    assert resultat.returncode == 1
    assert f"standard.yaml:{rang + 1}" in resultat.stderr


def test_verifier_un_fichier_qui_n_est_pas_un_dossier(dossier: Commande, tmp_path: Path) -> None:
    faux = tmp_path / "faux.zip"
    faux.write_bytes(b"rien")
    resultat = dossier("verifier", faux)
    assert resultat.returncode == 1
    assert "n'est pas conforme" in resultat.stderr
