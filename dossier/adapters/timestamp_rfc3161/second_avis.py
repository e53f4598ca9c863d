"""The second opinion of openssl on a token that rfc3161-client refuses."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from dossier.adapters.timestamp_rfc3161.demande import Demande
from dossier.adapters.timestamp_rfc3161.openssl import openssl
from dossier.core.errors import ErreurHorodatage
from dossier.core.ports import Jeton, Octets

EMPREINTES = {"sha256", "sha384", "sha512"}
AUTRE_AUTORITE = "il n'est pas signé par l'autorité attendue"
# What openssl says, and what it means to the reader.
RAISONS = (
    (r"message imprint mismatch", "il ne porte pas sur ce contenu (autre document, ou document modifié)"),
    (r"nonce", "il répond à une autre demande (réponse ancienne rejouée)"),
    (
        r"certificate has expired|certificate is not yet valid",
        "le certificat de l'autorité n'était pas valable à la date du jeton",
    ),
    (
        r"unsuitable certificate purpose|unsupported certificate purpose|invalid purpose",
        "le certificat qui le signe n'est pas fait pour l'horodatage (usage étendu « timeStamping » absent)",
    ),
    (r"certificate verify error", AUTRE_AUTORITE),
)


def second_avis(contenu: Octets, tsr: bytes, racine_pem: bytes, demande: Demande | None) -> Jeton:
    """Who stamped `contenu` and when, with the nonce of `demande` if any. Raises ErreurHorodatage."""
    with TemporaryDirectory() as temporaire:
        travail = Path(temporaire)
        (travail / "tsr").write_bytes(tsr)
        (travail / "racine").write_bytes(racine_pem)
        if isinstance(contenu, Path):
            (travail / "contenu").symlink_to(contenu.absolute())
        else:
            (travail / "contenu").write_bytes(contenu)
        (travail / "demande").write_bytes(demande.der if demande else b"")
        _juger(travail, "ts -reply -in tsr -token_out -out jeton")
        _juger(travail, "cms -verify -noverify -binary -inform DER -in jeton -signer signataire -out info")
        instant = _instant(_juger(travail, "asn1parse -inform DER -in info"))
        objet = "-queryfile demande" if demande else "-data contenu"
        date = int(instant.timestamp())
        _juger(travail, f"ts -verify -in tsr -CAfile racine {objet} -attime {date}")
        sujet = _juger(travail, "x509 -in signataire -noout -subject -nameopt multiline,-esc_msb,utf8")
    nom_commun = re.search(r"commonName += (.+)", sujet)
    return Jeton(instant, nom_commun[1] if nom_commun else sujet)


def _juger(travail: Path, commande: str) -> str:
    resultat = openssl(commande.split(), travail)
    if resultat.returncode == 0:
        return resultat.stdout.decode("utf-8", "replace")
    dit = resultat.stderr.decode("utf-8", "replace")
    raison = next(
        (raison for motif, raison in RAISONS if re.search(motif, dit)),
        "il est endommagé ou n'est pas un jeton RFC 3161",
    )
    raise ErreurHorodatage(f"Jeton d'horodatage refusé : {raison}.")


def _instant(info: str) -> datetime:
    """The time of a TSTInfo as `openssl asn1parse` shows it, to the second like rfc3161-client.

    Refuses a weak imprint (SHA-1).
    """
    try:
        empreinte = re.findall(r"OBJECT +:(\S+)", info)[1]
        (temps, *_) = re.findall(r"GENERALIZEDTIME +:(\d{14})", info)
        instant = datetime.strptime(temps, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except (IndexError, ValueError) as error:
        raise ErreurHorodatage(
            "Jeton d'horodatage refusé : il ne porte ni empreinte ni date lisibles."
        ) from error
    if empreinte not in EMPREINTES:
        raise ErreurHorodatage(f"Jeton d'horodatage refusé : son empreinte ({empreinte}) est trop faible.")
    return instant
