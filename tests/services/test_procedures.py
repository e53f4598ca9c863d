from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dossier.core.decision import Attendre, Qui, Terminer
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import Mensualite, NatureProcedure
from dossier.services import saisies
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


def test_un_jugement_hors_des_textes_connus_arrete_quand_meme_les_envois() -> None:
    neuf = Atelier()
    neuf.importer(facture(emission=date(2021, 8, 2), echeance=date(2021, 9, 1)))
    dit = ouvrir(neuf, date(2021, 9, 30), date(2021, 10, 5))
    assert "comptez vous-même le délai" in dit
    assert neuf.etat().procedure is not None


def test_une_creance_nee_apres_le_jugement_n_est_pas_arretee(atelier: Atelier) -> None:
    apres = facture(numero="FA-4", emission=JUGEMENT, echeance=date(2026, 8, 5))
    veille = facture(numero="FA-5", emission=date(2026, 7, 5), echeance=date(2026, 8, 5))
    avant = facture(numero="FA-6", emission=JUGEMENT, echeance=date(2026, 8, 5), execution=date(2026, 7, 5))
    atelier.importer(apres, veille, avant)
    assert "non arrêtée, à vérifier (art. L622-17) : FA-4" in ouvrir(atelier)
    assert atelier.etat("FA-4").procedure is None
    assert atelier.etat("FA-5").procedure is not None
    assert atelier.etat("FA-6").procedure is not None
    atelier.importer(facture(numero="FA-7", emission=JUGEMENT, echeance=date(2026, 8, 5)))
    assert atelier.etat("FA-7").procedure is None


def test_si_tout_est_ne_apres_rien_n_est_arrete(atelier: Atelier) -> None:
    assert "rien n'est arrêté" in ouvrir(atelier, date(2026, 4, 1), date(2026, 4, 9))


def test_le_meme_jugement_redit_avec_moins_ne_perd_rien(atelier: Atelier) -> None:
    ouvrir(atelier)
    assert "rien n'a changé" in ouvrir(atelier, publication=None, qui="")
    procedure = atelier.etat().procedure
    assert procedure is not None
    assert (procedure.publication, procedure.mandataire) == (PUBLICATION, "Me X")


def test_un_autre_jugement_est_refuse(atelier: Atelier) -> None:
    ouvrir(atelier)
    with pytest.raises(DonneeInvalide, match="une conversion ne rouvre ni les intérêts"):
        ouvrir(atelier, date(2026, 7, 13), PUBLICATION)


def test_passe_la_limite_prorogee_le_releve_de_forclusion_est_dit() -> None:
    neuf = Atelier()
    neuf.importer(facture())
    for jour, libelle in (
        (date(2026, 9, 14), "à déclarer au plus tard le 12/09/2026"),
        (date(2026, 9, 15), "délai de déclaration passé le 14/09/2026, relevé de forclusion à demander"),
    ):
        neuf.clock.regler(jour)
        ouvrir(neuf, date(2026, 7, 6), date(2026, 7, 12))
        action = neuf.action()
        assert isinstance(action, Attendre)
        assert action.libelle == f"Procédure collective : {libelle}"
    autre = Atelier()
    autre.importer(facture())
    autre.clock.regler(date(2026, 9, 15))
    dit = ouvrir(autre, date(2026, 7, 6), date(2026, 7, 12))
    assert "demandez un relevé de forclusion avant le 12 janvier 2027" in dit


def test_une_declaration_avant_le_jugement_est_refusee_et_tardive_elle_le_dit(atelier: Atelier) -> None:
    ouvrir(atelier)
    with pytest.raises(DonneeInvalide, match="ne peut pas précéder le jugement"):
        declarer(atelier.outils, "FA-1", "1A", date(2026, 7, 5), auteur="essai")
    atelier.clock.regler(date(2026, 9, 15))
    assert "Elle est tardive" in declarer(atelier.outils, "FA-1", "1A", date(2026, 9, 15), auteur="essai")


def test_ni_echeancier_ni_paiement_sans_reserve_pendant_la_procedure(atelier: Atelier) -> None:
    ouvrir(atelier)
    with pytest.raises(DonneeInvalide, match="aucun échéancier n'est possible"):
        saisies.echeancier(
            atelier.outils, "FA-1", [Mensualite(jour=JOUR, montant=Decimal(1000))], auteur="essai"
        )
    assert "ce paiement peut être annulé" in atelier.payer("100")


def test_apres_une_declaration_une_facture_anterieure_importee_reste_arretee(atelier: Atelier) -> None:
    ouvrir(atelier)
    for creance in ("FA-1", "FA-2"):
        declarer(atelier.outils, creance, "1A", JOUR, auteur="essai")
    atelier.importer(facture(numero="FA-4"))
    assert atelier.etat("FA-4").procedure is not None


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
    assert dit == "Procédure collective écartée : Homonyme. La procédure reprend sur FA-2, FA-1."
    assert atelier.etat("FA-1").procedure is None


def test_ecarter_apres_une_declaration_dit_ce_qui_reste_clos(atelier: Atelier) -> None:
    ouvrir(atelier)
    declarer(atelier.outils, "FA-1", "1A", JOUR, auteur="essai")
    dit = ecarter_procedure(atelier.outils, "FA-1", "Homonyme", auteur="essai")
    assert "La procédure reprend sur FA-2. Restent closes, déjà déclarées ou soldées : FA-1." in dit
    atelier.importer(facture(numero="FA-4"))
    assert atelier.etat("FA-4").procedure is None


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
