"""What time it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant, UTC-aware."""

    def jour(self) -> date:
        """The current legal day in Paris."""

    def reel(self, instant: datetime) -> datetime:
        """The instant of the machine's own clock at which `instant` will be reached."""
