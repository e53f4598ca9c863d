"""The map of courts: what was read of it, where, and which départements a postal code serves."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from typing import Any

from pydantic import Field, model_validator

from dossier.core.droit.parametres import Niveau, Verifie
from dossier.core.droit.territoires import plus_long_debut
from dossier.core.modele import Modele


class Sorte(StrEnum):
    """The court that judges the commercial cases of a département."""

    COMMERCE = "commerce"
    CHAMBRE_COMMERCIALE = "chambre_commerciale"
    TRIBUNAL_MIXTE = "tribunal_mixte"
    PREMIERE_INSTANCE = "premiere_instance"
    A_DETERMINER = "a_determiner"
    """Where the Code de procédure civile does not apply, or is not known to."""


class Siege(Modele):
    """The town where a court sits; in the file, its name alone may do."""

    ville: str = Field(min_length=1)
    nom: str = ""
    """What the court is called after, when it is not the town."""
    communes: tuple[str, ...] = ()
    """Other communes known to be in its ressort."""

    @model_validator(mode="before")
    @classmethod
    def _par_son_nom(cls, donnee: Any) -> Any:
        return {"ville": donnee} if isinstance(donnee, str) else donnee

    def couvre(self, ville: str) -> bool:
        """Whether that town is known to be in its ressort."""
        return cle(ville) in {cle(commune) for commune in (self.ville, *self.communes)}


class Departement(Modele):
    """The courts of one département, or of one collectivité overseas."""

    code: str = Field(pattern=r"^\d[\dAB]\d?$")
    codes_postaux: tuple[str, ...] = ()
    sorte: Sorte = Sorte.COMMERCE
    commerce: tuple[Siege, ...] = ()
    judiciaire: tuple[Siege, ...] = ()

    @model_validator(mode="after")
    def _pourvu(self) -> Departement:
        if self.sorte is not Sorte.A_DETERMINER and not (self.commerce and self.judiciaire):
            raise ValueError(f"le département {self.code} n'a pas ses deux sortes de tribunaux")
        return self

    @property
    def debuts(self) -> tuple[str, ...]:
        """What its postal codes begin with."""
        return self.codes_postaux or (self.code,)


class SiegeTAE(Modele):
    """A tribunal de commerce that tries out the name and powers of a tribunal des activités économiques."""

    ville: str
    departement: str = Field(pattern=r"^\d[\dAB]$")
    ressort: str = Field(min_length=1)


class Releve(Modele):
    """Where a part of the map was read."""

    texte: str = Field(min_length=1)
    source: str = Field(min_length=1)
    niveau: Niveau


class Releves(Modele):
    """One for each kind of court."""

    commerce: Releve
    activites_economiques: Releve
    chambre_commerciale: Releve
    tribunal_mixte: Releve
    premiere_instance: Releve
    judiciaire: Releve
    protection: Releve
    exercice_liberal: Releve

    def pour(self, sorte: Sorte) -> Releve:
        """Where the commercial courts of that kind were read."""
        return {
            Sorte.CHAMBRE_COMMERCIALE: self.chambre_commerciale,
            Sorte.TRIBUNAL_MIXTE: self.tribunal_mixte,
            Sorte.PREMIERE_INSTANCE: self.premiere_instance,
        }.get(sorte, self.commerce)


class CarteJudiciaire(Verifie):
    """The map of courts, in `config/droit/juridictions.yaml`."""

    verifie_depuis: date
    releves: Releves
    tae_du: date
    tae_au: date
    tae: tuple[SiegeTAE, ...] = Field(min_length=1)
    formes_commerciales: tuple[str, ...] = Field(min_length=1)
    formes_civiles: tuple[str, ...] = Field(min_length=1)
    formes_liberales: tuple[str, ...] = Field(min_length=1)
    pays: tuple[str, ...] = Field(min_length=1)
    """The ISO codes under which an address in France may be written."""
    departements: tuple[Departement, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _coherente(self) -> CarteJudiciaire:
        debuts = [debut for d in self.departements for debut in d.debuts]
        if doubles := sorted({debut for debut in debuts if debuts.count(debut) > 1}):
            raise ValueError(f"début de code postal donné à deux départements : {', '.join(doubles)}")
        sieges = {(d.code, siege.ville) for d in self.departements for siege in d.commerce}
        if perdus := [tae.ville for tae in self.tae if (tae.departement, tae.ville) not in sieges]:
            raise ValueError(f"tribunal des activités économiques sans siège : {', '.join(perdus)}")
        return self

    def departement(self, code_postal: str) -> Departement | None:
        """The département that a postal code serves; None when it does not tell."""
        par_debut = {debut: d for d in self.departements for debut in d.debuts}
        debut = plus_long_debut(code_postal.strip(), tuple(par_debut))
        return par_debut[debut] if debut else None

    def est_tae(self, siege: Siege, jour: date) -> bool:
        """Whether that tribunal de commerce is a tribunal des activités économiques on that day."""
        return self.tae_du <= jour <= self.tae_au and siege.ville in {tae.ville for tae in self.tae}


def cle(nom: str) -> str:
    """A town or a company form as compared: `Saint-Brieuc CEDEX 1` and `ST BRIEUC` in one writing."""
    droit = nom.replace("’", "'").replace(".", "")
    ascii_ = unicodedata.normalize("NFKD", droit).encode("ascii", "ignore").decode().upper()
    mots = re.sub(r"[^A-Z0-9]+", " ", ascii_)
    mots = re.sub(r"\bCEDEX\b.*|\b\d+ ?(E|ER|EME)?( ARRONDISSEMENT)?$", "", mots.strip())
    return re.sub(r"^ST ", "SAINT ", mots.strip())
