"""How a dossier is stamped, bound and sealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from dossier.core.ports.preuves import Octets


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
