"""The statement of facts of an application: one sentence per fact, each with the exhibits that show it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from dossier.core.expose.facture import une_facture
from dossier.core.expose.phrases import Phrase, cite, de, ensemble, nommees
from dossier.core.expose.plis import les_mises_en_demeure, les_rappels
from dossier.core.faits import GenrePiece
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil, renvoi


def exposer(recueils: Sequence[Recueil], pieces: Sequence[Piece]) -> tuple[Phrase, ...]:
    """The facts of these invoices of one debtor; every exhibit is cited at least once.

    Code de procédure civile, art. 57 and 1407. What happened to several invoices at once is told once.
    """
    phrases = tuple(_phrases(recueils, pieces))
    citees = {piece for phrase in phrases for piece in phrase.citees}
    reste = [piece for piece in pieces if piece not in citees]
    return (*phrases, *_le_reste(reste))


def _phrases(recueils: Sequence[Recueil], pieces: Sequence[Piece]) -> Iterator[Phrase]:
    dites = [phrase for r in recueils for phrase in une_facture(r, de(pieces, [r]))]
    dites += [*_les_demandes(recueils, pieces), *les_rappels(recueils, pieces)]
    yield from dites
    yield from _les_autres_echanges(pieces, {piece for phrase in dites for piece in phrase.citees})
    yield from les_mises_en_demeure(recueils, pieces)


def _les_demandes(recueils: Sequence[Recueil], pieces: Sequence[Piece]) -> Iterator[Phrase]:
    """Each set of reminders once, with the invoices that it was about."""
    for lettres, concernes in ensemble(recueils, lambda r: _demandes(r, de(pieces, [r]))):
        if lettres:
            fois = " à plusieurs reprises" if len(lettres) > 1 else ""
            sujet = nommees(concernes, recueils) if len(recueils) > 1 else "La facture"
            accord = "leur" if len(concernes) > 1 else "son"
            reglee = "réglées" if len(concernes) > 1 else "réglée"
            yield Phrase(
                f"{sujet} n'ayant pas été {reglee} à {accord} échéance, le paiement en a été demandé{fois}"
                f"{cite(lettres)}.",
                lettres,
            )


def _demandes(recueil: Recueil, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    echeance = recueil.etat.facture.echeance
    lettres = {e.prepare.pdf for e in recueil.etat.envois.values() if e.depart and e.depart > echeance}
    return tuple(p for p in pieces if p.genre is GenrePiece.ECHANGE and p.pdf in lettres)


def _les_autres_echanges(pieces: Sequence[Piece], citees: Collection[Piece]) -> Iterator[Phrase]:
    autres = tuple(p for p in pieces if p.genre is GenrePiece.ECHANGE and p not in citees)
    if autres:
        yield Phrase(f"Sont également produits les autres échanges avec le débiteur{cite(autres)}.", autres)


def _le_reste(pieces: Sequence[Piece]) -> Iterator[Phrase]:
    if pieces:
        accord = "Est également produite" if len(pieces) == 1 else "Sont également produites"
        article = "la" if len(pieces) == 1 else "les"
        yield Phrase(f"{accord}, à l'appui de la demande, {article} {renvoi(pieces)}.", tuple(pieces))
