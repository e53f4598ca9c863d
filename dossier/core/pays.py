"""The countries where a debtor may be, by their ISO 3166 code, as invoices and envelopes name them."""

from __future__ import annotations

import unicodedata

from dossier.core.creance import Adresse

FRANCE = "FR"
OUTRE_MER = frozenset({"GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"})
"""ISO codes of French territories whose addresses have five digits and whose law is followed as in France."""

NOMS = {
    "FR": ("France", "France"),
    "AD": ("Andorre", "Andorra"),
    "AT": ("Autriche", "Austria"),
    "BE": ("Belgique", "Belgium"),
    "BG": ("Bulgarie", "Bulgaria"),
    "CA": ("Canada", "Canada"),
    "CH": ("Suisse", "Switzerland"),
    "CY": ("Chypre", "Cyprus"),
    "CZ": ("République tchèque", "Czech Republic"),
    "DE": ("Allemagne", "Germany"),
    "DK": ("Danemark", "Denmark"),
    "DZ": ("Algérie", "Algeria"),
    "EE": ("Estonie", "Estonia"),
    "ES": ("Espagne", "Spain"),
    "FI": ("Finlande", "Finland"),
    "GB": ("Royaume-Uni", "United Kingdom"),
    "GR": ("Grèce", "Greece"),
    "HR": ("Croatie", "Croatia"),
    "HU": ("Hongrie", "Hungary"),
    "IE": ("Irlande", "Ireland"),
    "IS": ("Islande", "Iceland"),
    "IT": ("Italie", "Italy"),
    "LI": ("Liechtenstein", "Liechtenstein"),
    "LT": ("Lituanie", "Lithuania"),
    "LU": ("Luxembourg", "Luxembourg"),
    "LV": ("Lettonie", "Latvia"),
    "MA": ("Maroc", "Morocco"),
    "MC": ("Monaco", "Monaco"),
    "MT": ("Malte", "Malta"),
    "NL": ("Pays-Bas", "Netherlands"),
    "NO": ("Norvège", "Norway"),
    "PL": ("Pologne", "Poland"),
    "PT": ("Portugal", "Portugal"),
    "RO": ("Roumanie", "Romania"),
    "SE": ("Suède", "Sweden"),
    "SI": ("Slovénie", "Slovenia"),
    "SK": ("Slovaquie", "Slovakia"),
    "SM": ("Saint-Marin", "San Marino"),
    "TN": ("Tunisie", "Tunisia"),
    "US": ("États-Unis", "United States"),
}
"""The name of each in French, then in English."""
_AUTRES_NOMS = {
    "UK": "GB",
    "Grande-Bretagne": "GB",
    "Great Britain": "GB",
    "EL": "GR",
    "Tchéquie": "CZ",
    "Czechia": "CZ",
    "The Netherlands": "NL",
    "USA": "US",
    "États-Unis d'Amérique": "US",
    "United States of America": "US",
}


def lire_pays(texte: str) -> str | None:
    """The ISO code of a country written by its code or its name; `FR` when nothing is; None when unknown."""
    return _CODES.get(_plie(texte)) if texte.strip() else FRANCE


def nom_postal(code: str, *, anglais: bool = False) -> str:
    """The last line of an envelope: the name in capitals; the code itself when it has no name here."""
    noms = NOMS.get(code)
    return noms[anglais].upper() if noms else code


def enveloppe(adresse: Adresse) -> tuple[str, ...]:
    """The lines below the addressee's name on an envelope posted in France."""
    *lignes, derniere = adresse.bloc
    return (*lignes, derniere if adresse.pays == FRANCE else nom_postal(adresse.pays))


def _plie(texte: str) -> str:
    """Letters only, without accent or case: `Pays-Bas` and `pays bas` are one."""
    lettres = unicodedata.normalize("NFKD", texte.casefold())
    return "".join(lettre for lettre in lettres if lettre.isalpha())


_CODES = {
    **{_plie(ecrit): code for code, noms in NOMS.items() for ecrit in (code, *noms)},
    **{_plie(autre): code for autre, code in _AUTRES_NOMS.items()},
    **{_plie(code): FRANCE for code in OUTRE_MER},
}
