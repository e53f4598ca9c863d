"""The statement of facts about the registered letters: the reminders, then the mise en demeure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.dates import en_lettres
from dossier.core.decision import depart_du_delai, dernier_envoi, fin_du_delai, jour_de_mise_en_demeure
from dossier.core.etat import Envoi
from dossier.core.expose.phrases import Phrase, cite, de, ensemble, nommees
from dossier.core.faits import Canal, GenrePiece, GenreScan, IssuePli
from dossier.core.montants import INSECABLE
from dossier.core.mots import mots
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil

SUITES = {
    IssuePli.DISTRIBUE: "distribuée le {jour}",
    IssuePli.REFUSE: "présentée le {jour} et refusée par son destinataire",
    IssuePli.AVISE_NON_RECLAME: "présentée le {jour} à son destinataire, avisé, qui ne l'a pas réclamée",
}
REVENUE = "revenue à l'expéditeur, son destinataire n'étant pas à l'adresse indiquée"
_PLIS = (GenrePiece.MISE_EN_DEMEURE, GenrePiece.PREUVE_DEPOT, GenrePiece.AVIS_RECEPTION)


class _Pli(NamedTuple):
    """A formal notice that was posted and presented, as it is told; common to several invoices or not."""

    numero: str
    depot: date
    suite: str
    fin: date


class _Rappel(NamedTuple):
    """A registered letter before the mise en demeure, as it is told; common to several invoices or not."""

    numero: str
    depot: date
    nom: str
    suite: str


def les_rappels(recueils: Sequence[Recueil], pieces: Sequence[Piece]) -> Iterator[Phrase]:
    """Each registered letter that asked for payment before the mise en demeure, once, with its proofs."""
    groupes: dict[_Rappel, list[tuple[Recueil, Envoi]]] = {}
    for recueil in recueils:
        for envoi in recueil.etat.envois.values():
            if rappel := _rappel(recueil, envoi):
                groupes.setdefault(rappel, []).append((recueil, envoi))
    for rappel, concernes in groupes.items():
        ceux = [recueil for recueil, _ in concernes]
        envois = [envoi for _, envoi in concernes]
        objet = _objet(ceux, recueils)
        yield _le_rappel(rappel, envois, de(pieces, ceux), f" portant sur{objet}" if objet else "")


def _rappel(recueil: Recueil, envoi: Envoi) -> _Rappel | None:
    """That letter as it is told; None when it is not such a letter, or was not posted after the échéance."""
    depot, prepare = envoi.depot, envoi.prepare
    if depot is None or prepare.etape == recueil.scenario.mise_en_demeure.nom:
        return None
    if depot.jour <= recueil.etat.facture.echeance:
        return None
    dernier = mots(prepare.intitule).startswith("dernier rappel")
    return _Rappel(depot.numero, depot.jour, "dernier rappel" if dernier else "rappel", _suite(envoi))


def _suite(envoi: Envoi) -> str:
    """What became of that registered letter; empty while it is not known."""
    if envoi.accuse is None:
        return ""
    depart = depart_du_delai(envoi.accuse)
    return SUITES[envoi.accuse.issue].format(jour=en_lettres(depart)) if depart else REVENUE


def _le_rappel(rappel: _Rappel, envois: Sequence[Envoi], pieces: Sequence[Piece], objet: str) -> Phrase:
    lettres = _parmi(pieces, [envoi.prepare.pdf for envoi in envois])
    depots = _parmi(pieces, [pdf for envoi in envois for pdf in _papiers_du_depot(envoi)])
    tous = _parmi(pieces, [pdf for envoi in envois for pdf in _papiers(envoi)])
    avis = tuple(p for p in tous if p not in lettres and p not in depots)
    prouve = f"{cite(depots)} et {rappel.suite}{cite(avis)}" if rappel.suite else cite((*depots, *avis))
    texte = (
        f"Un {rappel.nom}{objet} a été adressé par lettre recommandée n°{INSECABLE}{rappel.numero}"
        f"{cite(lettres)}, déposée le {en_lettres(rappel.depot)}{prouve}."
    )
    return Phrase(texte, (*lettres, *depots, *avis))


def _parmi(pieces: Sequence[Piece], papiers: Sequence[object]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.pdf in papiers)


def _papiers_du_depot(envoi: Envoi) -> Iterator[object]:
    yield from (depot.preuve for depot in (envoi.depot,) if depot is not None)
    yield from (scan.pdf for scan in envoi.scans if scan.genre is GenreScan.DEPOT)


def les_mises_en_demeure(recueils: Sequence[Recueil], pieces: Sequence[Piece]) -> Iterator[Phrase]:
    """Each formal notice once, with the invoices that it was about and its proofs."""
    for pli, concernes in ensemble(recueils, _pli):
        yield _la_mise_en_demeure(pli, concernes, de(pieces, concernes), _objet(concernes, recueils))


def _pli(recueil: Recueil) -> _Pli:
    envoi = dernier_envoi(recueil.etat, recueil.scenario.mise_en_demeure, Canal.LRAR)
    fin = fin_du_delai(recueil.etat, recueil.scenario)
    depart = jour_de_mise_en_demeure(recueil.etat, recueil.scenario)
    # No dossier is assembled before the délai of a letter that was presented has ended.
    assert envoi is not None
    assert envoi.depot is not None
    assert envoi.accuse is not None
    assert depart is not None
    assert fin is not None
    suite = SUITES[envoi.accuse.issue].format(jour=en_lettres(depart))
    return _Pli(envoi.depot.numero, envoi.depot.jour, suite, fin)


def _la_mise_en_demeure(
    pli: _Pli, concernes: Sequence[Recueil], pieces: Sequence[Piece], objet: str
) -> Phrase:
    lettres, depots, avis = (_du_pli(pieces, genre, concernes) for genre in _PLIS)
    texte = (
        f"Par lettre recommandée avec avis de réception n°{INSECABLE}{pli.numero}{cite(lettres)}, déposée le "
        f"{en_lettres(pli.depot)}{cite(depots)}, {pli.suite}{cite(avis)}, le débiteur a été mis en demeure "
        f"de payer{objet}. Le délai qui lui était donné a pris fin le {en_lettres(pli.fin)}{INSECABLE}; les "
        "sommes portées au décompte joint restent impayées."
    )
    attendus = ((depots, "la preuve de dépôt"), (avis, "l'avis de réception ou le pli retourné"))
    manques = tuple(
        f"{nom} de la lettre recommandée n°{INSECABLE}{pli.numero}"
        for trouves, nom in attendus
        if not trouves
    )
    return Phrase(texte, (*lettres, *depots, *avis), manques)


def _du_pli(pieces: Sequence[Piece], genre: GenrePiece, concernes: Sequence[Recueil]) -> tuple[Piece, ...]:
    """The exhibits of that kind about that very letter; all those of that kind when none is known to be."""
    du_genre = [piece for piece in pieces if piece.genre is genre]
    envois = [dernier_envoi(r.etat, r.scenario.mise_en_demeure, Canal.LRAR) for r in concernes]
    siennes = {pdf for envoi in envois if envoi for pdf in _papiers(envoi)}
    return tuple(p for p in du_genre if p.pdf in siennes) or tuple(du_genre)


def _papiers(envoi: Envoi) -> Iterator[object]:
    yield envoi.prepare.pdf
    yield from (recu.preuve for recu in (envoi.depot, envoi.accuse) if recu is not None)
    yield from (scan.pdf for scan in envoi.scans)


def _objet(concernes: Sequence[Recueil], tous: Sequence[Recueil]) -> str:
    """These invoices inside a sentence, after a space; empty when the application is about one only."""
    if len(tous) == 1:
        return ""
    noms = nommees(concernes, tous)
    return f" {noms[0].lower()}{noms[1:]}"
