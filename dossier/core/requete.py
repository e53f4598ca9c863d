"""The application for an injonction de payer: what it states (CPC, art. 54, 57, 1405 to 1408)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from dossier.core.courriers import bloc_creancier, bloc_debiteur, ligne_facture
from dossier.core.creance import Creancier, Facture, Genre, Nature
from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.droit.juridiction import Juridiction
from dossier.core.errors import DonneeInvalide
from dossier.core.expose import exposer
from dossier.core.parties import Ligne, a_completer, lignes_du_debiteur, lignes_du_demandeur
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil
from dossier.core.sommes import sommes_demandees

CONTRE_UNE_PERSONNE_PUBLIQUE = (
    "Aucune requête en injonction de payer n'est établie contre une personne publique : le litige relève en "
    "principe de la juridiction administrative, devant laquelle cette procédure n'existe pas (référé-provision, "
    "code de justice administrative, art. R541-1). Remettre le dossier à un avocat, qui dira la nature du "
    "contrat et la juridiction."
)
HORS_CONTRAT = (
    "Aucune requête en injonction de payer n'est établie pour une créance sans cause contractuelle (code de "
    "procédure civile, art. 1405). Corriger la nature de la créance si elle est inexacte ; sinon assigner."
)


def contexte_requete(
    recueils: Sequence[Recueil],
    pieces: Sequence[Piece],
    pages: Sequence[int],
    creancier: Creancier,
    juridiction: Juridiction,
    jour: date,
) -> dict[str, Any]:
    """The variables of `templates/dossier/requete.docx`, for one debtor.

    Raises DonneeInvalide when no injonction de payer can be asked for: see `motif_de_refus`.
    """
    debiteur = recueils[0].etat.facture.debiteur
    exiger_injonction([recueil.etat.facture for recueil in recueils])
    phrases = exposer(recueils, pieces)
    return {
        "juridiction": bloc_juridiction(juridiction),
        "creancier": bloc_creancier(creancier),
        "demandeur": en_lignes(lignes_du_demandeur(creancier)),
        "debiteur": bloc_debiteur(debiteur),
        "defendeur": en_lignes(lignes_du_debiteur(debiteur)),
        "date": en_lettres(jour),
        "lieu": creancier.siege.ville,
        "objet": "Requête en injonction de payer",
        "faits": [phrase.texte for phrase in phrases],
        "manques": [a_completer(manque) for phrase in phrases for manque in phrase.manques],
        "factures": [ligne_facture(recueil.etat, recueil.decompte) for recueil in recueils],
        "sommes": [
            {"libelle": s.libelle, "montant": s.ecrite, "fondement": s.fondement, "pieces": s.pieces}
            for s in sommes_demandees(recueils, pieces, jour)
        ],
        "capitalisation": True,
        "renvoi": renvoi_demande(juridiction),
        "pieces": liste_de_pieces(pieces, pages),
    }


def motif_de_refus(factures: Sequence[Facture]) -> str:
    """Why the law gives no injonction de payer for these claims, in French; empty when it may.

    Code de procédure civile, art. 1405 (a contract) and 1406 (a civil or commercial court).
    """
    if any(facture.debiteur.genre is Genre.PUBLIC for facture in factures):
        return CONTRE_UNE_PERSONNE_PUBLIQUE
    if any(facture.nature is Nature.HORS_CONTRAT for facture in factures):
        return HORS_CONTRAT
    return ""


def exiger_injonction(factures: Sequence[Facture]) -> None:
    """Raises DonneeInvalide, with the reason, when no injonction de payer can be asked for these claims."""
    if motif := motif_de_refus(factures):
        raise DonneeInvalide(motif)


def points_a_completer(
    recueils: Sequence[Recueil], pieces: Sequence[Piece], creancier: Creancier, juridiction: Juridiction
) -> tuple[str, ...]:
    """What a person must still write in the application, one French sentence each, for the cover note.

    The court that must be chosen is not told again: `examen.juridiction` says why.
    """
    return tuple(_points(recueils, pieces, creancier, juridiction))


def _points(
    recueils: Sequence[Recueil], pieces: Sequence[Piece], creancier: Creancier, juridiction: Juridiction
) -> Iterator[str]:
    factures = [recueil.etat.facture for recueil in recueils]
    if motif := motif_de_refus(factures):
        yield motif
        return
    if juridiction.a_completer:
        yield "Requête, à compléter : la juridiction saisie, et celle du renvoi en cas d'opposition."
    parties = (
        ("demandeur", lignes_du_demandeur(creancier)),
        ("débiteur", lignes_du_debiteur(factures[0].debiteur)),
    )
    for partie, lignes in parties:
        if absentes := [ligne.libelle.lower() for ligne in lignes if ligne.manque]:
            yield f"Requête, à compléter ({partie}) : {', '.join(absentes)}."
    for manque in (m for phrase in exposer(recueils, pieces) for m in phrase.manques):
        yield f"Requête : il manque la pièce à citer ({manque})."


def bloc_juridiction(juridiction: Juridiction) -> dict[str, Any]:
    """The court as a document names it; `motif` is what a person must choose or check."""
    magistrat = juridiction.magistrat.removeprefix("le ")
    return {
        "intitule": juridiction.intitule,
        "adresse_a_completer": juridiction.a_completer,
        "motif": juridiction.motif,
        "magistrat": f"À l'attention du {magistrat}" if magistrat else "",
    }


def renvoi_demande(juridiction: Juridiction) -> str:
    """The court asked for in case of opposition (CPC, art. 1408)."""
    if juridiction.a_completer:
        return a_completer("juridiction compétente")
    return juridiction.intitule


def en_lignes(lignes: Sequence[Ligne]) -> list[dict[str, Any]]:
    """The mentions about a party, as a template reads them."""
    return [{"libelle": li.libelle, "valeur": li.valeur, "a_completer": li.manque} for li in lignes]


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
