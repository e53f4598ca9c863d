"""Where documents are kept, and what proves when they were."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

Octets = bytes | Path
"""A content in memory, or a file that holds it: what is large is streamed, never held whole."""


class Store(Protocol):
    """Write-once evidence store."""

    def put(self, cle: str, contenu: Octets) -> str:
        """Keep these bytes; gives their SHA-256 (hex). The same bytes again is fine.

        Raises ConflitStore when the key holds other bytes. A key is ASCII, `/`-separated.
        """

    def get(self, cle: str) -> bytes:
        """Raises DocumentAbsent."""

    def copier(self, cle: str, fichier: Path) -> str:
        """That document to `fichier`, which must not exist, by blocks; gives its SHA-256 (hex).

        Raises DocumentAbsent, and then leaves no file.
        """

    def lieu(self, cle: str) -> str:
        """Where a person opens it: a path or an s3:// address."""

    def lien(self, cle: str, jusqu_a: datetime) -> str:
        """Where whoever receives it opens it until `jusqu_a` (UTC-aware, real time).

        Raises DocumentAbsent, DonneeInvalide (an end that the store cannot give).
        """


class Jeton(NamedTuple):
    """A verified RFC 3161 token."""

    instant: datetime
    autorite: str


class Horodateur(Protocol):
    mention: str
    """What documents say of the authority, e.g. « horodatage de démonstration, non qualifié »."""

    certificat: bytes
    """The authority's trusted root, PEM: what openssl takes as -CAfile."""

    def horodater(self, contenu: Octets) -> bytes:
        """A raw DER token response (.tsr) over the SHA-256 of `contenu`, already verified.

        Raises ErreurHorodatage.
        """

    def verifier(self, contenu: Octets, tsr: bytes) -> Jeton:
        """Raises ErreurHorodatage when the token is not this authority's, or not over `contenu`."""
