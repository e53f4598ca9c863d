"""RFC 3161 timestamps: ask authorities over HTTP or a local demonstration one, and verify any token."""

from dossier.adapters.timestamp_rfc3161.demonstration import MENTION_LOCALE, autorite_locale
from dossier.adapters.timestamp_rfc3161.jeton import HorodateurRfc3161, verifier_jeton, verifier_parmi
from dossier.adapters.timestamp_rfc3161.successifs import HorodateursSuccessifs, autorite_http
from dossier.adapters.timestamp_rfc3161.transport_http import par_http

__all__ = [
    "MENTION_LOCALE",
    "HorodateurRfc3161",
    "HorodateursSuccessifs",
    "autorite_http",
    "autorite_locale",
    "par_http",
    "verifier_jeton",
    "verifier_parmi",
]
