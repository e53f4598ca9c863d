"""A bank statement: its lines of money, and what makes each of them one line, whatever the file it comes in."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import zip_longest
from typing import NamedTuple

from dossier.core.champs_lus import sur_une_ligne
from dossier.core.errors import DonneeInvalide
from dossier.core.importation import Refus
from dossier.core.montants import ZERO, en_euros

TAILLE_MAX = 50_000_000
"""Bytes of a statement."""
SUITE = "…"
"""Ends a text that the bank may have cut there."""
_SANS_OBJET = re.compile(r"0*|NONREF|NOTPROVIDED|NON ?COMMUNIQUE|N/?A", re.IGNORECASE)
_MARQUE = re.compile(r"\[relevé ([0-9a-f]{16})(?:, payeur ([0-9a-f]{12}))?\]$")
_RETOURS = re.compile(r"\b(?:IMPAYE|REJET|RETOUR|REVERSAL|RECALL|CONTREPASS|EXTOURNE)", re.IGNORECASE)
_REPRISES = re.compile(r"\b(?:REJET|RETOUR|REVERSAL|RECALL|CONTREPASS|EXTOURN|ANNUL|REMBOURS)", re.IGNORECASE)
_FRAIS = re.compile(r"\b(?:FRAIS|COMMISSION|COTISATION)", re.IGNORECASE)
_MOYENS = (
    (re.compile(r"\b(?:CHEQUES?|CHÈQUES?|CHQ)\b", re.IGNORECASE), "chèque"),
    (re.compile(r"\b(?:PRLV|PRELEVEMENTS?|PRÉLÈVEMENTS?|SDD)\b", re.IGNORECASE), "prélèvement"),
)
LIBELLE_MAX = 100


class Format(StrEnum):
    """The kinds of statement that are read, by the extension under which one is archived."""

    CAMT053 = "xml"
    CFONB120 = "txt"
    CSV = "csv"


class Mouvement(NamedTuple):
    """One line of money of a statement."""

    lieu: str
    """Where a reader finds it: « écriture 3 », « ligne 12 »."""
    compte: str
    """The account of the statement: IBAN, or bank, counter and number; empty when the file does not say."""
    jour: date
    """The value date, or the booking date when there is none."""
    montant: Decimal
    """Euros, never negative."""
    credit: bool
    libelle: str
    """All the words in which an invoice may be named, on one line."""
    payeur: str = ""
    iban: str = ""
    """The account of who pays."""
    reference: str = ""
    """How the bank names this line, for ever; empty when it does not."""
    retour: bool = False
    """It takes back another line: an unpaid direct debit or cheque, a returned transfer."""
    attente: bool = False
    """Announced, not booked yet."""
    reserve: str = ""
    """Why a person must look at it: a French clause; empty when nothing is unclear."""


class Releve(NamedTuple):
    """What a file holds: its lines, those that could not be read, and what is wrong with the whole."""

    mouvements: tuple[Mouvement, ...]
    refus: tuple[Refus, ...] = ()
    alertes: tuple[str, ...] = ()


def format_de(contenu: bytes) -> Format:
    """What kind of statement these bytes are. Raises DonneeInvalide when they are too many or none."""
    if not contenu.strip():
        raise DonneeInvalide("Le relevé est vide : demandez-le de nouveau à la banque.")
    if len(contenu) > TAILLE_MAX:
        raise DonneeInvalide(
            f"Le relevé dépasse {TAILLE_MAX // 1_000_000} Mo : demandez-le à la banque pour une période plus courte."
        )
    debut = contenu[:1000].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")
    if debut.startswith(b"<"):
        return Format.CAMT053
    return Format.CFONB120 if re.match(rb"0[1457]\d{5}.{4}\d{5}[A-Z ]{3}", debut) else Format.CSV


def du_compte(releve: Releve, compte: str) -> Releve:
    """That statement, whose lines that name no account are of that one."""
    return releve._replace(
        mouvements=tuple(m if m.compte else m._replace(compte=compte) for m in releve.mouvements)
    )


def identites(mouvements: Sequence[Mouvement]) -> tuple[str, ...]:
    """What each of these lines is for ever: sixteen hexadecimal digits, the same in every file that holds it.

    By the reference that the bank gives it; else by all its fields and its rank among those that are equal:
    two equal payments of one day are two.
    """
    vus: Counter[str] = Counter()
    trouvees: list[str] = []
    for mouvement in mouvements:
        empreinte = _empreinte(mouvement)
        if not reference_utile(mouvement.reference):
            vus[empreinte] += 1
            empreinte = _sha(f"{empreinte} {vus[empreinte]}")
        trouvees.append(empreinte[:16])
    return tuple(trouvees)


def reference_utile(reference: str) -> bool:
    """Whether that reference names one line: banks also write zeros, or that they give none."""
    return not _SANS_OBJET.fullmatch(reference.strip())


def _empreinte(mouvement: Mouvement) -> str:
    sens = "C" if mouvement.credit else "D"
    reference = mouvement.reference if reference_utile(mouvement.reference) else ""
    champs = (
        mouvement.compte,
        reference,
        mouvement.jour.isoformat(),
        f"{mouvement.montant:f}",
        sens,
        mouvement.libelle,
        mouvement.payeur,
        mouvement.iban,
    )
    return _sha("\n".join(champs))


def marque_de_payeur(iban: str) -> str:
    """What is kept of the account of who pays, to know it again: twelve hexadecimal digits, or nothing."""
    return _sha(f"payeur {iban}")[:12] if iban else ""


def reference_de(mouvement: Mouvement, identite: str) -> str:
    """The reference under which a payment of that line is recorded; it ends with what the line is."""
    payeur = "" if mouvement.payeur in mouvement.libelle else mouvement.payeur
    dit = sur_une_ligne(" · ".join(texte for texte in (payeur, mouvement.libelle) if texte))
    court = dit if len(dit) <= LIBELLE_MAX else f"{dit[: LIBELLE_MAX - 1].rstrip()}{SUITE}"
    marque = marque_de_payeur(mouvement.iban)
    fin = f"[relevé {identite}{f', payeur {marque}' if marque else ''}]"
    return f"{court} {fin}".strip()


def identite_de(reference: str) -> str:
    """Which line of a statement a recorded payment came from; empty when it came from none."""
    lue = _MARQUE.search(reference)
    return lue[1] if lue else ""


def payeur_de(reference: str) -> str:
    """The mark of the account that paid it (`marque_de_payeur`); empty when it is not known."""
    lue = _MARQUE.search(reference)
    return (lue[2] or "") if lue else ""


def reunir(fragments: Sequence[str], largeur: int) -> str:
    """One text of several lines of a bank, each of `largeur` characters at most.

    A line that is full, or that the next one goes on with digits, is marked: it may cut a number.
    """
    propres = [sur_une_ligne(fragment) for fragment in fragments]
    marques = [
        f"{texte}{SUITE}" if texte and (len(texte) >= largeur or suivant[:1].isdigit()) else texte
        for texte, suivant in zip_longest(propres, propres[1:], fillvalue="")
    ]
    return joindre(marques)


def joindre(textes: Iterable[str]) -> str:
    """Texts that say different things, each once, those that say nothing left out."""
    return " · ".join(dict.fromkeys(texte for texte in textes if texte and reference_utile(texte)))


def moyen_de(libelle: str) -> str:
    """How it was paid, from the words of the bank: « virement » unless they say otherwise."""
    return next((moyen for mots, moyen in _MOYENS if mots.search(libelle)), "virement")


def semble_un_retour(libelle: str) -> bool:
    """Whether the words of a debit say that a payment came back unpaid; its fees are not one."""
    plat = libelle.replace("É", "E").replace("é", "e")
    return bool(_RETOURS.search(plat)) and not _FRAIS.search(plat)


def semble_une_reprise(libelle: str) -> bool:
    """Whether the words of a credit may say that money of ours came back, and not that a customer pays."""
    return bool(_REPRISES.search(libelle))


def total(mouvements: Iterable[Mouvement]) -> Decimal:
    """Their sum in euros, credits less debits."""
    return sum((m.montant if m.credit else -m.montant for m in mouvements), ZERO)


def controle_des_soldes(compte: str, ancien: Decimal, mouvements: Decimal, nouveau: Decimal) -> str:
    """The French sentence that says that lines are missing; empty when the balances agree. Euros."""
    if ancien + mouvements == nouveau:
        return ""
    return (
        f"Compte {compte} : le solde de départ ({en_euros(ancien)}) et les mouvements ({en_euros(mouvements)}) ne "
        f"donnent pas le solde final ({en_euros(nouveau)}) : des lignes manquent peut-être, comparez avec le relevé "
        "de la banque."
    )


def _sha(texte: str) -> str:
    return hashlib.sha256(texte.encode()).hexdigest()
