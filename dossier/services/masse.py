"""One act on many creances: each is judged, and changed, by itself."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, assert_never

from dossier.core.errors import DonneeInvalide, DossierError
from dossier.core.etat import Etat
from dossier.core.faits import Contenu, Fait
from dossier.core.filtre import Filtre
from dossier.core.ports import Extrait, Journal, Ouverture
from dossier.services.avance import avancer
from dossier.services.creances import etats_lisibles, scenario_de
from dossier.services.outils import Outils
from dossier.services.scenarios import changer
from dossier.services.suspensions import reprendre, suspendre

Acte = Callable[[Outils, str], str]
"""What is done to one invoice: gives a sentence, raises DonneeInvalide when it cannot be."""


class ActeDeMasse(StrEnum):
    RELANCER = "relancer"
    """The next step is done today."""
    SUSPENDRE = "suspendre"
    REPRENDRE = "reprendre"
    CHANGER_DE_SCENARIO = "changer_de_scenario"
    REESSAYER = "reessayer"
    """Wake the runs: a red step is tried again."""

    @property
    def libelle(self) -> str:
        return self.value.replace("_", " ").replace("reessayer", "réessayer").replace("scenario", "scénario")


class Demande(NamedTuple):
    """What a person asks for many creances."""

    acte: ActeDeMasse
    motif: str
    par: str
    scenario: str = ""
    """The new one."""
    jusqu_au: date | None = None
    """The end of a suspension."""


class Ligne(NamedTuple):
    """What the act does, or would do, to one creance."""

    creance: str
    facture: str
    debiteur: str
    reste: Decimal
    """Euros still due on the invoice."""
    faite: bool
    phrase: str
    """What changes, or why nothing does."""


def acte_de(demande: Demande, auteur: str) -> Acte | None:
    """What is done to one creance, as its own form does it; None when its run alone is woken."""
    motif, par = demande.motif, demande.par
    match demande.acte:
        case ActeDeMasse.RELANCER:
            return lambda o, facture: avancer(o, facture, motif, par, auteur=auteur)
        case ActeDeMasse.SUSPENDRE:
            return lambda o, facture: suspendre(
                o, facture, motif, par, auteur=auteur, jusqu_au=demande.jusqu_au
            )
        case ActeDeMasse.REPRENDRE:
            return lambda o, facture: reprendre(o, facture, motif, par, auteur=auteur)
        case ActeDeMasse.CHANGER_DE_SCENARIO:
            return lambda o, facture: changer(o, facture, demande.scenario, motif, par, auteur=auteur)
        case ActeDeMasse.REESSAYER:
            return None
        case _:
            assert_never(demande.acte)


def choisir(outils: Outils, filtre: Filtre) -> tuple[Etat, ...]:
    """The open creances that the filter keeps. Raises DonneeInvalide when there is none."""
    jour = outils.clock.jour()
    retenus = tuple(
        etat for etat in etats_lisibles(outils) if filtre.retient(etat, scenario_de(outils, etat), jour)
    )
    if not retenus:
        raise DonneeInvalide(
            "Aucune créance ouverte ne répond à ce filtre : élargissez-le, et vérifiez l'orthographe du débiteur, "
            "du scénario et de l'étape (`dossier creances`)."
        )
    return retenus


def apercu(outils: Outils, etats: Iterable[Etat], demande: Demande, auteur: str) -> tuple[Ligne, ...]:
    """What the act would do to each of them: the same rules, nothing written."""
    return _lignes(outils, etats, demande, auteur, ecrire=False)


def traiter(outils: Outils, etats: Iterable[Etat], demande: Demande, auteur: str) -> tuple[Ligne, ...]:
    """Do the act to each of them; one that refuses it stops none of the others."""
    return _lignes(outils, etats, demande, auteur, ecrire=True)


def _lignes(
    outils: Outils, etats: Iterable[Etat], demande: Demande, auteur: str, *, ecrire: bool
) -> tuple[Ligne, ...]:
    temoin = _Temoin(outils.journal, ecrire=ecrire)
    temoins, acte = replace(outils, journal=temoin), acte_de(demande, auteur)
    return tuple(_ligne(temoins, temoin, etat, acte) for etat in etats)


def _ligne(outils: Outils, temoin: _Temoin, etat: Etat, acte: Acte | None) -> Ligne:
    facture, avant = etat.facture, temoin.ecrits
    faite, phrase = True, f"Le suivi de {facture.numero} recommence à son étape en cours."
    if acte is not None:
        try:
            phrase = acte(outils, facture.numero)
            faite = temoin.ecrits > avant
        except DossierError as refus:
            phrase, faite = str(refus), False
    return Ligne(etat.creance, facture.numero, facture.debiteur.denomination, etat.solde, faite, phrase)


class _Temoin:
    """The journal of the house, which counts what is appended, and keeps it only when told to write."""

    def __init__(self, journal: Journal, *, ecrire: bool) -> None:
        self._journal = journal
        self._ecrire = ecrire
        self.ecrits = 0

    def lire(self, creance: str) -> tuple[Fait, ...]:
        return self._journal.lire(creance)

    def dernier(self, creance: str) -> int:
        return self._journal.dernier(creance)

    def creances(self, debiteur: str | None = None) -> tuple[Ouverture, ...]:
        return self._journal.creances(debiteur)

    def citant(self, valeur: str) -> tuple[str, ...]:
        return self._journal.citant(valeur)

    def extraits(self, types: Collection[str]) -> tuple[Extrait, ...]:
        return self._journal.extraits(types)

    def ajouter(
        self,
        contenus: Mapping[str, Sequence[Contenu]],
        attendus: Mapping[str, int],
        *,
        auteur: str,
        instant: datetime,
    ) -> None:
        if self._ecrire:
            self._journal.ajouter(contenus, attendus, auteur=auteur, instant=instant)
        self.ecrits += sum(map(len, contenus.values()))
