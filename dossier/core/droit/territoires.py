"""The territories of the Republic by postal code, and the holidays that only they have."""

from __future__ import annotations

from datetime import date
from itertools import chain

from pydantic import Field, model_validator

from dossier.core.droit.parametres import Niveau, Verifie
from dossier.core.modele import Modele

LONGUEUR = 5


class FerieLocal(Modele):
    """A legal holiday of one territory: a day of the year, or a number of days from Easter Sunday."""

    libelle: str = Field(min_length=1)
    jour: str | None = Field(default=None, pattern=r"^\d\d-\d\d$")
    """`12-26`: month and day."""
    paques: int | None = None
    """`-2` is Good Friday."""
    texte: str = Field(min_length=1)
    source: str = Field(min_length=1)
    niveau: Niveau
    depuis: date
    reserve: str = ""

    @model_validator(mode="after")
    def _une_seule_date(self) -> FerieLocal:
        if (self.jour is None) == (self.paques is None):
            raise ValueError("un jour férié local se donne par « jour » ou par « paques »")
        if self.jour is not None:
            date.fromisoformat(f"2027-{self.jour}")
        return self


class Territoire(Modele):
    """A part of France whose holidays or procedure differ."""

    code: str = Field(pattern=r"^[a-z_]+$")
    libelle: str = Field(min_length=1)
    codes_postaux: tuple[str, ...] = Field(min_length=1)
    """What its postal codes begin with; the longest beginning decides."""
    outre_mer: bool = False
    feries: tuple[FerieLocal, ...] = ()
    reserve: str = ""


class Etranger(Modele):
    """A State that shares the postal codes of France."""

    pays: str = Field(pattern=r"^[A-Z]{2}$")
    libelle: str = Field(min_length=1)
    codes_postaux: tuple[str, ...] = Field(min_length=1)


class Territoires(Verifie):
    """All the territories, in `config/droit/territoires.yaml`."""

    territoires: tuple[Territoire, ...] = Field(min_length=1)
    etrangers: tuple[Etranger, ...] = ()

    @model_validator(mode="after")
    def _sans_double(self) -> Territoires:
        debuts = list(
            chain(
                chain.from_iterable(territoire.codes_postaux for territoire in self.territoires),
                chain.from_iterable(etranger.codes_postaux for etranger in self.etrangers),
            )
        )
        doubles = sorted({debut for debut in debuts if debuts.count(debut) > 1})
        if doubles:
            raise ValueError(f"début de code postal donné à deux territoires : {', '.join(doubles)}")
        return self


def territoire(code_postal: str, territoires: Territoires) -> Territoire | None:
    """The territory that a postal code serves; None when it is not five digits or not a French one.

    A few communes are served from a neighbouring département: the postal code alone does not say so.
    """
    code = code_postal.strip()
    debuts = {debut: t for t in territoires.territoires for debut in t.codes_postaux}
    trouve = plus_long_debut(code, tuple(debuts))
    return debuts[trouve] if trouve else None


def pays_de(code_postal: str, pays: str, territoires: Territoires) -> str:
    """The country of an address: that of its postal code where it is written in France and is not there."""
    debuts = {debut: e.pays for e in territoires.etrangers for debut in e.codes_postaux}
    trouve = plus_long_debut(code_postal.strip(), tuple(debuts))
    return debuts[trouve] if trouve and pays == "FR" else pays


def plus_long_debut(code_postal: str, debuts: tuple[str, ...]) -> str:
    """The longest of `debuts` that begins that postal code; empty when none does."""
    if len(code_postal) != LONGUEUR or not code_postal.isdecimal():
        return ""
    return max((debut for debut in debuts if code_postal.startswith(debut)), key=len, default="")
