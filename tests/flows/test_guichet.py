"""Documents by link: whoever has the link opens that document, and nobody opens anything else."""

from __future__ import annotations

import http.client
import logging
import os
import re
import socket
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.sorting import ArtifactSort
from prefect.input import read_flow_run_input

from dossier.adapters.config_yaml import charger_droit
from dossier.adapters.store_folder import StoreFolder
from dossier.adapters.store_s3 import StoreS3
from dossier.core.dates import debut_du_jour
from dossier.core.errors import ConfigurationInvalide
from flows import wiring
from flows.guichet import guichet
from flows.guichet.application import ABSENT, INCONNU, METHODE, PANNE
from flows.guichet.liens import FICHIER, OUVERTURE, Liens, adresse, liens_des_reglages, secret
from flows.ports import port_libre
from tests.adapters.conftest import REGION, ServeurS3, serveur_s3
from tests.core.vie import Vie
from tests.fakes import tiny_pdf
from tests.flows.maison import Maison, attendre

CLE = "creances/FA-2026-0042/envois/mise-en-demeure_lrar-2026-09-08-33.pdf"
PDF = tiny_pdf("mise en demeure")
SECRET = "un secret de trente-deux lettres"
NUMEROS = count(1)
UN_SEUL_DROIT = cache(charger_droit)
"""The texts of config/droit take a second to read and are the same for all."""
__all__ = ["serveur_s3"]  # the fixture of the adapters' tests, which pytest finds here by its name


class Bureau:
    """The settings of a service and what its pages would link to; every file is real."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, donnees: Path) -> None:
        self._monkeypatch = monkeypatch
        self.donnees = donnees
        self.port = port_libre()
        self.regler(DOSSIER_DONNEES=str(donnees), DOSSIER_DOCUMENTS_PORT=str(self.port))

    def regler(self, **environ: str) -> None:
        for nom, valeur in environ.items():
            self._monkeypatch.setenv(nom, valeur)
        self.fermer()

    def fermer(self) -> None:
        if wiring.outils.cache_info().currsize:
            wiring.outils().journal.close()  # type: ignore[attr-defined]
        wiring.settings.cache_clear()
        wiring.outils.cache_clear()

    def sur_s3(self, serveur: ServeurS3) -> StoreS3:
        prefixe = f"guichet-{next(NUMEROS)}"
        self.regler(
            DOSSIER_STORE=f"s3://{serveur.seau}/{prefixe}",
            DOSSIER_S3_ENDPOINT=serveur.endpoint,
            DOSSIER_S3_REGION=REGION,
            DOSSIER_S3_CLE=serveur.cle_acces,
            DOSSIER_S3_SECRET=serveur.cle_secrete,
        )
        return StoreS3(serveur.seau, prefixe, serveur.client())

    @property
    def store(self) -> StoreFolder:
        return StoreFolder(self.donnees / "preuves")

    @contextmanager
    def ouvert(self) -> Iterator[str]:
        with guichet():
            yield f"http://127.0.0.1:{self.port}"

    def lien(self, cle: str = CLE) -> str:
        """What a page written now would link to."""
        return adresse(wiring.outils(), cle)


@pytest.fixture
def bureau(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Bureau]:
    monkeypatch.setattr(wiring, "charger_droit", UN_SEUL_DROIT)
    for nom in [nom for nom in os.environ if nom.startswith("DOSSIER_")]:
        monkeypatch.delenv(nom)
    bureau = Bureau(monkeypatch, tmp_path)
    yield bureau
    bureau.fermer()


def socket_ouverte(port: int) -> socket.socket:
    """Somebody else on that port."""
    prise = socket.socket()
    prise.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    prise.bind(("127.0.0.1", port))
    prise.listen()
    return prise


def brute(adresse: str, chemin: str, methode: str = "GET", **entetes: str) -> tuple[int, str]:
    """That very path, which an HTTP library would tidy first."""
    hote, port = adresse.removeprefix("http://").split(":")
    connexion = http.client.HTTPConnection(hote, int(port), timeout=10)
    try:
        connexion.putrequest(methode, chemin, skip_host="Host" in entetes, skip_accept_encoding=True)
        for nom, valeur in entetes.items():
            connexion.putheader(nom, valeur)
        connexion.endheaders()
        reponse = connexion.getresponse()
        return reponse.status, reponse.read().decode("utf-8", "replace")
    finally:
        connexion.close()


# What opens.


def test_un_pdf_s_ouvre_a_l_ecran_sans_laisser_de_copie_en_chemin(bureau: Bureau) -> None:
    bureau.store.put(CLE, PDF)
    with bureau.ouvert():
        reponse = httpx.get(bureau.lien())
    assert (reponse.status_code, reponse.content) == (200, PDF)
    entetes = reponse.headers
    assert entetes["content-type"] == "application/pdf"
    nom = "FA-2026-0042%20mise-en-demeure%20lrar-2026-09-08-33.pdf"
    assert entetes["content-disposition"] == f"inline; filename*=utf-8''{nom}"
    assert entetes["cache-control"] == "private, no-store"
    assert entetes["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in entetes["content-security-policy"]
    assert entetes["referrer-policy"] == "no-referrer"
    assert "server" not in entetes


@pytest.mark.parametrize(
    ("cle", "genre", "nom"),
    [
        ("creances/FA-1/envois/r_lrar.docx", "application/vnd.openxmlformats", "FA-1%20r%20lrar.docx"),
        ("creances/FA-1/envois/r_email.eml", "message/rfc822", "FA-1%20r%20email.eml"),
        ("creances/FA-1/recus/suivi-1.json", "application/json", "FA-1%20suivi-1.json"),
        ("dossiers/Durand-v1.zip", "application/zip", "Durand-v1.zip"),
        ("creances/FA-1/recus/page.html", "application/octet-stream", "FA-1%20page.html"),
        ("creances/FA-1/recus/image.svg", "application/octet-stream", "FA-1%20image.svg"),
    ],
)
def test_tout_autre_document_s_enregistre_sous_un_nom_qui_dit_la_facture(
    bureau: Bureau, cle: str, genre: str, nom: str
) -> None:
    bureau.store.put(cle, b"<script>alert(1)</script>")
    with bureau.ouvert():
        reponse = httpx.get(bureau.lien(cle))
    assert reponse.content == b"<script>alert(1)</script>"
    assert reponse.headers["content-type"].startswith(genre)
    disposition = reponse.headers["content-disposition"]
    assert disposition.startswith("attachment; ")
    assert nom in disposition


@pytest.mark.parametrize("cle", ['a/un "nom".pdf', "a/100% #1?x=1&y;z.pdf", "a/b c+d.pdf"])
def test_une_cle_qui_a_des_caracteres_d_adresse_s_ouvre_aussi(bureau: Bureau, cle: str) -> None:
    bureau.store.put(cle, PDF)
    with bureau.ouvert():
        assert httpx.get(bureau.lien(cle)).content == PDF


def test_head_dit_la_taille_sans_le_document_rien_d_autre_n_est_accepte(bureau: Bureau) -> None:
    bureau.store.put(CLE, PDF)
    with bureau.ouvert():
        lien = bureau.lien()
        tete = httpx.head(lien)
        assert (tete.status_code, tete.content) == (200, b"")
        assert tete.headers["content-length"] == str(len(PDF))
        assert httpx.head(lien[:-5]).status_code == 404
        for methode in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
            refus = httpx.request(methode, lien)
            assert (refus.status_code, refus.text) == (405, METHODE)
            assert refus.headers["allow"] in ("GET, HEAD", "HEAD, GET")
            assert refus.headers["x-content-type-options"] == "nosniff"
    assert bureau.store.get(CLE) == PDF


def test_un_dossier_lourd_n_est_pas_charge_en_memoire(bureau: Bureau) -> None:
    cle, taille = "dossiers/Durand-v1.zip", 150_000_000
    bureau.store.put(cle, b"PK")
    chemin = Path(bureau.store.lieu(cle))
    chemin.chmod(0o600)
    os.truncate(chemin, taille)
    with bureau.ouvert():
        lien = bureau.lien(cle)
        tracemalloc.start()
        try:
            with httpx.stream("GET", lien) as reponse:
                recus = sum(len(morceau) for morceau in reponse.iter_raw())
            _, pointe = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert recus == taille
    assert pointe < taille / 10


# What does not.


def test_rien_ne_se_devine_ni_ne_se_liste(bureau: Bureau) -> None:
    autre = CLE.replace("0042", "0043")
    bureau.store.put(CLE, PDF)
    bureau.store.put(autre, PDF)
    with bureau.ouvert() as base:
        jeton = urlsplit(bureau.lien()).path.split("/")[1]
        assert len(jeton) == 32
        faux = jeton[:-1] + ("A" if jeton[-1] != "A" else "B")
        for chemin in (
            "/",
            f"/{jeton}",
            f"/{jeton}/",
            f"/{jeton}/creances",
            f"/{jeton}/{autre}",
            f"/{faux}/{CLE}",
            f"/{jeton.swapcase()}/{CLE}",
            f"/{jeton}/{CLE}/",
            f"/{jeton}//{CLE}",
            f"/{jeton}/{CLE}.tsr",
            f"/{jeton}/{CLE}%00",
            f"/{jeton}/{CLE.upper()}",
            f"//{CLE}",
            f"/%C3%A9/{CLE}",
            f"/{CLE}",
        ):
            assert brute(base, chemin) == (404, INCONNU), chemin
        assert brute(base, f"/{jeton}/{CLE}")[0] == 200


@pytest.mark.parametrize(
    "detour",
    [
        "../guichet.secret",
        "..%2fguichet.secret",
        "%2e%2e/guichet.secret",
        "creances/../../guichet.secret",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "..\\guichet.secret",
        "creances//FA-1",
        ".retenus/a.pdf",
    ],
)
def test_aucun_detour_ne_sort_du_stockage(bureau: Bureau, detour: str) -> None:
    bureau.store.put(CLE, PDF)
    with bureau.ouvert() as base:
        jeton = urlsplit(bureau.lien()).path.split("/")[1]
        assert (bureau.donnees / FICHIER).exists()
        for prefixe in (f"/{jeton}/", f"/{jeton}/creances/", "/x/", "/"):
            statut, corps = brute(base, prefixe + detour)
            assert (statut, corps) == (404, INCONNU)


@pytest.mark.parametrize(
    "cle", ["../guichet.secret", "/etc/passwd", "creances/../../guichet.secret", "creances"]
)
def test_meme_signe_un_detour_ne_sort_pas_du_stockage(bureau: Bureau, cle: str) -> None:
    bureau.store.put(CLE, PDF)
    with bureau.ouvert() as base:
        signe = bureau.lien(cle).removeprefix(base)
        assert brute(base, signe) == (404, ABSENT)


def test_un_lien_symbolique_pose_dans_le_stockage_n_est_pas_suivi(bureau: Bureau, tmp_path: Path) -> None:
    bureau.store.put(CLE, PDF)
    dossier = Path(bureau.store.lieu(CLE)).parent
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "ailleurs" / "prive.pdf").write_bytes(PDF)
    (dossier / "lien.pdf").symlink_to(tmp_path / "ailleurs" / "prive.pdf")
    (dossier.parent / "detour").symlink_to(tmp_path / "ailleurs")
    with bureau.ouvert():
        for cle in ("creances/FA-2026-0042/envois/lien.pdf", "creances/FA-2026-0042/detour/prive.pdf"):
            reponse = httpx.get(bureau.lien(cle))
            assert (reponse.status_code, reponse.text) == (404, ABSENT)


def test_un_dossier_de_preuves_lui_meme_sur_un_autre_disque_s_ouvre(bureau: Bureau, tmp_path: Path) -> None:
    (tmp_path / "grand-disque").mkdir()
    (bureau.donnees / "preuves").symlink_to(tmp_path / "grand-disque")
    bureau.store.put(CLE, PDF)
    with bureau.ouvert():
        assert httpx.get(bureau.lien()).content == PDF


def test_un_document_efface_le_dit_sans_montrer_de_chemin(bureau: Bureau) -> None:
    bureau.store.put(CLE, PDF)
    Path(bureau.store.lieu(CLE)).unlink()
    with bureau.ouvert():
        reponse = httpx.get(bureau.lien())
    assert (reponse.status_code, reponse.text) == (404, ABSENT)


@pytest.mark.parametrize(
    "hote", ["pirate.example", "pirate.example:4280", "127.0.0.1.pirate.example", "", "[::1"]
)
def test_une_page_d_ailleurs_qui_pointe_ici_son_propre_nom_est_refusee(bureau: Bureau, hote: str) -> None:
    bureau.store.put(CLE, PDF)
    with bureau.ouvert() as base:
        chemin = bureau.lien().removeprefix(base)
        assert brute(base, chemin, Host=hote) == (404, INCONNU)
        for connu in (f"127.0.0.1:{bureau.port}", f"localhost:{bureau.port}", "LOCALHOST"):
            assert brute(base, chemin, Host=connu)[0] == 200


# The secret.


def test_le_secret_est_fait_une_fois_pour_le_seul_service_et_les_liens_lui_survivent(bureau: Bureau) -> None:
    bureau.store.put(CLE, PDF)
    with bureau.ouvert():
        lien = bureau.lien()
    fichier = bureau.donnees / FICHIER
    assert fichier.stat().st_mode & 0o777 == 0o600
    assert len(fichier.read_text()) >= 32
    assert not list(bureau.donnees.glob(".*"))
    with bureau.ouvert():
        assert bureau.lien() == lien
        assert httpx.get(lien).content == PDF
    fichier.unlink()
    with bureau.ouvert():
        assert httpx.get(lien).status_code == 404
        assert httpx.get(bureau.lien()).content == PDF


def test_un_secret_regle_met_plusieurs_services_d_accord(bureau: Bureau, tmp_path: Path) -> None:
    bureau.regler(DOSSIER_DOCUMENTS_SECRET=SECRET)
    chez_soi = liens_des_reglages(wiring.settings()).vers(CLE)
    assert not (bureau.donnees / FICHIER).exists()
    bureau.regler(DOSSIER_DONNEES=str(tmp_path / "autre-machine"))
    assert liens_des_reglages(wiring.settings()).vers(CLE) == chez_soi
    bureau.regler(DOSSIER_DOCUMENTS_SECRET=SECRET + "!")
    assert liens_des_reglages(wiring.settings()).vers(CLE) != chez_soi


def test_un_secret_trop_court_ou_abime_est_refuse(bureau: Bureau) -> None:
    bureau.regler(DOSSIER_DOCUMENTS_SECRET="x" * 23)
    with pytest.raises(ConfigurationInvalide, match="DOSSIER_DOCUMENTS_SECRET est trop court"):
        secret(wiring.settings())
    bureau.regler(DOSSIER_DOCUMENTS_SECRET="x" * 24)
    assert secret(wiring.settings()) == b"x" * 24
    bureau.regler(DOSSIER_DOCUMENTS_SECRET="")
    (bureau.donnees / FICHIER).write_text("")
    with pytest.raises(ConfigurationInvalide, match="est incomplet : effacez ce fichier"):
        secret(wiring.settings())
    (bureau.donnees / FICHIER).unlink()
    (bureau.donnees / FICHIER).mkdir()
    with pytest.raises(ConfigurationInvalide, match="ne peut être ni lu ni écrit"):
        secret(wiring.settings())


def test_une_adresse_publique_incomplete_est_refusee(bureau: Bureau) -> None:
    bureau.regler(DOSSIER_DOCUMENTS_ADRESSE="dossier.exemple.fr")
    with pytest.raises(ConfigurationInvalide, match="attendu une adresse complète"), guichet():
        pass


def test_le_secret_ne_parait_pas_dans_ce_qui_s_imprime() -> None:
    assert SECRET not in repr(Liens("http://127.0.0.1:1", SECRET.encode()))


# The port.


def test_sans_port_regle_les_pages_donnent_le_chemin(bureau: Bureau) -> None:
    bureau.regler(DOSSIER_DOCUMENTS_PORT="0")
    bureau.store.put(CLE, PDF)
    with bureau.ouvert():
        assert bureau.lien() == bureau.store.lieu(CLE)
    assert not (bureau.donnees / FICHIER).exists()


def test_un_port_pris_par_un_autre_programme_est_dit_et_n_arrete_rien(
    bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    bureau.store.put(CLE, PDF)
    with ExitStack() as pile:
        etranger = pile.enter_context(socket_ouverte(bureau.port))
        with caplog.at_level(logging.WARNING, "dossier.guichet"), bureau.ouvert():
            assert bureau.lien() == bureau.store.lieu(CLE)
        assert etranger.getsockname()[1] == bureau.port
    (dit,) = [ligne.getMessage() for ligne in caplog.records]
    assert f"le port {bureau.port} est pris" in dit
    assert "DOSSIER_DOCUMENTS_PORT" in dit


def test_un_autre_service_du_meme_secret_tient_deja_le_port_ses_liens_servent(
    bureau: Bureau, caplog: pytest.LogCaptureFixture
) -> None:
    bureau.store.put(CLE, PDF)
    with bureau.ouvert():
        lien = bureau.lien()
        OUVERTURE.liens = None
        with caplog.at_level(logging.WARNING, "dossier.guichet"), bureau.ouvert():
            assert bureau.lien() == lien
            assert httpx.get(lien).content == PDF
        assert not caplog.records
        assert httpx.get(lien).content == PDF, "le second service n'a rien fermé"
        bureau.regler(DOSSIER_DOCUMENTS_SECRET=SECRET)
        with bureau.ouvert():
            assert bureau.lien() == bureau.store.lieu(CLE), "un autre secret : les liens n'ouvriraient rien"


def test_a_la_fin_le_port_est_rendu_et_les_pages_donnent_le_chemin(bureau: Bureau) -> None:
    bureau.store.put(CLE, PDF)
    with bureau.ouvert():
        lien = bureau.lien()
    with pytest.raises(httpx.ConnectError):
        httpx.get(lien)
    assert bureau.lien() == bureau.store.lieu(CLE)
    socket_ouverte(bureau.port).close()


def test_derriere_un_mandataire_les_liens_portent_son_adresse_et_son_nom_est_admis(bureau: Bureau) -> None:
    bureau.regler(DOSSIER_DOCUMENTS_ADRESSE="https://dossier.exemple.fr/documents/")
    bureau.store.put(CLE, PDF)
    with bureau.ouvert() as base:
        lien = bureau.lien()
        assert lien.startswith("https://dossier.exemple.fr/documents/")
        chemin = lien.removeprefix("https://dossier.exemple.fr/documents")
        assert brute(base, chemin, Host="dossier.exemple.fr")[0] == 200
        assert brute(base, chemin, Host="autre.exemple.fr") == (404, INCONNU)
    assert bureau.lien() == lien, "un autre service peut tenir la porte"


# On S3.


def test_sur_s3_le_lien_renvoie_a_une_adresse_signee_a_l_instant(
    bureau: Bureau, request: pytest.FixtureRequest
) -> None:
    store = bureau.sur_s3(request.getfixturevalue("serveur_s3"))
    store.put(CLE, PDF)
    with bureau.ouvert() as base:
        lien = bureau.lien()
        assert lien.startswith(base)
        renvoi = httpx.get(lien)
        assert renvoi.status_code == 302
        assert renvoi.headers["cache-control"] == "private, no-store"
        assert "X-Amz-Expires=299" in renvoi.headers["location"] or "=300" in renvoi.headers["location"]
        assert httpx.get(lien, follow_redirects=True).content == PDF
        tete = httpx.head(lien)
        assert (tete.status_code, tete.content) == (302, b"")
        absent = httpx.get(bureau.lien("creances/FA-2/a.pdf"))
        assert (absent.status_code, absent.text) == (404, ABSENT)
        assert brute(base, bureau.lien("../a").removeprefix(base)) == (404, ABSENT)
        assert brute(base, f"/x/{CLE}") == (404, INCONNU)


def test_sur_s3_sans_guichet_la_page_donne_une_adresse_signee_ou_le_lieu(
    bureau: Bureau, request: pytest.FixtureRequest
) -> None:
    store = bureau.sur_s3(request.getfixturevalue("serveur_s3"))
    store.put(CLE, PDF)
    bureau.regler(DOSSIER_DOCUMENTS_PORT="0")
    with bureau.ouvert():
        assert httpx.get(bureau.lien()).content == PDF
        assert bureau.lien("absent.pdf") == store.lieu("absent.pdf")


def test_un_s3_qui_ne_repond_pas_se_dit_en_francais(bureau: Bureau, caplog: pytest.LogCaptureFixture) -> None:
    bureau.regler(
        DOSSIER_STORE="s3://seau",
        DOSSIER_S3_ENDPOINT=f"http://127.0.0.1:{port_libre()}",
        DOSSIER_S3_CLE="cle",
        DOSSIER_S3_SECRET="secret",
    )
    with bureau.ouvert():
        reponse = httpx.get(bureau.lien(), timeout=60)
    assert (reponse.status_code, reponse.text) == (503, PANNE)
    assert "Stockage S3" in caplog.text


# In the real service.


def _page(maison: Maison) -> str:
    cle = ArtifactFilter(key=ArtifactFilterKey(any_=["creance-fa-1"]))
    artefact = maison.client.read_artifacts(artifact_filter=cle, sort=ArtifactSort.CREATED_DESC, limit=1)[0]
    return str(artefact.data)


def _question(maison: Maison) -> str:
    """What the form of the run that waits shows above its fields."""
    cles = maison.etat_de_run("FA-1").state_details.run_input_keyset or {}
    return str(read_flow_run_input(cles["description"], flow_run_id=maison.run("FA-1").id))


def _liens(markdown: str) -> list[str]:
    return re.findall(r"\]\((http[^)]+)\)", markdown)


def test_la_lettre_a_approuver_s_ouvre_d_un_clic_avant_et_apres_un_arret_du_service(maison: Maison) -> None:
    vie = Vie().a_l_avant_contentieux().deposer("1A00000000001")
    maison.clock.regler(debut_du_jour(date(2026, 7, 31)))
    outils = wiring.outils()
    outils.journal.ajouter(
        {"FA-1": [fait.contenu for fait in vie.faits]},
        {"FA-1": 0},
        auteur="essai",
        instant=outils.clock.now(),
    )
    port = str(port_libre())
    maison.lancer(DOSSIER_DOCUMENTS_PORT=port)
    attendre(lambda: "À approuver" in (maison.etat_de_run("FA-1").name or ""))

    prepare = maison.etats()[0].envois_de("mise-en-demeure")[0].prepare
    pdf, word = _liens(_question(maison))
    assert httpx.get(pdf).content == outils.store.get(prepare.pdf.cle)
    assert httpx.get(word).content == outils.store.get(prepare.source.cle)
    assert {pdf, word} < set(_liens(_page(maison)))
    assert all(lien.startswith(f"http://127.0.0.1:{port}/") for lien in _liens(_page(maison)))

    maison.tuer()
    with pytest.raises(httpx.ConnectError):
        httpx.get(pdf)
    maison.lancer(DOSSIER_DOCUMENTS_PORT=port)
    attendre(lambda: _code(pdf) == 200)


def _code(lien: str) -> int:
    """0 while nobody listens."""
    try:
        return httpx.get(lien).status_code
    except httpx.ConnectError:
        return 0
