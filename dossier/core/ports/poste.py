"""How letters are posted, and what their carriers tell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple, Protocol

from dossier.core.faits import EvenementPli, GenreScan


class Lettre(NamedTuple):
    """A letter ready to leave."""

    nom: str
    """Unique for ever (ASCII, 150 characters at most): the same one twice must never make two letters."""
    intitule: str
    pdf: bytes
    recommandee: bool
    destinataire: tuple[str, ...]
    """The lines of its address, the name first, the country last when abroad."""
    expediteur: tuple[str, ...]
    pays: str = "FR"
    """Country of the addressee, ISO 3166-1 alpha-2."""
    email: str = ""
    """The addressee's, for an electronic registered letter."""
    professionnel: bool = True
    """Whether the addressee is a business or a public body, not a consumer."""


class Remise(NamedTuple):
    """What a carrier answered when it was given a letter."""

    phrase: str
    """Where the letter is, or what the carrier said."""
    transporteur: str = ""
    """Who sends it by himself; empty when a person posts it."""
    reference: str = ""
    """How that carrier names it from now on."""
    reponse: bytes = b""
    """Its raw answer."""


class Poste(Protocol):
    nom: str
    """How staff call the carrier; empty for a tray that a person empties."""
    electronique: bool
    """Whether its registered letters are electronic (LRE): the law then asks more than for paper."""

    def dessert(self, pays: str) -> bool:
        """Whether it takes letters for that country (ISO 3166-1 alpha-2)."""

    def remettre(self, lettre: Lettre) -> Remise:
        """Hand a letter to the carrier, once for ever.

        Called again after a crash or a doubt, it finds out whether the letter already left before it sends
        anything. Raises ErreurEnvoi (nothing was sent, or the same call again is safe) and RemiseIncertaine
        (the carrier may hold it and cannot say so: a person decides).
        """


class PosteAuBac(Poste, Protocol):
    """The post by hand: letters wait in a tray for a person who prints and posts them."""

    def reprendre(self, nom: str) -> bool:
        """Take a letter back before it is posted; whether it was still in the tray."""


class DocumentDePli(NamedTuple):
    """A PDF that a carrier gives of a letter: proof of deposit, accusé de réception, returned envelope."""

    genre: GenreScan
    nom: str
    """A file name, ASCII."""
    pdf: bytes


class Nouvelles(NamedTuple):
    """What a carrier says of one letter today."""

    reference: str
    """The number or reference under which it was asked for."""
    evenements: tuple[EvenementPli, ...]
    """Oldest first."""
    definitif: bool
    """The carrier will say nothing more of it."""
    reponse: bytes
    """Its raw answer."""
    numero: str = ""
    """The number of the registered letter, when the carrier gave it one itself."""
    depot: date | None = None
    """The day it was handed to the post, when the carrier did that itself."""
    documents: tuple[DocumentDePli, ...] = ()


class Releve(NamedTuple):
    """What asking a carrier gave: nothing is lost when it does not answer, it is asked again later."""

    nouvelles: tuple[Nouvelles, ...]
    pannes: tuple[str, ...] = ()
    """French sentences: what could not be asked, and why."""


class Suivi(Protocol):
    """Tells what becomes of letters."""

    nom: str
    """How staff call the carrier: « La Poste », « Maileva », « AR24 »."""

    def relever(self, references: Sequence[str]) -> Releve:
        """What it says of these letters. Never raises for an outage: it is told in `pannes`."""
