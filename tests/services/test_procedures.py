from __future__ import annotations

from datetime import date

import pytest

from dossier.core.decision import Attendre, Qui, Terminer
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import NatureProcedure
from dossier.services.assemblage import assembler
from dossier.services.creances import decompte_de
from dossier.services.procedures import declarer, ecarter_procedure, ouvrir_procedure
from tests.core.vie import debiteur, facture
from tests.fakes import tiny_pdf
from tests.services.atelier import Atelier, deux_factures

JUGEMENT, PUBLICATION, JOUR = date(2026, 7, 6), date(2026, 7, 14), date(2026, 7, 20)


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier()
    neuf.importer(*deux_factures(), facture(numero="FA-3", debiteur=debiteur(siren="000800086")))
    neuf.clock.regler(JOUR)
    return neuf


def ouvrir(
    atelier: Atelier, jugement: date = JUGEMENT, publication: date | None = PUBLICATION, qui: str = "Me X"
) -> str:
    return ouvrir_procedure(
        atelier.outils,
        "FA-1",
        NatureProcedure.REDRESSEMENT,
        jugement,
        auteur="essai",
        publication=publication,
        mandataire=qui,
    )


def test_le_jugement_arrete_toutes_les_factures_du_debiteur_et_elles_seules(atelier: Atelier) -> None:
    dit = ouvrir(atelier)
    assert "enregistrée sur FA-1, FA-2" in dit
    assert "au plus tard le 14 septembre 2026" in dit
    for creance in ("FA-1", "FA-2"):
        action = atelier.action(creance)
        assert isinstance(action, Attendre)
        assert action.qui is Qui.PERSONNE
        assert action.libelle == "Procédure collective : à déclarer au plus tard le 14/09/2026"
    assert atelier.etat("FA-3").procedure is None


def test_les_interets_s_arretent_la_veille_du_jugement(atelier: Atelier) -> None:
    ouvrir(atelier)
    segments = decompte_de(atelier.outils, atelier.etat(), JOUR).segments
    assert segments[-1].au == date(2026, 7, 5)


def test_la_publication_trouvee_plus_tard_complete_le_premier_enregistrement(atelier: Atelier) -> None:
    assert "recherchez la publication" in ouvrir(atelier, publication=None)
    assert "14 septembre 2026" in ouvrir(atelier)
    etat = atelier.etat()
    assert etat.procedure is not None
    assert etat.procedure.publication == PUBLICATION
    assert "rien n'a changé" in ouvrir(atelier)


def test_un_jugement_hors_des_textes_connus_arrete_quand_meme_les_envois(atelier: Atelier) -> None:
    dit = ouvrir(atelier, date(2021, 9, 30), date(2021, 10, 5))
    assert "comptez vous-même le délai" in dit
    assert atelier.etat().procedure is not None


@pytest.mark.parametrize(
    ("jugement", "publication", "dit"),
    [
        (date(2026, 7, 21), None, "dans le futur"),
        (JUGEMENT, date(2026, 7, 21), "dans le futur"),
        (JUGEMENT, date(2026, 7, 5), "ne peut pas précéder le jugement"),
    ],
)
def test_des_dates_impossibles_sont_refusees(
    atelier: Atelier, jugement: date, publication: date | None, dit: str
) -> None:
    with pytest.raises(DonneeInvalide, match=dit):
        ouvrir(atelier, jugement, publication)
    assert atelier.etat().procedure is None


def test_une_procedure_ecartee_laisse_tout_reprendre(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="Aucune procédure collective"):
        ecarter_procedure(atelier.outils, "FA-1", "Homonyme", auteur="essai")
    ouvrir(atelier)
    dit = ecarter_procedure(atelier.outils, "FA-2", "Homonyme", auteur="essai")
    assert "écartée sur FA-2, FA-1 : Homonyme" in dit
    assert atelier.etat("FA-1").procedure is None


def test_un_dossier_deja_remis_ne_doit_plus_etre_depose() -> None:
    neuf = Atelier()
    neuf.importer(facture())
    neuf.jusqu_au_dossier("FA-1")
    assembler(neuf.outils, "FA-1", auteur="essai")
    jour = neuf.clock.jour()
    assert "Le dossier remis pour FA-1 ne doit plus être déposé." in ouvrir(neuf, jour, jour)


def test_une_facture_importee_apres_le_jugement_est_arretee_aussi(atelier: Atelier) -> None:
    ouvrir(atelier)
    atelier.importer(facture(numero="FA-4"))
    assert atelier.etat("FA-4").procedure == atelier.etat("FA-1").procedure
    atelier.importer(facture(numero="FA-5", debiteur=debiteur(siren="000900092")))
    assert atelier.etat("FA-5").procedure is None


def test_une_facture_payee_n_est_plus_touchee(atelier: Atelier) -> None:
    atelier.payer("1000")
    atelier.agir()
    assert "enregistrée sur FA-2 :" in ouvrir(atelier)


def test_la_declaration_clot_la_creance_et_garde_sa_preuve(atelier: Atelier) -> None:
    preuve = tiny_pdf("declaration")
    with pytest.raises(DonneeInvalide, match="enregistrez d'abord le jugement"):
        declarer(atelier.outils, "FA-1", "1A00000000001", JOUR, auteur="essai")
    ouvrir(atelier)
    dit = declarer(atelier.outils, "FA-1", "1A00000000001", JOUR, auteur="essai", preuve=preuve)
    assert dit == "Déclaration de la créance FA-1 du 20 juillet 2026 enregistrée."
    assert atelier.action() == Terminer("Déclarée au passif")
    assert isinstance(atelier.action("FA-2"), Attendre)
    assert "déjà déclarée" in declarer(atelier.outils, "FA-1", "1A00000000001", JOUR, auteur="essai")
