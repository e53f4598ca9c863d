"""The parties as the law wants them named, and what is left to a person."""

from __future__ import annotations

import pytest

from dossier.core.creance import Genre
from dossier.core.parties import est_une_personne, lignes_du_debiteur, lignes_du_demandeur
from tests.core.vie import creancier, debiteur


def manques(lignes: object) -> list[str]:
    return [ligne.libelle for ligne in lignes if ligne.manque]  # type: ignore[attr-defined]


@pytest.mark.parametrize("forme", ["EI", "Entrepreneur individuel", "auto-entrepreneur", "Commerçant"])
def test_une_personne_seule_n_est_pas_une_societe(forme: str) -> None:
    assert est_une_personne(forme)


@pytest.mark.parametrize("forme", ["", "SARL", "EURL", "Association"])
def test_une_societe_n_est_pas_une_personne_seule(forme: str) -> None:
    assert not est_une_personne(forme)


def test_une_societe_demanderesse_donne_forme_siege_et_organe() -> None:
    lignes = {ligne.libelle: ligne.valeur for ligne in lignes_du_demandeur(creancier())}
    assert list(lignes) == [
        "Dénomination",
        "Forme",
        "Siège",
        "Immatriculation",
        "Représentée par",
        "Courriel et téléphone",
    ]
    assert " au capital de " in lignes["Forme"]
    assert lignes["Représentée par"].endswith(f", {creancier().qualite}")
    assert manques(lignes_du_demandeur(creancier())) == []


def test_sans_capital_sans_organe_ni_forme_ce_qui_est_exige_manque() -> None:
    nu = creancier().model_copy(
        update={"capital": None, "forme": "", "representant": "", "qualite": "", "telephone": ""}
    )
    assert manques(lignes_du_demandeur(nu)) == ["Forme", "Représentée par"]
    sans_capital = creancier().model_copy(update={"capital": None})
    assert "capital" not in lignes_du_demandeur(sans_capital)[1].valeur


def test_une_personne_demanderesse_doit_profession_nationalite_et_naissance() -> None:
    lignes = lignes_du_demandeur(creancier().model_copy(update={"forme": "EI"}))
    assert manques(lignes) == ["Profession", "Nationalité", "Naissance"]
    assert lignes[1].valeur == "[à compléter\u00a0: profession]"


def test_une_societe_debitrice_donne_denomination_et_siege() -> None:
    libelles = [ligne.libelle for ligne in lignes_du_debiteur(debiteur())]
    assert libelles == ["Dénomination", "Forme", "Siège", "Immatriculation"]
    assert manques(lignes_du_debiteur(debiteur(forme=""))) == ["Forme"]


def test_un_consommateur_a_un_domicile_et_pas_d_immatriculation() -> None:
    lignes = lignes_du_debiteur(debiteur(genre=Genre.PARTICULIER, siren=None, forme=""))
    assert [ligne.libelle for ligne in lignes] == ["Nom et prénoms", "Domicile", "Naissance, nationalité"]
    assert manques(lignes) == ["Naissance, nationalité"]


def test_un_entrepreneur_debiteur_est_nomme_comme_une_personne() -> None:
    lignes = lignes_du_debiteur(debiteur(forme="EI"))
    assert [ligne.libelle for ligne in lignes][1] == "Domicile ou siège de l'entreprise"
