"""Which payment is recorded by itself, and which waits for a person."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.faits import CauseAnnulation, PaiementRecu
from dossier.core.rapprochement import Part, Suite, Verdict, rapprocher
from dossier.core.registre import Du, Registre, Trace
from dossier.core.releve import Mouvement, marque_de_payeur

JOUR = date(2026, 6, 12)
LIGNE = "a" * 16
AUTRE = "b" * 16
IBAN = "FR7699999000020000000010129"


def du(creance: str = "FA-2026-1", reste: str = "1000", **champs: Any) -> Du:
    base: dict[str, Any] = {
        "creance": creance,
        "numero": creance,
        "debiteur": "000700070",
        "denomination": "Hôtel Utopie SAS",
        "emise": date(2026, 5, 1),
        "echeance": date(2026, 6, 3),
        "reste": Decimal(reste),
        "deja_paye": Decimal(0),
        "importee": date(2026, 5, 4),
        "paiements": (),
    }
    return Du(**{**base, **champs})


def registre(*dus: Du, accessoires: str = "40", **champs: Any) -> Registre:
    """Each creance owes its rest and that much more today, half as much more on the day of the payment."""
    plus = Decimal(accessoires)
    connu: Registre = Registre(
        lambda creance, _: (connu.dus[creance].reste + plus, connu.dus[creance].reste + plus / 2), **champs
    )
    for chacun in dus or (du(),):
        connu.poser(chacun)
    return connu


def credit(libelle: str = "FA-2026-1", montant: str = "1000", **champs: Any) -> Mouvement:
    base: dict[str, Any] = {
        "lieu": "écriture 1",
        "compte": "FR76",
        "jour": JOUR,
        "montant": Decimal(montant),
        "credit": True,
        "libelle": libelle,
    }
    return Mouvement(**{**base, **champs})


def paiement(montant: str = "400", jour: date = JOUR, reference: str = "VIR") -> PaiementRecu:
    return PaiementRecu(montant=Decimal(montant), jour=jour, reference=reference)


def juger(mouvement: Mouvement, connu: Registre | None = None) -> Verdict:
    return rapprocher(mouvement, LIGNE, connu or registre())


def parts(verdict: Verdict) -> list[list[tuple[str, Decimal]]]:
    return [[(part.creance, part.montant) for part in choix] for choix in verdict.choix]


@pytest.mark.parametrize("montant", ["0.01", "400", "1000", "1020"])
def test_une_facture_citee_est_payee_jusqu_a_tout_ce_qui_etait_du_le_jour_du_paiement(montant: str) -> None:
    verdict = juger(credit(montant=montant))
    assert verdict == Verdict(Suite.ENREGISTRER, choix=((Part("FA-2026-1", "FA-2026-1", Decimal(montant)),),))


def test_un_centime_de_trop_attend_une_personne() -> None:
    verdict = juger(credit(montant="1020.01"))
    assert verdict.suite is Suite.PROPOSER
    assert verdict.motif == "la somme dépasse de 0,01\u00a0€ tout ce qui était dû ce jour-là"
    assert parts(verdict) == [[("FA-2026-1", Decimal("1020.01"))]]


DEUX = (du(), du("FA-2026-2", "500"))


@pytest.mark.parametrize(
    ("montant", "attendus"),
    [("1500", ("1000", "500")), ("1580", ("1040", "540")), ("1540", ("1020", "520"))],
)
def test_plusieurs_factures_citees_et_leur_somme_exacte(montant: str, attendus: tuple[str, str]) -> None:
    """What remains of the invoices, all that is due today, or all that was due on the day of the payment."""
    verdict = juger(credit("FA-2026-1 ET FA-2026-2", montant), registre(*DEUX))
    assert verdict.suite is Suite.ENREGISTRER
    assert parts(verdict) == [[("FA-2026-1", Decimal(attendus[0])), ("FA-2026-2", Decimal(attendus[1]))]]


@pytest.mark.parametrize(
    ("montant", "motif", "attendus"),
    [
        (
            "1499.99",
            "pas exactement ce que doivent ensemble",
            [("FA-2026-1", "1020"), ("FA-2026-2", "479.99")],
        ),
        ("900", "pas exactement ce que doivent ensemble", [("FA-2026-1", "900")]),
        ("1600", "dépasse de 60,00\u00a0€", [("FA-2026-1", "1020"), ("FA-2026-2", "580")]),
    ],
)
def test_plusieurs_factures_citees_et_une_autre_somme(
    montant: str, motif: str, attendus: list[tuple[str, str]]
) -> None:
    verdict = juger(credit("FA-2026-1 ET FA-2026-2", montant), registre(*DEUX))
    assert verdict.suite is Suite.PROPOSER
    assert motif in verdict.motif
    assert parts(verdict) == [[(creance, Decimal(somme)) for creance, somme in attendus]]


def test_deux_factures_citees_de_deux_debiteurs_attendent() -> None:
    autre = du("FA-2026-2", "500", debiteur="autre", denomination="Garage Fabuleux")
    verdict = juger(credit("FA-2026-1 FA-2026-2", "1500"), registre(du(), autre))
    assert (verdict.suite, verdict.motif) == (
        Suite.PROPOSER,
        "les factures citées ne sont pas du même débiteur",
    )
    assert len(parts(verdict)[0]) == 2


def test_un_paiement_sur_une_creance_close_est_montre() -> None:
    verdict = juger(credit(), registre(du(close="soldée")))
    assert verdict.suite is Suite.PROPOSER
    assert "FA-2026-1 est soldée : rien ne peut plus y être enregistré" in verdict.motif
    assert verdict.choix == ()
    avec = juger(credit("FA-2026-1 FA-2026-2", "1500"), registre(du(close="soldée"), DEUX[1]))
    assert avec.suite is Suite.PROPOSER
    assert parts(avec) == [[("FA-2026-2", Decimal(1500))]]


@pytest.mark.parametrize(
    ("mouvement", "motif"),
    [
        (credit(reserve="lot sans détail"), "lot sans détail"),
        (credit("FA-2026-1…"), "paraît coupé"),
        (credit("FA-2026-1 0"), "suivi d'autres chiffres"),
    ],
)
def test_ce_qui_n_est_pas_clair_attend_une_personne(mouvement: Mouvement, motif: str) -> None:
    verdict = juger(mouvement)
    assert verdict.suite is Suite.PROPOSER
    assert motif in verdict.motif
    assert parts(verdict) == [[("FA-2026-1", Decimal(1000))]]


def test_un_numero_commun_a_deux_factures_attend_une_personne() -> None:
    verdict = juger(credit("FA 2026 1", "1000"), registre(du(), du("FA/20261", "1000")))
    assert (verdict.suite, "commun à plusieurs" in verdict.motif) == (Suite.PROPOSER, True)


@pytest.mark.parametrize(
    ("champs", "suite"),
    [
        ({"libelle": "FACTURE 20260042"}, Suite.PROPOSER),
        ({"libelle": "FACTURE 20260042", "payeur": "GARAGE FABULEUX"}, Suite.PROPOSER),
        ({"libelle": "FACTURE 20260042", "payeur": "HOTEL UTOPIE"}, Suite.ENREGISTRER),
        ({"libelle": "HOTEL UTOPIE FACTURE 20260042"}, Suite.ENREGISTRER),
    ],
)
def test_un_numero_fait_de_chiffres_demande_un_payeur_reconnu(champs: dict[str, Any], suite: Suite) -> None:
    verdict = juger(credit(**champs), registre(du("20260042")))
    assert verdict.suite is suite
    assert ("payeur n'est pas reconnu" in verdict.motif) is (suite is Suite.PROPOSER)


@pytest.mark.parametrize(
    ("reference", "ecart", "suite"),
    [
        ("VIR", 30, Suite.PROPOSER),
        ("VIR", 31, Suite.ENREGISTRER),
        (f"VIR [relevé {AUTRE}]", 4, Suite.PROPOSER),
        (f"VIR [relevé {AUTRE}]", 5, Suite.ENREGISTRER),
    ],
)
def test_un_paiement_de_la_meme_somme_deja_saisi_ou_lu_ailleurs_arrete(
    reference: str, ecart: int, suite: Suite
) -> None:
    for jour in (JOUR - timedelta(days=ecart), JOUR + timedelta(days=ecart)):
        connu = registre(du(paiements=(paiement(jour=jour, reference=reference),)))
        verdict = juger(credit(montant="400"), connu)
        assert verdict.suite is suite
        assert ("est-ce le même ?" in verdict.motif) is (suite is Suite.PROPOSER)


def test_un_paiement_egal_lu_dans_le_meme_releve_n_arrete_pas() -> None:
    du_releve = paiement(reference=f"VIR [relevé {AUTRE}]")
    connu = registre(du(paiements=(du_releve,)), du_fichier=frozenset({LIGNE, AUTRE}))
    assert juger(credit(montant="400"), connu).suite is Suite.ENREGISTRER
    ailleurs = registre(du(paiements=(du_releve,)), du_fichier=frozenset({LIGNE}))
    assert juger(credit(montant="400"), ailleurs).suite is Suite.PROPOSER
    autre_somme = registre(du(paiements=(paiement("401"),)))
    assert juger(credit(montant="400"), autre_somme).suite is Suite.ENREGISTRER


@pytest.mark.parametrize(
    ("jour", "suite"), [(date(2026, 5, 4), Suite.PROPOSER), (date(2026, 5, 5), Suite.ENREGISTRER)]
)
def test_un_paiement_d_avant_l_import_peut_y_etre_deja_compte(jour: date, suite: Suite) -> None:
    connu = registre(du(deja_paye=Decimal(200)))
    assert juger(credit(montant="400", jour=jour), connu).suite is suite
    assert juger(credit(montant="400", jour=jour), registre()).suite is Suite.ENREGISTRER


@pytest.mark.parametrize(
    ("jour", "suite"), [(date(2026, 4, 30), Suite.PROPOSER), (date(2026, 5, 1), Suite.ENREGISTRER)]
)
def test_un_paiement_date_d_avant_la_facture_attend_une_personne(jour: date, suite: Suite) -> None:
    """A number is used again each year in some houses: that one may be of another invoice."""
    verdict = juger(credit(jour=jour))
    assert verdict.suite is suite
    assert ("avant la facture FA-2026-1" in verdict.motif) is (suite is Suite.PROPOSER)


@pytest.mark.parametrize(
    ("libelle", "suite"),
    [
        ("VIR SEPA RETOURNE FA-2026-1", Suite.PROPOSER),
        ("Annulation virement émis FA-2026-1", Suite.PROPOSER),
        ("REJET VIR EMIS FA-2026-1", Suite.PROPOSER),
        ("REMBOURSEMENT FA-2026-1", Suite.PROPOSER),
        ("EXTOURNE FA-2026-1", Suite.PROPOSER),
        ("FACTURE IMPAYEE FA-2026-1", Suite.ENREGISTRER),
        ("PROJET FA-2026-1", Suite.ENREGISTRER),
    ],
)
def test_notre_argent_qui_revient_n_est_pas_un_paiement(libelle: str, suite: Suite) -> None:
    verdict = juger(credit(libelle))
    assert verdict.suite is suite
    assert ("rejetée, annulée ou remboursée" in verdict.motif) is (suite is Suite.PROPOSER)


def test_un_autre_de_nos_debiteurs_qui_cite_la_facture_attend_une_personne() -> None:
    autre = du("FA-2026-2", debiteur="111", denomination="Garage Introuvable")
    cite = credit(payeur="GARAGE INTROUVABLE")
    verdict = juger(cite, registre(du(), autre))
    assert verdict.suite is Suite.PROPOSER
    assert "le payeur paraît être Garage Introuvable, qui ne doit pas toutes" in verdict.motif
    ensemble = credit("HOTEL UTOPIE FA-2026-1", payeur="GARAGE INTROUVABLE")
    assert juger(ensemble, registre(du(), autre)).suite is Suite.ENREGISTRER
    assert juger(credit(payeur="INCONNU"), registre(du(), autre)).suite is Suite.ENREGISTRER


@pytest.mark.parametrize(
    ("champs", "motif"),
    [
        ({"montant": Decimal(0)}, "montant est nul"),
        ({"attente": True}, "sans l'avoir comptabilisé"),
        ({"retour": True}, "pas le paiement d'un client"),
        ({"credit": False}, "débit"),
    ],
)
def test_ce_qui_n_est_pas_un_paiement_est_laisse_avec_son_motif(champs: dict[str, Any], motif: str) -> None:
    verdict = juger(credit()._replace(**champs))
    assert verdict.suite is Suite.IGNORER
    assert motif in verdict.motif


def trace(montant: str, creance: str = "FA-2026-1", annulation: CauseAnnulation | None = None) -> Trace:
    return Trace(creance, creance, Decimal(montant), annulation)


def deja(*traces: Trace, dus: tuple[Du, ...] = (du(),)) -> Registre:
    connu = registre(*dus)
    connu.traces[LIGNE] = list(traces)
    return connu


@pytest.mark.parametrize("libelle", ["FA-2026-1", "MERCI"])
def test_une_ligne_deja_enregistree_ne_l_est_pas_deux_fois(libelle: str) -> None:
    verdict = juger(credit(libelle), deja(trace("600"), trace("400", "FA-2026-2"), dus=DEUX))
    assert verdict == Verdict(Suite.IGNORER, "déjà enregistré sur FA-2026-1, FA-2026-2")


def test_le_reste_d_un_enregistrement_interrompu_reprend_s_il_tombe_juste() -> None:
    connu = deja(trace("1000"), dus=(du(reste="0"), DEUX[1]))
    juste = juger(credit("FA-2026-1 FA-2026-2", "1500"), connu)
    assert (juste.suite, parts(juste)) == (Suite.ENREGISTRER, [[("FA-2026-2", Decimal(500))]])
    autre = juger(credit("FA-2026-1 FA-2026-2", "1400"), connu)
    assert (autre.suite, parts(autre)) == (Suite.PROPOSER, [[("FA-2026-2", Decimal(400))]])


def test_ce_qu_une_personne_a_enregistre_en_partie_est_dit() -> None:
    verdict = juger(credit(), deja(trace("600")))
    assert verdict == Verdict(
        Suite.PROPOSER, "déjà enregistré sur FA-2026-1 ; il en reste 400,00\u00a0€ à affecter"
    )


def test_une_ligne_revenue_impayee_n_est_pas_enregistree_de_nouveau() -> None:
    verdict = juger(credit(), deja(trace("1000", annulation=CauseAnnulation.IMPAYE)))
    assert verdict == Verdict(Suite.IGNORER, "déjà enregistré sur FA-2026-1, et revenu impayé depuis")


@pytest.mark.parametrize("libelle", ["FA-2026-1", "MERCI"])
def test_une_ligne_retiree_par_une_personne_attend_une_personne(libelle: str) -> None:
    connu = deja(trace("1000", annulation=CauseAnnulation.ERREUR))
    verdict = juger(credit(libelle), connu)
    assert verdict.suite is Suite.PROPOSER
    assert verdict.motif == "déjà enregistré sur FA-2026-1, puis retiré par une personne"


@pytest.mark.parametrize("montant", ["1000", "1040", "1020"])
def test_un_payeur_reconnu_et_la_somme_due_se_proposent(montant: str) -> None:
    verdict = juger(credit("MERCI", montant, payeur="HOTEL UTOPIE"), registre(*DEUX))
    assert verdict.suite is Suite.PROPOSER
    assert "le payeur paraît être Hôtel Utopie SAS et la somme est ce qui reste dû" in verdict.motif
    assert parts(verdict) == [[("FA-2026-1", Decimal(montant))]]


def test_un_payeur_reconnu_et_une_autre_somme_paient_la_plus_ancienne_d_abord() -> None:
    vieille = du("FA-2026-9", "300", echeance=date(2026, 1, 3))
    verdict = juger(credit("VIR HOTEL UTOPIE", "700"), registre(du(), vieille))
    assert verdict.suite is Suite.PROPOSER
    assert parts(verdict) == [[("FA-2026-9", Decimal(320)), ("FA-2026-1", Decimal(380))]]


def test_un_compte_deja_vu_fait_reconnaitre_le_payeur_avant_son_nom() -> None:
    vu = paiement("200", date(2026, 3, 1), f"VIR [relevé {AUTRE}, payeur {marque_de_payeur(IBAN)}]")
    connu = registre(
        du(paiements=(vu,)),
        du("FA-2026-2", "1000", debiteur="autre", denomination="Garage Fabuleux"),
    )
    verdict = juger(credit("MERCI", payeur="GARAGE FABULEUX", iban=IBAN), connu)
    assert parts(verdict) == [[("FA-2026-1", Decimal(1000))]]
    par_nom = juger(credit("MERCI", payeur="GARAGE FABULEUX"), connu)
    assert parts(par_nom) == [[("FA-2026-2", Decimal(1000))]]


def test_un_inconnu_dont_la_somme_est_celle_d_une_facture_se_propose() -> None:
    verdict = juger(credit("MERCI"), registre(*DEUX))
    assert (verdict.suite, parts(verdict)) == (Suite.PROPOSER, [[("FA-2026-1", Decimal(1000))]])
    assert "ni numéro de facture, ni payeur connu" in verdict.motif


@pytest.mark.parametrize(("combien", "suite"), [(3, Suite.PROPOSER), (4, Suite.IGNORER)])
def test_trop_de_factures_de_cette_somme_ne_disent_rien(combien: int, suite: Suite) -> None:
    connu = registre(*(du(f"FA-2026-{rang}") for rang in range(1, combien + 1)))
    verdict = juger(credit("MERCI"), connu)
    assert verdict.suite is suite
    assert len(verdict.choix) == (combien if suite is Suite.PROPOSER else 0)


def test_une_somme_qui_n_est_plus_due_ne_se_propose_plus() -> None:
    connu = registre()
    connu.poser(du(reste="600"))
    verdict = juger(credit("MERCI"), connu)
    assert verdict == Verdict(Suite.IGNORER, "aucune facture suivie n'y est reconnue")


def test_un_client_dont_tout_est_clos_paie_autre_chose_sauf_la_somme_d_une_close() -> None:
    connu = registre(du(close="abandonnée"))
    egal = juger(credit("VIR HOTEL UTOPIE"), connu)
    assert (egal.suite, egal.choix) == (Suite.PROPOSER, ())
    assert "dont FA-2026-1 est abandonnée" in egal.motif
    autre = juger(credit("VIR HOTEL UTOPIE", "12"), connu)
    assert autre.suite is Suite.IGNORER
    assert "aucune de ses factures suivies n'est ouverte" in autre.motif
    inconnu = juger(credit("MERCI"), connu)
    assert inconnu == Verdict(Suite.IGNORER, "aucune facture suivie n'y est reconnue")


def retour(libelle: str = "IMPAYE", montant: str = "400", **champs: Any) -> Mouvement:
    return credit(libelle, montant, **champs)._replace(credit=False, retour=True)


def deux_payees() -> Registre:
    autre = du("FA-2026-2", "500", debiteur="autre", denomination="Garage Fabuleux", paiements=(paiement(),))
    return registre(du(paiements=(paiement(),)), autre)


@pytest.mark.parametrize(
    ("libelle", "attendues"),
    [
        ("IMPAYE", ["FA-2026-1", "FA-2026-2"]),
        ("IMPAYE FA-2026-2", ["FA-2026-2"]),
        ("IMPAYE GARAGE FABULEUX", ["FA-2026-2"]),
        ("IMPAYE FA-2026-1 GARAGE FABULEUX", ["FA-2026-1"]),
    ],
)
def test_un_retour_designe_les_paiements_qu_il_peut_reprendre(libelle: str, attendues: list[str]) -> None:
    verdict = juger(retour(libelle), deux_payees())
    assert verdict.suite is Suite.RETOUR
    assert [choix[0][0] for choix in parts(verdict)] == attendues


@pytest.mark.parametrize(
    ("mouvement", "trouve"),
    [(retour(), True), (retour(montant="400.01"), False), (retour(jour=JOUR - timedelta(days=1)), False)],
)
def test_un_retour_ne_reprend_que_la_meme_somme_recue_avant(mouvement: Mouvement, trouve: bool) -> None:
    verdict = juger(mouvement, registre(du(paiements=(paiement(),))))
    assert verdict.suite is Suite.RETOUR
    assert bool(verdict.choix) is trouve
    assert ("aucun paiement enregistré" in verdict.motif) is not trouve
