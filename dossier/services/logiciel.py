"""Which version of this program is at work."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def logiciel() -> str:
    """The version of this program, as index.json records it; empty when it is run without being installed."""
    try:
        return version("dossier")
    except PackageNotFoundError:
        return ""
