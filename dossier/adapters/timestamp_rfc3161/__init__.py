"""RFC 3161 timestamps: ask an authority over HTTP or a local demonstration one, and verify any token."""

from dossier.adapters.timestamp_rfc3161.demonstration import MENTION_LOCALE, autorite_locale
from dossier.adapters.timestamp_rfc3161.jeton import HorodateurRfc3161, verifier_jeton
from dossier.adapters.timestamp_rfc3161.transport_http import par_http

__all__ = ["MENTION_LOCALE", "HorodateurRfc3161", "autorite_locale", "par_http", "verifier_jeton"]
