"""Holds on the evidence of a creance, on a real folder store."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from dossier.adapters.store_folder import StoreFolder
from dossier.core.faits import Archive, DossierScelle, GenrePiece, PieceAjoutee
from dossier.services import saisies
from dossier.services.archives import archiver
from dossier.services.creances import consigner
from dossier.services.retenues import liberer, retenir
from tests.core.vie import facture
from tests.fakes import tiny_pdf
from tests.services.atelier import Atelier

DEUX = ("FA-1", "FA-2")


@pytest.fixture
def maison(tmp_path: Path) -> tuple[Atelier, StoreFolder]:
    store = StoreFolder(tmp_path / "preuves")
    atelier = Atelier(store=store)
    atelier.importer(facture(), source=tiny_pdf("un"))
    atelier.importer(facture(numero="FA-2"), source=tiny_pdf("deux"))
    return atelier, store


def source(atelier: Atelier, creance: str = "FA-1") -> tuple[str, str]:
    archive = atelier.etat(creance).source
    assert archive is not None
    assert archive.jeton is not None
    return archive.cle, archive.jeton


def solder(atelier: Atelier, creance: str) -> None:
    saisies.paiement(atelier.outils, creance, Decimal(100_000), atelier.clock.jour(), "VIR", auteur="essai")
    atelier.agir(creance)
    assert atelier.etat(creance).fin is not None


def test_chaque_document_et_son_jeton_sont_retenus(maison: tuple[Atelier, StoreFolder]) -> None:
    atelier, store = maison
    bilan = retenir(atelier.outils, store, "FA-1")
    assert bilan == (source(atelier), ())
    assert all(store.retenu(cle) for cle in source(atelier))
    assert not any(store.retenu(cle) for cle in source(atelier, "FA-2"))
    assert retenir(atelier.outils, store, "FA-1") == bilan


def test_une_creance_ouverte_ne_libere_rien(maison: tuple[Atelier, StoreFolder]) -> None:
    atelier, store = maison
    retenir(atelier.outils, store, "FA-1")
    assert liberer(atelier.outils, store, "FA-1") == ((), ())
    assert liberer(atelier.outils, store, "INCONNUE") == ((), ())
    assert store.retenu(source(atelier)[0])


def test_une_creance_close_libere_les_siens(maison: tuple[Atelier, StoreFolder]) -> None:
    atelier, store = maison
    for creance in DEUX:
        retenir(atelier.outils, store, creance)
    solder(atelier, "FA-1")
    assert set(source(atelier)) <= set(liberer(atelier.outils, store, "FA-1").faites)
    assert not any(store.retenu(cle) for cle in source(atelier))
    assert all(store.retenu(cle) for cle in source(atelier, "FA-2"))


def test_ce_qu_une_autre_creance_ouverte_du_debiteur_nomme_reste_retenu(
    maison: tuple[Atelier, StoreFolder],
) -> None:
    """As the proof of a common letter, kept under the first of its creances."""
    atelier, store = maison
    commune = archiver(atelier.outils, "creances/FA-1/recus/bon.pdf", tiny_pdf("bon"))
    piece = PieceAjoutee(genre=GenrePiece.LIVRAISON, intitule="Bon", pdf=commune, jour=atelier.clock.jour())
    atelier.journal.ajouter(
        {creance: [piece] for creance in DEUX},
        {creance: atelier.journal.dernier(creance) for creance in DEUX},
        auteur="essai",
        instant=atelier.clock.now(),
    )
    for creance in DEUX:
        retenir(atelier.outils, store, creance)
    solder(atelier, "FA-1")
    assert commune.cle not in liberer(atelier.outils, store, "FA-1").faites
    assert store.retenu(commune.cle)
    solder(atelier, "FA-2")
    assert commune.cle in liberer(atelier.outils, store, "FA-2").faites
    assert not store.retenu(commune.cle)


def test_un_document_perdu_est_dit_et_n_arrete_pas_les_autres(maison: tuple[Atelier, StoreFolder]) -> None:
    atelier, store = maison
    cle, jeton = source(atelier)
    Path(store.lieu(cle)).unlink()
    bilan = retenir(atelier.outils, store, "FA-1")
    assert bilan.faites == (jeton,)
    assert f"Aucun document « {cle} »" in bilan.pannes[0]


def test_la_nouvelle_version_et_celle_qu_elle_remplace_sont_retenues(
    maison: tuple[Atelier, StoreFolder],
) -> None:
    atelier, store = maison
    cles = [f"dossiers/d-v{rang}.zip" for rang in (1, 2)]
    jour = atelier.clock.jour()
    zips = [Archive(cle=cle, empreinte=store.put(cle, cle.encode()), taille=len(cle)) for cle in cles]
    scelles = [DossierScelle(dossier=z.cle, zip=z, pieces=1, total=Decimal(1), jour=jour) for z in zips]
    consigner(atelier.outils, "FA-1", lambda _: scelles, auteur="essai")
    assert retenir(atelier.outils, store, "FA-1").pannes == ()
    assert all(store.retenu(cle) for cle in cles)
