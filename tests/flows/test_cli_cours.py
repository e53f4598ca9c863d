"""The commands that bend the course of a procedure, as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.test_cli import FACTURES, Commande

NUMERO = "FA-2026-0101"


@pytest.mark.timeout(400)
def test_promettre_suspendre_reprendre_changer_de_scenario_annuler_un_paiement(tmp_path: Path) -> None:
    dossier = Commande(tmp_path / "donnees")
    assert dossier("importer", FACTURES / f"{NUMERO}.pdf").returncode == 0
    for arguments, dit in (
        (("promesse", NUMERO, "20/05/2026", "--montant", "842,40"), "Promesse de payer 842,40"),
        (("promesse", NUMERO, "03/05/2026"), "est passée"),
        (("suspendre", NUMERO, "Congés", "--par", "Anne", "--jusqu-au", "12/05/2026"), "suspendue jusqu'au"),
        (("reprendre", NUMERO, "Retour", "--par", "Anne"), "reprise là où elle en était"),
        (("scenario", NUMERO, "grand-compte", "--motif", "Groupe", "--par", "Anne"), "« Grand compte »"),
        (("litige", "ouvrir", NUMERO, "Abîmé", "--raison", "marchandise_non_conforme"), "marchandise non"),
        (("appel", NUMERO, "injoignable", "--par", "Anne", "--rappeler-le", "06/05/2026"), "À rappeler le"),
        (
            ("annuler-paiement", NUMERO, "impaye", "--motif", "Rejet", "--par", "Anne"),
            "Aucun paiement n'est enregistré",
        ),
        (("suspendre", "FA-2026-0110", "Congés", "--par", "Anne"), f"Vouliez-vous dire : {NUMERO}"),
        (("suspendre", "fa 2026 0101", "Congés", "--par", "Anne"), f"comme sur la facture : {NUMERO}"),
    ):
        resultat = dossier(*arguments)
        assert dit in resultat.stdout + resultat.stderr, arguments
