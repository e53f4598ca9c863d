"""Drives the demonstration as staff would: fills forms, answers questions, moves the simulated clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.sorting import ArtifactSort
from prefect.states import Scheduled

from dossier.adapters.clock import SimulatedClock
from dossier.core.dates import debut_du_jour, en_lettres
from dossier.core.decision import Action, Attendre, decide
from dossier.core.errors import DossierError
from dossier.core.etat import Etat
from dossier.services.creances import lire_etat, scenario_de
from dossier.services.outils import Outils
from flows.demo.histoire import Formulaire, Histoire, Prevu, prevus, reponse
from flows.durable_wait import rendre_du, run_de
from flows.imports import COMPTE_RENDU

PATIENCE = 120
"""Seconds without any progress before giving up."""


class Pilote:
    """What is due today is done, then the clock goes to the next day on which something is."""

    def __init__(
        self, client: SyncPrefectClient, outils: Outils, horloge: Path, histoire: Histoire, racine: Path
    ) -> None:
        self._client = client
        self._outils = outils
        self._clock = SimulatedClock(horloge)
        self._histoire = histoire
        self._racine = str(racine)
        self._faits: set[str] = set()

    def importer(self, chemins: Sequence[Path]) -> str:
        """Import these files through the form; gives the page it answers with."""
        fichiers = [str(chemin) for chemin in chemins]
        self._remplir([Formulaire("importer-des-factures", {"fichiers": fichiers})])
        cle = ArtifactFilter(key=ArtifactFilterKey(any_=[COMPTE_RENDU]))
        return str(
            self._client.read_artifacts(artifact_filter=cle, sort=ArtifactSort.CREATED_DESC, limit=1)[0].data
        )

    def jouer(self, dire: Callable[[str], None] = lambda _: None) -> None:
        """Play until every creance has ended; `dire` is told each new day."""
        while vivantes := self.vivantes():
            jour = self._clock.jour()
            dire(f"{en_lettres(jour)} – {len(vivantes)} créances en cours")
            self.calme()
            if not self.agir(jour):
                self.avancer(jour)

    def etats(self) -> list[Etat]:
        """Every creance of the journal."""
        return [lire_etat(self._outils, ouverture.creance) for ouverture in self._outils.journal.creances()]

    def vivantes(self) -> list[Etat]:
        """The creances whose procedure goes on."""
        return [etat for etat in self.etats() if etat.fin is None and etat.dossier is None]

    def calme(self) -> None:
        """Wait until every run is parked, suspended or finished; a red run stops the play."""
        creances = {etat.creance for etat in self.etats()}

        def tout_est_pose() -> bool:
            creances.difference_update([c for c in creances if self._pose(run_de(self._client, c))])
            return not creances

        _attendre(
            tout_est_pose, "La démonstration n'avance plus : voyez service.log et l'écran des opérateurs."
        )

    def agir(self, jour: date) -> bool:
        """Do all that people do on that day; False when there is nothing."""
        questions = [etat for etat in self.vivantes() if etat.questions]
        for etat in questions:
            run = run_de(self._client, etat.creance)
            assert run is not None
            valeurs = reponse(self._histoire, etat, scenario_de(self._outils, etat))
            self._client.resume_flow_run(run.id, run_input=valeurs)
        dus = [prevu for prevu in self._prevus() if prevu.jour <= jour]
        self._remplir([prevu.formulaire for prevu in dus])
        self._faits.update(prevu.cle for prevu in dus)
        return bool(questions or dus)

    def avancer(self, jour: date) -> None:
        """Move the clock to the next day on which something happens, and wake the runs that are due."""
        vivantes = self.vivantes()
        suivants = [prevu.jour for prevu in self._prevus() if prevu.jour > jour]
        actions = (self._action(etat, jour) for etat in vivantes)
        suivants += [action.jusqu_a for action in actions if isinstance(action, Attendre)]
        prochain = max(min(suivants, default=self._histoire.fin), jour + timedelta(days=1))
        if prochain > self._histoire.fin:
            raise DossierError("La démonstration a dépassé sa fin : une créance ne se termine pas.")
        self._clock.regler(debut_du_jour(prochain))
        for etat in vivantes:
            run = run_de(self._client, etat.creance)
            if run is not None and not isinstance(self._action(etat, prochain), Attendre):
                rendre_du(self._client, run.id, f"Jour venu : {en_lettres(prochain)}")

    def _pose(self, run: FlowRun | None) -> bool:
        if run is None or run.state is None:
            return False
        etat = run.state
        if etat.is_failed() or etat.is_crashed():
            raise DossierError(f"{run.name} : {etat.message}")
        prevu = etat.state_details.scheduled_time
        gare = etat.is_scheduled() and prevu is not None and prevu.timestamp() > time.time() + 60
        return gare or etat.is_paused() or etat.is_completed()

    def _prevus(self) -> list[Prevu]:
        tous = (
            prevu
            for etat in self.vivantes()
            for prevu in prevus(self._histoire, self._racine, etat, scenario_de(self._outils, etat))
        )
        return [prevu for prevu in tous if prevu.cle not in self._faits]

    def _remplir(self, formulaires: Sequence[Formulaire]) -> None:
        """Submit these forms together and wait for their answers."""
        soumis = {self._soumettre(formulaire) for formulaire in formulaires}

        def tous_repondus() -> bool:
            soumis.difference_update([run for run in soumis if self._repondu(run)])
            return not soumis

        _attendre(tous_repondus, "Un formulaire n'a pas reçu de réponse : voyez service.log.")

    def _soumettre(self, formulaire: Formulaire) -> UUID:
        deploiement = self._client.read_deployment_by_name(f"{formulaire.flux}/{formulaire.flux}")
        run = self._client.create_flow_run_from_deployment(
            deploiement.id, parameters=formulaire.parametres, state=Scheduled()
        )
        return run.id

    def _repondu(self, run: UUID) -> bool:
        etat = self._client.read_flow_run(run).state
        if etat is None or not etat.is_final():
            return False
        if not etat.is_completed():
            raise DossierError(f"Formulaire refusé : {etat.message}")
        return True

    def _action(self, etat: Etat, jour: date) -> Action:
        return decide(etat, scenario_de(self._outils, etat), jour)


def _attendre(condition: Callable[[], bool], sinon: str) -> None:
    limite = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > limite:
            raise DossierError(sinon)
        time.sleep(0.2)  # noqa: TID251 - waits for other processes
