"""Pieces that are made to harm: each is stamped, or a page stands for it; nothing hangs, nothing grows."""

from __future__ import annotations

import io
import os
import resource
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pypdf import PdfReader

from dossier.adapters import bundle_pdf
from dossier.adapters.bundle_pdf import RelieurPypdf, vue
from dossier.adapters.bundle_pdf.enfant import Enfant
from dossier.core.errors import ErreurAssemblage
from dossier.core.ports import Partie, PieceSource, PieceTamponnee
from tests.adapters import pdf_hostiles as hostile
from tests.adapters.test_bundle_pdf import armer, dessiner, modifier, sans_page, texte_lu, voir

RELIEUR = RelieurPypdf(duree=8)
ORIGINAL = "originaux/creances/FA-2026-0042/recus/bon-de-livraison-abc.pdf"
GIGA = 1_000_000_000
PIEGE = "demande trop de mémoire ou de temps"


def preparer(pdf: bytes, relieur: RelieurPypdf = RELIEUR) -> PieceTamponnee:
    return relieur.tamponner(PieceSource(3, "Bon de livraison du 3 mars 2026", pdf, ORIGINAL))


def exiger_remplacement(piece: PieceTamponnee, raison: str) -> None:
    """One page that says number, title, where the original is, and why."""
    assert raison in piece.reserve and piece.reserve.startswith("L'original ") and piece.pages == 1
    texte = " ".join(texte_lu(piece.pdf).split())
    for dit in ("Pièce n° 3", "Bon de livraison du 3 mars 2026", "Page de remplacement"):
        assert dit in texte
    assert ORIGINAL in texte.replace(" ", "") and raison.replace("\u00a0", " ") in texte
    assert len(PdfReader(io.BytesIO(piece.pdf)).pages) == 1


def enfant(relieur: RelieurPypdf = RELIEUR) -> int:
    processus = relieur._enfant._processus
    assert processus is not None
    return processus.pid


REFUSES = {
    "vide": (lambda: b"", "illisible"),
    "texte": (lambda: b"bonjour", "illisible"),
    "tronque": (lambda: dessiner()[:400], "illisible"),
    "sans page": (sans_page, "sans aucune page"),
    "chiffre": (
        lambda: modifier(dessiner(), lambda w: w.encrypt("secret", "maitre", algorithm="AES-256")),
        "protégé par un mot de passe",
    ),
    "bombe": (hostile.bombe, PIEGE),
    "bombe dans la bombe": (lambda: hostile.bombe(3), PIEGE),
    "bombes repetees": (hostile.bombes_repetees, PIEGE),
    "image immense": (hostile.image_immense, PIEGE),
    "formes en abyme": (hostile.formes_en_abyme, PIEGE),
    "arbre en boucle": (hostile.arbre_en_boucle, "illisible"),
    "arbre croise": (hostile.arbre_croise, "illisible"),
    "parents en boucle": (hostile.parents_en_boucle, "illisible"),
    "arbre profond": (hostile.arbre_profond, PIEGE),
    "enfants doublant": (hostile.enfants_doublant, PIEGE),
    "papier infini": (hostile.papier_infini, "illisible"),
    "crochets": (hostile.crochets, "illisible"),
    "5 000 pages": (lambda: hostile.des_pages(5000), "compte 5\u00a0000 pages (2\u00a0000 au plus)"),
    "200 Mo": (lambda: hostile.lourd(200 * hostile.MEGA), "pèse 201\u00a0Mo (100\u00a0Mo au plus)"),
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("cas", REFUSES)
def test_une_page_tient_lieu_de_la_piece_qui_ne_peut_pas_etre_reproduite(cas: str) -> None:
    fabriquer, raison = REFUSES[cas]
    pdf = fabriquer()
    exiger_remplacement(preparer(pdf), raison)
    assert RELIEUR.tamponner(PieceSource(1, "Saine", dessiner(), ORIGINAL)).reserve == ""


ACCEPTES = {
    "tables en boucle": hostile.tables_en_boucle,
    "signets en boucle": hostile.signets_en_boucle,
    "papier immense": hostile.papier_immense,
    "60 Mo deployes": hostile.bombe_de_soixante_megas,
    "scripts et fichiers joints": lambda: modifier(dessiner(), armer),
    "2 000 pages": lambda: hostile.des_pages(2000),
    "90 Mo": lambda: hostile.lourd(90 * hostile.MEGA),
}


@pytest.mark.timeout(120)
@pytest.mark.parametrize("cas", ACCEPTES)
def test_la_piece_etrange_mais_lisible_est_tamponnee(cas: str) -> None:
    pdf = ACCEPTES[cas]()
    piece = preparer(pdf)
    assert piece.reserve == "" and "Pièce n° 3" in texte_lu(piece.pdf)
    assert piece.pages == RELIEUR.compter(piece.pdf) == RELIEUR.compter(pdf)


@pytest.mark.parametrize(("pages", "reserve"), [(2000, False), (2001, True)])
def test_la_limite_du_nombre_de_pages(pages: int, reserve: bool) -> None:
    assert bool(preparer(hostile.des_pages(pages)).reserve) is reserve


@pytest.mark.parametrize("ecart", [0, -1])
def test_la_limite_du_poids(monkeypatch: pytest.MonkeyPatch, ecart: int) -> None:
    monkeypatch.setattr(bundle_pdf, "POIDS_MAX", len(dessiner()) + ecart)
    assert bool(preparer(dessiner()).reserve) is bool(ecart)


def test_la_page_de_remplacement_est_la_meme_a_chaque_fois_et_se_lit() -> None:
    assert preparer(b"").pdf == preparer(b"").pdf
    assert voir(preparer(b"").pdf).getextrema()[0] < 50


def test_sans_original_a_citer_la_piece_est_refusee_en_la_nommant() -> None:
    with pytest.raises(ErreurAssemblage, match=r"La pièce n° 3 \(« BL »\) demande trop .* Ouvrez-le"):
        RELIEUR.tamponner(PieceSource(3, "BL", hostile.bombe(3)))


def test_la_memoire_de_tout_ce_qui_est_lance_tient_dans_un_giga(tmp_path: Path) -> None:
    preparer(dessiner())
    assert resource.prlimit(enfant(), resource.RLIMIT_AS) == (bundle_pdf.MEMOIRE_PIECE, GIGA)
    assert bundle_pdf.MEMOIRE_PIECE + vue.MEMOIRE <= GIGA
    RELIEUR.relier_dossier([Partie("a", dessiner())], "x")
    assert resource.prlimit(enfant(), resource.RLIMIT_AS) == (GIGA, GIGA)
    lu = vue.poppler("sh", "-c", "sleep 0.5; ulimit -v; ulimit -t").decode().split()
    assert lu == [str(vue.MEMOIRE // 1024), str(vue.MESURE_S)]


def test_un_enfant_sert_a_toutes_les_pieces_et_un_autre_le_remplace_quand_il_meurt() -> None:
    relieur = RelieurPypdf()
    preparer(dessiner(), relieur)
    premier = enfant(relieur)
    exiger_remplacement(preparer(b"", relieur), "illisible")
    assert enfant(relieur) == premier
    os.kill(premier, signal.SIGKILL)
    assert preparer(dessiner(), relieur).reserve == "" and enfant(relieur) != premier


def test_l_enfant_ne_connait_rien_de_notre_environnement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOSSIER_SECRET", "cle-du-coffre")
    relieur = RelieurPypdf()
    relieur.compter(dessiner())
    assert b"cle-du-coffre" not in Path(f"/proc/{enfant(relieur)}/environ").read_bytes()


def test_l_enfant_et_ce_qu_il_lance_finissent_avec_le_relieur() -> None:
    relieur = RelieurPypdf()
    relieur.compter(dessiner())
    pid = enfant(relieur)
    del relieur
    assert not Path(f"/proc/{pid}").exists()


def test_l_enfant_au_repos_finit_seul_et_l_ordre_suivant_en_lance_un_autre(tmp_path: Path) -> None:
    (tmp_path / "entree").write_bytes(dessiner())
    ordre = {"geste": "compter", "dossier": str(tmp_path), "memoire": GIGA}
    seul = Enfant(GIGA, repos=1)
    assert seul.demander(ordre, 10) == {"pages": 2}
    premier = seul._processus
    assert premier is not None and premier.wait(10) == 0
    assert seul.demander(ordre, 10) == {"pages": 2}
    assert seul._processus is not premier


@pytest.mark.parametrize("duree", [1, 2])
def test_le_temps_est_compte_piece_par_piece(duree: int) -> None:
    relieur = RelieurPypdf(duree=duree)
    relieur.compter(dessiner())
    debut = time.monotonic()
    exiger_remplacement(preparer(hostile.formes_en_abyme(), relieur), PIEGE)
    assert time.monotonic() - debut < 4 * duree + 15
    assert preparer(dessiner(), relieur).reserve == ""


def test_une_piece_que_la_memoire_ne_contient_pas_est_remplacee() -> None:
    relieur = RelieurPypdf(memoire=150 * hostile.MEGA)
    exiger_remplacement(preparer(hostile.lourd(90 * hostile.MEGA), relieur), PIEGE)
    assert preparer(dessiner(), relieur).reserve == ""


def piece(numero: int, pdf: bytes) -> Partie:
    return Partie(f"Pièce n° {numero}", pdf, numero=numero, original=ORIGINAL)


@pytest.mark.parametrize(
    "fabriquer", [lambda: b"", sans_page, hostile.arbre_en_boucle, hostile.enfants_doublant]
)
def test_une_piece_qui_ne_se_relie_pas_est_remplacee_dans_le_document_relie(
    fabriquer: Callable[[], bytes],
) -> None:
    parties = [
        Partie("Requête", dessiner()),
        piece(1, dessiner()),
        piece(2, fabriquer()),
        piece(3, dessiner()),
    ]
    relie = RELIEUR.relier_dossier(parties, "Dossier")
    lecteur = PdfReader(io.BytesIO(relie.pdf))
    assert [numero for numero, _ in relie.reserves] == [2] and "L'original" in relie.reserves[0][1]
    assert lecteur.page_labels == ["1", "2", "P1-1", "P1-2", "P2-1", "P3-1", "P3-2"]
    texte = lecteur.pages[4].extract_text()
    assert "Page de remplacement" in texte and ORIGINAL in "".join(texte.split())


def test_une_partie_ecrite_illisible_arrete_tout_en_la_nommant() -> None:
    with pytest.raises(ErreurAssemblage, match="« Requête » du document « Dossier »"):
        RELIEUR.relier_dossier([Partie("Requête", b""), piece(1, b"")], "Dossier")


def test_les_pieces_les_plus_lourdes_laissent_leur_place_quand_le_tout_deborde(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tailles = {1: 20, 2: 50, 3: 30}
    parties = [piece(n, hostile.lourd(taille * hostile.MEGA)) for n, taille in tailles.items()]
    monkeypatch.setattr(bundle_pdf, "POIDS_RELIE_MAX", sum(len(p.pdf) for p in parties))
    assert RELIEUR.relier_dossier(parties, "x").reserves == ()
    monkeypatch.setattr(bundle_pdf, "POIDS_RELIE_MAX", sum(len(p.pdf) for p in parties) - 1)
    assert [numero for numero, _ in RELIEUR.relier_dossier(parties, "x").reserves] == [2]


@pytest.mark.timeout(120)
def test_trois_cents_megas_se_relient_sous_un_giga() -> None:
    relieur = RelieurPypdf()
    lourde = hostile.lourd(50 * hostile.MEGA)
    relie = relieur.relier_dossier([piece(n, lourde) for n in range(1, 6)], "Dossier")
    assert relie.reserves == () and len(relie.pdf) > 250 * hostile.MEGA
    etat = Path(f"/proc/{enfant(relieur)}/status").read_text(encoding="ascii")
    assert int(etat.split("VmHWM:")[1].split()[0]) * 1024 < GIGA


def test_l_original_n_est_jamais_touche(tmp_path: Path) -> None:
    pdf = modifier(dessiner(), armer)
    avant = bytes(bytearray(pdf))
    preparer(pdf)
    assert pdf == avant
    assert not [f for f in Path("/tmp").glob("reliure-*") if f.stat().st_mtime > time.time() + 60]


def test_poppler_arrete_par_le_temps_est_dit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vue, "MESURE_S", 1)
    with pytest.raises(subprocess.TimeoutExpired):
        vue.poppler("sh", "-c", "while :; do :; done")
    with pytest.raises(subprocess.CalledProcessError):
        vue.poppler("sh", "-c", "exit 3")
