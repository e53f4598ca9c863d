"""A real bag, judged by the tools its reader has: sha256sum, openssl, bagit."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path

import bagit  # type: ignore[import-untyped]
import pytest

from dossier.adapters.bag import SacBagIt
from dossier.adapters.bundle_pdf import RelieurPypdf
from dossier.adapters.timestamp_rfc3161 import (
    MENTION_LOCALE,
    HorodateurRfc3161,
    autorite_locale,
)
from dossier.core.errors import ErreurAssemblage, ErreurHorodatage
from dossier.core.ports import Jeton, Partie
from tests.adapters.test_bundle_pdf import dessiner
from tests.adapters.test_pades import horodate

RACINE = "dossier-732829320-2026-09-14-v1"
VERIFIER_LE_SCEAU = (
    "openssl ts -verify -data tagmanifest-sha256.txt -in tagmanifest-sha256.txt.tsr -CAfile ca-horodatage.pem"
)
INSTANT = datetime(2026, 9, 14, 22, 30, 7, tzinfo=UTC)
FICHIERS = {
    "00-note-de-remise.pdf": b"%PDF note",
    "pieces/piece-01-facture-fa-2026-0042.pdf": b"%PDF piece" * 1000,
    "originaux/creances/FA-2026-0042/recus/facture.pdf": b"\x00\xff original",
    "journal/FA-2026-0042.jsonl": b"{}\n",
    "index.json": '{"débiteur": 1}'.encode(),
}
INFOS = {
    "Source-Organization": "Société Exemple SARL",
    "External-Description": "Dossier de preuve pour Durand SARL, "
    + "factures impayées de l'année 2026, " * 5,
}


@pytest.fixture(scope="module")
def horodateur(tmp_path_factory: pytest.TempPathFactory) -> HorodateurRfc3161:
    return HorodateurRfc3161(*autorite_locale(tmp_path_factory.mktemp("autorite")), MENTION_LOCALE)


class HorodateurFige:
    """The same token always: what is left must be the same bytes."""

    mention = "autorité d'essai"
    certificat = b"-----BEGIN CERTIFICATE-----\n"

    def horodater(self, contenu: bytes) -> bytes:
        return b"jeton"

    def verifier(self, contenu: bytes, tsr: bytes) -> Jeton:
        return Jeton(INSTANT, "essai")


class HorodateurEnPanne(HorodateurFige):
    def horodater(self, contenu: bytes) -> bytes:
        raise ErreurHorodatage("L'autorité ne répond pas.")


def sceller(
    sac: SacBagIt,
    sortie: Path,
    fichiers: Mapping[str, bytes] = FICHIERS,
    racine: str = RACINE,
) -> Path:
    sac.sceller(racine, fichiers, INFOS, INSTANT, sortie)
    return sortie


@pytest.fixture
def deballe(horodateur: HorodateurRfc3161, tmp_path: Path) -> Path:
    """The bag unpacked in a bare folder."""
    with zipfile.ZipFile(sceller(SacBagIt(horodateur), tmp_path / "d.zip")) as archive:
        archive.extractall(tmp_path / "nu")
    return tmp_path / "nu" / RACINE


def executer(commande: str, dossier: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(commande, shell=True, cwd=dossier, capture_output=True, text=True, check=False)


def commandes(dossier: Path) -> list[str]:
    """The commands that LISEZ-MOI.txt tells its reader to type."""
    texte = (dossier / "LISEZ-MOI.txt").read_text(encoding="utf-8")
    return re.findall(r"^(?:\d\))? +((?:sha256sum|openssl|bagit\.py) .+)$", texte, re.MULTILINE)


def test_chaque_commande_du_lisez_moi_reussit(deballe: Path) -> None:
    ecrites = commandes(deballe)
    assert len(ecrites) == 6
    for commande in ecrites:
        if "ORIGINAL" not in commande:
            resultat = executer(commande.replace("bagit.py", f"{sys.executable} -m bagit"), deballe)
            assert resultat.returncode == 0, (commande, resultat.stderr)


@pytest.mark.parametrize(
    ("fichier", "commande"),
    [
        ("data/index.json", "sha256sum -c manifest-sha256.txt"),
        ("manifest-sha256.txt", "sha256sum -c tagmanifest-sha256.txt"),
        ("ca-horodatage.pem", "sha256sum -c tagmanifest-sha256.txt"),
        (
            "tagmanifest-sha256.txt",
            VERIFIER_LE_SCEAU,
        ),
    ],
)
def test_et_elle_echoue_quand_un_octet_change(deballe: Path, fichier: str, commande: str) -> None:
    assert executer(commande, deballe).returncode == 0
    octets = bytearray((deballe / fichier).read_bytes())
    octets[len(octets) // 2] ^= 1
    (deballe / fichier).write_bytes(bytes(octets))
    assert executer(commande, deballe).returncode != 0


def test_un_fichier_sur_disque_donne_les_memes_octets_qu_en_memoire(tmp_path: Path) -> None:
    lourds = {**FICHIERS, "pieces/lourde.pdf": bytes(range(256)) * 10_000}
    sur_disque: dict[str, Path] = {}
    for rang, (nom, contenu) in enumerate(lourds.items()):
        sur_disque[nom] = tmp_path / str(rang)
        sur_disque[nom].write_bytes(contenu)
    sac = SacBagIt(HorodateurFige())
    assert (
        sceller(sac, tmp_path / "a.zip", lourds).read_bytes()
        == sceller(sac, tmp_path / "b.zip", sur_disque).read_bytes()
    )


def test_bagit_refuse_un_fichier_ajoute(deballe: Path) -> None:
    (deballe / "data" / "piece-de-trop.pdf").write_bytes(b"x")
    assert not bagit.Bag(str(deballe)).is_valid()


def test_bag_info_se_relit_meme_replie(deballe: Path) -> None:
    lignes = (deballe / "bag-info.txt").read_text(encoding="utf-8").splitlines()
    assert max(map(len, lignes)) <= 79 and len(lignes) > 5
    infos = bagit.Bag(str(deballe)).info
    assert infos["Source-Organization"] == "Société Exemple SARL"
    assert " ".join(infos["External-Description"].split()) == INFOS["External-Description"].strip()
    assert infos["Bagging-Date"] == "2026-09-15"
    assert infos["Payload-Oxum"] == f"{sum(map(len, FICHIERS.values()))}.{len(FICHIERS)}"


def test_le_lisez_moi_dit_qui_a_horodate_et_quand(deballe: Path) -> None:
    texte = (deballe / "LISEZ-MOI.txt").read_text(encoding="utf-8")
    assert MENTION_LOCALE in texte and "15 septembre 2026 à 0 h 30 (heure de Paris)" in texte
    assert "le comparer avec celui" in texte


def test_le_certificat_du_sac_est_celui_de_l_autorite(deballe: Path, horodateur: HorodateurRfc3161) -> None:
    assert (deballe / "ca-horodatage.pem").read_bytes() == horodateur.certificat


def test_zip_trie_non_compresse_et_date_de_l_instant(horodateur: HorodateurRfc3161, tmp_path: Path) -> None:
    with zipfile.ZipFile(sceller(SacBagIt(horodateur), tmp_path / "d.zip")) as archive:
        infos = archive.infolist()
    noms = [info.filename for info in infos]
    assert noms == sorted(noms) and len(noms) == len(FICHIERS) + 7
    assert all(nom.startswith(f"{RACINE}/") and nom.isascii() for nom in noms)
    assert {info.compress_type for info in infos} == {zipfile.ZIP_STORED}
    assert {info.date_time for info in infos} == {(2026, 9, 15, 0, 30, 6)}


def test_memes_entrees_memes_octets_au_jeton_pres(horodateur: HorodateurRfc3161, tmp_path: Path) -> None:
    fige = SacBagIt(HorodateurFige())
    a_l_envers = dict(reversed(FICHIERS.items()))
    assert (
        sceller(fige, tmp_path / "a").read_bytes() == sceller(fige, tmp_path / "b", a_l_envers).read_bytes()
    )

    def contenu(nom: str) -> dict[str, bytes]:
        with zipfile.ZipFile(sceller(SacBagIt(horodateur), tmp_path / nom)) as archive:
            return {n: archive.read(n) for n in archive.namelist()}

    un, deux = contenu("c"), contenu("d")
    assert [n for n in un if un[n] != deux[n]] == [f"{RACINE}/tagmanifest-sha256.txt.tsr"]


@pytest.mark.parametrize(
    "nom",
    [
        "../evasion.pdf",
        "pièce.pdf",
        "a//b.pdf",
        "/absolu.pdf",
        "a\\b.pdf",
        "C:x.pdf",
        "ligne\n.pdf",
        "fin./x",
        "",
        ".cache",
        "cent%.pdf",
        "a" * 256,
    ],
)
def test_un_nom_que_tous_ne_liraient_pas_est_refuse(nom: str, tmp_path: Path) -> None:
    with pytest.raises(ErreurAssemblage, match="Le nom «"):
        sceller(
            SacBagIt(HorodateurFige()),
            tmp_path / "d.zip",
            {"index.json": b"", nom: b"x"},
        )
    assert list(tmp_path.iterdir()) == []


def test_un_nom_permis_passe(tmp_path: Path) -> None:
    noms = ["a" * 255, "envois/mise en demeure_1-2026-09-14.pdf.tsr", "x@y=z+1,(2).eml"]
    sceller(SacBagIt(HorodateurFige()), tmp_path / "d.zip", dict.fromkeys(noms, b"x"))


def test_la_racine_est_un_seul_nom(tmp_path: Path) -> None:
    with pytest.raises(ErreurAssemblage, match="Le nom « a/b »"):
        sceller(SacBagIt(HorodateurFige()), tmp_path / "d.zip", racine="a/b")


def test_deux_noms_que_windows_confondrait_sont_refuses(tmp_path: Path) -> None:
    with pytest.raises(ErreurAssemblage, match="majuscules"):
        sceller(
            SacBagIt(HorodateurFige()),
            tmp_path / "d.zip",
            {"originaux/FA-1": b"", "originaux/fa-1": b""},
        )


def test_un_dossier_vide_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(ErreurAssemblage, match="vide"):
        sceller(SacBagIt(HorodateurFige()), tmp_path / "d.zip", {})


def test_un_libelle_qui_n_en_est_pas_un_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(ErreurAssemblage, match="libellé"):
        SacBagIt(HorodateurFige()).sceller(RACINE, FICHIERS, {"A: b\nC": "x"}, INSTANT, tmp_path / "d.zip")


def test_sans_jeton_rien_n_est_ecrit(tmp_path: Path) -> None:
    with pytest.raises(ErreurHorodatage):
        sceller(SacBagIt(HorodateurEnPanne()), tmp_path / "d.zip")
    assert list(tmp_path.iterdir()) == []


def test_un_disque_qui_refuse_est_dit_sans_laisser_de_brouillon(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("x")
    with pytest.raises(ErreurAssemblage, match="n'a pas pu être écrit"):
        sceller(SacBagIt(HorodateurFige()), tmp_path / "fichier" / "d.zip")
    (tmp_path / "occupe" / "d.zip").mkdir(parents=True)
    with pytest.raises(ErreurAssemblage, match="n'a pas pu être écrit"):
        sceller(SacBagIt(HorodateurFige()), tmp_path / "occupe" / "d.zip")
    assert [p.name for p in (tmp_path / "occupe").iterdir()] == ["d.zip"]


def ailleurs(commande: str, dossier: Path) -> subprocess.CompletedProcess[str]:
    """As an expert would type it: the system's own tools, none of our environment."""
    nu = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        commande,
        shell=True,
        cwd=dossier,
        env=nu,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def test_les_commandes_suffisent_la_ou_le_projet_n_est_pas_installe(deballe: Path, tmp_path: Path) -> None:
    assert ailleurs("python3 -I -c 'import dossier'", deballe).returncode == 1
    outil = tmp_path / "outil"
    outil.mkdir()
    paquets = Path(str(distribution("bagit").locate_file("")))
    shutil.copy(paquets / "bagit.py", outil)
    (notice,) = paquets.glob("bagit-*.dist-info")
    shutil.copytree(notice, outil / notice.name)
    verifiees = [c for c in commandes(deballe) if "ORIGINAL" not in c]
    assert [c.split()[0] for c in verifiees] == ["sha256sum"] * 2 + ["openssl"] * 2 + ["bagit.py", "openssl"]
    for commande in verifiees:
        resultat = ailleurs(commande.replace("bagit.py", f"python3 -s {outil}/bagit.py"), deballe)
        assert resultat.returncode == 0, (commande, resultat.stderr)


def test_mille_octets_changes_au_hasard_sont_tous_trouves_par_les_commandes_du_lisez_moi(
    deballe: Path,
) -> None:
    tout = " && ".join(c for c in commandes(deballe) if "bagit" not in c and "ORIGINAL" not in c)
    assert ailleurs(tout, deballe).returncode == 0
    hasard = random.Random(1000)
    fichiers = sorted(f for f in deballe.rglob("*") if f.is_file() and f.suffix != ".tsr")
    for _ in range(1000):
        fichier = hasard.choice(fichiers)
        octets = fichier.read_bytes()
        rang = hasard.randrange(len(octets))
        change = bytes([octets[rang] ^ hasard.randrange(1, 256)])
        fichier.write_bytes(octets[:rang] + change + octets[rang + 1 :])
        assert ailleurs(tout, deballe).returncode != 0, (fichier, rang)
        fichier.write_bytes(octets)


def test_le_lisez_moi_parle_de_l_horodatage_du_document_complet_quand_il_en_porte_un(
    horodateur: HorodateurRfc3161, tmp_path: Path
) -> None:
    pdf = RelieurPypdf().relier_dossier([Partie("Requête", dessiner())], "Dossier").pdf
    lus = {}
    for nom, relie in (("sans", pdf), ("avec", horodate(pdf, horodateur))):
        fichiers = {**FICHIERS, "05-dossier-complet.pdf": relie}
        with zipfile.ZipFile(sceller(SacBagIt(horodateur), tmp_path / nom, fichiers)) as archive:
            lus[nom] = archive.read(f"{RACINE}/LISEZ-MOI.txt").decode()
    assert "PAdES" not in lus["sans"] and lus["avec"].count("PAdES") == 1
    avant, apres = lus["avec"].split("LE DOCUMENT COMPLET")
    assert "LES ORIGINAUX" in avant and "LE JOURNAL" in apres
