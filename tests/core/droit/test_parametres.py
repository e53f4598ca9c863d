from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError

from dossier.core.droit.corpus import Droit
from dossier.core.droit.parametres import (
    Niveau,
    Parametre,
    nom_du_semestre,
    premier_jour_du_semestre,
    semestre_suivant,
)
from dossier.core.errors import ParametreNonCouvert
from tests.core.droit.loi import droit

PUBLIES = """
2015-1 4.06 0.93 0.05
2015-2 4.29 0.99 0.05
2016-1 4.54 1.01 0.05
2016-2 4.35 0.93 0.00
2017-1 4.16 0.90 0.00
2017-2 3.94 0.90 0.00
2018-1 3.73 0.89 0.00
2018-2 3.60 0.88 0.00
2019-1 3.40 0.86 0.00
2019-2 3.26 0.87 0.00
2020-1 3.15 0.87 0.00
2020-2 3.11 0.84 0.00
2021-1 3.14 0.79 0.00
2021-2 3.12 0.76 0.00
2022-1 3.13 0.76 0.00
2022-2 3.15 0.77 0.00
2023-1 4.47 2.06 2.50
2023-2 6.82 4.22 4.00
2024-1 8.01 5.07 4.50
2024-2 8.16 4.92 4.25
2025-1 7.21 3.71 3.15
2025-2 6.65 2.76 2.15
2026-1 6.67 2.62 2.15
2026-2 6.84 2.75 2.40
"""
"""Percentages: semester, legal rate for natural persons, legal rate for all others, BCE on the first day."""


def un_parametre(**champs: Any) -> Parametre:
    base: dict[str, Any] = {
        "nom": "essai",
        "libelle": "Essai",
        "texte": "Code d'essai, art. 1",
        "unite": "taux",
        "verifie_jusqu_au": date(2026, 12, 31),
        "valeurs": {
            date(2026, 7, 1): {"valeur": "0.02", "source": "s", "niveau": "primaire"},
            date(2026, 1, 1): {"valeur": "0.01", "source": "s", "niveau": "primaire"},
        },
    }
    return Parametre.model_validate(base | champs)


@pytest.mark.parametrize("ligne", PUBLIES.split("\n")[1:-1])
def test_les_taux_livres_sont_les_taux_publies(ligne: str) -> None:
    semestre, *publies = ligne.split()
    annee, rang = map(int, semestre.split("-"))
    premier = date(annee, 1 if rang == 1 else 7, 1)
    dernier = date(annee, 6, 30) if rang == 1 else date(annee, 12, 31)
    loi = droit()
    for jour in (premier, dernier):
        livres = (loi.til_particuliers.au(jour), loi.til_pro.au(jour), loi.bce.au(jour))
        assert [valeur.valeur * 100 for valeur in livres] == [Decimal(taux) for taux in publies]


def test_un_taux_dont_le_texte_n_est_pas_vu_le_dit() -> None:
    assert droit().til_particuliers.au(date(2026, 7, 1)).niveau is Niveau.NON_VERIFIE


def test_chaque_valeur_commence_son_jour_et_finit_la_veille_de_la_suivante() -> None:
    essai = un_parametre()
    assert essai.au(date(2026, 1, 1)).valeur == essai.au(date(2026, 6, 30)).valeur == Decimal("0.01")
    assert essai.au(date(2026, 7, 1)).valeur == essai.au(date(2026, 12, 31)).valeur == Decimal("0.02")


@pytest.mark.parametrize(
    ("jour", "attendus"),
    [
        (date(2025, 12, 31), ("Essai", "31 décembre 2025", "1er janvier 2026", "essai.yaml")),
        (date(2027, 1, 1), ("Essai", "1er janvier 2027", "31 décembre 2026", "essai.yaml")),
    ],
)
def test_un_jour_non_couvert_est_refuse_et_nomme(jour: date, attendus: tuple[str, ...]) -> None:
    with pytest.raises(ParametreNonCouvert) as refus:
        un_parametre().au(jour)
    assert all(mot in str(refus.value) for mot in attendus)


@pytest.mark.parametrize("nom", ["bce", "til_pro", "til_particuliers"])
@pytest.mark.parametrize(
    ("jour", "semestre"),
    [(date(2014, 12, 31), "2e semestre 2014"), (date(2027, 1, 1), "1er semestre 2027")],
)
def test_un_semestre_absent_est_nomme_jamais_extrapole(nom: str, jour: date, semestre: str) -> None:
    with pytest.raises(ParametreNonCouvert, match=semestre):
        getattr(droit(), nom).au(jour)


def test_une_lacune_d_un_semestre_est_refusee() -> None:
    valeur = {"valeur": "0.01", "source": "s", "niveau": "primaire"}
    with pytest.raises(ValidationError, match="sans lacune"):
        un_parametre(semestriel=True, valeurs={date(2025, 7, 1): valeur, date(2026, 7, 1): valeur})
    un_parametre(
        semestriel=True,
        valeurs={date(2025, 7, 1): valeur, date(2026, 1, 1): valeur, date(2026, 7, 1): valeur},
    )


def test_un_semestre_annonce_verifie_mais_absent_est_refuse() -> None:
    with pytest.raises(ValidationError, match="sans lacune"):
        un_parametre(semestriel=True, verifie_jusqu_au=date(2027, 1, 1))


def test_une_valeur_apres_la_date_verifiee_est_refusee() -> None:
    with pytest.raises(ValidationError, match="verifie_jusqu_au"):
        un_parametre(verifie_jusqu_au=date(2026, 6, 30))


def test_une_valeur_flottante_est_refusee() -> None:
    with pytest.raises(ValidationError, match="flottant"):
        un_parametre(valeurs={date(2026, 1, 1): {"valeur": 0.1, "source": "s", "niveau": "primaire"}})


@pytest.mark.parametrize(
    ("unite", "valeur", "refuse"),
    [
        ("taux", "0", False),
        ("taux", "0.9999", False),
        ("taux", "1", True),
        ("taux", "2.15", True),
        ("taux", "-0.01", True),
        ("euros", "40.00", False),
        ("euros", "0", True),
        ("ans", "5", False),
        ("ans", "4.5", True),
    ],
)
def test_une_valeur_invraisemblable_est_refusee(unite: str, valeur: str, refuse: bool) -> None:
    valeurs = {date(2026, 1, 1): {"valeur": valeur, "source": "s", "niveau": "primaire"}}
    if not refuse:
        un_parametre(unite=unite, valeurs=valeurs)
        return
    with pytest.raises(ValidationError, match="2026-01-01"):
        un_parametre(unite=unite, valeurs=valeurs)


def test_un_parametre_ne_prend_pas_la_place_d_un_autre() -> None:
    champs = dict(droit())
    champs["til_pro"], champs["til_particuliers"] = champs["til_particuliers"], champs["til_pro"]
    with pytest.raises(ValidationError, match="til_pro"):
        Droit(**champs)


@pytest.mark.parametrize(
    ("jour", "premier", "suivant", "nom"),
    [
        (date(2026, 1, 1), date(2026, 1, 1), date(2026, 7, 1), "1er semestre 2026"),
        (date(2026, 6, 30), date(2026, 1, 1), date(2026, 7, 1), "1er semestre 2026"),
        (date(2026, 7, 1), date(2026, 7, 1), date(2027, 1, 1), "2e semestre 2026"),
        (date(2026, 12, 31), date(2026, 7, 1), date(2027, 1, 1), "2e semestre 2026"),
    ],
)
def test_semestres(jour: date, premier: date, suivant: date, nom: str) -> None:
    assert premier_jour_du_semestre(jour) == premier
    assert semestre_suivant(jour) == suivant
    assert nom_du_semestre(jour) == nom
