"""Disputes, pauses, the end of a procedure: what each says and refuses, and what it does to letters."""

from __future__ import annotations

from datetime import date

import pytest

from dossier.core.decision import Attendre
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import RaisonLitige
from dossier.services import saisies
from dossier.services.suspensions import A_FAIRE, RAISONS
from tests.core.vie import facture
from tests.services.atelier import DEBUT, UN_JOUR, Atelier, deux_factures
from tests.services.test_plis import IMPRIME, au_rappel

RELANCE_1 = date(2026, 6, 11)


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(facture(), source=None)
    return neuf


def suspendre(atelier: Atelier, jusqu_au: date | None = None, motif: str = "Congés") -> str:
    return saisies.suspendre(atelier.outils, "FA-1", motif, "Anne", auteur="essai", jusqu_au=jusqu_au)


def reprendre(atelier: Atelier, motif: str = "Retour") -> str:
    return saisies.reprendre(atelier.outils, "FA-1", motif, "Anne", auteur="essai")


def attente(atelier: Atelier) -> str:
    action = atelier.agir()
    assert isinstance(action, Attendre)
    return action.libelle


def test_suspendue_jusqu_a_une_date_la_procedure_reprend_seule_ce_jour_la(atelier: Atelier) -> None:
    atelier.clock.regler(RELANCE_1)
    fin = RELANCE_1 + UN_JOUR
    dit = suspendre(atelier, fin)
    assert "suspendue jusqu'au 12 juin 2026 : Congés. La prescription court toujours." in dit
    assert attente(atelier) == "Suspendue jusqu'au 12/06/2026"
    assert atelier.messagerie.envoyes == []
    atelier.clock.regler(fin)
    assert attente(atelier) == "Relance 2 le 20/06/2026"
    assert len(atelier.messagerie.envoyes) == 1
    with pytest.raises(DonneeInvalide, match="n'est pas suspendue"):
        reprendre(atelier)


@pytest.mark.parametrize("ecart", [-1, 0])
def test_une_suspension_ne_finit_pas_aujourd_hui_ni_hier(atelier: Atelier, ecart: int) -> None:
    with pytest.raises(DonneeInvalide, match="donnez une date à venir"):
        suspendre(atelier, DEBUT + ecart * UN_JOUR)


def test_une_suspension_sans_fin_attend_une_personne_qui_la_reprend(atelier: Atelier) -> None:
    suspendre(atelier)
    assert attente(atelier) == "Suspendue : Congés"
    assert "reprise là où elle en était : Retour" in reprendre(atelier)
    assert attente(atelier) == "Prévenance le 27/05/2026"
    faits = atelier.journal.lire("FA-1")
    assert "rien n'a changé" in reprendre(atelier)
    assert atelier.journal.lire("FA-1") == faits
    with pytest.raises(DonneeInvalide, match="n'est pas suspendue"):
        reprendre(atelier, "Autre motif")


def test_suspendre_autrement_remplace_et_le_dit(atelier: Atelier) -> None:
    suspendre(atelier)
    assert "à la place de la suspension en cours" in suspendre(atelier, DEBUT + UN_JOUR)
    assert "rien n'a changé" in suspendre(atelier, DEBUT + UN_JOUR)
    assert attente(atelier) == "Suspendue jusqu'au 05/05/2026"


def test_suspendre_de_nouveau_apres_la_fin_compte(atelier: Atelier) -> None:
    suspendre(atelier)
    reprendre(atelier)
    assert "rien n'a changé" not in suspendre(atelier)
    assert attente(atelier) == "Suspendue : Congés"


def test_reprendre_ne_leve_pas_un_litige_et_le_dit(atelier: Atelier) -> None:
    saisies.ouvrir_litige(atelier.outils, "FA-1", "Abîmé", auteur="essai")
    with pytest.raises(DonneeInvalide, match="un litige l'arrête"):
        reprendre(atelier)
    suspendre(atelier)
    assert "Elle reste arrêtée : litige ouvert, « Abîmé »" in reprendre(atelier)
    assert attente(atelier) == "Litige ouvert : Abîmé"


def test_une_creance_close_ne_se_suspend_ni_ne_se_reprend(atelier: Atelier) -> None:
    suspendre(atelier)
    saisies.abandonner(atelier.outils, "FA-1", "Geste", auteur="essai")
    with pytest.raises(DonneeInvalide, match="est close"):
        suspendre(atelier)
    with pytest.raises(DonneeInvalide, match="est close"):
        reprendre(atelier)


# Disputes


def test_chaque_raison_d_un_litige_a_son_libelle() -> None:
    assert set(RAISONS) == set(RaisonLitige)
    assert set(A_FAIRE) <= set(RaisonLitige)


def test_un_litige_porte_sa_raison_et_dit_ce_qui_le_regle(atelier: Atelier) -> None:
    dit = saisies.ouvrir_litige(
        atelier.outils, "FA-1", "Viré le 2 mai", auteur="essai", raison=RaisonLitige.DEJA_PAYEE
    )
    assert "(facture déjà payée, selon le débiteur) : Viré le 2 mai." in dit
    assert "preuve du virement" in dit
    litige = atelier.etat().litige
    assert litige is not None
    assert litige.raison is RaisonLitige.DEJA_PAYEE
    with pytest.raises(DonneeInvalide, match="Levez-le d'abord"):
        saisies.ouvrir_litige(
            atelier.outils, "FA-1", "Viré le 2 mai", auteur="essai", raison=RaisonLitige.PRIX
        )


# Letters in somebody's hands


@pytest.mark.parametrize("geste", ["litige", "suspension", "promesse", "abandon", "paiement"])
def test_une_lettre_imprimee_et_pas_postee_est_nommee_a_qui_arrete_la_procedure(geste: str) -> None:
    atelier = au_rappel(IMPRIME, facture())
    outils, jour = atelier.outils, atelier.clock.jour()
    dits = {
        "litige": lambda: saisies.ouvrir_litige(outils, "FA-1", "Abîmé", auteur="essai"),
        "suspension": lambda: suspendre(atelier),
        "promesse": lambda: saisies.promettre(outils, "FA-1", jour, auteur="essai"),
        "abandon": lambda: saisies.abandonner(outils, "FA-1", "Geste", auteur="essai"),
        "paiement": lambda: atelier.payer("1000"),
    }
    dit = dits[geste]()
    assert "pas encore postée : « Dernier rappel avant contentieux » ; " in dit
    assert ("détruisez-la" in dit) is (geste in {"abandon", "paiement"})


def test_une_lettre_postee_n_est_plus_a_retenir() -> None:
    atelier = au_rappel(IMPRIME, facture())
    saisies.depot(atelier.outils, "FA-1", "1A00000000001", IMPRIME, auteur="essai")
    assert "pas encore postée" not in suspendre(atelier)


def test_une_lettre_commune_ecrite_apres_la_fin_d_une_suspension_part() -> None:
    atelier = Atelier()
    atelier.importer(*deux_factures())
    suspendre(atelier, RELANCE_1)
    atelier.aller(RELANCE_1, "FA-1", "FA-2")
    assert len(atelier.etat("FA-1").envois_de("relance-1")) == 1
    (envoi,) = atelier.etat("FA-1").envois_de("relance-1")
    assert envoi.prepare.groupe == ("FA-1", "FA-2")
    assert envoi.fait is not None
    assert envoi.retire is None


def test_une_suspension_reprend_la_lettre_commune_avant_son_depart() -> None:
    atelier = au_rappel(IMPRIME, *deux_factures())
    suspendre(atelier)
    assert atelier.etat("FA-2").envois_de("avant-contentieux")[-1].signale is not None


def test_apres_le_scellement_la_suspension_dit_que_les_delais_courent() -> None:
    from dossier.services.assemblage import assembler

    atelier = Atelier()
    atelier.importer(facture())
    atelier.jusqu_au_dossier()
    assembler(atelier.outils, "FA-1", auteur="essai")
    assert "les délais de la procédure en justice courent toujours" in suspendre(atelier)
    assert "Prévenez qui tient le dossier scellé" in saisies.abandonner(
        atelier.outils, "FA-1", "Geste", auteur="essai"
    )
