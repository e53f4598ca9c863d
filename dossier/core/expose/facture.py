"""The statement of facts about one invoice: what it was born of, what was credited, agreed and paid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest
from typing import assert_never

from dossier.core.creance import Facture, Genre
from dossier.core.dates import en_lettres
from dossier.core.decompte import Imputation
from dossier.core.expose.phrases import Phrase, cite, liste, nombre
from dossier.core.faits import EcheancierAccorde, EcheancierRompu, GenrePiece
from dossier.core.montants import INSECABLE, ZERO, en_euros
from dossier.core.mots import mots
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil
from dossier.core.sommes import DU_CONTRAT, JOINT

ACTES = {
    GenrePiece.CONTRAT: ("au contrat", "aux contrats"),
    GenrePiece.DEVIS: ("au devis", "aux devis"),
    GenrePiece.COMMANDE: ("à la commande", "aux commandes"),
    GenrePiece.CGV: ("aux conditions générales", "aux conditions générales"),
}
"""How the facts name each kind of contractual exhibit: one, several."""
BON = ("bon de livraison", "bons de livraison")
EXECUTES = {
    GenrePiece.CONTRAT: "exécuté",
    GenrePiece.DEVIS: "exécuté",
    GenrePiece.COMMANDE: "exécutée",
}
LIVREE = "la livraison ayant été faite"


def une_facture(recueil: Recueil, pieces: Sequence[Piece]) -> Iterator[Phrase]:
    """What there is to say of this invoice before its reminders, `pieces` being its exhibits."""
    facture, etat = recueil.etat.facture, recueil.etat
    accords = [piece for piece in pieces if est_l_accord(recueil, piece)]
    yield _la_creance(
        facture, [p for p in pieces if p.genre is GenrePiece.FACTURE and not _avoir(recueil, p)]
    )
    yield from _le_contrat(facture, [p for p in pieces if p.genre in DU_CONTRAT and p not in accords])
    if facture.deja_paye:
        yield Phrase(
            f"Une somme de {en_euros(facture.deja_paye)} avait déjà été réglée sur cette facture ({JOINT})."
        )
    if etat.avoirs:
        yield _les_avoirs(recueil, [p for p in pieces if _avoir(recueil, p)])
    yield from _les_echeanciers(recueil, accords)
    if recueil.decompte.imputations:
        yield _les_paiements(recueil, [p for p in pieces if p.genre is GenrePiece.COMPTE])


def _la_creance(facture: Facture, copies: Sequence[Piece]) -> Phrase:
    objet = f" pour «{INSECABLE}{facture.objet}{INSECABLE}»" if facture.objet else ""
    texte = (
        f"La facture n°{INSECABLE}{facture.numero} du {en_lettres(facture.emission)}, d'un montant de "
        f"{en_euros(facture.montant_ttc)} toutes taxes comprises, a été émise{objet}{INSECABLE}; elle était "
        f"payable au plus tard le {en_lettres(facture.echeance)}{cite(copies)}."
    )
    manques = () if copies else (f"la copie de la facture n°{INSECABLE}{facture.numero}",)
    return Phrase(texte, tuple(copies), manques)


def _le_contrat(facture: Facture, pieces: Sequence[Piece]) -> Iterator[Phrase]:
    """What the invoice was born of, and how that was performed, as far as exhibits show it."""
    references = {GenrePiece.CONTRAT: facture.contrat, GenrePiece.COMMANDE: facture.commande}
    bons = _du_genre(pieces, GenrePiece.LIVRAISON)
    causes = [piece for piece in pieces if piece not in bons]
    genres = [genre for genre in ACTES if _du_genre(causes, genre)]
    actes = [_nomme(ACTES[g], references.get(g, ""), _du_genre(causes, g)) for g in genres]
    bon = _nomme(BON, facture.livraison, bons)
    if causes and bons:
        yield Phrase(f"Elle se rapporte {liste(actes)}, {_faite(causes)} suivant {bon}.", tuple(pieces))
    elif causes:
        yield Phrase(f"Elle se rapporte {liste(actes)}.", tuple(pieces))
    elif bons:
        yield Phrase(f"Elle se rapporte à la livraison faite suivant {bon}.", tuple(pieces))


def _faite(causes: Sequence[Piece]) -> str:
    """How the delivery follows from these exhibits."""
    return EXECUTES.get(causes[0].genre, LIVREE) if len(causes) == 1 else LIVREE


def _nomme(noms: tuple[str, str], reference: str, pieces: Sequence[Piece]) -> str:
    """`à la commande n° BC-7 du 16 mars 2026 (pièce n° 1)`; several exhibits of one act bear no date."""
    singulier, pluriel = noms
    numero = "" if not reference or reference.startswith("n°") else f"n°{INSECABLE}"
    date = f" du {en_lettres(pieces[0].jour)}" if len(pieces) == 1 else ""
    nom = singulier if reference or len(pieces) == 1 else pluriel
    return f"{f'{nom} {numero}{reference}'.rstrip()}{date}{cite(pieces)}"


def _du_genre(pieces: Sequence[Piece], genre: GenrePiece) -> list[Piece]:
    return [piece for piece in pieces if piece.genre is genre]


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
        f"{sujet} sur cette facture{INSECABLE}: {emis}{cite(copies)}{INSECABLE}; {deduit} du principal.",
        tuple(copies),
        tuple(f"la copie de l'avoir n°{INSECABLE}{a.numero}" for a in avoirs if a.pdf is None),
    )


def est_l_accord(recueil: Recueil, piece: Piece) -> bool:
    """Whether a person attached it under a title that names an agreement on instalments."""
    titre = set(mots(piece.titre).split())
    attachee = piece.pdf in {ajoutee.pdf for ajoutee in recueil.etat.pieces}
    return attachee and bool(titre & {"accord", "signe"}) and bool(titre & {"echelonnement", "echeancier"})


def echeanciers(
    recueil: Recueil,
) -> Iterator[tuple[EcheancierAccorde, EcheancierAccorde | EcheancierRompu | None]]:
    """Each plan that was agreed and what ended it: the state forgets it once broken, the faits do not."""
    contenus = [fait.contenu for fait in recueil.faits]
    cours = [c for c in contenus if isinstance(c, EcheancierAccorde | EcheancierRompu)]
    for accorde, suite in zip_longest(cours, cours[1:]):
        if isinstance(accorde, EcheancierAccorde):
            yield accorde, suite


def _les_echeanciers(recueil: Recueil, accords: Sequence[Piece]) -> Iterator[Phrase]:
    for accorde, suite in echeanciers(recueil):
        yield _l_echeancier(accorde, _sort(suite, recueil.etat.facture.debiteur.genre), accords)


def _l_echeancier(accorde: EcheancierAccorde, sort: str, accords: Sequence[Piece]) -> Phrase:
    jour, versements = en_lettres(accorde.jour), len(accorde.mensualites)
    objet = f"échelonnement en {nombre(versements)} versements" if versements > 1 else "report du paiement"
    texte = f"Le {jour}, un {objet} a été convenu pour cette facture{cite(accords)}{sort}."
    manques = () if accords else (f"l'accord d'échelonnement du {jour}, signé",)
    return Phrase(texte, tuple(accords), manques)


def _sort(suite: EcheancierAccorde | EcheancierRompu | None, genre: Genre) -> str:
    """What became of a plan: a consumer loses the terme only once warned in writing, which no fait tells."""
    match suite:
        case EcheancierRompu(manquee=manquee) if genre is Genre.PARTICULIER:
            return f"{INSECABLE}; le versement du {en_lettres(manquee)} n'a pas été reçu"
        case EcheancierRompu(manquee=manquee):
            perdu = "n'ayant pas été reçu, le débiteur a perdu le bénéfice du terme"
            return f"{INSECABLE}; le versement du {en_lettres(manquee)} {perdu}"
        case EcheancierAccorde():
            return f"{INSECABLE}; il a été remplacé par le suivant"
        case None:
            return ""
        case _:
            assert_never(suite)


def _les_paiements(recueil: Recueil, comptes: Sequence[Piece]) -> Phrase:
    imputations = recueil.decompte.imputations
    recus = ", ".join(f"{en_euros(i.montant)} le {en_lettres(i.date)}" for i in imputations)
    parts = _parts(imputations, recueil.etat.facture.debiteur.genre)
    sommes = "Cette somme est imputée" if len(imputations) == 1 else "Ces sommes sont imputées"
    imputees = f" {sommes}, au {JOINT}, à hauteur de {liste(parts)}." if parts else ""
    return Phrase(
        f"Ont été reçus sur cette facture{INSECABLE}: {recus}{cite(comptes)}.{imputees}", tuple(comptes)
    )


def _parts(imputations: Sequence[Imputation], genre: Genre) -> list[str]:
    """What these payments have paid, in the order of the code civil, art. 1343-1, which is on interest only."""
    interets = "les intérêts échus" if genre is Genre.PARTICULIER else "les pénalités échues"
    postes = (
        (sum((i.interets for i in imputations), ZERO), f"{interets} (article 1343-1 du code civil)"),
        (sum((i.indemnite for i in imputations), ZERO), "l'indemnité"),
        (sum((i.principal for i in imputations), ZERO), "le principal"),
    )
    return [f"{en_euros(montant)} sur {poste}" for montant, poste in postes if montant]
