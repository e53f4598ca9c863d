"""A payment taken back: which one, what it opens again, what is refused; doing it twice changes nothing."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.decision import Attendre, Terminer
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import CauseAnnulation, GenreDocument, Mensualite, PaiementAnnule
from dossier.services import saisies
from dossier.services.documents import etablir
from dossier.services.sommes_recues import annuler_paiement
from tests.core.vie import facture
from tests.services.atelier import DEBUT, UN_JOUR, Atelier


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(facture(), source=None)
    return neuf


def annuler(atelier: Atelier, motif: str = "Chèque sans provision", **vise: Any) -> str:
    cause = vise.pop("cause", CauseAnnulation.IMPAYE)
    return annuler_paiement(atelier.outils, "FA-1", cause, motif, "Anne", auteur="essai", **vise)


def test_un_paiement_impaye_rouvre_la_creance_qu_il_soldait(atelier: Atelier) -> None:
    atelier.payer("1000", reference="CHQ 12")
    assert isinstance(atelier.agir(), Terminer)
    texte = annuler(atelier, reference="chq 12")
    assert "Paiement de 1\u202f000,00\u00a0€" in texte or "Paiement de 1" in texte
    assert "il reste 1" in texte
    assert "elle est rouverte" in texte
    assert atelier.etat().fin is None
    assert atelier.etat().solde == Decimal(1000)
    suite = atelier.agir()
    assert isinstance(suite, Attendre)
    assert suite.libelle == "Prévenance le 27/05/2026"


def test_annuler_deux_fois_ne_change_rien_et_le_dit(atelier: Atelier) -> None:
    atelier.payer("1000", reference="CHQ 12")
    atelier.agir()
    annuler(atelier)
    faits = atelier.journal.lire("FA-1")
    assert "rien n'a changé" in annuler(atelier)
    assert atelier.journal.lire("FA-1") == faits


def test_la_meme_annulation_ne_prend_pas_un_autre_paiement(atelier: Atelier) -> None:
    atelier.payer("100", reference="PRLV mai")
    annuler(atelier, reference="PRLV")
    atelier.payer("100", reference="PRLV juin")
    assert "rien n'a changé" in annuler(atelier, reference="PRLV")
    assert len(atelier.etat().paiements) == 1
    assert "annulé" in annuler(atelier, "Rejet du second", reference="PRLV")
    assert atelier.etat().paiements == ()


def test_le_meme_paiement_saisi_de_nouveau_apres_son_annulation_compte(atelier: Atelier) -> None:
    atelier.payer("100", reference="CHQ 12")
    annuler(atelier)
    assert "enregistré" in atelier.payer("100", reference="CHQ 12")
    assert atelier.etat().solde == Decimal(900)


def test_sans_paiement_l_annulation_est_refusee(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="Aucun paiement n'est enregistré sur FA-1"):
        annuler(atelier)


@pytest.mark.parametrize(
    "vise", [{"reference": "VIR 9"}, {"montant": Decimal("100.01")}, {"jour": DEBUT - UN_JOUR}]
)
def test_un_paiement_introuvable_est_refuse_en_listant_les_autres(
    atelier: Atelier, vise: dict[str, Any]
) -> None:
    atelier.payer("100", reference="VIR 1")
    with pytest.raises(DonneeInvalide, match=r"ne répond à cela.*100,00.*« VIR 1 »"):
        annuler(atelier, **vise)
    assert len(atelier.etat().paiements) == 1


def test_deux_paiements_possibles_sont_refuses_en_les_listant_puis_tranches(atelier: Atelier) -> None:
    atelier.payer("100", reference="VIR 1")
    atelier.payer("100", reference="VIR 2")
    with pytest.raises(DonneeInvalide, match=r"Plusieurs paiements.*« VIR 1 ».*« VIR 2 »"):
        annuler(atelier, montant=Decimal(100))
    annuler(atelier, montant=Decimal(100), reference="vir 2", jour=DEBUT)
    assert [p.reference for p in atelier.etat().paiements] == ["VIR 1"]


def test_une_erreur_de_saisie_se_dit_autrement_qu_un_impaye(atelier: Atelier) -> None:
    atelier.payer("100", reference="VIR 1")
    annuler(atelier, "Autre client", cause=CauseAnnulation.ERREUR)
    annule = atelier.journal.lire("FA-1")[-1].contenu
    assert isinstance(annule, PaiementAnnule)
    assert (annule.cause, annule.par) == (CauseAnnulation.ERREUR, "Anne")


@pytest.mark.parametrize("vide", [{"motif": " "}, {"par": ""}])
def test_un_motif_et_un_nom_sont_exiges(atelier: Atelier, vide: dict[str, str]) -> None:
    atelier.payer("100")
    dits = {"motif": "Rejet", "par": "Anne", **vide}
    with pytest.raises(DonneeInvalide, match="Indiquez"):
        annuler_paiement(
            atelier.outils, "FA-1", CauseAnnulation.IMPAYE, dits["motif"], dits["par"], auteur="essai"
        )


def test_une_creance_abandonnee_ne_se_rouvre_pas_par_une_annulation(atelier: Atelier) -> None:
    atelier.payer("100")
    saisies.abandonner(atelier.outils, "FA-1", "Geste commercial", auteur="essai")
    with pytest.raises(DonneeInvalide, match="est close"):
        annuler(atelier)


def test_la_quittance_donnee_est_a_reprendre(atelier: Atelier) -> None:
    atelier.payer("1000")
    atelier.agir()
    etablir(atelier.outils, "FA-1", GenreDocument.QUITTANCE, auteur="essai")
    assert "demandez qu'elle vous soit rendue" in annuler(atelier)


def test_un_echeancier_en_cours_est_a_revoir_et_un_second_remplace_le_premier(atelier: Atelier) -> None:
    atelier.payer("100")
    for rang in (1, 2):
        plan = [Mensualite(jour=DEBUT + timedelta(days=30 * rang), montant=Decimal(900))]
        dit = saisies.echeancier(atelier.outils, "FA-1", plan, auteur="essai")
        assert ("Il remplace l'échéancier en cours." in dit) is (rang == 2)
    assert "vérifiez qu'il couvre encore" in annuler(atelier)


def test_une_mensualite_revenue_impayee_rompt_l_echeancier_apres_sa_grace(atelier: Atelier) -> None:
    plan = [Mensualite(jour=date(2026, 6, 20), montant=Decimal(1000))]
    saisies.echeancier(atelier.outils, "FA-1", plan, auteur="essai")
    atelier.clock.regler(date(2026, 6, 20))
    atelier.payer("400", reference="PRLV")
    annuler(atelier)
    atelier.aller(date(2026, 6, 23))
    assert atelier.etat().echeancier is not None
    atelier.aller(date(2026, 6, 24))
    assert atelier.etat().echeancier is None
