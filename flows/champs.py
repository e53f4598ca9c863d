"""The fields of our forms: how each is drawn, and how what is typed in it is read, as an accountant writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema

from dossier.core.chronologie import APPELS, ISSUES, ORDONNANCES
from dossier.core.faits import (
    CauseAnnulation,
    Decision,
    Destinataire,
    GenreDocument,
    GenrePiece,
    IssuePli,
    NatureProcedure,
    RaisonLitige,
    ResultatAppel,
    SensOrdonnance,
)
from dossier.core.lectures import lire_date, lire_montant
from dossier.services.masse import ActeDeMasse
from dossier.services.sommes_recues import CAUSES
from dossier.services.suspensions import RAISONS

TEXTE = WithJsonSchema({"type": "string"})
DATE = WithJsonSchema({"type": "string", "format": "date"})


def sans_null(dessin: dict[str, Any]) -> None:
    """Take the empty defaults out of the drawing of a question.

    The UI would send them as null, which Prefect refuses, in English, against the type of their field.
    """
    for champ in dessin["properties"].values():
        if champ.get("default", "") is None:
            del champ["default"]


def lire_euros(valeur: Any) -> Any:
    """`1 234,56 €`, `1234.56` or a number, in euros; nothing when it is empty. Raises ValueError, in French."""
    if valeur is None or not str(valeur).strip():
        return None
    lu = lire_montant(str(valeur))
    if lu is None:
        raise ValueError(
            f"« {str(valeur)[:40]} » n'est pas un montant en euros : écrivez par exemple 1234,56"
        )
    if lu <= 0:
        raise ValueError(f"« {str(valeur)[:40]} » : un montant supérieur à zéro est attendu")
    return lu


def lire_jour(valeur: Any) -> Any:
    """A day as the UI gives it, or `31/12/2026`; nothing when it is empty. Raises ValueError, in French."""
    if valeur is None or not str(valeur).strip():
        return None
    lu = lire_date(str(valeur).strip().replace("T", " ").partition(" ")[0])
    if lu is None:
        raise ValueError(f"« {str(valeur)[:40]} » n'est pas une date : écrivez par exemple 31/12/2026")
    return lu


def rempli(lire: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """`lire`, for a field that may not be left empty."""

    def exiger(valeur: Any) -> Any:
        lu = lire(valeur)
        if lu is None:
            raise ValueError("à remplir")
        return lu

    return exiger


Euros = Annotated[Decimal, BeforeValidator(rempli(lire_euros)), TEXTE]
EurosOuRien = Annotated[Decimal | None, BeforeValidator(lire_euros), TEXTE]
Jour = Annotated[date, BeforeValidator(rempli(lire_jour)), DATE]
JourOuRien = Annotated[date | None, BeforeValidator(lire_jour), DATE]
Nom = Annotated[
    str, Field(title="Votre nom", description="Par exemple Anne Martin : il est gardé au journal")
]


def choix(libelles: Mapping[Any, str], *, vide: bool = False) -> tuple[BeforeValidator, WithJsonSchema]:
    """A list of French labels; the value itself is accepted too, as a program gives it. `vide`: or nothing."""
    valeurs = {_plat(libelle): valeur for valeur, libelle in libelles.items()}

    def lire(valeur: Any) -> Any:
        if isinstance(valeur, StrEnum):
            return valeur
        if not str(valeur or "").strip():
            if vide:
                return None
            raise ValueError("à choisir dans la liste")
        lu = valeurs.get(_plat(str(valeur)), valeur)
        if lu not in tuple(libelles):
            raise ValueError(
                f"« {str(valeur)[:40]} » n'est pas dans la liste : {', '.join(libelles.values())}"
            )
        return lu

    return BeforeValidator(lire), WithJsonSchema({"type": "string", "enum": list(libelles.values())})


def _plat(texte: str) -> str:
    return " ".join(texte.split()).casefold()


def _debut(libelles: Mapping[Any, str]) -> dict[Any, str]:
    return {valeur: libelle[0].upper() + libelle[1:] for valeur, libelle in libelles.items()}


PROCEDURES = {
    NatureProcedure.SAUVEGARDE: "Sauvegarde",
    NatureProcedure.REDRESSEMENT: "Redressement judiciaire",
    NatureProcedure.LIQUIDATION: "Liquidation judiciaire",
}
DECISIONS = {
    Decision.APPROUVER: "Approuver",
    Decision.REPORTER: "Reporter",
    Decision.REFUSER: "Refuser",
}
PIECES = {
    GenrePiece.CONTRAT: "Contrat",
    GenrePiece.DEVIS: "Devis accepté",
    GenrePiece.COMMANDE: "Bon de commande",
    GenrePiece.CGV: "Conditions générales",
    GenrePiece.LIVRAISON: "Bon de livraison ou procès-verbal de réception",
    GenrePiece.FACTURE: "Copie de la facture",
    GenrePiece.ECHANGE: "Courrier ou courriel échangé",
    GenrePiece.MISE_EN_DEMEURE: "Mise en demeure",
    GenrePiece.PREUVE_DEPOT: "Preuve de dépôt d'un recommandé",
    GenrePiece.AVIS_RECEPTION: "Avis de réception",
    GenrePiece.DECOMPTE: "Décompte",
    GenrePiece.IDENTITE: "Extrait Kbis ou identité du débiteur",
    GenrePiece.BODACC: "Contrôle du BODACC",
    GenrePiece.COMPTE: "Relevé de compte",
}
DOCUMENTS = {
    GenreDocument.ACCORD_ECHELONNEMENT: "Accord d'échelonnement",
    GenreDocument.COMPTE_RENDU_APPEL: "Compte rendu d'appel",
    GenreDocument.QUITTANCE: "Quittance",
}
DESTINATAIRES = {
    Destinataire.AVOCAT: "Avocat",
    Destinataire.COMMISSAIRE_DE_JUSTICE: "Commissaire de justice",
    Destinataire.GREFFE: "Greffe",
    Destinataire.AUTRE: "Autre",
}
ACTES_DE_MASSE = {
    ActeDeMasse.RELANCER: "Relancer : l'étape suivante part aujourd'hui",
    ActeDeMasse.SUSPENDRE: "Suspendre",
    ActeDeMasse.REPRENDRE: "Reprendre ce qui est suspendu",
    ActeDeMasse.CHANGER_DE_SCENARIO: "Changer de scénario",
    ActeDeMasse.REESSAYER: "Réessayer les suivis rouges",
}
RESULTATS = _debut(APPELS)
Choix = Annotated[Decision, *choix(DECISIONS)]
Resultat = Annotated[ResultatAppel, *choix(RESULTATS)]
Issue = Annotated[IssuePli, *choix(_debut(ISSUES))]
RaisonOuRien = Annotated[RaisonLitige | None, *choix(RAISONS, vide=True)]
Cause = Annotated[CauseAnnulation, *choix(CAUSES)]
Nature = Annotated[NatureProcedure, *choix(PROCEDURES)]
Sens = Annotated[SensOrdonnance, *choix(_debut(ORDONNANCES))]
Piece = Annotated[GenrePiece, *choix(PIECES)]
Document = Annotated[GenreDocument, *choix(DOCUMENTS)]
Qualite = Annotated[Destinataire, *choix(DESTINATAIRES)]
Acte = Annotated[ActeDeMasse, *choix(ACTES_DE_MASSE)]
SOMME = Field(title="Somme annoncée, en euros", description="Si le débiteur l'a dite")
