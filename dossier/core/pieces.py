"""The exhibits of a dossier: which documents, in which order, under which neutral titles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.courriers import PAR_CANAL
from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Archive, Canal, GenrePiece, IssuePli
from dossier.core.montants import INSECABLE
from dossier.core.scenario import Scenario

_RANG = {genre: rang for rang, genre in enumerate(GenrePiece)}
_ISSUES = {
    IssuePli.DISTRIBUE: "Avis de réception",
    IssuePli.REFUSE: "Pli refusé",
    IssuePli.AVISE_NON_RECLAME: "Pli avisé et non réclamé",
    IssuePli.NPAI: "Pli revenu à l'expéditeur",
}


class Piece(NamedTuple):
    """One numbered exhibit: the stored PDF and the title that the bordereau prints."""

    numero: int
    genre: GenrePiece
    creances: tuple[str, ...]
    titre: str
    jour: date
    pdf: Archive

    @property
    def fichier(self) -> str:
        """Its path in the bag."""
        return f"pieces/piece-{self.numero:02d}-{identifiant(self.titre)[:50].strip('-').lower()}.pdf"


def lister_pieces(etats: Sequence[tuple[Etat, Scenario]]) -> tuple[Piece, ...]:
    """The exhibits of these creances, numbered 1..n: by kind, then date, then creance.

    Stable: the same journal gives the same numbers. CPC 1407 asks for the bordereau made from it.
    """
    toutes = _sans_doubles(piece for etat, scenario in etats for piece in _pieces(etat, scenario))
    ordonnees = sorted(toutes, key=lambda p: (_RANG[p.genre], p.jour, p.creances))
    return tuple(piece._replace(numero=numero) for numero, piece in enumerate(ordonnees, start=1))


def _sans_doubles(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """A document common to several creances is one exhibit of all of them."""
    uniques: dict[tuple[str, str], Piece] = {}
    for piece in pieces:
        cle = (piece.titre, piece.pdf.cle)
        connue = uniques.get(cle)
        uniques[cle] = piece._replace(creances=connue.creances + piece.creances) if connue else piece
    return uniques.values()


def _pieces(etat: Etat, scenario: Scenario) -> Iterator[Piece]:
    facture = etat.facture
    for ajoutee in etat.pieces:
        yield Piece(0, ajoutee.genre, (etat.creance,), ajoutee.intitule, ajoutee.jour, ajoutee.pdf)
    if etat.source is not None:
        titre = f"Facture n°{INSECABLE}{facture.numero} du {en_lettres(facture.emission)}"
        yield Piece(0, GenrePiece.FACTURE, (etat.creance,), titre, facture.emission, etat.source)
    for avoir in etat.avoirs:
        if avoir.pdf is not None:
            titre = f"Avoir n°{INSECABLE}{avoir.numero} du {en_lettres(avoir.jour)}"
            yield Piece(0, GenrePiece.FACTURE, (etat.creance,), titre, avoir.jour, avoir.pdf)
    for envoi in etat.envois.values():
        if envoi.fait is not None:
            yield from _envoi(etat, scenario, envoi)


def _envoi(etat: Etat, scenario: Scenario, envoi: Envoi) -> Iterator[Piece]:
    prepare = envoi.prepare
    demeure = prepare.etape == scenario.mise_en_demeure.nom
    de_la_lettre = GenrePiece.MISE_EN_DEMEURE if demeure else GenrePiece.ECHANGE
    sujet = f"{prepare.intitule} ({', '.join(prepare.groupe) or etat.facture.numero})"
    titre = f"{sujet} par {PAR_CANAL[prepare.canal]} du {en_lettres(prepare.jour)}"
    yield Piece(0, de_la_lettre, (etat.creance,), titre, prepare.jour, prepare.pdf)
    if prepare.canal is not Canal.LRAR:
        return
    if envoi.depot is not None and envoi.depot.preuve is not None:
        genre = GenrePiece.PREUVE_DEPOT if demeure else GenrePiece.ECHANGE
        titre = f"Preuve de dépôt du pli n°{INSECABLE}{envoi.depot.numero} du {en_lettres(envoi.depot.jour)}"
        yield Piece(0, genre, (etat.creance,), titre, envoi.depot.jour, envoi.depot.preuve)
    if envoi.accuse is not None and envoi.accuse.preuve is not None and envoi.depot is not None:
        genre = GenrePiece.AVIS_RECEPTION if demeure else GenrePiece.ECHANGE
        issue = _ISSUES[envoi.accuse.issue]
        titre = f"{issue} – pli n°{INSECABLE}{envoi.depot.numero} du {en_lettres(envoi.accuse.jour)}"
        yield Piece(0, genre, (etat.creance,), titre, envoi.accuse.jour, envoi.accuse.preuve)
