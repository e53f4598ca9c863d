"""What the procedure does on a given day: both sides of each limit."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dossier.core.creance import Adresse
from dossier.core.decision import (
    Assembler,
    Attendre,
    DemanderAdresse,
    DemanderAppel,
    DemanderApprobation,
    Envoyer,
    Preparer,
    Qui,
    RompreEcheancier,
    Sauter,
    Solder,
    Suivre,
    Terminer,
    canaux,
    date_faite,
    date_prevue,
    decide,
    depart_du_delai,
    dernier_envoi,
    fin_du_delai,
    jour_de_mise_en_demeure,
)
from dossier.core.faits import (
    AccuseRecu,
    ApprobationDonnee,
    Canal,
    CreanceAbandonnee,
    Decision,
    DossierScelle,
    EcheancierAccorde,
    EnvoiFait,
    EnvoiPrepare,
    EvenementPli,
    GenreScan,
    IssuePli,
    Mensualite,
    NatureProcedure,
    PliDepose,
    ProcedureCollectiveOuverte,
    RemiseTentee,
    ScanRecu,
    Sens,
    SourceAccuse,
    SuiviRecu,
)
from dossier.core.plis import accuse_du_transporteur
from dossier.core.prevision import prevoir
from dossier.core.scenario import Delai, Scenario
from tests.core.vie import ECHEANCE, EMISSION, Vie, archive, evenement, facture, libelle, sans_email, standard

UN_JOUR = timedelta(days=1)


def depart(vie: Vie, libelle: str) -> date:
    """The day on which that step left for the first time."""
    return next(jour for jour, texte in vie.evenements if texte.startswith(f"{libelle} ("))


# Les délais de chaque étape


@pytest.mark.parametrize(
    ("etape", "jour"),
    [
        ("Prévenance", date(2026, 5, 27)),
        ("Relance 1", date(2026, 6, 11)),
        ("Relance 2", date(2026, 6, 19)),
        ("Relance 3", date(2026, 7, 1)),
        ("Dernier rappel avant contentieux", date(2026, 7, 11)),
    ],
)
def test_chaque_etape_part_le_jour_dit_ni_la_veille_ni_le_lendemain(etape: str, jour: date) -> None:
    vie = Vie().a_l_avant_contentieux()
    assert depart(vie, etape) == jour
    veille = Vie()
    veille.aller(min(jour - UN_JOUR, date(2026, 6, 24)))
    if veille.jour < jour - UN_JOUR:
        veille.appeler()
    veille.aller(jour - UN_JOUR)
    assert not [texte for texte in veille.partis() if texte.startswith(f"{etape} (")]
    attente = veille.action
    assert isinstance(attente, Attendre)
    assert (attente.jusqu_a, attente.qui) == (jour, Qui.DATE)


def test_l_appel_se_demande_cinq_jours_apres_la_relance_2() -> None:
    vie = Vie()
    assert isinstance(vie.aller(date(2026, 6, 23)), Attendre)
    assert isinstance(vie.aller(date(2026, 6, 24)), DemanderAppel)
    assert isinstance(vie.aller(date(2026, 7, 24)), DemanderAppel), (
        "il reste demandé tant qu'il n'est pas fait"
    )


def test_la_mise_en_demeure_s_etablit_vingt_jours_apres_le_depot_de_la_derniere_relance() -> None:
    vie = Vie().a_l_avant_contentieux()
    vie.aller(date(2026, 7, 14))
    vie.deposer()
    assert isinstance(vie.aller(date(2026, 8, 2)), Attendre)
    assert isinstance(vie.aller(date(2026, 8, 3)), DemanderApprobation)


def test_un_recommande_imprime_attend_son_depot_sans_limite() -> None:
    vie = Vie().a_l_avant_contentieux()
    for jour in (date(2026, 7, 11), date(2026, 9, 11)):
        attente = vie.aller(jour)
        assert isinstance(attente, Attendre)
        assert attente.qui is Qui.POSTE
        assert attente.libelle == "LRAR à déposer : Dernier rappel avant contentieux"


# Import tardif, débiteur sans adresse électronique


@pytest.mark.parametrize(("jour", "envoyee"), [(ECHEANCE, True), (ECHEANCE + UN_JOUR, False)])
def test_la_prevenance_part_encore_le_jour_de_l_echeance_pas_le_lendemain(jour: date, envoyee: bool) -> None:
    vie = Vie(jour)
    vie.agir()
    attendu = "Prévenance (courriel)" if envoyee else "Prévenance sautée : l'échéance est passée"
    assert vie.partis() == [attendu]


def test_un_import_tardif_ne_precipite_pas_les_relances() -> None:
    vie = Vie(date(2026, 9, 1))
    vie.aller(date(2026, 9, 14))
    assert vie.evenements == [
        (date(2026, 9, 1), "Prévenance sautée : l'échéance est passée"),
        (date(2026, 9, 1), "Relance 1 (courriel)"),
        (date(2026, 9, 9), "Relance 2 (courriel)"),
        (date(2026, 9, 9), "Relance 2 (lettre simple)"),
    ]
    assert isinstance(vie.action, DemanderAppel)


def _sans_lettre() -> Scenario:
    """The standard scenario, whose prévenance and first reminder would have no letter."""
    etapes = [
        e.model_copy(update={"lettre": None}) if e.canaux == (Canal.EMAIL,) else e for e in standard().etapes
    ]
    return standard().model_copy(update={"etapes": tuple(etapes)})


def test_sans_adresse_electronique_rien_ne_part_avant_l_echeance() -> None:
    vie = Vie(EMISSION, sans_email(), _sans_lettre())
    vie.aller(date(2026, 6, 18))
    assert vie.evenements == [
        (date(2026, 5, 27), "Prévenance sautée : aucune adresse électronique connue pour ce débiteur"),
        (date(2026, 6, 11), "Relance 1 sautée : aucune adresse électronique connue pour ce débiteur"),
    ]
    vie.aller(date(2026, 6, 19))
    assert vie.evenements[-1] == (date(2026, 6, 19), "Relance 2 (lettre simple)")


def test_sans_adresse_electronique_une_etape_par_courriel_passe_par_la_poste_si_elle_a_une_lettre() -> None:
    relance = _sans_lettre().etape("relance-1")
    etat = Vie(EMISSION, sans_email()).etat
    assert canaux(etat, relance) == ()
    assert canaux(etat, relance.model_copy(update={"lettre": "courriers/relance-1"})) == (Canal.COURRIER,)
    assert canaux(etat, standard().etape("relance-2")) == (Canal.COURRIER,)
    assert canaux(Vie().etat, standard().etape("relance-2")) == (Canal.EMAIL, Canal.COURRIER)


def test_aucune_relance_ne_precede_le_lendemain_de_l_echeance_quoi_que_dise_le_scenario() -> None:
    hatif = Delai(jours=-30, depuis="echeance")
    etapes = [e.model_copy(update={"delai": hatif}) if e.delai else e for e in standard().etapes]
    scenario = standard().model_copy(update={"etapes": tuple(etapes)})
    etat = Vie().etat
    assert date_prevue(etat, scenario, etapes[0]) == date(2026, 5, 4)
    for etape in scenario.etapes[1:-1]:
        assert date_prevue(etat, scenario, etape) == ECHEANCE + UN_JOUR


def test_sans_aucune_relance_faite_la_mise_en_demeure_compte_depuis_l_echeance() -> None:
    demeure, dossier = standard().etapes[-2:]
    directe = standard().model_copy(update={"etapes": (demeure, dossier)})
    assert date_prevue(Vie().etat, directe, demeure) == ECHEANCE + timedelta(days=20)


def test_un_appel_consigne_avant_son_tour_ne_hate_pas_la_suite() -> None:
    vie = Vie()
    vie.aller(date(2026, 6, 12))
    vie.appeler()
    vie.aller(date(2026, 6, 25))
    assert vie.partis()[-1] == "Relance 2 (lettre simple)", "la relance 3 suit la relance 2 de sept jours"
    vie.aller(date(2026, 6, 26))
    assert vie.partis()[-1] == "Relance 3 (lettre simple)"


# Paiements


@pytest.mark.parametrize("montant", ["1000", "1000.01"])
def test_payee_ou_trop_payee_la_facture_se_solde_a_chaque_etape(montant: str) -> None:
    for etape in (
        Vie.a_l_appel,
        Vie.a_l_avant_contentieux,
        Vie.a_l_approbation,
        Vie.a_la_poste,
        Vie.au_dossier,
    ):
        vie = etape(Vie()).payer(montant)
        assert isinstance(vie.action, Solder), etape.__name__
        assert vie.agir() == Terminer("Soldée")


def test_un_centime_manquant_ne_solde_pas() -> None:
    assert isinstance(Vie().payer("999.99").action, Attendre)


@pytest.mark.parametrize("jour", [EMISSION - timedelta(days=30), EMISSION, ECHEANCE, date(2026, 8, 1)])
def test_un_paiement_compte_quelle_que_soit_sa_date_de_valeur(jour: date) -> None:
    assert isinstance(Vie().payer("1000", jour).action, Solder)


def test_un_acompte_qui_couvre_la_facture_la_solde_des_l_ouverture() -> None:
    assert isinstance(Vie(la_facture=facture(deja_paye=Decimal(1000))).action, Solder)


def test_payee_pendant_un_litige_ou_un_echeancier_elle_se_solde() -> None:
    assert isinstance(Vie().contester().payer("1000").action, Solder)
    assert isinstance(Vie().accorder((date(2026, 7, 1), "1000")).payer("1000").action, Solder)


def test_payee_apres_la_remise_du_dossier_elle_se_solde_sinon_le_dossier_reste_remis() -> None:
    vie = Vie().au_dossier()
    vie.noter(DossierScelle(dossier="d", zip=archive(), pieces=1, total=Decimal(1), jour=vie.jour))
    assert vie.payer("400").action == Suivre()
    assert isinstance(vie.payer("600").action, Solder)


def test_un_paiement_partiel_entre_l_etablissement_et_l_envoi_fait_refaire_la_lettre() -> None:
    vie = Vie()
    vie.aller(date(2026, 6, 10))
    vie.jour = date(2026, 6, 11)
    preparer = vie.action
    assert isinstance(preparer, Preparer)
    assert preparer.cle == "relance-1:email"
    vie.noter(*_prepare(vie, preparer))
    assert isinstance(vie.action, Envoyer)
    vie.payer("400")
    refaire = vie.action
    assert isinstance(refaire, Preparer)
    assert refaire.cle == "relance-1:email:2"
    vie.noter(*_prepare(vie, refaire))
    envoyer = vie.action
    assert isinstance(envoyer, Envoyer)
    assert (envoyer.envoi.prepare.cle, envoyer.envoi.prepare.reste) == ("relance-1:email:2", Decimal(600))


def test_un_paiement_partiel_apres_le_courriel_ne_touche_que_la_lettre_qui_reste() -> None:
    vie = Vie()
    vie.aller(date(2026, 6, 18))
    vie.jour = date(2026, 6, 19)
    courriel = vie.action
    assert isinstance(courriel, Preparer)
    vie.noter(*_prepare(vie, courriel), EnvoiFait(cle=courriel.cle, jour=vie.jour, preuve=""))
    lettre = vie.action
    assert isinstance(lettre, Preparer)
    assert (lettre.canal, lettre.cle) == (Canal.COURRIER, "relance-2:courrier")
    vie.noter(*_prepare(vie, lettre)).payer("400")
    vie.agir()
    assert [e.prepare.cle for e in vie.etat.envois_de("relance-2")] == [
        "relance-2:email",
        "relance-2:courrier",
        "relance-2:courrier:2",
    ]


def test_un_paiement_partiel_apres_la_mise_en_demeure_ne_change_pas_le_delai() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir().payer("999")
    assert isinstance(vie.aller(date(2026, 8, 18)), Attendre)
    assert isinstance(vie.aller(date(2026, 8, 19)), Assembler)


def _prepare(vie: Vie, action: Preparer) -> list[EnvoiPrepare]:
    prepare = EnvoiPrepare(
        cle=action.cle,
        etape=action.etape.nom,
        canal=action.canal,
        jour=vie.jour,
        intitule=action.etape.libelle,
        destinataire="",
        reste=vie.etat.solde,
        pdf=archive(),
        source=archive(),
    )
    return [prepare]


# Un document qui n'a pas pu partir


@pytest.mark.parametrize(("retard", "refait"), [(0, False), (3, False), (4, True), (90, True)])
def test_un_document_qui_a_attendu_plus_de_trois_jours_est_refait_a_sa_nouvelle_date(
    retard: int, refait: bool
) -> None:
    vie = Vie()
    vie.aller(date(2026, 6, 10))
    vie.jour = date(2026, 6, 11)
    preparer = vie.action
    assert isinstance(preparer, Preparer)
    vie.noter(*_prepare(vie, preparer))
    vie.jour += timedelta(days=retard)
    assert isinstance(vie.action, Preparer if refait else Envoyer)
    vie.agir()
    assert vie.etat.envois_de("relance-1")[-1].prepare.jour == (vie.jour if refait else date(2026, 6, 11))


def test_une_mise_en_demeure_approuvee_mais_bloquee_plus_de_huit_jours_est_refaite_et_redemandee() -> None:
    vie = Vie().a_l_approbation().repondre()
    vie.jour += timedelta(days=8)
    assert isinstance(vie.action, Envoyer)
    vie.jour += timedelta(days=1)
    assert isinstance(vie.action, Preparer)
    assert isinstance(vie.agir(), DemanderApprobation), "ce qui part est ce qui a été lu"
    assert vie.etat.envois_de("mise-en-demeure")[-1].prepare.jour == date(2026, 8, 9)


@pytest.mark.parametrize("jours", [4, 90])
def test_un_recommande_peut_etre_parti_n_est_jamais_refait(jours: int) -> None:
    vie = Vie().a_l_approbation().repondre()
    vie.noter(RemiseTentee(cle="mise-en-demeure:lrar", jour=vie.jour)).payer("100")
    vie.jour += timedelta(days=jours)
    action = vie.action
    assert isinstance(action, Envoyer)
    assert action.envoi.prepare.cle == "mise-en-demeure:lrar"


def _courriel_peut_etre_parti() -> Vie:
    vie = Vie()
    vie.aller(date(2026, 6, 10))
    vie.jour = date(2026, 6, 11)
    preparer = vie.action
    assert isinstance(preparer, Preparer)
    return vie.noter(*_prepare(vie, preparer), RemiseTentee(cle=preparer.cle, jour=vie.jour))


@pytest.mark.parametrize(("jours", "refait"), [(3, False), (4, True)])
def test_un_courriel_peut_etre_parti_n_est_refait_que_perime(jours: int, refait: bool) -> None:
    vie = _courriel_peut_etre_parti()
    vie.jour += timedelta(days=jours)
    assert isinstance(vie.action, Preparer if refait else Envoyer)


def test_un_courriel_peut_etre_parti_est_refait_apres_un_paiement() -> None:
    vie = _courriel_peut_etre_parti()
    assert isinstance(vie.action, Envoyer)
    vie.payer("100")
    assert isinstance(vie.action, Preparer)


def test_un_recommande_imprime_avant_un_paiement_le_dit() -> None:
    vie = Vie().a_l_approbation().repondre()
    vie.agir()
    vie.payer("100")
    attente = vie.action
    assert isinstance(attente, Attendre)
    assert attente.libelle == "LRAR à déposer (paiement reçu depuis, à relire) : Mise en demeure"


# Approbation


def test_approuvee_le_jour_meme_la_lettre_part_telle_quelle() -> None:
    vie = Vie().a_l_approbation().repondre()
    assert isinstance(vie.action, Envoyer)


def test_approuvee_un_autre_jour_la_lettre_qui_a_ete_lue_part_telle_quelle() -> None:
    vie = Vie().a_l_approbation()
    vie.aller(date(2026, 8, 1))
    vie.repondre()
    assert isinstance(vie.action, Envoyer)
    vie.agir()
    assert vie.evenements[-1] == (date(2026, 8, 1), "Mise en demeure (recommandé à déposer)")
    assert vie.etat.envois_de("mise-en-demeure")[-1].prepare.jour == date(2026, 7, 31)


def test_reportee_elle_est_redemandee_a_la_date_dite() -> None:
    vie = Vie().a_l_approbation().repondre(Decision.REPORTER, date(2026, 8, 10))
    attente = vie.aller(date(2026, 8, 9))
    assert isinstance(attente, Attendre)
    assert (attente.jusqu_a, attente.libelle) == (date(2026, 8, 10), "Mise en demeure reportée au 10/08/2026")
    assert isinstance(vie.aller(date(2026, 8, 10)), DemanderApprobation)
    vie.repondre()
    vie.agir()
    assert vie.etat.envois_de("mise-en-demeure")[-1].prepare.jour == date(2026, 8, 10)


def test_reportee_sans_date_elle_est_redemandee_sept_jours_plus_tard() -> None:
    vie = Vie().a_l_approbation().repondre(Decision.REPORTER)
    assert isinstance(vie.aller(date(2026, 8, 6)), Attendre)
    assert isinstance(vie.aller(date(2026, 8, 7)), DemanderApprobation)


def test_refusee_elle_ne_part_pas_mais_peut_etre_approuvee_plus_tard() -> None:
    vie = Vie().a_l_approbation().repondre(Decision.REFUSER)
    attente = vie.aller(date(2026, 10, 1))
    assert isinstance(attente, Attendre)
    assert (attente.qui, attente.libelle) == (Qui.PERSONNE, "Mise en demeure refusée par Essai")
    vie.repondre()
    assert isinstance(vie.agir(), DemanderApprobation), "la lettre d'alors a vieilli : la nouvelle est à lire"
    vie.repondre()
    vie.agir()
    assert vie.evenements[-1] == (date(2026, 10, 1), "Mise en demeure (recommandé à déposer)")


@pytest.mark.parametrize("decision", [Decision.APPROUVER, Decision.REFUSER])
def test_une_reponse_sur_d_autres_sommes_ne_vaut_plus(decision: Decision) -> None:
    vie = Vie().a_l_approbation().repondre(decision).payer("100")
    assert isinstance(vie.agir(), DemanderApprobation)
    assert vie.etat.envois_de("mise-en-demeure")[-1].prepare.reste == Decimal(900)


def test_un_litige_ou_un_echeancier_fait_redemander_l_approbation() -> None:
    vie = Vie().a_l_approbation().repondre().contester().lever()
    assert isinstance(vie.agir(), DemanderApprobation)
    vie = Vie().a_l_approbation().repondre().accorder((date(2026, 8, 10), "1000"))
    assert isinstance(vie.aller(date(2026, 8, 14)), DemanderApprobation)


# Litige


def test_un_litige_suspend_tout_et_sa_levee_reprend_ou_l_on_en_etait() -> None:
    vie = Vie()
    vie.aller(date(2026, 6, 12))
    vie.contester("Deux colis abîmés")
    attente = vie.aller(date(2026, 9, 1))
    assert isinstance(attente, Attendre)
    assert (attente.qui, attente.libelle) == (Qui.PERSONNE, "Litige ouvert : Deux colis abîmés")
    assert vie.partis()[-1] == "Relance 1 (courriel)"
    vie.lever()
    vie.agir()
    assert vie.evenements[-1] == (date(2026, 9, 1), "Relance 2 (lettre simple)")


def test_un_litige_retient_aussi_le_dossier() -> None:
    vie = Vie().au_dossier().contester()
    assert isinstance(vie.action, Attendre)
    assert isinstance(vie.lever().action, Assembler)


# Échéancier


def test_un_echeancier_tenu_retient_la_procedure_puis_la_solde() -> None:
    vie = Vie().a_l_appel()
    vie.appeler().accorder((date(2026, 7, 5), "500"), (date(2026, 8, 5), "500"))
    vie.aller(date(2026, 7, 5))
    vie.payer("500")
    attente = vie.aller(date(2026, 8, 5))
    assert isinstance(attente, Attendre)
    assert attente.libelle == "Échéancier : versement du 05/08/2026"
    assert vie.partis()[-1] == "Relance 2 (lettre simple)"
    assert vie.payer("500").agir() == Terminer("Soldée")


@pytest.mark.parametrize(
    ("jour", "rompu"), [(date(2026, 7, 5), False), (date(2026, 7, 8), False), (date(2026, 7, 9), True)]
)
def test_un_versement_manque_rompt_l_echeancier_apres_trois_jours_de_grace(jour: date, rompu: bool) -> None:
    vie = Vie().accorder((date(2026, 7, 5), "1000"))
    vie.jour = jour
    action = vie.action
    if rompu:
        assert action == RompreEcheancier(date(2026, 7, 5))
    else:
        assert isinstance(action, Attendre)
        assert action.jusqu_a == date(2026, 7, 9)


def test_un_versement_trop_faible_d_un_centime_est_manque() -> None:
    vie = Vie().accorder((date(2026, 7, 5), "500"), (date(2026, 8, 5), "500"))
    vie.jour = date(2026, 7, 9)
    assert isinstance(vie.payer("499.99").action, RompreEcheancier)
    assert isinstance(vie.payer("0.01").action, Attendre)


def test_ce_qui_a_ete_paye_avant_l_accord_ne_compte_pas_meme_le_jour_meme() -> None:
    vie = Vie().payer("400").accorder((date(2026, 5, 5), "300"), (date(2026, 6, 5), "300"))
    vie.jour = date(2026, 5, 9)
    assert vie.action == RompreEcheancier(date(2026, 5, 5))


def test_un_virement_valeur_avant_l_accord_mais_enregistre_apres_compte() -> None:
    vie = Vie().accorder((date(2026, 5, 5), "300"), (date(2026, 6, 5), "700"))
    vie.jour = date(2026, 5, 9)
    assert isinstance(vie.payer("300", date(2026, 5, 3)).action, Attendre)


def test_les_versements_se_lisent_dans_l_ordre_des_dates() -> None:
    vie = Vie().accorder((date(2026, 8, 5), "500"), (date(2026, 7, 5), "500"))
    attente = vie.action
    assert isinstance(attente, Attendre)
    assert attente.jusqu_a == date(2026, 7, 9)


def test_un_echeancier_tenu_mais_trop_court_laisse_la_procedure_reprendre() -> None:
    vie = Vie().noter(
        EcheancierAccorde(mensualites=(Mensualite(jour=EMISSION, montant=Decimal(10)),), jour=EMISSION)
    )
    assert libelle(vie.payer("10").action) == "Prévenance le 27/05/2026"


def test_apres_la_rupture_la_procedure_reprend_ou_elle_en_etait() -> None:
    vie = Vie().a_l_appel()
    vie.appeler().accorder((date(2026, 7, 20), "1000"))
    vie.aller(date(2026, 7, 24))
    assert vie.evenements[-3:] == [
        (date(2026, 7, 24), "Échéancier rompu"),
        (date(2026, 7, 24), "Relance 3 (courriel)"),
        (date(2026, 7, 24), "Relance 3 (lettre simple)"),
    ]


# Après la mise en demeure


@pytest.mark.parametrize(
    ("issue", "presente", "recu", "depart"),
    [
        (IssuePli.DISTRIBUE, date(2026, 8, 4), date(2026, 8, 10), date(2026, 8, 10)),
        (IssuePli.REFUSE, date(2026, 8, 4), date(2026, 8, 10), date(2026, 8, 4)),
        (IssuePli.AVISE_NON_RECLAME, date(2026, 8, 4), date(2026, 8, 24), date(2026, 8, 4)),
        (IssuePli.NPAI, date(2026, 8, 4), date(2026, 8, 10), None),
    ],
)
def test_le_delai_part_de_la_remise_sinon_de_la_premiere_presentation_jamais_d_un_npai(
    issue: IssuePli, presente: date, recu: date, depart: date | None
) -> None:
    accuse = AccuseRecu(cle="k", issue=issue, premiere_presentation=presente, jour=recu)
    assert depart_du_delai(accuse) == depart
    vie = Vie().a_la_poste()
    vie.aller(recu)
    vie.recevoir(issue, presente)
    assert jour_de_mise_en_demeure(vie.etat, vie.scenario) == depart


def test_sans_issue_ni_depot_le_debiteur_n_est_pas_en_demeure() -> None:
    for vie in (Vie(), Vie().a_l_approbation(), Vie().a_la_poste()):
        assert jour_de_mise_en_demeure(vie.etat, vie.scenario) is None
        assert fin_du_delai(vie.etat, vie.scenario) is None


@pytest.mark.parametrize(
    ("recu", "fin"),
    [
        (date(2026, 8, 5), date(2026, 8, 20)),
        (date(2026, 8, 6), date(2026, 8, 21)),
        (date(2026, 8, 7), date(2026, 8, 24)),
        (date(2026, 8, 8), date(2026, 8, 24)),
        (date(2026, 10, 27), date(2026, 11, 12)),
        (date(2026, 12, 10), date(2026, 12, 28)),
    ],
    ids=["jeudi", "vendredi", "samedi", "dimanche", "11 novembre", "Noël puis samedi"],
)
def test_le_delai_de_quinze_jours_se_proroge_au_premier_jour_ouvrable(recu: date, fin: date) -> None:
    vie = Vie().a_la_poste()
    vie.jour = recu
    vie.recevoir()
    assert fin_du_delai(vie.etat, vie.scenario) == fin
    dernier = vie.aller(fin)
    assert isinstance(dernier, Attendre)
    assert dernier.libelle == f"Délai de la mise en demeure jusqu'au {fin:%d/%m/%Y}"
    assert isinstance(vie.aller(fin + UN_JOUR), Assembler)


def test_un_pli_non_reclame_rendu_apres_son_delai_mene_droit_au_dossier() -> None:
    vie = Vie().a_la_poste()
    vie.aller(date(2026, 8, 25))
    vie.recevoir(IssuePli.AVISE_NON_RECLAME, date(2026, 8, 5))
    assert isinstance(vie.action, Assembler)


def test_un_npai_attend_une_personne_et_ne_mene_jamais_au_dossier() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.NPAI)
    demande = vie.aller(date(2026, 12, 31))
    assert isinstance(demande, DemanderAdresse)
    assert (demande.etape.nom, demande.envoi.depot) == ("mise-en-demeure", vie.pli().depot)


def test_une_issue_corrigee_remplace_la_premiere() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.NPAI)
    vie.recevoir(IssuePli.DISTRIBUE)
    assert isinstance(vie.aller(date(2026, 8, 19)), Assembler)


@pytest.mark.parametrize(
    ("jours", "qui"), [(0, Qui.POSTE), (24, Qui.POSTE), (25, Qui.PERSONNE), (60, Qui.PERSONNE)]
)
def test_vingt_cinq_jours_sans_nouvelle_d_un_pli_une_personne_est_prevenue(jours: int, qui: Qui) -> None:
    vie = Vie().a_la_poste()
    attente = vie.aller(vie.jour + timedelta(days=jours))
    assert isinstance(attente, Attendre)
    assert attente.qui is qui
    etat = "attendu" if qui is Qui.POSTE else "en retard"
    assert attente.libelle == f"AR {etat} : 1A00000000002"
    if qui is Qui.POSTE:
        assert attente.jusqu_a == date(2026, 8, 28)


# La vie du pli de la mise en demeure

D5, D6, D7 = date(2026, 8, 5), date(2026, 8, 6), date(2026, 8, 7)


def attente(vie: Vie) -> tuple[str, Qui]:
    action = vie.action
    assert isinstance(action, Attendre)
    return action.libelle, action.qui


def imprimee(transporteur: str = "") -> Vie:
    """The mise en demeure is printed, or in the hands of who posts it, on 31 July 2026."""
    vie = Vie().a_l_approbation().repondre()
    vie.transporteur = transporteur
    vie.agir()
    return vie


@pytest.mark.parametrize(
    ("jours", "attendu"),
    [
        (0, ("Mise en demeure : confiée à Maileva", Qui.POSTE)),
        (4, ("Mise en demeure : confiée à Maileva", Qui.POSTE)),
        (5, ("Mise en demeure : confiée à Maileva, dépôt non confirmé", Qui.PERSONNE)),
        (60, ("Mise en demeure : confiée à Maileva, dépôt non confirmé", Qui.PERSONNE)),
    ],
)
def test_un_transporteur_a_cinq_jours_pour_confirmer_le_depot(jours: int, attendu: tuple[str, Qui]) -> None:
    vie = imprimee("Maileva")
    vie.aller(vie.jour + timedelta(days=jours))
    assert attente(vie) == attendu
    if attendu[1] is Qui.POSTE:
        assert vie.action == Attendre(date(2026, 8, 5), attendu[0], Qui.POSTE, "mise-en-demeure")


def test_une_lettre_imprimee_puis_signalee_se_relit_avant_d_etre_postee() -> None:
    vie = imprimee().trouver(AILLEURS)
    assert attente(vie) == (
        "LRAR à déposer (adresse du débiteur changée, à relire) : Mise en demeure",
        Qui.POSTE,
    )
    vie.retirer()
    assert isinstance(vie.agir(), DemanderApprobation)


def test_un_avis_sans_depot_enregistre_attend_une_personne() -> None:
    vie = imprimee()
    vie.recevoir(numero="1A00000000002")
    vie.aller(date(2027, 1, 1))
    assert attente(vie) == ("Dépôt à enregistrer, l'avis est déjà là : Mise en demeure", Qui.PERSONNE)


@pytest.mark.parametrize(
    ("sens", "dit"),
    [
        (Sens.PRIS_EN_CHARGE, "pris en charge"),
        (Sens.ACHEMINE, "en cours d'acheminement"),
        (Sens.INCIDENT, "incident signalé"),
        (Sens.PRESENTE, "avisé"),
    ],
)
def test_un_pli_attendu_dit_son_numero_et_son_dernier_evenement(sens: Sens, dit: str) -> None:
    vie = Vie().a_la_poste()
    vie.suivre(evenement(Sens.ACHEMINE, date(2026, 8, 4)), evenement(sens, D5))
    assert attente(vie) == (f"AR attendu : 1A00000000002 ({dit} le 05/08/2026)", Qui.POSTE)
    vie.aller(date(2026, 8, 28))
    assert attente(vie) == (f"AR en retard : 1A00000000002 ({dit} le 05/08/2026)", Qui.PERSONNE)


def test_un_avis_numerise_ou_un_retour_sans_motif_se_lit_par_une_personne_meme_avant_les_25_jours() -> None:
    vie = Vie().a_la_poste().remettre(GenreScan.DEPOT)
    assert attente(vie) == ("AR attendu : 1A00000000002", Qui.POSTE)
    assert attente(vie.remettre(GenreScan.ENVELOPPE)) == (
        "Avis numérisé, issue à enregistrer : 1A00000000002",
        Qui.PERSONNE,
    )
    vie = Vie().a_la_poste()
    vie.suivre(evenement(Sens.RETOURNE, D5), evenement(Sens.ACHEMINE, D6))
    assert attente(vie) == ("Pli retourné, motif à lire sur l'enveloppe : 1A00000000002", Qui.PERSONNE)


def test_une_issue_contredite_ne_mene_jamais_au_dossier_avant_qu_une_personne_tranche() -> None:
    vie = Vie().a_la_poste()
    vie.suivre(evenement(Sens.DISTRIBUE, D5))
    vie.suivre(evenement(Sens.DISTRIBUE, D5), evenement(Sens.RETOURNE, D6))
    vie.aller(date(2026, 8, 20))
    assert attente(vie) == (
        "Délai de la mise en demeure jusqu'au 20/08/2026, issue du pli à confirmer",
        Qui.PERSONNE,
    )
    vie.aller(date(2027, 8, 20))
    assert attente(vie) == ("Issue contradictoire, à confirmer : 1A00000000002", Qui.PERSONNE)
    vie.recevoir(IssuePli.DISTRIBUE, jour=D5)
    assert isinstance(vie.action, Assembler)


@pytest.mark.parametrize("dernier", [Sens.RETOURNE, Sens.NPAI])
def test_contredite_sans_issue_valable_l_issue_se_confirme_avant_de_chercher_l_adresse(dernier: Sens) -> None:
    vie = Vie().a_la_poste()
    vie.suivre(evenement(Sens.DISTRIBUE, D5), evenement(dernier, D6))
    assert attente(vie) == ("Issue contradictoire, à confirmer : 1A00000000002", Qui.PERSONNE)
    vie.recevoir(IssuePli.NPAI)
    assert isinstance(vie.action, DemanderAdresse)


def test_apres_un_npai_verifie_la_mise_en_demeure_repart_avec_un_nouvel_accord_et_un_nouveau_delai() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.NPAI)
    demande = vie.trouver(AILLEURS).agir()
    assert isinstance(demande, DemanderApprobation)
    assert (demande.envoi.prepare.cle, demande.envoi.prepare.destinataire) == (
        "mise-en-demeure:lrar:2",
        "9 quai du Vide, 69002 Lyon",
    )
    vie.repondre().agir()
    vie.deposer("1A00000000003")
    assert jour_de_mise_en_demeure(vie.etat, vie.scenario) is None, "le premier pli n'a pas mis en demeure"
    vie.jour = date(2026, 9, 1)
    vie.recevoir()
    assert fin_du_delai(vie.etat, vie.scenario) == date(2026, 9, 16)


@pytest.mark.parametrize("etape", ["relance-2", "relance-3"])
def test_un_npai_sur_un_premier_recommande_retient_aussi_les_lettres_simples(etape: str) -> None:
    """A scenario whose first step is a registered letter, before letters by ordinary post."""
    premier = (
        standard().etape("avant-contentieux").model_copy(update={"delai": Delai(jours=1, depuis="echeance")})
    )
    suite = standard().etape(etape).model_copy(update={"delai": Delai(jours=5, depuis=premier.nom)})
    scenario = standard().model_copy(update={"etapes": (premier, suite, *standard().etapes[-2:])})
    vie = Vie(scenario=scenario)
    vie.aller(date(2026, 6, 4))
    vie.deposer().recevoir(IssuePli.NPAI)
    demande = vie.aller(date(2026, 6, 30))
    assert isinstance(demande, DemanderAdresse)
    assert (demande.etape.nom, demande.envoi.prepare.etape) == (etape, premier.nom)
    vie.trouver().agir()
    assert vie.partis()[-1].endswith("(lettre simple)")


def test_un_npai_ne_retient_pas_ce_qui_part_par_courriel() -> None:
    premier = (
        standard().etape("avant-contentieux").model_copy(update={"delai": Delai(jours=1, depuis="echeance")})
    )
    courriel = standard().etape("relance-1").model_copy(update={"delai": Delai(jours=5, depuis=premier.nom)})
    scenario = standard().model_copy(update={"etapes": (premier, courriel, *standard().etapes[-2:])})
    vie = Vie(scenario=scenario)
    vie.aller(date(2026, 6, 4))
    vie.deposer().recevoir(IssuePli.NPAI)
    vie.aller(date(2026, 6, 9))
    assert vie.partis()[-1] == "Relance 1 (courriel)"


def test_un_npai_corrige_rend_la_main_a_la_premiere_lettre_tant_que_la_seconde_n_est_pas_imprimee() -> None:
    corrigee, imprimee_, reprise, doutee = (_refaite() for _ in range(4))
    corrigee.recevoir(IssuePli.REFUSE, D5, "1A00000000002")
    assert fin_du_delai(corrigee.etat, corrigee.scenario) == date(2026, 8, 20)
    imprimee_.repondre().agir()
    imprimee_.recevoir(IssuePli.REFUSE, D5, "1A00000000002")
    assert attente(imprimee_) == ("LRAR à déposer : Mise en demeure", Qui.POSTE)
    doutee.repondre().tenter()
    doutee.recevoir(IssuePli.REFUSE, D5, "1A00000000002")
    assert isinstance(doutee.action, Envoyer), "peut-être déjà partie"
    reprise.repondre().agir()
    reprise.retirer().recevoir(IssuePli.REFUSE, D5, "1A00000000002")
    assert fin_du_delai(reprise.etat, reprise.scenario) == date(2026, 8, 20)


def _refaite() -> Vie:
    """The mise en demeure came back (NPAI), the address was confirmed, a new letter waits for its approval."""
    vie = Vie().a_la_poste()
    vie.recevoir(IssuePli.NPAI).trouver()
    assert isinstance(vie.agir(), DemanderApprobation)
    return vie


def test_le_pilote_d_une_lettre_commune_l_envoie_les_autres_l_attendent() -> None:
    def menee_par(*groupe: str) -> Vie:
        vie = Vie().a_l_approbation()
        commune = vie.plis()[-1].prepare.model_copy(
            update={"cle": "mise-en-demeure:lrar:0a1b", "groupe": groupe}
        )
        vie.noter(commune).repondre()
        return vie

    assert isinstance(menee_par("FA-1", "FA-0").action, Envoyer)
    autre = menee_par("FA-0", "FA-1")
    assert attente(autre) == ("Mise en demeure : document commun, mené par FA-0", Qui.DATE)
    autre.noter(RemiseTentee(cle="mise-en-demeure:lrar:0a1b", jour=autre.jour))
    autre.jour += timedelta(days=8)
    assert attente(autre)[1] is Qui.DATE
    autre.jour += UN_JOUR
    assert attente(autre) == (
        "Mise en demeure : lettre commune avec FA-0, peut-être imprimée, à vérifier",
        Qui.PERSONNE,
    )


@pytest.mark.parametrize(
    ("jour", "dit"),
    [
        (date(2026, 9, 1), "à déclarer au plus tard le 01/09/2026"),
        (date(2026, 9, 4), "à déclarer au plus tard le 01/09/2026"),
        (date(2026, 9, 5), "délai de déclaration passé le 04/09/2026, relevé de forclusion à demander"),
    ],
)
def test_une_declaration_tardive_demande_le_releve_de_forclusion(jour: date, dit: str) -> None:
    ouverte = ProcedureCollectiveOuverte(
        nature=NatureProcedure.LIQUIDATION,
        jugement=EMISSION,
        publication=EMISSION,
        declaration_avant=date(2026, 9, 1),
        declaration_limite=date(2026, 9, 4),
        jour=EMISSION,
    )
    vie = Vie().noter(ouverte)
    vie.jour = jour
    assert attente(vie) == (f"Procédure collective : {dit}", Qui.PERSONNE)


# Fin


def test_une_creance_abandonnee_ou_soldee_ne_fait_plus_rien() -> None:
    abandon = Vie().noter(CreanceAbandonnee(motif="x", jour=EMISSION))
    assert abandon.payer("1000").action == Terminer("Abandonnée")
    solde = Vie().payer("1000")
    solde.agir()
    assert solde.contester().action == Terminer("Soldée")


def test_une_etape_sautee_est_faite_le_jour_ou_elle_l_a_ete() -> None:
    vie = Vie(date(2026, 9, 1))
    assert isinstance(vie.action, Sauter)
    vie.agir()
    assert date_faite(vie.etat, standard().etape("prevenance")) == date(2026, 9, 1)
    assert date_faite(vie.etat, standard().etape("relance-2")) is None


def test_sans_canal_ni_saut_une_etape_n_est_pas_faite() -> None:
    assert date_faite(Vie(EMISSION, sans_email()).etat, _sans_lettre().etape("relance-1")) is None


# Sur des vies au hasard

GESTES = (
    *("rien", "payer", "contester", "lever", "accorder", "approuver", "reporter", "refuser"),
    *("appeler", "deposer", "recevoir", "non_reclame", "npai"),
    *("suivi_distribue", "suivi_retourne", "suivi_npai", "confirmer", "demenager", "retirer", "numeriser"),
)
SUIVIS = {
    "suivi_distribue": Sens.DISTRIBUE,
    "suivi_retourne": Sens.RETOURNE,
    "suivi_npai": Sens.NPAI,
}
AILLEURS = Adresse(lignes=("9 quai du Vide",), code_postal="69002", ville="Lyon")
gestes = st.lists(st.tuples(st.integers(0, 20), st.sampled_from(GESTES)), max_size=25)


def faire(vie: Vie, geste: str) -> None:
    """Do it if a form would accept it now."""
    etat = vie.etat
    plis = [e for e in etat.envois.values() if e.prepare.canal is Canal.LRAR]
    a_approuver = [e for e in etat.envois_de("mise-en-demeure") if e.fait is None]
    reponses = {"approuver": Decision.APPROUVER, "reporter": Decision.REPORTER, "refuser": Decision.REFUSER}
    issues = {
        "recevoir": IssuePli.DISTRIBUE,
        "non_reclame": IssuePli.AVISE_NON_RECLAME,
        "npai": IssuePli.NPAI,
    }
    if etat.fin is not None:
        return
    if geste == "payer":
        vie.payer("150")
    elif geste == "contester" and etat.litige is None:
        vie.contester()
    elif geste == "lever" and etat.litige is not None:
        vie.lever()
    elif geste == "accorder" and etat.solde > 0:
        vie.accorder((vie.jour + timedelta(days=10), str(etat.solde)))
    elif geste in reponses and a_approuver and etat.envois_de("mise-en-demeure")[-1].fait is None:
        vie.repondre(reponses[geste], vie.jour + timedelta(days=3) if geste == "reporter" else None)
    elif geste == "appeler":
        vie.appeler()
    elif geste == "deposer" and plis and plis[-1].fait is not None:
        vie.deposer()
    elif geste in issues and plis and plis[-1].depot is not None:
        vie.recevoir(issues[geste], plis[-1].depot.jour)
    else:
        _faire_du_pli(vie, geste)


def _faire_du_pli(vie: Vie, geste: str) -> None:
    plis = vie.plis()
    if geste == "confirmer":
        vie.trouver()
    elif geste == "demenager":
        ici = vie.etat.facture.debiteur.adresse
        vie.trouver(AILLEURS if ici != AILLEURS else facture().debiteur.adresse)
    elif geste == "retirer" and plis and plis[-1].fait and not plis[-1].depot and not plis[-1].accuse:
        vie.retirer()
    elif geste in SUIVIS and any(pli.depot for pli in plis):
        avant = vie.pli().suivi
        vie.suivre(*(avant.evenements if avant else ()), evenement(SUIVIS[geste], vie.jour))
    elif geste == "numeriser" and any(pli.depot for pli in plis):
        vie.remettre(GenreScan.ENVELOPPE)


@settings(max_examples=60, deadline=None)
@given(st.integers(-30, 100), st.booleans(), st.sampled_from([standard(), _sans_lettre()]), gestes)
def test_sur_une_vie_au_hasard_rien_ne_casse_et_rien_ne_part_a_tort(
    ouverture: int, email: bool, scenario: Scenario, suite: list[tuple[int, str]]
) -> None:
    vie = Vie(
        ECHEANCE + timedelta(days=ouverture), facture(emission=date(2026, 1, 1)) if email else sans_email()
    )
    vie.agir()
    for jours, geste in suite:
        vie.jour += timedelta(days=jours)
        faire(vie, geste)
        vie.agir()
        _rien_a_tort(vie)
        assert decide(vie.etat, vie.scenario, vie.jour) == vie.action, "la décision est reproductible"
    prevus = prevoir(vie.etat, vie.scenario, vie.jour)
    assert [p.jour for p in prevus] == sorted(p.jour for p in prevus)


DU_PLI = (
    *("npai", "npai", "deposer", "deposer", "approuver", "confirmer", "demenager", "recevoir", "retirer"),
    *("payer", *SUIVIS, "numeriser"),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.sampled_from(DU_PLI)), max_size=15))
def test_rien_ne_se_poste_a_une_adresse_d_ou_un_pli_est_revenu(suite: list[tuple[int, str]]) -> None:
    """`Vie` refuses to post while such an address is not looked for, or anywhere else than where the debtor is."""
    vie = Vie().a_l_avant_contentieux().deposer()
    for jours, geste in suite:
        vie.jour += timedelta(days=jours)
        faire(vie, geste)
        vie.agir()
        _rien_a_tort(vie)


def _rien_a_tort(vie: Vie) -> None:
    etat = vie.etat
    for jour, texte in vie.evenements:
        if texte.endswith(")") and not texte.startswith("Prévenance"):
            assert jour > ECHEANCE, f"{texte} est partie avant l'échéance"
    accords = {
        (etat.envois[fait.envoi].prepare.reste, fait.jour)
        for fait in (f.contenu for f in vie.faits)
        if isinstance(fait, ApprobationDonnee) and fait.decision is Decision.APPROUVER
    }
    for envoi in etat.envois_de("mise-en-demeure"):
        if envoi.fait is not None:
            sommes = {reste for reste, jour in accords if jour <= envoi.fait.jour}
            assert envoi.prepare.reste in sommes, "une mise en demeure est partie sans accord sur ses sommes"
    action = vie.action
    assert isinstance(
        action, Attendre | DemanderAdresse | DemanderAppel | DemanderApprobation | Assembler | Terminer
    )
    if isinstance(action, Assembler):
        _scellable(vie)


def _scellable(vie: Vie) -> None:
    """A dossier rests on a letter that was posted, and whose valid outcome nothing gainsays."""
    pli = dernier_envoi(vie.etat, vie.scenario.mise_en_demeure, Canal.LRAR)
    assert pli is not None
    assert pli.depot is not None, "dépôt"
    assert pli.accuse is not None, "issue"
    assert pli.accuse.issue is not IssuePli.NPAI
    assert not pli.contredit
    dites = set()
    for fait in (f.contenu for f in vie.faits):
        match fait:
            case AccuseRecu(cle=pli.prepare.cle, source=SourceAccuse.PERSONNE, issue=issue):
                dites = {issue}
            case AccuseRecu(cle=pli.prepare.cle, issue=issue):
                dites.add(issue)
    assert dites == {pli.accuse.issue}, "le dernier mot d'une personne, et rien d'autre depuis"


faits_du_pli = st.lists(
    st.sampled_from(["depot", "scan", "confirmer", *SUIVIS])
    | st.sampled_from(list(itertools.product(IssuePli, SourceAccuse))),
    max_size=10,
)


@settings(max_examples=150, deadline=None)
@given(faits_du_pli)
def test_quel_que_soit_l_ordre_des_faits_d_un_pli_rien_n_est_scelle_sans_depot_ni_issue_sure(
    faits: list[str | tuple[IssuePli, SourceAccuse]],
) -> None:
    vie = imprimee()
    cle = vie.pli("?").prepare.cle
    dits: list[EvenementPli] = []
    for fait in faits:
        vie.jour += UN_JOUR
        pli = vie.etat.envois[cle]
        if fait == "depot":
            vie.noter(PliDepose(cle=cle, numero="1A00000000002", jour=vie.jour))
        elif fait == "scan":
            vie.noter(ScanRecu(cle=cle, genre=GenreScan.AVIS, fichier="a", pdf=archive("a"), jour=vie.jour))
        elif fait == "confirmer":
            vie.trouver()
        elif isinstance(fait, str):
            dits.append(evenement(SUIVIS[fait], vie.jour))
            vie.noter(
                SuiviRecu(
                    cle=cle,
                    transporteur="La Poste",
                    evenements=tuple(dits),
                    definitif=False,
                    reponse=archive("s"),
                    jour=vie.jour,
                )
            )
            dit = accuse_du_transporteur(pli, dits, "")
            vie.noter(*([dit] if dit else []))
        else:
            issue, source = fait
            vie.noter(
                AccuseRecu(cle=cle, issue=issue, premiere_presentation=vie.jour, jour=vie.jour, source=source)
            )
    vie.jour += timedelta(days=60)
    action = vie.action
    if isinstance(action, Assembler):
        _scellable(vie)
        _sans_retour_d_un_pli_remis(vie)
    else:
        assert isinstance(action, Attendre | DemanderAdresse | Preparer)


def _sans_retour_d_un_pli_remis(vie: Vie) -> None:
    """After the last word of a person, or ever without one, no carrier says both handed over and sent back."""
    depuis: list[Sens] = []
    connus: tuple[EvenementPli, ...] = ()
    for contenu in (f.contenu for f in vie.faits):
        if isinstance(contenu, SuiviRecu):
            depuis += [e.sens for e in contenu.evenements if e not in connus]
            connus = contenu.evenements
        elif isinstance(contenu, AccuseRecu) and contenu.source is SourceAccuse.PERSONNE:
            depuis = [Sens.DISTRIBUE] if contenu.issue is IssuePli.DISTRIBUE else []
    assert not {Sens.DISTRIBUE, Sens.RETOURNE} <= set(depuis)


def test_un_scenario_sans_prevenance_ni_appel_va_jusqu_au_dossier() -> None:
    etapes = tuple(e for e in standard().etapes if e.nom in {"relance-1", "mise-en-demeure", "dossier"})
    scenario = Scenario(nom="court", libelle="Court", etapes=etapes)
    vie = Vie(scenario=scenario)
    assert isinstance(vie.aller(date(2026, 7, 1)), DemanderApprobation)
