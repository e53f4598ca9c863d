from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dossier.adapters.config_yaml import charger
from dossier.core.creance import Genre, Nature
from dossier.core.droit.interruptions import Evenement, GenreEvenement
from dossier.core.droit.parametres import Niveau
from dossier.core.droit.prescription import Prescription, prescription
from dossier.core.droit.regles_voies import ReglesVoies
from dossier.core.droit.situation import Situation
from dossier.core.droit.voies import CodeVoie, Ouverture, Voie, assignation, commandement_de_payer, voies
from dossier.core.errors import ParametreNonCouvert
from tests.core.droit.loi import CONFIG, droit

JOUR = date(2026, 9, 15)
OUVERTE, A_VERIFIER, FERMEE = Ouverture.OUVERTE, Ouverture.A_VERIFIER, Ouverture.FERMEE
REGLES = charger(CONFIG / "droit" / "voies.yaml", ReglesVoies)


def situation(**autres: Any) -> Situation:
    return Situation(**{"jour": JOUR, "montant": Decimal("1234.56"), "commercants": True} | autres)


def voie(code: CodeVoie, **autres: Any) -> Voie:
    return next(v for v in voies(situation(**autres), REGLES) if v.code is code)


def ouvertures(**autres: Any) -> list[Ouverture]:
    return [v.ouverture for v in voies(situation(**autres), REGLES)]


def test_chaque_voie_est_rendue_une_fois_avec_son_texte_ses_limites_et_ses_frais() -> None:
    trouvees = voies(situation(), REGLES)
    assert [v.code for v in trouvees] == list(CodeVoie)
    assert all(v.libelle and v.motif and v.texte and v.limites and v.frais for v in trouvees)


@pytest.mark.parametrize(
    ("autres", "attendues"),
    [
        ({}, [OUVERTE, A_VERIFIER, FERMEE, A_VERIFIER, FERMEE, OUVERTE]),
        ({"commercants": None}, [OUVERTE, A_VERIFIER, A_VERIFIER, A_VERIFIER, FERMEE, A_VERIFIER]),
        ({"commercants": False}, [OUVERTE, FERMEE, OUVERTE, A_VERIFIER, FERMEE, A_VERIFIER]),
        ({"genre": Genre.PARTICULIER}, [OUVERTE, FERMEE, OUVERTE, A_VERIFIER, FERMEE, A_VERIFIER]),
        ({"genre": Genre.PUBLIC}, [FERMEE] * 6),
        ({"procedure_collective": True}, [FERMEE] * 6),
        (
            {"procedure_collective": True, "genre": Genre.PARTICULIER},
            [A_VERIFIER, FERMEE, A_VERIFIER, A_VERIFIER, FERMEE, A_VERIFIER],
        ),
        ({"echeance": JOUR}, [FERMEE] * 6),
        ({"echeance": date(2026, 9, 14)}, [OUVERTE, A_VERIFIER, FERMEE, A_VERIFIER, FERMEE, OUVERTE]),
        ({"procedure_relevee": False}, [A_VERIFIER, A_VERIFIER, FERMEE, A_VERIFIER, FERMEE, A_VERIFIER]),
        ({"montant": "0.00"}, [FERMEE] * 6),
        ({"montant": "-1.00"}, [FERMEE] * 6),
        ({"radiee": True}, [A_VERIFIER, A_VERIFIER, FERMEE, A_VERIFIER, FERMEE, A_VERIFIER]),
        ({"domicile_connu": False}, [FERMEE, A_VERIFIER, FERMEE, A_VERIFIER, FERMEE, A_VERIFIER]),
        ({"facturee": False}, [OUVERTE, FERMEE, OUVERTE, A_VERIFIER, FERMEE, OUVERTE]),
        ({"conteste": True}, [A_VERIFIER, FERMEE, FERMEE, A_VERIFIER, FERMEE, OUVERTE]),
        (
            {"conteste": True, "commercants": False},
            [A_VERIFIER, FERMEE, A_VERIFIER, A_VERIFIER, FERMEE, A_VERIFIER],
        ),
        ({"nature": Nature.HORS_CONTRAT}, [FERMEE, A_VERIFIER, FERMEE, A_VERIFIER, FERMEE, OUVERTE]),
        ({"montant_determine": False}, [FERMEE, FERMEE, FERMEE, A_VERIFIER, FERMEE, OUVERTE]),
        ({"pays": "BE"}, [FERMEE, A_VERIFIER, FERMEE, A_VERIFIER, OUVERTE, A_VERIFIER]),
        ({"pays": "DK"}, [FERMEE, A_VERIFIER, FERMEE, A_VERIFIER, FERMEE, A_VERIFIER]),
        (
            {"pays": "BE", "genre": Genre.PARTICULIER},
            [FERMEE, FERMEE, A_VERIFIER, A_VERIFIER, A_VERIFIER, A_VERIFIER],
        ),
    ],
)
def test_les_voies_ouvertes_selon_la_situation(autres: dict[str, Any], attendues: list[Ouverture]) -> None:
    assert ouvertures(**autres) == attendues


def delai(echeance: date, *paiements: date) -> Prescription:
    faits = [Evenement(genre=GenreEvenement.PAIEMENT_PARTIEL, jour=jour) for jour in paiements]
    return prescription(echeance, None, Genre.ENTREPRISE, droit(), evenements=faits)


@pytest.mark.parametrize(
    ("delais", "injonction"),
    [
        ([delai(date(2021, 9, 15))], OUVERTE),
        ([delai(date(2021, 9, 14))], FERMEE),
        ([delai(date(2021, 3, 1), date(2021, 9, 15))], A_VERIFIER),
        ([delai(date(2021, 9, 14)), delai(date(2026, 1, 5))], A_VERIFIER),
    ],
)
def test_aucune_voie_n_est_ouverte_a_une_creance_prescrite(
    delais: list[Prescription], injonction: Ouverture
) -> None:
    assert voie(CodeVoie.INJONCTION_DE_PAYER, prescriptions=tuple(delais)).ouverture is injonction
    if injonction is FERMEE:
        assert ouvertures(prescriptions=tuple(delais)) == [FERMEE] * 6
        assert "art. 2247" in voie(CodeVoie.INJONCTION_DE_PAYER, prescriptions=tuple(delais)).motif


@pytest.mark.parametrize(
    ("montant", "attendue"), [("5000.00", OUVERTE), ("5000.01", FERMEE), ("0.01", OUVERTE), ("0.00", FERMEE)]
)
def test_le_plafond_des_petites_creances_est_compris(montant: str, attendue: Ouverture) -> None:
    trouvee = voie(CodeVoie.PETITES_CREANCES, montant=montant, commercants=False)
    assert trouvee.ouverture is attendue
    assert ("5\u00a0000,01\u00a0€, dépasse le plafond de 5\u00a0000,00\u00a0€" in trouvee.motif) is (
        montant == "5000.01"
    )


@pytest.mark.parametrize(("montant", "attendue"), [("5000.00", A_VERIFIER), ("5000.01", OUVERTE)])
def test_la_tentative_amiable_ne_vise_que_l_assignation_jusqu_a_son_plafond(
    montant: str, attendue: Ouverture
) -> None:
    trouvee = voie(CodeVoie.ASSIGNATION, montant=montant, commercants=False)
    assert trouvee.ouverture is attendue
    assert ("750-1" in trouvee.motif) is (attendue is A_VERIFIER)
    assert voie(CodeVoie.INJONCTION_DE_PAYER, montant=montant, commercants=False).ouverture is OUVERTE
    assert "25-70.013" in voie(CodeVoie.INJONCTION_DE_PAYER).limites


def test_entre_commercants_l_assignation_n_appelle_pas_de_tentative_amiable() -> None:
    assert voie(CodeVoie.ASSIGNATION, montant="100.00").ouverture is OUVERTE


@pytest.mark.parametrize(
    ("jour", "commandement", "petites"),
    [(date(2026, 4, 24), FERMEE, OUVERTE), (date(2026, 4, 25), A_VERIFIER, FERMEE)],
)
def test_le_25_avril_2026_le_commandement_remplace_les_petites_creances_entre_commercants(
    jour: date, commandement: Ouverture, petites: Ouverture
) -> None:
    assert voie(CodeVoie.COMMANDEMENT_DE_PAYER, jour=jour).ouverture is commandement
    assert voie(CodeVoie.PETITES_CREANCES, jour=jour).ouverture is petites


def test_avant_le_25_avril_2026_la_qualite_de_commercant_ne_change_rien_aux_petites_creances() -> None:
    trouvee = voie(CodeVoie.PETITES_CREANCES, jour=date(2026, 4, 24), commercants=None)
    assert trouvee.ouverture is OUVERTE


def test_le_commandement_dit_sa_reserve_et_s_ouvre_quand_on_la_retire() -> None:
    assert "décret d'application" in voie(CodeVoie.COMMANDEMENT_DE_PAYER).motif
    levee = REGLES.commandement_de_payer.model_copy(update={"reserve": ""})
    regles = REGLES.model_copy(update={"commandement_de_payer": levee})
    assert commandement_de_payer(situation(), regles).ouverture is OUVERTE
    assert commandement_de_payer(situation(montant="900000.00"), regles).ouverture is OUVERTE


@pytest.mark.parametrize(
    ("autres", "mot"),
    [
        ({"jour": date(2026, 4, 24)}, "25 avril 2026"),
        ({"commercants": False}, "pas commerçantes"),
        ({"facturee": False}, "pas été facturée"),
        ({"conteste": True}, "met fin"),
        ({"procedure_collective": True}, "procédure collective"),
    ],
)
def test_le_commandement_ferme_dit_pourquoi(autres: dict[str, Any], mot: str) -> None:
    assert mot in voie(CodeVoie.COMMANDEMENT_DE_PAYER, **autres).motif


def test_le_refere_provision_n_est_pas_verifie() -> None:
    trouvee = voie(CodeVoie.REFERE_PROVISION, conteste=True)
    assert trouvee.niveau is Niveau.NON_VERIFIE
    assert "sérieuse" in trouvee.motif
    assert "avocat" in trouvee.motif


@pytest.mark.parametrize(
    ("pays", "attendue"),
    [("FR", FERMEE), ("BE", OUVERTE), ("IE", OUVERTE), ("DK", FERMEE), ("CH", FERMEE), ("GB", FERMEE)],
)
def test_l_injonction_europeenne_vise_l_union_sauf_le_danemark(pays: str, attendue: Ouverture) -> None:
    assert voie(CodeVoie.INJONCTION_EUROPEENNE, pays=pays).ouverture is attendue


def test_les_vingt_six_etats_de_l_injonction_europeenne() -> None:
    etats = REGLES.etats_injonction_europeenne
    assert (len(etats), len(set(etats))) == (26, 26)
    assert "DK" not in etats


@pytest.mark.parametrize(
    "autres", [{"conteste": True}, {"nature": Nature.HORS_CONTRAT}, {"genre": Genre.PARTICULIER}]
)
def test_l_injonction_europeenne_a_verifier(autres: dict[str, Any]) -> None:
    assert voie(CodeVoie.INJONCTION_EUROPEENNE, pays="DE", **autres).ouverture is A_VERIFIER


@pytest.mark.parametrize(
    ("code", "autres", "niveau"),
    [
        (CodeVoie.INJONCTION_DE_PAYER, {}, Niveau.PRIMAIRE),
        (CodeVoie.INJONCTION_DE_PAYER, {"pays": "BE"}, Niveau.OFFICIEL_OU_PROFESSIONNEL),
        (CodeVoie.INJONCTION_DE_PAYER, {"genre": Genre.PUBLIC}, Niveau.NON_VERIFIE),
        (CodeVoie.PETITES_CREANCES, {"commercants": False}, Niveau.PRIMAIRE),
        (CodeVoie.PETITES_CREANCES, {"commercants": True}, Niveau.TRANSCRIPTION),
        (CodeVoie.PETITES_CREANCES, {"commercants": None}, Niveau.TRANSCRIPTION),
        (CodeVoie.PETITES_CREANCES, {"commercants": False, "nature": Nature.HORS_CONTRAT}, Niveau.PRIMAIRE),
        (CodeVoie.COMMANDEMENT_DE_PAYER, {}, Niveau.OFFICIEL_OU_PROFESSIONNEL),
        (CodeVoie.COMMANDEMENT_DE_PAYER, {"nature": Nature.HORS_CONTRAT}, Niveau.NON_VERIFIE),
        (CodeVoie.INJONCTION_EUROPEENNE, {"pays": "BE"}, Niveau.TRANSCRIPTION),
        (CodeVoie.ASSIGNATION, {"pays": "BE"}, Niveau.NON_VERIFIE),
    ],
)
def test_le_niveau_est_celui_de_la_preuve_la_plus_faible(
    code: CodeVoie, autres: dict[str, Any], niveau: Niveau
) -> None:
    assert voie(code, **autres).niveau is niveau


@pytest.mark.parametrize(
    ("jour", "couvert"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_les_voies_ne_sont_connues_que_dans_leur_periode(jour: date, couvert: bool) -> None:
    if couvert:
        assert len(voies(situation(jour=jour), REGLES)) == 6
        return
    with pytest.raises(ParametreNonCouvert, match="Voies de droit"):
        voies(situation(jour=jour), REGLES)


def test_une_voie_n_existe_pas_avant_son_premier_jour() -> None:
    tardive = REGLES.assignation.model_copy(update={"depuis": date(2026, 9, 16)})
    regles = REGLES.model_copy(update={"assignation": tardive})
    assert assignation(situation(), regles).ouverture is FERMEE
    assert assignation(situation(jour=date(2026, 9, 16)), regles).ouverture is OUVERTE


@given(
    genre=st.sampled_from(Genre),
    nature=st.sampled_from(Nature),
    montant=st.decimals(-100, 10000, places=2),
    commercants=st.sampled_from([True, False, None]),
    pays=st.sampled_from(["FR", "BE", "DK", "CH"]),
    conteste=st.booleans(),
    jour=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)
def test_rien_n_est_ouvert_contre_un_debiteur_en_procedure_collective(**autres: Any) -> None:
    trouvees = {*ouvertures(**autres, procedure_collective=True)}
    assert trouvees <= ({FERMEE} if autres["genre"] is not Genre.PARTICULIER else {FERMEE, A_VERIFIER})
    assert all(v.motif for v in voies(situation(**autres), REGLES))
