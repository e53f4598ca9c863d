from __future__ import annotations

from datetime import date, timedelta

import pytest

from dossier.core.faits import Decision, IssuePli, Sens
from dossier.core.prevision import LIMITE, Prevu, prevoir
from tests.core.vie import EMISSION, Vie, evenement, standard


def calendrier(vie: Vie) -> list[tuple[date, str]]:
    return [(p.jour, p.libelle) for p in prevoir(vie.etat, vie.scenario, vie.jour)]


def test_le_calendrier_d_une_facture_que_personne_ne_paie() -> None:
    assert calendrier(Vie()) == [
        (date(2026, 5, 27), "Prévenance (courriel)"),
        (date(2026, 6, 11), "Relance 1 (courriel)"),
        (date(2026, 6, 19), "Relance 2 (courriel)"),
        (date(2026, 6, 19), "Relance 2 (lettre simple)"),
        (date(2026, 6, 24), "Appel téléphonique"),
        (date(2026, 7, 1), "Relance 3 (courriel)"),
        (date(2026, 7, 1), "Relance 3 (lettre simple)"),
        (date(2026, 7, 11), "Dernier rappel avant contentieux (recommandé avec AR)"),
        (date(2026, 7, 13), "Dépôt du recommandé : Dernier rappel avant contentieux"),
        (date(2026, 8, 2), "Mise en demeure : approbation demandée"),
        (date(2026, 8, 2), "Mise en demeure (recommandé avec AR)"),
        (date(2026, 8, 3), "Dépôt du recommandé : Mise en demeure"),
        (date(2026, 8, 6), "Distribution : Mise en demeure"),
        (date(2026, 8, 22), "Dossier scellé"),
    ]


def test_ce_qui_est_prevu_est_ce_qui_arrive_si_l_hypothese_se_realise() -> None:
    vie = Vie()
    prevus = calendrier(vie)
    vie.a_l_avant_contentieux()
    for jour, texte in vie.evenements:
        assert (jour, texte.replace("à déposer", "avec AR")) in prevus


def test_chaque_hypothese_est_dite() -> None:
    prevus = prevoir(Vie().etat, standard(), EMISSION)
    dites = {p.hypothese for p in prevus if p.hypothese}
    assert dites == {
        "fait le jour même, sans suite",
        "approuvée le jour même",
        "déposé le premier jour ouvré qui suit",
        "distribué trois jours après le dépôt, ou le premier jour ouvré qui suit",
    }


@pytest.mark.parametrize(
    ("depose", "aujourd_hui", "distribue", "hypothese"),
    [
        (3, 3, 6, "distribué trois jours après le dépôt, ou le premier jour ouvré qui suit"),
        (5, 5, 10, "distribué trois jours après le dépôt, ou le premier jour ouvré qui suit"),
        (3, 6, 6, "distribué trois jours après le dépôt, ou le premier jour ouvré qui suit"),
        (3, 7, 7, "distribution non encore connue, supposée ce jour-là"),
    ],
    ids=["semaine", "samedi", "dernier jour", "passé"],
)
def test_la_distribution_supposee_est_dite_telle_qu_elle_est_comptee(
    depose: int, aujourd_hui: int, distribue: int, hypothese: str
) -> None:
    vie = Vie().a_l_approbation().repondre()
    vie.aller(date(2026, 8, depose))
    vie.deposer("1A00000000002")
    vie.aller(date(2026, 8, aujourd_hui))
    premier = prevoir(vie.etat, vie.scenario, vie.jour)[0]
    assert premier == Prevu(date(2026, 8, distribue), "Distribution : Mise en demeure", hypothese)


def test_rien_n_est_ecrit_dans_le_journal() -> None:
    vie = Vie()
    avant = vie.etat
    prevoir(avant, vie.scenario, vie.jour)
    assert vie.etat == avant


@pytest.mark.parametrize("jour", [date(2026, 5, 1), date(2026, 7, 5), date(2027, 3, 1)])
def test_le_calendrier_ne_remonte_jamais_le_temps(jour: date) -> None:
    vie = Vie(jour)
    jours = [quand for quand, _ in calendrier(vie)]
    assert jours == sorted(jours)
    assert jours[0] >= jour


def test_un_litige_arrete_la_prevision_sur_une_personne() -> None:
    vie = Vie().contester("Abîmé")
    assert prevoir(vie.etat, vie.scenario, vie.jour) == (
        Prevu(EMISSION, "Litige ouvert : Abîmé", "attend une personne"),
    )


def test_une_facture_payee_ou_close_n_a_plus_d_avenir() -> None:
    vie = Vie().payer("1000")
    assert prevoir(vie.etat, vie.scenario, vie.jour) == ()
    vie.agir()
    assert prevoir(vie.etat, vie.scenario, vie.jour) == ()


def test_un_echeancier_se_prevoit_rompu() -> None:
    vie = Vie().a_l_appel().appeler().accorder((date(2026, 7, 5), "1000"))
    prevus = prevoir(vie.etat, vie.scenario, vie.jour)
    assert prevus[0] == Prevu(date(2026, 7, 9), "Échéancier rompu", "versement non reçu")
    assert prevus[1].libelle == "Relance 3 (courriel)"


def test_une_etape_sautee_ne_se_voit_pas() -> None:
    vie = Vie(date(2026, 9, 1))
    assert calendrier(vie)[0] == (date(2026, 9, 1), "Relance 1 (courriel)")


def test_un_report_se_prevoit_a_sa_date() -> None:
    vie = Vie().a_l_approbation().repondre(Decision.REPORTER, date(2026, 8, 10))
    assert calendrier(vie)[0] == (date(2026, 8, 10), "Mise en demeure : approbation demandée")


def test_un_pli_deja_depose_se_prevoit_distribue_au_plus_tot_aujourd_hui() -> None:
    vie = Vie().a_la_poste()
    assert calendrier(vie)[0] == (date(2026, 8, 6), "Distribution : Mise en demeure")
    vie.aller(date(2026, 8, 20))
    assert calendrier(vie)[0] == (date(2026, 8, 20), "Distribution : Mise en demeure")


def test_un_npai_attend_une_personne() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.NPAI)
    assert [p.hypothese for p in prevoir(vie.etat, vie.scenario, vie.jour)] == ["attend une personne"]


def test_une_prevision_sans_fin_s_arrete() -> None:
    relance = standard().etape("relance-1")
    trop = tuple(relance.model_copy(update={"nom": f"relance-{rang}"}) for rang in range(1, LIMITE))
    scenario = standard().model_copy(update={"etapes": (*trop, *standard().etapes[-2:])})
    prevus = prevoir(Vie().etat, scenario, EMISSION + timedelta(days=300))
    assert len(prevus) == LIMITE / 2


def test_un_pli_contredit_ou_un_avis_sans_depot_attend_une_personne() -> None:
    vie = Vie().a_la_poste()
    vie.suivre(evenement(Sens.DISTRIBUE, date(2026, 8, 5)), evenement(Sens.RETOURNE, date(2026, 8, 6)))
    assert prevoir(vie.etat, vie.scenario, vie.jour) == (
        Prevu(vie.jour, "Issue contradictoire, à confirmer : 1A00000000002", "attend une personne"),
    )
    vie = Vie().a_l_approbation().repondre()
    vie.agir()
    vie.recevoir(numero="1A00000000002")
    assert [p.hypothese for p in prevoir(vie.etat, vie.scenario, vie.jour)] == ["attend une personne"]


def test_une_lettre_refaite_apres_un_npai_se_prevoit_jusqu_au_dossier() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.NPAI).trouver()
    assert calendrier(vie) == [
        (date(2026, 8, 3), "Mise en demeure : approbation demandée"),
        (date(2026, 8, 3), "Mise en demeure (recommandé avec AR)"),
        (date(2026, 8, 4), "Dépôt du recommandé : Mise en demeure"),
        (date(2026, 8, 7), "Distribution : Mise en demeure"),
        (date(2026, 8, 25), "Dossier scellé"),
    ]


def test_un_refus_d_une_personne_arrete_la_prevision() -> None:
    vie = Vie().a_l_approbation().repondre(Decision.REFUSER)
    assert [p.libelle for p in prevoir(vie.etat, vie.scenario, vie.jour)] == [
        "Mise en demeure refusée par Essai"
    ]
