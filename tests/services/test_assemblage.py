"""The dossier: one for a debtor, sealed once, whole, and never out of step with the journal."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from dossier.adapters.bag import SacBagIt
from dossier.adapters.bundle_pdf import RelieurPypdf
from dossier.adapters.journal_sql import JournalSql
from dossier.adapters.store_folder import StoreFolder
from dossier.adapters.timestamp_rfc3161 import (
    MENTION_LOCALE,
    HorodateurRfc3161,
    autorite_locale,
    verifier_jeton,
)
from dossier.core.decision import Assembler, Attendre, Solder, Suivre
from dossier.core.errors import ConflitJournal, DonneeInvalide, ErreurAssemblage
from dossier.core.faits import (
    DossierPrepare,
    DossierScelle,
    Fait,
    GenrePiece,
    Mensualite,
    PaiementRecu,
    rupture_de_chaine,
)
from dossier.services import saisies
from dossier.services.assemblage import Scelle, assembler
from dossier.services.completude import mures
from dossier.services.composition import FOIS
from dossier.services.creances import ESSAIS, consigner
from dossier.services.pieces import ajouter_piece
from dossier.services.verification import verifier_dossier
from dossier.services.verification_originaux import originaux_cites
from tests.core.vie import debiteur, facture
from tests.fakes import CoupureDeCourant, tiny_pdf
from tests.services.atelier import UN_JOUR, Atelier, deux_factures

DEBITEUR = "000700070"


def mur(*factures: Any, **autres: Any) -> Atelier:
    """Invoices whose dossier is due today."""
    atelier = Atelier(**autres)
    factures = factures or (facture(),)
    atelier.importer(*factures, source=tiny_pdf("facture"))
    atelier.jusqu_au_dossier(*(f.creance for f in factures))
    return atelier


def sceller(atelier: Atelier, creance: str = "FA-1") -> Scelle:
    scelle = assembler(atelier.outils, creance, auteur="essai")
    assert scelle is not None
    return scelle


def contenu(atelier: Atelier, scelle: Scelle) -> dict[str, bytes]:
    """The files under data/, by their path."""
    octets = atelier.outils.store.get(scelle.fait.zip.cle)
    with zipfile.ZipFile(io.BytesIO(octets)) as sac:
        racine = f"{scelle.fait.dossier}/data/"
        return {n.removeprefix(racine): sac.read(n) for n in sac.namelist() if n.startswith(racine)}


def zips(atelier: Atelier) -> list[str]:
    return sorted(cle for cle in atelier.store.documents if cle.endswith(".zip"))


def autre_paiement(atelier: Atelier, montant: str, creance: str = "FA-1") -> Callable[[], None]:
    """What another writer does meanwhile."""

    def payer() -> None:
        recu = PaiementRecu(montant=Decimal(montant), jour=atelier.clock.jour(), reference="ailleurs")
        consigner(atelier.outils, creance, lambda _: [recu], auteur="autre")

    return payer


def test_un_dossier_reunit_tout_et_se_tient() -> None:
    atelier = mur()
    ajouter_piece(
        atelier.outils,
        "FA-1",
        GenrePiece.COMMANDE,
        "Bon de commande",
        date(2026, 4, 1),
        tiny_pdf("bon", pages=3),
        auteur="essai",
    )
    scelle = sceller(atelier)
    assert scelle.creances == ("FA-1",)
    assert scelle.fait.dossier == f"dossier-{DEBITEUR}-{atelier.clock.jour()}-v1"
    assert atelier.action() == Suivre()
    fichiers = contenu(atelier, scelle)
    index = json.loads(fichiers["index.json"])
    assert (index["dossier"], index["creances"]) == (scelle.fait.dossier, ["FA-1"])
    assert index["total"] == str(scelle.fait.total)
    assert len(index["pieces"]) == scelle.fait.pieces
    assert {p["fichier"] for p in index["pieces"]} == {n for n in fichiers if n.startswith("pieces/")}
    assert index["pieces"][0]["pages"] == 3
    for piece in index["pieces"]:
        assert piece["original"] in fichiers
    assert {n for n in fichiers if n[:2].isdecimal()} == {
        "00-note-de-remise.pdf",
        "01-requete.docx",
        "01-requete.pdf",
        "02-bordereau.pdf",
        "03-decompte.pdf",
        "03-decompte.xlsx",
        "04-chronologie.pdf",
        "05-dossier-complet.pdf",
        "06-lettre-avocat.docx",
        "06-lettre-avocat.pdf",
        "07-lettre-commissaire-de-justice.docx",
        "07-lettre-commissaire-de-justice.pdf",
        "08-champs-cerfa.docx",
        "08-champs-cerfa.pdf",
        "09-mandat-commissaire-de-justice.docx",
        "09-mandat-commissaire-de-justice.pdf",
    }


def test_le_dossier_complet_a_les_pages_de_tout_ce_qu_il_relie() -> None:
    atelier = mur()
    fichiers = contenu(atelier, sceller(atelier))
    compter = RelieurPypdf().compter
    papiers = [n for n in fichiers if n[:2] in {"01", "02", "03", "04"} and n.endswith(".pdf")]
    pieces = [n for n in fichiers if n.startswith("pieces/")]
    assert compter(fichiers["05-dossier-complet.pdf"]) == sum(compter(fichiers[n]) for n in papiers + pieces)


def test_chaque_document_du_journal_est_dans_le_dossier_avec_son_jeton() -> None:
    atelier = mur()
    archives = {cle for cle in atelier.store.documents if cle.startswith("creances/FA-1/")}
    fichiers = contenu(atelier, sceller(atelier))
    assert {f"originaux/{cle}" for cle in archives} == {n for n in fichiers if n.startswith("originaux/")}
    for cle in archives:
        assert fichiers[f"originaux/{cle}"] == atelier.store.get(cle)


def test_le_journal_du_dossier_est_une_chaine_intacte_qui_finit_par_sa_preparation() -> None:
    atelier = mur()
    lignes = contenu(atelier, sceller(atelier))["journal/FA-1.jsonl"].decode().splitlines()
    faits = tuple(Fait.model_validate_json(ligne) for ligne in lignes)
    assert rupture_de_chaine(faits) is None
    assert isinstance(faits[-1].contenu, DossierPrepare)
    assert faits == atelier.journal.lire("FA-1")[:-1]


def test_deux_creances_mures_le_meme_jour_font_un_seul_dossier() -> None:
    atelier = mur(*deux_factures())
    scelle = sceller(atelier, "FA-2")
    assert scelle.creances == ("FA-1", "FA-2")
    for creance in scelle.creances:
        assert atelier.etat(creance).dossier == scelle.fait
    assert assembler(atelier.outils, "FA-1", auteur="essai") is None, "il n'y a plus rien à sceller"
    fichiers = contenu(atelier, scelle)
    assert {"journal/FA-1.jsonl", "journal/FA-2.jsonl"} <= fichiers.keys()


def test_les_creances_d_un_autre_debiteur_ou_pas_encore_mures_restent_dehors() -> None:
    ailleurs = facture(numero="FA-9", debiteur=debiteur(siren="000300038"))
    atelier = mur(facture(), ailleurs)
    atelier.importer(facture(numero="FA-3"))
    assert [e.creance for e in mures(atelier.outils, DEBITEUR)] == ["FA-1"]
    assert sceller(atelier).creances == ("FA-1",)
    assert sceller(atelier, "FA-9").fait.dossier.startswith("dossier-000300038-")


def test_une_creance_mure_plus_tard_a_son_propre_dossier_sous_un_autre_nom() -> None:
    atelier = mur()
    un = sceller(atelier)
    atelier.importer(facture(numero="FA-2"))
    atelier.jusqu_au_dossier("FA-2")
    deux = sceller(atelier, "FA-2")
    assert deux.creances == ("FA-2",)
    assert (un.fait.dossier[-3:], deux.fait.dossier[-3:]) == ("-v1", "-v2")


def test_une_creance_payee_entre_temps_n_est_pas_scellee() -> None:
    atelier = mur()
    atelier.payer("1000")
    assert assembler(atelier.outils, "FA-1", auteur="essai") is None
    assert zips(atelier) == []
    assert isinstance(atelier.action(), Solder)


def test_une_creance_qui_n_est_plus_mure_ne_scelle_pas_les_autres_a_leur_place() -> None:
    atelier = mur(*deux_factures())
    atelier.payer("1000", "FA-1")
    assert assembler(atelier.outils, "FA-1", auteur="essai") is None
    assert sceller(atelier, "FA-2").creances == ("FA-2",)


# Interruptions


@pytest.mark.parametrize("moment", ["le zip", "le fait"])
def test_interrompu_puis_repris_c_est_le_meme_dossier_et_un_seul_zip(moment: str) -> None:
    atelier = mur(*deux_factures())

    def couper() -> None:
        raise CoupureDeCourant

    if moment == "le zip":
        atelier.store.panne_sur = ".zip"
    else:
        atelier.journal.avant_ajout = [lambda: None, couper]
    with pytest.raises(CoupureDeCourant):
        assembler(atelier.outils, "FA-1", auteur="essai")
    gardes = {cle: atelier.store.get(cle) for cle in zips(atelier)}
    prepare = atelier.etat().preparation
    assert prepare is not None
    atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    assert assembler(atelier.outils, "FA-2", auteur="essai") is None, "FA-1 le mène"
    scelle = sceller(atelier)
    assert scelle.fait.dossier == prepare.dossier
    assert scelle.fait.dossier.endswith("-v1")
    assert scelle.fait.jour == atelier.clock.jour() - UN_JOUR
    assert len(zips(atelier)) == 1
    assert gardes.items() <= atelier.store.documents.items()
    assert sum(isinstance(f.contenu, DossierScelle) for f in atelier.journal.lire("FA-2")) == 1


def test_un_fait_enregistre_pendant_l_interruption_fait_une_nouvelle_version() -> None:
    atelier = mur()
    atelier.store.panne_sur = ".zip"
    with pytest.raises(CoupureDeCourant):
        assembler(atelier.outils, "FA-1", auteur="essai")
    atelier.payer("100")
    scelle = sceller(atelier)
    assert scelle.fait.dossier.endswith("-v2")
    assert b'"montant\\":\\"100.00' in contenu(atelier, scelle)["journal/FA-1.jsonl"]


def test_l_autre_creance_prend_le_relais_quand_la_premiere_est_payee_apres_interruption() -> None:
    atelier = mur(*deux_factures())
    atelier.store.panne_sur = ".zip"
    with pytest.raises(CoupureDeCourant):
        assembler(atelier.outils, "FA-1", auteur="essai")
    atelier.payer("1000", "FA-1")
    scelle = sceller(atelier, "FA-2")
    assert (scelle.creances, scelle.fait.dossier[-3:]) == (("FA-2",), "-v2")


def test_un_paiement_partiel_pendant_le_scellement_fait_sceller_la_version_qui_le_contient() -> None:
    atelier = mur()
    atelier.journal.avant_ajout = [lambda: None, autre_paiement(atelier, "100")]
    scelle = sceller(atelier)
    assert scelle.fait.dossier.endswith("-v2")
    assert atelier.etat().dossier == scelle.fait
    assert scelle.fait.total < 1000
    assert b"ailleurs" in contenu(atelier, scelle)["journal/FA-1.jsonl"]


def test_un_paiement_total_pendant_le_scellement_arrete_tout() -> None:
    atelier = mur()
    atelier.journal.avant_ajout = [lambda: None, autre_paiement(atelier, "1000")]
    assert assembler(atelier.outils, "FA-1", auteur="essai") is None
    assert atelier.etat().dossier is None
    assert isinstance(atelier.action(), Solder)


def test_un_paiement_juste_apres_la_preparation_n_est_pas_oublie_du_dossier() -> None:
    atelier = mur()
    ajouter = atelier.journal.ajouter

    def puis_payer(contenus: Any, attendus: Any, **reste: Any) -> None:
        ajouter(contenus, attendus, **reste)
        if isinstance(next(iter(contenus.values()))[-1], DossierPrepare):
            atelier.journal.ajouter = ajouter  # type: ignore[method-assign]
            autre_paiement(atelier, "1000")()

    atelier.journal.ajouter = puis_payer  # type: ignore[method-assign]
    assert assembler(atelier.outils, "FA-1", auteur="essai") is None
    assert zips(atelier) == []


def test_deux_suivis_qui_scellent_en_meme_temps_font_un_seul_dossier() -> None:
    atelier = mur(*deux_factures())
    autre: list[Scelle | None] = []
    atelier.journal.avant_ajout = [
        lambda: autre.append(assembler(atelier.outils, "FA-2", auteur="autre")),
    ]
    assert assembler(atelier.outils, "FA-1", auteur="essai") is None
    assert autre[0] is not None
    assert autre[0].creances == ("FA-1", "FA-2")
    assert len(zips(atelier)) == 1


def test_un_conflit_qui_dure_finit_par_se_dire() -> None:
    atelier = mur()

    def toujours() -> None:
        raise ConflitJournal("Un autre a écrit d'abord.")

    atelier.journal.avant_ajout = [toujours] * ESSAIS
    with pytest.raises(ConflitJournal):
        assembler(atelier.outils, "FA-1", auteur="essai")


def test_une_creance_inconnue_est_refusee() -> None:
    with pytest.raises(DonneeInvalide):
        assembler(Atelier().outils, "FA-1", auteur="essai")


def test_un_litige_ou_un_echeancier_tient_une_creance_hors_du_dossier() -> None:
    atelier = mur(*deux_factures())
    saisies.ouvrir_litige(atelier.outils, "FA-1", "Prix", auteur="essai")
    assert [e.creance for e in mures(atelier.outils, DEBITEUR)] == ["FA-2"]
    versements = [Mensualite(jour=atelier.clock.jour() + UN_JOUR, montant=Decimal(500))]
    saisies.echeancier(atelier.outils, "FA-2", versements, auteur="essai")
    assert mures(atelier.outils, DEBITEUR) == ()
    assert isinstance(atelier.action("FA-2"), Attendre)


@pytest.mark.parametrize(("manque", "scelle"), [(1, False), (0, True)])
def test_sans_place_sur_le_disque_rien_n_est_scelle(
    monkeypatch: pytest.MonkeyPatch, manque: int, scelle: bool
) -> None:
    """A disk that fills up halfway would make a copy look damaged."""
    atelier = mur()
    cites = originaux_cites([atelier.journal.lire("FA-1")])
    besoin = FOIS * sum(original.archive.taille for original in cites)
    libre = SimpleNamespace(free=besoin - manque)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: libre)
    if scelle:
        assert sceller(atelier).creances == ("FA-1",)
        return
    with pytest.raises(ErreurAssemblage, match=r"Il faut 1.Mo libres .* TMPDIR"):
        sceller(atelier)
    assert not [cle for cle in atelier.store.documents if cle.startswith("dossiers/")]


# Avec les vraies pièces de la maison


def test_le_dossier_fait_avec_le_vrai_journal_et_le_vrai_sceau_se_verifie(tmp_path: Path) -> None:
    horodateur = HorodateurRfc3161(*autorite_locale(tmp_path / "autorite"), MENTION_LOCALE)
    journal = JournalSql(f"sqlite:///{tmp_path / 'journal.sqlite'}")
    store = StoreFolder(tmp_path / "preuves")
    atelier = mur(
        *deux_factures(), journal=journal, store=store, horodateur=horodateur, sac=SacBagIt(horodateur)
    )
    assert isinstance(atelier.action(), Assembler)
    scelle = sceller(atelier)
    journal.close()
    verdict = verifier_dossier(
        Path(store.lieu(scelle.fait.zip.cle)), verifier_jeton, horodateur.certificat, RelieurPypdf().compter
    )
    assert verdict.conforme, [c for c in verdict.constats if not c.conforme]
    assert scelle.creances == ("FA-1", "FA-2")
    assert any("originaux conformes" in c.message for c in verdict.constats)
