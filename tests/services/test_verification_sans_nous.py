"""An expert without our code: the commands of LISEZ-MOI.txt, as written, with the system's tools alone."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from dossier.adapters.timestamp_rfc3161 import MENTION_LOCALE, HorodateurRfc3161, autorite_locale
from dossier.core.lisez_moi import lisez_moi
from tests.commandes_du_lisez_moi import commandes
from tests.services.scelles import FACTURE, INSTANT, RACINE, SCEAU, Scene, refaire, renumeroter

LISEZ_MOI = "LISEZ-MOI.txt"
Terminal = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return Scene(tmp_path_factory.mktemp("scene"))


def deballer(scene: Scene, dossier: Path, horodateur: HorodateurRfc3161) -> Path:
    """The bag with its LISEZ-MOI.txt, sealed by that authority and unpacked in a bare folder."""
    fichiers = dict(scene.contenu)
    fichiers[LISEZ_MOI] = lisez_moi(RACINE, MENTION_LOCALE, INSTANT).encode()
    fichiers["ca-horodatage.pem"] = horodateur.certificat
    renumeroter(fichiers)
    fichiers[f"{SCEAU}.tsr"] = horodateur.horodater(fichiers[SCEAU])
    with zipfile.ZipFile(refaire(fichiers, dossier / "d.zip")) as archive:
        archive.extractall(dossier / "nu")
    return dossier / "nu" / RACINE


@pytest.fixture
def nu(scene: Scene, tmp_path: Path) -> Path:
    return deballer(scene, tmp_path, scene.horodateur)


@pytest.fixture
def taper(nu: Path, tmp_path: Path) -> Terminal:
    return terminal(nu, tmp_path)


def terminal(nu: Path, tmp_path: Path) -> Terminal:
    """A shell in that folder: the system's tools and bagit, nothing of this project."""
    outils = tmp_path / "outils"
    outils.mkdir()
    (outils / "bagit.py").symlink_to(Path(sys.executable).parent / "bagit.py")
    environnement = {"PATH": f"{outils}:/usr/bin:/bin", "LANG": "fr_FR.UTF-8", "HOME": str(tmp_path)}

    def taper(commande: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            commande, shell=True, cwd=nu, env=environnement, capture_output=True, text=True, check=False
        )

    return taper


def ecrites(nu: Path) -> dict[str, str]:
    """The commands of the file, under names for the tests."""
    noms = ("empreintes", "liste", "jeton", "date", "sac", "a_la_date", "originaux")
    lues = commandes((nu / LISEZ_MOI).read_text(encoding="utf-8"))
    return dict(zip(noms, lues, strict=True))


def alterer(fichier: Path) -> None:
    octets = bytearray(fichier.read_bytes())
    octets[len(octets) // 2] ^= 1
    fichier.write_bytes(bytes(octets))


def test_le_projet_n_est_pas_joignable_de_ce_terminal(taper: Terminal) -> None:
    assert taper("command -v dossier").returncode != 0
    assert taper("python3 -c 'import dossier'").returncode != 0


def test_chaque_commande_reussit_telle_qu_elle_est_ecrite(nu: Path, taper: Terminal) -> None:
    for nom, commande in ecrites(nu).items():
        resultat = taper(commande)
        assert resultat.returncode == 0, (nom, resultat.stdout, resultat.stderr)
    assert "Verification: OK" in taper(ecrites(nu)["jeton"]).stdout
    assert "Time stamp:" in taper(ecrites(nu)["date"]).stdout
    originaux = taper(ecrites(nu)["originaux"]).stdout.splitlines()
    assert len(originaux) == 3 and all(ligne.startswith("OK data/originaux/") for ligne in originaux)


@pytest.mark.parametrize(
    ("fichier", "nom"),
    [
        ("data/index.json", "empreintes"),
        ("data/index.json", "sac"),
        ("manifest-sha256.txt", "liste"),
        ("ca-horodatage.pem", "liste"),
        (SCEAU, "jeton"),
        (SCEAU, "a_la_date"),
        (f"{SCEAU}.tsr", "jeton"),
    ],
)
def test_et_elle_echoue_quand_un_octet_change(nu: Path, taper: Terminal, fichier: str, nom: str) -> None:
    alterer(nu / fichier)
    assert taper(ecrites(nu)[nom]).returncode != 0


def test_un_fichier_ajoute_n_est_vu_que_par_le_sac_comme_il_est_dit(nu: Path, taper: Terminal) -> None:
    (nu / "data" / "ajout.pdf").write_bytes(b"x")
    assert taper(ecrites(nu)["empreintes"]).returncode == 0
    assert taper(ecrites(nu)["sac"]).returncode != 0


def test_un_original_change_est_nomme(nu: Path, taper: Terminal) -> None:
    alterer(nu / f"data/originaux/{FACTURE}")
    dits = taper(ecrites(nu)["originaux"]).stdout.splitlines()
    assert [d for d in dits if d.startswith("ECHEC")] == [f"ECHEC data/originaux/{FACTURE}.tsr"]


def test_le_certificat_arrive_a_son_terme_la_commande_attime_vaut_encore(
    scene: Scene, tmp_path: Path
) -> None:
    nu = deballer(scene, tmp_path, HorodateurRfc3161(*autorite_breve(tmp_path), MENTION_LOCALE))
    taper, ecrite = terminal(nu, tmp_path), ecrites(nu)
    essais = 0
    while (resultat := taper(ecrite["jeton"])).returncode == 0 and essais < 5_000:
        essais += 1
    assert "certificate has expired" in resultat.stderr
    assert taper(ecrite["a_la_date"]).returncode == 0
    alterer(nu / SCEAU)
    assert taper(ecrite["a_la_date"]).returncode != 0


def autorite_breve(dossier: Path) -> tuple[Callable[[bytes], bytes], bytes]:
    """An authority whose certificates end in eight seconds."""
    fin = datetime.now(UTC) + timedelta(seconds=8)  # noqa: TID251 - openssl reads the machine's clock
    autorite = dossier / "breve" / "autorite"
    autorite.mkdir(parents=True)
    cle_racine, cle = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    racine = certificat("racine breve", cle_racine.public_key(), cle_racine, fin, racine=True)
    signataire = certificat("signataire bref", cle.public_key(), cle_racine, fin, racine=False)
    pem = serialization.Encoding.PEM
    (autorite / "racine.pem").write_bytes(racine.public_bytes(pem))
    (autorite / "signataire.pem").write_bytes(signataire.public_bytes(pem))
    (autorite / "cle.pem").write_bytes(
        cle.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return autorite_locale(dossier / "breve")


def certificat(
    nom: str,
    cle: ec.EllipticCurvePublicKey,
    signe_par: ec.EllipticCurvePrivateKey,
    fin: datetime,
    *,
    racine: bool,
) -> x509.Certificate:
    emetteur = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "racine breve")])
    sujet = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, nom)])
    constructeur = (
        x509.CertificateBuilder(emetteur, sujet, cle, x509.random_serial_number())
        .not_valid_before(fin - timedelta(days=1))
        .not_valid_after(fin)
        .add_extension(x509.BasicConstraints(ca=racine, path_length=None), critical=True)
    )
    if not racine:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        constructeur = constructeur.add_extension(usage, critical=True)
    return constructeur.sign(signe_par, hashes.SHA256())
