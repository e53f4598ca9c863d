"""Amounts, dates and company numbers as people and programs write them; None when it is not clear."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from dossier.core.montants import arrondi

PLAFOND = Decimal(1000000000)
ANNEES = range(2000, 2101)
_MONTANT = re.compile(
    r"(?P<entier>\d+|\d{1,3}(?: \d{3})+|\d{1,3}(?:\.\d{3})+(?=,)|\d{1,3}(?:,\d{3})+(?=\.))"
    r"(?:[.,](?P<cents>\d{1,2}))?"
)
_EURO = re.compile(r"^(?:€|EUR) ?| ?(?:€|EUR|euros?)$", re.IGNORECASE)
_DATE_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ][\d:.]*Z?)?")
_DATE_FR = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: [\d:]*)?")


def lire_montant(texte: str) -> Decimal | None:
    """`1 234,50 €`, `1.234,50`, `-12` in euros; None when it is not clearly an amount.

    `1.234` is refused: a thousand for some programs, a little more than one for others.
    """
    nu = _EURO.sub("", re.sub(r"\s", " ", texte).strip())
    negatif = nu[:1] in {"-", "\u2212", "("} or nu[-1:] == "-"
    lu = _MONTANT.fullmatch(nu.strip("-\u2212+() "))
    if lu is None:
        return None
    montant = Decimal(f"{re.sub('[ .,]', '', lu['entier'])}.{lu['cents'] or '0'}")
    if montant >= PLAFOND:
        return None
    return arrondi(-montant if negatif else montant)


def lire_pourcent(texte: str) -> Decimal | None:
    """`12 %` or `12,5` a year as a ratio, at most 100 %; None when it is not clear.

    Below one, only with its sign: `0,12` is twelve per cent for some and a hundredth of it for others.
    """
    nu = re.sub(r"\s", "", texte).replace(",", ".")
    lu = re.fullmatch(r"(\d{1,3}(?:\.\d{1,4})?)(%?)(?:l'an|paran)?", nu)
    if lu is None:
        return None
    taux = Decimal(lu[1])
    clair = lu[2] or taux >= 1 or taux == 0
    return taux / 100 if clair and taux <= 100 else None


def lire_date(texte: str) -> date | None:
    """`2026-05-04` or `04/05/2026` (a time of day after it is ignored); None for anything else."""
    if iso := _DATE_ISO.fullmatch(texte):
        annee, mois, jour = iso.groups()
    elif francaise := _DATE_FR.fullmatch(texte):
        jour, mois, annee = francaise.groups()
    else:
        return None
    try:
        lue = date(int(annee), int(mois), int(jour))
    except ValueError:
        return None
    return lue if lue.year in ANNEES else None


def _luhn(chiffres: str) -> bool:
    somme = 0
    for rang, chiffre in enumerate(reversed(chiffres)):
        valeur = int(chiffre) * (1 + rang % 2)
        somme += valeur - 9 if valeur > 9 else valeur
    return somme % 10 == 0


def lire_siren(texte: str) -> str | None:
    """The nine digits of a SIREN, or of the SIRET that starts with it; None when a check digit is wrong.

    A spreadsheet drops a leading zero: it is given back only if the number is then right. The SIRET of
    La Poste (SIREN 356 000 000, head office apart) follows a rule of its own: the sum of its digits is
    a multiple of five.
    """
    chiffres = re.sub(r"[\s.-]", "", texte.removesuffix(".0"))
    if not re.fullmatch(r"[0-9]{8,9}|[0-9]{13,14}", chiffres):
        return None
    chiffres = chiffres.zfill(9 if len(chiffres) <= 9 else 14)
    siren = chiffres[:9]
    if siren == "356000000" and len(chiffres) == 14 and chiffres != "35600000000048":
        return siren if sum(map(int, chiffres)) % 5 == 0 else None
    return siren if _luhn(siren) and _luhn(chiffres) else None
