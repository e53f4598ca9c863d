from __future__ import annotations

import json
import logging
import socket
import struct
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any

import pytest

from dossier.adapters.transporteurs.webhook import TAILLE, Sonnette
from dossier.core.errors import ConfigurationInvalide

JETON = "jeton-de-la-sonnette_0123456789"
PORTE = f"/maileva/{JETON}"
ENVOI = "e6118f29-89c3-41e5-82e8-00cb0b7b1b0c"
AVIS = {
    "source": "api.maileva.com",
    "user_id": "12345678-c014-4923-9bb9-497addd5e901",
    "client_id": "f5e22e36-c014-4923-9bb9-497addd5e901",
    "event_type": "ON_STATUS_ACCEPTED",
    "resource_type": "registered_mail/v4/sendings",
    "event_date": "2026-03-02T10:23:31.137Z",
    "event_location": "FR",
    "resource_id": ENVOI,
    "resource_location": f"https://api.maileva.com/registered_mail/v4/sendings/{ENVOI}",
    "resource_custom_id": "order1234",
}


class Oreille:
    def __init__(self) -> None:
        self.entendus: list[str] = []
        self.panne: Exception | None = None

    def __call__(self, reference: str) -> None:
        if self.panne:
            raise self.panne
        self.entendus.append(reference)


@pytest.fixture
def oreille() -> Oreille:
    return Oreille()


@pytest.fixture
def sonnette(oreille: Oreille) -> Iterator[Sonnette]:
    with Sonnette(oreille, JETON, patience=0.5) as sonnette:
        yield sonnette


def appeler(
    sonnette: Sonnette, corps: bytes | None = None, *, chemin: str = PORTE, methode: str = "POST"
) -> tuple[int, bytes, Any]:
    connexion = HTTPConnection("127.0.0.1", sonnette.port, timeout=5)
    connexion.request(methode, chemin, corps, {"Content-Type": "application/json"})
    reponse = connexion.getresponse()
    resultat = reponse.status, reponse.read(), reponse.headers
    connexion.close()
    return resultat


def sonner(sonnette: Sonnette, **champs: Any) -> int:
    return appeler(sonnette, json.dumps({**AVIS, **champs}).encode())[0]


def brut(sonnette: Sonnette, requete: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", sonnette.port), 5) as prise:
        prise.sendall(requete)
        return b"".join(iter(lambda: prise.recv(4096), b""))


def test_un_avis_donne_la_reference_et_rend_201(sonnette: Sonnette, oreille: Oreille) -> None:
    assert sonner(sonnette) == 201
    assert oreille.entendus == [ENVOI]


def test_l_avis_sur_un_destinataire_donne_l_envoi(sonnette: Sonnette, oreille: Oreille) -> None:
    lieu = f"{AVIS['resource_location']}/recipients/d905a65e-aa46-4f37-8480-260c4600c810"
    assert sonner(sonnette, resource_id="d905a65e-aa46-4f37-8480-260c4600c810", resource_location=lieu) == 201
    assert oreille.entendus == [ENVOI]


@pytest.mark.parametrize("lieu", [None, "", "https://api.maileva.com/autre", 3])
def test_sans_adresse_de_ressource_l_identifiant_sert(
    sonnette: Sonnette, oreille: Oreille, lieu: object
) -> None:
    assert sonner(sonnette, resource_location=lieu) == 201
    assert oreille.entendus == [ENVOI]


def test_rien_d_autre_de_l_avis_n_est_cru(sonnette: Sonnette, oreille: Oreille) -> None:
    assert appeler(sonnette, json.dumps({"resource_id": ENVOI}).encode())[0] == 201
    assert sonner(sonnette, event_type="N_IMPORTE_QUOI", resource_type=None, source=[]) == 201
    assert oreille.entendus == [ENVOI, ENVOI]


@pytest.mark.parametrize(
    "chemin",
    [
        "/maileva/",
        "/maileva",
        "/",
        PORTE[:-1],
        PORTE + "x",
        PORTE + "/",
        PORTE.upper(),
        PORTE.replace("maileva", "ar24"),
        "/maileva/jet%C3%B4n",
        f"/x{PORTE}",
    ],
)
@pytest.mark.parametrize("methode", ["POST", "GET"])
def test_mauvais_jeton_404(sonnette: Sonnette, oreille: Oreille, chemin: str, methode: str) -> None:
    assert appeler(sonnette, json.dumps(AVIS).encode(), chemin=chemin, methode=methode)[0] == 404
    assert oreille.entendus == []


def test_jeton_non_ascii_404(sonnette: Sonnette, oreille: Oreille) -> None:
    assert b" 404 " in brut(
        sonnette, "POST /maileva/é HTTP/1.1\r\nContent-Length: 0\r\n\r\n".encode("latin-1")
    )
    assert oreille.entendus == []


@pytest.mark.parametrize("methode", ["GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "INVENTEE"])
def test_mauvaise_methode_405(sonnette: Sonnette, oreille: Oreille, methode: str) -> None:
    statut, corps, entetes = appeler(sonnette, methode=methode)
    assert (statut, corps, entetes["Allow"]) == (405, b"", "POST")
    assert oreille.entendus == []


def test_corps_a_la_limite_passe_au_dela_413(sonnette: Sonnette, oreille: Oreille) -> None:
    assert appeler(sonnette, json.dumps(AVIS).encode().ljust(TAILLE))[0] == 201
    requete = f"POST {PORTE} HTTP/1.1\r\nContent-Length: "
    assert b" 413 " in brut(sonnette, f"{requete}{TAILLE + 1}\r\n\r\n".encode())
    assert b" 413 " in brut(sonnette, f"{requete}{'9' * 5000}\r\n\r\n".encode())
    assert oreille.entendus == [ENVOI]


@pytest.mark.parametrize(
    "entete", ["", "Content-Length: -1\r\n", "Content-Length: x\r\n", "Content-Length: ²\r\n"]
)
def test_longueur_absente_ou_fausse_411(sonnette: Sonnette, entete: str) -> None:
    assert b" 411 " in brut(sonnette, f"POST {PORTE} HTTP/1.1\r\n{entete}\r\n".encode("latin-1"))


@pytest.mark.parametrize(
    "corps",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"{}",
        b"\xff\xfe",
        b'{"resource_id": "../../secrets"}',
        b'{"resource_id": ""}',
        b'{"resource_id": {"a": 1}}',
        b'{"resource_id": "' + b"a" * 65 + b'"}',
        b"[" * 60_000,
    ],
)
def test_json_sans_reference_400(sonnette: Sonnette, oreille: Oreille, corps: bytes) -> None:
    assert appeler(sonnette, corps)[0] == 400
    assert oreille.entendus == []


def test_rappel_en_echec_503_puis_le_transporteur_rappelle(sonnette: Sonnette, oreille: Oreille) -> None:
    oreille.panne = RuntimeError("base de données absente")
    assert sonner(sonnette) == 503
    oreille.panne = None
    assert sonner(sonnette) == 201
    assert oreille.entendus == [ENVOI]


def test_appelant_muet_ou_coupe_ne_bloque_pas_les_suivants(sonnette: Sonnette, oreille: Oreille) -> None:
    with socket.create_connection(("127.0.0.1", sonnette.port)):
        assert sonner(sonnette) == 201
    with socket.create_connection(("127.0.0.1", sonnette.port)) as prise:
        prise.sendall(f"POST {PORTE} HTTP/1.1\r\nContent-Length: 500\r\n\r\n{{".encode())
    assert sonner(sonnette) == 201
    assert oreille.entendus == [ENVOI, ENVOI]


def test_appelant_parti_sans_attendre_n_ecrit_pas_de_trace(
    sonnette: Sonnette, oreille: Oreille, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO)
    parti = threading.Event()
    attendre = oreille.entendus.append

    def entendre(reference: str) -> None:
        parti.wait(5)
        attendre(reference)

    corps = json.dumps(AVIS)
    with Sonnette(entendre, JETON) as lente:
        with socket.create_connection(("127.0.0.1", lente.port)) as prise:
            prise.sendall(f"POST {PORTE} HTTP/1.1\r\nContent-Length: {len(corps)}\r\n\r\n{corps}".encode())
            prise.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        parti.set()
        assert sonner(lente) == 201
    assert oreille.entendus == [ENVOI, ENVOI]
    assert "Traceback" not in capfd.readouterr().err and JETON not in caplog.text


def test_requete_qui_n_en_est_pas_une(sonnette: Sonnette) -> None:
    assert b"html" not in brut(sonnette, b"n'importe quoi du tout\r\n\r\n")
    assert b" 400 " in brut(sonnette, f"POST {PORTE} x HTTP/1.1\r\n\r\n".encode())
    assert sonner(sonnette) == 201


def test_ni_le_jeton_ni_le_secret_de_la_panne_ne_sont_ecrits(
    sonnette: Sonnette, oreille: Oreille, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    oreille.panne = RuntimeError(JETON)
    reponses = [
        appeler(sonnette, b"{", chemin=chemin, methode=methode)
        for chemin in (PORTE, PORTE + "x")
        for methode in ("POST", "GET")
    ]
    assert sonner(sonnette) == 503
    sorties = capfd.readouterr()
    ecrits = caplog.text + sorties.out + sorties.err + repr(sonnette) + str(reponses)
    assert JETON not in ecrits and "503" not in sorties.err
    assert f"La sonnette n'a pas pu prévenir de l'envoi {ENVOI} (RuntimeError)" in caplog.text


@pytest.mark.parametrize(
    ("jeton", "bon"), [("a" * 23, False), ("a" * 24, True), ("a" * 128, True), ("a" * 129, False)]
)
def test_longueur_du_jeton(oreille: Oreille, jeton: str, bon: bool) -> None:
    if bon:
        with Sonnette(oreille, jeton) as sonnette:
            assert sonnette.port
    else:
        with pytest.raises(ConfigurationInvalide, match="de 24 à 128"):
            Sonnette(oreille, jeton)


@pytest.mark.parametrize("jeton", ["", "avec/une-barre-oblique-dedans", "é" * 30, "a" * 24 + "\n"])
def test_jeton_impropre_a_une_adresse(oreille: Oreille, jeton: str) -> None:
    with pytest.raises(ConfigurationInvalide) as erreur:
        Sonnette(oreille, jeton)
    assert not jeton or jeton not in str(erreur.value)


def test_port_pris(oreille: Oreille, sonnette: Sonnette) -> None:
    with pytest.raises(ConfigurationInvalide, match=f"127.0.0.1:{sonnette.port}"):
        Sonnette(oreille, JETON, port=sonnette.port)


def test_le_port_est_libre_apres(oreille: Oreille) -> None:
    with Sonnette(oreille, JETON) as sonnette:
        port = sonnette.port
    with Sonnette(oreille, JETON, port=port) as sonnette:
        assert sonner(sonnette) == 201
    with pytest.raises(OSError):
        sonner(sonnette)
