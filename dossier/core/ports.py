"""What the services ask of the outside world; each port has its adapters in `dossier.adapters`."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from dossier.core.faits import Contenu, EvenementPli, Fait, GenreScan

Octets = bytes | Path
"""A content in memory, or a file that holds it: what is large is streamed, never held whole."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The current instant, UTC-aware."""

    def jour(self) -> date:
        """The current legal day in Paris."""

    def reel(self, instant: datetime) -> datetime:
        """The instant of the machine's own clock at which `instant` will be reached."""


class Ouverture(NamedTuple):
    """One line of the register of creances."""

    creance: str
    debiteur: str


class Extrait(NamedTuple):
    """One row of the journal, its chain not verified: it says where to look, never what is decided."""

    creance: str
    instant: datetime
    texte: str
    """The JSON text of the content (`faits.lire_contenu`)."""


class Journal(Protocol):
    """Append-only record of all creances; the database refuses update and delete."""

    def lire(self, creance: str) -> tuple[Fait, ...]:
        """All faits of that creance in order, chain verified; empty when unknown.

        Raises JournalAltere when a stored fait does not match its digest.
        """

    def dernier(self, creance: str) -> int:
        """The number of the last fait; 0 when the creance is unknown."""

    def ajouter(
        self,
        contenus: Mapping[str, Sequence[Contenu]],
        attendus: Mapping[str, int],
        *,
        auteur: str,
        instant: datetime,
    ) -> None:
        """Append to one or several creances in one transaction.

        `attendus[creance]` is the number of the last fait that the writer saw (0: creance unknown).
        Raises ConflitJournal, and writes nothing at all, when any of them has moved.
        """

    def creances(self, debiteur: str | None = None) -> tuple[Ouverture, ...]:
        """Every creance, or those of one debtor (`Debiteur.cle`), in order of opening."""

    def extraits(self, types: Collection[str]) -> tuple[Extrait, ...]:
        """In one read, what every creance holds of these kinds (`type` of a content), by creance then in order."""

    def citant(self, valeur: str) -> tuple[str, ...]:
        """The creances of which a fait holds that very text as a value, found without reading their journals.

        What it means there is for the caller to see: a number may be that of a letter, or a reference.
        """


class Store(Protocol):
    """Write-once evidence store."""

    def put(self, cle: str, contenu: Octets) -> str:
        """Keep these bytes; gives their SHA-256 (hex). The same bytes again is fine.

        Raises ConflitStore when the key holds other bytes. A key is ASCII, `/`-separated.
        """

    def get(self, cle: str) -> bytes:
        """Raises DocumentAbsent."""

    def copier(self, cle: str, fichier: Path) -> str:
        """That document to `fichier`, which must not exist, by blocks; gives its SHA-256 (hex).

        Raises DocumentAbsent, and then leaves no file.
        """

    def lieu(self, cle: str) -> str:
        """Where a person opens it: a path or an s3:// address."""

    def lien(self, cle: str, jusqu_a: datetime) -> str:
        """Where whoever receives it opens it until `jusqu_a` (UTC-aware, real time).

        Raises DocumentAbsent, DonneeInvalide (an end that the store cannot give).
        """


class Jeton(NamedTuple):
    """A verified RFC 3161 token."""

    instant: datetime
    autorite: str


class Horodateur(Protocol):
    mention: str
    """What documents say of the authority, e.g. « horodatage de démonstration, non qualifié »."""

    certificat: bytes
    """The authority's trusted root, PEM: what openssl takes as -CAfile."""

    def horodater(self, contenu: Octets) -> bytes:
        """A raw DER token response (.tsr) over the SHA-256 of `contenu`, already verified.

        Raises ErreurHorodatage.
        """

    def verifier(self, contenu: Octets, tsr: bytes) -> Jeton:
        """Raises ErreurHorodatage when the token is not this authority's, or not over `contenu`."""


class Rendu(Protocol):
    def rendre(self, modele: str, contexte: Mapping[str, Any]) -> bytes:
        """A Word file from `templates/<modele>.docx`. Raises ErreurRendu naming file and variable."""

    def texte(self, docx: bytes) -> str:
        """What that Word file says, headers and footers included, one line per paragraph."""


class RenduTexte(Protocol):
    def rendre(self, modele: str, contexte: Mapping[str, Any]) -> tuple[str, str]:
        """Subject and body from `templates/<modele>.txt`. Raises ErreurRendu."""


class Convertisseur(Protocol):
    def pdf(self, docx: bytes) -> bytes:
        """PDF/A-2b of a Word file. Raises ErreurConversion."""


class Courriel(NamedTuple):
    """An outgoing e-mail before it is a message."""

    destinataire: str
    sujet: str
    corps: str
    pieces: tuple[tuple[str, bytes], ...]
    message_id: str
    instant: datetime
    html: str = ""
    """The same words laid out; empty for a message of plain text alone."""


class MiseEnPage(Protocol):
    def html(
        self, sujet: str, corps: str, creancier: Mapping[str, Any], langue: Literal["fr", "en"] = "fr"
    ) -> str:
        """The same words as an HTML page for an e-mail. Raises ErreurRendu."""


class Messagerie(Protocol):
    def composer(self, courriel: Courriel) -> bytes:
        """The complete RFC 5322 message; equal inputs give equal bytes."""

    def envoyer(self, eml: bytes) -> str:
        """Hand it to the SMTP server; gives the server's answer. Raises ErreurEnvoi."""


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


class Boite(Protocol):
    """The inbox where scans of deposit proofs, notices and returned envelopes arrive."""

    def lister(self) -> Sequence[str]:
        """Names of the files that wait, sorted; those still being written are left out."""

    def lire(self, nom: str) -> bytes:
        """Raises DonneeInvalide when it cannot be read or is too large."""

    def ranger(self, nom: str, sous: str) -> None:
        """Move it to the sub-folder `sous`, never over another file."""

    def lieu(self) -> str:
        """Where a person finds it."""


class Scan(NamedTuple):
    """A scanned paper as it will be kept, and the words read in it."""

    pdf: bytes
    texte: str


class LecteurDeScan(Protocol):
    def lire(self, contenu: bytes) -> Scan:
        """A PDF or an image. Raises DonneeInvalide when it cannot be opened."""


class PieceSource(NamedTuple):
    """A PDF to stamp and bundle."""

    numero: int
    titre: str
    pdf: Octets
    original: str = ""
    """Where the dossier keeps it untouched; with it, a page may stand for a piece that cannot be stamped."""


class PieceTamponnee(NamedTuple):
    """A stamped exhibit, or the page that stands for one that cannot be stamped."""

    pdf: Octets
    pages: int
    reserve: str = ""
    """Why this is a replacement page: a French sentence about the original; empty for a stamped copy."""
    remarque: str = ""
    """What the stamped copy leaves out of the original (scripts, attachments), a French sentence, or empty."""


class Partie(NamedTuple):
    """One part of the merged PDF."""

    titre: str
    """Its bookmark."""
    pdf: Octets
    etiquette: str = ""
    """Prefix of its page labels: « Req. » gives « Req. 1 ». Empty: an exhibit has « P3-1 », other parts go on
    1, 2, 3…"""
    numero: int = 0
    """The number of an exhibit; 0 for a written part."""
    bordereau: bool = False
    """Whether its lines lead to the exhibits."""
    original: str = ""
    """Where the dossier keeps the original of an exhibit, for the page that would stand for it."""


class DossierRelie(NamedTuple):
    """The merged PDF."""

    pdf: Octets
    reserves: tuple[tuple[int, str], ...] = ()
    """The exhibits that a page stands for here although they were stamped: number, French sentence."""


class Tranche(NamedTuple):
    """Some pages in a row of a PDF, as a PDF."""

    pdf: bytes
    premiere: int
    derniere: int
    """Its first and last page in the whole, from 1."""
    trop_lourde: bool
    """A single page that is heavier than was asked."""


class Relieur(Protocol):
    def tamponner(self, piece: PieceSource, sortie: Path | None = None) -> PieceTamponnee:
        """« Pièce n° N » on page one, text not hidden; or a replacement page, when `piece.original` is said.

        The copy is the new file `sortie`, or in memory without it.
        Raises ErreurAssemblage when it cannot be stamped and `piece.original` is empty.
        """

    def compter(self, pdf: bytes) -> int:
        """Number of pages."""

    def texte(self, pdf: bytes, pages: int | None = None) -> str:
        """The words of its first `pages`, of all when None. Raises ErreurAssemblage when they cannot be read."""

    def relier_dossier(
        self, parties: Sequence[Partie], titre: str, sortie: Path | None = None
    ) -> DossierRelie:
        """One PDF: bookmarks, page labels, links from the bordereau; same parts, same bytes.

        It is the new file `sortie`, or in memory without it.
        """

    def decouper(self, pdf: bytes, poids_max: int) -> tuple[Tranche, ...]:
        """Its pages in runs of `poids_max` bytes at most; a heavier page stands alone and says so."""


class Sac(Protocol):
    """The BagIt bag (RFC 8493), zipped."""

    def sceller(
        self,
        racine: str,
        fichiers: Mapping[str, Octets],
        infos: Mapping[str, str],
        instant: datetime,
        sortie: Path,
    ) -> None:
        """Write the zip to `sortie`; same inputs give the same bytes but for the token."""
