"""An embedded demonstration authority: openssl answers, and its certificates say that it is not qualified."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory, mkdtemp

from dossier.adapters.timestamp_rfc3161.openssl import openssl
from dossier.core.errors import ErreurHorodatage
from dossier.core.messages import raison

MENTION_LOCALE = "horodatage de démonstration, non qualifié"
CLE = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -sha256"
DUREE = "-days 3650"
NOM_LOCAL = "Dossier - autorite de demonstration, non qualifiee"
# 2.999 is the arc that X.660 keeps for examples: nobody can take this policy for a real one.
OPENSSL_CONF = """
[req]
distinguished_name = nom
[nom]
[racine]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
subjectKeyIdentifier = hash
[signataire]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
serial = serie
crypto_device = builtin
signer_digest = sha256
default_policy = 2.999.1
digests = sha256
accuracy = secs:1
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def autorite_locale(dossier: Path) -> tuple[Callable[[bytes], bytes], bytes]:
    """An embedded demonstration authority kept in `dossier`: its transport and its root certificate (PEM).

    Made on first use. It proves nothing to a third party, and its certificates say so. Raises
    ErreurHorodatage.
    """
    autorite = dossier.absolute() / "autorite"
    try:
        if not autorite.exists():
            _creer_autorite(autorite)
        racine = (autorite / "racine.pem").read_bytes()
    except OSError as error:
        raise ErreurHorodatage(
            f"L'autorité de démonstration ne peut pas être lue ou créée dans {dossier}, vérifiez les droits "
            f"({raison(error)})."
        ) from error

    def envoyer(demande: bytes) -> bytes:
        return _repondre(autorite, demande)

    return envoyer, racine


def _creer_autorite(autorite: Path) -> None:
    """Root and signer, whole or not at all."""
    autorite.parent.mkdir(parents=True, exist_ok=True)
    brouillon = Path(mkdtemp(dir=autorite.parent, prefix=".autorite-"))
    try:
        _fabriquer_certificats(brouillon)
        for fichier in brouillon.iterdir():
            with fichier.open("rb") as ouvert:
                os.fsync(ouvert.fileno())
        # Two processes may start together: the folder that arrives second is refused, and dropped.
        brouillon.rename(autorite)
    except OSError:
        if not autorite.exists():
            raise
    finally:
        shutil.rmtree(brouillon, ignore_errors=True)


def _fabriquer_certificats(travail: Path) -> None:
    """The root's key is thrown away: nobody can sign another authority with it."""
    (travail / "conf").write_text(OPENSSL_CONF, encoding="ascii")
    demander = f"-config conf {CLE} -keyout"
    sujet = f"/CN={NOM_LOCAL}"
    _executer(
        travail,
        f"req -x509 {demander} racine.key -out racine.pem {DUREE} -extensions racine -subj",
        f"{sujet} (racine)",
    )
    _executer(travail, f"req -new {demander} cle.pem -out demande -subj", sujet)
    _executer(
        travail,
        "x509 -req -in demande -CA racine.pem -CAkey racine.key -out signataire.pem -sha256"
        f" -set_serial 0x{secrets.token_hex(15)} -extfile conf -extensions signataire {DUREE}",
    )
    for nom in ("conf", "demande", "racine.key"):
        (travail / nom).unlink()


def _repondre(autorite: Path, demande: bytes) -> bytes:
    with TemporaryDirectory() as nom:
        travail = Path(nom)
        (travail / "conf").write_text(OPENSSL_CONF, encoding="ascii")
        # A random serial per call needs no lock between threads and processes (RFC 3161: 160 bits at most).
        (travail / "serie").write_text(f"{secrets.randbits(127):032X}\n", encoding="ascii")
        (travail / "demande").write_bytes(demande)
        certificat, cle = str(autorite / "signataire.pem"), str(autorite / "cle.pem")
        repondre = "ts -reply -config conf -section tsa -queryfile demande"
        return _executer(travail, repondre, "-signer", certificat, "-inkey", cle)


def _executer(travail: Path, commande: str, *suite: str) -> bytes:
    resultat = openssl((*commande.split(), *suite), travail)
    if resultat.returncode != 0:
        dit = resultat.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise ErreurHorodatage(
            f"L'autorité de démonstration n'a pas pu répondre, vérifiez son dossier (openssl dit : {dit})."
        )
    return resultat.stdout
