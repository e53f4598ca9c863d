from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dossier.core.decision import RompreEcheancier, Sauter, Solder
from dossier.core.errors import ConfigurationInvalide, ParametreNonCouvert
from dossier.core.faits import CreanceSoldee, EcheancierRompu, EtapeSautee, PaiementRecu
from dossier.services.avancement import accomplir
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
    for acte, fait in (
        (Sauter(etape, "trop tard"), EtapeSautee(etape="prevenance", motif="trop tard", jour=jour)),
        (
            RompreEcheancier(date(2026, 6, 1)),
            EcheancierRompu(manquee=date(2026, 6, 1), jour=jour),
        ),
    ):
        accomplir(atelier.outils, atelier.etat(), acte, auteur="suivi")
        assert atelier.journal.lire("FA-1")[-1].contenu == fait


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
    accomplir(atelier.outils, atelier.etat(), Solder(), auteur="suivi")
    assert atelier.etat().fin == CreanceSoldee(renonce=Decimal(renonce), jour=jour)


def test_une_facture_payee_se_solde_meme_quand_les_taux_du_jour_ne_sont_pas_connus(atelier: Atelier) -> None:
    atelier.clock.regler(date(2027, 1, 4))
    assert "trop-perçu de 0,50\u00a0€" in atelier.payer("1000.50")
    accomplir(atelier.outils, atelier.etat(), Solder(), auteur="suivi")
    assert atelier.etat().fin == CreanceSoldee(renonce=None, jour=date(2027, 1, 4))


def test_ce_que_l_etat_a_depasse_n_est_plus_consigne(atelier: Atelier) -> None:
    vu = atelier.etat()
    atelier.payer("100")
    accomplir(atelier.outils, vu, RompreEcheancier(date(2026, 6, 1)), auteur="suivi")
    assert isinstance(atelier.journal.lire("FA-1")[-1].contenu, PaiementRecu)


def test_un_jour_sans_taux_connu_arrete_le_decompte_en_le_disant(atelier: Atelier) -> None:
    with pytest.raises(ParametreNonCouvert):
        decompte_de(atelier.outils, atelier.etat(), date(2090, 1, 1))
