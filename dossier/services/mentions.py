"""The words of a document, controlled before it is archived: what it says that no letter may say."""

from __future__ import annotations

from datetime import date

from dossier.core.attendus import attendus_de, citees_de, document_de
from dossier.core.courriers import Contexte
from dossier.core.creance import Genre
from dossier.core.droit.mentions import Defaut, Manquement, controler
from dossier.core.errors import ErreurRendu
from dossier.core.faits import Canal
from dossier.core.scenario import Etape
from dossier.services.outils import Outils


def manquements(
    outils: Outils, etape: Etape, canal: Canal, texte: str, contexte: Contexte, jour: date
) -> tuple[Manquement, ...]:
    """What that document lacks or must not say; one paragraph of `texte` per line."""
    return controler(
        document_de(etape, canal),
        texte,
        outils.droit.mentions,
        genre=Genre(contexte["debiteur"]["genre"]),
        attendus=attendus_de(contexte),
        jour=jour,
        citees=citees_de(contexte),
    )


def refuser_interdites(modele: str, trouves: tuple[Manquement, ...]) -> None:
    """Raises ErreurRendu naming each expression that no document of this kind may bear, and its article."""
    interdites = [m for m in trouves if m.defaut is Defaut.INTERDITE]
    if interdites:
        phrases = " ; ".join(f"« {m.extrait} » ({m.article}) : {m.remede}" for m in interdites)
        raise ErreurRendu(f"{modele} ne peut pas partir, ce qui y est écrit est interdit. {phrases}")
