from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dossier.core.decision import RompreEcheancier, Sauter, Solder
from dossier.core.errors import ConfigurationInvalide, ParametreNonCouvert
from dossier.core.faits import CreanceSoldee, EcheancierRompu, EtapeSautee
from dossier.services.avancement import executer
from dossier.services.creances import consigner, decompte_de, scenario_de
from tests.core.vie import facture
from tests.services.atelier import Atelier


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(facture())
    return neuf


def test_un_scenario_retire_est_dit_avec_ceux_qui_restent(atelier: Atelier) -> None:
    etat = atelier.etat()
    with pytest.raises(ConfigurationInvalide, match=r"« standard », absent .* connus : court"):
        scenario_de(Atelier(scenarios={"court": atelier.outils.scenarios["standard"]}).outils, etat)


def test_rien_a_consigner_n_ecrit_rien(atelier: Atelier) -> None:
    assert consigner(atelier.outils, "FA-1", lambda _: [], auteur="x") == atelier.etat()
    assert len(atelier.journal.lire("FA-1")) == 1


def test_sauter_et_rompre_sont_dates_du_jour(atelier: Atelier) -> None:
    etape = atelier.outils.scenarios["standard"].etape("prevenance")
    jour = atelier.clock.jour()
    assert executer(atelier.outils, atelier.etat(), Sauter(etape, "trop tard")) == [
        EtapeSautee(etape="prevenance", motif="trop tard", jour=jour)
    ]
    assert executer(atelier.outils, atelier.etat(), RompreEcheancier(date(2026, 6, 1))) == [
        EcheancierRompu(manquee=date(2026, 6, 1), jour=jour)
    ]


@pytest.mark.parametrize(
    ("montant", "jour", "renonce"),
    [
        ("1000", date(2026, 6, 3), "0.00"),
        ("1000", date(2026, 6, 4), "40.33"),
        ("1000", date(2026, 7, 3), "50.01"),
        ("1200", date(2026, 7, 3), "0.00"),
    ],
)
def test_solder_dit_les_penalites_et_l_indemnite_abandonnees(
    atelier: Atelier, montant: str, jour: date, renonce: str
) -> None:
    atelier.clock.regler(jour)
    atelier.payer(montant)
    (solde,) = executer(atelier.outils, atelier.etat(), Solder())
    assert solde == CreanceSoldee(renonce=Decimal(renonce), jour=jour)


def test_un_jour_sans_taux_connu_arrete_le_decompte_en_le_disant(atelier: Atelier) -> None:
    with pytest.raises(ParametreNonCouvert):
        decompte_de(atelier.outils, atelier.etat(), date(2090, 1, 1))
