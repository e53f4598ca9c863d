"""A promise: which days and sums may be, how long the procedure waits, and who may still promise."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from dossier.core.decision import Attendre
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import NatureProcedure
from dossier.services import procedures, saisies
from dossier.services.promesses import LIMITE, promettre
from tests.core.vie import facture
from tests.services.atelier import DEBUT, UN_JOUR, Atelier

RELANCE_1 = date(2026, 6, 11)


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(facture(), source=None)
    return neuf


def promis(atelier: Atelier, le: date, montant: str = "", de: str = "") -> str:
    return promettre(
        atelier.outils, "FA-1", le, auteur="essai", montant=Decimal(montant) if montant else None, de=de
    )


def test_la_procedure_attend_le_jour_promis_et_sa_grace_puis_reprend(atelier: Atelier) -> None:
    atelier.clock.regler(RELANCE_1)
    dit = promis(atelier, date(2026, 6, 20), "400", "M. Durand")
    assert "Promesse de payer 400,00\u00a0€ pour le 20 juin 2026" in dit
    assert "attend ce jour et 3 de plus" in dit
    atelier.aller(date(2026, 6, 23))
    assert atelier.messagerie.envoyes == []
    atelier.aller(date(2026, 6, 24))
    assert len(atelier.messagerie.envoyes) == 1


@pytest.mark.parametrize(
    ("ecart", "admise"), [(-1, False), (0, True), (LIMITE.days, True), (LIMITE.days + 1, False)]
)
def test_une_promesse_est_pour_aujourd_hui_au_plus_tot_et_dans_soixante_jours_au_plus(
    atelier: Atelier, ecart: int, admise: bool
) -> None:
    le = DEBUT + timedelta(days=ecart)
    if admise:
        assert "enregistrée sur FA-1" in promis(atelier, le)
        return
    with pytest.raises(DonneeInvalide, match="est passée" if ecart < 0 else "échéancier"):
        promis(atelier, le)


@pytest.mark.parametrize(
    ("montant", "admis"), [("1000", True), ("1000.01", False), ("0", False), ("-5", False)]
)
def test_une_somme_promise_est_positive_et_ne_depasse_pas_ce_qui_reste(
    atelier: Atelier, montant: str, admis: bool
) -> None:
    if admis:
        assert "enregistrée" in promis(atelier, DEBUT, montant)
        return
    with pytest.raises(DonneeInvalide, match=r"dépasse ce qui reste|positive, en centimes"):
        promettre(atelier.outils, "FA-1", DEBUT, auteur="essai", montant=Decimal(montant))


def test_une_promesse_de_plus_est_comptee_et_remplace_la_precedente(atelier: Atelier) -> None:
    assert "promesse : pensez" not in promis(atelier, DEBUT + UN_JOUR)
    assert "C'est la 2e promesse : pensez à un échéancier écrit." in promis(atelier, DEBUT + 2 * UN_JOUR)
    assert "rien n'a changé" in promis(atelier, DEBUT + 2 * UN_JOUR)
    action = atelier.action()
    assert isinstance(action, Attendre)
    assert action.libelle == "Paiement promis pour le 06/05/2026"
    promis(atelier, DEBUT + UN_JOUR)
    assert len(atelier.etat().promesses) == 3


def test_un_debiteur_en_procedure_collective_ne_promet_rien(atelier: Atelier) -> None:
    procedures.ouvrir_procedure(atelier.outils, "FA-1", NatureProcedure.SAUVEGARDE, DEBUT, auteur="essai")
    atelier.clock.regler(DEBUT + UN_JOUR)
    procedures.ouvrir_procedure(
        atelier.outils, "FA-1", NatureProcedure.SAUVEGARDE, DEBUT + UN_JOUR, auteur="essai"
    )
    with pytest.raises(DonneeInvalide, match="L622-7"):
        promis(atelier, DEBUT + 2 * UN_JOUR)


def test_une_promesse_apres_le_scellement_dit_que_les_delais_courent() -> None:
    from dossier.services.assemblage import assembler

    atelier = Atelier()
    atelier.importer(facture())
    atelier.jusqu_au_dossier()
    assembler(atelier.outils, "FA-1", auteur="essai")
    assert "les délais de la procédure en justice courent" in promis(atelier, atelier.clock.jour())


def test_un_paiement_tient_la_promesse(atelier: Atelier) -> None:
    promis(atelier, DEBUT + UN_JOUR, "1000")
    atelier.payer("1000")
    atelier.agir()
    assert atelier.etat().fin is not None
    with pytest.raises(DonneeInvalide, match="est close"):
        saisies.promettre(atelier.outils, "FA-1", DEBUT + 3 * UN_JOUR, auteur="essai")
