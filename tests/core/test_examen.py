"""What may be done with a claim in court: the rules put together on the life of a creance."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from dossier.core.creance import Adresse, Genre, Nature
from dossier.core.droit.blocages import CodeBlocage
from dossier.core.droit.interruptions import GenreEvenement
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
    assert any("17 octobre 2026" in phrase for phrase in avertissements(lu))


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
    assert len(list(avertissements(passee))) == 1


def test_un_particulier_et_un_debiteur_a_l_etranger() -> None:
    chez_lui = debiteur(genre=Genre.PARTICULIER, siren=None, forme="")
    assert [b.code for b in examen(une(debiteur=chez_lui)).blocages] == [CodeBlocage.CONSOMMATEUR]
    bruxelles = Adresse(lignes=("1 rue",), code_postal="1000", ville="Bruxelles", pays="BE")
    ailleurs = examen(une(debiteur=debiteur(adresse=bruxelles)))
    assert [b.code for b in ailleurs.blocages] == [CodeBlocage.HORS_DE_FRANCE]
    assert ailleurs.juridiction.a_completer


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
