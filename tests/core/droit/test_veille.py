from __future__ import annotations

from datetime import date

import pytest

from dossier.core.droit.parametres import Niveau
from dossier.core.droit.veille import Ligne, a_completer, table
from tests.core.droit.loi import droit


def ligne(nom: str, jour: date) -> Ligne:
    return next(ligne for ligne in table(droit(), jour) if ligne.verifie.nom == nom)


def test_chaque_fichier_du_droit_a_sa_ligne() -> None:
    assert [ligne.verifie.nom for ligne in table(droit(), date(2026, 7, 1))] == list(droit().parties())


@pytest.mark.parametrize(
    ("nom", "valeur", "depuis"),
    [
        ("bce", "2,40\u00a0%", date(2026, 7, 1)),
        ("indemnite", "40,00\u00a0€", date(2021, 2, 27)),
        ("multiple_plancher", "3 fois", date(2015, 1, 1)),
        ("prescription_ans", "5 ans", date(2015, 1, 1)),
        ("prescription_transport_ans", "1 an", date(2015, 1, 1)),
        ("juridictions", "", None),
    ],
)
def test_la_valeur_en_vigueur_et_son_debut(nom: str, valeur: str, depuis: date | None) -> None:
    trouvee = ligne(nom, date(2026, 11, 22))
    assert (trouvee.valeur, trouvee.depuis) == (valeur, depuis)
    assert trouvee.alerte == ""


def test_un_chiffre_dit_sa_source_et_son_niveau_de_preuve() -> None:
    trouvee = ligne("til_particuliers", date(2026, 11, 22))
    assert trouvee.niveau is Niveau.NON_VERIFIE
    assert trouvee.source


@pytest.mark.parametrize(
    ("jour", "alerte"),
    [
        (date(2026, 11, 30), ""),
        (date(2026, 12, 1), "jusqu'au 31/12/2026 : compléter config/droit/bce.yaml avant"),
        (date(2026, 12, 31), "jusqu'au 31/12/2026"),
        (date(2027, 1, 1), "plus vérifié depuis le 31/12/2026"),
    ],
)
def test_trente_jours_avant_la_fin_de_la_verification_le_chiffre_est_signale(jour: date, alerte: str) -> None:
    trouvee = ligne("bce", jour)
    assert alerte in trouvee.alerte
    assert bool(trouvee.alerte) is bool(alerte)
    assert (trouvee in a_completer(droit(), jour)) is bool(alerte)


def test_apres_sa_verification_un_chiffre_n_a_plus_de_valeur() -> None:
    assert ligne("bce", date(2027, 1, 1)).valeur == ""
