"""How e-mails leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol


class Courriel(NamedTuple):
    """An outgoing e-mail before it is a message."""

    destinataire: str
    sujet: str
    corps: str
    pieces: tuple[tuple[str, bytes], ...]
    message_id: str
    instant: datetime
    html: str = ""
    """The same words laid out; empty for a message of plain text alone."""


class MiseEnPage(Protocol):
    def html(
        self, sujet: str, corps: str, creancier: Mapping[str, Any], langue: Literal["fr", "en"] = "fr"
    ) -> str:
        """The same words as an HTML page for an e-mail. Raises ErreurRendu."""


class Messagerie(Protocol):
    def composer(self, courriel: Courriel) -> bytes:
        """The complete RFC 5322 message; equal inputs give equal bytes."""

    def envoyer(self, eml: bytes) -> str:
        """Hand it to the SMTP server; gives the server's answer. Raises ErreurEnvoi."""
