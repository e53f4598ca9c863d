"""When an electronic registered letter (LRE) may replace paper, and how long its addressee has to accept it.

Code des postes et des communications électroniques (CPCE), art. L100 and R53-1 to R53-4.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from dossier.core.creance import Debiteur, Genre
from dossier.core.droit.calendrier import Delai
from dossier.core.droit.parametres import Niveau, Verifie
from dossier.core.modele import Modele

SANS_ADRESSE = (
    "pas d'adresse électronique connue : la lettre recommandée part sur papier. Pour un envoi électronique, "
    "ajoutez celle où le débiteur reçoit ses recommandés"
)
SANS_CONSENTEMENT = (
    "un particulier ne reçoit de lettre recommandée électronique que s'il y a consenti avant (CPCE, art. L100) "
    "et aucun consentement n'est enregistré : la lettre recommandée part sur papier"
)
SANS_ACCORD_PUBLIC = (
    "une personne publique ne reçoit de recommandé électronique que si elle l'accepte (code des relations entre "
    "le public et l'administration, art. L112-15 ; CPCE, art. L100) et aucun accord n'est enregistré : la lettre "
    "recommandée part sur papier"
)


class Reserve(Modele):
    """What is not settled, and where it was looked for."""

    phrase: str = Field(min_length=1)
    source: str = Field(min_length=1)
    niveau: Niveau


class ReglesLre(Verifie):
    """config/droit/lre.yaml."""

    acceptation: Delai
    """How long the addressee may accept or refuse (CPCE, art. R53-3, I)."""
    acces_de_l_expediteur: Delai
    """How long the provider gives the proofs to the sender (CPCE, art. R53-3, IV)."""
    reserve: Reserve
    """Why paper stays the default for a mise en demeure; to be printed where an LRE is used."""
    reserve_professionnel: Reserve
    """What a professional who did not answer may still dispute."""


def obstacle_lre(debiteur: Debiteur, consentement: bool = False) -> str:
    """Why that debtor cannot be sent an electronic registered letter, in French; empty when he can.

    CPCE, art. L100, I: who is not a professional must have told the sender, before, that he consents. A
    public body is counted among them: the Code des relations entre le public et l'administration, art.
    L112-15, wants its acceptance, and nothing says that it acts as a professional.
    """
    if not (debiteur.email or "").strip():
        return SANS_ADRESSE
    if consentement or debiteur.genre is Genre.ENTREPRISE:
        return ""
    return SANS_ACCORD_PUBLIC if debiteur.genre is Genre.PUBLIC else SANS_CONSENTEMENT


def fin_d_acceptation(notifie: date, regles: ReglesLre) -> date:
    """The last day on which the addressee may accept: the fifteenth after the day he was told of the letter.

    CPCE, art. R53-3, I: fifteen days from the day after the notice is sent. It is not a time limit of
    procedure: a Saturday, a Sunday or a holiday ends it too. Raises ParametreNonCouvert.
    """
    regles.exiger(notifie)
    return regles.acceptation.duree.fin(notifie)


def fin_d_acces(notifie: date, regles: ReglesLre) -> date:
    """The last day on which the provider must still give the proofs, counted from the notice by prudence.

    CPCE, art. R53-3, IV: one year, without saying from when. Raises ParametreNonCouvert.
    """
    regles.exiger(notifie)
    return regles.acces_de_l_expediteur.duree.fin(notifie)
