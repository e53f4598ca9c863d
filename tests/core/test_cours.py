"""What people change in the course of a procedure: promise, pause, recall, payment taken back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dossier.core.chronologie import chronologie
from dossier.core.decision import Attendre, DemanderAppel, DemanderApprobation, Qui, Terminer, decide
from dossier.core.faits import CauseAnnulation, CreanceAbandonnee, ResultatAppel
from dossier.core.prevision import prevoir
from tests.core.vie import Vie, standard

UN_JOUR = timedelta(days=1)
RELANCE_1 = date(2026, 6, 11)


def attente(vie: Vie) -> Attendre:
    action = vie.agir()
    assert isinstance(action, Attendre)
    return action


# Promise


@pytest.mark.parametrize(("grace", "retenue"), [(3, True), (4, False)])
def test_une_promesse_retient_la_procedure_jusqu_au_dernier_jour_de_grace(grace: int, retenue: bool) -> None:
    vie = Vie(RELANCE_1).promettre(RELANCE_1)
    vie.jour = RELANCE_1 + grace * UN_JOUR
    libelle = attente(vie).libelle
    assert (libelle == "Paiement promis pour le 11/06/2026") is retenue
    assert bool(vie.partis()) is not retenue


def test_la_derniere_promesse_compte_meme_plus_proche() -> None:
    vie = Vie(RELANCE_1).promettre(RELANCE_1 + 30 * UN_JOUR).promettre(RELANCE_1 + UN_JOUR)
    assert attente(vie).jusqu_a == RELANCE_1 + 5 * UN_JOUR


def test_une_promesse_fait_redemander_l_accord_donne_avant_elle() -> None:
    vie = Vie().a_l_approbation().repondre()
    vie.promettre(vie.jour)
    vie.jour += 4 * UN_JOUR
    assert isinstance(vie.agir(), DemanderApprobation)


# Pause


def test_une_suspension_datee_attend_une_date_une_autre_attend_une_personne() -> None:
    datee = Vie(RELANCE_1).suspendre(RELANCE_1 + UN_JOUR)
    assert (attente(datee).qui, attente(datee).jusqu_a) == (Qui.DATE, RELANCE_1 + UN_JOUR)
    sans_fin = Vie(RELANCE_1).suspendre()
    assert (attente(sans_fin).qui, attente(sans_fin).etape) == (Qui.PERSONNE, "suspension")
    sans_fin.reprendre()
    assert attente(sans_fin).libelle == "Relance 2 le 19/06/2026"


def test_une_suspension_fait_redemander_l_accord_donne_avant_elle() -> None:
    vie = Vie().a_l_approbation().repondre().suspendre().reprendre()
    assert isinstance(vie.agir(), DemanderApprobation)


# Recall


def test_un_appel_a_refaire_n_est_pas_fait_et_le_suivant_le_termine() -> None:
    vie = Vie().a_l_appel().appeler(ResultatAppel.INJOIGNABLE, date(2026, 6, 26))
    assert attente(vie).libelle == "À rappeler le 26/06/2026"
    vie.jour = date(2026, 6, 25)
    assert isinstance(vie.agir(), Attendre)
    vie.jour = date(2026, 6, 26)
    assert isinstance(vie.agir(), DemanderAppel)
    vie.appeler(ResultatAppel.SANS_SUITE)
    assert attente(vie).libelle == "Relance 3 le 03/07/2026"
    dits = [e.libelle for e in chronologie(vie.faits) if "Appel" in e.libelle]
    assert len(dits) == 2, "chaque tentative compte"


# Payment taken back


def test_un_paiement_annule_ne_compte_plus_et_rouvre_ce_qu_il_soldait() -> None:
    vie = Vie(RELANCE_1).payer("1000")
    assert isinstance(vie.agir(), Terminer)
    vie.annuler("1000")
    assert (vie.etat.solde, vie.etat.fin, vie.etat.paiements) == (Decimal(1000), None, ())
    assert attente(vie).libelle == "Relance 2 le 19/06/2026"


def test_deux_paiements_de_meme_somme_un_seul_est_annule() -> None:
    vie = Vie(RELANCE_1).payer("300").payer("300").annuler("300", CauseAnnulation.ERREUR)
    assert vie.etat.solde == Decimal(700)


def test_l_annulation_ne_rouvre_pas_une_creance_abandonnee() -> None:
    vie = Vie(RELANCE_1).payer("300").noter(CreanceAbandonnee(motif="Geste", jour=RELANCE_1)).annuler("300")
    assert isinstance(vie.etat.fin, CreanceAbandonnee)


# Forecast


@pytest.mark.parametrize(
    ("geste", "hypothese"),
    [("promesse", "promesse non tenue"), ("suspension", "fin de la suspension")],
)
def test_la_prevision_dit_quand_la_procedure_reprendra(geste: str, hypothese: str) -> None:
    vie = Vie(RELANCE_1)
    vie.promettre(RELANCE_1) if geste == "promesse" else vie.suspendre(RELANCE_1 + 4 * UN_JOUR)
    premier, second, *_ = prevoir(vie.etat, standard(), vie.jour)
    assert (premier.jour, premier.libelle) == (RELANCE_1 + 4 * UN_JOUR, "Reprise de la procédure")
    assert premier.hypothese == hypothese
    assert second.libelle == "Relance 1 (courriel)"


def test_la_prevision_passe_un_appel_a_refaire() -> None:
    vie = Vie().a_l_appel().appeler(ResultatAppel.INJOIGNABLE, date(2026, 6, 26))
    assert prevoir(vie.etat, standard(), vie.jour)[0].jour == date(2026, 6, 26)


def test_une_suspension_sans_fin_arrete_la_prevision() -> None:
    vie = Vie(RELANCE_1).suspendre()
    (seul,) = prevoir(vie.etat, standard(), vie.jour)
    assert (seul.libelle, seul.hypothese) == ("Suspendue : Congés", "attend une personne")


def test_le_litige_passe_avant_la_suspension_et_la_promesse() -> None:
    vie = Vie(RELANCE_1).promettre(RELANCE_1 + UN_JOUR).suspendre().contester()
    assert attente(vie).libelle == "Litige ouvert : Marchandise abîmée"
    vie.lever()
    assert attente(vie).libelle == "Suspendue : Congés"
    vie.reprendre()
    assert attente(vie).libelle == "Paiement promis pour le 12/06/2026"
    assert decide(vie.etat, standard(), RELANCE_1 + 5 * UN_JOUR) != attente(vie)
