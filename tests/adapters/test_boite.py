"""One contract for both inboxes, then what is particular to the folder and to S3."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from dossier.adapters.boite_folder import BoiteFolder
from dossier.adapters.boite_s3 import BoiteS3
from dossier.adapters.store_s3 import client_s3
from dossier.core.errors import DonneeInvalide
from dossier.core.ports import Boite
from dossier.core.reception import TAILLE_MAX
from flows.ports import port_libre
from tests.adapters.conftest import REGION, ServeurS3

PREFIXES = count(1)
ACCENTS = "Preuve de dépôt n° 1A 123 456 7890 1 – œuvre.pdf"


class Essai(NamedTuple):
    """An inbox, and the hands of the person who fills it and looks into it."""

    boite: Boite
    poser: Callable[[str, bytes], None]
    voir: Callable[[], dict[str, bytes]]
    """Every file with its path below the inbox."""


def dans_un_dossier(racine: Path) -> Essai:
    def poser(nom: str, contenu: bytes) -> None:
        (racine / nom).parent.mkdir(parents=True, exist_ok=True)
        (racine / nom).write_bytes(contenu)

    def voir() -> dict[str, bytes]:
        fichiers = (f for f in racine.rglob("*") if f.is_file() and not f.is_symlink())
        return {f.relative_to(racine).as_posix(): f.read_bytes() for f in fichiers}

    return Essai(BoiteFolder(racine, repos=0), poser, voir)


def dans_un_seau(serveur: ServeurS3, prefixe: str) -> Essai:
    client: Any = serveur.client()

    def poser(nom: str, contenu: bytes) -> None:
        client.put_object(Bucket=serveur.seau, Key=f"{prefixe}/{nom}", Body=contenu)

    def voir() -> dict[str, bytes]:
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=serveur.seau, Prefix=f"{prefixe}/")
        cles = [objet["Key"] for page in pages for objet in page.get("Contents", ())]
        lus = {cle: client.get_object(Bucket=serveur.seau, Key=cle)["Body"] for cle in cles}
        return {cle.removeprefix(f"{prefixe}/"): corps.read() for cle, corps in lus.items()}

    return Essai(BoiteS3(serveur.seau, f"/{prefixe}/", client), poser, voir)


@pytest.fixture(params=["folder", "s3"])
def essai(request: pytest.FixtureRequest, tmp_path: Path) -> Essai:
    if request.param == "folder":
        return dans_un_dossier(tmp_path / "reception")
    return dans_un_seau(request.getfixturevalue("serveur_s3"), f"reception-{next(PREFIXES)}")


# The contract.


def test_une_boite_vide(essai: Essai) -> None:
    assert list(essai.boite.lister()) == []


@pytest.mark.parametrize("contenu", [b"", b"%PDF-1.7 \x00\r\n", os.urandom(3_000_000)])
def test_rend_ce_qui_y_a_ete_pose(essai: Essai, contenu: bytes) -> None:
    essai.poser("1A12345678901 avis.pdf", contenu)
    assert list(essai.boite.lister()) == ["1A12345678901 avis.pdf"]
    assert essai.boite.lire("1A12345678901 avis.pdf") == contenu


def test_les_noms_sont_tries_accents_et_signes_compris(essai: Essai) -> None:
    noms = sorted(["b.pdf", "a+b.pdf", "a b.pdf", "a%20b.pdf", "a?b=c#d.pdf", "<1@x>.pdf", ACCENTS])
    for nom in reversed(noms):
        essai.poser(nom, nom.encode())
    assert list(essai.boite.lister()) == noms
    assert [essai.boite.lire(nom) for nom in noms] == [nom.encode() for nom in noms]


def test_les_sous_dossiers_et_les_fichiers_provisoires_sont_laisses(essai: Essai) -> None:
    for nom in ("classes/vieux.pdf", "autre/a.pdf", ".cache.pdf", "~$a.docx", "a.pdf.part", "a.tmp", "b.pdf"):
        essai.poser(nom, b"x")
    assert list(essai.boite.lister()) == ["b.pdf"]


def test_un_fichier_range_quitte_la_boite_avec_son_contenu(essai: Essai) -> None:
    essai.poser(ACCENTS, b"avis")
    essai.poser("reste.pdf", b"reste")
    essai.boite.lire(ACCENTS)
    essai.boite.ranger(ACCENTS, "classes")
    assert essai.voir() == {f"classes/{ACCENTS}": b"avis", "reste.pdf": b"reste"}
    assert list(essai.boite.lister()) == ["reste.pdf"]


def test_deux_fichiers_du_meme_nom_sont_gardes_tous_les_deux(essai: Essai) -> None:
    for contenu in (b"un", b"deux", b"trois"):
        essai.poser("avis.pdf", contenu)
        essai.boite.lire("avis.pdf")
        essai.boite.ranger("avis.pdf", "classes")
    assert essai.voir() == {
        "classes/avis.pdf": b"un",
        "classes/avis (2).pdf": b"deux",
        "classes/avis (3).pdf": b"trois",
    }


def test_un_fichier_deja_range_par_un_autre_n_est_pas_une_erreur(essai: Essai) -> None:
    essai.poser("avis.pdf", b"avis")
    essai.boite.lire("avis.pdf")
    essai.boite.ranger("avis.pdf", "classes")
    essai.boite.ranger("avis.pdf", "classes")
    assert essai.voir() == {"classes/avis.pdf": b"avis"}


def test_un_fichier_disparu_ne_se_lit_plus(essai: Essai) -> None:
    essai.poser("autre.pdf", b"x")
    with pytest.raises(DonneeInvalide, match="n'est plus dans la boîte"):
        essai.boite.lire("avis.pdf")


def test_un_fichier_remplace_apres_sa_lecture_n_est_pas_range(essai: Essai) -> None:
    essai.poser("scan.pdf", b"premier")
    essai.boite.lire("scan.pdf")
    essai.poser("scan.pdf", b"second !")
    with pytest.raises(DonneeInvalide, match="remplacé pendant qu'il était classé"):
        essai.boite.ranger("scan.pdf", "classes")
    assert essai.voir() == {"scan.pdf": b"second !"}
    assert essai.boite.lire("scan.pdf") == b"second !"
    essai.boite.ranger("scan.pdf", "classes")
    assert essai.voir() == {"classes/scan.pdf": b"second !"}


@pytest.mark.parametrize("nom", ["../dehors.pdf", "classes/vieux.pdf", "/etc/passwd", "", "a/.."])
def test_un_chemin_n_est_pas_un_nom(essai: Essai, nom: str) -> None:
    essai.poser("classes/vieux.pdf", b"vieux")
    with pytest.raises(DonneeInvalide, match="est un chemin"):
        essai.boite.lire(nom)
    with pytest.raises(DonneeInvalide, match="est un chemin"):
        essai.boite.ranger(nom, "classes")
    assert essai.voir() == {"classes/vieux.pdf": b"vieux"}


def test_cinquante_megaoctets_se_lisent_un_octet_de_plus_est_refuse(essai: Essai) -> None:
    assert TAILLE_MAX == 50_000_000
    essai.poser("juste.pdf", bytes(TAILLE_MAX))
    essai.poser("trop.pdf", bytes(TAILLE_MAX + 1))
    assert len(essai.boite.lire("juste.pdf")) == TAILLE_MAX
    with pytest.raises(DonneeInvalide, match="dépasse 50 Mo"):
        essai.boite.lire("trop.pdf")
    assert "trop.pdf" in essai.boite.lister()


def test_huit_rangements_a_la_fois_ne_perdent_aucun_fichier(essai: Essai) -> None:
    noms = [f"avis {rang}.pdf" for rang in range(4)]
    for nom in noms:
        essai.poser(nom, nom.encode())
        essai.poser(f"classes/{nom}", b"deja la")
    depart = threading.Barrier(8)

    def ranger(rang: int) -> None:
        depart.wait()
        essai.boite.ranger(noms[rang % 4], "classes")

    with ThreadPoolExecutor(8) as fils:
        list(fils.map(ranger, range(8)))
    restes = essai.voir()
    assert not [nom for nom in restes if not nom.startswith("classes/")]
    for nom in noms:
        assert restes[f"classes/{nom}"] == b"deja la"
        assert nom.encode() in restes.values()


# The folder.


def test_dossier_un_fichier_encore_ecrit_attend_son_repos(tmp_path: Path) -> None:
    (tmp_path / "avis.pdf").write_bytes(b"debut")
    os.utime(tmp_path / "avis.pdf", (0, 0))
    change = (tmp_path / "avis.pdf").stat().st_ctime
    instant = [change + 4.9]
    boite = BoiteFolder(tmp_path, repos=5, maintenant=lambda: instant[0])
    assert boite.lister() == (), "une vieille date d'origine ne dit rien de la copie en cours"
    instant[0] = change + 5
    assert boite.lister() == ("avis.pdf",)
    with (tmp_path / "avis.pdf").open("ab") as suite:
        suite.write(b"suite")
    instant[0] = (tmp_path / "avis.pdf").stat().st_ctime + 4.9
    assert boite.lister() == ()


def test_dossier_par_defaut_un_fichier_qui_vient_d_arriver_est_laisse(tmp_path: Path) -> None:
    (tmp_path / "avis.pdf").write_bytes(b"x")
    assert BoiteFolder(tmp_path).lister() == ()


def test_dossier_la_boite_est_creee_et_dit_ou_elle_est(tmp_path: Path) -> None:
    boite = BoiteFolder(tmp_path / "donnees" / "reception")
    boite.lister()
    assert Path(boite.lieu()) == tmp_path / "donnees" / "reception"
    assert Path(boite.lieu()).is_dir()


def test_dossier_une_boite_atteinte_par_un_lien_est_admise(tmp_path: Path) -> None:
    (tmp_path / "disque").mkdir()
    (tmp_path / "disque" / "avis.pdf").write_bytes(b"x")
    (tmp_path / "reception").symlink_to(tmp_path / "disque")
    boite = BoiteFolder(tmp_path / "reception", repos=0)
    assert boite.lire("avis.pdf") == b"x"
    boite.ranger("avis.pdf", "classes")
    assert (tmp_path / "disque" / "classes" / "avis.pdf").exists()


def test_dossier_un_lien_est_montre_et_refuse(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    reception = tmp_path / "reception"
    reception.mkdir()
    (reception / "1A12345678901.pdf").symlink_to(tmp_path / "secret")
    boite = BoiteFolder(reception, repos=0)
    assert boite.lister() == ("1A12345678901.pdf",)
    with pytest.raises(DonneeInvalide, match="lien symbolique"):
        boite.lire("1A12345678901.pdf")


def test_dossier_un_sous_dossier_qui_est_un_lien_ne_mene_pas_dehors(tmp_path: Path) -> None:
    reception, dehors = tmp_path / "reception", tmp_path / "dehors"
    reception.mkdir()
    dehors.mkdir()
    (reception / "avis.pdf").write_bytes(b"x")
    (reception / "classes").symlink_to(dehors)
    with pytest.raises(
        DonneeInvalide, match="ne peut pas être rangé : un fichier ou un lien occupe la place"
    ):
        BoiteFolder(reception, repos=0).ranger("avis.pdf", "classes")
    assert list(dehors.iterdir()) == []
    assert (reception / "avis.pdf").exists()


def test_dossier_un_tube_ou_une_prise_ne_retient_personne(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "tube.pdf")
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as prise:
        prise.bind("prise.pdf")
    boite = BoiteFolder(tmp_path, repos=0)
    assert boite.lister() == ()
    with pytest.raises(DonneeInvalide, match="fichier ordinaire"):
        boite.lire("tube.pdf")


def test_dossier_un_nom_qui_n_est_pas_de_l_utf8_se_lit_et_se_range(tmp_path: Path) -> None:
    brut = os.fsdecode(b"avis re\xe7u.pdf")
    (tmp_path / brut).write_bytes(b"x")
    boite = BoiteFolder(tmp_path, repos=0)
    (nom,) = boite.lister()
    assert boite.lire(nom) == b"x"
    boite.ranger(nom, "classes")
    assert nom == brut
    assert (tmp_path / "classes" / brut).exists()


def test_dossier_un_nom_trop_long_pour_recevoir_un_numero_est_dit(tmp_path: Path) -> None:
    nom = "a" * 251 + ".pdf"
    (tmp_path / "classes").mkdir()
    for dossier in (tmp_path, tmp_path / "classes"):
        (dossier / nom).write_bytes(b"x")
    with pytest.raises(DonneeInvalide, match="son nom est trop long"):
        BoiteFolder(tmp_path, repos=0).ranger(nom, "classes")
    assert (tmp_path / nom).exists()


def test_dossier_une_boite_impossible_est_dite_en_francais(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_bytes(b"")
    with pytest.raises(
        DonneeInvalide, match=r"La boîte de réception .*fichier ne peut pas être lue : un fichier"
    ):
        BoiteFolder(tmp_path / "fichier").lister()


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() == 0, reason="root lit tout")
def test_dossier_un_fichier_sans_droit_de_lecture_est_dit(tmp_path: Path) -> None:
    (tmp_path / "avis.pdf").write_bytes(b"x")
    (tmp_path / "avis.pdf").chmod(0)
    with pytest.raises(DonneeInvalide, match="les droits manquent"):
        BoiteFolder(tmp_path).lire("avis.pdf")


# S3.


def test_s3_liste_au_dela_de_mille_fichiers(serveur_s3: ServeurS3) -> None:
    essai = dans_un_seau(serveur_s3, "nombreux")
    with ThreadPoolExecutor(16) as fils:
        list(fils.map(lambda rang: essai.poser(f"{rang:04d}.pdf", b""), range(1005)))
    assert list(essai.boite.lister()) == [f"{rang:04d}.pdf" for rang in range(1005)]


def test_s3_le_lieu_et_les_prefixes_voisins(serveur_s3: ServeurS3) -> None:
    un, voisin = dans_un_seau(serveur_s3, "bureau"), dans_un_seau(serveur_s3, "bureau-2")
    voisin.poser("avis.pdf", b"x")
    assert list(un.boite.lister()) == []
    assert un.boite.lieu() == f"s3://{serveur_s3.seau}/bureau/"
    assert BoiteS3("seau", "", serveur_s3.client()).lieu() == "s3://seau/"  # type: ignore[arg-type]


def test_s3_le_type_du_fichier_le_suit(serveur_s3: ServeurS3) -> None:
    client: Any = serveur_s3.client()
    client.put_object(Bucket=serveur_s3.seau, Key="type/a.pdf", Body=b"x", ContentType="application/pdf")
    BoiteS3(serveur_s3.seau, "type", client).ranger("a.pdf", "classes")
    assert (
        client.head_object(Bucket=serveur_s3.seau, Key="type/classes/a.pdf")["ContentType"]
        == "application/pdf"
    )


def test_s3_pannes_dites_en_francais(serveur_s3: ServeurS3) -> None:
    intrus: Any = client_s3(serveur_s3.endpoint, REGION, cle_acces="cle-de-test", cle_secrete="faux")
    eteint: Any = client_s3(
        f"http://127.0.0.1:{port_libre()}", REGION, cle_acces="a", cle_secrete="b", essais=1
    )
    client: Any = serveur_s3.client()
    for boite, phrase in (
        (BoiteS3(serveur_s3.seau, "", intrus), "accès refusé"),
        (BoiteS3("seau-inconnu", "", client), "ce seau n'existe pas"),
        (BoiteS3("Seau Invalide", "", client), "injoignable"),
        (BoiteS3("seau", "", eteint), "injoignable"),
    ):
        for acte in (boite.lister, lambda b=boite: b.lire("a"), lambda b=boite: b.ranger("a", "classes")):
            with pytest.raises(DonneeInvalide, match=phrase):
                acte()
