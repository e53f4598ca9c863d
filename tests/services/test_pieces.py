"""An exhibit is refused when it may not be produced; else its original is kept, whatever it is made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from dossier.core.errors import DonneeInvalide
from dossier.core.faits import GenrePiece, PieceAjoutee
from dossier.services import formulaire, saisies
from dossier.services.archives import lire_archive
from dossier.services.assemblage import assembler
from dossier.services.pieces import ILLISIBLE, ajouter_piece
from tests.adapters import pdf_hostiles as hostile
from tests.adapters.test_bundle_pdf import armer, dessiner, modifier, sans_page
from tests.adapters.test_pieces_hostiles import REFUSES, RELIEUR
from tests.core.vie import facture
from tests.fakes import tiny_pdf
from tests.services.atelier import DEBUT, Atelier
from tests.services.scelles import lire_zip
from tests.services.test_reception import avec_texte

LETTRE = avec_texte("Avocat à la Cour", "Mon cher confrère,")


@pytest.fixture
def atelier() -> Atelier:
    neuf = Atelier(relieur=RELIEUR)
    neuf.importer(facture())
    return neuf


def joindre(atelier: Atelier, pdf: bytes, titre: str = "", *, officielle: bool = False) -> str:
    return ajouter_piece(
        atelier.outils,
        "FA-1",
        GenrePiece.CONTRAT,
        titre,
        DEBUT,
        pdf,
        auteur="essai",
        officielle=officielle,
    )


def jointes(atelier: Atelier) -> list[PieceAjoutee]:
    faits = atelier.journal.lire("FA-1")
    return [fait.contenu for fait in faits if isinstance(fait.contenu, PieceAjoutee)]


def test_une_piece_sans_intitule_prend_celui_de_son_genre(atelier: Atelier) -> None:
    assert joindre(atelier, tiny_pdf("x")) == "Pièce « Contrat du 4 mai 2026 » jointe à FA-1."
    (piece,) = jointes(atelier)
    assert (piece.intitule, piece.genre, piece.jour) == ("Contrat du 4 mai 2026", GenrePiece.CONTRAT, DEBUT)
    assert lire_archive(atelier.outils, piece.pdf) == tiny_pdf("x") and piece.pdf.jeton is not None


def test_un_intitule_qui_en_dit_trop_est_refuse_sans_rien_garder(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="n'est pas neutre"):
        joindre(atelier, tiny_pdf("x"), "Contrat de ce mauvais payeur")
    assert jointes(atelier) == [] and set(atelier.store.documents) == avant(atelier)


def avant(atelier: Atelier) -> set[str]:
    """The keys that the import alone gives."""
    neuf = Atelier()
    neuf.importer(facture())
    return set(neuf.store.documents)


def test_une_lettre_entre_avocats_est_refusee_sauf_si_une_personne_la_dit_officielle(
    atelier: Atelier,
) -> None:
    with pytest.raises(DonneeInvalide, match=r"« mon cher confrere|« cher confrere"):
        joindre(atelier, LETTRE)
    assert set(atelier.store.documents) == avant(atelier)
    assert "jointe à FA-1" in joindre(atelier, LETTRE, officielle=True)
    assert len(jointes(atelier)) == 1


def test_une_piece_datee_de_demain_est_refusee(atelier: Atelier) -> None:
    with pytest.raises(DonneeInvalide, match="dans le futur"):
        ajouter_piece(
            atelier.outils,
            "FA-1",
            GenrePiece.CONTRAT,
            "",
            DEBUT + timedelta(days=1),
            tiny_pdf("x"),
            auteur="essai",
        )
    assert jointes(atelier) == []


@pytest.mark.parametrize(
    ("contenu", "motif"),
    [(b"", "est vide"), (b"bonjour", "n'est pas un PDF"), (b" " * 1020 + b"%PDF-", "PDF")],
)
def test_ce_qui_n_est_pas_un_pdf_est_refuse_sans_etre_garde(
    atelier: Atelier, contenu: bytes, motif: str
) -> None:
    with pytest.raises(DonneeInvalide, match=motif):
        joindre(atelier, contenu)
    with pytest.raises(DonneeInvalide, match=motif):
        formulaire.garder(atelier.outils, "FA-1", "preuve", contenu)
    assert set(atelier.store.documents) == avant(atelier)


def test_un_en_tete_un_peu_plus_loin_suffit(atelier: Atelier) -> None:
    assert "jointe à FA-1" in joindre(atelier, b"\n" * 1000 + tiny_pdf("x"))


@pytest.mark.parametrize("ecart", [0, -1])
def test_le_poids_d_un_fichier(atelier: Atelier, monkeypatch: pytest.MonkeyPatch, ecart: int) -> None:
    pdf = tiny_pdf("x")
    monkeypatch.setattr(formulaire, "POIDS_MAX", len(pdf) + ecart)
    if ecart:
        with pytest.raises(DonneeInvalide, match="Mo au plus : réduisez-le"):
            joindre(atelier, pdf)
    else:
        assert "jointe" in joindre(atelier, pdf)


def test_ce_que_la_copie_ne_reprend_pas_est_dit(atelier: Atelier) -> None:
    assert "La copie ne reprend pas de son original" in joindre(atelier, modifier(dessiner(), armer))


HOSTILES = {cas: fabrique for cas, fabrique in REFUSES.items() if cas not in {"vide", "texte"}}


@pytest.mark.timeout(240)
@pytest.mark.parametrize("cas", HOSTILES)
def test_l_original_d_une_piece_hostile_est_garde_et_la_reserve_dite(atelier: Atelier, cas: str) -> None:
    fabriquer, raison = HOSTILES[cas]
    pdf = fabriquer()
    dit = joindre(atelier, pdf)
    assert dit.startswith("Pièce « Contrat du 4 mai 2026 » jointe à FA-1. Elle ne peut pas être reproduite.")
    assert f" {raison}" in dit and "l'original à côté" in dit
    (piece,) = jointes(atelier)
    assert atelier.store.get(piece.pdf.cle) == pdf
    assert piece.pdf.empreinte == hashlib.sha256(pdf).hexdigest()
    assert "déjà jointe" in joindre(atelier, pdf)


@pytest.mark.parametrize(("cas", "dit"), [("chiffre", True), ("sans page", True), ("5 000 pages", False)])
def test_le_texte_qui_n_a_pas_pu_etre_lu_est_dit(atelier: Atelier, cas: str, dit: bool) -> None:
    assert (ILLISIBLE in joindre(atelier, REFUSES[cas][0]())) is dit


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "fabriques",
    [
        (sans_page, REFUSES["chiffre"][0]),
        (hostile.arbre_en_boucle, hostile.crochets, hostile.papier_infini),
        (hostile.bombe,),
    ],
    ids=["sans page, chiffre", "boucles", "bombe"],
)
def test_des_pieces_hostiles_vont_jusqu_au_dossier_scelle(
    atelier: Atelier, fabriques: tuple[Callable[[], bytes], ...], tmp_path: Path
) -> None:
    originaux = [fabrique() for fabrique in fabriques]
    for pdf in originaux:
        joindre(atelier, pdf)
    atelier.jusqu_au_dossier()
    scelle = assembler(atelier.outils, "FA-1", auteur="essai")
    assert scelle is not None
    zip_ = tmp_path / "scelle.zip"
    zip_.write_bytes(atelier.store.get(scelle.fait.zip.cle))
    fichiers = lire_zip(zip_)
    pieces = json.loads(fichiers["data/index.json"])["pieces"][: len(originaux)]
    assert {fichiers[f"data/{piece['original']}"] for piece in pieces} == set(originaux)
    assert [piece["pages"] for piece in pieces] == [1] * len(originaux)


def test_une_creance_close_recoit_encore_une_piece(atelier: Atelier) -> None:
    saisies.abandonner(atelier.outils, "FA-1", "Liquidation", auteur="essai")
    assert "jointe à FA-1" in joindre(atelier, tiny_pdf("x"))
