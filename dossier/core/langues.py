"""How a letter writes dates, sums and its fixed words, in French or in English."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Literal, NamedTuple

from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.faits import Canal
from dossier.core.montants import INSECABLE, arrondi, en_euros, en_pourcent
from dossier.core.pays import nom_postal

Code = Literal["fr", "en"]
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Mots(NamedTuple):
    """The fixed words of the values that a template receives ready written."""

    facture: str
    factures: str
    et: str
    autres: str
    ref_facture: str
    ref_du: str
    ref_commande: str
    ref_contrat: str
    ref_livraison: str
    recus_le: str
    sur_interets: str
    sur_indemnite: str
    sur_facture: str
    puis: str
    par: str
    canaux: Mapping[Canal, str]
    deux_points: str


class Langue(NamedTuple):
    """A language of letters: what writes each kind of value, and the fixed words."""

    code: Code
    lettres: Callable[[date], str]
    """A day in words."""
    chiffres: Callable[[date], str]
    """A day in a narrow column."""
    euros: Callable[[Decimal], str]
    pourcent: Callable[[Decimal], str]
    """A rate given as a ratio."""
    jours: Callable[[int], str]
    pays: Callable[[str], str]
    """The last line of an address abroad, from the ISO code."""
    mots: Mots


def in_words(jour: date) -> str:
    """`2026-11-21` as `21 November 2026`."""
    return f"{jour.day} {MONTHS[jour.month - 1]} {jour.year}"


def in_short(jour: date) -> str:
    """`2026-11-21` as `21 Nov 2026`: in figures, a reader abroad might take the day for the month."""
    return f"{jour.day:02d} {MONTHS[jour.month - 1][:3]} {jour.year}".replace(" ", INSECABLE)


def in_euros(montant: Decimal) -> str:
    """`1234.5` as `EUR 1,234.50`, with a non-breaking space (U+00A0)."""
    signe = "−" if montant < 0 else ""
    return f"{signe}EUR{INSECABLE}{abs(arrondi(montant)):,.2f}"


def in_percent(taux: Decimal) -> str:
    """`0.124` as `12.40%`; the shortest exact writing with at least two decimals."""
    return en_pourcent(taux).replace(",", ".").replace(INSECABLE, "")


def in_days(nombre: int) -> str:
    """`8 days`, `1 day`."""
    return f"{nombre} day{'s' if nombre > 1 else ''}"


def en_jours(nombre: int) -> str:
    """`8 jours`, `1 jour`."""
    return en_nombre(nombre, "jour")


def en_nombre(nombre: int, nom: str) -> str:
    """`2 plis suivis`, `1 pli suivi`, `0 pli suivi`: every word of `nom` takes an s from two on."""
    return f"{nombre} {'s '.join(nom.split()) + 's' if nombre > 1 else nom}"


FRANCAIS = Langue(
    code="fr",
    lettres=en_lettres,
    chiffres=en_chiffres,
    euros=en_euros,
    pourcent=en_pourcent,
    jours=en_jours,
    pays=nom_postal,
    mots=Mots(
        facture=f"facture n°{INSECABLE}",
        factures=f"factures n°{INSECABLE}",
        et="et",
        autres="autres",
        ref_facture=f"Facture n°{INSECABLE}",
        ref_du="du",
        ref_commande=f"Commande n°{INSECABLE}",
        ref_contrat=f"Contrat n°{INSECABLE}",
        ref_livraison=f"Bon de livraison n°{INSECABLE}",
        recus_le="reçus le",
        sur_interets="sur les intérêts",
        sur_indemnite="sur l’indemnité",
        sur_facture="sur la facture",
        puis="puis",
        par="par",
        canaux=MappingProxyType(
            {Canal.EMAIL: "courriel", Canal.COURRIER: "lettre simple", Canal.LRAR: "lettre recommandée"}
        ),
        deux_points=" : ",
    ),
)
ANGLAIS = Langue(
    code="en",
    lettres=in_words,
    chiffres=in_short,
    euros=in_euros,
    pourcent=in_percent,
    jours=in_days,
    pays=lambda code: nom_postal(code, anglais=True),
    mots=Mots(
        facture=f"invoice no.{INSECABLE}",
        factures=f"invoices no.{INSECABLE}",
        et="and",
        autres="others",
        ref_facture=f"Invoice no.{INSECABLE}",
        ref_du="dated",
        ref_commande=f"Order no.{INSECABLE}",
        ref_contrat=f"Contract no.{INSECABLE}",
        ref_livraison=f"Delivery note no.{INSECABLE}",
        recus_le="received on",
        sur_interets="towards interest",
        sur_indemnite="towards the fixed compensation",
        sur_facture="towards the invoice",
        puis="then",
        par="by",
        canaux=MappingProxyType(
            {Canal.EMAIL: "e-mail", Canal.COURRIER: "letter", Canal.LRAR: "registered letter"}
        ),
        deux_points=": ",
    ),
)
LANGUES: Mapping[Code, Langue] = MappingProxyType({"fr": FRANCAIS, "en": ANGLAIS})
