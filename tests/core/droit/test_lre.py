from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from dossier.adapters.config_yaml import charger
from dossier.core.creance import Adresse, Debiteur, Genre
from dossier.core.droit.lre import ReglesLre, fin_d_acceptation, fin_d_acces, obstacle_lre
from dossier.core.errors import ParametreNonCouvert
from tests.core.droit.loi import CONFIG


@cache
def regles() -> ReglesLre:
    return charger(CONFIG / "droit" / "lre.yaml", ReglesLre)


def debiteur(genre: Genre, email: str | None = "compta@durand.example") -> Debiteur:
    adresse = Adresse(lignes=("1 rue du Port",), code_postal="44000", ville="Nantes")
    return Debiteur(denomination="Durand", genre=genre, adresse=adresse, email=email)


@pytest.mark.parametrize(
    ("genre", "consentement", "dit"),
    [
        (Genre.ENTREPRISE, False, ""),
        (Genre.ENTREPRISE, True, ""),
        (Genre.PARTICULIER, True, ""),
        (Genre.PUBLIC, True, ""),
        (Genre.PARTICULIER, False, "un particulier"),
        (Genre.PUBLIC, False, "une personne publique"),
    ],
)
def test_seul_un_professionnel_recoit_une_lre_sans_y_avoir_consenti(
    genre: Genre, consentement: bool, dit: str
) -> None:
    obstacle = obstacle_lre(debiteur(genre), consentement)
    assert obstacle.startswith(dit) and bool(obstacle) == bool(dit)
    assert ("L100" in obstacle) == bool(dit)


def test_sans_rien_d_enregistre_le_consentement_n_est_pas_suppose() -> None:
    assert obstacle_lre(debiteur(Genre.PARTICULIER)) == obstacle_lre(debiteur(Genre.PARTICULIER), False) != ""


@pytest.mark.parametrize("genre", Genre)
@pytest.mark.parametrize("email", [None, "", "  "])
def test_sans_adresse_electronique_il_n_y_a_pas_de_lre(genre: Genre, email: str | None) -> None:
    assert obstacle_lre(debiteur(genre, email), True).startswith("pas d'adresse électronique")


@pytest.mark.parametrize(
    ("notifie", "dernier"),
    [
        (date(2026, 11, 2), date(2026, 11, 17)),
        (date(2026, 11, 15), date(2026, 11, 30)),
        (date(2026, 10, 16), date(2026, 10, 31)),
        (date(2026, 10, 17), date(2026, 11, 1)),
        (date(2026, 12, 20), date(2027, 1, 4)),
        (date(2024, 2, 14), date(2024, 2, 29)),
        (date(2024, 2, 15), date(2024, 3, 1)),
    ],
)
def test_le_destinataire_a_quinze_jours_a_compter_du_lendemain_de_l_avis(
    notifie: date, dernier: date
) -> None:
    assert fin_d_acceptation(notifie, regles()) == dernier
    assert len(range(notifie.toordinal() + 1, dernier.toordinal() + 1)) == 15


def test_ni_dimanche_ni_jour_ferie_ne_prolonge_l_acceptation() -> None:
    fin = fin_d_acceptation(date(2026, 10, 17), regles())
    assert fin == date(2026, 11, 1)
    assert fin.weekday() == 6


@pytest.mark.parametrize(
    ("notifie", "dernier"),
    [(date(2026, 11, 2), date(2027, 11, 2)), (date(2024, 2, 29), date(2025, 2, 28))],
)
def test_l_expediteur_a_acces_aux_preuves_pendant_un_an(notifie: date, dernier: date) -> None:
    assert fin_d_acces(notifie, regles()) == dernier


@pytest.mark.parametrize("fin", [fin_d_acceptation, fin_d_acces])
def test_rien_n_est_compte_au_dela_de_la_derniere_verification(fin: object) -> None:
    assert callable(fin)
    limite = regles().verifie_jusqu_au
    assert fin(limite, regles()) > limite
    with pytest.raises(ParametreNonCouvert, match=r"config/droit/lre\.yaml"):
        fin(date(limite.year + 1, 1, 1), regles())


def test_le_fichier_porte_son_nom_et_ses_reserves() -> None:
    assert regles().nom == "lre"
    assert "papier" in regles().reserve.phrase
    assert "adresse électronique" in regles().reserve_professionnel.phrase
    assert regles().acceptation.regle.texte.endswith("art. R53-3, I")
