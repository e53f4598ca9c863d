"""Free loopback ports, for what is started a few seconds later."""

from __future__ import annotations

import socket
from itertools import islice
from secrets import SystemRandom

from dossier.core.errors import DossierError

PORTS = range(20_000, 32_000)
"""Below those that the system lends to outgoing calls, which could take one before it is used."""


def port_libre() -> int:
    """A port of this machine that nobody listens on. Raises DossierError when there is none."""
    return ports_libres(1)[0]


def ports_libres(nombre: int) -> list[int]:
    """As many such ports, all different. Raises DossierError."""
    libres = list(islice(filter(_libre, SystemRandom().sample(PORTS, len(PORTS))), nombre))
    if len(libres) < nombre:
        raise DossierError(
            f"Il ne reste plus de port libre entre {PORTS.start} et {PORTS.stop} sur cette machine."
        )
    return libres


def _libre(port: int) -> bool:
    with socket.socket() as prise:
        try:
            prise.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
