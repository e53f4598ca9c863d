"""What may be done with a claim in court: the rules put together on the life of a creance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.creance import Adresse, Genre, Nature
from dossier.core.droit.interruptions import GenreEvenement
from dossier.core.droit.situation import CodeBlocage
from dossier.core.droit.voies import CodeVoie, Ouverture
from dossier.core.evenements import evenements
from dossier.core.examen import Creance, Examen, avertissements, examiner
from dossier.core.faits import CreanceDeclaree, NatureProcedure, ProcedureCollectiveOuverte
from tests.core.droit.loi import droit
from tests.core.test_pieces import complete
from tests.core.test_requete import JOUR, recueil
from tests.core.vie import Vie, creancier, debiteur, facture

JUGEMENT = ProcedureCollectiveOuverte(
    nature=NatureProcedure.LIQUIDATION,
    jugement=date(2026, 8, 10),
    publication=date(2026, 8, 17),
    declaration_avant=date(2026, 10, 17),
    declaration_limite=date(2026, 10, 19),
    jour=JOUR,
)


def examen(*vies: Vie, jour: date = JOUR, forme: str = "SAS") -> Examen:
    lus = [recueil(vie, jour) for vie in vies]
    qui = creancier().model_copy(update={"forme": forme})
    return examiner([Creance(r.etat, r.scenario, r.decompte) for r in lus], qui, droit(), jour)


def ouvertures(lu: Examen) -> dict[CodeVoie, Ouverture]:
    return {voie.code: voie.ouverture for voie in lu.voies}


def une(**champs: Any) -> Vie:
    return Vie(la_facture=facture(**champs))


def test_entre_commercants_l_injonction_est_ouverte_et_rien_ne_bloque() -> None:
    lu = examen(complete())
    assert lu.juridiction.intitule == "Tribunal des activités économiques de Lyon"
    assert lu.blocages == ()
    assert ouvertures(lu)[CodeVoie.INJONCTION_DE_PAYER] is Ouverture.OUVERTE
    assert ouvertures(lu)[CodeVoie.PETITES_CREANCES] is Ouverture.FERMEE
    assert list(avertissements(lu)) == []


@pytest.mark.parametrize(
    ("du_debiteur", "du_creancier", "commandement"),
    [
        ("SAS", "SAS", Ouverture.A_VERIFIER),
        ("Forme rare", "SAS", Ouverture.A_VERIFIER),
        ("SCI", "SAS", Ouverture.FERMEE),
        ("SAS", "Association", Ouverture.FERMEE),
    ],
)
def test_la_qualite_de_commercant_des_deux_parties_compte(
    du_debiteur: str, du_creancier: str, commandement: Ouverture
) -> None:
    lu = examen(une(debiteur=debiteur(forme=du_debiteur)), forme=du_creancier)
    assert ouvertures(lu)[CodeVoie.COMMANDEMENT_DE_PAYER] is commandement


def test_une_procedure_collective_bloque_et_dit_jusqu_a_quand_declarer() -> None:
    lu = examen(complete().noter(JUGEMENT))
    assert [b.code for b in lu.blocages] == [CodeBlocage.PROCEDURE_COLLECTIVE]
    assert ouvertures(lu)[CodeVoie.INJONCTION_DE_PAYER] is Ouverture.FERMEE
    assert any(
        "au plus tard le 19 octobre 2026 (viser le 17 octobre 2026)" in phrase
        for phrase in avertissements(lu)
    )


def test_le_delai_de_declaration_passe_renvoie_au_releve_de_forclusion() -> None:
    deux_jours_apres = examen(complete().noter(JUGEMENT), jour=date(2026, 10, 20))
    (phrase,) = avertissements(deux_jours_apres)
    assert "a expiré le 19 octobre 2026" in phrase
    assert "relevé de forclusion, au plus tard le 17 février 2027" in phrase


def test_un_delai_de_declaration_qui_n_a_pas_pu_etre_compte_renvoie_au_bodacc() -> None:
    inconnu = JUGEMENT.model_copy(update={"declaration_avant": None, "declaration_limite": None})
    (phrase,) = avertissements(examen(complete().noter(inconnu)))
    assert "BODACC" in phrase


@pytest.mark.parametrize("echeance", [JOUR, date(2027, 1, 15)])
def test_une_facture_non_echue_n_a_ni_voie_ouverte_ni_prescription_a_compter(echeance: date) -> None:
    lu = examen(Vie(la_facture=facture(emission=JOUR, echeance=echeance), ouverture=JOUR))
    assert [b.code for b in lu.blocages] == [CodeBlocage.EXIGIBILITE]
    assert set(ouvertures(lu).values()) == {Ouverture.FERMEE}
    assert len(lu.delais) == (echeance == JOUR)


def test_une_prestation_executee_fait_courir_la_prescription_avant_l_echeance() -> None:
    avant = facture(emission=JOUR, echeance=date(2027, 1, 15), execution=JOUR)
    assert len(examen(Vie(la_facture=avant, ouverture=JOUR)).delais) == 1


def test_une_facture_non_echue_n_empeche_pas_de_compter_les_autres() -> None:
    future = Vie(la_facture=facture(emission=JOUR, echeance=date(2027, 1, 15)), ouverture=JOUR)
    lu = examen(complete(), future)
    assert len(lu.delais) == 1
    assert [b.code for b in lu.blocages] == [CodeBlocage.EXIGIBILITE]


def test_un_litige_ouvert_est_a_verifier() -> None:
    assert [b.code for b in examen(complete().contester()).blocages] == [CodeBlocage.CONTESTATION]


def test_deux_factures_du_meme_debiteur_se_lisent_ensemble() -> None:
    deux = examen(une(montant_ttc=Decimal(3000)), une(montant_ttc=Decimal(3000)), jour=date(2026, 6, 4))
    petites = next(v for v in deux.voies if v.code is CodeVoie.PETITES_CREANCES)
    assert "6\u00a0002,00\u00a0€" in petites.motif
    assert len(deux.delais) == 2


def test_la_prescription_proche_avertit_et_la_prescription_passee_bloque() -> None:
    proche = examen(une(nature=Nature.TRANSPORT), jour=date(2026, 12, 10))
    assert proche.blocages == ()
    assert any(phrase.startswith("Facture FA-1 : Prescription") for phrase in avertissements(proche))
    vieille = facture(emission=date(2025, 1, 2), echeance=date(2025, 2, 2), nature=Nature.TRANSPORT)
    passee = examen(Vie(la_facture=vieille, ouverture=JOUR))
    assert [b.code for b in passee.blocages] == [CodeBlocage.PRESCRIPTION]
    assert set(ouvertures(passee).values()) == {Ouverture.FERMEE}
    assert len(list(avertissements(passee))) == 1


def test_un_particulier_et_un_debiteur_a_l_etranger() -> None:
    chez_lui = debiteur(genre=Genre.PARTICULIER, siren=None, forme="")
    assert [b.code for b in examen(une(debiteur=chez_lui)).blocages] == [CodeBlocage.CONSOMMATEUR]
    bruxelles = Adresse(lignes=("1 rue",), code_postal="1000", ville="Bruxelles", pays="BE")
    ailleurs = examen(une(debiteur=debiteur(adresse=bruxelles)))
    assert [b.code for b in ailleurs.blocages] == [CodeBlocage.HORS_DE_FRANCE]
    assert ailleurs.juridiction.a_completer


@pytest.mark.parametrize(
    ("code_postal", "pays", "codes", "injonction"),
    [
        ("98000", "FR", [CodeBlocage.HORS_DE_FRANCE], Ouverture.FERMEE),
        ("98713", "FR", [CodeBlocage.TERRITOIRE], Ouverture.A_VERIFIER),
        ("98713", "PF", [CodeBlocage.TERRITOIRE], Ouverture.A_VERIFIER),
        ("97400", "RE", [], Ouverture.OUVERTE),
    ],
)
def test_le_code_postal_decide_autant_que_le_pays(
    code_postal: str, pays: str, codes: list[CodeBlocage], injonction: Ouverture
) -> None:
    la_bas = Adresse(lignes=("1 rue",), code_postal=code_postal, ville="Ville", pays=pays)
    lu = examen(une(debiteur=debiteur(adresse=la_bas)))
    assert [b.code for b in lu.blocages] == codes
    assert ouvertures(lu)[CodeVoie.INJONCTION_DE_PAYER] is injonction
    assert ("établi" in lu.juridiction.motif) is bool(codes)


def test_les_evenements_d_une_creance_sont_dits_aux_regles_de_prescription() -> None:
    vie = complete().payer("10", date(2026, 7, 1)).accorder((date(2026, 9, 1), "1000"))
    lus = {e.genre: e.jour for e in evenements(vie.etat, vie.scenario)}
    assert lus[GenreEvenement.PAIEMENT_PARTIEL] == date(2026, 7, 1)
    assert lus[GenreEvenement.MISE_EN_DEMEURE] == date(2026, 8, 3)
    assert lus[GenreEvenement.ECHEANCIER] == vie.jour
    assert GenreEvenement.RELANCE in lus
    declaree = CreanceDeclaree(envoi="1A", jour=date(2026, 9, 1))
    apres = complete().noter(JUGEMENT, declaree)
    lus = {e.genre: e.jour for e in evenements(apres.etat, apres.scenario)}
    assert lus[GenreEvenement.DECLARATION_DE_CREANCE] == date(2026, 9, 1)


def test_la_prevenance_n_est_pas_une_demande_en_retard() -> None:
    vie = Vie()
    vie.aller(date(2026, 5, 28))
    assert vie.partis() == ["Prévenance (courriel)"]
    assert list(evenements(vie.etat, vie.scenario)) == []
