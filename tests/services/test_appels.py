"""What a call brings in the same act: a promise, a dispute, another call; what a mixed answer is refused for."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dossier.adapters.config_yaml import charger
from dossier.core.decision import Attendre, DemanderAppel
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import AppelConsigne, LitigeOuvert, PromesseFaite, RaisonLitige, ResultatAppel
from dossier.core.scenario import Scenario
from dossier.services import saisies
from dossier.services.appels import RAPPEL_MAX
from tests.core.droit.loi import CONFIG
from tests.core.vie import facture
from tests.services.atelier import UN_JOUR, Atelier

APPEL = date(2026, 6, 24)


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(facture(), source=None)
    neuf.aller(APPEL)
    assert isinstance(neuf.action(), DemanderAppel)
    return neuf


def appeler(atelier: Atelier, resultat: ResultatAppel, **reste: Any) -> str:
    return saisies.appel(atelier.outils, "FA-1", resultat, "Anne", auteur="essai", **reste)


def derniers(atelier: Atelier, combien: int) -> list[object]:
    return [fait.contenu for fait in atelier.journal.lire("FA-1")][-combien:]


def libelle(atelier: Atelier) -> str:
    action = atelier.agir()
    assert isinstance(action, Attendre)
    return action.libelle


def test_un_paiement_annonce_avec_sa_date_est_une_promesse_dans_le_meme_acte(atelier: Atelier) -> None:
    dit = appeler(
        atelier,
        ResultatAppel.PAIEMENT_ANNONCE,
        promis_le=APPEL + UN_JOUR,
        montant=Decimal(400),
    )
    assert "Paiement promis pour le 25 juin 2026." in dit
    appel, promesse = derniers(atelier, 2)
    assert isinstance(appel, AppelConsigne)
    assert isinstance(promesse, PromesseFaite)
    assert promesse.montant == Decimal(400)
    assert libelle(atelier) == "Paiement promis pour le 25/06/2026"
    faits = atelier.journal.lire("FA-1")
    deux_fois = appeler(
        atelier, ResultatAppel.PAIEMENT_ANNONCE, promis_le=APPEL + UN_JOUR, montant=Decimal(400)
    )
    assert "rien n'a changé" in deux_fois
    assert atelier.journal.lire("FA-1") == faits


def test_un_paiement_annonce_sans_date_ne_retient_rien_et_le_dit(atelier: Atelier) -> None:
    assert "Sans date, rien ne retient la procédure" in appeler(atelier, ResultatAppel.PAIEMENT_ANNONCE)
    assert libelle(atelier) == "Relance 3 le 01/07/2026"


def test_une_promesse_impossible_n_enregistre_pas_l_appel_non_plus(atelier: Atelier) -> None:
    avant = atelier.journal.lire("FA-1")
    with pytest.raises(DonneeInvalide, match="dépasse ce qui reste"):
        appeler(atelier, ResultatAppel.PAIEMENT_ANNONCE, promis_le=APPEL, montant=Decimal(5000))
    with pytest.raises(DonneeInvalide, match="est passée"):
        appeler(atelier, ResultatAppel.PAIEMENT_ANNONCE, promis_le=APPEL - UN_JOUR)
    assert atelier.journal.lire("FA-1") == avant


def test_une_facture_contestee_ouvre_le_litige_et_demande_ce_qui_est_conteste(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="ce que le débiteur conteste"):
        appeler(atelier, ResultatAppel.LITIGE)
    dit = appeler(atelier, ResultatAppel.LITIGE, motif="Abîmé", raison=RaisonLitige.MARCHANDISE)
    assert "Litige ouvert : Abîmé." in dit
    _, litige = derniers(atelier, 2)
    assert isinstance(litige, LitigeOuvert)
    assert litige.raison is RaisonLitige.MARCHANDISE
    assert libelle(atelier) == "Litige ouvert : Abîmé"
    assert "rien n'a changé" in appeler(atelier, ResultatAppel.LITIGE, motif="Abîmé")


def test_la_note_vaut_motif_et_un_litige_deja_ouvert_n_est_pas_double(atelier: Atelier) -> None:
    saisies.ouvrir_litige(atelier.outils, "FA-1", "Prix", auteur="essai")
    dit = appeler(atelier, ResultatAppel.LITIGE, note="Dit que le prix est faux")
    assert "Un litige était déjà ouvert : « Prix »." in dit
    assert isinstance(derniers(atelier, 1)[0], AppelConsigne)


@pytest.mark.parametrize(
    ("resultat", "reste", "phrase"),
    [
        (ResultatAppel.INJOIGNABLE, {"promis_le": APPEL}, "qu'avec le résultat « paiement annoncé »"),
        (ResultatAppel.PAIEMENT_ANNONCE, {"montant": Decimal(1)}, "avec la date"),
        (ResultatAppel.SANS_SUITE, {"motif": "Abîmé"}, "« facture contestée »"),
        (ResultatAppel.LITIGE, {"motif": "Abîmé", "rappeler_le": APPEL + UN_JOUR}, "pas de date de rappel"),
        (
            ResultatAppel.PAIEMENT_ANNONCE,
            {"promis_le": APPEL, "rappeler_le": APPEL + UN_JOUR},
            "pas de date de rappel",
        ),
        (ResultatAppel.INJOIGNABLE, {"rappeler_le": APPEL}, "une date à venir"),
        (ResultatAppel.INJOIGNABLE, {"rappeler_le": APPEL + RAPPEL_MAX + UN_JOUR}, "30 jours au plus"),
    ],
)
def test_une_reponse_qui_se_contredit_est_refusee(
    atelier: Atelier, resultat: ResultatAppel, reste: dict[str, Any], phrase: str
) -> None:
    avant = atelier.journal.lire("FA-1")
    with pytest.raises(DonneeInvalide, match=phrase):
        appeler(atelier, resultat, **reste)
    assert atelier.journal.lire("FA-1") == avant


@pytest.mark.parametrize("jours", [1, RAPPEL_MAX.days])
def test_un_appel_a_refaire_est_demande_de_nouveau_ce_jour_la(atelier: Atelier, jours: int) -> None:
    rappel = APPEL + timedelta(days=jours)
    assert "À rappeler le" in appeler(atelier, ResultatAppel.INJOIGNABLE, rappeler_le=rappel)
    assert libelle(atelier).startswith("À rappeler le")
    atelier.clock.regler(rappel - UN_JOUR)
    assert isinstance(atelier.action(), Attendre)
    atelier.clock.regler(rappel)
    assert isinstance(atelier.action(), DemanderAppel)
    appeler(atelier, ResultatAppel.MESSAGE_LAISSE)
    assert not isinstance(atelier.action(), DemanderAppel)


@pytest.mark.parametrize(
    ("resultat", "dit"),
    [
        (ResultatAppel.FACTURE_NON_RECUE, "Renvoyez-lui la facture"),
        (ResultatAppel.ATTENTE_APPROBATION, "Rien ne retient la procédure"),
        (ResultatAppel.PAIEMENT_ENVOYE, "à sa réception"),
    ],
)
def test_ce_qui_reste_a_faire_apres_l_appel_est_dit(
    atelier: Atelier, resultat: ResultatAppel, dit: str
) -> None:
    assert dit in appeler(atelier, resultat)


def test_un_appel_se_note_meme_si_le_scenario_n_en_prevoit_pas() -> None:
    particulier = charger(CONFIG / "scenarios" / "particulier.yaml", Scenario)
    atelier = Atelier(scenarios={"standard": particulier.model_copy(update={"nom": "standard"})})
    atelier.importer(facture(), source=None)
    assert "message laissé" in appeler(atelier, ResultatAppel.MESSAGE_LAISSE)
    assert "rien n'a changé" in appeler(atelier, ResultatAppel.MESSAGE_LAISSE)
    assert isinstance(atelier.action(), Attendre)
