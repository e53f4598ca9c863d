"""What follows a sealed dossier: what comes next, until which day, on both sides of each legal date."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.droit.ordonnance import Demeure
from dossier.core.errors import DonneeInvalide, ParametreNonCouvert
from dossier.core.faits import (
    Destinataire,
    DossierRecu,
    DossierTransmis,
    OppositionFormee,
    OrdonnanceRendue,
    OrdonnanceSignifiee,
    PremierActe,
    RequeteDeposee,
    SensOrdonnance,
)
from dossier.core.suites import (
    Attente,
    Suite,
    Suites,
    attente,
    cumuler,
    exiger_des_dates_qui_se_suivent,
    procedure,
)
from tests.core.droit.loi import droit
from tests.core.vie import archive

UN_JOUR = timedelta(days=1)
SCELLE = date(2026, 5, 4)
REMISE = DossierTransmis(
    dossier="d-v1",
    qualite=Destinataire.AVOCAT,
    a="Me Martin",
    moyen="en main propre",
    par="Essai",
    jour=date(2026, 5, 5),
)
RECU = DossierRecu(dossier="d-v1", de="Me Martin", jour=date(2026, 5, 6))
REQUETE = RequeteDeposee(juridiction="Tribunal judiciaire de Lyon", jour=date(2026, 6, 1))
ANCIENNE, NOUVELLE = date(2026, 8, 31), date(2026, 9, 1)
"""The last day of the six months, the first of the three (décret n° 2026-96, art. 9)."""
PERSONNE = OrdonnanceSignifiee(a_personne=True, jour=date(2026, 10, 5))
AUTREMENT = OrdonnanceSignifiee(a_personne=False, jour=date(2026, 10, 5))


def rendue(jour: date, sens: SensOrdonnance = SensOrdonnance.ACCUEILLIE, **champs: Any) -> OrdonnanceRendue:
    return OrdonnanceRendue(jour=jour, sens=sens, **champs)


def suites(*connues: Suite) -> Suites:
    etat = Suites()
    for suite in connues:
        etat = etat.avec(suite)
    return etat


def suivie(connues: Suites, *, commerce: bool = False, montant: str = "900.00", **autres: Any) -> Any:
    demeure = autres.get("demeure", Demeure.METROPOLE)
    return procedure(connues, tribunal_de_commerce=commerce, demeure=demeure, montant=Decimal(montant))


def attendu(jour: date, *connues: Suite, **autres: Any) -> Attente:
    etat = suites(*connues)
    dossier = autres.pop("dossier", "d-v1")
    return attente(etat, dossier, suivie(etat, **autres), droit().ordonnance, jour)


def test_un_dossier_scelle_est_a_remettre_puis_a_deposer() -> None:
    jour = date(2026, 5, 7)
    assert attendu(jour) == (jour + timedelta(days=7), "Dossier scellé, à remettre", True)
    remis = attendu(jour, REMISE)
    assert remis.libelle == "Dossier remis à Me Martin le 05/05/2026, accusé de remise attendu"
    assert remis.a_faire
    recu = attendu(jour, REMISE, RECU)
    assert recu == (
        jour + timedelta(days=30),
        "Dossier reçu par Me Martin, dépôt de la requête attendu",
        False,
    )


def test_une_autre_remise_attend_son_propre_accuse() -> None:
    autre = REMISE.model_copy(update={"a": "Me Bernard"})
    assert suites(REMISE, RECU, autre) == Suites(transmission=autre)


def test_devant_le_tribunal_de_commerce_les_frais_se_consignent_dans_les_quinze_jours() -> None:
    """Filed on Monday 1 June 2026: the last day is Tuesday 16 June (CPC, art. 1425)."""
    a_consigner = attendu(date(2026, 6, 16), REQUETE, commerce=True)
    assert a_consigner.libelle == "Consigner les frais de l'ordonnance au greffe avant le 16/06/2026"
    assert a_consigner == (date(2026, 6, 17), a_consigner.libelle, True)
    ensuite = attendu(date(2026, 6, 17), REQUETE, commerce=True)
    assert ensuite.libelle == "Requête déposée le 01/06/2026, ordonnance attendue"
    assert not ensuite.a_faire


def test_devant_un_autre_tribunal_on_attend_l_ordonnance() -> None:
    assert attendu(date(2026, 6, 2), REQUETE) == (
        date(2026, 7, 2),
        "Requête déposée le 01/06/2026, ordonnance attendue",
        False,
    )


def test_un_rejet_s_assigne_ou_s_abandonne() -> None:
    rejet = attendu(ANCIENNE, REQUETE, rendue(ANCIENNE, SensOrdonnance.REJETEE))
    assert rejet == (date(2026, 9, 7), "Requête rejetée : assigner au fond, ou abandonner", True)


def test_une_ordonnance_partielle_laisse_le_choix_jusqu_a_sa_signification() -> None:
    partielle = rendue(NOUVELLE, SensOrdonnance.PARTIELLE, montant=Decimal(500))
    avant = attendu(NOUVELLE, REQUETE, partielle)
    assert (
        "avant le 01/12/2026 ; elle n'accorde qu'une partie : la signifier, c'est l'accepter" in avant.libelle
    )
    assert "qu'une partie" not in attendu(PERSONNE.jour, REQUETE, partielle, PERSONNE).libelle
    assert "qu'une partie" not in attendu(date(2026, 12, 2), REQUETE, partielle).libelle
    assert "qu'une partie" not in attendu(NOUVELLE, REQUETE, rendue(NOUVELLE)).libelle


@pytest.mark.parametrize(
    ("ordonnance", "cible", "dernier"),
    [(ANCIENNE, date(2027, 2, 28), date(2027, 3, 1)), (NOUVELLE, date(2026, 12, 1), date(2026, 12, 1))],
    ids=["six mois", "trois mois"],
)
def test_l_ordonnance_se_signifie_dans_les_six_mois_puis_dans_les_trois(
    ordonnance: date, cible: date, dernier: date
) -> None:
    """CPC, art. 1411; 28 February 2027 is a Sunday: the last day moves, the day to aim at does not."""
    rendue_le = rendue(ordonnance)
    loin = attendu(ordonnance, REQUETE, rendue_le)
    assert f"au débiteur avant le {cible:%d/%m/%Y}" in loin.libelle
    assert loin.jusqu_a == cible - timedelta(days=30)
    proche = attendu(cible - timedelta(days=20), REQUETE, rendue_le)
    assert proche.jusqu_a == cible - timedelta(days=13)
    assert attendu(cible, REQUETE, rendue_le).jusqu_a == cible + UN_JOUR
    assert "Faire signifier" in attendu(dernier, REQUETE, rendue_le).libelle
    perdue = attendu(dernier + UN_JOUR, REQUETE, rendue_le)
    assert perdue.libelle == "Ordonnance non avenue : elle n'a pas été signifiée à temps"
    assert perdue.a_faire


def test_entre_le_jour_a_viser_et_le_dernier_jour_on_dit_le_dernier_jour() -> None:
    dernier = attendu(date(2027, 3, 1), REQUETE, rendue(ANCIENNE))
    assert dernier.libelle.endswith("au débiteur, dernier jour le 01/03/2027")
    assert dernier.jusqu_a == date(2027, 3, 2)


@pytest.mark.parametrize(
    ("ordonnance", "dernier"),
    [(ANCIENNE, date(2027, 3, 1)), (NOUVELLE, date(2026, 12, 1))],
    ids=["six mois", "trois mois"],
)
def test_une_signification_hors_delai_ne_vaut_rien(ordonnance: date, dernier: date) -> None:
    def le(jour: date) -> Attente:
        signifiee = OrdonnanceSignifiee(a_personne=True, jour=jour)
        return attendu(jour, REQUETE, rendue(ordonnance), signifiee)

    assert "Fin du délai d'opposition" in le(dernier).libelle
    tardive = le(dernier + UN_JOUR)
    assert tardive.libelle == "Ne rien exécuter : l'ordonnance a été signifiée hors délai"
    assert tardive.a_faire


@pytest.mark.parametrize(
    ("ordonnance", "execution"),
    [(ANCIENNE, date(2026, 11, 6)), (NOUVELLE, date(2026, 12, 8))],
    ids=["un mois", "deux mois"],
)
def test_signifiee_a_personne_on_attend_l_opposition_puis_l_execution(
    ordonnance: date, execution: date
) -> None:
    """Served on 5 October 2026: opposition until 5 November; two months end on Saturday 5 December (art. 642)."""

    def le(jour: date) -> Attente:
        return attendu(jour, REQUETE, rendue(ordonnance), PERSONNE)

    opposition = le(date(2026, 11, 5))
    assert opposition == (
        date(2026, 11, 6),
        "Fin du délai d'opposition du débiteur : jusqu'au 05/11/2026",
        False,
    )
    if execution > date(2026, 11, 6):
        attente_de_l_execution = le(execution - UN_JOUR)
        assert attente_de_l_execution == (
            execution,
            f"Faire exécuter l'ordonnance à partir du {execution:%d/%m/%Y}",
            False,
        )
    ouverte = le(execution)
    assert ouverte.libelle == f"Faire exécuter l'ordonnance, possible depuis le {execution:%d/%m/%Y}"
    assert ouverte.a_faire


def test_la_fin_du_titre_se_rappelle_dans_sa_derniere_annee_seulement() -> None:
    """CPCE, art. L111-4: ten years from the order, here; they hide nothing before their last year."""
    fin = date(2036, 9, 1)
    avant = attendu(fin - timedelta(days=366), REQUETE, rendue(NOUVELLE), PERSONNE)
    assert avant.libelle == "Faire exécuter l'ordonnance, possible depuis le 08/12/2026"
    derniere = attendu(fin - timedelta(days=365), REQUETE, rendue(NOUVELLE), PERSONNE)
    assert derniere.libelle == "Poursuivre l'exécution du titre avant le 01/09/2036"


def test_hors_personne_le_delai_d_opposition_part_du_premier_acte() -> None:
    """CPC, art. 1416, al. 2; without that act its end is not known, and the enforcement does not wait for it."""
    connues = (REQUETE, rendue(NOUVELLE), AUTREMENT)
    sans_acte = attendu(date(2026, 10, 6), *connues)
    assert sans_acte.libelle == "Faire exécuter l'ordonnance à partir du 08/12/2026"
    saisie = PremierActe(nature="saisie-attribution", jour=date(2026, 12, 9))
    assert attendu(date(2027, 1, 11), *connues, saisie).libelle.endswith("en personne : jusqu'au 11/01/2027")
    assert "Faire exécuter" in attendu(date(2027, 1, 12), *connues, saisie).libelle


@pytest.mark.parametrize(
    ("demeure", "fin"),
    [(Demeure.METROPOLE, "05/11/2026"), (Demeure.OUTRE_MER, "07/12/2026"), (Demeure.ETRANGER, "05/01/2027")],
)
def test_le_delai_d_opposition_depend_de_la_demeure(demeure: Demeure, fin: str) -> None:
    connue = attendu(PERSONNE.jour, REQUETE, rendue(NOUVELLE), PERSONNE, demeure=demeure)
    assert connue.libelle.endswith(f"jusqu'au {fin}")


def test_une_ordonnance_d_avant_2022_attend_d_abord_sa_formule() -> None:
    """CPC, art. 1422 and 1423 before March 2022: the formula is asked in the month after the opposition's."""
    requete = RequeteDeposee(juridiction="TJ", jour=date(2022, 1, 3))
    signifiee = OrdonnanceSignifiee(a_personne=True, jour=date(2022, 3, 1))
    connues = (requete, rendue(date(2022, 2, 28)), signifiee)
    assert "jusqu'au 01/04/2022" in attendu(date(2022, 4, 1), *connues).libelle
    assert "formule exécutoire avant le 01/05/2022" in attendu(date(2022, 4, 2), *connues).libelle


def opposee(**champs: Any) -> OppositionFormee:
    return OppositionFormee(**{"jour": date(2026, 10, 20), **champs})


def test_devant_le_tribunal_judiciaire_on_attend_l_avis_du_greffe_puis_l_audience() -> None:
    """CPC, art. 1415: one month; 20 November 2026 is a Friday."""
    connues = (REQUETE, rendue(NOUVELLE), PERSONNE, opposee())
    avis = attendu(date(2026, 11, 20), *connues)
    assert avis == (
        date(2026, 11, 21),
        "Recevoir du greffe l'avis d'opposition : jusqu'au 20/11/2026",
        False,
    )
    jour = date(2026, 11, 21)
    audience = attendu(jour, *connues)
    assert audience.libelle.startswith(
        "Opposition du 20/10/2026, audience à suivre : Suspendre toute exécution"
    )
    assert "Communiquer l'acte de signification à l'audience" in audience.libelle
    assert (audience.jusqu_a, audience.a_faire) == (jour + timedelta(days=7), True)


def test_un_avis_recu_ne_s_attend_plus() -> None:
    jour = date(2026, 11, 3)
    audience = attendu(jour, REQUETE, rendue(NOUVELLE), PERSONNE, opposee(notification=date(2026, 11, 2)))
    assert "audience à suivre" in audience.libelle
    assert audience.jusqu_a == jour + timedelta(days=30)


@pytest.mark.parametrize(("montant", "avocat"), [("10000.00", False), ("10000.01", True)])
def test_au_dela_de_dix_mille_euros_l_avocat_se_constitue_dans_les_quinze_jours(
    montant: str, avocat: bool
) -> None:
    """CPC, art. 761 and 1418: notified on Monday 2 November 2026, until Tuesday 17 November."""
    connues = (REQUETE, rendue(NOUVELLE), PERSONNE, opposee(notification=date(2026, 11, 2)))
    dernier = attendu(date(2026, 11, 17), *connues, montant=montant)
    assert ("Constituer avocat avant le 17/11/2026" in dernier.libelle) is avocat
    assert "audience à suivre" in attendu(date(2026, 11, 18), *connues, montant=montant).libelle


def test_devant_le_tribunal_de_commerce_les_frais_de_l_opposition_se_consignent() -> None:
    """CPC, art. 1425, al. 2: asked on Monday 2 November 2026, until Tuesday 17 November."""
    demandee = opposee(invitation_a_consigner=date(2026, 11, 2))
    connues = (REQUETE, rendue(NOUVELLE), PERSONNE)
    dernier = attendu(date(2026, 11, 17), *connues, demandee, commerce=True)
    assert dernier.libelle == "Consigner les frais de l'opposition au greffe avant le 17/11/2026"
    jour = date(2026, 11, 18)
    audience = attendu(jour, *connues, demandee, commerce=True)
    assert "audience à suivre" in audience.libelle
    assert audience.jusqu_a == jour + timedelta(days=30)


def test_une_invitation_dont_la_date_manque_se_rappelle_chaque_semaine() -> None:
    jour = date(2026, 10, 21)
    sans_date = attendu(jour, REQUETE, rendue(NOUVELLE), PERSONNE, opposee(), commerce=True)
    assert "Consigner les frais de l'opposition au greffe" in sans_date.libelle
    assert sans_date.jusqu_a == jour + timedelta(days=7)


@pytest.mark.parametrize(("ordonnance", "communiquer"), [(ANCIENNE, False), (NOUVELLE, True)])
def test_l_acte_de_signification_ne_se_communique_que_sous_le_nouveau_regime(
    ordonnance: date, communiquer: bool
) -> None:
    connues = (REQUETE, rendue(ordonnance), PERSONNE, opposee())
    assert ("Communiquer l'acte" in attendu(date(2026, 12, 1), *connues).libelle) is communiquer


@pytest.mark.parametrize(("jour", "tardive"), [(date(2026, 11, 5), False), (date(2026, 11, 6), True)])
def test_une_opposition_hors_delai_se_dit(jour: date, tardive: bool) -> None:
    connues = (REQUETE, rendue(NOUVELLE), PERSONNE, opposee(jour=jour, notification=jour))
    assert ("déclarée irrecevable" in attendu(jour, *connues).libelle) is tardive


def test_l_opposition_a_une_ordonnance_signifiee_trop_tard_le_dit_aussi() -> None:
    signifiee = OrdonnanceSignifiee(a_personne=True, jour=date(2026, 12, 2))
    formee = opposee(jour=date(2026, 12, 3), notification=date(2026, 12, 3))
    assert (
        "signifiée hors délai"
        in attendu(date(2026, 12, 4), REQUETE, rendue(NOUVELLE), signifiee, formee).libelle
    )


def test_une_autre_ordonnance_reprend_ce_qui_suivait_la_premiere() -> None:
    acte = PremierActe(nature="saisie", jour=date(2026, 10, 6))
    avant = suites(REQUETE, rendue(ANCIENNE), AUTREMENT, acte, opposee())
    assert avant.avec(rendue(NOUVELLE)) == suites(REQUETE, rendue(NOUVELLE))
    rejet = rendue(ANCIENNE, SensOrdonnance.REJETEE)
    assert avant.avec(rejet) == suites(REQUETE, rejet)


def test_la_meme_ordonnance_completee_garde_ce_qui_la_suit() -> None:
    avant = suites(REQUETE, rendue(ANCIENNE), PERSONNE)
    copie = rendue(ANCIENNE, preuve=archive())
    apres = avant.avec(copie)
    assert (apres.ordonnance, apres.signification) == (copie, PERSONNE)


def test_ce_qui_est_deja_connu_ne_change_rien() -> None:
    acte = PremierActe(nature="saisie", jour=date(2026, 10, 6))
    connues = (REMISE, RECU, REQUETE, rendue(ANCIENNE), AUTREMENT, acte, opposee())
    avant = suites(*connues)
    for connue in connues:
        assert avant.avec(connue) is avant


@pytest.mark.parametrize(("jour", "nouvelle"), [(ANCIENNE, False), (NOUVELLE, True)])
def test_une_requete_deposee_apres_l_ordonnance_recommence_la_procedure(jour: date, nouvelle: bool) -> None:
    """After an order worth nothing (CPC, art. 1411); before it, the date of the filing was put right."""
    autre = RequeteDeposee(juridiction="Tribunal judiciaire de Lyon", jour=jour)
    apres = suites(REQUETE, rendue(ANCIENNE), PERSONNE).avec(autre)
    assert apres.requete == autre
    assert (apres.ordonnance is None) is nouvelle
    assert (apres.signification is None) is nouvelle


@pytest.mark.parametrize(
    ("connues", "dit"),
    [
        ((REMISE.model_copy(update={"jour": SCELLE - UN_JOUR}),), "la remise (3 mai 2026)"),
        ((REMISE, RECU.model_copy(update={"jour": REMISE.jour - UN_JOUR})), "l'accusé de remise"),
        ((REQUETE.model_copy(update={"jour": SCELLE - UN_JOUR}),), "le dépôt de la requête"),
        ((REQUETE, rendue(REQUETE.jour - UN_JOUR)), "l'ordonnance (31 mai 2026)"),
        ((REQUETE, rendue(PERSONNE.jour + UN_JOUR), PERSONNE), "la signification (5 octobre 2026)"),
        ((PERSONNE, opposee(jour=PERSONNE.jour - UN_JOUR)), "l'opposition (4 octobre 2026)"),
        ((AUTREMENT, PremierActe(nature="saisie", jour=AUTREMENT.jour - UN_JOUR)), "l'acte"),
        ((opposee(notification=date(2026, 10, 19)),), "sa notification (19 octobre 2026)"),
        ((opposee(invitation_a_consigner=date(2026, 10, 19)),), "l'invitation à consigner"),
    ],
)
def test_une_date_qui_precede_ce_qui_l_amene_est_refusee(connues: tuple[Suite, ...], dit: str) -> None:
    with pytest.raises(DonneeInvalide, match="ne peut pas précéder") as refus:
        exiger_des_dates_qui_se_suivent({"d-v1": SCELLE}, suites(*connues))
    assert f"Dates à vérifier : {dit}" in str(refus.value)


def test_le_meme_jour_partout_se_suit() -> None:
    jour = SCELLE
    exiger_des_dates_qui_se_suivent(
        {"d-v1": SCELLE},
        suites(
            REMISE.model_copy(update={"jour": jour}),
            RECU.model_copy(update={"jour": jour}),
            REQUETE.model_copy(update={"jour": jour}),
            rendue(jour),
            OrdonnanceSignifiee(a_personne=False, jour=jour),
            PremierActe(nature="saisie", jour=jour),
            opposee(jour=jour, notification=jour, invitation_a_consigner=jour),
        ),
    )
    exiger_des_dates_qui_se_suivent({"d-v1": SCELLE}, Suites())


def test_une_remise_suit_le_scellement_de_sa_version_et_le_depot_celui_de_la_premiere() -> None:
    scellements = {"d-v1": SCELLE, "d-v2": REMISE.jour + UN_JOUR}
    exiger_des_dates_qui_se_suivent(scellements, suites(REMISE, REQUETE.model_copy(update={"jour": SCELLE})))
    seconde = REMISE.model_copy(update={"dossier": "d-v2"})
    with pytest.raises(DonneeInvalide, match="la remise"):
        exiger_des_dates_qui_se_suivent(scellements, suites(seconde))
    exiger_des_dates_qui_se_suivent(
        scellements, suites(seconde.model_copy(update={"jour": scellements["d-v2"]}))
    )


def test_une_nouvelle_version_est_de_nouveau_a_remettre() -> None:
    jour = date(2026, 5, 7)
    a_remettre = attendu(jour, REMISE, RECU, dossier="dossier-1-2026-05-06-v2")
    assert a_remettre == (jour + timedelta(days=7), "Dossier v2 scellé, à remettre", True)
    remise = REMISE.model_copy(update={"dossier": "dossier-1-2026-05-06-v2"})
    assert "accusé de remise attendu" in attendu(jour, REMISE, RECU, remise, dossier=remise.dossier).libelle
    jamais_remise = attendu(jour, dossier="dossier-1-2026-05-06-v2")
    assert jamais_remise == a_remettre, "de deux zips qui attendent, le badge dit lequel remettre"
    premiere = attendu(jour, dossier="dossier-1-2026-05-06-v1")
    assert premiere.libelle == "Dossier scellé, à remettre"


def test_apres_le_depot_une_nouvelle_version_se_dit_sans_cacher_la_date_legale() -> None:
    jour = date(2026, 6, 2)
    lue = attendu(jour, REMISE, REQUETE, dossier="d-v2", commerce=True)
    assert lue.libelle == (
        "Consigner les frais de l'ordonnance au greffe avant le 16/06/2026 ; Dossier v2 scellé, à remettre"
    )
    assert lue.jusqu_a == jour + timedelta(days=7)
    assert lue.a_faire
    sans_remise = attendu(jour, REQUETE, dossier="d-v2")
    assert sans_remise.libelle == "Requête déposée le 01/06/2026, ordonnance attendue"


def test_plusieurs_attentes_se_disent_ensemble_et_la_plus_proche_reveille() -> None:
    loin, pres = Attente(date(2026, 6, 9), "A", a_faire=False), Attente(date(2026, 6, 2), "B", a_faire=True)
    assert cumuler(loin, pres) == (date(2026, 6, 2), "A ; B", True)
    assert cumuler(loin, loin).a_faire is False


@pytest.mark.parametrize(
    ("sens", "titre"),
    [
        (SensOrdonnance.ACCUEILLIE, True),
        (SensOrdonnance.PARTIELLE, True),
        (SensOrdonnance.REJETEE, False),
    ],
)
def test_seule_une_ordonnance_favorable_fait_un_titre(sens: SensOrdonnance, titre: bool) -> None:
    assert suites(REQUETE, rendue(NOUVELLE, sens)).titre is titre
    assert not suites(REQUETE).titre


def test_dix_ans_apres_l_ordonnance_le_titre_s_eteint() -> None:
    """CPCE, art. L111-4: counted from the order, without extension."""
    acte = PremierActe(nature="saisie", jour=date(2026, 10, 6))
    connues = (REQUETE, rendue(NOUVELLE), AUTREMENT, acte)
    dernier = attendu(date(2036, 9, 1), *connues)
    assert dernier.libelle == "Poursuivre l'exécution du titre avant le 01/09/2036"
    apres = attendu(date(2036, 9, 2), *connues)
    assert apres.libelle == (
        "Titre de plus de dix ans, éteint depuis le 01/09/2036 sauf acte d'exécution : à vérifier"
    )
    assert apres.a_faire


def test_la_procedure_porte_chaque_date() -> None:
    acte = PremierActe(nature="saisie", jour=date(2026, 10, 6))
    formee = opposee(notification=date(2026, 10, 21), invitation_a_consigner=date(2026, 10, 22))
    lue = suivie(suites(REQUETE, rendue(ANCIENNE), PERSONNE, acte, formee), commerce=True)
    assert (lue.depot, lue.ordonnance, lue.signification) == (REQUETE.jour, ANCIENNE, PERSONNE.jour)
    assert (lue.a_personne, lue.premier_acte, lue.opposition) == (True, acte.jour, formee.jour)
    assert lue.notification_opposition == date(2026, 10, 21)
    assert lue.invitation_a_consigner == date(2026, 10, 22)
    assert (lue.tribunal_de_commerce, lue.demeure, lue.montant) == (
        True,
        Demeure.METROPOLE,
        Decimal("900.00"),
    )
    assert suivie(Suites()).model_dump(exclude_none=True, exclude={"montant", "demeure"}) == {
        "a_personne": False,
        "tribunal_de_commerce": False,
    }


def test_une_ordonnance_hors_des_textes_verifies_le_dit() -> None:
    fin = droit().ordonnance.verifie_jusqu_au
    with pytest.raises(ParametreNonCouvert, match="ordonnance"):
        attendu(fin, REQUETE, rendue(fin + UN_JOUR))
