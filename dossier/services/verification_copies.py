"""Checks the numbered exhibits of a sealed dossier beside their originals: stamped copies, and pages in their place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from dossier.core.errors import DossierError
from dossier.core.montants import INSECABLE
from dossier.core.ports import PieceSource, PieceTamponnee
from dossier.services.constats import Constat, Sac, attention, faute, resume
from dossier.services.verification_index import Index, PieceIndexee
from dossier.services.verification_textes import PAGES_RELUES, nu

COPIES = "Copies tamponnées"
LIMITES = "trop de mémoire ou de temps"
"""What a reserve says of an exhibit that a stronger machine may well open."""


def constats_des_copies(sac: Sac, index: Index) -> Iterator[Constat]:
    """Each numbered copy against the original that it was made from."""
    if sac.lecteurs.compter is None:
        yield attention(COPIES, "Les copies tamponnées n'ont pas été comparées à leurs originaux.")
        return
    trouves = [constat for piece in index.pieces for constat in _copie(sac, piece, sac.lecteurs.compter)]
    yield from resume(
        COPIES, trouves, f"{len(index.pieces)} copies répondent page pour page à leur original."
    )
    for piece in index.pieces:
        if piece.reserve_du_relie:
            texte = f"dans le PDF qui réunit tout, une page en tient lieu. {piece.reserve_du_relie}"
            yield attention(f"Pièce n°{INSECABLE}{piece.numero}", texte)


def _copie(sac: Sac, piece: PieceIndexee, compter: Callable[[bytes], int]) -> Iterator[Constat]:
    """The copy made again gives the same bytes; or else its pages and its words are those of the original."""
    objet = f"Pièce n°{INSECABLE}{piece.numero}"
    copie = sac.enveloppe.lire(f"data/{piece.fichier}")
    original = sac.enveloppe.lire(f"data/{piece.original}")
    if copie is None or original is None:
        yield attention(objet, "Trop grande pour être relue ici : comparez-la à l'œil avec son original.")
        return
    try:
        refaite = _refaire(sac, piece, original)
        identique = refaite if refaite is not None and refaite.pdf == copie else None
        yield from _pages(piece, objet, "la copie", identique.pages if identique else compter(copie))
    except DossierError as error:
        yield faute(objet, str(error))
        return
    if identique:
        yield from _annonces(piece, objet, identique)
    elif piece.reserve:
        yield _remplacee(sac, piece, objet, copie, refaite)
    else:
        yield from _page_pour_page(sac, piece, objet, copie, original, refaite)


def _annonces(piece: PieceIndexee, objet: str, refaite: PieceTamponnee) -> Iterator[Constat]:
    """What the index says of a copy that is known to be the right one. The first dossiers say nothing of it."""
    for dit, vrai in ((piece.reserve, refaite.reserve), (piece.remarque, refaite.remarque)):
        if dit and dit != vrai:
            yield faute(objet, f"l'index dit de la copie : « {dit} », ce qui n'est pas le cas.")
    if refaite.reserve:
        yield attention(objet, _tient_lieu(refaite.reserve))


def _remplacee(
    sac: Sac, piece: PieceIndexee, objet: str, copie: bytes, refaite: PieceTamponnee | None
) -> Constat:
    """The page that is said to stand for an exhibit, when it is not the very page that this version makes."""
    if refaite is not None and not refaite.reserve and LIMITES not in piece.reserve:
        return faute(
            objet, f"une page en tient lieu (« {piece.reserve} »), alors que son original se reproduit."
        )
    lire = sac.lecteurs.texte
    if lire is not None:
        try:
            dite = nu(lire(copie))
        except DossierError as error:
            return faute(objet, str(error))
        if any(nu(mot) not in dite for mot in (f"Pièce n° {piece.numero}", piece.original)):
            return faute(objet, "la page qui en tient lieu ne dit pas quelle pièce ni où est son original.")
    return attention(objet, _tient_lieu(piece.reserve))


def _tient_lieu(reserve: str) -> str:
    return f"une page tient lieu de sa copie, lisez son original à part. {reserve}"


def _page_pour_page(
    sac: Sac, piece: PieceIndexee, objet: str, copie: bytes, original: bytes, refaite: PieceTamponnee | None
) -> Iterator[Constat]:
    compter = sac.lecteurs.compter
    assert compter is not None, "les copies ne se comparent qu'à qui sait compter leurs pages"
    try:
        yield from _pages(piece, objet, "l'original", compter(original))
        if refaite is not None:
            yield _comparer(sac, piece, objet, copie, original)
    except DossierError as error:
        # What stands in the place of an exhibit that cannot be opened is a page that says so.
        yield attention(objet, f"son original ne s'ouvre pas ici : lisez-le à part. {error}")


def _pages(piece: PieceIndexee, objet: str, quoi: str, nombre: int) -> Iterator[Constat]:
    if nombre != piece.pages:
        yield faute(objet, f"{quoi} a {nombre} page(s), l'index en annonce {piece.pages}.")


def _refaire(sac: Sac, piece: PieceIndexee, original: bytes) -> PieceTamponnee | None:
    if sac.lecteurs.tamponner is None:
        return None
    return sac.lecteurs.tamponner(PieceSource(piece.numero, piece.titre, original, piece.original))


def _comparer(sac: Sac, piece: PieceIndexee, objet: str, copie: bytes, original: bytes) -> Constat:
    """The characters of a copy that this version would make otherwise: those of its original, and the stamp."""
    lire = sac.lecteurs.texte
    if lire is not None and piece.pages <= PAGES_RELUES:
        tampon = Counter(nu(f"Pièce n° {piece.numero}"))
        if Counter(nu(lire(copie))) != Counter(nu(lire(original))) + tampon:
            return faute(objet, "la copie ne dit pas, au tampon près, ce que dit son original.")
    return attention(
        objet,
        "la copie n'est pas, octet pour octet, celle que ce logiciel ferait : comparez-la à l'original.",
    )
