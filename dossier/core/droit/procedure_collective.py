"""What an insolvency judgment forbids to the creditor and asks of him, and until when.

Code de commerce, book VI; its time limits are those of the Code de procédure civile (art. R662-1).
"""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import Field

from dossier.core.dates import en_lettres
from dossier.core.droit.calendrier import (
    Augmentation,
    Delai,
    Devoir,
    Regle,
    augmenter,
    dans_l_ordre,
    devoir,
    exiger_l_ordre,
    ouverture,
)
from dossier.core.droit.parametres import Niveau, Verifie
from dossier.core.errors import ParametreNonCouvert
from dossier.core.modele import Modele


class Mention(Modele):
    """One thing that the declaration must hold, and the text that asks for it."""

    mention: str = Field(min_length=1)
    texte: str = Field(min_length=1)


class ReglesProcedureCollective(Verifie):
    """config/droit/procedure_collective.yaml."""

    verifie_depuis: date
    publication: Delai
    declaration: Delai
    reserve_sans_publication: str = Field(min_length=1)
    hors_territoire: Augmentation
    releve_de_forclusion: Delai
    effets: tuple[Regle, ...] = Field(min_length=1)
    mentions: tuple[Mention, ...] = Field(min_length=1)
    """The contents of the declaration (Code de commerce, art. L622-25 and R622-23), to tick off."""
    source_des_mentions: str = Field(min_length=1)
    niveau_des_mentions: Niveau

    def exiger(self, jour: date) -> None:
        """Raises ParametreNonCouvert when that day comes before the first text read or after the last check."""
        super().exiger(jour)
        if jour < self.verifie_depuis:
            raise ParametreNonCouvert(
                f"{self.nomme(jour)} : les textes lus s'appliquent aux procédures ouvertes depuis le "
                f"{en_lettres(self.verifie_depuis)}. Compléter config/droit/{self.nom}.yaml."
            )


def declaration(
    jugement: date,
    publication_bodacc: date | None,
    regles: ReglesProcedureCollective,
    *,
    creancier_hors_territoire: bool = False,
) -> Devoir:
    """The declaration of the claim, two months after the publication (Code de commerce, art. R622-24).

    Four months when the creditor lives outside the court's territory. Without the day of publication
    there is no date at all, and the reserve says to look for it.
    Raises ParametreNonCouvert, DonneeInvalide.
    """
    _couvrir(jugement, publication_bodacc, regles)
    delai = regles.declaration
    if creancier_hors_territoire:
        delai = augmenter(delai, regles.hors_territoire)
    sans_date = regles.reserve_sans_publication if publication_bodacc is None else ""
    return devoir(delai, publication_bodacc, reserve=sans_date)


def releve_de_forclusion(
    jugement: date, publication_bodacc: date | None, regles: ReglesProcedureCollective
) -> Devoir:
    """The request to be heard after the time to declare: six months (Code de commerce, art. L622-26, al. 3).

    Raises ParametreNonCouvert, DonneeInvalide.
    """
    _couvrir(jugement, publication_bodacc, regles)
    return devoir(regles.releve_de_forclusion, publication_bodacc)


def effets(jugement: date, regles: ReglesProcedureCollective) -> tuple[Devoir, ...]:
    """What holds from the day of the judgment on (Code de commerce, art. L622-7, L622-21, L622-28, R621-4).

    Raises ParametreNonCouvert.
    """
    regles.exiger(jugement)
    return tuple(ouverture(effet, jugement) for effet in regles.effets)


def dernier_jour_des_interets(jugement: date, regles: ReglesProcedureCollective) -> date:
    """The last day that bears interest: the eve of the judgment (Code de commerce, art. L622-28, R621-4).

    The judgment takes effect on its own day, which is therefore left out. Raises ParametreNonCouvert.
    """
    regles.exiger(jugement)
    return jugement - timedelta(days=1)


def apres_le_jugement(
    jugement: date,
    publication_bodacc: date | None,
    regles: ReglesProcedureCollective,
    *,
    creancier_hors_territoire: bool = False,
) -> tuple[Devoir, ...]:
    """All that the judgment asks of the creditor, by day (Code de commerce, art. L622-7 to L622-28).

    Raises ParametreNonCouvert, DonneeInvalide.
    """
    recherche = () if publication_bodacc else (devoir(regles.publication, jugement),)
    return dans_l_ordre(
        (
            *effets(jugement, regles),
            *recherche,
            declaration(
                jugement,
                publication_bodacc,
                regles,
                creancier_hors_territoire=creancier_hors_territoire,
            ),
            releve_de_forclusion(jugement, publication_bodacc, regles),
        )
    )


def _couvrir(jugement: date, publication: date | None, regles: ReglesProcedureCollective) -> None:
    """Raises ParametreNonCouvert or DonneeInvalide: the publication governs, the judgment until it is known."""
    exiger_l_ordre(("le jugement d'ouverture", jugement), ("sa publication au BODACC", publication))
    regles.exiger(jugement)
    if publication is not None:
        regles.exiger(publication)
