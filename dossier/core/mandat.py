"""The mandate to a commissaire de justice for a claim between merchants (CPCE, art. L126-1 to L126-5)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from dossier.core.courriers import bloc_creancier, bloc_debiteur, ligne_facture
from dossier.core.creance import Creancier
from dossier.core.dates import en_lettres
from dossier.core.droit.voies import CodeVoie, Ouverture, Voie
from dossier.core.errors import DonneeInvalide
from dossier.core.examen import Examen
from dossier.core.montants import INSECABLE, en_euros
from dossier.core.parties import lignes_du_debiteur, lignes_du_demandeur
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil, total_de
from dossier.core.requete import en_lignes, liste_de_pieces


def voie_du_mandat(examen: Examen) -> Voie:
    """The way of CPCE, art. L126-1, as it stands for these claims."""
    return next(voie for voie in examen.voies if voie.code is CodeVoie.COMMANDEMENT_DE_PAYER)


def motif_sans_mandat(examen: Examen) -> str:
    """Why there is no such mandate for these claims, in French; empty while the way is not closed."""
    voie = voie_du_mandat(examen)
    if voie.ouverture is not Ouverture.FERMEE:
        return ""
    return f"Pas de mandat pour la voie « {voie.libelle} » : {voie.motif} ({voie.texte})"


def contexte_mandat(
    recueils: Sequence[Recueil],
    pieces: Sequence[Piece],
    pages: Sequence[int],
    creancier: Creancier,
    examen: Examen,
    dossier: str,
    jour: date,
) -> dict[str, Any]:
    """The variables of `templates/dossier/mandat-commissaire.docx`, for one debtor.

    `reserve` says what is to be checked before signing, as the decree and the tariff are not known.
    Raises DonneeInvalide when that way is closed: see `motif_sans_mandat`.
    """
    if motif := motif_sans_mandat(examen):
        raise DonneeInvalide(motif)
    voie, ensemble = voie_du_mandat(examen), total_de(recueils)
    debiteur = recueils[0].etat.facture.debiteur
    return {
        "creancier": bloc_creancier(creancier),
        "demandeur": en_lignes(lignes_du_demandeur(creancier)),
        "debiteur": bloc_debiteur(debiteur),
        "defendeur": en_lignes(lignes_du_debiteur(debiteur)),
        "date": en_lettres(jour),
        "lieu": creancier.siege.ville,
        "objet": "Mandat à un commissaire de justice",
        "dossier": dossier,
        "factures": [ligne_facture(recueil.etat, recueil.decompte) for recueil in recueils],
        "total": en_euros(ensemble.total),
        "voie": {"libelle": voie.libelle, "texte": voie.texte, "limites": voie.limites, "frais": voie.frais},
        "reserve": _a_verifier(voie.motif) if voie.ouverture is Ouverture.A_VERIFIER else "",
        "pieces": liste_de_pieces(pieces, pages),
    }


def _a_verifier(motif: str) -> str:
    return f"[à vérifier avant signature{INSECABLE}: {motif.rstrip('.')}]"
