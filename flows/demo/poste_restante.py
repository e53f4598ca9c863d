"""An SMTP server on loopback that keeps each message it receives as a .eml file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller


class Boite:
    """aiosmtpd handler: one file per message, in order of arrival."""

    def __init__(self, dossier: Path) -> None:
        dossier.mkdir(parents=True, exist_ok=True)
        self._dossier = dossier
        self._recus = len(list(dossier.glob("*.eml")))

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the bytes as received."""
        self._recus += 1
        (self._dossier / f"{self._recus:03d}.eml").write_bytes(envelope.content)
        return f"250 2.0.0 message {self._recus} conserve"


@contextmanager
def ouvrir(dossier: Path, port: int) -> Iterator[None]:
    """Listen on that port for the duration of the block."""
    controller = Controller(Boite(dossier), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield
    finally:
        controller.stop()
