"""A real sealed dossier, made once by the services: no byte of it may change without being found."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from dossier.adapters.timestamp_rfc3161 import verifier_jeton
from dossier.core.errors import DonneeInvalide
from dossier.services.enveloppe import ouvrir
from dossier.services.verification import verifier_dossier
from tests.services.scelles import Vrai

FOIS, GRAINE = 1_000, 1366


@pytest.fixture(scope="module")
def vrai(tmp_path_factory: pytest.TempPathFactory) -> Vrai:
    return Vrai(tmp_path_factory.mktemp("vrai"))


@pytest.fixture
def copie(vrai: Vrai, tmp_path: Path) -> Path:
    """A copy that a test may change in place."""
    (tmp_path / "copie.zip").write_bytes(vrai.octets)
    return tmp_path / "copie.zip"


class Changement:
    """One byte of the file replaced, then put back."""

    def __init__(self, fichier: Path, position: int, masque: int) -> None:
        self.fichier, self.position, self.masque = fichier, position, masque

    def __enter__(self) -> None:
        self._basculer()

    def __exit__(self, *_: object) -> None:
        self._basculer()

    def _basculer(self) -> None:
        with self.fichier.open("r+b") as ouvert:
            ouvert.seek(self.position)
            octet = ouvert.read(1)[0]
            ouvert.seek(self.position)
            ouvert.write(bytes([octet ^ self.masque]))


def test_le_dossier_intact_est_conforme(vrai: Vrai) -> None:
    assert [c for c in verifier_dossier(vrai.zip, verifier_jeton).constats if not c.conforme] == []


def test_mille_octets_changes_au_hasard_sont_tous_trouves(vrai: Vrai, copie: Path) -> None:
    """Each time all the digests, tokens, journals and numbers; the documents themselves are not opened.

    A token is judged once for the same document, token and root: that judgement is a pure function.
    """
    juger = cache(verifier_jeton)
    hasard, taille = random.Random(GRAINE), copie.stat().st_size
    for _ in range(FOIS):
        position, masque = hasard.randrange(taille), hasard.randrange(1, 256)
        with Changement(copie, position, masque):
            dits = [
                f"{c.objet} {c.message}" for c in verifier_dossier(copie, juger).constats if not c.conforme
            ]
        assert dits, f"octet {position} changé ({masque:#04x}) sans être vu"
        if nom := fichier_a(vrai.zip, position):
            assert any(nom in dit for dit in dits), f"{nom} a changé, et n'est pas nommé"
    assert verifier_dossier(copie, juger).conforme


def fichier_a(chemin: Path, position: int) -> str | None:
    """The file of the bag whose content holds that byte of the zip; None for a byte of the zip's own form."""
    with zipfile.ZipFile(chemin) as archive:
        for info in archive.infolist():
            debut = info.header_offset + 30 + len(info.filename)
            if debut <= position < debut + info.file_size:
                return info.filename.partition("/")[2]
    return None


def en_tetes(octets: bytes) -> Iterator[int]:
    """The position of every byte that is not the content of a file: headers, table, end of the zip."""
    debut = struct.unpack_from("<L", octets, len(octets) - 6)[0]
    position = 0
    while position < debut:
        taille, nom, extra = struct.unpack_from("<L2H", octets, position + 22)
        yield from range(position, position + 30 + nom + extra)
        position += 30 + nom + extra + taille
    yield from range(debut, len(octets))


def test_aucun_octet_de_la_forme_du_zip_n_est_libre(vrai: Vrai, copie: Path) -> None:
    """The places that no reader of zips looks at: the form alone must show them, whatever the digests say."""
    positions = list(en_tetes(vrai.octets))
    assert len(positions) > 5_000
    for position in random.Random(GRAINE).sample(positions, 2_000):
        with Changement(copie, position, 1 << position % 8):
            assert forme_refusee(copie), f"octet {position} de la forme du zip changé sans être vu"


def forme_refusee(chemin: Path) -> bool:
    """Whether the zip is refused before one digest is compared."""
    try:
        with ouvrir(chemin) as (_, defaut):
            return defaut is not None
    except DonneeInvalide:
        return True


def test_la_forme_du_vrai_dossier_est_canonique(vrai: Vrai) -> None:
    with ouvrir(vrai.zip) as (_, defaut):
        assert defaut is None
