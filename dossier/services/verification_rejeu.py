"""Lives the journals of a sealed dossier again, and compares what they give with what it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import NamedTuple

from pydantic import ValidationError

from dossier.core.errors import DossierError
from dossier.core.etat import Etat, rejouer
from dossier.core.montants import INSECABLE
from dossier.core.pieces import Piece, lister_pieces
from dossier.core.scenario import Scenario
from dossier.services.constats import Constat, attention, faute, resume
from dossier.services.verification_index import INDEX, Index, Journaux, PieceIndexee

OBJET = "Pièces d'après le journal"
# A forged journal may say anything in any order, and then any of these comes out of its replay.
_INCOHERENT = (ArithmeticError, AssertionError, LookupError, TypeError, ValueError, DossierError)


class Rejeu(NamedTuple):
    """The state of each creance of the index, in its order, and the steps it followed."""

    etats: tuple[Etat, ...]
    scenarios: tuple[Scenario, ...]
    """Empty when the dossier does not tell them."""


def rejouer_tout(index: Index, journaux: Journaux) -> Rejeu | Constat:
    """Every creance of the index replayed; a fault when a journal does not hold together."""
    etats: list[Etat] = []
    for creance in index.creances:
        try:
            etats.append(rejouer(journaux[creance]))
        except _INCOHERENT:
            return faute(
                f"Journal {creance}", f"Les faits du journal de {creance} se contredisent ou manquent."
            )
    try:
        lus = tuple(Scenario.model_validate((index.scenarios or {})[c]) for c in index.creances)
    except (KeyError, ValidationError):
        lus = ()
    return Rejeu(tuple(etats), lus)


def constats_du_rejeu(index: Index, rejeu: Rejeu) -> Iterator[Constat]:
    """The debtor, and every exhibit with its number, title, file name and original."""
    noms = {etat.facture.debiteur.denomination for etat in rejeu.etats}
    if index.debiteur not in noms or len({etat.debiteur for etat in rejeu.etats}) != 1:
        yield faute(INDEX, f"Le débiteur « {index.debiteur} » n'est pas celui, unique, des journaux.")
    if not rejeu.scenarios:
        texte = "L'index n'en dit pas assez pour dresser de nouveau la liste des pièces."
        yield attention(OBJET, texte)
        return
    try:
        pieces = lister_pieces(list(zip(rejeu.etats, rejeu.scenarios, strict=True)))
    except _INCOHERENT:
        yield faute(OBJET, "La liste des pièces ne peut pas être dressée d'après le journal.")
        return
    yield from _comparer(index, pieces)


def _comparer(index: Index, pieces: Sequence[Piece]) -> Iterator[Constat]:
    ecarts = [e for lu, du in zip_longest(index.pieces, pieces) if (e := _ecart(lu, du))]
    if ecarts and not index.refait:
        version = f"la version {index.logiciel}" if index.logiciel else "une autre version"
        texte = f"Dossier scellé par {version} du logiciel, qui dresse la liste autrement. {' '.join(ecarts)}"
        yield attention(OBJET, texte)
        return
    bonne = f"{len(pieces)} pièces : numéros, titres, fichiers et originaux sont ceux que donne le journal."
    yield from resume(OBJET, [faute(OBJET, ecart) for ecart in ecarts], bonne)


def _ecart(lue: PieceIndexee | None, due: Piece | None) -> str | None:
    if lue is None:
        assert due is not None
        return f"La pièce n°{INSECABLE}{due.numero} (« {due.titre} ») que donne le journal manque à l'index."
    nom = f"Pièce n°{INSECABLE}{lue.numero}"
    if due is None:
        return f"{nom} (« {lue.titre} ») : le journal ne la donne pas."
    attendus = {
        "le numéro": (lue.numero, due.numero),
        "le titre": (lue.titre, due.titre),
        "le fichier": (lue.fichier, due.fichier),
        "l'original": (lue.original, f"originaux/{due.pdf.cle}"),
        "l'empreinte de l'original": (lue.empreinte_original, due.pdf.empreinte),
    }
    faux = [f"{quoi} est « {a} », le journal donne « {b} »" for quoi, (a, b) in attendus.items() if a != b]
    return f"{nom} : {' ; '.join(faux)}." if faux else None
