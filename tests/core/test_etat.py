from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dossier.core.creance import Adresse
from dossier.core.etat import poursuivre, rejouer
from dossier.core.faits import (
    AccuseRecu,
    Canal,
    CreanceAbandonnee,
    CreanceOuverte,
    Decision,
    DocumentEtabli,
    DossierPrepare,
    DossierScelle,
    EnvoiFait,
    EnvoiPrepare,
    GenreDocument,
    GenrePiece,
    GenreScan,
    IssuePli,
    PieceAjoutee,
    PliDepose,
    QuestionPosee,
    Sens,
    SourceAccuse,
)
from tests.core.vie import EMISSION, Vie, archive, debiteur, evenement, facture


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
    document = DocumentEtabli(
        genre=GenreDocument.QUITTANCE, intitule="Quittance", pdf=archive(), source=archive(), jour=EMISSION
    )
    etat = vie.noter(piece, document, preparation, scelle, fin).etat
    assert etat.documents == (document,)
    assert (etat.pieces, etat.preparation, etat.dossier, etat.fin) == ((piece,), preparation, scelle, fin)


def test_un_fait_sur_un_envoi_inconnu_est_refuse() -> None:
    accuse = AccuseRecu(cle="?", issue=IssuePli.NPAI, premiere_presentation=EMISSION, jour=EMISSION)
    with pytest.raises(KeyError):
        Vie().noter(accuse).etat  # noqa: B018


# Ce que disent les transporteurs et les personnes d'un même pli

D5, D6, D7 = date(2026, 8, 5), date(2026, 8, 6), date(2026, 8, 7)


def contredit(vie: Vie) -> bool:
    return vie.pli().contredit


@pytest.mark.parametrize(
    ("dits", "attendu"),
    [
        ([Sens.PRIS_EN_CHARGE, Sens.PRESENTE, Sens.INCIDENT], False),
        ([Sens.PRESENTE, Sens.DISTRIBUE], False),
        ([Sens.DISTRIBUE, Sens.DISTRIBUE], False),
        ([Sens.REFUSE, Sens.RETOURNE], False),
        ([Sens.RETOURNE, Sens.NPAI], False),
        ([Sens.RETOURNE], False),
        ([Sens.DISTRIBUE, Sens.RETOURNE], True),
        ([Sens.RETOURNE, Sens.DISTRIBUE], True),
        ([Sens.NPAI, Sens.DISTRIBUE], True),
        ([Sens.NPAI, Sens.RETOURNE, Sens.REFUSE], True),
        ([Sens.DISTRIBUE, Sens.NON_RECLAME], True),
    ],
)
@pytest.mark.parametrize("d_un_coup", [True, False])
def test_un_transporteur_qui_se_contredit_se_voit_interroge_chaque_jour_ou_une_seule_fois(
    dits: list[Sens], d_un_coup: bool, attendu: bool
) -> None:
    vie = Vie().a_la_poste()
    evenements = [evenement(sens, D5 + timedelta(days=rang)) for rang, sens in enumerate(dits)]
    for combien in [len(dits)] if d_un_coup else range(1, len(dits) + 1):
        vie.suivre(*evenements[:combien])
    assert contredit(vie) is attendu


def test_le_mot_d_une_personne_tranche_et_ce_que_le_transporteur_repete_ne_rouvre_rien() -> None:
    vie = Vie().a_la_poste()
    dits = [evenement(Sens.DISTRIBUE, D5), evenement(Sens.RETOURNE, D6)]
    vie.suivre(*dits)
    assert contredit(vie)
    vie.recevoir(IssuePli.DISTRIBUE, jour=D5)
    assert not contredit(vie)
    vie.suivre(*dits, evenement(Sens.ACHEMINE, D7), definitif=True)
    assert not contredit(vie)
    vie.suivre(*dits, evenement(Sens.ACHEMINE, D7), evenement(Sens.RETOURNE, D7, heure=12))
    assert contredit(vie), "un nouveau retour d'un pli dit distribué"


def test_le_transporteur_qui_dit_autre_chose_que_la_personne_est_a_confirmer() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.DISTRIBUE)
    vie.suivre(evenement(Sens.PRESENTE, D5), evenement(Sens.DISTRIBUE, D6))
    assert not contredit(vie)
    vie.suivre(evenement(Sens.PRESENTE, D5), evenement(Sens.DISTRIBUE, D6), evenement(Sens.NPAI, D7))
    assert contredit(vie)
    assert vie.pli().accuse is not None
    assert [accuse.source for accuse in vie.pli().accuses] == [
        SourceAccuse.PERSONNE,
        SourceAccuse.TRANSPORTEUR,
    ]
    vie.suivre(evenement(Sens.PRESENTE, D5), evenement(Sens.REFUSE, D7))
    assert contredit(vie), "une contradiction ne s'efface pas d'elle-même"


@pytest.mark.parametrize(("second", "attendu"), [(IssuePli.REFUSE, False), (IssuePli.NPAI, True)])
def test_une_issue_donnee_par_le_transporteur_sans_ses_evenements_se_compare_aussi(
    second: IssuePli, attendu: bool
) -> None:
    vie = Vie().a_la_poste()
    for issue in (IssuePli.REFUSE, second):
        vie.noter(
            AccuseRecu(
                cle=vie.pli().prepare.cle,
                issue=issue,
                premiere_presentation=D5,
                jour=D5,
                source=SourceAccuse.TRANSPORTEUR,
            )
        )
    assert contredit(vie) is attendu


def test_un_pli_garde_le_dernier_suivi_et_tous_ses_scans() -> None:
    vie = Vie().a_la_poste()
    vie.suivre(evenement(Sens.PRIS_EN_CHARGE, D5))
    vie.suivre(evenement(Sens.PRIS_EN_CHARGE, D5), evenement(Sens.PRESENTE, D6))
    vie.remettre(GenreScan.DEPOT).remettre(GenreScan.AVIS)
    suivi = vie.pli().suivi
    assert suivi is not None
    assert [e.sens for e in suivi.evenements] == [Sens.PRIS_EN_CHARGE, Sens.PRESENTE]
    assert [scan.genre for scan in vie.pli().scans] == [GenreScan.DEPOT, GenreScan.AVIS]


# Où le débiteur se trouve

AILLEURS = Adresse(lignes=("9 quai du Vide",), code_postal="69002", ville="Lyon")


def test_une_adresse_trouvee_remplace_celle_de_la_facture_sans_changer_de_debiteur() -> None:
    vie = Vie(la_facture=facture(debiteur=debiteur(siren=None)))
    avant = vie.etat
    apres = vie.trouver(AILLEURS).etat
    assert apres.facture.debiteur.adresse == AILLEURS
    assert apres.adresse is not None
    assert apres.adresse.adresse == AILLEURS
    assert apres.debiteur == avant.debiteur, "ses créances restent groupées"
    assert apres.facture.debiteur.cle != avant.debiteur


def test_une_adresse_trouvee_repond_pour_le_pli_revenu_et_ferme_sa_question_et_elle_seule() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.NPAI)
    vie.noter(
        QuestionPosee(etape="mise-en-demeure", question="adresse--mise-en-demeure--lrar-1"),
        QuestionPosee(etape="appel", question="q2"),
    )
    assert vie.pli().revenu_sans_adresse
    assert not vie.pli().a_renvoyer
    vie.trouver()
    assert not vie.pli().revenu_sans_adresse
    assert vie.pli().a_renvoyer
    assert vie.etat.questions == {"appel": "q2"}
    rappel = vie.etat.envois["avant-contentieux:lrar"]
    assert not rappel.adresse_revue, "ce pli-là n'était pas revenu"


def test_une_adresse_verifiee_avant_un_retour_ne_repond_pas_de_lui() -> None:
    vie = Vie().a_la_poste().trouver(AILLEURS)
    vie.recevoir(IssuePli.NPAI)
    assert vie.pli().revenu_sans_adresse


def test_un_npai_corrige_n_est_plus_a_renvoyer() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.NPAI).trouver()
    vie.recevoir(IssuePli.REFUSE)
    assert not vie.pli().a_renvoyer
    assert not vie.pli().revenu_sans_adresse
