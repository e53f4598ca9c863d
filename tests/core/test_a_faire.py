"""What a person must do now: each line comes from the journal and the rules, the most urgent first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.a_faire import AFaire, EnAttente, Geste, Suivie, a_faire, etape_interrogee, posee_le
from dossier.core.droit.alertes import Gravite
from dossier.core.droit.prescription import Alerte
from dossier.core.etat import Etat, poursuivre
from dossier.core.faits import (
    AccuseRecu,
    AppelConsigne,
    Contenu,
    CreanceOuverte,
    Decision,
    Destinataire,
    DossierRecu,
    DossierScelle,
    DossierTransmis,
    EnvoiSignale,
    IssuePli,
    LigneAVoir,
    NatureProcedure,
    OrdonnanceRendue,
    OrdonnanceSignifiee,
    PaiementRecu,
    ProcedureCollectiveOuverte,
    ProcedureSuspendue,
    PromesseFaite,
    QuestionPosee,
    RequeteDeposee,
    ResultatAppel,
    RevisionDemandee,
    Sens,
    SensOrdonnance,
)
from dossier.core.suites import Attente
from tests.core.vie import Vie, archive, debiteur, evenement, facture

UN_JOUR = timedelta(days=1)


def lignes(vie: Vie, **autour: Any) -> tuple[AFaire, ...]:
    return a_faire([Suivie(vie.etat, vie.scenario, vie.action, **autour)], vie.jour)


def seule(vie: Vie, **autour: Any) -> AFaire:
    (ligne,) = lignes(vie, **autour)
    return ligne


def demander(vie: Vie, etape: str, question: str) -> Vie:
    return vie.noter(QuestionPosee(etape=etape, question=question))


def test_une_creance_qui_attend_une_date_ne_demande_rien() -> None:
    assert lignes(Vie()) == ()


# Les questions


def test_un_appel_a_passer_donne_le_numero_et_depuis_quand_il_est_demande() -> None:
    vie = Vie(la_facture=facture(debiteur=debiteur(telephone="01 00 00 00 00"))).a_l_appel()
    ligne = seule(vie, posee=vie.jour)
    assert (ligne.geste, ligne.quoi, ligne.depuis) == (Geste.APPELER, "Appeler : 01 00 00 00 00", vie.jour)
    assert (ligne.creance, ligne.facture, ligne.debiteur) == ("FA-1", "FA-1", "Débiteur Imaginaire SARL")
    assert seule(Vie().a_l_appel()).quoi == "Appeler : numéro à trouver"


@pytest.mark.parametrize(("jours", "urgent"), [(0, False), (2, False), (3, True)])
def test_une_question_de_trois_jours_est_urgente(jours: int, urgent: bool) -> None:
    vie = Vie().a_l_approbation()
    ligne = seule(vie, posee=vie.jour - timedelta(days=jours))
    assert (ligne.geste, ligne.quoi) == (Geste.APPROUVER, "Approuver : Mise en demeure")
    assert ligne.urgent is urgent


def test_une_question_pas_encore_posee_date_du_jour() -> None:
    vie = Vie().a_l_approbation()
    assert (seule(vie).depuis, seule(vie).urgent) == (vie.jour, False)


def test_l_age_d_une_question_survit_a_ses_relances() -> None:
    vie = Vie().a_l_appel()
    premiere = vie.jour
    demander(vie, "appel", "appel-aaa")
    vie.jour += UN_JOUR
    demander(vie, "appel", "appel-bbb").payer("1")
    assert etape_interrogee(vie.etat, vie.scenario, vie.action) == "appel"
    assert posee_le(vie.faits, "appel") == premiere
    vie.appeler()
    assert posee_le(vie.faits, "appel") is None


def test_une_question_sur_autre_chose_est_une_autre_question() -> None:
    vie = Vie().a_l_approbation()
    demander(vie, "mise-en-demeure", "mise-en-demeure--lrar-aaa")
    vie.jour += UN_JOUR
    demander(vie, "mise-en-demeure", "mise-en-demeure--lrar--2-bbb")
    assert posee_le(vie.faits, "mise-en-demeure") == vie.jour


def test_qui_n_est_pas_interroge_ne_l_est_sur_aucune_etape() -> None:
    vie = Vie()
    assert etape_interrogee(vie.etat, vie.scenario, vie.action) is None
    mure = _mure()
    assert etape_interrogee(mure.etat, mure.scenario, mure.action) is None
    demander(mure, "dossier", "lacunes--facture-aaa")
    assert etape_interrogee(mure.etat, mure.scenario, mure.action) == "dossier"


def test_un_dossier_incomplet_se_dit_des_que_la_question_est_posee() -> None:
    vie = _mure()
    assert lignes(vie) == (), "le dossier est à sceller : la machine s'en charge"
    demander(vie, "dossier", "lacunes--facture-aaa")
    assert seule(vie).geste is Geste.COMPLETER


def test_une_mise_en_demeure_refusee_attend_une_decision_depuis_son_refus() -> None:
    vie = Vie().a_l_approbation().repondre(Decision.REFUSER)
    vie.jour += UN_JOUR
    ligne = seule(vie)
    assert (ligne.geste, ligne.quoi) == (Geste.REFUSEE, "Mise en demeure refusée par Essai")
    assert ligne.depuis == vie.jour - UN_JOUR


def test_une_suspension_sans_terme_attend_une_decision() -> None:
    vie = Vie().noter(ProcedureSuspendue(motif="Médiation", par="Essai", jour=date(2026, 5, 4)))
    ligne = seule(vie)
    assert (ligne.geste, ligne.quoi, ligne.depuis) == (
        Geste.SUSPENDUE,
        "Suspendue : Médiation",
        date(2026, 5, 4),
    )


def test_une_remise_incertaine_est_a_verifier_sans_attendre() -> None:
    vie = Vie().a_l_approbation().repondre()
    vie.tenter().noter(EnvoiSignale(cle="mise-en-demeure:lrar", motif="adresse changée", jour=vie.jour))
    ligne = seule(vie)
    assert (ligne.geste, ligne.urgent, ligne.depuis) == (Geste.VERIFIER, True, None)
    assert ligne.quoi == "Remise incertaine, à vérifier : Mise en demeure, adresse changée"


# Les suivis rouges


def test_un_suivi_arrete_passe_avant_sa_question_et_dit_sa_phrase() -> None:
    vie = Vie().a_l_approbation()
    ligne = seule(vie, rouge=("Le serveur de courrier ne répond pas.", vie.jour))
    assert (ligne.geste, ligne.urgent) == (Geste.REPRENDRE, True)
    assert (ligne.quoi, ligne.depuis) == ("Le serveur de courrier ne répond pas.", vie.jour)


def test_une_creance_close_ou_payee_ne_demande_plus_rien_sinon_que_son_suivi_reprenne() -> None:
    vie = Vie().contester().payer("1000")
    assert lignes(vie) == ()
    assert seule(vie, rouge=("Panne.", vie.jour)).geste is Geste.REPRENDRE
    vie.agir()
    assert vie.etat.fin is not None
    assert lignes(vie, rouge=("Panne.", vie.jour)) == ()


# Les recommandés


@pytest.mark.parametrize(("jours", "urgent", "retard"), [(2, False, ""), (3, True, ", 1 jour de retard")])
def test_un_recommande_imprime_est_a_poster(jours: int, urgent: bool, retard: str) -> None:
    vie = Vie().a_l_avant_contentieux()
    imprime = vie.jour
    vie.jour += timedelta(days=jours)
    ligne = seule(vie)
    assert (ligne.geste, ligne.urgent, ligne.depuis) == (Geste.POSTER, urgent, imprime)
    assert ligne.quoi == f"Dernier rappel avant contentieux : à déposer{retard}"


def test_un_recommande_qui_n_est_plus_vrai_est_urgent() -> None:
    vie = Vie().a_l_avant_contentieux().payer("1")
    ligne = seule(vie)
    assert (ligne.geste, ligne.urgent) == (Geste.POSTER, True)
    assert "à relire : paiement reçu depuis" in ligne.quoi


def test_le_recommande_d_une_creance_close_est_a_detruire() -> None:
    vie = Vie().a_l_avant_contentieux().payer("1000")
    vie.agir()
    ligne = seule(vie)
    assert (ligne.geste, ligne.urgent) == (Geste.POSTER, True)
    assert "à détruire" in ligne.quoi


def test_un_recommande_chez_son_transporteur_n_est_dit_qu_en_retard() -> None:
    vie = Vie(transporteur="Maileva").a_l_avant_contentieux()
    vie.jour += timedelta(days=5)
    assert lignes(vie) == ()
    vie.jour += UN_JOUR
    assert seule(vie).geste is Geste.AVIS


def test_un_avis_venu_avant_le_depot_demande_le_depot() -> None:
    vie = Vie(transporteur="Maileva").a_l_avant_contentieux()
    vie.noter(_accuse(vie))
    ligne = seule(vie)
    assert ligne.geste is Geste.POSTER
    assert "avis reçu, dépôt à enregistrer" in ligne.quoi


def _accuse(vie: Vie) -> Contenu:
    return AccuseRecu(
        cle=vie.plis()[-1].prepare.cle,
        issue=IssuePli.DISTRIBUE,
        premiere_presentation=vie.jour,
        jour=vie.jour,
    )


def test_un_avis_en_retard_se_dit_une_fois_et_donne_le_numero() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(numero="1A00000000001")
    vie.jour += timedelta(days=25)
    assert lignes(vie) == ()
    vie.jour += timedelta(days=2)
    ligne = seule(vie)
    assert (ligne.geste, ligne.urgent) == (Geste.AVIS, True)
    assert ligne.quoi == "Mise en demeure (1A00000000002) : déposé, sans nouvelle, 2 jours de retard"


def test_un_pli_retourne_ou_contredit_attend_sa_lecture_meme_a_temps() -> None:
    vie = Vie().a_la_poste()
    vie.recevoir(numero="1A00000000001")
    vie.jour += timedelta(days=5)
    vie.suivre(evenement(Sens.RETOURNE, vie.jour), numero="1A00000000002")
    ligne = seule(vie)
    assert (ligne.geste, ligne.urgent) == (Geste.AVIS, False)
    assert "motif à lire sur l'enveloppe" in ligne.quoi


def test_un_pli_npai_est_une_question_ou_a_defaut_un_formulaire() -> None:
    vie = Vie().a_l_avant_contentieux().deposer()
    vie.recevoir(IssuePli.NPAI)
    (attend,) = lignes(vie)
    assert (attend.geste, attend.quoi.endswith("revenu NPAI, adresse à vérifier")) == (Geste.ADRESSE, True)
    vie.aller(date(2026, 7, 31))
    (question,) = lignes(vie)
    assert (question.geste, question.quoi) == (
        Geste.ADRESSE,
        "Trouver l'adresse : « Dernier rappel avant contentieux » est revenu NPAI",
    )


def _commune(vie: Vie, numero: str, *groupe: str) -> Suivie:
    """The same printed letter as seen by the creance of that number."""
    etat = vie.etat
    envois = {
        cle: replace(envoi, prepare=envoi.prepare.model_copy(update={"groupe": groupe}))
        for cle, envoi in etat.envois.items()
    }
    return Suivie(replace(etat, facture=facture(numero=numero), envois=envois), vie.scenario, vie.action)


def test_une_lettre_commune_se_dit_une_fois_et_nomme_ses_factures() -> None:
    vie = Vie().a_l_avant_contentieux()
    communes = [_commune(vie, "FA-1", "FA-1", "FA-2"), _commune(vie, "FA-2", "FA-1", "FA-2")]
    (ligne,) = a_faire(communes, vie.jour)
    assert (ligne.facture, ligne.urgent) == ("FA-1", False)
    assert ligne.quoi.endswith("lettre commune à FA-1, FA-2")
    close = Vie().a_l_avant_contentieux().payer("1000")
    close.agir()
    (ouverte,) = a_faire([_commune(close, "FA-2", "FA-1", "FA-2"), communes[0]], vie.jour)
    assert ouverte.facture == "FA-1", "la créance ouverte parle pour la lettre"


# La prescription


@pytest.mark.parametrize(
    ("gravite", "urgent", "dit"),
    [
        (Gravite.ATTENTION, False, "dernier jour utile le 03/06/2031"),
        (Gravite.URGENT, False, "dernier jour utile le 03/06/2031"),
        (Gravite.CRITIQUE, True, "dernier jour utile le 03/06/2031"),
        (Gravite.DEPASSEE, True, "expiré depuis le 03/06/2031"),
    ],
)
def test_une_prescription_proche_donne_son_dernier_jour(gravite: Gravite, urgent: bool, dit: str) -> None:
    trouvee = Alerte(gravite=gravite, date_limite=date(2031, 6, 3), phrase="…")
    ligne = seule(Vie(), prescription=trouvee)
    assert (ligne.geste, ligne.urgent, ligne.limite) == (Geste.PRESCRIPTION, urgent, date(2031, 6, 3))
    assert dit in ligne.quoi


def test_une_prescription_qui_ne_se_compte_pas_est_urgente() -> None:
    ligne = seule(Vie(), prescription="Le taux de 2031 n'est pas connu.")
    assert (ligne.urgent, ligne.limite, ligne.quoi) == (True, None, "Le taux de 2031 n'est pas connu.")


# Procédure collective, litige


@pytest.mark.parametrize(
    ("jour", "avant", "derniere", "limite", "urgent"),
    [
        (date(2026, 6, 1), date(2026, 6, 9), date(2026, 6, 11), date(2026, 6, 9), False),
        (date(2026, 6, 2), date(2026, 6, 9), date(2026, 6, 11), date(2026, 6, 9), True),
        (date(2026, 6, 9), date(2026, 6, 9), date(2026, 6, 11), date(2026, 6, 9), True),
        (date(2026, 6, 10), date(2026, 6, 9), date(2026, 6, 11), date(2026, 6, 11), True),
        (date(2026, 6, 10), date(2026, 6, 9), None, date(2026, 6, 9), True),
        (date(2026, 6, 1), None, None, None, True),
    ],
)
def test_une_procedure_collective_donne_la_date_sure_puis_la_date_legale(
    jour: date, avant: date | None, derniere: date | None, limite: date | None, urgent: bool
) -> None:
    vie = Vie().noter(
        ProcedureCollectiveOuverte(
            nature=NatureProcedure.LIQUIDATION,
            jugement=date(2026, 5, 4),
            publication=None,
            declaration_avant=avant,
            declaration_limite=derniere,
            jour=date(2026, 5, 4),
        )
    )
    vie.jour = jour
    ligne = seule(vie)
    assert (ligne.geste, ligne.limite, ligne.urgent) == (Geste.DECLARER, limite, urgent)
    assert ligne.quoi.startswith("Procédure collective : ")


@pytest.mark.parametrize(("jours", "urgent"), [(0, False), (29, False), (30, True)])
def test_un_litige_ouvert_depuis_un_mois_est_urgent(jours: int, urgent: bool) -> None:
    vie = Vie().contester()
    ouvert = vie.jour
    vie.jour += timedelta(days=jours)
    ligne = seule(vie)
    assert (ligne.geste, ligne.quoi, ligne.depuis) == (
        Geste.LITIGE,
        "Litige ouvert : Marchandise abîmée",
        ouvert,
    )
    assert ligne.urgent is urgent


# Versements et promesses


@pytest.mark.parametrize(("jours", "dit"), [(0, False), (1, True), (3, True), (4, False)])
def test_un_versement_manque_se_dit_pendant_sa_tolerance(jours: int, dit: bool) -> None:
    vie = Vie().accorder((date(2026, 6, 10), "1000"))
    vie.jour = date(2026, 6, 10) + timedelta(days=jours)
    trouvees = lignes(vie)
    assert bool(trouvees) is dit
    if dit:
        (ligne,) = trouvees
        assert (ligne.geste, ligne.urgent) == (Geste.VERSEMENT, True)
        assert (ligne.depuis, ligne.limite) == (date(2026, 6, 10), date(2026, 6, 13))
        assert ligne.quoi == "Versement du 10/06/2026 non reçu : échéancier rompu le 14/06/2026 sans lui"


PROMIS = date(2026, 6, 1)


def _promettre(montant: str | None = "500") -> Vie:
    somme = Decimal(montant) if montant else None
    return Vie().noter(PromesseFaite(promis_le=PROMIS, montant=somme, jour=date(2026, 5, 4)))


@pytest.mark.parametrize(("jours", "dit"), [(0, False), (1, True)])
def test_une_promesse_passee_se_dit_le_lendemain(jours: int, dit: bool) -> None:
    vie = _promettre()
    vie.jour = PROMIS + timedelta(days=jours)
    assert bool(lignes(vie)) is dit


def test_une_promesse_passee_dit_la_somme_si_elle_fut_dite() -> None:
    vie, sans_somme = _promettre(), _promettre(None)
    vie.jour = sans_somme.jour = PROMIS + UN_JOUR
    assert seule(vie).quoi == "500,00\u00a0€ promis pour le 01/06/2026, non reçu"
    assert seule(sans_somme).quoi == "Paiement promis pour le 01/06/2026, non reçu"


def test_une_promesse_tenue_ou_relancee_ne_se_dit_plus() -> None:
    tenue = _promettre().payer("500")
    tenue.jour = PROMIS + UN_JOUR
    assert lignes(tenue) == ()
    relancee = _promettre()
    relancee.aller(date(2026, 6, 11))
    assert "Relance 1" in " ".join(relancee.partis())
    assert lignes(relancee) == ()
    rappelee = _promettre()
    rappelee.jour = PROMIS + UN_JOUR
    rappelee.noter(
        AppelConsigne(etape="appel", resultat=ResultatAppel.INJOIGNABLE, par="Essai", jour=rappelee.jour)
    )
    assert lignes(rappelee) == ()


# Les suites d'un dossier scellé

SCELLE = date(2026, 8, 21)


def _mure() -> Vie:
    """The dossier is due, and nothing is awaited from the post."""
    return Vie().au_dossier().recevoir(numero="1A00000000001", jour=date(2026, 7, 15))


def _scelle(*suites: Contenu) -> Vie:
    vie = _mure()
    vie.noter(
        DossierScelle(dossier="D-1", zip=archive(), pieces=1, total=Decimal(1100), jour=SCELLE), *suites
    )
    vie.jour = date(2026, 10, 1)
    return vie


REMIS = DossierTransmis(
    dossier="D-1",
    qualite=Destinataire.AVOCAT,
    a="Me Durand",
    moyen="courriel",
    par="Essai",
    jour=date(2026, 8, 25),
)
RECU = DossierRecu(dossier="D-1", de="Me Durand", jour=date(2026, 8, 26))
DEPOSEE = RequeteDeposee(juridiction="TC de Lyon", jour=date(2026, 9, 1))
RENDUE = OrdonnanceRendue(sens=SensOrdonnance.ACCUEILLIE, jour=date(2026, 9, 10))
SIGNIFIEE = OrdonnanceSignifiee(a_personne=True, jour=date(2026, 9, 20))


@pytest.mark.parametrize(
    ("suites", "geste", "depuis"),
    [
        ((), Geste.REMETTRE, SCELLE),
        ((REMIS,), Geste.RECEVOIR, REMIS.jour),
        ((REMIS, RECU), Geste.RECEVOIR, RECU.jour),
        ((REMIS.model_copy(update={"dossier": "D-0"}),), Geste.REMETTRE, REMIS.jour),
        ((REMIS, RECU, DEPOSEE), Geste.SUITE, DEPOSEE.jour),
        ((DEPOSEE, RENDUE), Geste.SIGNIFIER, RENDUE.jour),
        ((DEPOSEE, RENDUE, SIGNIFIEE), Geste.SUITE, SIGNIFIEE.jour),
    ],
)
def test_les_suites_donnent_ce_qui_vient_et_depuis_quand(
    suites: tuple[Contenu, ...], geste: Geste, depuis: date
) -> None:
    vie = _scelle(*suites)
    ligne = seule(vie, suite=Attente(vie.jour + timedelta(days=60), "À faire un jour", a_faire=True))
    assert (ligne.geste, ligne.depuis, ligne.quoi, ligne.urgent) == (geste, depuis, "À faire un jour", False)


@pytest.mark.parametrize(("jours", "urgent"), [(7, True), (8, False)])
def test_une_date_du_tribunal_est_urgente_quand_le_calendrier_y_revient_dans_la_semaine(
    jours: int, urgent: bool
) -> None:
    vie = _scelle(DEPOSEE)
    suite = Attente(vie.jour + timedelta(days=jours), "Consigner", a_faire=True)
    assert seule(vie, suite=suite).urgent is urgent
    avant = _scelle()
    assert not seule(avant, suite=Attente(avant.jour, "À remettre", a_faire=True)).urgent


def test_ce_que_les_autres_ont_a_faire_ne_se_dit_pas() -> None:
    vie = _scelle(DEPOSEE)
    assert lignes(vie, suite=Attente(vie.jour, "Ordonnance attendue", a_faire=False)) == ()


# L'ordre


def test_les_plus_urgents_d_abord_puis_la_date_limite_puis_le_geste() -> None:
    def etat(numero: str) -> Etat:
        ouverte = CreanceOuverte(facture=facture(numero=numero), scenario="standard")
        return poursuivre(None, [ouverte])

    vie = Vie()

    def suivie(numero: str, **autour: Any) -> Suivie:
        return Suivie(etat(numero), vie.scenario, vie.action, **autour)

    def alerte(gravite: Gravite, limite: date) -> Alerte:
        return Alerte(gravite=gravite, date_limite=limite, phrase="…")

    toutes = a_faire(
        [
            suivie("CALME", prescription=alerte(Gravite.ATTENTION, date(2027, 1, 1))),
            suivie("ROUGE", rouge=("Panne.", vie.jour)),
            suivie("TARD", prescription=alerte(Gravite.CRITIQUE, date(2026, 7, 1))),
            suivie("TOT", prescription=alerte(Gravite.CRITIQUE, date(2026, 6, 1))),
            suivie("INCONNUE", prescription="Pas de taux."),
        ],
        vie.jour,
    )
    assert [ligne.facture for ligne in toutes] == ["TOT", "TARD", "ROUGE", "INCONNUE", "CALME"]


LIGNE = "a" * 16


def a_voir(**champs: Any) -> LigneAVoir:
    base: dict[str, Any] = {
        "ligne": LIGNE,
        "releve": "juin.xml",
        "jour": date(2026, 6, 10),
        "montant": Decimal(400),
        "credit": True,
        "reference": f"DURAND [relevé {LIGNE}]",
        "motif": "payeur inconnu",
        "creances": ("FA-1",),
    }
    return LigneAVoir(**{**base, **champs})


def des_releves(vie: Vie, *lignes_a_voir: LigneAVoir, attend: int = 0) -> tuple[AFaire, ...]:
    suivies = [Suivie(vie.etat, vie.scenario, vie.action)]
    toutes = a_faire(suivies, vie.jour, [EnAttente(li, vie.jour - attend * UN_JOUR) for li in lignes_a_voir])
    return tuple(ligne for ligne in toutes if ligne.geste is Geste.BANQUE)


def payee(montant: str, reference: str) -> Vie:
    return Vie().noter(PaiementRecu(montant=Decimal(montant), jour=date(2026, 6, 9), reference=reference))


def test_une_ligne_de_releve_non_affectee_se_voit_avec_sa_facture_probable() -> None:
    (ligne,) = des_releves(Vie(), a_voir())
    assert (ligne.creance, ligne.facture, ligne.debiteur) == ("FA-1", "FA-1", "Débiteur Imaginaire SARL")
    assert ligne.quoi == (
        "400,00\u00a0€ du 10/06/2026 à affecter : payeur inconnu. Référence à garder : "
        f"DURAND [relevé {LIGNE}]"
    )
    assert ligne.releve == a_voir()


@pytest.mark.parametrize("creances", [(), ("FA-INCONNUE",)])
def test_une_ligne_sans_facture_probable_se_voit_aussi(creances: tuple[str, ...]) -> None:
    (ligne,) = des_releves(Vie(), a_voir(creances=creances))
    assert (ligne.creance, ligne.facture, ligne.debiteur) == ("", "", "facture à trouver")


@pytest.mark.parametrize(("attend", "urgent"), [(2, False), (3, True)])
def test_une_ligne_qui_attend_trois_jours_est_urgente(attend: int, urgent: bool) -> None:
    assert des_releves(Vie(), a_voir(), attend=attend)[0].urgent is urgent


@pytest.mark.parametrize(
    ("montant", "reference", "reste"),
    [
        ("400", f"DURAND [relevé {LIGNE}]", 0),
        ("399.99", f"DURAND [relevé {LIGNE}]", 1),
        ("400", f"DURAND [relevé {'b' * 16}]", 1),
        ("400", "DURAND", 1),
    ],
)
def test_une_ligne_enregistree_en_entier_sous_sa_reference_n_est_plus_a_voir(
    montant: str, reference: str, reste: int
) -> None:
    assert len(des_releves(payee(montant, reference), a_voir())) == reste


def test_ce_qui_reste_d_une_ligne_est_propose_a_la_facture_qui_n_en_a_rien_recu() -> None:
    vie, reference = Vie(), f"DURAND [relevé {LIGNE}]"
    autre = replace(vie.etat, facture=vie.etat.facture.model_copy(update={"numero": "FA-2"}))
    deux = a_voir(creances=("FA-1", "FA-2"))
    part = PaiementRecu(montant=Decimal(150), jour=date(2026, 6, 9), reference=reference)

    def vues(premiere: Etat) -> AFaire:
        suivies = [Suivie(etat, vie.scenario, vie.action) for etat in (premiere, autre)]
        toutes = a_faire(suivies, vie.jour, [EnAttente(deux, vie.jour)])
        return next(ligne for ligne in toutes if ligne.geste is Geste.BANQUE)

    entiere = vues(vie.etat)
    assert "400,00\u00a0€ du 10/06/2026 à affecter" in entiere.quoi
    assert "Factures possibles : FA-1, FA-2." in entiere.quoi
    assert (entiere.facture, entiere.releve) == ("FA-1", deux)

    entamee = vues(vie.noter(part).etat)
    assert "250,00\u00a0€ (sur 400,00\u00a0€) du 10/06/2026 à affecter" in entamee.quoi
    assert "Factures possibles" not in entamee.quoi
    assert (entamee.facture, entamee.releve) == ("FA-2", a_voir(montant=Decimal(250), creances=("FA-2",)))


@pytest.mark.parametrize(
    ("paye", "champs", "reste"),
    [
        ("400", {}, 1),
        ("401", {}, 0),
        ("400", {"jour": date(2026, 6, 8)}, 0),
        ("400", {"creances": ("FA-INCONNUE",)}, 0),
    ],
)
def test_un_retour_se_voit_tant_que_le_paiement_qu_il_reprend_compte(
    paye: str, champs: dict[str, Any], reste: int
) -> None:
    assert len(des_releves(payee(paye, "VIR"), a_voir(credit=False, **champs))) == reste


@pytest.mark.parametrize(("attend", "urgent"), [(2, False), (3, True)])
def test_une_version_demandee_et_retenue_se_voit_a_cote_des_dates_legales(attend: int, urgent: bool) -> None:
    vie = _scelle(RevisionDemandee(dossier="D-1", motif="Contrat", par="Anne", jour=date(2026, 10, 1)))
    vie.jour += attend * UN_JOUR
    attente = Attente(vie.jour, "Requête à déposer", a_faire=True)
    vues = lignes(vie, suite=attente, manquent=("le RCS du créancier manque", "le contrat manque"))
    assert {v.geste: v.quoi for v in vues} == {
        Geste.REMETTRE: "Requête à déposer",
        Geste.COMPLETER: "Nouvelle version du dossier retenue : le RCS du créancier manque ; le contrat manque. "
        "Régler ces points, ou passer outre",
    }
    (retenue,) = (v for v in vues if v.geste is Geste.COMPLETER)
    assert (retenue.urgent, retenue.depuis) == (urgent, date(2026, 10, 1))
