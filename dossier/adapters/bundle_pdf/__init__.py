"""Stamps and binds the exhibits (pypdf): ports.Relieur."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, TextStringObject

from dossier.adapters.bundle_pdf.assainir import assainir
from dossier.adapters.bundle_pdf.tampon import poser
from dossier.adapters.bundle_pdf.vue import dessiner
from dossier.core.errors import ErreurAssemblage
from dossier.core.ports import PieceSource, PieceTamponnee

# pypdf meets damage anywhere in a file, and then any of these comes out of it.
_ILLISIBLE = (
    PyPdfError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    MemoryError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)


class RelieurPypdf:
    """ports.Relieur."""

    def tamponner(self, piece: PieceSource) -> PieceTamponnee:
        """The piece with « Pièce n° N » on page one, and its number of pages.

        The copy has no script, no launched program, no attachment, no signature left to invalidate.
        Raises ErreurAssemblage naming the piece when its PDF is damaged, locked or empty.
        """
        nom = f"La pièce n° {piece.numero} (« {piece.titre} »)"
        with _lisible(nom):
            lecteur = _ouvrir(piece.pdf, nom)
            writer = PdfWriter(clone_from=lecteur)
            poser(writer, dessiner(piece.pdf), f"Pièce n°\u00a0{piece.numero}")
            return PieceTamponnee(_octets(writer), len(lecteur.pages))

    def compter(self, pdf: bytes) -> int:
        """Number of pages. Raises ErreurAssemblage when they cannot be read."""
        with _lisible("Ce fichier PDF"):
            return len(_ouvrir(pdf, "Ce fichier PDF").pages)

    def relier(self, sections: Sequence[tuple[str, bytes]], titre: str) -> bytes:
        """One PDF with a bookmark per (title, PDF); equal inputs give equal bytes."""
        if not sections:
            raise ErreurAssemblage(f"Le document « {titre} » n'a aucune partie à relier.")
        writer = PdfWriter()
        for intitule, pdf in sections:
            nom = f"La partie « {intitule} » du document « {titre} »"
            with _lisible(nom):
                writer.append(_ouvrir(pdf, nom), outline_item=intitule, import_outline=False)
        writer.add_metadata({"/Title": titre})
        writer.page_mode = "/UseOutlines"
        writer.root_object[NameObject("/Lang")] = TextStringObject("fr-FR")
        writer.root_object[NameObject("/ViewerPreferences")] = DictionaryObject(
            {NameObject("/DisplayDocTitle"): BooleanObject(value=True)}
        )
        return _octets(writer)


@contextmanager
def _lisible(nom: str) -> Iterator[None]:
    try:
        yield
    except _ILLISIBLE as error:
        raise ErreurAssemblage(
            f"{nom} est un PDF illisible : le fichier est endommagé ou incomplet. "
            "Ouvrez-le, imprimez-le en PDF, et ajoutez cette nouvelle version."
        ) from error


def _ouvrir(pdf: bytes, nom: str) -> PdfReader:
    """A reader whose active content is gone. A PDF that opens without a password is accepted."""
    lecteur = PdfReader(io.BytesIO(pdf), strict=False)
    if lecteur.is_encrypted and not lecteur.decrypt(""):
        raise ErreurAssemblage(
            f"{nom} est un PDF protégé par un mot de passe. Ouvrez-le avec ce mot de passe, "
            "imprimez-le en PDF, et ajoutez cette nouvelle version."
        )
    if not len(lecteur.pages):
        raise ErreurAssemblage(f"{nom} est un PDF sans aucune page. Ajoutez le bon fichier à sa place.")
    assainir(lecteur)
    return lecteur


def _octets(writer: PdfWriter) -> bytes:
    sortie = io.BytesIO()
    writer.write(sortie)
    return sortie.getvalue()
