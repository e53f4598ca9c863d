"""Telling the running service that the journal has changed, when there is one.

Prefect reads the server's address when it is first imported: an act given here imports it itself.
"""

from __future__ import annotations

from collections.abc import Callable

from dossier.core.creance import identifiant
from dossier.core.errors import DonneeInvalide
from dossier.services.factures import numero_suivi
from dossier.services.outils import Outils
from flows.cli.usage import dire


def si_le_service_tourne(acte: Callable[[], None]) -> None:
    """Do `acte` against the living Prefect server; else say that the service will catch up when it starts."""
    from flows.serveur import adresse_vivante
    from flows.wiring import settings

    if adresse_vivante(settings()) is None:
        dire("(Le service n'est pas lancé : il en tiendra compte à son démarrage.)")
        return
    acte()


def reveiller(*creances: str) -> None:
    """Wake the runs of these creances, when the service runs to do so."""
    from flows.wiring import outils

    def signaler() -> None:
        from flows import runs

        runs.signaler(outils(), *creances)

    si_le_service_tourne(signaler)


def saisir(facture: str, acte: Callable[[Outils], str], *, tout_le_debiteur: bool = False) -> None:
    """Do the act, print what it changed, wake the runs that it concerns.

    Raises DonneeInvalide, with the nearest numbers, when no invoice bears that one.
    """
    from flows.wiring import outils

    suivi = numero_suivi(outils(), facture)
    if identifiant(suivi) != identifiant(facture):
        raise DonneeInvalide(f"Écrivez ce numéro comme sur la facture : {suivi}.")
    dire(acte(outils()))

    def signaler() -> None:
        from flows import runs

        if tout_le_debiteur:
            runs.signaler_le_debiteur(outils(), identifiant(facture))
        else:
            runs.signaler(outils(), identifiant(facture))

    si_le_service_tourne(signaler)
