"""Before the sealing: what is missing stops it, in one sentence, until a named person does without."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dossier.core.errors import ConflitJournal, DonneeInvalide
from dossier.core.faits import DerogationDonnee, GenrePiece
from dossier.services import saisies
from dossier.services.assemblage import Scelle, assembler
from dossier.services.completude import deroger, ensemble, exiger_complet, lacunes_de
from dossier.services.creances import ESSAIS
from dossier.services.pieces import ajouter_piece
from tests.core.vie import creancier, facture
from tests.fakes import RenduFactice, tiny_pdf
from tests.services.atelier import UN_JOUR, Atelier, deux_factures
from tests.services.test_assemblage import autre_paiement, contenu, zips

MOTIF = "le client paiera si l'huissier passe avant Noël"


class RenduGarde(RenduFactice):
    """The context that each template of the dossier was given."""

    def __init__(self) -> None:
        super().__init__()
        self.rendus: dict[str, bytes] = {}

    def rendre(self, modele: str, contexte: Any) -> bytes:
        self.rendus[modele] = super().rendre(modele, contexte)
        return self.rendus[modele]


def mur(*sources: bytes | None, **autres: Any) -> Atelier:
    """Invoices FA-1, FA-2… whose dossier is due today, each with its copy or with none."""
    atelier = Atelier(**autres)
    lues = (facture(numero="FA-1"), *deux_factures()[1:])[: len(sources)]
    for lue, source in zip(lues, sources, strict=True):
        atelier.importer(lue, source=source)
    atelier.jusqu_au_dossier(*(lue.creance for lue in lues))
    return atelier


def sceller(atelier: Atelier, creance: str = "FA-1") -> Scelle:
    scelle = assembler(atelier.outils, creance, auteur="essai")
    assert scelle is not None
    return scelle


def passer_outre(atelier: Atelier, numero: str = "FA-1", motif: str = MOTIF, par: str = "Alice Bon") -> str:
    return deroger(atelier.outils, numero, par, motif, auteur="essai")


def derogations(atelier: Atelier, creance: str) -> list[tuple[str, ...]]:
    return [derogation.lacunes for derogation in atelier.etat(creance).derogations]


def test_ce_qui_manque_arrete_le_scellement_et_se_dit_en_entier() -> None:
    sans_registre = creancier().model_copy(update={"rcs": "", "siren": ""})
    atelier = mur(None, creancier=sans_registre)
    avant = atelier.journal.dernier("FA-1")
    with pytest.raises(DonneeInvalide) as refus:
        assembler(atelier.outils, "FA-1", auteur="essai")
    dit = str(refus.value)
    assert dit.startswith("Le dossier n'est pas complet : ")
    assert "Facture FA-1 : la copie de la facture manque (CPC, art. 1407)." in dit
    assert "L'identité du créancier est incomplète : son SIREN, son registre (CPC, art. 54 et 57)." in dit
    assert "Joignez la facture (PDF) comme pièce." in dit
    assert dit.endswith("`dossier deroger FA-1 --par … --motif …`.")
    assert ". ;" not in dit
    assert atelier.journal.dernier("FA-1") == avant
    assert zips(atelier) == []


def test_ce_qui_ne_bloque_pas_n_arrete_rien() -> None:
    atelier = mur(tiny_pdf("facture"))
    trouvees = lacunes_de(atelier.outils, ensemble(atelier.outils, atelier.etat()))
    assert {"obligation", "bodacc"} <= {lacune.code for lacune in trouvees}
    assert not any(lacune.bloquante for lacune in trouvees)
    assert sceller(atelier).creances == ("FA-1",)


def test_la_piece_jointe_regle_le_point() -> None:
    atelier = mur(None)
    ajouter_piece(
        atelier.outils,
        "FA-1",
        GenrePiece.FACTURE,
        "Facture",
        facture().emission,
        tiny_pdf("copie"),
        auteur="essai",
    )
    assert sceller(atelier).creances == ("FA-1",)


def test_une_personne_passe_outre_en_son_nom_et_dit_pourquoi() -> None:
    atelier = mur(None)
    dit = passer_outre(atelier)
    assert dit == (
        "Dérogation enregistrée, décidée par Alice Bon : Facture FA-1 : la copie de la facture manque."
    )
    assert atelier.etat().derogations == (
        DerogationDonnee(lacunes=("facture",), par="Alice Bon", motif=MOTIF, jour=atelier.clock.jour()),
    )
    assert sceller(atelier).creances == ("FA-1",)


@pytest.mark.parametrize(
    ("par", "motif", "dit"),
    [(" ", MOTIF, "Indiquez votre nom."), ("Alice", "", "Indiquez le motif de la dérogation.")],
)
def test_une_derogation_sans_nom_ou_sans_motif_est_refusee(par: str, motif: str, dit: str) -> None:
    atelier = mur(None)
    with pytest.raises(DonneeInvalide) as refus:
        passer_outre(atelier, motif=motif, par=par)
    assert str(refus.value) == dit
    assert derogations(atelier, "FA-1") == []


def test_une_derogation_n_en_couvre_pas_une_autre_venue_depuis() -> None:
    atelier = mur(None)
    passer_outre(atelier)
    exiger_complet(atelier.outils, [atelier.etat()])
    atelier.outils = replace(atelier.outils, creancier=creancier().model_copy(update={"rcs": ""}))
    with pytest.raises(DonneeInvalide, match="son registre") as refus:
        assembler(atelier.outils, "FA-1", auteur="essai")
    assert "la copie de la facture" not in str(refus.value)
    passer_outre(atelier, motif="autre raison")
    assert derogations(atelier, "FA-1") == [("facture",), ("creancier",)]
    assert sceller(atelier).creances == ("FA-1",)


def test_la_derogation_ne_s_ecrit_que_sur_la_facture_a_laquelle_il_manque_quelque_chose() -> None:
    atelier = mur(tiny_pdf("facture"), None)
    with pytest.raises(DonneeInvalide, match="Facture FA-2 : la copie de la facture manque"):
        assembler(atelier.outils, "FA-1", auteur="essai")
    passer_outre(atelier, "FA-1")
    assert (derogations(atelier, "FA-1"), derogations(atelier, "FA-2")) == ([], [("facture",)])
    assert sceller(atelier).creances == ("FA-1", "FA-2")


def test_une_creance_qui_rejoint_le_dossier_n_est_pas_couverte() -> None:
    atelier = mur(None, None)
    saisies.ouvrir_litige(atelier.outils, "FA-2", "Prix", auteur="essai")
    passer_outre(atelier)
    assert derogations(atelier, "FA-2") == []
    saisies.lever_litige(atelier.outils, "FA-2", "Réglé", auteur="essai")
    with pytest.raises(DonneeInvalide, match="Factures FA-1, FA-2 : la copie de la facture manque"):
        assembler(atelier.outils, "FA-1", auteur="essai")
    passer_outre(atelier, "FA-2")
    assert sceller(atelier).creances == ("FA-1", "FA-2")


def test_le_motif_est_au_journal_et_dans_aucune_piece_signifiee() -> None:
    rendu = RenduGarde()
    atelier = mur(None, rendu=rendu)
    passer_outre(atelier)
    fichiers = contenu(atelier, sceller(atelier))
    journal = fichiers["journal/FA-1.jsonl"].decode()
    assert MOTIF in journal
    assert "Alice Bon" in journal
    signifiees = {"dossier/requete", "dossier/bordereau", "dossier/decompte", "dossier/chronologie"}
    assert signifiees <= set(rendu.rendus)
    for modele in signifiees:
        ecrit = rendu.rendus[modele].decode()
        assert MOTIF not in ecrit, modele
        assert "Alice Bon" not in ecrit, modele
    assert fichiers["01-requete.docx"] == rendu.rendus["dossier/requete"]
    assert MOTIF.encode() not in fichiers["index.json"]


def test_deroger_deux_fois_ne_change_rien() -> None:
    atelier = mur(None)
    passer_outre(atelier)
    assert passer_outre(atelier) == "Rien ne bloque le dossier de FA-1 : rien n'a changé."
    assert len(derogations(atelier, "FA-1")) == 1


def test_rien_ne_se_deroge_avant_l_heure_ni_apres_le_scellement() -> None:
    atelier = Atelier()
    atelier.importer(facture(), source=None)
    with pytest.raises(DonneeInvalide, match="Le dossier de FA-1 n'est pas à sceller"):
        passer_outre(atelier)
    atelier.jusqu_au_dossier()
    passer_outre(atelier)
    sceller(atelier)
    with pytest.raises(DonneeInvalide, match="Le dossier de FA-1 n'est pas à sceller"):
        passer_outre(atelier)


def test_une_derogation_se_reprend_quand_un_autre_ecrit_d_abord() -> None:
    atelier = mur(None)
    atelier.journal.avant_ajout = [autre_paiement(atelier, "100")]
    passer_outre(atelier)
    assert derogations(atelier, "FA-1") == [("facture",)]
    assert len(atelier.etat().paiements) == 1


def test_une_derogation_qui_ne_passe_jamais_le_dit() -> None:
    atelier = mur(None)

    def toujours() -> None:
        raise ConflitJournal("Un autre a écrit d'abord.")

    atelier.journal.avant_ajout = [toujours] * ESSAIS
    with pytest.raises(ConflitJournal):
        passer_outre(atelier)
    assert derogations(atelier, "FA-1") == []


def test_un_controle_du_bodacc_trop_vieux_se_redemande() -> None:
    atelier = mur(tiny_pdf("facture"))
    ajouter_piece(
        atelier.outils,
        "FA-1",
        GenrePiece.BODACC,
        "Consultation du BODACC",
        atelier.clock.jour(),
        tiny_pdf("bodacc"),
        auteur="essai",
    )

    def manque() -> bool:
        trouvees = lacunes_de(atelier.outils, [atelier.etat()])
        return "bodacc" in {lacune.code for lacune in trouvees}

    atelier.clock.regler(atelier.clock.jour() + 8 * UN_JOUR)
    assert not manque()
    atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    assert manque()
