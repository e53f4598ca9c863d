"""A dossier found incomplete is judged again when the configuration or the calendar changes what it lacks."""

from __future__ import annotations

from dataclasses import replace

from dossier.core.completude import non_levees
from dossier.core.faits import QuestionPosee
from dossier.services import saisies
from dossier.services.completude import ensemble, lacunes_de
from dossier.services.creances import consigner, scenario_de
from flows.incomplets import a_rejuger, sujet
from tests.core.vie import creancier, facture
from tests.services.atelier import Atelier


def incomplet(**creancier_: str) -> Atelier:
    """A ripe creance whose run asks about what its dossier lacks."""
    atelier = Atelier(creancier=creancier().model_copy(update=creancier_))
    atelier.importer(facture())
    atelier.jusqu_au_dossier()
    etat = atelier.etat()
    etats = ensemble(atelier.outils, etat)
    bloquantes = non_levees(lacunes_de(atelier.outils, etats), etats)
    assert bloquantes, "il manque le représentant du créancier"
    question = QuestionPosee(
        etape=scenario_de(atelier.outils, etat).etapes[-1].nom, question=f"{sujet(bloquantes)}-0123456789ab"
    )
    consigner(atelier.outils, "FA-1", lambda _: [question], auteur="essai")
    return atelier


def rejuger(atelier: Atelier) -> bool:
    etat = atelier.etat()
    return a_rejuger(atelier.outils, etat, scenario_de(atelier.outils, etat))


def test_la_meme_question_n_est_pas_reposee_et_une_configuration_completee_la_fait_rejuger() -> None:
    atelier = incomplet(representant="")
    assert not rejuger(atelier)
    atelier.outils = replace(atelier.outils, creancier=creancier())
    assert rejuger(atelier)


def test_un_dossier_qui_n_est_plus_a_sceller_est_rejuge() -> None:
    atelier = incomplet(representant="")
    saisies.ouvrir_litige(atelier.outils, "FA-1", "Prix", auteur="essai")
    assert rejuger(atelier)


def test_une_question_d_un_autre_sujet_n_est_pas_concernee() -> None:
    atelier = Atelier()
    atelier.importer(facture())
    assert not rejuger(atelier)
