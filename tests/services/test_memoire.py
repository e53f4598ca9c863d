"""Sealing, holding and verifying heavy exhibits: memory does not follow their number nor their size."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dossier.adapters.bag import SacBagIt
from dossier.adapters.pades import horodater_pdf
from dossier.adapters.store_folder import StoreFolder
from dossier.adapters.timestamp_rfc3161 import MENTION_LOCALE, HorodateurRfc3161, autorite_locale
from dossier.core.faits import GenrePiece
from dossier.services.assemblage import assembler
from dossier.services.pieces import ajouter_piece
from dossier.services.retenues import retenir
from dossier.services.revisions import refaire
from tests.adapters.pdf_hostiles import MEGA, lourd
from tests.core.vie import facture
from tests.services.atelier import DEBUT, UN_JOUR, Atelier

LOURD = 10 * MEGA
"""Bytes of one exhibit: less than this is allowed for all of them."""


@contextmanager
def memoire_bornee(maximum: int) -> Iterator[None]:
    """Everything that Python holds at once within, in bytes, must stay under `maximum`."""
    tracemalloc.start()
    try:
        yield
        pic = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert pic < maximum, f"{pic / MEGA:.1f} Mo tenus en mémoire"


@pytest.mark.timeout(200)
def test_la_memoire_du_scellement_ne_suit_ni_le_nombre_ni_le_poids_des_originaux(tmp_path: Path) -> None:
    horodateur = HorodateurRfc3161(*autorite_locale(tmp_path), MENTION_LOCALE)
    store = StoreFolder(tmp_path / "preuves")
    atelier = Atelier(
        store=store, horodateur=horodateur, sac=SacBagIt(horodateur), horodater_pdf=horodater_pdf
    )
    atelier.importer(facture())
    for rang in range(4):
        pdf = lourd(LOURD) + b"\n%%EOF" * (rang + 1)
        ajouter_piece(
            atelier.outils, "FA-1", GenrePiece.CONTRAT, f"Contrat {rang}", DEBUT, pdf, auteur="essai"
        )
    atelier.jusqu_au_dossier()
    with memoire_bornee(LOURD):
        premiere = assembler(atelier.outils, "FA-1", auteur="essai")
        bilan = retenir(atelier.outils, store, "FA-1")
    assert premiere is not None
    assert premiere.fait.zip.taille > 12 * LOURD, "originaux, copies et PDF relié y sont en entier"
    assert bilan.pannes == () and store.retenu(premiere.fait.zip.cle)
    atelier.clock.regler(atelier.clock.jour() + UN_JOUR)
    refaire(atelier.outils, "FA-1", "Intérêts au jour", "Essai", auteur="essai", forcer=True)
    with memoire_bornee(LOURD):
        seconde = assembler(atelier.outils, "FA-1", auteur="essai")
    assert seconde is not None and seconde.fait.dossier.endswith("-v2")
