"""An AR24 of this machine: it checks signatures, encrypts its successes, keeps letters, and fails on demand.

Its cipher is written from the documentation's test vector, apart from the adapter's.
"""

from __future__ import annotations

import base64
import email
import email.policy
import hashlib
import json
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

JETON, CLE, EXPEDITEUR = "jeton-tres-secret", "cle-privee-tres-secrete", "63011"
PARIS = ZoneInfo("Europe/Paris")
PDF = b"%PDF-1.7\nune preuve\n%%EOF\n"

Panne = Callable[["Requete"], bool]
"""Answers a request in the server's place; True when the server must go on all the same."""


def hexa(texte: str) -> str:
    return hashlib.sha256(texte.encode()).hexdigest()


def chiffrer(cle: str, texte: str, privee: str) -> bytes:
    """`openssl_encrypt(texte, 'aes-256-cbc', hexa(cle), 0, iv)`: PHP cuts key and vector to size."""
    octets = texte.encode()
    reste = 16 - len(octets) % 16
    chiffre = Cipher(
        algorithms.AES(hexa(cle).encode()[:32]), modes.CBC(hexa(hexa(privee)).encode()[:16])
    ).encryptor()
    return base64.b64encode(chiffre.update(octets + bytes([reste]) * reste) + chiffre.finalize())


def heure(instant: datetime) -> str:
    return f"{instant.astimezone(PARIS):%Y-%m-%d %H:%M:%S}"


def maintenant() -> datetime:
    return datetime.fromtimestamp(time.time(), tz=PARIS)


class Requete(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    serveur: ServeurAr24

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.champs = {nom: valeurs[-1] for nom, valeurs in parse_qs(urlsplit(self.path).query).items()}
        self.fichier = b""
        self._servir()

    def do_POST(self) -> None:
        corps = self.rfile.read(int(self.headers["Content-Length"]))
        self.champs, self.fichier = formulaire(self.headers["Content-Type"], corps)
        self._servir()

    def repondre(self, corps: bytes, statut: int = 200, **entetes: str) -> None:
        self.send_response(statut)
        for nom, valeur in {"Content-Length": str(len(corps)), "Connection": "close", **entetes}.items():
            self.send_header(nom.replace("_", "-"), valeur)
        self.end_headers()
        self.wfile.write(corps)

    def reussir(self, resultat: Any) -> None:
        clair = json.dumps({"status": "SUCCESS", "result": resultat})
        self.repondre(chiffrer(self.champs["date"] + CLE, clair, CLE))

    def echouer(self, slug: str, statut: int = 200) -> None:
        dit = {"status": "ERROR", "slug": slug, "message": f"An English sentence about {slug}"}
        self.repondre(json.dumps(dit).encode(), statut)

    def couper(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _servir(self) -> None:
        chemin = urlsplit(self.path).path
        ou = f"{self.command} {chemin}"
        self.serveur.recues.append((ou, dict(self.champs)))
        pannes = self.serveur.pannes[ou]
        if pannes and not pannes.pop(0)(self):
            return
        if chemin.startswith("/get/"):
            self.repondre(self.serveur.preuves.get(chemin, b"<html>absent</html>"))
        elif (slug := self._refus()) is not None:
            self.echouer(slug)
        else:
            getattr(self, {"/api/mail": "_mail", "/api/user/mail": "_liste"}.get(chemin, "_attachment"))()

    def _refus(self) -> str | None:
        if self.champs.get("token") != JETON:
            return "token_invalid"
        if self.headers.get("signature") != chiffrer(CLE, self.champs["date"], CLE).decode():
            return "invalid_signature"
        ecart = datetime.fromisoformat(self.champs["date"]).replace(tzinfo=PARIS) - maintenant()
        return "expired_date" if abs(ecart) > timedelta(minutes=10) else None

    def _attachment(self) -> None:
        if not self.fichier:
            self.echouer("attachment_missing_file")
            return
        self.reussir({"file_id": self.serveur.joindre(self.fichier)})

    def _mail(self) -> None:
        serveur = self.serveur
        if self.command == "POST":
            if int(self.champs["attachment[0]"]) not in serveur.joints:
                self.echouer("attachment_not_exists")
                return
            self.reussir(serveur.poster(self.champs))
        elif self.champs["id"] not in serveur.courriers:
            self.echouer("missing_erm_id")
        else:
            self.reussir(serveur.courriers[self.champs["id"]])

    def _liste(self) -> None:
        debut, nombre = int(self.champs["start"]), min(int(self.champs["max"]), self.serveur.page_max)
        tous = list(self.serveur.courriers.values())
        self.reussir(self.serveur.forme(tous[debut : debut + nombre]))


class ServeurAr24:
    """`pannes["POST /api/mail"]`: what answers the next requests there, in order, instead of the server."""

    def __init__(self, racine: str) -> None:
        self.racine = racine
        self.base = f"{racine}/api"
        self.courriers: dict[str, dict[str, Any]] = {}
        self.joints: dict[int, bytes] = {}
        self.preuves: dict[str, bytes] = {}
        self.recues: list[tuple[str, dict[str, str]]] = []
        self.pannes: dict[str, list[Panne]] = defaultdict(list)
        self.page_max = 100
        self.forme: Callable[[list[dict[str, Any]]], Any] = list
        self.statut = "waiting"

    def poster(self, champs: dict[str, str]) -> dict[str, Any]:
        numero = 401753 + len(self.courriers)
        courrier = modele(numero) | {
            "status": self.statut,
            "ref_dossier": champs["ref_dossier"],
            "ref_client": champs["ref_client"],
            "to_email": champs["to_email"],
            "to_company": champs.get("to_company", ""),
            "to_firstname": champs.get("to_firstname", ""),
            "to_lastname": champs.get("to_lastname", ""),
            "dest_statut": champs["dest_statut"],
            "is_eidas": int(champs["eidas"]),
            "attachments": [int(champs["attachment[0]"])],
        }
        self.courriers[str(numero)] = courrier
        return courrier

    def joindre(self, fichier: bytes) -> int:
        numero = 7964372 + len(self.joints)
        self.joints[numero] = fichier
        return numero

    def faire(self, numero: str, preuves: str = "", **champs: Any) -> None:
        """Give that letter these fields, and the proofs of these two letters each (« dp ev ar »)."""
        self.courriers.setdefault(numero, modele(int(numero))).update(champs)
        for genre in preuves.split():
            chemin = f"/get/proof/{genre}-{numero}"
            self.preuves[chemin] = PDF + genre.encode()
            self.courriers[numero][f"proof_{genre}_url"] = f"{self.racine}{chemin}?token=1111111111111111"

    def appels(self, ou: str) -> list[dict[str, str]]:
        return [champs for chemin, champs in self.recues if chemin == ou]


def modele(numero: int) -> dict[str, Any]:
    """A letter as the documentation's sample has it, before anything happened."""
    return {
        "id": numero,
        "type": "lre",
        "status": "waiting",
        "from_name": "Dupont Marie",
        "ref_dossier": "",
        "ref_client": "",
        "ref_facturation": "",
        "price_ht": 0,
        "date": heure(maintenant() - timedelta(days=20)),
        "full_hash_sha256": "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08",
        "send_fail": 0,
        "is_eidas": 1,
        "proof_ev_url": "",
        "ts_ev_date": None,
        "view_date": False,
        "refused_date": "0000-00-00 00:00:00",
        "negligence_date": "",
        "bounced_date": None,
        "req_notify_ev": 1,
        "un_champ_nouveau": {"quelconque": [1, 2]},
    }


def formulaire(genre: str, corps: bytes) -> tuple[dict[str, str], bytes]:
    """The fields of a posted form, and its file."""
    if not genre.startswith("multipart/"):
        return {nom: valeurs[-1] for nom, valeurs in parse_qs(corps.decode()).items()}, b""
    message = email.message_from_bytes(
        b"Content-Type: " + genre.encode() + b"\r\n\r\n" + corps, policy=email.policy.HTTP
    )
    champs, fichier = {}, b""
    for partie in message.iter_parts():  # type: ignore[attr-defined]
        contenu = partie.get_payload(decode=True)
        if partie.get_filename():
            fichier = contenu
        else:
            champs[partie.get_param("name", header="content-disposition")] = contenu.decode()
    return champs, fichier


@contextmanager
def servir() -> Iterator[ServeurAr24]:
    """The server, listening on loopback until the end of the block."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), type("RequeteAr24", (Requete,), {}))
    http.daemon_threads = True
    serveur = ServeurAr24(f"http://127.0.0.1:{http.server_address[1]}")
    http.RequestHandlerClass.serveur = serveur  # type: ignore[attr-defined]
    fil = threading.Thread(target=http.serve_forever, args=(0.05,), daemon=True)
    fil.start()
    try:
        yield serveur
    finally:
        http.shutdown()
        http.server_close()
        fil.join()
