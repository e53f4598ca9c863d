"""What the bank said and nobody settled is seen until a person has settled it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dossier.core.a_faire import AFaire, Geste
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import CauseAnnulation, LigneAVoir, LigneEcartee
from dossier.core.rapprochement import Suite
from dossier.services import sommes_recues
from dossier.services.creances import etats_lisibles
from dossier.services.lignes_a_voir import CHAINE, ecarter, en_attente, noter
from dossier.services.tableau import a_faire_du_jour
from tests.core.vie import facture
from tests.services.atelier import Atelier
from tests.services.test_encaissements import JOUR, atelier, ligne, passer, suites


def a_voir(lieu: Atelier) -> list[AFaire]:
    toutes = a_faire_du_jour(lieu.outils, tuple(etats_lisibles(lieu.outils)), lieu.clock.jour(), {})
    return [trouvee for trouvee in toutes if trouvee.geste is Geste.BANQUE]


def test_ce_qui_est_propose_reste_a_faire_jusqu_a_ce_qu_une_personne_l_enregistre() -> None:
    lieu = atelier()
    rapport = passer(lieu, ligne("DEBITEUR IMAGINAIRE", "400"), ligne("FA-1", "100"), ligne("RIEN", "7"))
    assert suites(rapport) == [Suite.PROPOSER, Suite.ENREGISTRER, Suite.IGNORER]
    (vue,) = a_voir(lieu)
    assert (vue.facture, vue.releve and vue.releve.reference) == ("FA-1", rapport.lignes[0].reference)
    passer(lieu, ligne("DEBITEUR IMAGINAIRE", "400"))
    assert len(a_voir(lieu)) == 1
    sommes_recues.paiement(
        lieu.outils, "FA-1", Decimal(400), JOUR, rapport.lignes[0].reference, auteur="Anne"
    )
    assert a_voir(lieu) == []


def test_l_essai_ne_laisse_rien_a_voir() -> None:
    lieu = atelier()
    passer(lieu, ligne("DEBITEUR IMAGINAIRE", "400"), essai=True)
    assert en_attente(lieu.outils) == ()


def test_un_retour_reste_a_voir_jusqu_a_l_annulation_du_paiement() -> None:
    lieu = atelier()
    passer(lieu, ligne("FA-1", "400"))
    retour = ligne("IMPAYE FA-1", "400", credit=False, retour=True)
    sans_suite = ligne("IMPAYE AUTRE", "7", credit=False, retour=True)
    assert suites(passer(lieu, retour, sans_suite)) == [Suite.RETOUR] * 2
    (vue,) = a_voir(lieu)
    assert "revenu impayé" in vue.quoi
    sommes_recues.annuler_paiement(
        lieu.outils, "FA-1", CauseAnnulation.IMPAYE, "rejet", "Anne", auteur="essai"
    )
    assert a_voir(lieu) == []


def test_une_ligne_ecartee_ne_revient_pas() -> None:
    lieu = atelier()
    passer(lieu, ligne("DEBITEUR IMAGINAIRE", "400"))
    (vue,) = a_voir(lieu)
    assert vue.releve is not None
    dit = ecarter(lieu.outils, f" {vue.releve.reference} ", "déjà saisi", "Anne", auteur="essai")
    assert dit == f"Ligne {vue.releve.ligne} écartée par Anne : déjà saisi. Rien n'est enregistré."
    assert a_voir(lieu) == []
    passer(lieu, ligne("DEBITEUR IMAGINAIRE", "400"))
    assert a_voir(lieu) == []
    deux_fois = ecarter(lieu.outils, vue.releve.ligne.upper(), "déjà saisi", "Anne", auteur="essai")
    assert "est déjà écartée" in deux_fois
    assert [type(f.contenu) for f in lieu.journal.lire(CHAINE)] == [LigneAVoir, LigneEcartee]


@pytest.mark.parametrize(
    ("nom", "motif", "par", "dit"),
    [
        ("a" * 16, "m", "Anne", "Aucune ligne aaaaaaaaaaaaaaaa n'attend"),
        ("a" * 15, "m", "Anne", "seize chiffres et lettres"),
        ("a" * 17, "m", "Anne", "seize chiffres et lettres"),
        ("", "m", "Anne", "seize chiffres et lettres"),
        ("a" * 16, " ", "Anne", "pourquoi cette ligne est écartée"),
        ("a" * 16, "m", "", "votre nom"),
    ],
)
def test_une_ligne_inconnue_ou_sans_motif_ne_s_ecarte_pas(nom: str, motif: str, par: str, dit: str) -> None:
    with pytest.raises(DonneeInvalide, match=dit):
        ecarter(atelier().outils, nom, motif, par, auteur="essai")


def test_une_ligne_qui_attend_trois_jours_devient_urgente() -> None:
    lieu = atelier()
    passer(lieu, ligne("DEBITEUR IMAGINAIRE", "400"))
    assert [vue.urgent for vue in a_voir(lieu)] == [False]
    lieu.clock.regler(JOUR + timedelta(days=3))
    assert [(vue.urgent, vue.depuis) for vue in a_voir(lieu)] == [(True, JOUR)]


def test_un_autre_import_qui_ecrit_en_meme_temps_ne_perd_ni_ne_double_rien() -> None:
    lieu, une, autre = atelier(), _ligne("a"), _ligne("b")
    lieu.journal.avant_ajout.append(lambda: noter(lieu.outils, [autre, une], auteur="x"))
    noter(lieu.outils, [une], auteur="y")
    assert [attente.ligne for attente in en_attente(lieu.outils)] == [autre, une]


def test_une_chaine_alteree_ne_cache_pas_les_creances() -> None:
    lieu = atelier(facture(echeance=date(2021, 8, 1), emission=date(2021, 7, 1)))
    avant = a_faire_du_jour(lieu.outils, tuple(etats_lisibles(lieu.outils)), JOUR, {})
    noter(lieu.outils, [_ligne("a")], auteur="x")
    (fait,) = lieu.journal.faits[CHAINE]
    lieu.journal.faits[CHAINE] = [fait.model_copy(update={"auteur": "un autre"})]
    assert a_faire_du_jour(lieu.outils, tuple(etats_lisibles(lieu.outils)), JOUR, {}) == avant != ()


def _ligne(signe: str) -> LigneAVoir:
    return LigneAVoir(
        ligne=signe * 16,
        releve="r.csv",
        jour=JOUR,
        montant=Decimal(10),
        credit=True,
        reference="VIR",
        motif="inconnu",
        creances=(),
    )
