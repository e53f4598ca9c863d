"""One contract for what both stores do beyond keeping bytes: holding, showing; then each one's own limits."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit, urlunsplit

import httpx
import pytest
from botocore.exceptions import ClientError

from dossier.adapters.store_folder import StoreFolder
from dossier.adapters.store_s3 import Retention, StoreS3, client_s3
from dossier.core.errors import ConfigurationInvalide, DocumentAbsent, DonneeInvalide, DossierError
from dossier.core.ports import Store
from dossier.core.stockage import Gardien
from tests.adapters.conftest import REGION, ServeurS3

CLE = "creances/FA-1/mise en demeure.pdf"
NUMEROS = count(1)


class Magasin(Store, Gardien, Protocol):
    """Both contracts."""


def maintenant() -> datetime:
    return datetime.fromtimestamp(time.time(), tz=UTC)


DANS_UNE_HEURE = maintenant() + timedelta(hours=1)


def seau_verrouille(serveur: ServeurS3) -> str:
    nom = f"garde-{next(NUMEROS)}"
    client: Any = serveur.client()
    client.create_bucket(Bucket=nom, ObjectLockEnabledForBucket=True)
    return nom


@pytest.fixture
def seau(serveur_s3: ServeurS3) -> str:
    return seau_verrouille(serveur_s3)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Magasin:
    if request.param == "folder":
        return StoreFolder(tmp_path / "preuves")
    serveur: ServeurS3 = request.getfixturevalue("serveur_s3")
    return StoreS3(seau_verrouille(serveur), "cabinet", serveur.client())


# The contract.


def test_un_document_est_retenu_puis_libere(store: Magasin) -> None:
    store.put(CLE, b"lettre")
    store.put("creances/FA-1/autre.pdf", b"autre")
    assert not store.retenu(CLE)
    for _ in range(2):
        store.retenir(CLE)
        assert store.retenu(CLE)
    assert not store.retenu("creances/FA-1/autre.pdf")
    assert store.get(CLE) == b"lettre"
    for _ in range(2):
        store.liberer(CLE)
        assert not store.retenu(CLE)
    assert store.get(CLE) == b"lettre"


def test_liberer_ce_qui_n_a_jamais_ete_retenu_est_sans_effet(store: Magasin) -> None:
    store.put(CLE, b"lettre")
    store.liberer(CLE)
    assert not store.retenu(CLE)


@pytest.mark.parametrize("cle", [CLE, "creances", "creances/FA-1"])
def test_ce_qui_n_est_pas_la_ne_se_retient_ni_ne_se_montre(store: Magasin, cle: str) -> None:
    store.put("creances/FA-1/autre.pdf", b"autre")
    for geste in (store.retenir, store.liberer, store.retenu):
        with pytest.raises(DocumentAbsent):
            geste(cle)
    with pytest.raises(DocumentAbsent):
        store.lien(cle, DANS_UNE_HEURE)


@pytest.mark.parametrize("cle", ["", "../dehors", ".retenus/a", "/etc/passwd"])
def test_une_cle_refusee_l_est_par_tous_les_gestes(store: Magasin, cle: str) -> None:
    for geste in (store.retenir, store.liberer, store.retenu):
        with pytest.raises(DonneeInvalide):
            geste(cle)
    with pytest.raises(DonneeInvalide):
        store.lien(cle, DANS_UNE_HEURE)


def test_le_lien_ouvre_le_document(store: Magasin) -> None:
    store.put(CLE, b"lettre")
    lien = store.lien(CLE, DANS_UNE_HEURE)
    lu = httpx.get(lien).content if lien.startswith("http") else Path(lien).read_bytes()
    assert lu == b"lettre"


# The folder.


def test_dossier_un_document_retenu_survit_a_son_effacement(tmp_path: Path) -> None:
    store = StoreFolder(tmp_path)
    store.put("a/b.pdf", b"lettre")
    store.retenir("a/b.pdf")
    Path(store.lieu("a/b.pdf")).unlink()
    with pytest.raises(DocumentAbsent, match=r"il était retenu : remettez en place .*\.retenus/a/b\.pdf"):
        store.get("a/b.pdf")
    assert (tmp_path / ".retenus" / "a" / "b.pdf").read_bytes() == b"lettre"
    store.put("a/b.pdf", b"lettre")
    store.liberer("a/b.pdf")
    Path(store.lieu("a/b.pdf")).unlink()
    with pytest.raises(DocumentAbsent, match="Aucun document"):
        store.get("a/b.pdf")


def test_dossier_la_racine_n_est_ouverte_qu_a_son_groupe(tmp_path: Path) -> None:
    ancien = os.umask(0)
    try:
        StoreFolder(tmp_path / "preuves").put("a", b"x")
    finally:
        os.umask(ancien)
    assert (tmp_path / "preuves").stat().st_mode & 0o777 == 0o750


# S3.


def effacer(serveur: ServeurS3, seau: str, cle: str) -> None:
    client: Any = serveur.client()
    version = client.head_object(Bucket=seau, Key=cle)["VersionId"]
    client.delete_object(Bucket=seau, Key=cle, VersionId=version)


def test_s3_le_gel_empeche_d_effacer_et_liberer_le_permet(serveur_s3: ServeurS3, seau: str) -> None:
    store = StoreS3(seau, "", serveur_s3.client())
    store.put("a", b"lettre")
    store.retenir("a")
    with pytest.raises(ClientError, match="AccessDenied"):
        effacer(serveur_s3, seau, "a")
    store.liberer("a")
    effacer(serveur_s3, seau, "a")
    with pytest.raises(DocumentAbsent):
        store.get("a")


def test_s3_gele_des_l_ecriture(serveur_s3: ServeurS3, seau: str) -> None:
    store = StoreS3(seau, "", serveur_s3.client(), geler=True)
    store.put("a", b"lettre")
    assert store.retenu("a")
    with pytest.raises(ClientError, match="AccessDenied"):
        effacer(serveur_s3, seau, "a")


def test_s3_libere_la_retention_court_encore(serveur_s3: ServeurS3, seau: str) -> None:
    retention = Retention(10, "COMPLIANCE", maintenant)
    store = StoreS3(seau, "", serveur_s3.client(), retention, geler=True)
    store.put("a", b"lettre")
    store.liberer("a")
    assert not store.retenu("a")
    with pytest.raises(ClientError, match="AccessDenied"):
        effacer(serveur_s3, seau, "a")


def test_s3_un_seau_sans_verrou_ne_gele_pas(serveur_s3: ServeurS3) -> None:
    store = StoreS3(serveur_s3.seau, f"sans-verrou-{next(NUMEROS)}", serveur_s3.client())
    store.put("a", b"lettre")
    assert not store.retenu("a")
    for geste in (store.retenir, store.liberer):
        with pytest.raises(ConfigurationInvalide, match="n'a pas de verrou d'objets"):
            geste("a")


def test_s3_le_lien_finit_a_sa_date(serveur_s3: ServeurS3, seau: str) -> None:
    store = StoreS3(seau, "", serveur_s3.client())
    store.put("a", b"lettre")
    lien = store.lien("a", maintenant() + timedelta(seconds=3))
    assert httpx.get(lien).status_code == 200
    fin = time.monotonic() + 20
    while (statut := httpx.get(lien).status_code) == 200 and time.monotonic() < fin:
        time.sleep(0.2)  # noqa: TID251 - waits for the link to die
    assert statut == 403


def test_s3_le_lien_n_ouvre_que_ce_document_et_ne_permet_pas_d_ecrire(
    serveur_s3: ServeurS3, seau: str
) -> None:
    store = StoreS3(seau, "", serveur_s3.client())
    store.put("a", b"lettre")
    store.put("b", b"secret")
    lien = store.lien("a", DANS_UNE_HEURE)
    autre = urlunsplit(urlsplit(lien)._replace(path=f"/{seau}/b"))
    assert httpx.get(autre).status_code == 403
    assert httpx.put(lien, content=b"autre").status_code == 403
    assert store.get("a") == b"lettre"


def test_s3_le_lien_se_telecharge_sous_le_nom_du_document(serveur_s3: ServeurS3, seau: str) -> None:
    store = StoreS3(seau, "", serveur_s3.client())
    store.put("dossiers/dossier-1-v1.zip", b"PK")
    reponse = httpx.get(store.lien("dossiers/dossier-1-v1.zip", DANS_UNE_HEURE))
    assert reponse.headers["content-disposition"] == 'attachment; filename="dossier-1-v1.zip"'


def test_s3_un_lien_vit_sept_jours_au_plus(serveur_s3: ServeurS3, seau: str) -> None:
    store = StoreS3(seau, "", serveur_s3.client())
    store.put("a", b"lettre")
    sept_jours = maintenant() + timedelta(days=7)
    assert httpx.get(store.lien("a", sept_jours - timedelta(seconds=2))).status_code == 200
    with pytest.raises(DonneeInvalide, match="vit 7 jours au plus : choisissez une fin avant le"):
        store.lien("a", sept_jours + timedelta(seconds=5))


@pytest.mark.parametrize("avant", [timedelta(seconds=2), timedelta(days=40)])
def test_s3_un_lien_deja_fini_est_refuse(serveur_s3: ServeurS3, seau: str, avant: timedelta) -> None:
    store = StoreS3(seau, "", serveur_s3.client())
    store.put("a", b"lettre")
    with pytest.raises(DonneeInvalide, match="déjà passé"):
        store.lien("a", maintenant() - avant)


def test_s3_une_mauvaise_cle_d_acces_est_dite(serveur_s3: ServeurS3, seau: str) -> None:
    StoreS3(seau, "", serveur_s3.client()).put("a", b"lettre")
    intrus = client_s3(serveur_s3.endpoint, REGION, cle_acces="cle-de-test", cle_secrete="faux")
    store = StoreS3(seau, "", intrus)
    for geste in (store.retenir, store.liberer, store.retenu):
        with pytest.raises(DossierError, match="accès refusé"):
            geste("a")
    with pytest.raises(DossierError, match="accès refusé"):
        store.lien("a", DANS_UNE_HEURE)
