"""Dated duties: who must do what, until which day, and what happens when it is missed.

A `Regle` or a `Delai` is what a text says, as config/droit holds it; a `Devoir` is that on a calendar.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from pydantic import Field, model_validator

from dossier.core.dates import en_lettres
from dossier.core.droit.delais import (
    fin_de_delai_jours,
    fin_de_delai_jours_sans_report,
    fin_de_delai_mois_sans_report,
)
from dossier.core.droit.parametres import Niveau
from dossier.core.errors import DonneeInvalide
from dossier.core.modele import Modele


class Qui(StrEnum):
    """Who must act."""

    CREANCIER = "creancier"
    DEBITEUR = "debiteur"
    GREFFE = "greffe"
    COMMISSAIRE_DE_JUSTICE = "commissaire_de_justice"
    AVOCAT = "avocat"


EN_FACE = frozenset({Qui.DEBITEUR, Qui.GREFFE})
"""Those whose time limit the creditor waits for; the others act for the creditor."""


class Devoir(Modele):
    """One duty on the calendar; a date that cannot be computed is absent, and `reserve` says why."""

    libelle: str
    qui: Qui
    texte: str
    niveau: Niveau
    limite: date | None = None
    """The legal last day, extended to a working day where the Code de procédure civile, art. 642 applies."""
    cible: date | None = None
    """For an act of the creditor, the day to aim at, never extended; else the day after which one may act."""
    a_partir_de: date | None = None
    """The first day on which the thing may be done."""
    consequence: str = ""
    reserve: str = ""

    @property
    def jour(self) -> date | None:
        """The day at which the duty stands in a calendar."""
        return self.cible or self.a_partir_de


class Duree(Modele):
    """A period of a text; months are counted before days (Code de procédure civile, art. 641)."""

    ans: int = Field(default=0, ge=0)
    mois: int = Field(default=0, ge=0)
    jours: int = Field(default=0, ge=0)
    report: bool = True
    """Whether the end moves to the next working day (Code de procédure civile, art. 642)."""

    @model_validator(mode="after")
    def _positive(self) -> Duree:
        if not (self.ans or self.mois or self.jours):
            raise ValueError("une durée compte au moins un jour")
        return self

    def fin(self, depart: date) -> date:
        """The legal last day of the period that starts with the event of `depart` (CPC, art. 640 to 642)."""
        if not self.report:
            return self.fin_sans_report(depart)
        return fin_de_delai_jours(self._fin_des_mois(depart), self.jours)

    def fin_sans_report(self, depart: date) -> date:
        """The same day without the extension of art. 642 (CPC, art. 640, 641)."""
        return fin_de_delai_jours_sans_report(self._fin_des_mois(depart), self.jours)

    def _fin_des_mois(self, depart: date) -> date:
        return fin_de_delai_mois_sans_report(depart, 12 * self.ans + self.mois)


class Regle(Modele):
    """A duty as the text sets it, whatever the dates."""

    libelle: str = Field(min_length=1)
    qui: Qui
    texte: str = Field(min_length=1)
    source: str = Field(min_length=1)
    niveau: Niveau
    consequence: str = ""
    reserve: str = ""


class Delai(Modele):
    """A duty that ends with a period."""

    regle: Regle
    duree: Duree


class Augmentation(Modele):
    """Months that a text adds to a period because of where someone lives."""

    mois: int = Field(gt=0)
    texte: str = Field(min_length=1)
    source: str = Field(min_length=1)
    niveau: Niveau
    reserve: str = ""


def devoir(delai: Delai, depart: date | None, *, reserve: str = "") -> Devoir:
    """The duty on the calendar, from the event of `depart`; without a date when that event is not known.

    Code de procédure civile, art. 640 to 642. `reserve` is added to the rule's own.
    """
    if depart is None:
        return ouverture(delai.regle, None, reserve=reserve)
    limite = delai.duree.fin(depart)
    cible = limite if delai.regle.qui in EN_FACE else delai.duree.fin_sans_report(depart)
    return _place(delai.regle, limite=limite, cible=cible, reserve=reserve)


def ouverture(regle: Regle, premier_jour: date | None, *, reserve: str = "") -> Devoir:
    """The rule as something that holds from `premier_jour` on; without a date when it is not known."""
    return _place(regle, a_partir_de=premier_jour, reserve=reserve)


def augmenter(delai: Delai, augmentation: Augmentation) -> Delai:
    """The longer period, the text and the doubt of the addition written beside those of the rule."""
    regle = delai.regle.model_copy(
        update={
            "texte": joindre(delai.regle.texte, augmentation.texte),
            "niveau": augmentation.niveau,
            "reserve": joindre(delai.regle.reserve, augmentation.reserve),
        }
    )
    duree = delai.duree.model_copy(update={"mois": delai.duree.mois + augmentation.mois})
    return Delai(regle=regle, duree=duree)


def dans_l_ordre(devoirs: Iterable[Devoir]) -> tuple[Devoir, ...]:
    """The duties by day; those that have no day yet come last, in the order in which they were given."""
    return tuple(sorted(devoirs, key=lambda d: (d.jour is None, d.jour or date.max)))


def lendemain(jour: date) -> date:
    """The next day: what opens at the end of a period may be done the day after its last one."""
    return jour + timedelta(days=1)


def exiger_l_ordre(*evenements: tuple[str, date | None]) -> None:
    """Raises DonneeInvalide when an event comes before another that must precede it; unknown days are left out."""
    connus = [(nom, jour) for nom, jour in evenements if jour is not None]
    for (avant, premier), (apres, second) in pairwise(connus):
        if second < premier:
            raise DonneeInvalide(
                f"Dates à vérifier : {apres} ({en_lettres(second)}) ne peut pas précéder "
                f"{avant} ({en_lettres(premier)})."
            )


def joindre(*phrases: str) -> str:
    """The sentences that are not empty, one after the other."""
    return " ; ".join(phrase for phrase in phrases if phrase)


def _place(
    regle: Regle,
    *,
    limite: date | None = None,
    cible: date | None = None,
    a_partir_de: date | None = None,
    reserve: str = "",
) -> Devoir:
    return Devoir(
        libelle=regle.libelle,
        qui=regle.qui,
        texte=regle.texte,
        niveau=regle.niveau,
        limite=limite,
        cible=cible,
        a_partir_de=a_partir_de,
        consequence=regle.consequence,
        reserve=joindre(regle.reserve, reserve),
    )
