"""Files made to harm whoever verifies them: one sentence, at once, in little memory."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from dossier.adapters.timestamp_rfc3161 import verifier_jeton
from dossier.services.enveloppe import LECTURE_MAX, SOMMAIRE_MAX, ouvrir
from dossier.services.verification import verifier_dossier

FIN = struct.Struct("<4s4H2LH")
MEMOIRE, DUREE_S = 600_000_000, 60
ISOLE = """
import resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]),) * 2)
from dossier.adapters.timestamp_rfc3161 import verifier_jeton
from dossier.services.verification import verifier_dossier
for constat in verifier_dossier(Path(sys.argv[1]), verifier_jeton).constats:
    print(int(constat.conforme), constat.message)
"""


def constats_isoles(chemin: Path) -> list[str]:
    """The sentences of a verification in a child that has little memory and one minute."""
    enfant = subprocess.run(
        [sys.executable, "-c", ISOLE, str(chemin), str(MEMOIRE)],
        capture_output=True,
        text=True,
        timeout=DUREE_S,
        check=False,
    )
    assert enfant.returncode == 0, enfant.stderr
    return enfant.stdout.splitlines()


def seul_constat(chemin: Path) -> str:
    (constat,) = verifier_dossier(chemin, verifier_jeton).constats
    assert not constat.conforme
    return constat.message


def creux(chemin: Path, taille: int, queue: bytes) -> Path:
    """A sparse file of that size which ends so: it takes no room on the disk."""
    with chemin.open("wb") as fichier:
        fichier.truncate(taille - len(queue))
        fichier.seek(0, os.SEEK_END)
        fichier.write(queue)
    return chemin


def entree(nom: str, **champs: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(nom)
    for champ, valeur in champs.items():
        setattr(info, champ, valeur)
    return info


def test_un_sommaire_de_deux_gigaoctets_n_est_pas_lu(tmp_path: Path) -> None:
    fin = FIN.pack(b"PK\5\6", 0, 0, 65535, 65535, 2 << 30, 0, 0)
    zip_ = creux(tmp_path / "d.zip", (2 << 30) + len(fin), fin)
    assert "sommaire du zip dépasse" in seul_constat(zip_)


def test_la_taille_du_sommaire_a_une_limite_exacte(tmp_path: Path) -> None:
    def dire(taille: int) -> str:
        fin = FIN.pack(b"PK\5\6", 0, 0, 1, 1, taille, 0, 0)
        return seul_constat(creux(tmp_path / "d.zip", taille + len(fin), fin))

    assert "sommaire du zip dépasse" in dire(SOMMAIRE_MAX + 1)
    assert "n'est pas un fichier zip complet" in dire(SOMMAIRE_MAX)


def test_un_zip64_est_refuse(tmp_path: Path) -> None:
    fin = FIN.pack(b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0, 0, 0)
    localisateur = struct.pack("<4sLQL", b"PK\6\7", 0, 0, 1)
    assert "Zip64" in seul_constat(creux(tmp_path / "d.zip", 1 << 12, localisateur + fin))


@pytest.mark.parametrize("taille", [0xFFFFFFFE, 0xFFFFFFFF])
def test_une_taille_annoncee_de_quatre_gigaoctets_est_refusee(tmp_path: Path, taille: int) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(entree("d/a"), b"x")
    octets = bytearray((tmp_path / "d.zip").read_bytes())
    central = octets.index(b"PK\1\2")
    octets[central + 20 : central + 28] = struct.pack("<2L", taille, taille)
    (tmp_path / "d.zip").write_bytes(octets)
    assert seul_constat(tmp_path / "d.zip")


def test_une_bombe_est_refusee_sans_etre_ouverte(tmp_path: Path) -> None:
    bombe = tmp_path / "d.zip"
    with (
        zipfile.ZipFile(bombe, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("d/data/zero", "w", force_zip64=True) as sortie,
    ):
        bloc = bytes(1 << 24)
        for _ in range(16):
            sortie.write(bloc)
    (dit,) = constats_isoles(bombe)
    assert "compressé" in dit


def test_un_fichier_plus_grand_que_la_memoire_permise_se_verifie_par_blocs(tmp_path: Path) -> None:
    """Stored for real, sparse on the disk: hashed block by block, never held whole."""
    taille, nom = 700_000_000, b"d/data/journal/FA-1.jsonl"
    corps = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0x21, 0, taille, taille, len(nom), 0) + nom
    debut = len(corps) + taille
    central = struct.pack(
        "<4s4B4H3L5H2L",
        b"PK\1\2",
        20,
        3,
        20,
        0,
        0,
        0,
        0,
        0x21,
        0,
        taille,
        taille,
        len(nom),
        0,
        0,
        0,
        0,
        0o100644 << 16,
        0,
    )
    fin = FIN.pack(b"PK\5\6", 0, 0, 1, 1, len(central) + len(nom), debut, 0)
    gros = creux(tmp_path / "d.zip", debut + len(central) + len(nom) + len(fin), central + nom + fin)
    with gros.open("r+b") as fichier:
        fichier.write(corps)
    dits = constats_isoles(gros)
    assert any("illisible ou trop long" in dit for dit in dits) and any(dit.startswith("0") for dit in dits)


def test_un_fichier_plus_grand_que_la_limite_de_lecture_n_est_pas_charge(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(entree("d/petit"), b"x")
        with archive.open(entree("d/z"), "w") as sortie:
            for _ in range((LECTURE_MAX >> 20) + 1):
                sortie.write(bytes(1 << 20))
    with ouvrir(tmp_path / "d.zip") as (enveloppe, _):
        assert enveloppe.taille("z") > LECTURE_MAX and enveloppe.lire("z") is None
        assert enveloppe.lire("petit") == b"x"
        assert enveloppe.empreinte("z") is not None


def test_un_tube_ou_un_peripherique_ne_fait_pas_attendre(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "tube.zip")
    for chemin in (tmp_path / "tube.zip", Path("/dev/zero")):
        assert "ce n'est pas un fichier" in seul_constat(chemin)


def test_deux_noms_qui_ne_different_que_par_les_capitales_sont_refuses(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(entree("d/data/Piece.pdf"), b"1")
        archive.writestr(entree("d/data/piece.pdf"), b"2")
    assert "deux fois" in seul_constat(tmp_path / "d.zip")


def test_un_contenu_qui_ne_repond_pas_a_son_crc_est_trouve(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(entree("d/bagit.txt"), b"contenu")
    octets = (tmp_path / "d.zip").read_bytes().replace(b"contenu", b"contena")
    (tmp_path / "d.zip").write_bytes(octets)
    assert not verifier_dossier(tmp_path / "d.zip", verifier_jeton).conforme


@pytest.mark.parametrize(
    ("noms", "dates", "dit"),
    [
        (("d/b", "d/a"), (2026, 2026), "ne sont plus dans l'ordre"),
        (("d/a", "d/b"), (2026, 2025), "ne portent plus tous la même date"),
    ],
)
def test_l_ordre_et_la_date_des_fichiers_font_partie_de_la_forme(
    tmp_path: Path, noms: tuple[str, str], dates: tuple[int, int], dit: str
) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        for nom, annee in zip(noms, dates, strict=True):
            info = zipfile.ZipInfo(nom, (annee, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, 0o100644 << 16
            archive.writestr(info, b"x")
    with ouvrir(tmp_path / "d.zip") as (_, defaut):
        assert defaut is not None and dit in defaut


def test_une_date_de_zip_impossible_n_echappe_pas(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.writestr(entree("d/a"), b"x")
    octets = bytearray((tmp_path / "d.zip").read_bytes())
    for position in (10, octets.index(b"PK\1\2") + 12):
        octets[position : position + 4] = b"\xff\xff\x00\x00"
    (tmp_path / "d.zip").write_bytes(octets)
    with ouvrir(tmp_path / "d.zip") as (enveloppe, _):
        assert enveloppe.date is None
    assert not verifier_dossier(tmp_path / "d.zip", verifier_jeton).conforme
