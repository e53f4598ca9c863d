from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dossier.core.errors import DonneeInvalide
from dossier.core.faits import GenreDocument, Mensualite, ResultatAppel
from dossier.services import saisies
from dossier.services.documents import accorder, etablir
from tests.core.vie import facture
from tests.services.atelier import DEBUT, Atelier


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(facture(), source=None)
    return neuf


def ecrit(atelier: Atelier, genre: GenreDocument) -> str:
    """What the Word file was asked to say."""
    etablir(atelier.outils, "FA-1", genre, auteur="essai")
    source = atelier.etat().documents[-1].source
    return atelier.store.get(source.cle).decode().replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("genre", "dit"),
    [
        (GenreDocument.ACCORD_ECHELONNEMENT, "accordez-le d'abord"),
        (GenreDocument.COMPTE_RENDU_APPEL, "consignez-le d'abord"),
        (GenreDocument.QUITTANCE, "il reste 1\u00a0000,00\u00a0€"),
    ],
)
def test_sans_son_evenement_un_document_est_refuse_et_rien_n_est_ecrit(
    atelier: Atelier, genre: GenreDocument, dit: str
) -> None:
    with pytest.raises(DonneeInvalide, match=dit):
        etablir(atelier.outils, "FA-1", genre, auteur="essai")
    assert atelier.etat().documents == ()
    assert atelier.store.documents == {}


def test_l_accord_d_echelonnement_reprend_l_echeancier_dans_l_ordre_des_dates(atelier: Atelier) -> None:
    versements = [
        Mensualite(jour=DEBUT + timedelta(days=jours), montant=Decimal(montant))
        for jours, montant in ((60, "400"), (30, "600"))
    ]
    saisies.echeancier(atelier.outils, "FA-1", versements, auteur="essai")
    texte = ecrit(atelier, GenreDocument.ACCORD_ECHELONNEMENT)
    assert texte.index("600,00 €") < texte.index("400,00 €")
    assert '"total_echelonne": "1 000,00 €"' in texte
    assert '"tolerance": "3 jours"' in texte


def test_accorder_un_echeancier_en_ecrit_l_accord_et_une_panne_ne_defait_rien(atelier: Atelier) -> None:
    versements = [Mensualite(jour=DEBUT + timedelta(days=30), montant=Decimal(1000))]
    atelier.convertisseur.en_panne = True
    dit = accorder(atelier.outils, "FA-1", versements, auteur="essai")
    assert "Accordé" in dit
    assert "L'accord n'a pas pu être écrit" in dit
    assert atelier.etat().echeancier is not None
    atelier.convertisseur.en_panne = False
    assert "Accord d'échelonnement établi sur FA-1" in accorder(
        atelier.outils, "FA-1", versements, auteur="essai"
    )


def test_sur_une_creance_close_aucun_accord(atelier: Atelier) -> None:
    versements = [Mensualite(jour=DEBUT + timedelta(days=30), montant=Decimal(1000))]
    saisies.echeancier(atelier.outils, "FA-1", versements, auteur="essai")
    atelier.payer("1000")
    atelier.agir()
    with pytest.raises(DonneeInvalide, match="close ou son débiteur en procédure collective"):
        etablir(atelier.outils, "FA-1", GenreDocument.ACCORD_ECHELONNEMENT, auteur="essai")


def test_le_compte_rendu_dit_le_resultat_en_francais(atelier: Atelier) -> None:
    saisies.appel(
        atelier.outils, "FA-1", ResultatAppel.PAIEMENT_ANNONCE, "Anne", auteur="essai", note="Sous huit jours"
    )
    texte = ecrit(atelier, GenreDocument.COMPTE_RENDU_APPEL)
    for mot in ("paiement annoncé", "Sous huit jours", "Anne", "4 mai 2026"):
        assert mot in texte


def test_la_quittance_dit_ce_qui_est_paye_et_ce_qui_est_abandonne(atelier: Atelier) -> None:
    atelier.clock.regler(date(2026, 7, 3))
    atelier.payer("1000")
    assert '"renonce": ""' in ecrit(atelier, GenreDocument.QUITTANCE)
    atelier.agir()
    texte = ecrit(atelier, GenreDocument.QUITTANCE)
    assert '"total_paye": "1 000,00 €"' in texte
    assert '"renonce": "50,01 €"' in texte


def test_le_meme_document_demande_deux_fois_n_est_fait_qu_une_fois(atelier: Atelier) -> None:
    saisies.appel(atelier.outils, "FA-1", ResultatAppel.INJOIGNABLE, "Anne", auteur="essai")
    ecrit(atelier, GenreDocument.COMPTE_RENDU_APPEL)
    avant = dict(atelier.store.documents)
    ecrit(atelier, GenreDocument.COMPTE_RENDU_APPEL)
    assert atelier.store.documents == avant
    assert len(atelier.etat().documents) == 1
