"""Telling the running service that the journal has changed, when there is one.

Prefect reads the server's address when it is first imported: an act given here imports it itself.
"""

from __future__ import annotations

from collections.abc import Callable

from flows.cli.usage import dire


def si_le_service_tourne(acte: Callable[[], None]) -> None:
    """Do `acte` against the living Prefect server; else say that the service will catch up when it starts."""
    from flows.serveur import adresse_vivante
    from flows.wiring import settings

    if adresse_vivante(settings()) is None:
        dire("(Le service n'est pas lancé : il en tiendra compte à son démarrage.)")
        return
    acte()
