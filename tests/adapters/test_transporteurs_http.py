"""The carriers' common HTTP against a real local server that misbehaves on order."""

from __future__ import annotations

import gzip
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pydantic import BaseModel

from dossier.adapters.transporteurs import http as transport
from dossier.adapters.transporteurs.http import (
    PATIENCE,
    Api,
    Illisible,
    Injoignable,
    Refus,
    SansReponse,
    lire,
)
from dossier.core.errors import ConfigurationInvalide, ErreurEnvoi
from flows.ports import port_libre
from tests.adapters.test_timestamp_rfc3161 import maintenant

SECRET = "cle-tres-secrete"
Geste = Callable[[BaseHTTPRequestHandler], None]


class Serveur:
    """Plays one gesture per request, the last one for ever; remembers what it was asked."""

    def __init__(self) -> None:
        self.gestes: list[Geste] = [repondre(200, b"{}")]
        self.demandes: list[tuple[str, str, dict[str, str], bytes]] = []
        self.connexions: set[Any] = set()
        self.adresse = ""

    def recevoir(self, handler: BaseHTTPRequestHandler) -> None:
        corps = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        entetes = {nom.lower(): valeur for nom, valeur in handler.headers.items()}
        self.connexions.add(handler.client_address)
        self.demandes.append((handler.command, handler.path, entetes, corps))
        geste = self.gestes.pop(0) if len(self.gestes) > 1 else self.gestes[0]
        geste(handler)


def repondre(statut: int, corps: bytes = b"", **entetes: str) -> Geste:
    def geste(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(statut)
        for nom, valeur in entetes.items():
            handler.send_header(nom.replace("_", "-"), valeur)
        handler.send_header("Content-Length", str(len(corps)))
        handler.end_headers()
        handler.wfile.write(corps)

    return geste


def couper(handler: BaseHTTPRequestHandler) -> None:
    """The line breaks once the request is received."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def couper_au_milieu(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b"{")
    couper(handler)


@contextmanager
def servi(contexte: ssl.SSLContext | None = None) -> Iterator[Serveur]:
    serveur = Serveur()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            serveur.recevoir(self)

        do_POST = do_GET  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    ecoute = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ecoute.handle_error = lambda *_: None  # type: ignore[method-assign]
    if contexte:
        ecoute.socket = contexte.wrap_socket(ecoute.socket, server_side=True)
    fil = threading.Thread(target=ecoute.serve_forever, args=(0.02,), daemon=True)
    fil.start()
    serveur.adresse = f"{'https' if contexte else 'http'}://127.0.0.1:{ecoute.server_port}/api/v4"
    try:
        yield serveur
    finally:
        ecoute.shutdown()
        ecoute.server_close()
        fil.join()


@pytest.fixture
def serveur() -> Iterator[Serveur]:
    with servi() as lance:
        yield lance


@pytest.fixture
def sommeils() -> list[float]:
    return []


@pytest.fixture
def api(serveur: Serveur, sommeils: list[float]) -> Api:
    return Api("Maileva", serveur.adresse, entetes={"X-Cle": SECRET}, dormir=sommeils.append)


# What is asked, and what is answered.


def test_la_demande_va_sous_la_base_avec_la_cle_et_sans_compression(api: Api, serveur: Serveur) -> None:
    reponse = api.appeler("GET", "/envois/1,2", params={"lang": "fr_FR"})
    methode, chemin, entetes, _ = serveur.demandes[0]
    assert (methode, chemin) == ("GET", "/api/v4/envois/1,2?lang=fr_FR")
    assert entetes["x-cle"] == SECRET
    assert entetes["accept-encoding"] == "identity"
    assert reponse.content == b"{}"
    assert reponse.json() == {}


@pytest.mark.parametrize("statut", [200, 201, 202, 204, 207])
def test_tout_statut_de_succes_est_une_reponse(api: Api, serveur: Serveur, statut: int) -> None:
    serveur.gestes = [repondre(statut, b"" if statut == 204 else b"[1]")]
    assert api.appeler("POST", "x").status_code == statut


def test_un_corps_compresse_malgre_tout_est_rendu_clair(api: Api, serveur: Serveur) -> None:
    serveur.gestes = [repondre(200, gzip.compress(b"[1, 2]"), Content_Encoding="gzip", X_Trace="42")]
    reponse = api.appeler("GET", "x")
    assert reponse.content == b"[1, 2]"
    assert reponse.headers["x-trace"] == "42"


def test_une_connexion_ne_sert_qu_une_fois(api: Api, serveur: Serveur) -> None:
    for _ in range(3):
        api.appeler("POST", "x")
    assert len(serveur.connexions) == 3


# Patience.


@pytest.mark.parametrize("statut", [429, 500, 502, 503, 504])
def test_une_lecture_refusee_pour_un_temps_est_redemandee(
    api: Api, serveur: Serveur, sommeils: list[float], statut: int
) -> None:
    serveur.gestes = [repondre(statut), repondre(statut), repondre(200, b"[]")]
    assert api.appeler("GET", "x").content == b"[]"
    assert sommeils == [2.0, 4.0]


@pytest.mark.parametrize("statut", [429, 503])
def test_trois_essais_pas_un_de_plus(api: Api, serveur: Serveur, sommeils: list[float], statut: int) -> None:
    serveur.gestes = [repondre(statut)]
    with pytest.raises(Refus) as refus:
        api.appeler("GET", "x")
    assert refus.value.reponse.status_code == statut
    assert len(serveur.demandes) == 3
    assert sommeils == [2.0, 4.0]


@pytest.mark.parametrize("statut", [301, 400, 401, 403, 404, 422])
def test_un_refus_durable_n_est_pas_redemande(
    api: Api, serveur: Serveur, sommeils: list[float], statut: int
) -> None:
    serveur.gestes = [repondre(statut, b"corps")]
    with pytest.raises(Refus, match=f"HTTP {statut}") as refus:
        api.appeler("GET", "x")
    assert refus.value.reponse.content == b"corps"
    assert (len(serveur.demandes), sommeils) == (1, [])


@pytest.mark.parametrize("geste", [repondre(503), repondre(429, Retry_After="1"), couper])
def test_ce_qui_a_un_effet_n_est_demande_qu_une_fois(
    api: Api, serveur: Serveur, sommeils: list[float], geste: Geste
) -> None:
    serveur.gestes = [geste]
    with pytest.raises((Refus, SansReponse)):
        api.appeler("POST", "envois", json={"nom": "pli"})
    assert (len(serveur.demandes), sommeils) == (1, [])


DATE = "Sat, 21 Nov 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("entetes", "attente"),
    [
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": "0"}, 0.0),
        ({"Retry_After": f"{PATIENCE:.0f}"}, PATIENCE),
        ({"Retry_After": "Sat, 21 Nov 2026 08:00:12 GMT", "Date": DATE}, 12.0),
        ({"Retry_After": "Saturday, 21-Nov-26 08:00:12 GMT", "Date": DATE}, 12.0),
        ({"Retry_After": "Sat, 21 Nov 2026 07:00:00 GMT", "Date": DATE}, 0.0),
        ({"Retry_After": "Sat, 21 Nov 2026 08:00:12 -0000", "Date": DATE}, 2.0),
        ({"Retry_After": "bientôt"}, 2.0),
        ({"Retry_After": "²"}, 2.0),
        ({"Retry_After": "-5"}, 2.0),
        ({"Retry_After": "1.5"}, 2.0),
        ({}, 2.0),
    ],
)
def test_l_attente_est_celle_que_le_transporteur_demande(
    serveur: Serveur, api: Api, sommeils: list[float], entetes: dict[str, str], attente: float
) -> None:
    def sans_horloge(handler: BaseHTTPRequestHandler) -> None:
        handler.date_time_string = lambda *_: entetes.get("Date", "hier")  # type: ignore[method-assign]
        repondre(429, **{nom: valeur for nom, valeur in entetes.items() if nom != "Date"})(handler)

    serveur.gestes = [sans_horloge, repondre(200)]
    api.appeler("GET", "x")
    assert sommeils == [attente]


@pytest.mark.parametrize("apres", [f"{PATIENCE + 1:.0f}", "86400", "9" * 400])
def test_une_attente_trop_longue_est_laissee_a_la_prochaine_ronde(
    serveur: Serveur, api: Api, sommeils: list[float], apres: str
) -> None:
    serveur.gestes = [repondre(429, Retry_After=apres)]
    with pytest.raises(Refus, match="le quota est atteint"):
        api.appeler("GET", "x")
    assert (len(serveur.demandes), sommeils) == (1, [])


# Outages: what was sent may have been received, or not.


@pytest.mark.parametrize("geste", [couper, couper_au_milieu])
def test_la_ligne_coupee_apres_la_demande_laisse_un_doute(serveur: Serveur, api: Api, geste: Geste) -> None:
    serveur.gestes = [geste]
    with pytest.raises(SansReponse, match="connexion est coupée") as panne:
        api.appeler("POST", "x")
    assert not isinstance(panne.value, Injoignable)


def test_une_ligne_coupee_est_retentee_en_lecture(serveur: Serveur, api: Api, sommeils: list[float]) -> None:
    serveur.gestes = [couper, couper_au_milieu, repondre(200, b"[]")]
    assert api.appeler("GET", "x").content == b"[]"
    assert sommeils == [2.0, 4.0]


def test_le_silence_laisse_un_doute(serveur: Serveur, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "DELAI", httpx.Timeout(0.2))
    serveur.gestes = [lambda _: time.sleep(0.6)]  # noqa: TID251 - a slow server
    with pytest.raises(SansReponse, match="délai dépassé") as panne:
        Api("Maileva", serveur.adresse).appeler("POST", "x")
    assert not isinstance(panne.value, Injoignable)


def test_une_connexion_refusee_dit_que_rien_n_est_parti(sommeils: list[float]) -> None:
    port = port_libre()
    api = Api("Maileva", f"http://127.0.0.1:{port}", dormir=sommeils.append)
    with pytest.raises(Injoignable, match="refuse la connexion"):
        api.appeler("POST", "x")
    with pytest.raises(Injoignable):
        api.appeler("GET", "x")
    assert sommeils == [2.0, 4.0]


def test_un_nom_introuvable_dit_que_rien_n_est_parti(monkeypatch: pytest.MonkeyPatch) -> None:
    def introuvable(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", introuvable)
    with pytest.raises(Injoignable, match=r"\(api\.exemple\.fr\) : le nom du serveur est introuvable"):
        Api("Maileva", "https://api.exemple.fr").appeler("POST", "x")


def certificat(dossier: Path) -> ssl.SSLContext:
    """A server's own certificate, that no authority knows."""
    cle = ec.generate_private_key(ec.SECP256R1())
    nom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "faux.exemple")])
    signe = (
        x509.CertificateBuilder(nom, nom, cle.public_key(), x509.random_serial_number())
        .not_valid_before(maintenant() - timedelta(days=1))
        .not_valid_after(maintenant() + timedelta(days=1))
        .sign(cle, hashes.SHA256())
    )
    prive = cle.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (dossier / "serveur.pem").write_bytes(prive + signe.public_bytes(serialization.Encoding.PEM))
    contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    contexte.load_cert_chain(dossier / "serveur.pem")
    return contexte


def test_un_certificat_inconnu_est_refuse_sans_insister(tmp_path: Path, sommeils: list[float]) -> None:
    with servi(certificat(tmp_path)) as faux:
        api = Api("La Poste", faux.adresse, entetes={"X-Cle": SECRET}, dormir=sommeils.append)
        with pytest.raises(Injoignable, match="certificat du serveur n'est pas reconnu"):
            api.appeler("GET", "x")
        assert faux.demandes == []
    assert sommeils == []


def test_un_serveur_sans_tls_est_dit(serveur: Serveur) -> None:
    with pytest.raises(Injoignable, match="ne parle pas TLS"):
        Api("La Poste", serveur.adresse.replace("http", "https")).appeler("POST", "x")


def test_une_compression_abimee_est_une_panne(serveur: Serveur, api: Api) -> None:
    serveur.gestes = [repondre(200, b"pas du gzip", Content_Encoding="gzip")]
    with pytest.raises(SansReponse, match="abîmée"):
        api.appeler("POST", "x")


# A carrier that is not trusted.


def test_une_reponse_a_la_limite_passe_un_octet_de_plus_non(serveur: Serveur, sommeils: list[float]) -> None:
    api = Api("Maileva", serveur.adresse, dormir=sommeils.append, taille_max=1000)
    serveur.gestes = [repondre(200, b"x" * 1000), repondre(200, b"x" * 1001)]
    assert len(api.appeler("GET", "x").content) == 1000
    with pytest.raises(SansReponse, match="trop grande"):
        api.appeler("GET", "x")
    assert sommeils == []


def test_une_petite_reponse_qui_gonfle_n_est_pas_lue(serveur: Serveur) -> None:
    serveur.gestes = [repondre(200, gzip.compress(bytes(2_000_000)), Content_Encoding="gzip")]
    with pytest.raises(SansReponse, match="trop grande"):
        Api("Maileva", serveur.adresse, taille_max=1_000_000).appeler("GET", "x")


def test_une_reponse_au_compte_gouttes_est_abandonnee(
    serveur: Serveur, api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def goutte_a_goutte(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", "1000")
        handler.end_headers()
        for _ in range(20):
            handler.wfile.write(b" ")
            time.sleep(0.05)  # noqa: TID251 - a slow server

    monkeypatch.setattr(transport, "DUREE_MAX", 0.2)
    serveur.gestes = [goutte_a_goutte]
    with pytest.raises(SansReponse, match="trop lentement"):
        api.appeler("GET", "x")


@pytest.mark.parametrize("statut", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("methode", ["GET", "POST"])
def test_une_redirection_n_est_pas_suivie(serveur: Serveur, api: Api, statut: int, methode: str) -> None:
    with servi() as ailleurs:
        serveur.gestes = [repondre(statut, Location=ailleurs.adresse)]
        with pytest.raises(
            Refus, match=f"a changé d'adresse, vérifiez-la dans les réglages \\(HTTP {statut}\\)"
        ):
            api.appeler(methode, "x")
        assert ailleurs.demandes == []
    assert len(serveur.demandes) == 1


def test_la_cle_ne_part_jamais_vers_un_autre_serveur(serveur: Serveur, api: Api) -> None:
    with servi() as ailleurs:
        with pytest.raises(ErreurEnvoi, match=r"un autre serveur \(127\.0\.0\.1\)"):
            api.appeler("GET", f"{ailleurs.adresse}/preuve.pdf")
        api.appeler("GET", f"//{ailleurs.adresse.removeprefix('http://')}/preuve.pdf")
        assert ailleurs.demandes == []
    assert len(serveur.demandes) == 1


def test_une_adresse_complete_sur_le_meme_serveur_est_suivie(serveur: Serveur, api: Api) -> None:
    api.appeler("GET", f"{serveur.adresse}/preuve.pdf?n=1")
    assert serveur.demandes[0][1] == "/api/v4/preuve.pdf?n=1"


def test_une_adresse_impossible_est_refusee_en_francais(serveur: Serveur, api: Api) -> None:
    with pytest.raises(ErreurEnvoi, match="adresse impossible"):
        api.appeler("GET", "envois/\r\nX: y")
    assert serveur.demandes == []


# Settings.


@pytest.mark.parametrize(
    "adresse",
    ["", "api.laposte.fr", "http://api.laposte.fr", "ftp://api.laposte.fr", "https://", "file:///etc/passwd"],
)
def test_une_adresse_sans_chiffrement_est_refusee(adresse: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="https://"):
        Api("La Poste", adresse)


def test_le_dernier_port_possible_est_admis() -> None:
    Api("La Poste", "https://hote:65535")


@pytest.mark.parametrize(
    "adresse", ["https://a:b:c/", "https://hote:65536", "https://hote:0", "https://a..fr", "https://a\0.fr"]
)
def test_une_adresse_illisible_est_refusee(adresse: str) -> None:
    with pytest.raises(ConfigurationInvalide):
        Api("La Poste", adresse)


@pytest.mark.parametrize("cle", ["", " ", "clé-accentuée", "cle\n", "cle\r\nX-Autre: 1"])
def test_une_cle_impossible_est_refusee_sans_etre_montree(serveur: Serveur, api: Api, cle: str) -> None:
    with pytest.raises(ConfigurationInvalide, match="en-tête X-Cle") as construction:
        Api("La Poste", serveur.adresse, entetes={"X-Cle": cle})
    with pytest.raises(ConfigurationInvalide, match="en-tête X-Cle") as appel:
        api.appeler("GET", "x", headers={"X-Cle": cle})
    if cle.strip():
        assert cle.strip() not in str(construction.value) + str(appel.value)
    assert serveur.demandes == []


@pytest.mark.parametrize("geste", [repondre(401), repondre(403), repondre(500), repondre(302), couper])
def test_aucun_secret_dans_une_phrase_un_repr_ou_un_journal(
    serveur: Serveur, api: Api, geste: Geste, caplog: pytest.LogCaptureFixture
) -> None:
    serveur.gestes = [geste]
    with caplog.at_level(logging.INFO), pytest.raises(ErreurEnvoi) as panne:
        api.appeler("POST", "x", params={"token": SECRET}, headers={"Authorization": f"Bearer {SECRET}"})
    assert SECRET in serveur.demandes[0][1]
    assert SECRET not in str(panne.value) + repr(panne.value) + repr(api) + caplog.text


# Reading JSON.


class Envoi(BaseModel):
    numero: str
    pages: int = 1


def test_le_json_est_lu_sans_les_champs_inconnus() -> None:
    assert lire("AR24", b'{"numero": "1", "autre": [1]}', Envoi) == Envoi(numero="1")


@pytest.mark.parametrize(
    ("corps", "precision"),
    [
        (b"", ""),
        (b"<html>", ""),
        (b'{"numero"', ""),
        (b"\xff\xfe", ""),
        (b"[" * 100_000, ""),
        (b"[]", ""),
        (b'{"pages": "deux"}', " (champs : numero, pages)"),
    ],
)
def test_un_json_inattendu_est_dit_sans_montrer_son_contenu(corps: bytes, precision: str) -> None:
    with pytest.raises(Illisible) as panne:
        lire("AR24", corps, Envoi)
    assert str(panne.value) == f"La réponse de AR24 n'a pas la forme attendue{precision}."
