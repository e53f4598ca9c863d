"""One document for several invoices of one debtor: written once, sent once, recorded on each of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from dossier.core.chronologie import chronologie
from dossier.core.decision import Assembler, Attendre, DemanderApprobation, Envoyer, Preparer, Qui, decide
from dossier.core.etat import Envoi
from dossier.core.faits import (
    Canal,
    Decision,
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRetire,
    EnvoiSignale,
    IssuePli,
    RemiseTentee,
)
from dossier.core.groupes import membres
from dossier.services import saisies
from dossier.services.assemblage import assembler
from dossier.services.avancement import accomplir
from dossier.services.creances import consigner, scenario_de
from dossier.services.plis import retirer
from tests.core.vie import debiteur, facture, standard
from tests.fakes import tiny_pdf
from tests.services.atelier import UN_JOUR, Atelier, deux_factures
from tests.services.test_plis import IMPRIME, au_rappel, rappel

RELANCE_1 = date(2026, 6, 11)
DEUX = ("FA-1", "FA-2")


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(*deux_factures(), facture(numero="FA-3", debiteur=debiteur(siren="000800086")))
    return neuf


def dernier(atelier: Atelier, creance: str, etape: str) -> Envoi:
    return atelier.etat(creance).envois_de(etape)[-1]


def contenus(atelier: Atelier, creance: str, genre: type) -> list[object]:
    return [f.contenu for f in atelier.journal.lire(creance) if isinstance(f.contenu, genre)]


def test_une_seule_lettre_liste_les_deux_factures_et_chaque_creance_porte_ses_faits(
    atelier: Atelier,
) -> None:
    atelier.aller(RELANCE_1, *DEUX, "FA-3")
    un, deux = (dernier(atelier, creance, "relance-1").prepare for creance in DEUX)
    assert un.groupe == deux.groupe == DEUX
    assert (un.cle, un.pdf, un.source) == (deux.cle, deux.pdf, deux.source)
    assert (un.reste, deux.reste) == (Decimal("1000.00"), Decimal("500.00"))
    assert dernier(atelier, "FA-3", "relance-1").prepare.groupe == ()
    assert len(atelier.messagerie.envoyes) == 4, "deux envois au premier débiteur, deux à l'autre"
    for creance in DEUX:
        assert len(contenus(atelier, creance, EnvoiFait)) == 2
    assert membres(atelier.etat("FA-2")) == ("FA-2", "FA-1")


def test_le_pilote_envoie_les_autres_attendent(atelier: Atelier) -> None:
    atelier.clock.regler(date(2026, 5, 27))
    action = atelier.action("FA-2")
    assert isinstance(action, Preparer)
    accomplir(atelier.outils, atelier.etat("FA-2"), action, auteur="suivi")
    attente = atelier.action("FA-2")
    assert isinstance(attente, Attendre)
    assert attente.libelle == "Prévenance : document commun, mené par FA-1"
    assert isinstance(atelier.action("FA-1"), Envoyer)
    atelier.agir("FA-1")
    assert dernier(atelier, "FA-2", "prevenance").fait is not None


def test_un_paiement_retire_la_lettre_commune_avant_son_depart(atelier: Atelier) -> None:
    atelier.clock.regler(date(2026, 5, 27))
    action = atelier.action("FA-1")
    assert isinstance(action, Preparer)
    accomplir(atelier.outils, atelier.etat("FA-1"), action, auteur="suivi")
    atelier.payer("500", "FA-2")
    for creance in DEUX:
        (retrait,) = contenus(atelier, creance, EnvoiRetire)
        assert isinstance(retrait, EnvoiRetire)
        assert retrait.motif == "la somme due sur FA-2 a changé"
    assert any(
        "document repris, la somme due sur FA-2 a changé" in e.libelle
        for e in chronologie(atelier.journal.lire("FA-1"))
    )
    atelier.agir("FA-2")
    atelier.agir("FA-1")
    seule = dernier(atelier, "FA-1", "prevenance")
    assert seule.prepare.groupe == ()
    assert seule.fait is not None
    assert len(atelier.messagerie.envoyes) == 1


@pytest.mark.parametrize("evenement", ["litige", "échéancier", "abandon"])
def test_un_evenement_du_pilote_rend_la_lettre_aux_autres(atelier: Atelier, evenement: str) -> None:
    atelier.clock.regler(date(2026, 5, 27))
    action = atelier.action("FA-1")
    assert isinstance(action, Preparer)
    accomplir(atelier.outils, atelier.etat("FA-1"), action, auteur="suivi")
    outils = atelier.outils
    if evenement == "litige":
        saisies.ouvrir_litige(outils, "FA-1", "Abîmé", auteur="essai")
    elif evenement == "échéancier":
        from tests.services.test_saisies import versements

        saisies.echeancier(outils, "FA-1", versements("1000", depuis=date(2026, 6, 1)), auteur="essai")
    else:
        saisies.abandonner(outils, "FA-1", "Geste commercial", auteur="essai")
    atelier.agir("FA-2")
    assert dernier(atelier, "FA-2", "prevenance").prepare.groupe == ()
    assert dernier(atelier, "FA-2", "prevenance").fait is not None


def test_une_lettre_commune_trop_vieille_est_recrite_pour_tous(atelier: Atelier) -> None:
    atelier.clock.regler(date(2026, 5, 27))
    action = atelier.action("FA-1")
    assert isinstance(action, Preparer)
    accomplir(atelier.outils, atelier.etat("FA-1"), action, auteur="suivi")
    atelier.clock.regler(date(2026, 6, 1))
    atelier.aller(date(2026, 6, 1), *DEUX)
    for creance in DEUX:
        premiere, seconde = atelier.etat(creance).envois_de("prevenance")
        assert premiere.retire is not None
        assert seconde.prepare.groupe == DEUX
        assert seconde.fait is not None


def test_l_approbation_le_depot_et_l_avis_d_un_pli_commun_valent_pour_tous() -> None:
    atelier = Atelier()
    atelier.importer(*deux_factures())
    outils = atelier.outils
    while not isinstance(atelier.agir("FA-1"), DemanderApprobation):
        for creance in DEUX:
            atelier._un_jour(creance, tiny_pdf("preuve"))
        atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    assert isinstance(atelier.action("FA-2"), Attendre)
    saisies.repondre(outils, "FA-2", Decision.APPROUVER, "Anne", auteur="essai")
    atelier.agir("FA-1")
    jour = atelier.clock.jour()
    saisies.depot(outils, "FA-2", "1A00000000777", jour, auteur="essai")
    saisies.accuse(outils, "FA-1", IssuePli.DISTRIBUE, jour, auteur="essai")
    for creance in DEUX:
        pli = dernier(atelier, creance, standard().mise_en_demeure.nom)
        assert pli.fait is not None
        assert pli.depot is not None
        assert pli.depot.numero == "1A00000000777"
        assert pli.accuse is not None


def test_la_piece_commune_ne_figure_qu_une_fois_au_dossier() -> None:
    atelier = Atelier()
    atelier.importer(*deux_factures())
    atelier.jusqu_au_dossier(*DEUX)
    assert isinstance(atelier.action("FA-1"), Assembler)
    scelle = assembler(atelier.outils, "FA-1", auteur="essai")
    assert scelle is not None
    assert scelle.creances == DEUX
    demeures = contenus(atelier, "FA-1", EnvoiPrepare)
    assert all(isinstance(d, EnvoiPrepare) and d.groupe == DEUX for d in demeures)
    seules = [d for d in demeures if isinstance(d, EnvoiPrepare) and d.canal is Canal.LRAR]
    assert len(seules) == 2


def test_un_scenario_peut_ne_rien_regrouper() -> None:
    seul = standard().model_copy(update={"regrouper": False})
    atelier = Atelier(scenarios={"standard": seul})
    atelier.importer(*deux_factures())
    atelier.aller(RELANCE_1, *DEUX)
    assert dernier(atelier, "FA-1", "relance-1").prepare.groupe == ()
    assert len(atelier.messagerie.envoyes) == 4


def prepare_et_tente(atelier: Atelier, jour: date) -> None:
    """The pilot's carrier failed: nobody knows whether the common document left."""
    atelier.clock.regler(jour)
    action = atelier.action("FA-1")
    assert isinstance(action, Preparer)
    accomplir(atelier.outils, atelier.etat("FA-1"), action, auteur="suivi")
    cle = dernier(atelier, "FA-1", action.etape.nom).prepare.cle
    consigner(atelier.outils, "FA-1", lambda _: [RemiseTentee(cle=cle, jour=jour)], auteur="essai")


def test_un_courriel_commun_tente_en_vain_est_rendu_aux_autres_si_le_pilote_paie(atelier: Atelier) -> None:
    prepare_et_tente(atelier, date(2026, 5, 27))
    atelier.payer("1000", "FA-1")
    atelier.agir("FA-2")
    assert dernier(atelier, "FA-2", "prevenance").prepare.groupe == ()
    assert dernier(atelier, "FA-2", "prevenance").fait is not None


def test_un_recommande_commun_peut_etre_imprime_finit_par_demander_une_personne() -> None:
    sans = debiteur(email=None)
    atelier = Atelier()
    atelier.importer(facture(debiteur=sans), facture(numero="FA-2", montant_ttc=Decimal(500), debiteur=sans))
    while not isinstance(action := atelier.agir("FA-1"), Attendre) or "LRAR à déposer" not in action.libelle:
        for creance in DEUX:
            atelier._un_jour(creance, None)
        atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    pli = dernier(atelier, "FA-2", "avant-contentieux")
    etat = atelier.etat("FA-2")
    tente = replace(etat, envois={**etat.envois, pli.prepare.cle: replace(pli, fait=None)})
    scenario = scenario_de(atelier.outils, tente)
    tot, tard = pli.prepare.jour + 8 * UN_JOUR, pli.prepare.jour + 9 * UN_JOUR
    assert "document commun, mené par FA-1" in libelle(decide(tente, scenario, tot))
    attente = decide(tente, scenario, tard)
    assert "peut-être imprimée, à vérifier" in libelle(attente)
    assert isinstance(attente, Attendre)
    assert attente.qui is Qui.PERSONNE


def libelle(action: object) -> str:
    assert isinstance(action, Attendre)
    return action.libelle


def test_un_refus_sur_une_lettre_reprise_ne_tient_plus() -> None:
    atelier = Atelier()
    atelier.importer(*deux_factures())
    while not isinstance(atelier.agir("FA-1"), DemanderApprobation):
        for creance in DEUX:
            atelier._un_jour(creance, None)
        atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    saisies.repondre(atelier.outils, "FA-1", Decision.REFUSER, "Anne", auteur="essai", motif="FA-1 payée")
    atelier.payer("1000", "FA-1")
    assert isinstance(atelier.agir("FA-2"), DemanderApprobation)


# A common registered letter is printed: who is about to post it must know what changed on another invoice.

EVENEMENTS: dict[str, tuple[Callable[[Atelier], object], str]] = {
    "paiement partiel": (lambda a: a.payer("200", "FA-1"), "la somme due sur FA-1 a changé"),
    "paiement entier": (lambda a: a.payer("1000", "FA-1"), "la somme due sur FA-1 a changé"),
    "litige": (
        lambda a: saisies.ouvrir_litige(a.outils, "FA-1", "Abîmé", auteur="essai"),
        "FA-1 est contestée",
    ),
    "abandon": (
        lambda a: saisies.abandonner(a.outils, "FA-1", "Geste commercial", auteur="essai"),
        "la somme due sur FA-1 a changé",
    ),
}


@pytest.mark.parametrize("nom", EVENEMENTS)
def test_une_lettre_commune_imprimee_est_signalee_aux_autres_factures(nom: str) -> None:
    atelier = au_rappel(IMPRIME, *deux_factures())
    geste, motif = EVENEMENTS[nom]
    geste(atelier)
    (signal,) = contenus(atelier, "FA-2", EnvoiSignale)
    assert isinstance(signal, EnvoiSignale)
    assert (signal.cle, signal.motif) == (rappel(atelier).prepare.cle, motif)
    assert contenus(atelier, "FA-1", EnvoiSignale) == [], "sa propre ligne le dit déjà"
    attente = atelier.agir("FA-2")
    assert libelle(attente) == f"LRAR à déposer ({motif}, à relire) : Dernier rappel avant contentieux"
    assert contenus(atelier, "FA-2", EnvoiRetire) == [], "une seconde lettre partirait peut-être"
    dits = [e.libelle for e in chronologie(atelier.journal.lire("FA-2"))]
    assert f"Dernier rappel avant contentieux : lettre imprimée à relire, {motif}" in dits


def test_elle_n_est_signalee_qu_une_fois() -> None:
    atelier = au_rappel(IMPRIME, *deux_factures())
    atelier.payer("200", "FA-1", "VIR-1")
    atelier.payer("800", "FA-1", "VIR-2")
    atelier.agir("FA-1")
    assert atelier.etat("FA-1").fin is not None
    assert len(contenus(atelier, "FA-2", EnvoiSignale)) == 1


def test_chaque_facture_qui_change_le_signale_a_l_autre() -> None:
    atelier = au_rappel(IMPRIME, *deux_factures())
    atelier.payer("200", "FA-1")
    atelier.payer("100", "FA-2")
    assert len(contenus(atelier, "FA-1", EnvoiSignale)) == len(contenus(atelier, "FA-2", EnvoiSignale)) == 1


@pytest.mark.parametrize("nom", EVENEMENTS)
def test_une_fois_deposee_elle_n_est_plus_signalee(nom: str) -> None:
    atelier = au_rappel(IMPRIME, *deux_factures())
    saisies.depot(atelier.outils, "FA-1", "1A00000000001", IMPRIME, auteur="essai")
    EVENEMENTS[nom][0](atelier)
    assert contenus(atelier, "FA-2", EnvoiSignale) == []


def test_une_lettre_qui_n_est_pas_commune_ne_se_signale_pas() -> None:
    seul = standard().model_copy(update={"regrouper": False})
    atelier = au_rappel(IMPRIME, *deux_factures(), scenarios={"standard": seul})
    atelier.payer("1000", "FA-1")
    assert contenus(atelier, "FA-2", EnvoiSignale) == []
    assert rappel(atelier, "FA-2").signale is None


def test_une_lettre_reprise_puis_recrite_n_est_plus_a_relire() -> None:
    atelier = au_rappel(IMPRIME, *deux_factures())
    atelier.payer("1000", "FA-1")
    atelier.agir("FA-1")
    retirer(atelier.outils, "FA-2", "FA-1 est payée", auteur="essai")
    attente = atelier.agir("FA-2")
    assert rappel(atelier, "FA-2").prepare.groupe == ()
    assert libelle(attente) == "LRAR à déposer : Dernier rappel avant contentieux"
