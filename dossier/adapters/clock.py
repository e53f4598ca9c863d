"""The one place that reads the machine's clock, and the simulated clock of the demo."""

from __future__ import annotations

import os
import tempfile
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from dossier.core.dates import horodate, jour_legal
from dossier.core.errors import ConfigurationInvalide, DonneeInvalide

UN_JOUR = timedelta(days=1)


class RealClock:
    """Implements `ports.Clock` with the machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)  # noqa: TID251  the one clock

    def jour(self) -> date:
        return jour_legal(self.now())

    def reel(self, instant: datetime) -> datetime:
        return instant


class SimulatedClock:
    """Implements `ports.Clock` with an instant kept in a file, read at each call: all processes share it.

    It stands still until `regler`.
    """

    def __init__(self, fichier: Path) -> None:
        self._fichier = fichier

    def now(self) -> datetime:
        """Raises ConfigurationInvalide when the clock was never set, or its file is not an instant."""
        instant = self._lire()
        if instant is None:
            raise ConfigurationInvalide(
                f"L'horloge simulée n'est pas réglée : le fichier {self._fichier} n'existe pas."
                " Réglez-la, ou revenez à l'horloge réelle."
            )
        return instant

    def jour(self) -> date:
        return jour_legal(self.now())

    def reel(self, instant: datetime) -> datetime:
        """As far from the real now as `instant` is from the simulated one.

        At least one real day for a simulated future: only `regler` brings it nearer.
        """
        attente = instant - self.now()
        return RealClock().now() + (max(attente, UN_JOUR) if attente > timedelta(0) else attente)

    def regler(self, instant: datetime) -> None:
        """Move the clock to that aware instant. Raises DonneeInvalide when it would go back."""
        if instant.tzinfo is None:
            raise DonneeInvalide(f"L'instant {instant} n'a pas de fuseau horaire ; indiquez-le.")
        actuel = self._lire()
        if actuel is not None and instant < actuel:
            raise DonneeInvalide(
                f"L'horloge simulée ne recule pas : elle est au {horodate(actuel)} ;"
                f" le {horodate(instant)} est passé."
            )
        self._ecrire(instant.astimezone(UTC).isoformat())

    def _lire(self) -> datetime | None:
        try:
            instant = datetime.fromisoformat(self._fichier.read_text("ascii").strip())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise self._illisible() from error
        if instant.tzinfo is None:
            raise self._illisible()
        return instant.astimezone(UTC)

    def _illisible(self) -> ConfigurationInvalide:
        return ConfigurationInvalide(
            f"Le fichier de l'horloge simulée ({self._fichier}) est illisible ; il doit contenir un instant"
            " avec son fuseau, par exemple 2026-11-21T08:00:00+00:00."
        )

    def _ecrire(self, texte: str) -> None:
        """Replace the file in one move: a reader sees the old instant or the new one, never half of it."""
        try:
            self._fichier.parent.mkdir(parents=True, exist_ok=True)
            numero, provisoire = tempfile.mkstemp(dir=self._fichier.parent, prefix=".horloge-")
            with os.fdopen(numero, "w", encoding="ascii") as sortie:
                sortie.write(texte + "\n")
            Path(provisoire).replace(self._fichier)
        except OSError as error:
            raise ConfigurationInvalide(
                f"Le fichier de l'horloge simulée ({self._fichier}) ne peut pas être écrit ;"
                " vérifiez le dossier et les droits."
            ) from error
