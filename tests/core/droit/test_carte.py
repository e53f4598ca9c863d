from __future__ import annotations

import pytest
from pydantic import ValidationError

from dossier.core.droit.carte import CarteJudiciaire, Departement, SiegeTAE, Sorte
from dossier.core.droit.parametres import Niveau
from tests.core.droit.loi import droit


def sieges(*sortes: Sorte) -> set[str]:
    """The towns of the commercial courts; a court of two départements counts once."""
    departements = [d for d in droit().juridictions.departements if d.sorte in sortes]
    return {s.ville for d in departements for s in d.commerce}


def test_les_134_tribunaux_de_commerce_les_7_chambres_et_les_7_tribunaux_mixtes() -> None:
    assert len(sieges(Sorte.COMMERCE)) == 134
    assert len(sieges(Sorte.CHAMBRE_COMMERCIALE)) == 7
    assert len(sieges(Sorte.TRIBUNAL_MIXTE)) == 7


def test_chaque_departement_a_ses_tribunaux() -> None:
    carte = droit().juridictions
    metropole = {f"{n:02d}" for n in range(1, 96) if n != 20} | {"2A", "2B"}
    connus = {d.code for d in carte.departements}
    assert metropole <= connus
    assert connus - metropole == {"971", "972", "973", "974", "975", "976", "986", "987", "988"}


def test_tout_tribunal_judiciaire_d_alsace_moselle_a_sa_chambre_commerciale() -> None:
    for code in ("57", "67", "68"):
        departement = droit().juridictions.departement(f"{code}000")
        assert departement is not None
        assert departement.commerce == departement.judiciaire


def test_chaque_releve_dit_son_niveau() -> None:
    releves = droit().juridictions.releves
    assert releves.judiciaire.niveau is Niveau.TRANSCRIPTION
    assert releves.pour(Sorte.COMMERCE) is releves.commerce
    assert releves.pour(Sorte.TRIBUNAL_MIXTE) is releves.tribunal_mixte


def test_un_departement_a_ses_deux_sortes_de_tribunaux() -> None:
    with pytest.raises(ValidationError, match="département 99"):
        Departement.model_validate({"code": "99", "commerce": ["Ville"]})
    assert Departement.model_validate({"code": "988", "sorte": "a_determiner"}).commerce == ()


def recomposee(**change: object) -> CarteJudiciaire:
    return CarteJudiciaire.model_validate({**droit().juridictions.model_dump(), **change})


def test_un_debut_de_code_postal_n_est_qu_a_un_departement() -> None:
    tous = droit().juridictions.departements
    with pytest.raises(ValidationError, match="deux départements : 01"):
        recomposee(departements=(*tous, tous[0]))


def test_un_tribunal_des_activites_economiques_est_un_tribunal_de_commerce_du_departement() -> None:
    perdu = SiegeTAE(ville="Lyon", departement="01", ressort="x")
    with pytest.raises(ValidationError, match="sans siège : Lyon"):
        recomposee(tae=(perdu,))
