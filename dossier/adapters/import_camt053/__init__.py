"""Bank statements in ISO 20022 camt.053."""

from dossier.adapters.import_camt053.lecture import lire_camt053

__all__ = ["lire_camt053"]
