"""Opens the documents of a sealed dossier: exhibits beside their originals, sums and lists beside the journal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

from dossier.core.errors import DossierError
from dossier.core.montants import INSECABLE
from dossier.core.ports import PieceSource, PieceTamponnee
from dossier.services.constats import Constat, Sac, attention, faute, resume
from dossier.services.verification_contenu import Contenu
from dossier.services.verification_decompte import constats_du_decompte
from dossier.services.verification_index import Index, PieceIndexee
from dossier.services.verification_rejeu import Rejeu, constats_du_rejeu, rejouer_tout
from dossier.services.verification_textes import PAGES_RELUES, nu, texte_de

COPIES, LISTE = "Copies tamponnées", "data/02-bordereau.pdf"


def constats_des_documents(contenu: Contenu) -> Iterator[Constat]:
    """What the documents say, once their bytes are known to be those that were sealed."""
    index = contenu.index
    assert index is not None, "un dossier sans index n'arrive pas jusqu'ici"
    rejeu = rejouer_tout(index, contenu.journaux)
    if not isinstance(rejeu, Rejeu):
        yield rejeu
        return
    yield from constats_du_rejeu(index, rejeu)
    yield from constats_du_decompte(contenu.sac, index, rejeu)
    yield from _copies(contenu.sac, index)
    yield from _ecrits(contenu.sac, index)


def _copies(sac: Sac, index: Index) -> Iterator[Constat]:
    if sac.lecteurs.compter is None:
        yield attention(COPIES, "Les copies tamponnées n'ont pas été comparées à leurs originaux.")
        return
    trouves = [constat for piece in index.pieces for constat in _copie(sac, piece, sac.lecteurs.compter)]
    yield from resume(
        COPIES, trouves, f"{len(index.pieces)} copies répondent page pour page à leur original."
    )


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
        if refaite is not None and refaite.pdf == copie:
            yield from _pages(piece, objet, "la copie", refaite.pages)
            return
        yield from _pages(piece, objet, "la copie", compter(copie))
    except DossierError as error:
        yield faute(objet, str(error))
        return
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
    return sac.lecteurs.tamponner(PieceSource(piece.numero, piece.titre, original))


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


def _ecrits(sac: Sac, index: Index) -> Iterator[Constat]:
    """The bordereau lists the exhibits of the index."""
    texte = texte_de(sac, LISTE)
    if isinstance(texte, Constat):
        yield texte
        return
    defauts = [
        faute(LISTE, f"La pièce n°{INSECABLE}{p.numero} (« {p.titre} ») n'y est pas sous ce titre.")
        for p in index.pieces
        if nu(p.titre) not in texte
    ]
    comptes = {"pièces": len(index.pieces), "pages": sum(piece.pages for piece in index.pieces)}
    for quoi, nombre in comptes.items():
        annonce = re.search(rf"(?:nombrede|nombretotalde){quoi}:(\d+)", texte, re.IGNORECASE)
        if annonce and int(annonce[1]) != nombre:
            defauts.append(faute(LISTE, f"Il annonce {annonce[1]} {quoi}, l'index {nombre}."))
    yield from resume(LISTE, defauts, f"Le bordereau porte les {len(index.pieces)} titres de l'index.")
