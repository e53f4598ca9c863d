"""The statement of facts of an application: one sentence per fact, each with the exhibits that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, TypeVar

from dossier.core.creance import Facture
from dossier.core.dates import en_lettres
from dossier.core.decision import dernier_envoi, fin_du_delai, jour_de_mise_en_demeure
from dossier.core.etat import Envoi
from dossier.core.faits import Canal, GenrePiece, IssuePli
from dossier.core.montants import INSECABLE, en_euros
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil, renvoi
from dossier.core.sommes import DU_CONTRAT, JOINT

SUITES = {
    IssuePli.DISTRIBUE: "distribuée le {jour}",
    IssuePli.REFUSE: "présentée le {jour} et refusée par son destinataire",
    IssuePli.AVISE_NON_RECLAME: "présentée le {jour} à son destinataire, avisé, qui ne l'a pas réclamée",
}
RATTACHEMENTS = {
    GenrePiece.CONTRAT: "contrat",
    GenrePiece.DEVIS: "devis",
    GenrePiece.COMMANDE: "commande",
    GenrePiece.CGV: "conditions générales",
    GenrePiece.LIVRAISON: "livraison",
}
"""How the facts name each kind of contractual exhibit."""
_PLIS = (GenrePiece.MISE_EN_DEMEURE, GenrePiece.PREUVE_DEPOT, GenrePiece.AVIS_RECEPTION)


class Phrase(NamedTuple):
    """One sentence, the exhibits that it cites, and those that it should cite and that are lacking."""

    texte: str
    citees: tuple[Piece, ...] = ()
    manques: tuple[str, ...] = ()


class _Pli(NamedTuple):
    """A formal notice that was posted and presented, as it is told; common to several invoices or not."""

    numero: str
    depot: date
    suite: str
    fin: date


def exposer(recueils: Sequence[Recueil], pieces: Sequence[Piece]) -> tuple[Phrase, ...]:
    """The facts of these invoices of one debtor; every exhibit is cited at least once.

    Code de procédure civile, art. 57 and 1407. What happened to several invoices at once is told once.
    """
    phrases = tuple(_phrases(recueils, pieces))
    citees = {piece for phrase in phrases for piece in phrase.citees}
    reste = [piece for piece in pieces if piece not in citees]
    return (*phrases, *_le_reste(reste))


def _phrases(recueils: Sequence[Recueil], pieces: Sequence[Piece]) -> Iterator[Phrase]:
    for recueil in recueils:
        yield from _une_facture(recueil, _de(pieces, [recueil]))
    yield from _les_demandes(recueils, pieces)
    yield from _les_autres_echanges(recueils, pieces)
    for pli, concernes in _ensemble(recueils, _pli):
        objet = _nommees(concernes, recueils) if len(recueils) > 1 else ""
        yield _la_mise_en_demeure(pli, concernes, _de(pieces, concernes), objet)


def _une_facture(recueil: Recueil, pieces: Sequence[Piece]) -> Iterator[Phrase]:
    facture, etat = recueil.etat.facture, recueil.etat
    yield _la_creance(
        facture, [p for p in pieces if p.genre is GenrePiece.FACTURE and not _avoir(recueil, p)]
    )
    yield from _le_contrat(facture, [p for p in pieces if p.genre in DU_CONTRAT])
    if facture.deja_paye:
        yield Phrase(
            f"Une somme de {en_euros(facture.deja_paye)} avait déjà été réglée sur cette facture ({JOINT})."
        )
    if etat.avoirs:
        yield _les_avoirs(recueil, [p for p in pieces if _avoir(recueil, p)])
    if etat.paiements:
        yield _les_paiements(recueil, [p for p in pieces if p.genre is GenrePiece.COMPTE])


def _la_creance(facture: Facture, copies: Sequence[Piece]) -> Phrase:
    objet = f" pour «{INSECABLE}{facture.objet}{INSECABLE}»" if facture.objet else ""
    texte = (
        f"La facture n°{INSECABLE}{facture.numero} du {en_lettres(facture.emission)}, d'un montant de "
        f"{en_euros(facture.montant_ttc)} toutes taxes comprises, a été émise{objet}{INSECABLE}; elle était "
        f"payable au plus tard le {en_lettres(facture.echeance)}{_cite(copies)}."
    )
    manques = () if copies else (f"la copie de la facture n°{INSECABLE}{facture.numero}",)
    return Phrase(texte, tuple(copies), manques)


def _le_contrat(facture: Facture, pieces: Sequence[Piece]) -> Iterator[Phrase]:
    """What the invoice was born of, as far as exhibits show it."""
    references = {
        GenrePiece.CONTRAT: facture.contrat,
        GenrePiece.COMMANDE: facture.commande,
        GenrePiece.LIVRAISON: facture.livraison,
    }
    liens = []
    for genre, nom in RATTACHEMENTS.items():
        if du_genre := [piece for piece in pieces if piece.genre is genre]:
            liens.append(f"{nom} {references.get(genre, '')}".rstrip() + _cite(du_genre))
    if liens:
        yield Phrase(f"Elle se rapporte aux documents suivants{INSECABLE}: {_liste(liens)}.", tuple(pieces))


def _avoir(recueil: Recueil, piece: Piece) -> bool:
    return piece.pdf in {avoir.pdf for avoir in recueil.etat.avoirs}


def _les_avoirs(recueil: Recueil, copies: Sequence[Piece]) -> Phrase:
    avoirs = recueil.etat.avoirs
    emis = ", ".join(
        f"n°{INSECABLE}{a.numero} de {en_euros(a.montant)} le {en_lettres(a.jour)}" for a in avoirs
    )
    sujet = "Un avoir a été émis" if len(avoirs) == 1 else "Des avoirs ont été émis"
    deduit = "il est déduit" if len(avoirs) == 1 else "ils sont déduits"
    return Phrase(
        f"{sujet} sur cette facture{INSECABLE}: {emis}{_cite(copies)}{INSECABLE}; {deduit} du principal.",
        tuple(copies),
        tuple(f"la copie de l'avoir n°{INSECABLE}{a.numero}" for a in avoirs if a.pdf is None),
    )


def _les_paiements(recueil: Recueil, comptes: Sequence[Piece]) -> Phrase:
    paiements = sorted(recueil.etat.paiements, key=lambda paiement: paiement.jour)
    recus = ", ".join(f"{en_euros(p.montant)} le {en_lettres(p.jour)}" for p in paiements)
    return Phrase(
        f"Ont été reçus sur cette facture{INSECABLE}: {recus}{_cite(comptes)}. Ils sont déduits dans le "
        "décompte joint, d'abord des intérêts (article 1343-1 du code civil).",
        tuple(comptes),
    )


def _les_demandes(recueils: Sequence[Recueil], pieces: Sequence[Piece]) -> Iterator[Phrase]:
    """Each set of reminders once, with the invoices that it was about."""
    for lettres, concernes in _ensemble(recueils, lambda r: _demandes(r, _de(pieces, [r]))):
        if lettres:
            fois = " à plusieurs reprises" if len(lettres) > 1 else ""
            sujet = _nommees(concernes, recueils) if len(recueils) > 1 else "La facture"
            accord = "leur" if len(concernes) > 1 else "son"
            reglee = "réglées" if len(concernes) > 1 else "réglée"
            yield Phrase(
                f"{sujet} n'ayant pas été {reglee} à {accord} échéance, le paiement en a été demandé{fois}"
                f"{_cite(lettres)}.",
                lettres,
            )


def _demandes(recueil: Recueil, pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    echeance = recueil.etat.facture.echeance
    lettres = {e.prepare.pdf for e in recueil.etat.envois.values() if e.depart and e.depart > echeance}
    return tuple(p for p in pieces if p.genre is GenrePiece.ECHANGE and p.pdf in lettres)


def _les_autres_echanges(recueils: Sequence[Recueil], pieces: Sequence[Piece]) -> Iterator[Phrase]:
    demandes = {piece for r in recueils for piece in _demandes(r, _de(pieces, [r]))}
    autres = tuple(p for p in pieces if p.genre is GenrePiece.ECHANGE and p not in demandes)
    if autres:
        yield Phrase(f"Sont également produits les autres échanges avec le débiteur{_cite(autres)}.", autres)


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
    pli: _Pli, concernes: Sequence[Recueil], pieces: Sequence[Piece], nommees: str
) -> Phrase:
    lettres, depots, avis = (_du_pli(pieces, genre, concernes) for genre in _PLIS)
    objet = f" {nommees[0].lower()}{nommees[1:]}" if nommees else ""
    texte = (
        f"Par lettre recommandée avec avis de réception n°{INSECABLE}{pli.numero}{_cite(lettres)}, déposée le "
        f"{en_lettres(pli.depot)}{_cite(depots)}, {pli.suite}{_cite(avis)}, le débiteur a été mis en demeure "
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


def _le_reste(pieces: Sequence[Piece]) -> Iterator[Phrase]:
    if pieces:
        accord = "Est également produite" if len(pieces) == 1 else "Sont également produites"
        article = "la" if len(pieces) == 1 else "les"
        yield Phrase(f"{accord}, à l'appui de la demande, {article} {renvoi(pieces)}.", tuple(pieces))


Cle = TypeVar("Cle")


def _ensemble(
    recueils: Sequence[Recueil], cle: Callable[[Recueil], Cle]
) -> Iterable[tuple[Cle, list[Recueil]]]:
    """The invoices of which the same thing is to be told."""
    groupes: dict[Cle, list[Recueil]] = {}
    for recueil in recueils:
        groupes.setdefault(cle(recueil), []).append(recueil)
    return groupes.items()


def _de(pieces: Sequence[Piece], recueils: Sequence[Recueil]) -> list[Piece]:
    creances = {recueil.etat.creance for recueil in recueils}
    return [piece for piece in pieces if creances & set(piece.creances)]


def _nommees(recueils: Sequence[Recueil], tous: Sequence[Recueil]) -> str:
    """`La facture n° FA-1`, `Les factures n° FA-1 et FA-2`; `Ces 40 factures` when it is all of them."""
    if len(recueils) == len(tous):
        return f"Ces {len(tous)} factures"
    numeros = [recueil.etat.facture.numero for recueil in recueils]
    sujet = "La facture" if len(numeros) == 1 else "Les factures"
    return f"{sujet} n°{INSECABLE}{_liste(numeros)}"


def _liste(textes: Sequence[str]) -> str:
    return f"{', '.join(textes[:-1])} et {textes[-1]}" if len(textes) > 1 else textes[0]


def _cite(pieces: Sequence[Piece]) -> str:
    return f" ({renvoi(pieces)})" if pieces else ""
