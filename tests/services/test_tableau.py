"""The list of the day and the figures, from a house of fakes: one bad creance never hides the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from dossier.core.a_faire import Geste
from dossier.core.faits import DossierScelle, QuestionPosee
from dossier.core.tableau import Ventes
from dossier.services.creances import etats_lisibles
from dossier.services.tableau import a_faire_du_jour, tableau_du_jour
from tests.core.vie import archive, facture
from tests.services.atelier import Atelier, deux_factures

APPEL = date(2026, 6, 24)


def _a_l_appel() -> Atelier:
    atelier = Atelier()
    atelier.importer(*deux_factures())
    atelier.aller(APPEL, "FA-1", "FA-2")
    return atelier


def _noter(atelier: Atelier, creance: str, contenu: object) -> None:
    numero = atelier.journal.dernier(creance)
    atelier.journal.ajouter(
        {creance: [contenu]}, {creance: numero}, auteur="essai", instant=atelier.clock.now()
    )


def test_l_age_des_questions_vient_du_journal() -> None:
    atelier = _a_l_appel()
    _noter(atelier, "FA-1", QuestionPosee(etape="appel", question="appel-aaa"))
    atelier.clock.regler(APPEL + timedelta(days=3))
    lignes = a_faire_du_jour(atelier.outils, etats_lisibles(atelier.outils), APPEL + timedelta(days=3), {})
    assert [(li.facture, li.geste, li.urgent) for li in lignes] == [
        ("FA-1", Geste.APPELER, True),
        ("FA-2", Geste.APPELER, False),
    ]


def test_un_suivi_arrete_est_celui_de_sa_creance() -> None:
    atelier = _a_l_appel()
    rouges = {"FA-2": ("Le courrier ne part pas.", APPEL)}
    premiere, *_ = a_faire_du_jour(atelier.outils, etats_lisibles(atelier.outils), APPEL, rouges)
    assert (premiere.facture, premiere.quoi) == ("FA-2", "Le courrier ne part pas.")


def test_une_creance_dont_le_scenario_manque_n_empeche_pas_les_autres() -> None:
    atelier = _a_l_appel()
    un, deux = etats_lisibles(atelier.outils)
    etats = (replace(un, scenario="perdu"), deux)
    assert [li.facture for li in a_faire_du_jour(atelier.outils, etats, APPEL, {})] == ["FA-2"]
    assert tableau_du_jour(atelier.outils, etats, APPEL, None).encours.nombre == 1


def test_une_creance_close_ne_demande_rien_et_compte_dans_les_chiffres() -> None:
    atelier = _a_l_appel()
    atelier.payer("1000")
    atelier.agir()
    lignes = a_faire_du_jour(atelier.outils, etats_lisibles(atelier.outils), APPEL, {})
    assert [li.facture for li in lignes] == ["FA-2"]
    ventes = Ventes(ventes={"2026-06": Decimal(24_000)})
    chiffres = tableau_du_jour(atelier.outils, etats_lisibles(atelier.outils), APPEL, ventes)
    assert (chiffres.encours.nombre, chiffres.delais[0].factures) == (1, 1)
    assert chiffres.dso is not None
    assert chiffres.dso.jours == Decimal("0.5")


def test_un_dossier_scelle_donne_ce_que_le_calendrier_attend_ou_pourquoi_il_se_tait() -> None:
    atelier = Atelier()
    atelier.importer(facture())
    atelier.jusqu_au_dossier("FA-1")
    jour = atelier.clock.jour()
    _noter(
        atelier, "FA-1", DossierScelle(dossier="D-1", zip=archive(), pieces=1, total=Decimal(1100), jour=jour)
    )
    (a_remettre,) = a_faire_du_jour(atelier.outils, etats_lisibles(atelier.outils), jour, {})
    assert (a_remettre.geste, a_remettre.quoi) == (Geste.REMETTRE, "Dossier scellé, à remettre")

    droit = atelier.outils.droit
    perime = droit.juridictions.model_copy(update={"verifie_jusqu_au": date(2026, 1, 1)})
    sans = replace(atelier.outils, droit=droit.model_copy(update={"juridictions": perime}))
    (muette,) = (
        li for li in a_faire_du_jour(sans, etats_lisibles(sans), jour, {}) if li.geste is Geste.REMETTRE
    )
    assert "vérifié" in muette.quoi


def test_une_prescription_proche_se_dit_et_une_regle_non_couverte_aussi() -> None:
    atelier = Atelier(jour=date(2026, 5, 4))
    atelier.importer(facture(emission=date(2021, 6, 1), echeance=date(2021, 7, 1)))
    (etat,) = etats_lisibles(atelier.outils)
    prescription, *_ = a_faire_du_jour(atelier.outils, [etat], date(2026, 5, 4), {})
    assert (prescription.geste, prescription.limite) == (Geste.PRESCRIPTION, date(2026, 7, 1))

    droit = atelier.outils.droit
    perime = droit.prescription_ans.model_copy(update={"verifie_jusqu_au": date(2020, 1, 1)})
    sans = replace(atelier.outils, droit=droit.model_copy(update={"prescription_ans": perime}))
    inconnue, *_ = a_faire_du_jour(sans, [etat], date(2026, 5, 4), {})
    assert (inconnue.geste, inconnue.limite, inconnue.urgent) == (Geste.PRESCRIPTION, None, True)
