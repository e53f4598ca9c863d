from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dossier.core.creance import Avoir
from dossier.core.decision import Solder
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import AvoirEmis
from dossier.core.importation import Candidate
from dossier.services.avoirs import avoir
from dossier.services.importation import importer
from tests.core.vie import EMISSION, facture
from tests.fakes import tiny_pdf
from tests.services.atelier import Atelier

PDF = tiny_pdf("avoir")


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(facture())
    return neuf


def deduire(
    atelier: Atelier,
    montant: str = "300",
    numero: str = "AV-1",
    jour: date = EMISSION,
    pdf: bytes | None = None,
) -> str:
    return avoir(atelier.outils, "FA-1", numero, Decimal(montant), jour, auteur="essai", pdf=pdf)


def test_un_avoir_reduit_ce_qui_est_du_et_garde_son_document(atelier: Atelier) -> None:
    assert "il reste 700,00\u00a0€ à payer" in deduire(atelier, pdf=PDF)
    etat = atelier.etat()
    assert etat.solde == Decimal("700.00")
    assert etat.paiements == ()
    (emis,) = etat.avoirs
    assert emis.pdf is not None
    assert atelier.store.get(emis.pdf.cle) == PDF


def test_un_avoir_de_toute_la_facture_la_solde(atelier: Atelier) -> None:
    assert "plus rien n'est dû" in deduire(atelier, "1000")
    assert isinstance(atelier.action(), Solder)


def test_le_meme_avoir_deux_fois_ne_change_rien_mais_un_autre_montant_est_refuse(atelier: Atelier) -> None:
    deduire(atelier)
    assert "rien n'a changé" in deduire(atelier)
    assert len(atelier.etat().avoirs) == 1
    with pytest.raises(DonneeInvalide, match="un autre avoir porte un autre numéro"):
        deduire(atelier, "301")


@pytest.mark.parametrize(
    ("montant", "numero", "jour", "dit"),
    [
        ("0", "AV-1", EMISSION, "somme positive"),
        ("0.001", "AV-1", EMISSION, "centimes entiers"),
        ("10", " ", EMISSION, "un numéro"),
        ("10", "AV-1", date(2026, 5, 3), "précède la facture"),
        ("10", "AV-1", date(2026, 5, 5), "dans le futur"),
        ("1000.01", "AV-1", EMISSION, "plus que la facture"),
    ],
)
def test_un_avoir_impossible_est_refuse_par_une_phrase(
    atelier: Atelier, montant: str, numero: str, jour: date, dit: str
) -> None:
    with pytest.raises(DonneeInvalide, match=dit):
        deduire(atelier, montant, numero, jour)
    assert atelier.etat().avoirs == ()


def test_le_meme_avoir_ne_compte_pas_sur_deux_factures_ni_ecrit_autrement(atelier: Atelier) -> None:
    deduire(atelier)
    assert "rien n'a changé" in deduire(atelier, numero="av-1")
    atelier.importer(facture(numero="FA-2"))
    with pytest.raises(DonneeInvalide, match="déjà déduit de FA-1 : il ne compte qu'une fois"):
        avoir(atelier.outils, "FA-2", "AV-1", Decimal(300), EMISSION, auteur="essai")


def test_un_avoir_qui_fait_un_trop_percu_le_dit(atelier: Atelier) -> None:
    atelier.payer("800")
    assert "avec un trop-perçu de 100,00\u00a0€" in deduire(atelier)


def test_deux_avoirs_ne_depassent_pas_ensemble_la_facture(atelier: Atelier) -> None:
    deduire(atelier, "600")
    with pytest.raises(DonneeInvalide, match=r"feraient 1\u00a0000,01"):
        deduire(atelier, "400.01", "AV-2")
    deduire(atelier, "400", "AV-2")
    assert atelier.etat().solde == 0


LU = Avoir(numero="AV-1", facture="FA-1", montant=Decimal(300), jour=EMISSION)


def test_un_avoir_importe_avec_sa_facture_est_deduit_dans_quelque_ordre_que_ce_soit() -> None:
    neuf = Atelier()
    lus = [Candidate(LU, "avoir.pdf", PDF), Candidate(facture(), "facture.pdf", None)]
    rapport = importer(neuf.outils, lus, scenario="standard", auteur="essai")
    assert (rapport.ouvertes, rapport.avoirs, rapport.refus) == ((facture(),), (LU,), ())
    assert neuf.etat().solde == Decimal("700.00")
    (refus,) = importer(neuf.outils, lus[:1], scenario="standard", auteur="essai").refus
    assert refus.motif == "l'avoir AV-1 est déjà déduit de FA-1 : rien n'a été changé"


def test_l_avoir_d_une_facture_inconnue_attend_sa_facture() -> None:
    (refus,) = importer(
        Atelier().outils, [Candidate(LU, "avoir.pdf", None)], scenario="standard", auteur="essai"
    ).refus
    assert "corrige la facture FA-1, qui n'est pas suivie" in refus.motif


def test_le_journal_garde_l_avoir(atelier: Atelier) -> None:
    deduire(atelier)
    assert atelier.journal.lire("FA-1")[-1].contenu == AvoirEmis(
        numero="AV-1", montant=Decimal(300), jour=EMISSION
    )
