"""A returned letter concerns every invoice of its debtor: nothing is posted there, nothing waits for ever."""

from __future__ import annotations

from datetime import date

import pytest

from dossier.core.creance import Adresse
from dossier.core.decision import Attendre, DemanderAppel, DemanderApprobation
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import Canal, Decision, IssuePli, ResultatAppel
from dossier.services import saisies
from dossier.services.adresses import verifier_adresse
from dossier.services.plis import accuse, depot
from tests.core.vie import facture
from tests.services.atelier import UN_JOUR, Atelier
from tests.services.test_plis import au_rappel

AILLEURS = Adresse(lignes=("9 avenue Neuve",), code_postal="75002", ville="Paris")
DEMEURE = "1A00000000002"


def a_la_poste() -> Atelier:
    """The mise en demeure of FA-1 is deposited, and carried."""
    atelier = au_rappel()
    depot(atelier.outils, "FA-1", "1A00000000001", atelier.clock.jour(), auteur="essai")
    atelier.aller(date(2026, 7, 31))
    saisies.repondre(atelier.outils, "FA-1", Decision.APPROUVER, "Moi", auteur="essai")
    atelier.agir()
    depot(atelier.outils, "FA-1", DEMEURE, atelier.clock.jour(), auteur="essai")
    return atelier


def revenir(atelier: Atelier, issue: IssuePli) -> None:
    jour = atelier.clock.jour()
    accuse(atelier.outils, "FA-1", issue, jour, premiere_presentation=jour, numero=DEMEURE, auteur="essai")


def vivre(atelier: Atelier, creance: str, fin: str) -> None:
    """Live that creance, calls and deposits made, until its wait says so."""
    for _ in range(150):
        action = atelier.agir(creance)
        if isinstance(action, DemanderAppel):
            saisies.appel(atelier.outils, creance, ResultatAppel.SANS_SUITE, "Moi", auteur="essai")
            continue
        if isinstance(action, Attendre) and action.libelle.startswith(fin):
            return
        if isinstance(action, Attendre) and action.libelle.startswith("LRAR à déposer"):
            depot(atelier.outils, creance, "1A00000000033", atelier.clock.jour(), auteur="essai")
            continue
        atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    raise AssertionError(f"jamais « {fin} »")


def test_rien_n_est_poste_a_l_adresse_d_ou_un_pli_d_une_autre_facture_est_revenu() -> None:
    atelier = a_la_poste()
    revenir(atelier, IssuePli.NPAI)
    atelier.importer(facture(numero="FA-2", montant_ttc="700"))
    with pytest.raises(DonneeInvalide, match=r"un recommandé de FA-1 en est revenu NPAI"):
        vivre(atelier, "FA-2", "Appel")
    lettres = [e for e in atelier.etat("FA-2").envois.values() if e.prepare.canal is not Canal.EMAIL]
    assert lettres == []
    verifier_adresse(atelier.outils, "FA-1", AILLEURS, "Kbis", "Moi", auteur="essai")
    atelier.agir("FA-2")
    lettres = [e for e in atelier.etat("FA-2").envois.values() if e.prepare.canal is not Canal.EMAIL]
    assert [AILLEURS.lignes[0] in e.prepare.destinataire for e in lettres] == [True]


def test_un_npai_corrige_reprend_la_lettre_commune_qui_ne_partira_plus() -> None:
    """FA-3 must not wait for a letter that FA-1 has no reason to send any more."""
    atelier = a_la_poste()
    atelier.importer(facture(numero="FA-3", montant_ttc="700"))
    vivre(atelier, "FA-3", "Mise en demeure le")
    revenir(atelier, IssuePli.NPAI)
    attente = atelier.action("FA-3")
    assert isinstance(attente, Attendre)
    atelier.clock.regler(attente.jusqu_a)
    verifier_adresse(atelier.outils, "FA-1", AILLEURS, "Kbis", "Moi", auteur="essai")
    demande = atelier.agir("FA-1")
    assert isinstance(demande, DemanderApprobation)
    assert demande.envoi.prepare.groupe == ("FA-1", "FA-3")
    jour = atelier.clock.jour()
    accuse(atelier.outils, "FA-1", IssuePli.DISTRIBUE, jour, numero=DEMEURE, auteur="essai")
    seule = atelier.agir("FA-3")
    assert isinstance(seule, DemanderApprobation)
    assert seule.envoi.prepare.groupe == ()
