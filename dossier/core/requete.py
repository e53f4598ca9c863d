"""The application for an injonction de payer: what it states (CPC, art. 54, 57, 1405 to 1408)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from dossier.core.courriers import bloc_creancier, bloc_debiteur, ligne_facture
from dossier.core.creance import Creancier, Genre
from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.decision import dernier_envoi, fin_du_delai, jour_de_mise_en_demeure
from dossier.core.droit.juridiction import Juridiction
from dossier.core.faits import AvoirEmis, Canal, GenrePiece, IssuePli
from dossier.core.montants import ZERO, en_euros, en_pourcent
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil, renvoi, total

INTERETS = {
    Genre.ENTREPRISE: (
        "Pénalités de retard échues",
        "Pénalités de retard à échoir",
        "Article L441-10, II du code de commerce",
        "taux de la BCE majoré de dix points",
    ),
    Genre.PUBLIC: (
        "Intérêts moratoires échus",
        "Intérêts moratoires à échoir",
        "Article R2192-31 du code de la commande publique",
        "taux de la BCE majoré de huit points",
    ),
    Genre.PARTICULIER: (
        "Intérêts légaux échus",
        "Intérêts légaux à échoir",
        "Articles 1231-6 et 1344-1 du code civil",
        "taux de l'intérêt légal",
    ),
}
INDEMNITE = {
    Genre.ENTREPRISE: "Articles L441-10, II et D441-5 du code de commerce",
    Genre.PUBLIC: "Article D2192-35 du code de la commande publique",
}
SUITES = {
    IssuePli.DISTRIBUE: "distribuée le {jour}",
    IssuePli.REFUSE: "présentée le {jour} et refusée par son destinataire",
    IssuePli.AVISE_NON_RECLAME: "présentée le {jour} à son destinataire, avisé, qui ne l'a pas réclamée",
}


def contexte_requete(
    recueils: Sequence[Recueil],
    pieces: Sequence[Piece],
    pages: Sequence[int],
    creancier: Creancier,
    juridiction: Juridiction,
    jour: date,
) -> dict[str, Any]:
    """The variables of `templates/dossier/requete.docx`, for one debtor."""
    return {
        "juridiction": {
            "intitule": juridiction.intitule,
            "adresse_a_completer": juridiction.a_completer,
        },
        "creancier": bloc_creancier(creancier),
        "debiteur": bloc_debiteur(recueils[0].etat.facture.debiteur),
        "date": en_lettres(jour),
        "lieu": creancier.siege.ville,
        "objet": "Requête en injonction de payer",
        "faits": [phrase for recueil in recueils for phrase in _faits(recueil, _de(pieces, recueil))],
        "factures": [ligne_facture(recueil.etat, recueil.decompte) for recueil in recueils],
        "sommes": list(_sommes(recueils, pieces, jour)),
        "capitalisation": True,
        "renvoi": "(à compléter)" if juridiction.a_completer else juridiction.intitule,
        "pieces": liste_de_pieces(pieces, pages),
    }


def liste_de_pieces(pieces: Sequence[Piece], pages: Sequence[int]) -> list[dict[str, str]]:
    """The lines of the bordereau."""
    return [
        {
            "numero": str(piece.numero),
            "titre": piece.titre,
            "date": en_chiffres(piece.jour),
            "pages": str(nombre),
        }
        for piece, nombre in zip(pieces, pages, strict=True)
    ]


def _de(pieces: Sequence[Piece], recueil: Recueil) -> list[Piece]:
    return [piece for piece in pieces if recueil.etat.creance in piece.creances]


def _faits(recueil: Recueil, pieces: Sequence[Piece]) -> Iterator[str]:
    yield _la_creance(recueil, pieces)
    if avance := recueil.etat.facture.deja_paye:
        yield f"Une somme de {en_euros(avance)} avait déjà été réglée sur cette facture."
    if recueil.etat.avoirs:
        yield _les_avoirs(recueil.etat.avoirs, pieces)
    if recueil.etat.paiements:
        yield _les_paiements(recueil)
    yield from _les_echanges(recueil, pieces)
    yield _la_mise_en_demeure(recueil, pieces)


def _les_echanges(recueil: Recueil, pieces: Sequence[Piece]) -> Iterator[str]:
    echeance = recueil.etat.facture.echeance
    lettres = {e.prepare.pdf for e in recueil.etat.envois.values() if e.depart and e.depart > echeance}
    echanges = [piece for piece in pieces if piece.genre is GenrePiece.ECHANGE]
    demandes = [piece for piece in echanges if piece.pdf in lettres]
    if demandes:
        fois = " à plusieurs reprises" if len(demandes) > 1 else ""
        yield (
            f"La facture n'ayant pas été réglée à son échéance, le paiement en a été demandé{fois} "
            f"({renvoi(demandes)})."
        )
    autres = [piece for piece in echanges if piece not in demandes]
    if autres:
        yield f"Sont également produits les autres échanges avec le débiteur ({renvoi(autres)})."


def _la_creance(recueil: Recueil, pieces: Sequence[Piece]) -> str:
    facture = recueil.etat.facture
    contractuelles = [piece for piece in pieces if _du_contrat(piece)]
    citation = f" ({renvoi(contractuelles)})" if contractuelles else ""
    objet = f" pour «\u00a0{facture.objet}\u00a0»" if facture.objet else ""
    return (
        f"La facture n°\u00a0{facture.numero} du {en_lettres(facture.emission)}, d'un montant de "
        f"{en_euros(facture.montant_ttc)} toutes taxes comprises, a été émise{objet} ; elle était payable "
        f"au plus tard le {en_lettres(facture.echeance)}{citation}."
    )


def _du_contrat(piece: Piece) -> bool:
    return piece.genre in {
        GenrePiece.CONTRAT,
        GenrePiece.DEVIS,
        GenrePiece.COMMANDE,
        GenrePiece.CGV,
        GenrePiece.LIVRAISON,
        GenrePiece.FACTURE,
    }


def _les_avoirs(avoirs: Sequence[AvoirEmis], pieces: Sequence[Piece]) -> str:
    citation = renvoi([piece for piece in pieces if piece.pdf in {avoir.pdf for avoir in avoirs}])
    emis = ", ".join(f"n°\u00a0{a.numero} de {en_euros(a.montant)} le {en_lettres(a.jour)}" for a in avoirs)
    sujet = "Un avoir a été émis" if len(avoirs) == 1 else "Des avoirs ont été émis"
    deduit = "il est déduit" if len(avoirs) == 1 else "ils sont déduits"
    return (
        f"{sujet} sur cette facture : {emis}{f' ({citation})' if citation else ''} ; {deduit} du principal."
    )


def _les_paiements(recueil: Recueil) -> str:
    paiements = sorted(recueil.etat.paiements, key=lambda paiement: paiement.jour)
    recus = ", ".join(f"{en_euros(p.montant)} le {en_lettres(p.jour)}" for p in paiements)
    return (
        f"Ont été reçus : {recus}. Ils sont déduits dans le décompte joint, d'abord des intérêts "
        "(article 1343-1 du code civil)."
    )


def _la_mise_en_demeure(recueil: Recueil, pieces: Sequence[Piece]) -> str:
    envoi = dernier_envoi(recueil.etat, recueil.scenario.mise_en_demeure, Canal.LRAR)
    fin = fin_du_delai(recueil.etat, recueil.scenario)
    depart = jour_de_mise_en_demeure(recueil.etat, recueil.scenario)
    # No dossier is assembled before the délai of a letter that was presented has ended.
    assert envoi is not None
    assert envoi.depot is not None
    assert envoi.accuse is not None
    assert depart is not None
    assert fin is not None
    citees = [
        piece
        for piece in pieces
        if piece.genre in {GenrePiece.MISE_EN_DEMEURE, GenrePiece.PREUVE_DEPOT, GenrePiece.AVIS_RECEPTION}
    ]
    suite = SUITES[envoi.accuse.issue].format(jour=en_lettres(depart))
    return (
        f"Par lettre recommandée avec avis de réception n°\u00a0{envoi.depot.numero} déposée le "
        f"{en_lettres(envoi.depot.jour)}, {suite}, le débiteur a été mis en demeure de payer "
        f"({renvoi(citees)}). Le délai qui lui était donné a pris fin le {en_lettres(fin)} ; les sommes "
        "portées au décompte restent impayées."
    )


def _sommes(recueils: Sequence[Recueil], pieces: Sequence[Piece], jour: date) -> Iterator[dict[str, str]]:
    """The table of sums: principal, interest due and to come, indemnity, total (CPC, art. 1407)."""
    genre = recueils[0].etat.facture.debiteur.genre
    echus, a_echoir, texte, _ = INTERETS[genre]
    factures = renvoi([piece for piece in pieces if _du_contrat(piece)])
    interets = sum((r.decompte.interets_restants for r in recueils), ZERO)
    indemnite = sum((r.decompte.indemnite_restante for r in recueils), ZERO)
    principal = sum((r.decompte.principal_restant for r in recueils), ZERO)
    demain = en_lettres(jour + timedelta(days=1))
    yield _somme("Principal", en_euros(principal), "Factures impayées, article 1103 du code civil", factures)
    yield _somme(
        f"{echus} au {en_lettres(jour)}", en_euros(interets), texte, "décompte joint"
    )  # fmt: skip
    yield _somme(
        f"{a_echoir}, à compter du {demain} et jusqu'au paiement", "mémoire",
        f"{texte} : {_taux_a_echoir(recueils)}, sur le principal", "décompte joint",
    )  # fmt: skip
    if indemnite > 0:
        yield _somme(
            "Indemnité forfaitaire pour frais de recouvrement", en_euros(indemnite),
            INDEMNITE[genre], factures,
        )  # fmt: skip
    yield _somme("Total", en_euros(total(recueils)), "", "")


def _taux_a_echoir(recueils: Sequence[Recueil]) -> str:
    """In words and in figures: the rate that each invoice bears on the day of the application."""
    courants = dict.fromkeys(_taux(recueil) for recueil in recueils)
    return ", et ".join(courants)


def _taux(recueil: Recueil) -> str:
    facture, segments = recueil.etat.facture, recueil.decompte.segments
    *_, mots = INTERETS[facture.debiteur.genre]
    if facture.taux_stipule is not None and facture.debiteur.genre is Genre.ENTREPRISE:
        mots = f"taux stipulé pour la facture {facture.numero}"
    return f"{mots}, soit {en_pourcent(segments[-1].taux)} à ce jour" if segments else mots


def _somme(libelle: str, montant: str, fondement: str, pieces: str) -> dict[str, str]:
    return {"libelle": libelle, "montant": montant, "fondement": fondement, "pieces": pieces}
