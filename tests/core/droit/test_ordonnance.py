from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.adapters.config_yaml import charger
from dossier.core.droit.calendrier import Devoir, Qui
from dossier.core.droit.ordonnance import (
    Demeure,
    Procedure,
    ReglesOrdonnance,
    apres_l_opposition,
    apres_l_ordonnance,
    apres_la_requete,
    apres_la_signification,
    calendrier,
    regime,
)
from dossier.core.droit.parametres import Niveau
from dossier.core.errors import DonneeInvalide, ParametreNonCouvert
from tests.core.droit.loi import CONFIG

NOUVELLE = date(2026, 9, 15)
COUVERTES = st.dates(date(2015, 1, 1), date(2026, 12, 31))


@cache
def regles() -> ReglesOrdonnance:
    return charger(CONFIG / "droit" / "ordonnance.yaml", ReglesOrdonnance)


def un(devoirs: tuple[Devoir, ...], mot: str) -> Devoir:
    (trouve,) = (d for d in devoirs if mot in d.libelle)
    return trouve


def libelles(devoirs: tuple[Devoir, ...]) -> str:
    return " | ".join(d.libelle for d in devoirs)


def signifiee(
    ordonnance: date,
    signification: date,
    *,
    a_personne: bool = True,
    tribunal_de_commerce: bool = False,
    demeure: Demeure = Demeure.METROPOLE,
    premier_acte: date | None = None,
    formule: date | None = None,
) -> tuple[Devoir, ...]:
    return apres_la_signification(
        ordonnance,
        signification,
        regles(),
        a_personne=a_personne,
        tribunal_de_commerce=tribunal_de_commerce,
        demeure=demeure,
        premier_acte=premier_acte,
        formule=formule,
    )


@pytest.mark.parametrize(
    ("ordonnance", "mois", "formule", "attente"),
    [
        (date(2015, 1, 1), 6, True, False),
        (date(2022, 2, 28), 6, True, False),
        (date(2022, 3, 1), 6, False, False),
        (date(2026, 8, 31), 6, False, False),
        (date(2026, 9, 1), 3, False, True),
        (date(2026, 12, 31), 3, False, True),
    ],
)
def test_le_regime_depend_de_la_date_de_l_ordonnance(
    ordonnance: date, mois: int, formule: bool, attente: bool
) -> None:
    trouve = regime(ordonnance, regles())
    assert trouve.signification.duree.mois == mois
    assert (trouve.formule is not None) is formule
    assert (trouve.attente is not None) is attente
    assert (trouve.avis_d_opposition is not None) is attente
    assert (trouve.production_de_l_acte is not None) is attente


@pytest.mark.parametrize(
    ("jour", "motif"), [(date(2014, 12, 31), "1er janvier 2015"), (date(2027, 1, 1), "31 décembre 2026")]
)
def test_un_jour_non_couvert_est_refuse(jour: date, motif: str) -> None:
    with pytest.raises(ParametreNonCouvert, match=motif):
        regime(jour, regles())
    with pytest.raises(ParametreNonCouvert, match=motif):
        apres_la_requete(jour, regles(), tribunal_de_commerce=True)


def test_c_est_la_date_de_l_ordonnance_qui_doit_etre_couverte_et_non_la_fin_du_delai() -> None:
    (signifier,) = apres_l_ordonnance(date(2026, 12, 31), regles())
    assert signifier.limite == date(2027, 3, 31)
    suite = signifiee(date(2026, 12, 31), date(2027, 3, 31))
    assert un(suite, "exécuter").a_partir_de == date(2027, 6, 1)


def test_devant_le_tribunal_de_commerce_les_frais_sont_consignes_dans_les_quinze_jours() -> None:
    (frais,) = apres_la_requete(date(2026, 11, 6), regles(), tribunal_de_commerce=True)
    assert (frais.cible, frais.limite) == (date(2026, 11, 21), date(2026, 11, 23))
    assert "1425" in frais.texte
    assert "caduque" in frais.consequence
    assert apres_la_requete(date(2026, 11, 6), regles(), tribunal_de_commerce=False) == ()


@pytest.mark.parametrize(
    ("ordonnance", "cible", "limite"),
    [
        (date(2026, 9, 1), date(2026, 12, 1), date(2026, 12, 1)),
        (date(2026, 8, 31), date(2027, 2, 28), date(2027, 3, 1)),
        (date(2026, 11, 30), date(2027, 2, 28), date(2027, 3, 1)),
        (date(2023, 8, 31), date(2024, 2, 29), date(2024, 2, 29)),
        (date(2026, 9, 24), date(2026, 12, 24), date(2026, 12, 24)),
        (date(2026, 9, 25), date(2026, 12, 25), date(2026, 12, 28)),
        (date(2026, 9, 28), date(2026, 12, 28), date(2026, 12, 28)),
        (date(2022, 2, 28), date(2022, 8, 28), date(2022, 8, 29)),
        (date(2022, 3, 1), date(2022, 9, 1), date(2022, 9, 1)),
    ],
)
def test_l_ordonnance_se_signifie_dans_le_delai_de_son_regime(
    ordonnance: date, cible: date, limite: date
) -> None:
    (signifier,) = apres_l_ordonnance(ordonnance, regles())
    assert (signifier.cible, signifier.limite) == (cible, limite)
    assert signifier.qui is Qui.COMMISSAIRE_DE_JUSTICE
    assert "1411" in signifier.texte
    assert "non avenue" in signifier.consequence


@pytest.mark.parametrize(
    ("signification", "fin"),
    [
        (date(2026, 10, 14), date(2026, 11, 16)),
        (date(2026, 10, 1), date(2026, 11, 2)),
        (date(2026, 11, 25), date(2026, 12, 28)),
        (date(2026, 11, 24), date(2026, 12, 24)),
        (date(2026, 11, 27), date(2026, 12, 28)),
        (date(2026, 10, 31), date(2026, 11, 30)),
        (date(2026, 10, 10), date(2026, 11, 10)),
        (date(2026, 10, 11), date(2026, 11, 12)),
    ],
)
def test_remise_en_personne_l_opposition_est_possible_un_mois(signification: date, fin: date) -> None:
    opposition = un(signifiee(NOUVELLE, signification), "opposition")
    assert opposition.limite == opposition.cible == fin
    assert opposition.qui is Qui.DEBITEUR


@pytest.mark.parametrize(
    ("demeure", "fin", "doute"),
    [
        (Demeure.METROPOLE, date(2026, 11, 12), ""),
        (Demeure.OUTRE_MER, date(2026, 12, 14), "d'un mois"),
        (Demeure.ETRANGER, date(2027, 1, 12), "de deux mois"),
    ],
)
def test_le_delai_d_opposition_augmente_avec_la_distance(demeure: Demeure, fin: date, doute: str) -> None:
    suite = signifiee(date(2026, 8, 31), date(2026, 10, 12), demeure=demeure)
    opposition = un(suite, "opposition")
    assert opposition.limite == fin
    assert doute in opposition.reserve
    assert ("643" in opposition.texte) is (demeure is not Demeure.METROPOLE)
    assert un(suite, "exécuter").a_partir_de == fin + timedelta(days=1)


def test_hors_la_personne_la_fin_du_delai_d_opposition_n_est_pas_inventee() -> None:
    suite = signifiee(NOUVELLE, date(2026, 10, 14), a_personne=False)
    opposition = un(suite, "opposition")
    assert opposition.limite is opposition.cible is None
    assert "pas calculable" in opposition.reserve
    assert "1416, al. 2" in opposition.texte
    assert suite[-1] == opposition


def test_hors_la_personne_le_delai_part_de_l_acte_qui_suit() -> None:
    suite = signifiee(NOUVELLE, date(2026, 10, 14), a_personne=False, premier_acte=date(2027, 1, 5))
    assert un(suite, "opposition").limite == date(2027, 2, 5)
    loin = signifiee(
        NOUVELLE,
        date(2026, 10, 14),
        a_personne=False,
        premier_acte=date(2027, 1, 5),
        demeure=Demeure.ETRANGER,
    )
    assert un(loin, "opposition").limite == date(2027, 4, 5)


@pytest.mark.parametrize("a_personne", [True, False])
def test_les_modalites_de_la_signification_ne_retardent_pas_l_execution(a_personne: bool) -> None:
    suite = signifiee(NOUVELLE, date(2026, 10, 14), a_personne=a_personne)
    assert un(suite, "exécuter").a_partir_de == date(2026, 12, 15)


@pytest.mark.parametrize(
    ("ordonnance", "signification", "premier_jour"),
    [
        (date(2026, 8, 31), date(2026, 10, 14), date(2026, 11, 17)),
        (date(2026, 9, 1), date(2026, 10, 14), date(2026, 12, 15)),
        (date(2026, 9, 1), date(2026, 10, 24), date(2026, 12, 25)),
        (date(2026, 9, 1), date(2026, 10, 25), date(2026, 12, 29)),
        (date(2022, 3, 1), date(2022, 3, 31), date(2022, 5, 3)),
    ],
)
def test_l_execution_s_ouvre_le_lendemain_du_dernier_delai(
    ordonnance: date, signification: date, premier_jour: date
) -> None:
    executer = un(signifiee(ordonnance, signification), "exécuter")
    assert executer.a_partir_de == premier_jour
    assert executer.limite is None
    assert "1422" in executer.texte


def test_a_l_etranger_l_opposition_finit_apres_les_deux_mois() -> None:
    suite = signifiee(NOUVELLE, date(2026, 10, 14), demeure=Demeure.ETRANGER)
    assert un(suite, "opposition").limite == date(2027, 1, 14)
    assert un(suite, "exécuter").a_partir_de == date(2027, 1, 15)


def test_au_tribunal_de_commerce_l_absence_d_opposition_se_verifie_avant_d_executer() -> None:
    commerce = un(signifiee(NOUVELLE, date(2026, 10, 14), tribunal_de_commerce=True), "exécuter")
    judiciaire = un(signifiee(NOUVELLE, date(2026, 10, 14)), "exécuter")
    assert "tribunal de commerce" in commerce.reserve
    assert "tribunal de commerce" not in judiciaire.reserve
    assert "avis tardif" in judiciaire.reserve


def test_l_interet_est_majore_deux_mois_apres_le_caractere_executoire() -> None:
    majore = un(signifiee(NOUVELLE, date(2026, 10, 14)), "majoré")
    assert majore.a_partir_de == date(2027, 2, 16)
    assert "L313-3" in majore.texte
    assert regles().points_de_majoration.valeur == Decimal("0.05")


def test_le_titre_s_execute_dix_ans_comptes_de_l_ordonnance_sans_report() -> None:
    titre = un(signifiee(date(2026, 9, 13), date(2026, 10, 14)), "titre")
    assert titre.limite == titre.cible == date(2036, 9, 13)
    assert date(2036, 9, 13).weekday() == 5
    assert "discutés" in titre.reserve


@pytest.mark.parametrize(
    ("ordonnance", "dernier_jour"),
    [(date(2026, 11, 30), date(2027, 3, 1)), (date(2026, 8, 31), date(2027, 3, 1))],
)
def test_signifiee_apres_le_dernier_jour_l_ordonnance_est_non_avenue(
    ordonnance: date, dernier_jour: date
) -> None:
    assert "exécuter" in libelles(signifiee(ordonnance, dernier_jour))
    (seul,) = signifiee(ordonnance, dernier_jour + timedelta(days=1))
    assert "hors délai" in seul.libelle
    assert seul.jour is None


def test_avant_mars_2022_la_formule_se_demande_dans_le_mois_qui_suit_l_opposition() -> None:
    suite = signifiee(date(2022, 2, 28), date(2022, 3, 16), a_personne=False)
    demande = un(suite, "Demander")
    assert demande.a_partir_de == date(2022, 4, 20)
    assert demande.cible == date(2022, 5, 16)
    assert demande.limite == date(2022, 5, 19)
    assert "non avenue" in demande.consequence


def test_avant_mars_2022_l_execution_attend_la_formule() -> None:
    sans = calendrier(Procedure(ordonnance=date(2022, 2, 28), signification=date(2022, 3, 16)), regles())
    assert un(sans, "Faire exécuter").a_partir_de is None
    assert un(sans, "majoré").a_partir_de is None
    avec = signifiee(date(2022, 2, 28), date(2022, 3, 16), formule=date(2022, 5, 10))
    assert un(avec, "Faire exécuter").a_partir_de == date(2022, 5, 10)
    assert un(avec, "majoré").a_partir_de == date(2022, 7, 12)


def test_depuis_mars_2022_aucune_formule_n_est_a_demander() -> None:
    assert "formule" not in libelles(signifiee(date(2022, 3, 1), date(2022, 3, 16)))


def test_l_opposition_suspend_l_execution_et_fait_intervenir_un_avocat() -> None:
    suite = apres_l_opposition(
        NOUVELLE,
        date(2026, 11, 3),
        regles(),
        tribunal_de_commerce=False,
        montant=Decimal("10000.01"),
        notification=date(2026, 11, 6),
    )
    assert suite[0].a_partir_de == date(2026, 11, 3)
    assert "Suspendre" in suite[0].libelle
    avocat = un(suite, "avocat")
    assert (avocat.cible, avocat.limite) == (date(2026, 11, 21), date(2026, 11, 23))
    assert "non avenue" in avocat.consequence
    avis = un(suite, "avis")
    assert avis.cible == avis.limite == date(2026, 12, 3)
    assert avis.qui is Qui.GREFFE
    assert "irrecevables" in un(suite, "audience").consequence
    assert "exécuter l'ordonnance" not in libelles(suite)


@pytest.mark.parametrize(
    ("montant", "attendu"),
    [(Decimal("10000.00"), False), (Decimal("10000.01"), True), (None, True)],
)
@pytest.mark.parametrize("commerce", [True, False])
def test_l_avocat_est_necessaire_au_dela_de_dix_mille_euros(
    montant: Decimal | None, attendu: bool, commerce: bool
) -> None:
    suite = apres_l_opposition(
        NOUVELLE, date(2026, 11, 3), regles(), tribunal_de_commerce=commerce, montant=montant
    )
    assert any(d.qui is Qui.AVOCAT for d in suite) is attendu


def test_devant_le_tribunal_de_commerce_l_opposition_fait_consigner_dans_les_quinze_jours() -> None:
    suite = apres_l_opposition(
        NOUVELLE,
        date(2026, 11, 3),
        regles(),
        tribunal_de_commerce=True,
        montant=Decimal("20000.00"),
        invitation_a_consigner=date(2026, 11, 6),
    )
    frais = un(suite, "Consigner")
    assert (frais.cible, frais.limite) == (date(2026, 11, 21), date(2026, 11, 23))
    assert "cachet" in frais.reserve
    assert "avis d'opposition" not in libelles(suite)
    assert "853" in un(suite, "avocat").texte


def test_sans_invitation_datee_la_consignation_n_a_pas_de_date() -> None:
    suite = apres_l_opposition(NOUVELLE, date(2026, 11, 3), regles(), tribunal_de_commerce=True)
    assert un(suite, "Consigner").limite is None


@pytest.mark.parametrize(("ordonnance", "present"), [(date(2026, 8, 31), False), (date(2026, 9, 1), True)])
def test_l_avis_du_greffe_et_l_acte_a_l_audience_viennent_du_decret_de_2026(
    ordonnance: date, present: bool
) -> None:
    suite = apres_l_opposition(ordonnance, date(2026, 11, 3), regles(), tribunal_de_commerce=False)
    assert ("avis d'opposition" in libelles(suite)) is present
    assert ("acte de signification" in libelles(suite)) is present


def test_le_calendrier_suit_l_avancement_de_la_procedure() -> None:
    depot, jour, remise = date(2026, 9, 7), NOUVELLE, date(2026, 10, 14)
    loi = regles()
    assert calendrier(Procedure(), loi) == ()
    assert calendrier(Procedure(depot=depot, tribunal_de_commerce=True), loi) == apres_la_requete(
        depot, loi, tribunal_de_commerce=True
    )
    assert calendrier(Procedure(depot=depot, ordonnance=jour), loi) == apres_l_ordonnance(jour, loi)
    assert calendrier(Procedure(ordonnance=jour, signification=remise, a_personne=True), loi) == signifiee(
        jour, remise
    )
    opposee = Procedure(ordonnance=jour, signification=remise, opposition=date(2026, 11, 3), a_personne=True)
    assert calendrier(opposee, loi) == apres_l_opposition(
        jour, date(2026, 11, 3), loi, tribunal_de_commerce=False
    )


def opposee(signification: date, opposition: date, **autres: Any) -> tuple[Devoir, ...]:
    procedure = Procedure(ordonnance=NOUVELLE, signification=signification, opposition=opposition, **autres)
    return calendrier(procedure, regles())


@pytest.mark.parametrize(
    ("signification", "vaine"), [(date(2026, 12, 15), False), (date(2026, 12, 16), True)]
)
def test_une_opposition_ne_cache_pas_que_l_ordonnance_est_non_avenue(
    signification: date, vaine: bool
) -> None:
    suite = opposee(signification, date(2026, 12, 20), a_personne=True)
    assert ("hors délai" in suite[0].libelle) is vaine
    assert "Suspendre" in libelles(suite)


@pytest.mark.parametrize(
    ("opposition", "autres", "texte"),
    [
        (date(2026, 11, 16), {"a_personne": True}, ""),
        (date(2026, 11, 17), {"a_personne": True}, "CPC, art. 1416, al. 1"),
        (date(2026, 11, 16), {}, ""),
        (date(2026, 11, 17), {}, "CPC, art. 1416, al. 2"),
        (date(2027, 2, 5), {"premier_acte": date(2027, 1, 5)}, ""),
        (date(2027, 2, 6), {"premier_acte": date(2027, 1, 5)}, "CPC, art. 1416, al. 2"),
        (date(2026, 12, 14), {"a_personne": True, "demeure": Demeure.OUTRE_MER}, ""),
        (date(2026, 12, 15), {"a_personne": True, "demeure": Demeure.OUTRE_MER}, "CPC, art. 1416, al. 1"),
    ],
)
def test_une_opposition_apres_son_delai_est_dite_hors_delai(
    opposition: date, autres: dict[str, Any], texte: str
) -> None:
    suite = opposee(date(2026, 10, 14), opposition, **autres)
    tardives = [d for d in suite if "formée hors délai" in d.libelle]
    assert [d.texte for d in tardives] == ([texte] if texte else [])
    assert all("668" in d.reserve for d in tardives)
    assert "Suspendre" in libelles(suite)


def test_remise_en_personne_l_opposition_tardive_est_irrecevable_sinon_a_verifier() -> None:
    tardive = opposee(date(2026, 10, 14), date(2026, 11, 17), a_personne=True)[0]
    assert "irrecevable" in tardive.consequence
    douteuse = opposee(date(2026, 10, 14), date(2026, 11, 17))[0]
    assert "premier acte signifié" in douteuse.reserve
    assert douteuse.consequence == ""


def test_faute_de_le_savoir_la_signification_n_est_pas_tenue_pour_faite_a_personne() -> None:
    suite = calendrier(Procedure(ordonnance=NOUVELLE, signification=date(2026, 10, 14)), regles())
    assert un(suite, "opposition").limite is None


@pytest.mark.parametrize(
    "procedure",
    [
        Procedure(signification=date(2026, 10, 14)),
        Procedure(opposition=date(2026, 10, 14)),
        Procedure(depot=NOUVELLE + timedelta(days=1), ordonnance=NOUVELLE),
        Procedure(ordonnance=NOUVELLE, signification=NOUVELLE - timedelta(days=1)),
        Procedure(ordonnance=NOUVELLE, opposition=NOUVELLE - timedelta(days=1)),
        Procedure(ordonnance=NOUVELLE, signification=date(2026, 10, 14), opposition=date(2026, 10, 13)),
        Procedure(
            ordonnance=NOUVELLE, signification=NOUVELLE - timedelta(days=1), opposition=date(2026, 11, 3)
        ),
        Procedure(
            ordonnance=NOUVELLE,
            signification=date(2026, 10, 14),
            premier_acte=date(2026, 10, 13),
            opposition=date(2026, 11, 3),
        ),
        Procedure(ordonnance=NOUVELLE, signification=date(2026, 10, 14), premier_acte=date(2026, 10, 13)),
        Procedure(
            ordonnance=NOUVELLE, opposition=date(2026, 11, 3), invitation_a_consigner=date(2026, 11, 2)
        ),
        Procedure(
            ordonnance=NOUVELLE, opposition=date(2026, 11, 3), notification_opposition=date(2026, 11, 2)
        ),
    ],
)
def test_des_dates_qui_se_contredisent_sont_refusees(procedure: Procedure) -> None:
    with pytest.raises(DonneeInvalide):
        calendrier(procedure, regles())


@given(COUVERTES, st.integers(0, 200), st.booleans(), st.booleans(), st.sampled_from(list(Demeure)))
def test_un_calendrier_est_dans_l_ordre_et_rien_ne_s_execute_avant_la_fin_de_l_opposition(
    ordonnance: date, ecart: int, a_personne: bool, commerce: bool, demeure: Demeure
) -> None:
    signification = ordonnance + timedelta(days=ecart)
    suite = signifiee(
        ordonnance,
        signification,
        a_personne=a_personne,
        tribunal_de_commerce=commerce,
        demeure=demeure,
    )
    jours = [d.jour for d in suite if d.jour is not None]
    assert jours == sorted(jours)
    assert [d.jour is None for d in suite] == sorted(d.jour is None for d in suite)
    for d in suite:
        if "exécuter" in d.libelle and d.a_partir_de is not None:
            assert d.a_partir_de > signification + timedelta(days=28)


def test_chaque_regime_dit_son_texte_et_son_niveau_de_preuve() -> None:
    for un_regime in regles().regimes.values():
        assert "1411" in un_regime.texte
    nouveau = regime(NOUVELLE, regles())
    assert nouveau.niveau is not Niveau.PRIMAIRE
    assert nouveau.execution.niveau is Niveau.TRANSCRIPTION
