"""The exhibits of a dossier: which documents, in which order, under which neutral titles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.courriers import PAR_CANAL
from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import (
    Archive,
    DossierScelle,
    Fait,
    GenrePiece,
    GenreScan,
    IssuePli,
    PieceAjoutee,
    PieceRetiree,
    ScanRecu,
)
from dossier.core.montants import INSECABLE
from dossier.core.scenario import Scenario

_RANG = {genre: rang for rang, genre in enumerate(GenrePiece)}
_GENRES = {
    GenreScan.DEPOT: GenrePiece.PREUVE_DEPOT,
    GenreScan.AVIS: GenrePiece.AVIS_RECEPTION,
    GenreScan.ENVELOPPE: GenrePiece.AVIS_RECEPTION,
}
_ISSUES = {
    IssuePli.DISTRIBUE: "Avis de réception",
    IssuePli.REFUSE: "Pli refusé",
    IssuePli.AVISE_NON_RECLAME: "Pli avisé et non réclamé",
    IssuePli.NPAI: "Pli revenu à l'expéditeur",
}
_TITRES = {
    GenrePiece.CONTRAT: "Contrat du",
    GenrePiece.DEVIS: "Devis du",
    GenrePiece.COMMANDE: "Bon de commande du",
    GenrePiece.CGV: "Conditions générales de vente du",
    GenrePiece.LIVRAISON: "Bon de livraison du",
    GenrePiece.FACTURE: "Facture du",
    GenrePiece.ECHANGE: "Courrier du",
    GenrePiece.MISE_EN_DEMEURE: "Mise en demeure du",
    GenrePiece.PREUVE_DEPOT: "Preuve de dépôt du",
    GenrePiece.AVIS_RECEPTION: "Avis de réception du",
    GenrePiece.DECOMPTE: "Décompte au",
    GenrePiece.IDENTITE: "Extrait d'immatriculation du",
    GenrePiece.BODACC: "Consultation du BODACC du",
    GenrePiece.COMPTE: "Relevé de compte client au",
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


def titre_type(genre: GenrePiece, jour: date) -> str:
    """The neutral title of an exhibit that nobody named: `Contrat du 3 mars 2026`."""
    return f"{_TITRES[genre]} {en_lettres(jour)}"


def cles_retirees(faits: Iterable[Fait]) -> frozenset[str]:
    """Where the exhibits that were withdrawn, and not attached again since, are kept: no later dossier holds them.

    It reads any journal, even one that does not replay.
    """
    jointes: dict[str, str] = {}
    retirees: set[str] = set()
    for contenu in (fait.contenu for fait in faits):
        if isinstance(contenu, PieceAjoutee):
            jointes[contenu.pdf.cle] = contenu.pdf.empreinte
            retirees.discard(contenu.pdf.cle)
        elif isinstance(contenu, PieceRetiree):
            retirees |= {cle for cle, empreinte in jointes.items() if empreinte == contenu.empreinte}
    return frozenset(retirees)


def archives_tenues(faits: Sequence[Fait]) -> Iterator[Archive]:
    """Every document of these faits that a dossier keeps as an original: no former dossier, nothing withdrawn."""
    retirees = cles_retirees(faits)
    for contenu in (fait.contenu for fait in faits):
        if not isinstance(contenu, DossierScelle):
            yield from (v for _, v in contenu if isinstance(v, Archive) and v.cle not in retirees)


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
    if etat.adresse is not None and etat.adresse.preuve is not None:
        titre = f"Extrait vérifiant l'adresse du débiteur, {en_lettres(etat.adresse.jour)}"
        yield Piece(0, GenrePiece.IDENTITE, (etat.creance,), titre, etat.adresse.jour, etat.adresse.preuve)
    for envoi in etat.envois.values():
        if envoi.depart is not None:
            yield from _envoi(etat, scenario, envoi)


def _envoi(etat: Etat, scenario: Scenario, envoi: Envoi) -> Iterator[Piece]:
    prepare = envoi.prepare
    demeure = prepare.etape == scenario.mise_en_demeure.nom
    de_la_lettre = GenrePiece.MISE_EN_DEMEURE if demeure else GenrePiece.ECHANGE
    sujet = f"{prepare.intitule} ({', '.join(prepare.groupe) or etat.facture.numero})"
    titre = f"{sujet} par {PAR_CANAL[prepare.canal]} du {en_lettres(prepare.jour)}"
    yield Piece(0, de_la_lettre, (etat.creance,), titre, prepare.jour, prepare.pdf)
    for papier, jour, pdf in _papiers(envoi):
        genre = _GENRES[papier] if demeure else GenrePiece.ECHANGE
        yield Piece(0, genre, (etat.creance,), _titre(envoi, papier, jour), jour, pdf)


def _papiers(envoi: Envoi) -> Iterator[tuple[GenreScan, date, Archive]]:
    """The papers of the post on that letter, each once: what people and carriers gave, then the scans."""
    papiers = [(GenreScan.DEPOT, envoi.depot.jour, envoi.depot.preuve)] if envoi.depot else []
    if envoi.accuse is not None:
        papiers.append((GenreScan.AVIS, envoi.accuse.jour, envoi.accuse.preuve))
    papiers += [(scan.genre, _date(envoi, scan), scan.pdf) for scan in envoi.scans]
    vus: set[str] = set()
    for papier, jour, pdf in papiers:
        if pdf is not None and pdf.empreinte not in vus:
            vus.add(pdf.empreinte)
            yield papier, jour, pdf


def _date(envoi: Envoi, scan: ScanRecu) -> date:
    """The day of what a scan shows; the day it was filed while that is not recorded."""
    montre = envoi.depot if scan.genre is GenreScan.DEPOT else envoi.accuse
    return montre.jour if montre is not None else scan.jour


def _titre(envoi: Envoi, papier: GenreScan, jour: date) -> str:
    assert envoi.depot is not None
    if papier is GenreScan.DEPOT:
        return f"Preuve de dépôt du pli n°{INSECABLE}{envoi.depot.numero} du {en_lettres(envoi.depot.jour)}"
    issue = _ISSUES[envoi.accuse.issue] if envoi.accuse else "Avis de réception"
    if papier is GenreScan.ENVELOPPE:
        return f"{issue}, enveloppe du pli n°{INSECABLE}{envoi.depot.numero} du {en_lettres(jour)}"
    return f"{issue} – pli n°{INSECABLE}{envoi.depot.numero} du {en_lettres(jour)}"
