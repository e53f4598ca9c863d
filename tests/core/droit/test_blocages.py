from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from dossier.core.creance import Genre, Nature
from dossier.core.droit.blocages import blocages
from dossier.core.droit.interruptions import Evenement, GenreEvenement
from dossier.core.droit.parametres import Niveau
from dossier.core.droit.prescription import Prescription, prescription
from dossier.core.droit.situation import Blocage, CodeBlocage, Declaration, Severite, Situation
from tests.core.droit.loi import droit

JOUR = date(2026, 9, 15)


def situation(**autres: Any) -> Situation:
    return Situation(**{"jour": JOUR, "montant": Decimal("1234.56"), "commercants": True} | autres)


def delai(echeance: date, **autres: Any) -> Prescription:
    return prescription(echeance, None, Genre.ENTREPRISE, droit(), **autres)


def prescrites(*delais: Prescription, **autres: Any) -> tuple[Blocage, ...]:
    return blocages(situation(prescriptions=delais, **autres))


def seul(trouves: tuple[Blocage, ...]) -> Blocage:
    assert len(trouves) == 1
    return trouves[0]


def test_une_creance_ordinaire_entre_professionnels_n_a_aucun_blocage() -> None:
    assert prescrites(delai(date(2026, 5, 16)), echeance=date(2026, 5, 16)) == ()


@pytest.mark.parametrize(
    ("autres", "code", "severite", "texte", "niveau"),
    [
        (
            {"procedure_collective": True},
            CodeBlocage.PROCEDURE_COLLECTIVE,
            Severite.BLOQUANT,
            "L622-21",
            Niveau.TRANSCRIPTION,
        ),
        ({"montant": "0.00"}, CodeBlocage.RIEN_A_RECLAMER, Severite.BLOQUANT, "1405", Niveau.PRIMAIRE),
        ({"montant": "-0.01"}, CodeBlocage.RIEN_A_RECLAMER, Severite.BLOQUANT, "1405", Niveau.PRIMAIRE),
        (
            {"genre": Genre.PUBLIC},
            CodeBlocage.PERSONNE_PUBLIQUE,
            Severite.BLOQUANT,
            "justice administrative",
            Niveau.NON_VERIFIE,
        ),
        (
            {"pays": "BE"},
            CodeBlocage.HORS_DE_FRANCE,
            Severite.BLOQUANT,
            "1406",
            Niveau.OFFICIEL_OU_PROFESSIONNEL,
        ),
        (
            {"domicile_connu": False},
            CodeBlocage.DOMICILE_INCONNU,
            Severite.BLOQUANT,
            "1406",
            Niveau.OFFICIEL_OU_PROFESSIONNEL,
        ),
        (
            {"nature": Nature.HORS_CONTRAT},
            CodeBlocage.HORS_CONTRAT,
            Severite.BLOQUANT,
            "1405",
            Niveau.PRIMAIRE,
        ),
        (
            {"montant_determine": False},
            CodeBlocage.MONTANT_INDETERMINE,
            Severite.BLOQUANT,
            "1405",
            Niveau.PRIMAIRE,
        ),
        (
            {"procedure_relevee": False},
            CodeBlocage.TERRITOIRE,
            Severite.A_VERIFIER,
            "1406",
            Niveau.NON_VERIFIE,
        ),
        (
            {"echeance": JOUR},
            CodeBlocage.EXIGIBILITE,
            Severite.BLOQUANT,
            "1305-2",
            Niveau.OFFICIEL_OU_PROFESSIONNEL,
        ),
        ({"radiee": True}, CodeBlocage.RADIATION, Severite.A_VERIFIER, "21-14.252", Niveau.TRANSCRIPTION),
        ({"conteste": True}, CodeBlocage.CONTESTATION, Severite.A_VERIFIER, "1416", Niveau.PRIMAIRE),
        (
            {"genre": Genre.PARTICULIER},
            CodeBlocage.CONSOMMATEUR,
            Severite.AVERTISSEMENT,
            "L612-1",
            Niveau.PRIMAIRE,
        ),
    ],
)
def test_chaque_motif_a_sa_severite_son_texte_et_son_remede(
    autres: dict[str, Any], code: CodeBlocage, severite: Severite, texte: str, niveau: Niveau
) -> None:
    trouve = seul(blocages(situation(**autres)))
    assert (trouve.code, trouve.severite, trouve.niveau) == (code, severite, niveau)
    assert texte in trouve.texte
    assert trouve.motif.endswith(".")
    assert trouve.remede.endswith(".")


def test_un_centime_reste_a_reclamer() -> None:
    assert blocages(situation(montant="0.01")) == ()


def test_un_trop_percu_est_a_restituer() -> None:
    assert "10,00\u00a0€ de trop" in seul(blocages(situation(montant="-10.00"))).motif
    assert "trop-perçu" in seul(blocages(situation(montant="-10.00"))).remede
    assert "solde est nul" in seul(blocages(situation(montant="0.00"))).motif


@pytest.mark.parametrize(("echeance", "exigible"), [(date(2026, 9, 14), True), (JOUR, False), (None, True)])
def test_une_somme_n_est_exigible_que_le_lendemain_de_son_echeance(
    echeance: date | None, exigible: bool
) -> None:
    trouves = blocages(situation(echeance=echeance))
    assert [b.code for b in trouves] == ([] if exigible else [CodeBlocage.EXIGIBILITE])
    assert exigible or "15 septembre 2026" in trouves[0].motif


LIMITE, VISER, FORCLUSION = date(2026, 6, 22), date(2026, 6, 20), date(2026, 10, 20)


@pytest.mark.parametrize(
    ("jour", "dit", "tu"),
    [
        (date(2026, 6, 20), "au plus tard le 22 juin 2026 (viser le 20 juin 2026).", "expiré"),
        (date(2026, 6, 21), "au plus tard le 22 juin 2026.", "viser"),
        (date(2026, 6, 22), "au plus tard le 22 juin 2026.", "expiré"),
        (date(2026, 6, 23), "a expiré le 22 juin 2026", "viser"),
        (
            date(2026, 10, 20),
            "relevé de forclusion, au plus tard le 20 octobre 2026 (art. L622-26).",
            "viser",
        ),
        (
            date(2026, 10, 21),
            "le délai pour demander un relevé de forclusion a expiré le 20 octobre 2026",
            "demander sans",
        ),
    ],
)
def test_le_delai_pour_declarer_n_expire_qu_a_son_dernier_jour_legal(jour: date, dit: str, tu: str) -> None:
    declaration = Declaration(limite=LIMITE, viser=VISER, forclusion=FORCLUSION)
    remede = seul(blocages(situation(jour=jour, procedure_collective=True), declaration)).remede
    assert dit in remede
    assert tu not in remede


def test_sans_date_la_declaration_renvoie_a_la_publication_et_le_releve_se_demande_sans_attendre() -> None:
    assert "BODACC" in seul(blocages(situation(procedure_collective=True))).remede
    sans_forclusion = Declaration(limite=LIMITE)
    remede = seul(blocages(situation(procedure_collective=True), sans_forclusion)).remede
    assert "demander sans attendre un relevé de forclusion (art. L622-26)." in remede


@pytest.mark.parametrize(
    ("genre", "mot"), [(Genre.PARTICULIER, "surendettement"), (Genre.PUBLIC, "personne publique")]
)
def test_la_procedure_collective_d_un_consommateur_ou_d_une_personne_publique_est_a_verifier(
    genre: Genre, mot: str
) -> None:
    trouves = blocages(situation(genre=genre, procedure_collective=True))
    (trouve,) = (b for b in trouves if b.code is CodeBlocage.PROCEDURE_COLLECTIVE)
    assert (trouve.severite, trouve.niveau) == (Severite.A_VERIFIER, Niveau.NON_VERIFIE)
    assert mot in trouve.motif
    assert "par prudence" in trouve.remede
    assert ("L670-1" in trouve.texte) is (genre is Genre.PARTICULIER)


@pytest.mark.parametrize(("echeance", "bloque"), [(date(2021, 9, 15), False), (date(2021, 9, 14), True)])
def test_la_prescription_bloque_le_lendemain_du_dernier_jour(echeance: date, bloque: bool) -> None:
    trouves = prescrites(delai(echeance))
    assert [b.code for b in trouves] == ([CodeBlocage.PRESCRIPTION] if bloque else [])
    if bloque:
        assert trouves[0].severite is Severite.BLOQUANT
        assert "14 septembre 2026" in trouves[0].motif
        assert "art. 2247" in trouves[0].motif
        assert trouves[0].texte == "Code de commerce, art. L110-4"


def test_contre_un_consommateur_rien_ne_dit_que_le_juge_ne_peut_relever_la_prescription() -> None:
    delai_court = prescription(date(2024, 1, 2), None, Genre.PARTICULIER, droit())
    trouves = prescrites(delai_court, genre=Genre.PARTICULIER)
    assert trouves[0].code is CodeBlocage.PRESCRIPTION
    assert "2247" not in trouves[0].motif


def test_une_partie_prescrite_de_la_demande_est_a_retirer() -> None:
    trouve = seul(prescrites(delai(date(2021, 3, 1)), delai(date(2026, 3, 1))))
    assert trouve.severite is Severite.A_VERIFIER
    assert trouve.motif.startswith("Une partie de la créance")
    assert trouve.remede.startswith("Retirer de la demande")
    deux = prescrites(delai(date(2021, 3, 1)), delai(date(2021, 3, 1)))
    assert seul(deux).severite is Severite.BLOQUANT


@pytest.mark.parametrize(
    ("paiement", "severite"),
    [(date(2021, 9, 15), Severite.A_VERIFIER), (date(2021, 9, 14), Severite.BLOQUANT)],
)
def test_une_date_possible_non_passee_laisse_la_prescription_a_verifier(
    paiement: date, severite: Severite
) -> None:
    evenement = Evenement(genre=GenreEvenement.PAIEMENT_PARTIEL, jour=paiement)
    trouve = seul(prescrites(delai(date(2021, 3, 1), evenements=[evenement])))
    assert trouve.severite is severite
    assert ("Elle ne l'est pas si le paiement partiel" in trouve.motif) is (severite is Severite.A_VERIFIER)


def test_un_delai_propre_a_la_nature_laisse_la_prescription_a_verifier() -> None:
    trouve = seul(prescrites(delai(date(2021, 3, 1), nature=Nature.BAIL_HABITATION)))
    assert trouve.severite is Severite.A_VERIFIER
    assert "89-462" in trouve.motif


def test_les_motifs_viennent_du_plus_grave_au_moins_grave() -> None:
    trouves = blocages(
        situation(
            conteste=True,
            radiee=True,
            nature=Nature.HORS_CONTRAT,
            procedure_collective=True,
            prescriptions=(delai(date(2021, 3, 1)),),
        )
    )
    assert [b.code for b in trouves] == [
        CodeBlocage.PROCEDURE_COLLECTIVE,
        CodeBlocage.HORS_CONTRAT,
        CodeBlocage.PRESCRIPTION,
        CodeBlocage.RADIATION,
        CodeBlocage.CONTESTATION,
    ]
    un_particulier = blocages(situation(genre=Genre.PARTICULIER, conteste=True))
    assert [b.code for b in un_particulier] == [CodeBlocage.CONTESTATION, CodeBlocage.CONSOMMATEUR]


@pytest.mark.parametrize(
    ("genre", "commercants", "attendu"),
    [
        (Genre.ENTREPRISE, True, True),
        (Genre.ENTREPRISE, False, False),
        (Genre.ENTREPRISE, None, None),
        (Genre.PARTICULIER, None, False),
        (Genre.PUBLIC, True, False),
    ],
)
def test_un_consommateur_et_une_personne_publique_ne_sont_pas_commercants(
    genre: Genre, commercants: bool | None, attendu: bool | None
) -> None:
    assert situation(genre=genre, commercants=commercants).entre_commercants is attendu


def test_un_montant_flottant_est_refuse() -> None:
    with pytest.raises(ValidationError):
        situation(montant=12.5)
