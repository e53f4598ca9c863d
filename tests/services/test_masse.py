"""Steps brought forward, and one act on many creances."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dossier.core.decision import Attendre, decide
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import EtapeAvancee
from dossier.core.filtre import Filtre
from dossier.services import masse, saisies
from dossier.services.avance import avancer
from dossier.services.creances import scenario_de
from dossier.services.masse import ActeDeMasse, Demande
from dossier.services.outils import Outils
from tests.core.vie import ECHEANCE, debiteur, facture
from tests.services.atelier import Atelier

UN_JOUR = timedelta(days=1)


RELANCER = Demande(ActeDeMasse.RELANCER, "trésorerie tendue", "Anne")


def relancer(outils: Outils, numero: str) -> str:
    return avancer(outils, numero, RELANCER.motif, RELANCER.par, auteur="essai")


@pytest.fixture
def atelier() -> Atelier:
    """Three invoices of three debtors, the day after their échéance; the third one fell due later."""
    atelier = Atelier()
    atelier.importer(
        facture(numero="FA-1", debiteur=debiteur(denomination="Un SARL", siren="000700070")),
        facture(numero="FA-2", debiteur=debiteur(denomination="Deux SARL", siren="000800086")),
        facture(numero="FA-3", echeance=ECHEANCE + timedelta(days=5)),
    )
    atelier.aller(ECHEANCE + UN_JOUR, "FA-1", "FA-2", "FA-3")
    return atelier


def test_l_etape_avancee_part_le_jour_meme_et_la_suite_compte_de_ce_jour(atelier: Atelier) -> None:
    assert relancer(atelier.outils, "FA-1") == "Relance 1 de FA-1 : aujourd'hui au lieu du 11/06/2026."
    attente = atelier.agir()
    assert [e.depart for e in atelier.etat().envois_de("relance-1")] == [ECHEANCE + UN_JOUR]
    assert isinstance(attente, Attendre)
    assert attente.jusqu_a == ECHEANCE + UN_JOUR + timedelta(days=8)


def test_deux_relances_ne_partent_pas_le_meme_jour(atelier: Atelier) -> None:
    relancer(atelier.outils, "FA-1")
    with pytest.raises(DonneeInvalide, match="il n'y a rien à avancer"):
        relancer(atelier.outils, "FA-1")
    atelier.agir()
    with pytest.raises(DonneeInvalide, match="un envoi est déjà parti aujourd'hui"):
        relancer(atelier.outils, "FA-1")


def test_aucune_relance_n_est_avancee_avant_le_lendemain_de_l_echeance(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match=r"FA-3 n'est pas échue \(08/06/2026\)"):
        relancer(atelier.outils, "FA-3")
    atelier.aller(ECHEANCE + timedelta(days=5), "FA-3")
    with pytest.raises(DonneeInvalide, match="n'est pas échue"):
        relancer(atelier.outils, "FA-3")
    atelier.aller(ECHEANCE + timedelta(days=6), "FA-3")
    assert relancer(atelier.outils, "FA-3").startswith("Relance 1 de FA-3")


def test_ce_qui_attend_une_personne_ne_s_avance_pas(atelier: Atelier) -> None:
    saisies.ouvrir_litige(atelier.outils, "FA-1", "abîmée", auteur="essai")
    with pytest.raises(DonneeInvalide, match="« Litige ouvert : abîmée »"):
        relancer(atelier.outils, "FA-1")


def test_l_apercu_dit_tout_et_n_ecrit_rien(atelier: Atelier) -> None:
    avant = {c: atelier.journal.dernier(c) for c in ("FA-1", "FA-2", "FA-3")}
    lignes = masse.apercu(atelier.outils, masse.choisir(atelier.outils, Filtre()), RELANCER, "essai")
    assert [(ligne.facture, ligne.faite) for ligne in lignes] == [
        ("FA-1", True),
        ("FA-2", True),
        ("FA-3", False),
    ]
    assert "n'est pas échue" in lignes[2].phrase
    assert {c: atelier.journal.dernier(c) for c in avant} == avant


def test_ce_qui_est_fait_est_ce_que_l_apercu_montrait(atelier: Atelier) -> None:
    etats = masse.choisir(atelier.outils, Filtre())
    apercu = masse.apercu(atelier.outils, etats, RELANCER, "essai")
    assert masse.traiter(atelier.outils, etats, RELANCER, "essai") == apercu
    avancees = [numero for numero in ("FA-1", "FA-2", "FA-3") if atelier.etat(numero).avancees]
    assert avancees == ["FA-1", "FA-2"]


def test_refaire_le_meme_traitement_ne_change_plus_rien(atelier: Atelier) -> None:
    etats = masse.choisir(atelier.outils, Filtre())
    masse.traiter(atelier.outils, etats, RELANCER, "essai")
    encore = masse.traiter(atelier.outils, masse.choisir(atelier.outils, Filtre()), RELANCER, "essai")
    assert not any(ligne.faite for ligne in encore)


def test_le_filtre_choisit_et_un_filtre_vide_de_reponse_est_refuse(atelier: Atelier) -> None:
    choisis = masse.choisir(atelier.outils, Filtre(debiteur="deux"))
    assert [etat.creance for etat in choisis] == ["FA-2"]
    with pytest.raises(DonneeInvalide, match="Aucune créance ouverte ne répond à ce filtre"):
        masse.choisir(atelier.outils, Filtre(debiteur="trois"))


def test_une_date_avancee_ne_recule_jamais_l_etape(atelier: Atelier) -> None:
    """Recorded by hand with a later day, it changes nothing: the delay of the scenario still counts."""
    jour = date(2026, 7, 1)
    etat = atelier.etat()
    avancee = EtapeAvancee(etape="relance-1", motif="m", par="Anne", jour=jour)
    atelier.journal.ajouter(
        {"FA-1": [avancee]}, {"FA-1": etat.numero}, auteur="essai", instant=atelier.clock.now()
    )
    apres = atelier.etat()
    attente = decide(apres, scenario_de(atelier.outils, apres), atelier.clock.jour())
    assert isinstance(attente, Attendre)
    assert attente.jusqu_a == date(2026, 6, 11)


@pytest.mark.parametrize(
    ("demande", "fait", "refait"),
    [
        (Demande(ActeDeMasse.SUSPENDRE, "congés", "Anne", jusqu_au=date(2026, 7, 1)), 3, 0),
        (Demande(ActeDeMasse.REPRENDRE, "retour", "Anne"), 0, 0),
        (Demande(ActeDeMasse.CHANGER_DE_SCENARIO, "client suivi", "Anne", scenario="standard"), 0, 0),
        (Demande(ActeDeMasse.REESSAYER, "serveur réparé", "Anne"), 3, 3),
    ],
)
def test_chaque_acte_se_fait_une_fois_et_seul_ce_qui_change_compte(
    atelier: Atelier, demande: Demande, fait: int, refait: int
) -> None:
    etats = masse.choisir(atelier.outils, Filtre())
    apercu = masse.apercu(atelier.outils, etats, demande, "essai")
    lignes = masse.traiter(atelier.outils, etats, demande, "essai")
    assert lignes == apercu
    assert sum(ligne.faite for ligne in lignes) == fait
    encore = masse.traiter(atelier.outils, masse.choisir(atelier.outils, Filtre()), demande, "essai")
    assert sum(ligne.faite for ligne in encore) == refait


def test_suspendre_puis_reprendre_en_masse_rend_les_creances_a_leur_cours(atelier: Atelier) -> None:
    avant = [str(atelier.action(numero)) for numero in ("FA-1", "FA-2", "FA-3")]
    for acte in (ActeDeMasse.SUSPENDRE, ActeDeMasse.REPRENDRE):
        etats = masse.choisir(atelier.outils, Filtre())
        assert all(
            ligne.faite for ligne in masse.traiter(atelier.outils, etats, Demande(acte, "m" * 3, "Anne"), "e")
        )
    assert [str(atelier.action(numero)) for numero in ("FA-1", "FA-2", "FA-3")] == avant
