"""Timestamp authorities as they are elsewhere, made with openssl, and their counter over HTTP with its whims."""

from __future__ import annotations

import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from rfc3161_client import decode_timestamp_response

CONTENU = b"Mise en demeure du 21 novembre 2026"
NOM_LOCAL = "Dossier - autorite de demonstration, non qualifiee"
Envoyer = Callable[[bytes], bytes]
Recus = list[tuple[str, str | None]]


def maintenant() -> datetime:
    return datetime.fromtimestamp(time.time(), tz=UTC)


def openssl_accepte(dossier: Path, contenu: bytes, tsr: bytes, racine: bytes) -> bool:
    """What an expert does with the three files and nothing else."""
    for nom, octets in (("contenu", contenu), ("contenu.tsr", tsr), ("ca.pem", racine)):
        (dossier / nom).write_bytes(octets)
    commande = "openssl ts -verify -data contenu -in contenu.tsr -CAfile ca.pem"
    return subprocess.run(commande.split(), cwd=dossier, capture_output=True, check=False).returncode == 0


class Cle(NamedTuple):
    nom: str
    privee: Any
    certificat: x509.Certificate

    def pem(self) -> bytes:
        return self.certificat.public_bytes(serialization.Encoding.PEM)


def certifier(
    nom: str,
    par: Cle | None = None,
    *,
    autorite: bool,
    fin: datetime,
    prive: Any = None,
    debut: datetime | None = None,
    usage: bool = True,
) -> Cle:
    """A certificate; `usage`: whether a signer's says that it is for timestamps."""
    prive = prive or ec.generate_private_key(ec.SECP256R1())
    emetteur = par.nom if par else nom
    sujet, issu = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, n)]) for n in (nom, emetteur))
    chantier = (
        x509.CertificateBuilder(issu, sujet, prive.public_key(), x509.random_serial_number())
        .not_valid_before(debut or maintenant() - timedelta(days=1))
        .not_valid_after(fin)
        .add_extension(x509.BasicConstraints(autorite, None), critical=True)
    )
    if not autorite:
        permis = ExtendedKeyUsageOID.TIME_STAMPING if usage else ExtendedKeyUsageOID.EMAIL_PROTECTION
        chantier = chantier.add_extension(x509.ExtendedKeyUsage([permis]), critical=True)
    return Cle(nom, prive, chantier.sign(par.privee if par else prive, hashes.SHA256()))


def emettre(
    dossier: Path,
    signataire: Cle,
    joints: tuple[Cle, ...],
    empreinte: str = "sha256",
    demande: bytes | None = None,
) -> bytes:
    """A token from an authority whose configuration is not ours, through openssl; over CONTENU by default."""
    _poser_cle(dossier, signataire)
    (dossier / "joints").write_bytes(b"".join(joint.pem() for joint in joints))
    (dossier / "serie").write_text("0A\n")
    (dossier / "contenu").write_bytes(CONTENU)
    (dossier / "conf").write_text(
        "[tsa]\nserial = serie\ncrypto_device = builtin\nsigner_digest = sha256\ndefault_policy = 1.2.3.4\n"
        f"digests = {empreinte}\ness_cert_id_alg = sha256\nclock_precision_digits = 3\n"
    )
    if demande is None:
        executer(dossier, f"openssl ts -query -data contenu -{empreinte} -cert -out demande")
    else:
        (dossier / "demande").write_bytes(demande)
    joindre = "-chain joints" if joints else ""
    executer(
        dossier,
        "openssl ts -reply -config conf -section tsa -queryfile demande -signer signataire -inkey cle"
        f" {joindre} -out reponse",
    )
    return (dossier / "reponse").read_bytes()


def resigner(dossier: Path, tsr: bytes, signataire: Cle, avant: bytes = b"", apres: bytes = b"") -> bytes:
    """The same token, `avant` in its content become `apres`, signed anew by whoever wants to."""
    _poser_cle(dossier, signataire)
    (dossier / "vrai").write_bytes(tsr)
    executer(dossier, "openssl ts -reply -in vrai -token_out -out jeton")
    executer(dossier, "openssl cms -verify -noverify -binary -inform DER -in jeton -out info")
    info = (dossier / "info").read_bytes()
    assert avant in info
    (dossier / "info").write_bytes(info.replace(avant, apres))
    executer(
        dossier,
        "openssl cms -sign -cades -in info -nodetach -binary -outform DER -signer signataire -inkey cle"
        " -econtent_type 1.2.840.113549.1.9.16.1.4 -out forge",
    )
    executer(dossier, "openssl ts -reply -token_in -in forge -out forge.tsr")
    return (dossier / "forge.tsr").read_bytes()


def autorite_decalee(dossier: Path, racine: Cle, ecart: timedelta) -> Envoyer:
    """An authority whose clock is `ecart` ahead of this machine's."""
    dossier.mkdir()
    bornes = {"debut": maintenant() - timedelta(days=900), "fin": maintenant() + timedelta(days=900)}
    signataire = certifier("Décalée", racine, autorite=False, **bornes)

    def envoyer(demande: bytes) -> bytes:
        tsr = emettre(dossier, signataire, (), demande=demande)
        # openssl writes milliseconds here: the whole date is set anew.
        lue = decode_timestamp_response(tsr).tst_info.gen_time
        return resigner(
            dossier, tsr, signataire, f"{lue:%Y%m%d%H%M%S}".encode(), f"{lue + ecart:%Y%m%d%H%M%S}".encode()
        )

    return envoyer


def _poser_cle(dossier: Path, signataire: Cle) -> None:
    clair = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    privee = signataire.privee.private_bytes(serialization.Encoding.PEM, pkcs8, clair)
    (dossier / "cle").write_bytes(privee)
    (dossier / "signataire").write_bytes(signataire.pem())


def executer(dossier: Path, commande: str) -> None:
    subprocess.run(commande.split(), cwd=dossier, capture_output=True, check=True)


class Guichet(BaseHTTPRequestHandler):
    """An authority over HTTP; its whim is on the class."""

    autorite: Envoyer
    caprice: str
    recus: Recus

    def do_POST(self) -> None:
        self.recus.append((self.headers["Content-Type"], self.headers["Authorization"]))
        demande = self.rfile.read(int(self.headers["Content-Length"]))
        if self.caprice in DEFAUTS:
            DEFAUTS[self.caprice](self, self.autorite(demande))
            self.close_connection = True
        elif self.caprice == "html":
            self._repondre(200, "text/html; charset=utf-8", b"<html>Bienvenue</html>")
        elif self.caprice == "ailleurs":
            self._repondre(302, "text/html", b"")
        elif self.caprice:
            self._repondre(int(self.caprice), "text/plain", b"erreur")
        else:
            self._repondre(200, "application/timestamp-reply", self.autorite(demande))

    def _repondre(self, statut: int, genre: str, corps: bytes) -> None:
        self.send_response(statut)
        self.send_header("Content-Type", genre)
        self.send_header("Location", "/ailleurs")
        self.send_header("Content-Length", str(len(corps)))
        self.end_headers()
        self.wfile.write(corps)

    def log_message(self, *_: Any) -> None:
        pass


def _se_taire(_: Guichet, __: bytes) -> None:
    threading.Event().wait(1)


def _couper(guichet: Guichet, tsr: bytes) -> None:
    guichet.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(tsr) + tsr[:100])


def _couper_net(guichet: Guichet, _: bytes) -> None:
    guichet.wfile.write(b"HTTP/1.1 200")


def _distiller(guichet: Guichet, tsr: bytes) -> None:
    """A byte from time to time: no single read is late, the whole is."""
    guichet.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(tsr))
    with suppress(OSError):
        for rang in range(20):
            guichet.wfile.write(tsr[rang : rang + 1])
            threading.Event().wait(0.1)


def _inonder(guichet: Guichet, tsr: bytes) -> None:
    guichet.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 3000000\r\n\r\n")
    with suppress(OSError):
        guichet.wfile.write(tsr[:1] * 3_000_000)


DEFAUTS: dict[str, Callable[[Guichet, bytes], None]] = {
    "muet": _se_taire,
    "coupe": _couper,
    "coupe net": _couper_net,
    "goutte à goutte": _distiller,
    "déluge": _inonder,
}


@contextmanager
def guichet(autorite: Envoyer, caprice: str = "", tls: Path | None = None) -> Iterator[tuple[str, Recus]]:
    """Its address without a scheme, and the headers of each request it had."""
    recus: Recus = []
    champs = {"autorite": staticmethod(autorite), "caprice": caprice, "recus": recus}
    classe = type("GuichetRegle", (Guichet,), champs)
    with ThreadingHTTPServer(("127.0.0.1", 0), classe) as serveur:
        if tls is not None:
            contexte = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            contexte.load_cert_chain(tls)
            serveur.socket = contexte.wrap_socket(serveur.socket, server_side=True)
        threading.Thread(target=serveur.serve_forever, args=(0.01,), daemon=True).start()
        yield f"127.0.0.1:{serveur.server_port}/tsa", recus
        serveur.shutdown()
