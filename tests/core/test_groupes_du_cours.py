"""A common letter and what a person decides of one of its creances: pause, promise, payment taken back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from dossier.core.faits import (
    CauseAnnulation,
    Contenu,
    EnvoiRetire,
    PaiementAnnule,
    PaiementRecu,
    ProcedureReprise,
    ProcedureSuspendue,
    PromesseFaite,
    QuestionPosee,
)
from dossier.core.groupes import partager
from tests.core.test_groupes import CLE, JOUR, creance

UN_JOUR = timedelta(days=1)
AUTRE = QuestionPosee(etape="mise-en-demeure", question="q-1")
"""Something that changes nothing to the letter."""


def suspendue(fin: int | None) -> ProcedureSuspendue:
    """Paused until so many days after the letter."""
    jusqu_au = None if fin is None else JOUR + fin * UN_JOUR
    return ProcedureSuspendue(motif="Congés", jusqu_au=jusqu_au, par="Anne", jour=JOUR - 9 * UN_JOUR)


def reprises(*suite: Contenu, noter: Contenu) -> list[str]:
    """Why the letter is taken back from the creances that share it, when that is recorded."""
    ecrits = partager(creance(*suite), [noter], JOUR)
    retraits = [c for contenus in ecrits.values() for c in contenus if isinstance(c, EnvoiRetire)]
    assert len(retraits) in {0, 3}
    return [retrait.motif for retrait in retraits][:1]


@pytest.mark.parametrize("fin", [None, 1])
def test_une_suspension_reprend_la_lettre_commune(fin: int | None) -> None:
    assert reprises(noter=suspendue(fin)) == ["la procédure de FA-1 est suspendue"]


@pytest.mark.parametrize("fin", [0, -1])
def test_une_lettre_ecrite_apres_la_fin_d_une_suspension_n_est_pas_reprise(fin: int) -> None:
    assert reprises(suspendue(fin), noter=AUTRE) == []


def test_une_fois_reprise_la_procedure_n_est_plus_suspendue() -> None:
    reprise = ProcedureReprise(motif="Retour", par="Anne", jour=JOUR)
    assert reprises(suspendue(None), reprise, noter=AUTRE) == []


@pytest.mark.parametrize(("ecart", "reprise"), [(0, True), (-1, False)])
def test_une_promesse_reprend_la_lettre_jusqu_a_son_jour(ecart: int, reprise: bool) -> None:
    promesse = PromesseFaite(promis_le=JOUR + ecart * UN_JOUR, jour=JOUR - 9 * UN_JOUR)
    assert reprises(noter=promesse) == (["le paiement de FA-1 est promis"] if reprise else [])


def test_un_paiement_annule_rend_sa_somme_a_la_lettre() -> None:
    recu = PaiementRecu(montant=Decimal(100), jour=JOUR, reference="CHQ")
    annule = PaiementAnnule(paiement=recu, cause=CauseAnnulation.IMPAYE, motif="Rejet", par="Anne", jour=JOUR)
    assert reprises(noter=recu) == ["la somme due sur FA-1 a changé"]
    assert reprises(recu, noter=annule) == []
    assert creance(recu, annule).envois[CLE].prepare.reste == creance(recu, annule).solde
