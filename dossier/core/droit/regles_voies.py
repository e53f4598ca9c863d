"""What was read of the ways to an enforceable title: their texts, amounts and dates."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from dossier.core.dates import en_lettres
from dossier.core.droit.parametres import Niveau, Verifie
from dossier.core.errors import ParametreNonCouvert
from dossier.core.modele import Modele
from dossier.core.montants import Montant


class RegleVoie(Modele):
    """One way: its text and what a person must know of it."""

    libelle: str = Field(min_length=1)
    texte: str = Field(min_length=1)
    niveau: Niveau
    source: str = Field(min_length=1)
    depuis: date
    limites: str
    frais: str
    reserve: str = ""
    """What remains doubtful: while it is there, the way is at best to be checked."""


class Plafond(Modele):
    """An amount of a text, included."""

    montant: Montant
    texte: str = Field(min_length=1)
    niveau: Niveau
    source: str = Field(min_length=1)


class Exclusion(Modele):
    """What a text excludes, from its first day."""

    depuis: date
    texte: str = Field(min_length=1)
    niveau: Niveau
    source: str = Field(min_length=1)


class ReglesVoies(Verifie):
    """What was read of the ways, in `config/droit/voies.yaml`."""

    verifie_depuis: date
    injonction_de_payer: RegleVoie
    commandement_de_payer: RegleVoie
    petites_creances: RegleVoie
    refere_provision: RegleVoie
    injonction_europeenne: RegleVoie
    assignation: RegleVoie
    plafond_petites_creances: Plafond
    plafond_tentative_amiable: Plafond
    exclusion_entre_commercants: Exclusion
    etats_injonction_europeenne: tuple[str, ...] = Field(min_length=1)

    def exiger(self, jour: date) -> None:
        """Raises ParametreNonCouvert when that day is not within the days checked."""
        super().exiger(jour)
        if jour < self.verifie_depuis:
            raise ParametreNonCouvert(
                f"{self.nomme(jour)} : vérifié seulement à partir du {en_lettres(self.verifie_depuis)}. "
                f"Compléter config/droit/{self.nom}.yaml."
            )
