"""The ways in which a template serves: at which step, by which channel, for which kind of debtor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import NamedTuple

from dossier.core.creance import Genre
from dossier.core.faits import Canal
from dossier.core.montants import CENTIME
from dossier.core.scenario import Etape, GenreEtape, Scenario

GENRES_DE = {
    "particulier": (Genre.PARTICULIER,),
    "grand-compte": (Genre.ENTREPRISE, Genre.PUBLIC),
    "export": (Genre.ENTREPRISE,),
}
"""The debtors that a scenario of that name, or the letters of that folder, are for; all of them elsewhere."""
GENRES_DU_MODELE = {
    "dossier/requete": (Genre.ENTREPRISE, Genre.PARTICULIER),
    "dossier/champs-cerfa": (Genre.ENTREPRISE, Genre.PARTICULIER),
    "dossier/mandat-commissaire": (Genre.ENTREPRISE,),
}
"""The debtors against whom the law knows that document: no injonction de payer against a public body, and the
commandement of CPCE, art. L126-1 between merchants only."""


class Usage(NamedTuple):
    """One way in which a template serves: at that step, by that channel, for that kind of debtor."""

    genre: Genre
    canal: Canal
    etape: Etape
    scenario: Scenario
    cite: bool
    """Whether a step names that template; otherwise the step is only an example."""


def usages(modele: str, scenarios: Mapping[str, Scenario]) -> tuple[Usage, ...]:
    """Every way in which that template serves in these scenarios; one per kind of debtor when none names it."""
    vus: dict[tuple[object, ...], Usage] = {}
    for scenario in scenarios.values():
        admis = [g for g in genres(modele) if g in GENRES_DE.get(scenario.nom, Genre)]
        for etape, genre in product(scenario.etapes, admis):
            for adaptee in _adaptees(etape, genre):
                if (canal := _canal(adaptee, modele)) is not None:
                    usage = Usage(genre, canal, adaptee, scenario, cite=True)
                    vus.setdefault(_distinction(usage), usage)
    return tuple(vus.values()) or tuple(_par_defaut(modele, scenarios, genre) for genre in genres(modele))


def genres(modele: str) -> tuple[Genre, ...]:
    """The kinds of debtor that the template is for, by what it is or by its folder."""
    if modele in GENRES_DU_MODELE:
        return GENRES_DU_MODELE[modele]
    for dossier in modele.split("/")[:-1]:
        if dossier in GENRES_DE:
            return GENRES_DE[dossier]
    return tuple(Genre)


def _adaptees(etape: Etape, genre: Genre) -> Iterator[Etape]:
    """The step as each of its variants makes it for such a debtor, and as it stands without any."""
    retards = {1, *(v.si.retard for v in etape.variantes if v.si.retard)}
    montants = {CENTIME, *(v.si.montant for v in etape.variantes if v.si.montant)}
    for retard, montant in product(sorted(retards), sorted(montants)):
        yield etape.adaptee(genre, retard, montant)


def _canal(etape: Etape, modele: str) -> Canal | None:
    if modele in {etape.courriel, etape.script}:
        return Canal.EMAIL
    if modele == etape.lettre:
        return Canal.LRAR if Canal.LRAR in etape.canaux else Canal.COURRIER
    return None


def _distinction(usage: Usage) -> tuple[object, ...]:
    etape = usage.etape
    delais = (etape.delai_de_paiement, etape.mensualites)
    return (
        usage.genre,
        usage.canal,
        etape.genre,
        etape.objet or etape.libelle,
        etape.tardive,
        delais,
        usage.scenario.langue,
    )


def _par_defaut(modele: str, scenarios: Mapping[str, Scenario], genre: Genre) -> Usage:
    """The step of the same name for a template that none names; else the last reminder, or the dossier."""
    scenario = scenarios.get("standard") or next(iter(scenarios.values()))
    nom = modele.rpartition("/")[2]
    relances = [etape for etape in scenario.etapes if etape.genre is GenreEtape.RELANCE]
    memes = [etape for etape in scenario.etapes if etape.nom == nom]
    etape = next(iter((*memes, *reversed(relances), scenario.mise_en_demeure)))
    canal = Canal.COURRIER if modele.startswith("courriers") else Canal.EMAIL
    return Usage(genre, canal, etape, scenario, cite=False)
