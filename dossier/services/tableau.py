"""The creances with what the rules say of each: what the figures and the list of the day are made from."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from dossier.core.a_faire import AFaire, EnAttente, Suivie, a_faire, etape_interrogee, posee_le
from dossier.core.decision import Assembler, Suivre, decide
from dossier.core.droit.prescription import Alerte, alerte
from dossier.core.errors import DossierError, ParametreNonCouvert
from dossier.core.etat import Etat
from dossier.core.examen import prescription_en_cours
from dossier.core.scenario import Scenario
from dossier.core.suites import Attente
from dossier.core.tableau import Tableau, Ventes, tableau
from dossier.services.completude import bloquantes
from dossier.services.creances import scenario_de
from dossier.services.lignes_a_voir import en_attente
from dossier.services.outils import Outils
from dossier.services.suites import attente_de

log = logging.getLogger("dossier.tableau")
Rouges = Mapping[str, tuple[str, date]]
"""By creance, why its run stopped and since when."""


def tableau_du_jour(outils: Outils, etats: Iterable[Etat], jour: date, ventes: Ventes | None) -> Tableau:
    """The figures of these creances, open and ended, on that day."""
    return tableau(_avec_scenario(outils, etats), jour, ventes)


def a_faire_du_jour(
    outils: Outils, etats: Iterable[Etat], jour: date, rouges: Rouges, autres: Iterable[AFaire] = ()
) -> tuple[AFaire, ...]:
    """What a person must do about these creances that day, the most urgent first; `autres`: lines of others.

    The journal is read again only for those on which a question is open. `jour` is the clock's own: what
    follows a sealed dossier is asked for that day.
    """
    suivies = (
        _suivie(outils, etat, scenario, jour, rouges) for etat, scenario in _avec_scenario(outils, etats)
    )
    return a_faire(suivies, jour, _lignes_de_releve(outils), autres)


def _lignes_de_releve(outils: Outils) -> tuple[EnAttente, ...]:
    """What waits on the statements of the bank; a chain that is altered must not hide the creances."""
    try:
        return en_attente(outils)
    except DossierError as error:
        log.error("%s", error)  # noqa: TRY400 - the sentence says it all
        return ()


def _avec_scenario(outils: Outils, etats: Iterable[Etat]) -> Iterator[tuple[Etat, Scenario]]:
    """Each creance with its scenario; one whose scenario is missing must not hide the others."""
    for etat in etats:
        try:
            scenario = scenario_de(outils, etat)
        except DossierError as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all
            continue
        yield etat, scenario


def _suivie(outils: Outils, etat: Etat, scenario: Scenario, jour: date, rouges: Rouges) -> Suivie:
    action = decide(etat, scenario, jour)
    if etat.fin is not None:
        return Suivie(etat, scenario, action)
    etape = etape_interrogee(etat, scenario, action)
    # A next version is asked: the legal dates of the one before still run.
    revision = etat.revision is not None and isinstance(action, Assembler)
    return Suivie(
        etat,
        scenario,
        action,
        posee=posee_le(outils.journal.lire(etat.creance), etape) if etape is not None else None,
        suite=_suite(outils, etat, jour) if isinstance(action, Suivre) or revision else None,
        manquent=_manquent(outils, etat) if revision else (),
        prescription=_prescription(outils, etat, scenario, jour),
        rouge=rouges.get(etat.creance),
    )


def _suite(outils: Outils, etat: Etat, jour: date) -> Attente:
    try:
        return attente_de(outils, etat)
    except DossierError as error:
        return Attente(jour, str(error), a_faire=True)


def _manquent(outils: Outils, etat: Etat) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(lacune.constat for lacune in bloquantes(outils, etat)))
    except DossierError as error:
        return (str(error).rstrip("."),)


def _prescription(outils: Outils, etat: Etat, scenario: Scenario, jour: date) -> Alerte | str | None:
    try:
        delai = prescription_en_cours(etat, scenario, outils.droit, jour)
    except ParametreNonCouvert as error:
        return str(error)
    return alerte(delai, jour, outils.droit.prescription_alertes) if delai else None
