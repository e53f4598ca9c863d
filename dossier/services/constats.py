"""What a verification finds, and what each check of a sealed dossier works on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dossier.core.decompte import Decompte
from dossier.core.etat import Etat
from dossier.core.ports import Jeton, PieceSource, PieceTamponnee
from dossier.core.scenario import Scenario
from dossier.services.enveloppe import Enveloppe

Verificateur = Callable[[bytes, bytes, bytes], Jeton]
"""(content, token, root PEM) -> who and when; raises ErreurHorodatage."""


class Cellule(NamedTuple):
    """One cell of a spreadsheet: what a reader sees, and the formula behind it (empty when there is none)."""

    valeur: Decimal | str | None
    formule: str = ""


class Lecteurs(NamedTuple):
    """How to open what the dossier holds; without one of them, what it would read is said not to be read.

    Each may raise DossierError on a file that cannot be opened, and must bear a hostile one.
    """

    compter: Callable[[bytes], int] | None = None
    """The number of pages of a PDF."""
    texte: Callable[[bytes], str] | None = None
    """All the words of a PDF."""
    tableur: Callable[[bytes], Mapping[str, Cellule]] | None = None
    """The cells of the statement of sums (XLSX), by reference: `G12`."""
    tamponner: Callable[[PieceSource], PieceTamponnee] | None = None
    """The stamped copy of an original."""
    calculer: Callable[[Etat, Scenario, date], Decompte] | None = None
    """The statement of sums that the law gives for that creance on that day."""
    horodatage: Callable[[bytes, Callable[[bytes, bytes], Jeton]], Jeton | None] | None = None
    """Who stamped the whole of a PDF from within, judged as (content, token) by what it is given; None when
    nobody did."""


class Constat(NamedTuple):
    """One thing checked, and a French sentence on what was found.

    `reserve`: nothing was altered, but the reader must know it (a late token, a thing not read).
    """

    objet: str
    conforme: bool
    message: str
    reserve: bool = False


class Verdict(NamedTuple):
    constats: tuple[Constat, ...]

    @property
    def conforme(self) -> bool:
        return all(constat.conforme for constat in self.constats)


class Sac(NamedTuple):
    """What every check needs."""

    enveloppe: Enveloppe
    empreintes: Mapping[str, str | None]
    """SHA-256 of each file of the zip; None when the zip is damaged there."""
    verifier_jeton: Verificateur
    racine: bytes
    lecteurs: Lecteurs = Lecteurs()


def bon(objet: str, message: str) -> Constat:
    return Constat(objet, conforme=True, message=message)


def faute(objet: str, message: str) -> Constat:
    return Constat(objet, conforme=False, message=message)


def attention(objet: str, message: str) -> Constat:
    return Constat(objet, conforme=True, message=message, reserve=True)


def resume(objet: str, constats: Iterable[Constat], message: str) -> list[Constat]:
    """What was found; and one sentence on the whole when none of it is a fault."""
    trouves = list(constats)
    return trouves if any(not c.conforme for c in trouves) else [bon(objet, message), *trouves]
