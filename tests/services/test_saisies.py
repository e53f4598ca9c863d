"""Each form: what it records, what it refuses and says, and that filling it twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.decision import Assembler, Attendre, DemanderApprobation
from dossier.core.errors import ConflitJournal, DonneeInvalide
from dossier.core.faits import (
    Decision,
    GenrePiece,
    LitigeOuvert,
    Mensualite,
    PaiementRecu,
    ResultatAppel,
)
from dossier.services import saisies
from dossier.services.creances import ESSAIS, consigner
from dossier.services.pieces import ajouter_piece
from tests.core.vie import facture
from tests.fakes import tiny_pdf
from tests.services.atelier import DEBUT, UN_JOUR, Atelier

Geste = Callable[[Atelier], str]


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(facture(), source=None)
    return neuf


def a_l_approbation(**outils: Any) -> Atelier:
    neuf = Atelier(**outils)
    neuf.importer(facture())
    while not isinstance(neuf.agir(), DemanderApprobation):
        neuf._un_jour("FA-1", None)
        neuf.clock.regler(neuf.clock.jour() + UN_JOUR)
    return neuf


def versements(*montants: str, depuis: date = DEBUT) -> list[Mensualite]:
    return [
        Mensualite(jour=depuis + timedelta(days=30 * rang), montant=Decimal(montant))
        for rang, montant in enumerate(montants)
    ]


GESTES: dict[str, Geste] = {
    "paiement": lambda a: a.payer("100"),
    "litige": lambda a: saisies.ouvrir_litige(a.outils, "FA-1", "Abîmé", auteur="essai"),
    "échéancier": lambda a: saisies.echeancier(a.outils, "FA-1", versements("1000"), auteur="essai"),
    "promesse": lambda a: saisies.promettre(a.outils, "FA-1", DEBUT + UN_JOUR, auteur="essai"),
    "suspension": lambda a: saisies.suspendre(a.outils, "FA-1", "Congés", "Moi", auteur="essai"),
    "appel": lambda a: saisies.appel(a.outils, "FA-1", ResultatAppel.INJOIGNABLE, "Moi", auteur="essai"),
    "pièce": lambda a: ajouter_piece(
        a.outils, "FA-1", GenrePiece.COMMANDE, "Bon", DEBUT, tiny_pdf("bon"), auteur="essai"
    ),
    "abandon": lambda a: saisies.abandonner(a.outils, "FA-1", "Liquidation", auteur="essai"),
}


@pytest.mark.parametrize("geste", GESTES.values(), ids=GESTES)
def test_un_formulaire_rempli_deux_fois_n_ajoute_rien_et_le_dit(atelier: Atelier, geste: Geste) -> None:
    premiere = geste(atelier)
    faits = atelier.journal.lire("FA-1")
    assert len(faits) == 2
    seconde = geste(atelier)
    assert "rien n'a changé" in seconde
    assert "rien n'a changé" not in premiere
    assert atelier.journal.lire("FA-1") == faits


@pytest.mark.parametrize("geste", GESTES.values(), ids=GESTES)
def test_une_facture_inconnue_est_refusee_sans_rien_garder(geste: Geste) -> None:
    vide = Atelier()
    with pytest.raises(DonneeInvalide, match="Aucune facture suivie ne porte le numéro « FA-1 »"):
        geste(vide)
    assert vide.store.documents == {}


@pytest.mark.parametrize("nom", ["paiement", "litige", "échéancier", "promesse", "suspension", "appel"])
def test_une_creance_close_refuse_ce_qui_la_rouvrirait(atelier: Atelier, nom: str) -> None:
    GESTES["abandon"](atelier)
    with pytest.raises(DonneeInvalide, match="est close"):
        GESTES[nom](atelier)


@pytest.mark.parametrize("geste", GESTES.values(), ids=GESTES)
def test_un_conflit_fait_relire_et_recommencer(atelier: Atelier, geste: Geste) -> None:
    def un_autre() -> None:
        consigner(
            atelier.outils,
            "FA-1",
            lambda _: [PaiementRecu(montant=Decimal(1), jour=DEBUT, reference="autre")],
            auteur="autre",
        )

    atelier.journal.avant_ajout = [un_autre]
    geste(atelier)
    assert [fait.auteur for fait in atelier.journal.lire("FA-1")] == ["essai", "autre", "essai"]


def test_un_conflit_qui_dure_finit_par_se_dire(atelier: Atelier) -> None:
    def toujours() -> None:
        raise ConflitJournal("Un autre a écrit d'abord.")

    atelier.journal.avant_ajout = [toujours] * (ESSAIS - 1)
    assert "enregistré" in atelier.payer("1")
    atelier.journal.avant_ajout = [toujours] * ESSAIS
    with pytest.raises(ConflitJournal):
        atelier.payer("2")


# Paiement


def test_un_paiement_dit_ce_qui_reste(atelier: Atelier) -> None:
    assert "il reste 999,99\u00a0€ à payer" in atelier.payer("0.01", reference="a")
    assert "la facture est soldée." in atelier.payer("999.99", reference="b")


def test_un_trop_percu_est_dit(atelier: Atelier) -> None:
    assert "un trop-perçu de 0,01\u00a0€ à rendre" in atelier.payer("1000.01")


@pytest.mark.parametrize("montant", ["0", "-1", "1.005", "NaN", "Infinity", "1e40"])
def test_un_montant_impossible_est_refuse_par_une_phrase(atelier: Atelier, montant: str) -> None:
    with pytest.raises(DonneeInvalide, match="somme positive, en centimes entiers"):
        atelier.payer(montant)


@pytest.mark.parametrize(("ecart", "admis"), [(-400, True), (0, True), (1, False)])
def test_un_paiement_d_hier_ou_d_aujourd_hui_pas_de_demain(atelier: Atelier, ecart: int, admis: bool) -> None:
    jour = DEBUT + timedelta(days=ecart)

    def payer() -> str:
        return saisies.paiement(atelier.outils, "FA-1", Decimal(1), jour, "VIR", auteur="essai")

    if admis:
        assert "enregistré sur FA-1" in payer()
    else:
        with pytest.raises(DonneeInvalide, match="dans le futur"):
            payer()


def test_deux_virements_de_meme_somme_et_d_autre_reference_comptent_tous_les_deux(atelier: Atelier) -> None:
    atelier.payer("100", reference="a")
    atelier.payer("100", reference="b")
    assert atelier.etat().solde == Decimal(800)


def test_le_dernier_paiement_saisi_deux_fois_reste_sans_effet_meme_une_fois_la_creance_soldee(
    atelier: Atelier,
) -> None:
    atelier.payer("1000")
    atelier.agir()
    assert atelier.etat().fin is not None
    assert "rien n'a changé" in atelier.payer("1000")


def test_un_paiement_apres_la_remise_du_dossier_est_admis() -> None:
    atelier = Atelier()
    atelier.importer(facture())
    atelier.jusqu_au_dossier(preuve=False)
    assert isinstance(atelier.action(), Assembler)
    assert "enregistré" in atelier.payer("10")


# Litige


def test_un_second_litige_est_refuse_en_nommant_le_premier(atelier: Atelier) -> None:
    saisies.ouvrir_litige(atelier.outils, "FA-1", "Prix", auteur="essai")
    with pytest.raises(DonneeInvalide, match=r"« Prix »\. Levez-le d'abord"):
        saisies.ouvrir_litige(atelier.outils, "FA-1", "Retard", auteur="essai")
    assert "La procédure reprend" in saisies.lever_litige(atelier.outils, "FA-1", "Accord", auteur="essai")
    assert "rien n'a changé" in saisies.lever_litige(atelier.outils, "FA-1", "Accord", auteur="essai")
    with pytest.raises(DonneeInvalide, match="Aucun litige n'est ouvert"):
        saisies.lever_litige(atelier.outils, "FA-1", "Autre accord", auteur="essai")
    assert atelier.etat().litige is None


@pytest.mark.parametrize("vide", ["", "  \n"])
def test_un_motif_vide_est_refuse(atelier: Atelier, vide: str) -> None:
    for refus in (saisies.ouvrir_litige, saisies.lever_litige, saisies.abandonner):
        with pytest.raises(DonneeInvalide, match="Indiquez"):
            refus(atelier.outils, "FA-1", vide, auteur="essai")


# Réponse


def repondre(
    atelier: Atelier, decision: Decision, motif: str = "", jusqu_au: date | None = None, par: str = "Moi"
) -> str:
    return saisies.repondre(
        atelier.outils, "FA-1", decision, par, auteur="essai", motif=motif, jusqu_au=jusqu_au
    )


def test_rien_ne_s_approuve_avant_que_la_lettre_soit_etablie(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="n'est pas encore établie"):
        repondre(atelier, Decision.APPROUVER)


def test_approuver_deux_fois_le_meme_jour_ne_change_rien() -> None:
    atelier = a_l_approbation()
    assert "approuver la lettre (Moi)" in repondre(atelier, Decision.APPROUVER)
    assert "rien n'a changé" in repondre(atelier, Decision.APPROUVER)
    atelier.agir()
    with pytest.raises(DonneeInvalide, match="« Mise en demeure » de FA-1 est déjà partie à l'impression"):
        repondre(atelier, Decision.REFUSER, "Trop tard")


def test_un_report_veut_une_date_a_venir_et_un_refus_un_motif() -> None:
    atelier = a_l_approbation()
    jour = atelier.clock.jour()
    for jusqu_au in (None, jour - UN_JOUR, jour):
        with pytest.raises(DonneeInvalide, match="une date à venir"):
            repondre(atelier, Decision.REPORTER, jusqu_au=jusqu_au)
    with pytest.raises(DonneeInvalide, match="le motif du refus"):
        repondre(atelier, Decision.REFUSER, " ")
    with pytest.raises(DonneeInvalide, match="le nom de la personne"):
        repondre(atelier, Decision.APPROUVER, par=" ")
    repondre(atelier, Decision.REPORTER, jusqu_au=jour + UN_JOUR)
    attente = atelier.action()
    assert isinstance(attente, Attendre)
    assert attente.jusqu_a == jour + UN_JOUR


def test_une_approbation_demandee_sur_une_autre_etape_se_donne_aussi() -> None:
    etapes = tuple(
        e.model_copy(update={"approbation": e.approbation or e.nom == "relance-1"})
        for e in Atelier().outils.scenarios["standard"].etapes
    )
    scenario = Atelier().outils.scenarios["standard"].model_copy(update={"etapes": etapes})
    atelier = Atelier(scenarios={"standard": scenario})
    atelier.importer(facture())
    atelier.aller(date(2026, 6, 11))
    assert isinstance(atelier.action(), DemanderApprobation)
    repondre(atelier, Decision.APPROUVER)
    atelier.agir()
    assert len(atelier.messagerie.envoyes) == 2


# Appel


def test_un_appel_qui_n_est_pas_prevu_est_refuse_en_nommant_ceux_qui_le_sont(atelier: Atelier) -> None:
    for etape in ("relance-1", "rappel"):
        with pytest.raises(DonneeInvalide, match="Appels prévus : appel"):
            saisies.appel(
                atelier.outils, "FA-1", ResultatAppel.SANS_SUITE, "Moi", auteur="essai", etape=etape
            )


# Échéancier


def test_un_echeancier_couvre_ce_qui_reste_du_au_centime(atelier: Atelier) -> None:
    atelier.payer("100")
    with pytest.raises(DonneeInvalide, match="moins que les 900,00"):
        saisies.echeancier(atelier.outils, "FA-1", versements("400", "499.99"), auteur="essai")
    accord = saisies.echeancier(atelier.outils, "FA-1", versements("400", "500"), auteur="essai")
    assert "2 versements, 900,00" in accord


def test_un_premier_versement_peut_etre_aujourd_hui_pas_hier(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="déjà passé"):
        saisies.echeancier(atelier.outils, "FA-1", versements("1000", depuis=DEBUT - UN_JOUR), auteur="essai")
    assert "Accordé" in saisies.echeancier(atelier.outils, "FA-1", versements("1000"), auteur="essai")


def test_un_echeancier_sans_versement_est_refuse_par_une_phrase(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="au moins un versement"):
        saisies.echeancier(atelier.outils, "FA-1", [], auteur="essai")


def test_le_numero_s_ecrit_comme_on_veut(atelier: Atelier) -> None:
    saisies.ouvrir_litige(atelier.outils, " fa-1 ", "Abîmé", auteur="essai")
    assert atelier.etat().litige == LitigeOuvert(motif="Abîmé", jour=DEBUT)
