"""The evidence store in a folder."""

from dossier.adapters.store_folder.store import StoreFolder

__all__ = ["StoreFolder"]
