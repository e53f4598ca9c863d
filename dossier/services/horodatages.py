"""The tokens that an outage left out: found, fetched later, demanded before a dossier is sealed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from dossier.core.errors import DossierError, ErreurAssemblage, ErreurHorodatage
from dossier.core.etat import Etat
from dossier.core.faits import Archive
from dossier.core.horodatage import Horodatage, enregistrements
from dossier.services.archives import horodater, lire_jeton, sur_disque
from dossier.services.outils import Outils


class Bilan(NamedTuple):
    """What fetching the missing tokens gave."""

    absents: int
    """Documents that had no token when it began."""
    obtenus: tuple[str, ...]
    """Keys of those that have one now."""
    pannes: tuple[str, ...]
    """French sentences: what could not be had, and why."""


def completer(outils: Outils, etats: Iterable[Etat], depuis: datetime | None = None) -> Bilan:
    """Fetch the tokens that the documents of these creances lack; called again, it goes on.

    `depuis`: only documents recorded at that instant or later are looked at, for a round that passes over
    many creances; all of them when absent. An authority that fails stops the pass, for it would fail for
    the next document too; a document that was altered or lost is told and stops nothing. Never raises for
    either.
    """
    return _completer(outils, [etat.creance for etat in etats], depuis)


def manquants(outils: Outils, creances: Iterable[str], depuis: datetime | None = None) -> tuple[Archive, ...]:
    """The documents of these creances whose token is not in the store, each once, oldest first in each.

    Raises DonneeInvalide, JournalAltere.
    """
    vus = dict.fromkeys(_archives(outils, creances, depuis))
    return tuple(archive for archive in vus if lire_jeton(outils, archive) is None)


def exiger_les_jetons(outils: Outils, creances: Iterable[str]) -> None:
    """Every document of these creances has a token that holds; the missing ones are fetched first.

    To be called before their dossier is sealed. Raises ErreurAssemblage (one cannot be had now: to be done
    again later), ErreurHorodatage (one does not hold), DocumentAbsent.
    """
    ensemble = tuple(creances)
    bilan = _completer(outils, ensemble, None)
    if restants := bilan.absents - len(bilan.obtenus):
        raise ErreurAssemblage(_refus(restants, bilan.pannes))
    for archive in dict.fromkeys(_archives(outils, ensemble, None)):
        _verifier(outils, archive)


def horodatages(outils: Outils, creance: str) -> tuple[Horodatage, ...]:
    """When each document of that creance was recorded and when its token is dated, oldest fait first.

    Documents whose token still misses are left out (see `manquants`). Raises ErreurHorodatage.
    """
    enregistres = enregistrements(outils.journal.lire(creance))
    lus = ((archive, instant, lire_jeton(outils, archive)) for archive, instant in enregistres.items())
    return tuple(_lu(outils, a, instant, tsr) for a, instant, tsr in lus if tsr is not None)


def _archives(outils: Outils, creances: Iterable[str], depuis: datetime | None) -> Iterator[Archive]:
    for creance in creances:
        for archive, instant in enregistrements(outils.journal.lire(creance)).items():
            if depuis is None or instant >= depuis:
                yield archive


def _completer(outils: Outils, creances: Iterable[str], depuis: datetime | None) -> Bilan:
    absents = manquants(outils, creances, depuis)
    obtenus: list[str] = []
    pannes: list[str] = []
    for archive in absents:
        try:
            with sur_disque(outils, archive) as document:
                horodater(outils, archive, document)
            obtenus.append(archive.cle)
        except ErreurHorodatage as error:
            pannes.append(str(error))
            break
        except DossierError as error:
            pannes.append(str(error))
    return Bilan(len(absents), tuple(obtenus), tuple(pannes))


def _refus(restants: int, pannes: tuple[str, ...]) -> str:
    attendus = (
        "son jeton d'horodatage manque à 1 document"
        if restants == 1
        else (f"leur jeton d'horodatage manque à {restants} documents")
    )
    return f"Le dossier ne peut pas encore être scellé : {attendus}. {' '.join(pannes)}"


def _verifier(outils: Outils, archive: Archive) -> None:
    try:
        with sur_disque(outils, archive) as document:
            outils.horodateur.verifier(document, lire_jeton(outils, archive) or b"")
    except ErreurHorodatage as error:
        raise ErreurHorodatage(
            f"Le jeton d'horodatage du document « {archive.cle} » n'est pas valable : {error}"
        ) from error


def _lu(outils: Outils, archive: Archive, instant: datetime, tsr: bytes) -> Horodatage:
    with sur_disque(outils, archive) as document:
        jeton = outils.horodateur.verifier(document, tsr)
    return Horodatage(archive.cle, instant, jeton.instant, jeton.autorite)
