"""What each store says of itself: a real S3 server, then one that answers as Amazon does, then real folders."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from dossier.adapters.store_folder import StoreFolder, examen
from dossier.adapters.store_folder.examen import genre_de_disque
from dossier.adapters.store_s3 import Retention, StoreS3, client_s3
from dossier.core.errors import DossierError
from dossier.core.stockage import Avis, ConstatStockage, Gardien
from flows.ports import port_libre
from tests.adapters.conftest import REGION, ServeurS3

NUMEROS = count(1)
CONFORME, A_CORRIGER, INCONNU = Avis.CONFORME, Avis.A_CORRIGER, Avis.INCONNU
RETENTION = Retention(3650, "COMPLIANCE", lambda: datetime(2026, 11, 22, tzinfo=UTC))


def vus(gardien: Gardien) -> dict[str, ConstatStockage]:
    return {constat.objet: constat for constat in gardien.examiner()}


def avis(gardien: Gardien) -> dict[str, Avis]:
    return {objet: constat.avis for objet, constat in vus(gardien).items()}


def nouveau_seau(serveur: ServeurS3, **options: Any) -> str:
    nom = f"examen-{next(NUMEROS)}"
    client: Any = serveur.client()
    client.create_bucket(Bucket=nom, **options)
    return nom


# A real server.


def test_un_seau_nu_a_tout_a_corriger_sauf_ce_que_le_serveur_fait_bien(serveur_s3: ServeurS3) -> None:
    seau = nouveau_seau(serveur_s3)
    trouves = vus(StoreS3(seau, "p", serveur_s3.client()))
    assert {objet: constat.avis for objet, constat in trouves.items()} == {
        "Seau": CONFORME,
        "Région": INCONNU,
        "Versions": A_CORRIGER,
        "Verrou d'objets": A_CORRIGER,
        "Chiffrement": A_CORRIGER,
        "Blocage de l'accès public": INCONNU,
        "Politique du seau": CONFORME,
        "ACL du seau": CONFORME,
        "Écriture unique": CONFORME,
        "Empreinte SHA-256": CONFORME,
        "Lecture sans clé": CONFORME,
    }
    assert f"--bucket {seau} --versioning-configuration Status=Enabled" in trouves["Versions"].message
    assert "n'a pas ce réglage" in trouves["Blocage de l'accès public"].message


def test_le_remede_donne_pour_les_versions_les_corrige(serveur_s3: ServeurS3) -> None:
    seau = nouveau_seau(serveur_s3)
    client: Any = serveur_s3.client()
    client.put_bucket_versioning(Bucket=seau, VersioningConfiguration={"Status": "Enabled"})
    assert avis(StoreS3(seau, "", client))["Versions"] is CONFORME
    client.put_bucket_versioning(Bucket=seau, VersioningConfiguration={"Status": "Suspended"})
    assert avis(StoreS3(seau, "", client))["Versions"] is A_CORRIGER


def test_un_verrou_ouvert_que_rien_ne_pose_est_a_corriger(serveur_s3: ServeurS3) -> None:
    seau = nouveau_seau(serveur_s3, ObjectLockEnabledForBucket=True)
    client: Any = serveur_s3.client()
    sans = vus(StoreS3(seau, "", client))["Verrou d'objets"]
    assert (sans.avis, "DOSSIER_S3_RETENTION_JOURS" in sans.message) == (A_CORRIGER, True)
    avec = vus(StoreS3(seau, "", client, RETENTION))["Verrou d'objets"]
    assert avec.avis is CONFORME
    assert "3650 jours (COMPLIANCE : personne ne peut le lever)" in avec.message


@pytest.mark.parametrize(
    ("regle", "dite"),
    [
        (
            {"Mode": "GOVERNANCE", "Days": 3},
            "3 jours ce qui n'a pas d'autre durée (GOVERNANCE : qui a s3:Bypass",
        ),
        ({"Mode": "COMPLIANCE", "Years": 10}, "10 ans ce qui n'a pas d'autre durée (COMPLIANCE"),
    ],
)
def test_la_retention_du_seau_est_dite(serveur_s3: ServeurS3, regle: dict[str, Any], dite: str) -> None:
    seau = nouveau_seau(serveur_s3, ObjectLockEnabledForBucket=True)
    client: Any = serveur_s3.client()
    client.put_object_lock_configuration(
        Bucket=seau,
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": regle}},
    )
    constat = vus(StoreS3(seau, "", client))["Verrou d'objets"]
    assert constat.avis is CONFORME
    assert dite in constat.message


def test_une_acl_ouverte_a_tous_est_vue(serveur_s3: ServeurS3) -> None:
    seau = nouveau_seau(serveur_s3)
    client: Any = serveur_s3.client()
    client.put_bucket_acl(Bucket=seau, ACL="public-read")
    constat = vus(StoreS3(seau, "", client))["ACL du seau"]
    assert (constat.avis, "donne READ à tous" in constat.message) == (A_CORRIGER, True)


def test_une_politique_ouverte_a_tous_est_vue_et_essayee_sans_cle(serveur_s3: ServeurS3) -> None:
    seau = nouveau_seau(serveur_s3)
    client: Any = serveur_s3.client()
    ouverte = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [f"arn:aws:s3:::{seau}", f"arn:aws:s3:::{seau}/*"],
    }
    politique = {"Version": "2012-10-17", "Statement": [ouverte]}
    client.put_bucket_policy(Bucket=seau, Policy=json.dumps(politique))
    trouves = vus(StoreS3(seau, "", client))
    assert trouves["Politique du seau"].avis is A_CORRIGER
    assert trouves["Lecture sans clé"].avis is A_CORRIGER
    assert "la liste de ses documents et un document sans clé" in trouves["Lecture sans clé"].message


def test_un_seau_absent_ou_injoignable_est_seul_dit(serveur_s3: ServeurS3) -> None:
    (absent,) = StoreS3("seau-absent", "", serveur_s3.client()).examiner()
    assert absent.avis is A_CORRIGER
    assert "n'existe pas" in absent.message
    eteint = client_s3(f"http://127.0.0.1:{port_libre()}", REGION, cle_acces="a", cle_secrete="b", essais=1)
    (muet,) = StoreS3("seau", "", eteint).examiner()
    assert (muet.avis, "injoignable" in muet.message) == (A_CORRIGER, True)
    (impossible,) = StoreS3("Seau Invalide", "", serveur_s3.client()).examiner()
    assert "le nom du seau n'en est pas un" in impossible.message


def test_une_cle_sans_droit_laisse_tout_inconnu(serveur_s3: ServeurS3) -> None:
    intrus = client_s3(serveur_s3.endpoint, REGION, cle_acces="cle-de-test", cle_secrete="faux")
    trouves = vus(StoreS3(nouveau_seau(serveur_s3), "", intrus))
    lus = ["Seau", "Région", "Versions", "Verrou d'objets", "Chiffrement", "Politique du seau", "ACL du seau"]
    assert {trouves[objet].avis for objet in lus} == {INCONNU}
    assert "donnez s3:GetBucketVersioning à cette clé d'accès" in trouves["Versions"].message
    assert trouves["Écriture unique"].avis is A_CORRIGER, "sans droit d'écrire rien ne marchera"


# As Amazon answers.

BLOCAGES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def blocage(*faux: str) -> str:
    return "".join(f"<{nom}>{str(nom not in faux).lower()}</{nom}>" for nom in BLOCAGES)


BONNES = {
    "location": f"<LocationConstraint>{REGION}</LocationConstraint>",
    "versioning": "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>",
    "object-lock": "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled>"
    "</ObjectLockConfiguration>",
    "encryption": "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault>"
    "<SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault></Rule>"
    "</ServerSideEncryptionConfiguration>",
    "publicAccessBlock": f"<PublicAccessBlockConfiguration>{blocage()}</PublicAccessBlockConfiguration>",
    "policyStatus": "<PolicyStatus><IsPublic>false</IsPublic></PolicyStatus>",
    "acl": "<AccessControlPolicy><AccessControlList></AccessControlList></AccessControlPolicy>",
}


class Amazon(BaseHTTPRequestHandler):
    """Answers each question with the text set for it, or with an error: (HTTP status, code)."""

    reponses: dict[str, Any]
    sans_cle: int
    ecrire: int
    verifie: bool
    somme: str
    ecrits: set[str]

    def do_HEAD(self) -> None:
        self._repondre(200, "", {"x-amz-checksum-sha256": self.somme} if self.somme else {})

    def do_GET(self) -> None:
        questions = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        if self.headers["Authorization"] is None:
            if self.sans_cle:
                self._repondre(self.sans_cle, "")
            return
        reponse = next(self.reponses[q] for q in questions if q in self.reponses)
        if isinstance(reponse, tuple):
            self._erreur(*reponse)
        else:
            self._repondre(200, reponse)

    def do_PUT(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        if (refus := self.reponses.get(urlsplit(self.path).query)) is not None:
            self._erreur(*refus)
        elif self.ecrire != 200:
            self._erreur(self.ecrire, "InternalError")
        elif self.path.endswith("-fausse-somme") and self.verifie:
            self._erreur(400, "BadDigest")
        elif self.path in self.ecrits:
            self._erreur(412, "PreconditionFailed")
        else:
            self.ecrits.add(self.path)
            self._repondre(200, "")

    def _erreur(self, statut: int, code: str) -> None:
        self._repondre(statut, f"<Error><Code>{code}</Code><Message>m</Message></Error>")

    def _repondre(self, statut: int, corps: str, entetes: dict[str, str] | None = None) -> None:
        octets = corps.encode()
        self.send_response(statut)
        for nom, valeur in (entetes or {}).items():
            self.send_header(nom, valeur)
        self.send_header("Content-Length", str(len(octets)))
        self.end_headers()
        self.wfile.write(octets)

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def amazon(
    *, sans_cle: int = 403, ecrire: int = 200, verifie: bool = True, somme: str = "c29tbWU=", **reponses: Any
) -> Iterator[StoreS3]:
    autres = {nom.replace("_", "-"): reponse for nom, reponse in reponses.items()}
    champs = {
        "reponses": BONNES | autres,
        "sans_cle": sans_cle,
        "ecrire": ecrire,
        "verifie": verifie,
        "somme": somme,
        "ecrits": set(),
    }
    classe = type("Serveur", (Amazon,), champs)
    with ThreadingHTTPServer(("127.0.0.1", 0), classe) as serveur:
        threading.Thread(target=serveur.serve_forever, args=(0.01,), daemon=True).start()
        adresse = f"http://127.0.0.1:{serveur.server_port}"
        client = client_s3(adresse, REGION, cle_acces="a", cle_secrete="b", essais=1)
        yield StoreS3("seau", "", client, RETENTION)
        serveur.shutdown()


def test_un_seau_bien_regle_n_a_rien_a_corriger() -> None:
    with amazon() as store:
        assert set(avis(store).values()) == {CONFORME}


REFUS = (403, "AccessDenied")


def test_des_droits_insuffisants_disent_lequel_manque() -> None:
    with amazon(**dict.fromkeys(BONNES, REFUS)) as store:
        trouves = vus(store)
    inconnus = {objet for objet, constat in trouves.items() if constat.avis is INCONNU}
    assert inconnus == {
        "Région",
        "Versions",
        "Verrou d'objets",
        "Chiffrement",
        "Blocage de l'accès public",
        "Politique du seau",
        "ACL du seau",
    }
    assert all("Droits insuffisants" in trouves[objet].message for objet in inconnus)


@pytest.mark.parametrize(
    ("reglage", "objet", "attendu", "dit"),
    [
        (
            {"location": "<LocationConstraint>eu-central-1</LocationConstraint>"},
            "Région",
            A_CORRIGER,
            "DOSSIER_S3_REGION=eu-central-1",
        ),
        (
            {"encryption": (404, "ServerSideEncryptionConfigurationNotFoundError")},
            "Chiffrement",
            A_CORRIGER,
            "put-bucket-encryption",
        ),
        (
            {"publicAccessBlock": (404, "NoSuchPublicAccessBlockConfiguration")},
            "Blocage de l'accès public",
            A_CORRIGER,
            "(BlockPublicAcls, IgnorePublicAcls, BlockPublicPolicy, RestrictPublicBuckets)",
        ),
        (
            {
                "publicAccessBlock": f"<PublicAccessBlockConfiguration>{blocage('BlockPublicPolicy')}"
                "</PublicAccessBlockConfiguration>"
            },
            "Blocage de l'accès public",
            A_CORRIGER,
            "(BlockPublicPolicy)",
        ),
        ({"policyStatus": (404, "NoSuchBucketPolicy")}, "Politique du seau", CONFORME, ""),
        ({"acl": (400, "AccessControlListNotSupported")}, "ACL du seau", CONFORME, ""),
        ({"versioning": (500, "InternalError")}, "Versions", INCONNU, "InternalError"),
        ({"sans_cle": 200}, "Lecture sans clé", A_CORRIGER, "N'importe qui peut lire"),
        ({"sans_cle": 302}, "Lecture sans clé", INCONNU, "302"),
        ({"verifie": False}, "Empreinte SHA-256", A_CORRIGER, "n'a pas l'empreinte SHA-256 annoncée"),
        ({"somme": ""}, "Empreinte SHA-256", A_CORRIGER, "ne garde pas l'empreinte"),
    ],
)
def test_chaque_defaut_est_vu_avec_son_remede(
    reglage: dict[str, Any], objet: str, attendu: Avis, dit: str
) -> None:
    with amazon(**reglage) as store:
        trouves = vus(store)
    assert (trouves[objet].avis, dit in trouves[objet].message) == (attendu, True), trouves[objet]
    assert {constat.avis for nom, constat in trouves.items() if nom != objet} == {CONFORME}


def test_un_serveur_qui_n_ecrit_pas_ou_se_tait_est_dit() -> None:
    with amazon(ecrire=500) as store:
        trouves = vus(store)
    assert trouves["Écriture unique"].avis is A_CORRIGER
    assert (trouves["Empreinte SHA-256"].avis, "InternalError" in trouves["Empreinte SHA-256"].message) == (
        INCONNU,
        True,
    )
    with amazon(sans_cle=0) as store:
        constat = vus(store)["Lecture sans clé"]
    assert (constat.avis, "n'a pas répondu" in constat.message) == (INCONNU, True)


def test_un_gel_refuse_par_le_serveur_est_dit_en_francais() -> None:
    with amazon(legal_hold=REFUS) as store:
        for geste in (store.retenir, store.liberer, store.retenu):
            with pytest.raises(DossierError, match=r"s3://seau/a : accès refusé, .*\(AccessDenied\)"):
                geste("a")


# Folders.

DURABLE = "/dev/sda1 / ext4 rw 0 0\n"


@pytest.fixture
def sur_disque(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A root on a disk that lasts, wherever the tests run."""
    (tmp_path / "mounts").write_text(DURABLE)
    monkeypatch.setattr(examen, "MONTAGES", tmp_path / "mounts")
    return tmp_path / "preuves"


def test_un_dossier_neuf_n_a_rien_a_corriger(sur_disque: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examen, "PLACE_MIN", 1)
    assert avis(StoreFolder(sur_disque)) == {
        "Droits": CONFORME,
        "Place libre": CONFORME,
        "Durée du disque": CONFORME,
        "Disque unique": CONFORME,
        "Écriture unique": CONFORME,
        "Sauvegarde": INCONNU,
    }
    assert list(sur_disque.iterdir()) == [], "l'examen ne laisse rien"


@pytest.mark.parametrize(
    ("mode", "attendu"), [(0o700, CONFORME), (0o750, CONFORME), (0o755, A_CORRIGER), (0o770, A_CORRIGER)]
)
def test_un_dossier_ouvert_a_d_autres_est_a_fermer(sur_disque: Path, mode: int, attendu: Avis) -> None:
    sur_disque.mkdir()
    sur_disque.chmod(mode)
    constat = vus(StoreFolder(sur_disque))["Droits"]
    assert constat.avis is attendu
    assert (f"chmod 750 {sur_disque}" in constat.message) == (attendu is A_CORRIGER)


def test_le_disque_presque_plein_est_dit(sur_disque: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    libre = os.statvfs(sur_disque.parent)
    monkeypatch.setattr(examen, "PLACE_MIN", libre.f_blocks * libre.f_frsize * 2)
    constat = vus(StoreFolder(sur_disque))["Place libre"]
    assert (constat.avis, "libérez de la place" in constat.message) == (A_CORRIGER, True)


@pytest.mark.parametrize(
    ("table", "genre"),
    [
        (DURABLE, "ext4"),
        (DURABLE + "tmpfs /srv tmpfs rw 0 0\n", "tmpfs"),
        (DURABLE + "tmpfs /srv tmpfs rw 0 0\n/dev/sdb1 /srv/preuves\\040dures xfs rw 0 0\n", "xfs"),
        (DURABLE + "tmpfs /srv tmpfs rw 0 0\n/dev/sdb1 /srv ext4 rw 0 0\n", "ext4"),
        (DURABLE + "tmpfs /srv/preuves tmpfs rw 0 0\n", "ext4"),
        ("", ""),
    ],
)
def test_le_disque_qui_porte_le_dossier_est_le_plus_proche(table: str, genre: str) -> None:
    assert genre_de_disque(Path("/srv/preuves dures/un"), table) == genre


@pytest.mark.parametrize(
    ("genre", "attendu"), [("tmpfs", A_CORRIGER), ("overlay", A_CORRIGER), ("xfs", CONFORME), ("", INCONNU)]
)
def test_un_disque_qui_ne_dure_pas_est_dit(sur_disque: Path, genre: str, attendu: Avis) -> None:
    examen.MONTAGES.write_text(f"x / {genre} rw 0 0\n" if genre else "")
    assert avis(StoreFolder(sur_disque))["Durée du disque"] is attendu


def test_une_table_des_disques_absente_laisse_inconnu(sur_disque: Path) -> None:
    examen.MONTAGES.unlink()
    constat = vus(StoreFolder(sur_disque))["Durée du disque"]
    assert (constat.avis, "ne se laisse pas examiner" in constat.message) == (INCONNU, True)


def test_une_racine_impossible_est_seule_dite(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_bytes(b"")
    (constat,) = StoreFolder(tmp_path / "fichier").examiner()
    assert constat.avis is A_CORRIGER
    assert "n'est pas un dossier" in constat.message


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="système sans /proc")
def test_un_disque_qui_refuse_les_liens_est_dit() -> None:
    trouves = {constat.objet: constat for constat in examen.examiner(Path("/proc/self"))}
    assert trouves["Écriture unique"].avis is A_CORRIGER
    assert "refuse les liens physiques ou l'écriture" in trouves["Écriture unique"].message
