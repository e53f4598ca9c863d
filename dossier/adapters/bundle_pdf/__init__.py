"""Stamps and binds the exhibits (pypdf): ports.Relieur.

What others made is opened by a child process with little memory, little time and none of our secrets.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dossier.adapters.bundle_pdf import refus
from dossier.adapters.bundle_pdf.enfant import Enfant
from dossier.adapters.bundle_pdf.refus import PartieRefusee, Refus
from dossier.core.errors import ErreurAssemblage
from dossier.core.ports import DossierRelie, Octets, Partie, PieceSource, PieceTamponnee, Tranche
from dossier.octets import taille

MEMOIRE = 1_000_000_000
"""Bytes of address space of all that is started here."""
MEMOIRE_PIECE = 700_000_000
"""The part of it for one exhibit: what measures its first page has the rest (`vue`)."""
DUREE_S, DUREE_TOUT_S = 30, 150
"""Seconds of processor for one exhibit, and for the whole of a dossier."""
POIDS_MAX = 100_000_000
"""Bytes of one exhibit."""
POIDS_RELIE_MAX = 300_000_000
"""Bytes of all the parts of a merged PDF."""


class RelieurPypdf:
    """ports.Relieur. `memoire` in bytes, `duree` in seconds: limits of one exhibit."""

    def __init__(self, memoire: int = MEMOIRE_PIECE, duree: int = DUREE_S) -> None:
        self._enfant = Enfant(MEMOIRE)
        self._memoire, self._duree = memoire, duree

    def tamponner(self, piece: PieceSource, sortie: Path | None = None) -> PieceTamponnee:
        """The piece with « Pièce n° N » on page one, or a page that says where its original is and why.

        The copy has no script, no launched program, no attachment, no signature left to invalidate. Equal
        inputs give equal bytes. It is the new file `sortie`, or in memory without it. Raises ErreurAssemblage
        naming the piece when its PDF is damaged, locked, empty or too large and `piece.original` is not said.
        """
        try:
            return self._tamponner(piece, sortie)
        except Refus as error:
            if not piece.original:
                raise _erreur(f"La pièce n° {piece.numero} (« {piece.titre} »)", error) from error
            return self._remplacer(piece.numero, piece.titre, piece.original, error, sortie)

    def compter(self, pdf: bytes) -> int:
        """Number of pages. Raises ErreurAssemblage when they cannot be read."""
        try:
            with _atelier(pdf) as dossier:
                pages: int = self._demander("compter", dossier)["pages"]
                return pages
        except Refus as error:
            raise _erreur("Ce fichier", error) from error

    def texte(self, pdf: bytes, pages: int | None = None) -> str:
        """The words of the first `pages` of a PDF, of all when None, without layout; an image says nothing.

        Raises ErreurAssemblage when they cannot be read.
        """
        try:
            with _atelier(pdf) as dossier:
                self._demander("texte", dossier, tout=pages is None, pages=pages)
                return (dossier / "sortie").read_bytes().decode()
        except Refus as error:
            raise _erreur("Ce fichier", error) from error

    def relier_dossier(
        self, parties: Sequence[Partie], titre: str, sortie: Path | None = None
    ) -> DossierRelie:
        """One PDF: a bookmark per written part, « Pièces » over one per exhibit, page labels, and links from
        the lines of the bordereau; equal inputs give equal bytes.

        It is the new file `sortie`, or in memory without it. A page stands for an exhibit that cannot be
        bound, the heaviest first when all weigh too much. Raises ErreurAssemblage when a written part cannot
        be read.
        """
        if not parties:
            raise ErreurAssemblage(f"Le document « {titre} » n'a aucune partie à relier.")
        liste, reserves = list(parties), dict[int, str]()
        for rang in _trop_lourdes(liste):
            self._retirer(liste, rang, refus.trop_lourd_ensemble(POIDS_RELIE_MAX), reserves)
        while True:
            try:
                return DossierRelie(self._relier(liste, titre, sortie), tuple(sorted(reserves.items())))
            except Refus as error:
                raise _erreur(f"Le document « {titre} »", error) from error
            except PartieRefusee as error:
                if not liste[error.rang].numero or liste[error.rang].numero in reserves:
                    nom = f"La partie « {liste[error.rang].titre} » du document « {titre} »"
                    raise _erreur(nom, error.refus) from error
                self._retirer(liste, error.rang, error.refus, reserves)

    def decouper(self, pdf: bytes, poids_max: int) -> tuple[Tranche, ...]:
        """The pages of `pdf` in runs of `poids_max` bytes at most, in order.

        A single page that is heavier stands alone and says so. Raises ErreurAssemblage.
        """
        try:
            with _atelier(pdf) as dossier:
                reponse = self._demander("decouper", dossier, tout=True, poids_max=poids_max)
                tranches = [
                    ((dossier / nom).read_bytes(), debut, fin) for nom, debut, fin in reponse["tranches"]
                ]
        except Refus as error:
            raise _erreur("Ce fichier", error) from error
        return tuple(
            Tranche(tranche, premiere, derniere, trop_lourde=len(tranche) > poids_max)
            for tranche, premiere, derniere in tranches
        )

    def _tamponner(self, piece: PieceSource, sortie: Path | None) -> PieceTamponnee:
        if (poids := taille(piece.pdf)) > POIDS_MAX:
            raise refus.trop_lourd(poids, POIDS_MAX)
        with _atelier(piece.pdf) as dossier:
            reponse = self._demander("tamponner", dossier, numero=piece.numero)
            perdus = ", ".join(reponse["perdus"])
            remarque = f"La copie ne reprend pas de son original\u00a0: {perdus}." if perdus else ""
            return PieceTamponnee(_livrer(dossier, sortie), reponse["pages"], remarque=remarque)

    def _remplacer(
        self, numero: int, titre: str, original: str, motif: Refus, sortie: Path | None = None
    ) -> PieceTamponnee:
        with _atelier() as dossier:
            self._demander(
                "remplacer", dossier, numero=numero, titre=titre, raison=motif.raison, original=original
            )
            return PieceTamponnee(_livrer(dossier, sortie), 1, f"L'original {motif.raison}.")

    def _retirer(self, liste: list[Partie], rang: int, motif: Refus, reserves: dict[int, str]) -> None:
        partie = liste[rang]
        page = self._remplacer(partie.numero, partie.titre, partie.original, motif)
        liste[rang] = partie._replace(pdf=page.pdf)
        reserves[partie.numero] = page.reserve

    def _relier(self, parties: Sequence[Partie], titre: str, sortie: Path | None) -> Octets:
        with _atelier() as dossier:
            for rang, partie in enumerate(parties):
                _poser(dossier / f"partie-{rang:04d}", partie.pdf)
            lues = [
                (p.titre, f"partie-{rang:04d}", p.etiquette, p.numero, p.bordereau)
                for rang, p in enumerate(parties)
            ]
            self._demander("relier", dossier, tout=True, parties=lues, titre=titre)
            return _livrer(dossier, sortie)

    def _demander(self, geste: str, dossier: Path, *, tout: bool = False, **ordre: Any) -> dict[str, Any]:
        """The child's answer. Raises Refus, or ErreurAssemblage for a trouble of ours."""
        duree = max(DUREE_TOUT_S, self._duree) if tout else self._duree
        memoire = MEMOIRE if tout else self._memoire
        reponse = self._enfant.demander(
            {**ordre, "geste": geste, "dossier": str(dossier), "memoire": memoire}, duree
        )
        if "erreur" in reponse:
            raise ErreurAssemblage(reponse["erreur"])
        if "refus" in reponse:
            motif = Refus(*reponse["refus"])
            raise PartieRefusee(reponse["rang"], motif) if "rang" in reponse else motif
        return reponse


def _trop_lourdes(parties: Sequence[Partie]) -> list[int]:
    """The ranks of the exhibits to leave out, the heaviest first, for the rest to be bound in our memory."""
    poids = [taille(partie.pdf) for partie in parties]
    total = sum(poids)
    rangs: list[int] = []
    for rang in sorted(range(len(parties)), key=lambda r: -poids[r]):
        if total <= POIDS_RELIE_MAX:
            break
        if parties[rang].numero:
            rangs.append(rang)
            total -= poids[rang]
    return rangs


def _erreur(nom: str, motif: Refus) -> ErreurAssemblage:
    return ErreurAssemblage(f"{nom} {motif.raison}. {motif.remede}")


@contextmanager
def _atelier(entree: Octets | None = None) -> Iterator[Path]:
    """A folder for the child and us, with what it is to open."""
    with TemporaryDirectory(prefix="reliure-") as nom:
        if entree is not None:
            _poser(Path(nom) / "entree", entree)
        yield Path(nom)


def _poser(ou: Path, contenu: Octets) -> None:
    if isinstance(contenu, Path):
        ou.symlink_to(contenu.absolute())
    else:
        ou.write_bytes(contenu)


def _livrer(dossier: Path, sortie: Path | None) -> Octets:
    """What the child wrote there: as the new file `sortie`, or in memory."""
    if sortie is None:
        return (dossier / "sortie").read_bytes()
    shutil.move(dossier / "sortie", sortie)
    return sortie
