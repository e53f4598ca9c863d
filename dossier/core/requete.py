"""The application for an injonction de payer: what it states (CPC, art. 54, 57, 1405 to 1408)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from dossier.core.courriers import bloc_creancier, bloc_debiteur, ligne_facture
from dossier.core.creance import Creancier, Facture, Genre, Nature
from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.droit.juridiction import TITRES, TRIBUNAL_JUDICIAIRE, Juridiction
from dossier.core.errors import DonneeInvalide
from dossier.core.expose import exposer
from dossier.core.montants import ZERO, en_euros
from dossier.core.parties import Ligne, a_completer, lignes_du_debiteur, lignes_du_demandeur
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil
from dossier.core.sommes import sommes_demandees, taux_appliques

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
A_ECHOIR = {
    Genre.ENTREPRISE: "les pénalités de retard de l'article L441-10, II du code de commerce",
    Genre.PARTICULIER: "les intérêts légaux des articles 1231-6 et 1344-1 du code civil",
}
DU_JUGE = "juge des contentieux de la protection du "
SANS_VILLE = {t.lower() for t in (*TITRES.values(), TRIBUNAL_JUDICIAIRE, "Juridiction à déterminer")}
"""How a court is called as long as nothing says which one it is."""


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
        "a_echoir": interets_a_echoir(recueils, jour),
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
        quoi = "à vérifier" if _designee(juridiction) else "à compléter"
        yield f"Requête, {quoi} : la juridiction saisie, et celle du renvoi en cas d'opposition."
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
    """The court asked for in case of opposition (CPC, art. 1408), marked when a person must choose or check it."""
    if not juridiction.a_completer:
        return juridiction.intitule
    if _designee(juridiction):
        return f"{juridiction.intitule} [à vérifier]"
    return a_completer("juridiction compétente")


def _designee(juridiction: Juridiction) -> bool:
    """Whether its name says which court it is, and not only of which kind."""
    return juridiction.intitule.lower().removeprefix(DU_JUGE) not in SANS_VILLE


def interets_a_echoir(recueils: Sequence[Recueil], jour: date) -> str:
    """The interest asked for from the day after `jour`, in French: its text, rate, base, start, euros a day.

    Code de commerce, art. L441-10, II; code civil, art. 1231-6 and 1344-1. Empty when no principal remains.
    """
    restants = [recueil for recueil in recueils if recueil.decompte.principal_restant > 0]
    if not restants:
        return ""
    base = sum((recueil.decompte.principal_restant for recueil in restants), ZERO)
    return (
        f"{A_ECHOIR[restants[0].etat.facture.debiteur.genre]} ({taux_appliques(restants, a_ce_jour=True)}) sur "
        f"{en_euros(base)}, à compter du {en_lettres(jour + timedelta(days=1))} et jusqu'au paiement "
        f"complet{_par_jour(restants)}"
    )


def _par_jour(recueils: Sequence[Recueil]) -> str:
    """What the principal that remains bears a day at the last rate, on the day base of the statement."""
    derniers = [
        (r.decompte.principal_restant, r.decompte.segments[-1]) for r in recueils if r.decompte.segments
    ]
    if len(derniers) < len(recueils):
        return ""
    montant = sum((base * segment.taux / segment.diviseur for base, segment in derniers), ZERO)
    taux = {segment.taux for _, segment in derniers}
    return f", soit {en_euros(montant)} par jour {'à ce taux' if len(taux) == 1 else 'à ces taux'}"


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
