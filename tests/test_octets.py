"""Contents in memory and on disk, read alike."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from dossier.octets import BLOC, contient, copier, empreinte, flux, taille


@pytest.fixture(params=["memoire", "disque"])
def contenu(request: pytest.FixtureRequest, tmp_path: Path) -> bytes | Path:
    octets = b"a" * (BLOC - 3) + b"motif" + b"b" * BLOC
    if request.param == "memoire":
        return octets
    (tmp_path / "contenu").write_bytes(octets)
    return tmp_path / "contenu"


def test_taille_et_empreintes(contenu: bytes | Path) -> None:
    with flux(contenu) as ouvert:
        octets = ouvert.read()
    assert taille(contenu) == len(octets) == 2 * BLOC + 2
    assert empreinte(contenu) == hashlib.sha256(octets).hexdigest()
    assert empreinte(contenu, "sha512") == hashlib.sha512(octets).hexdigest()


def test_un_motif_a_cheval_sur_deux_blocs_est_trouve(contenu: bytes | Path) -> None:
    assert contient(contenu, b"motif")
    assert contient(contenu, b"ifb")
    assert contient(contenu, b"aamo")
    assert not contient(contenu, b"motifa")
    assert not contient(b"", b"motif")


def test_copier_n_ecrase_rien(contenu: bytes | Path, tmp_path: Path) -> None:
    with flux(contenu) as ouvert:
        assert copier(ouvert, tmp_path / "copie") == empreinte(contenu) == empreinte(tmp_path / "copie")
    with flux(contenu) as ouvert, pytest.raises(FileExistsError):
        copier(ouvert, tmp_path / "copie")
