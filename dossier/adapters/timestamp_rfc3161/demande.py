"""The request of a timestamp (RFC 3161, 2.4.1), over a digest: the document itself is never held in memory."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from asn1crypto import tsp  # type: ignore[import-untyped]

from dossier.core.ports import Octets
from dossier.octets import empreinte


class Demande(NamedTuple):
    """What is sent, and what the answer must repeat."""

    der: bytes
    nonce: int


def demander(contenu: Octets) -> Demande:
    """A request over the SHA-256 of `contenu`, with a new nonce, that asks for the certificates."""
    nonce = secrets.randbits(64)
    demande = tsp.TimeStampReq(
        {
            "version": "v1",
            "message_imprint": {
                "hash_algorithm": {"algorithm": "sha256"},
                "hashed_message": bytes.fromhex(empreinte(contenu)),
            },
            "nonce": nonce,
            "cert_req": True,
        }
    )
    return Demande(demande.dump(), nonce)
