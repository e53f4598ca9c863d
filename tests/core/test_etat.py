from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dossier.core.etat import poursuivre, rejouer
from dossier.core.faits import (
    AccuseRecu,
    Canal,
    CreanceAbandonnee,
    CreanceOuverte,
    Decision,
    DossierPrepare,
    DossierScelle,
    EnvoiFait,
    EnvoiPrepare,
    GenrePiece,
    IssuePli,
    PieceAjoutee,
    PliDepose,
    QuestionPosee,
)
from tests.core.vie import EMISSION, Vie, archive, facture


def test_sans_aucun_fait_il_n_y_a_pas_d_etat() -> None:
    with pytest.raises(ValueError, match="sans aucun fait"):
        rejouer(())


def test_le_premier_fait_est_l_ouverture() -> None:
    with pytest.raises(ValueError, match="le premier fait d'une créance est son ouverture"):
        poursuivre(None, [EnvoiFait(cle="k", jour=EMISSION, preuve="")])


def test_une_creance_ne_s_ouvre_qu_une_fois() -> None:
    with pytest.raises(ValueError, match="ne s'ouvre qu'une fois"):
        Vie().noter(CreanceOuverte(facture=facture(), scenario="standard")).etat  # noqa: B018


def test_l_ouverture_donne_la_facture_le_scenario_et_le_numero_un() -> None:
    etat = poursuivre(None, [CreanceOuverte(facture=facture(), scenario="s", source=archive())])
    assert (etat.creance, etat.scenario, etat.source, etat.numero) == ("FA-1", "s", archive(), 1)


def test_rejouer_deux_fois_donne_le_meme_etat_et_en_deux_morceaux_aussi() -> None:
    vie = Vie().au_dossier()
    contenus = [fait.contenu for fait in vie.faits]
    assert rejouer(vie.faits) == rejouer(vie.faits)
    for coupe in range(1, len(contenus)):
        assert poursuivre(poursuivre(None, contenus[:coupe]), contenus[coupe:]) == vie.etat
    assert vie.etat.numero == len(vie.faits)


@pytest.mark.parametrize(
    ("deja_paye", "paiements", "solde"),
    [
        ("0", [], "1000"),
        ("100", [], "900"),
        ("100", ["200", "300"], "400"),
        ("0", ["1000"], "0"),
        ("0", ["600", "600"], "-200"),
    ],
)
def test_le_solde_deduit_l_acompte_et_les_paiements(deja_paye: str, paiements: list[str], solde: str) -> None:
    vie = Vie(la_facture=facture(deja_paye=Decimal(deja_paye)))
    for montant in paiements:
        vie.payer(montant)
    assert vie.etat.solde == Decimal(solde)


def test_un_pli_garde_son_intention_sa_remise_son_depot_et_son_issue() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.NPAI)
    vie.recevoir(IssuePli.DISTRIBUE)
    envoi = vie.etat.envois_de("mise-en-demeure")[-1]
    assert envoi.prepare.canal is Canal.LRAR
    assert envoi.fait is not None
    assert envoi.depot is not None
    assert envoi.accuse is not None
    assert envoi.accuse.issue is IssuePli.DISTRIBUE, "la dernière issue enregistrée est celle qui compte"


@pytest.mark.parametrize(
    ("canal", "suite", "depart"),
    [
        (Canal.EMAIL, "", None),
        (Canal.EMAIL, "fait", date(2026, 6, 2)),
        (Canal.COURRIER, "fait", date(2026, 6, 2)),
        (Canal.LRAR, "fait", None),
        (Canal.LRAR, "fait depot", date(2026, 6, 3)),
    ],
)
def test_un_recommande_part_le_jour_de_son_depot_les_autres_le_jour_de_leur_remise(
    canal: Canal, suite: str, depart: date | None
) -> None:
    vie = Vie()
    vie.noter(
        EnvoiPrepare(
            cle="k",
            etape="relance-1",
            canal=canal,
            jour=date(2026, 6, 1),
            intitule="Relance",
            destinataire="",
            reste=Decimal(1),
            pdf=archive(),
            source=archive(),
        )
    )
    if "fait" in suite:
        vie.noter(EnvoiFait(cle="k", jour=date(2026, 6, 2), preuve=""))
    if "depot" in suite:
        vie.noter(PliDepose(cle="k", numero="1A00000000001", jour=date(2026, 6, 3)))
    assert vie.etat.envois["k"].depart == depart


def test_une_reponse_ferme_la_question_de_son_etape_et_d_elle_seule() -> None:
    vie = Vie().a_l_appel()
    vie.noter(QuestionPosee(etape="appel", question="q1"), QuestionPosee(etape="autre", question="q2"))
    vie.noter(QuestionPosee(etape="appel", question="q3"))
    assert vie.etat.questions == {"appel": "q3", "autre": "q2"}
    vie.appeler()
    assert vie.etat.questions == {"autre": "q2"}
    vie = Vie().a_l_approbation()
    vie.noter(QuestionPosee(etape="mise-en-demeure", question="q4"))
    vie.repondre(Decision.REFUSER)
    assert vie.etat.questions == {}


def test_un_litige_leve_ne_laisse_pas_de_trace_dans_l_etat() -> None:
    vie = Vie().contester("Abîmé")
    assert vie.etat.litige is not None
    assert vie.lever().etat.litige is None


def test_le_solde_a_la_date_de_l_echeancier_est_garde() -> None:
    vie = Vie().payer("100").accorder((date(2026, 7, 1), "900"))
    assert vie.etat.solde_accorde == Decimal(900)
    assert vie.payer("50").etat.solde_accorde == Decimal(900)


def test_pieces_preparation_dossier_et_fin_sont_gardes() -> None:
    vie = Vie()
    piece = PieceAjoutee(genre=GenrePiece.COMMANDE, intitule="Bon", jour=EMISSION, pdf=archive())
    instant = vie.faits[0].instant
    preparation = DossierPrepare(dossier="d", creances=("FA-1",), pilote="FA-1", instant=instant)
    scelle = DossierScelle(dossier="d", zip=archive(), pieces=1, total=Decimal(1), jour=EMISSION)
    fin = CreanceAbandonnee(motif="x", jour=EMISSION)
    etat = vie.noter(piece, preparation, scelle, fin).etat
    assert (etat.pieces, etat.preparation, etat.dossier, etat.fin) == ((piece,), preparation, scelle, fin)


def test_un_fait_sur_un_envoi_inconnu_est_refuse() -> None:
    accuse = AccuseRecu(cle="?", issue=IssuePli.NPAI, premiere_presentation=EMISSION, jour=EMISSION)
    with pytest.raises(KeyError):
        Vie().noter(accuse).etat  # noqa: B018
