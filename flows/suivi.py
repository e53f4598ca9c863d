"""One facture, one flow run, for months: replay, decide, act, record, park."""

from __future__ import annotations

import logging
from contextlib import suppress
from typing import NoReturn, assert_never, cast

from prefect import flow
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from dossier.core.creance import identifiant
from dossier.core.dates import debut_du_jour
from dossier.core.decision import (
    RAPPEL,
    UN_JOUR,
    Assembler,
    Attendre,
    DemanderAdresse,
    DemanderAppel,
    DemanderApprobation,
    Envoyer,
    Preparer,
    Qui,
    RompreEcheancier,
    Sauter,
    Solder,
    Suivre,
    Terminer,
    decide,
)
from dossier.core.errors import DossierError
from dossier.core.etat import Etat
from dossier.core.groupes import membres
from dossier.core.scenario import Scenario
from dossier.core.stockage import Gardien
from dossier.services.completude import bloquants
from dossier.services.creances import lire_etat, scenario_de
from dossier.services.retenues import Bilan, liberer, retenir
from dossier.services.suites import attente_de
from flows.affichage import MESSAGES, afficher, etiqueter
from flows.durable_wait import garer, reveiller
from flows.questions import appeler, approuver, completer, retrouver
from flows.runs import doublon
from flows.tasks import EtapeEchouee, agir, sceller
from flows.wiring import outils

log = logging.getLogger("dossier.suivi")
MENE_AILLEURS = "Dossier en cours avec une autre facture du débiteur"


@flow(name="suivi-facture", persist_result=False, log_prints=False)
def suivi_facture(facture: str) -> State[None]:
    """Suit une facture impayée de la prévenance au dossier : une ligne de l'écran, pendant des mois."""
    creance = identifiant(facture)
    try:
        if (autre := doublon(outils(), creance)) is not None:
            return autre
        while (fin := _avancer(creance)) is None:
            continue
    except (EtapeEchouee, DossierError) as echec:
        return _rouge(creance, str(echec))
    return fin


def _rouge(creance: str, phrase: str) -> State[None]:
    """The red state that staff see, and its tag; what to mend is in the sentence."""
    with suppress(DossierError):
        etat = lire_etat(outils(), creance)
        etiqueter(etat, "a-reprendre", Qui.PERSONNE)
        afficher(outils(), etat, scenario_de(outils(), etat), f"À reprendre : {phrase}")
    return Failed(name="À reprendre", message=f"{phrase} Puis cliquez sur Retry.")


def _avancer(creance: str) -> State[None] | None:
    """One turn: the action of the day. A final state when there is nothing left to do."""
    etat = lire_etat(outils(), creance)
    scenario = scenario_de(outils(), etat)
    action = decide(etat, scenario, outils().clock.jour())
    match action:
        case Terminer(libelle=libelle):
            if etat.dossier is not None:
                _dire_les_pannes(liberer(outils(), cast(Gardien, outils().store), creance))
            afficher(outils(), etat, scenario, libelle)
            etiqueter(etat, "fin")
            return Completed(name=libelle, message=MESSAGES[libelle])
        case Attendre():
            _garer(etat, scenario, action)
        case DemanderApprobation():
            approuver(etat, scenario, action)
        case DemanderAdresse():
            retrouver(etat, scenario, action)
        case DemanderAppel():
            appeler(etat, scenario, action)
        case Assembler():
            _assembler(etat, scenario)
        case Suivre():
            _suivre(etat, scenario)
        case Preparer() | Envoyer() | Sauter() | RompreEcheancier() | Solder():
            agir(etat, action)
            _prevenir_les_autres(creance)
        case _:
            assert_never(action)
    return None


def _prevenir_les_autres(creance: str) -> None:
    """Wake the runs that wait for this one, which leads a document common to them."""
    autres = membres(lire_etat(outils(), creance))[1:]
    if autres:
        with get_client(sync_client=True) as client:
            reveiller(client, autres)


def _garer(etat: Etat, scenario: Scenario, attente: Attendre) -> NoReturn:
    afficher(outils(), etat, scenario, attente.libelle)
    etiqueter(etat, attente.etape, attente.qui)
    garer(
        outils().clock.reel(debut_du_jour(attente.jusqu_a)),
        attente.libelle,
        MESSAGES[attente.qui],
        inchange=lambda: outils().journal.dernier(etat.creance) == etat.numero,
    )


def _attendre_le_pilote(etat: Etat, scenario: Scenario) -> None:
    """Wait for the run that seals this debtor's dossier, unless there is something else to do by now."""
    jour = outils().clock.jour()
    if isinstance(decide(etat, scenario, jour), Assembler):
        _garer(etat, scenario, Attendre(jour + UN_JOUR, MENE_AILLEURS, etape="dossier"))


def _suivre(etat: Etat, scenario: Scenario) -> NoReturn:
    """Wait for the next date of the procedure in court, or for what people record of it."""
    suite = attente_de(outils(), etat)
    qui = Qui.PERSONNE if suite.a_faire else Qui.DATE
    _garer(etat, scenario, Attendre(suite.jusqu_a, suite.libelle, qui, "procedure"))


def _attendre_ce_qui_manque(etat: Etat, scenario: Scenario) -> None:
    """A next version waits beside the legal dates of the first, which no question may hide."""
    codes = bloquants(outils(), etat)
    if codes:
        suite = attente_de(outils(), etat)
        libelle = f"Nouvelle version retenue ({', '.join(codes)}), à compléter ou à déroger ; {suite.libelle}"
        jusqu_au = min(suite.jusqu_a, outils().clock.jour() + RAPPEL)
        _garer(etat, scenario, Attendre(jusqu_au, libelle, Qui.PERSONNE, "dossier"))


def _assembler(etat: Etat, scenario: Scenario) -> None:
    if etat.revision is not None:
        _attendre_ce_qui_manque(etat, scenario)
    elif completer(etat, scenario):
        return
    scelle = sceller(etat.creance)
    if scelle is None:
        _attendre_le_pilote(lire_etat(outils(), etat.creance), scenario)
        return
    for creance in scelle.creances:
        _dire_les_pannes(retenir(outils(), cast(Gardien, outils().store), creance))
    with get_client(sync_client=True) as client:
        reveiller(client, [creance for creance in scelle.creances if creance != etat.creance])


def _dire_les_pannes(bilan: Bilan) -> None:
    """A document that could not be held, or let go, stops nothing: the store's own report names it."""
    for panne in bilan.pannes:
        log.warning("%s", panne)
