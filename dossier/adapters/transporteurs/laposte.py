"""Tracking of registered letters by La Poste, API « Suivi v2 ».

Read, not tried on the real service: La Poste's own OpenAPI document « Swagger SUIVI », and what was observed
of its gateway in September 2026, as the public project api-evangelist/la-poste-groupe keeps them; the event
codes, as several public clients transcribe them from La Poste's page. Two public clients report that the
form for several numbers may answer for the first one only, that a 401 may follow too many calls and a 403 a
restriction by IP address. Not verified: what the return codes 101, 105 and 109 mean, the labels of a letter
that comes back, how long La Poste keeps its data, whether one malformed number spoils a request for several.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from dossier.adapters.transporteurs.http import Api, Refus
from dossier.adapters.transporteurs.laposte_reponses import MAL_FORMES, Lue, lire_reponses
from dossier.core.errors import ErreurEnvoi
from dossier.core.ports import Nouvelles, Releve

URL = "https://api.laposte.fr/suivi/v2"
PAR_DEMANDE = 10
"""Numbers in one request. OpenAPI, parameter `idship`: 1 to 10, comma separated."""
NUMERO = re.compile(r"[0-9A-Z]{11,15}")
"""OpenAPI, `idShip`: 11 to 15 alphanumeric characters."""
PAUSE = 0.7
"""Seconds between two requests. The gateway refuses beyond 100 calls a minute (FAQ of La Poste's developer
portal); the card of the plan says 10 a second. No header tells what is left."""
ECHECS_DE_SUITE = 2
"""Requests in a row without an answer that end the round: one alone may be the fault of its numbers."""
TAILLE_MAX = 2 * 1024 * 1024
"""Bytes of an answer; ten letters take some tens of thousands."""
CITES = 10
"""Numbers named in one sentence."""

ILLISIBLES = "La Poste donne une réponse qui ne se lit pas pour ces recommandés, à demander de nouveau"
MUETS = (
    "La Poste ne connaît aucun des numéros demandés et ne dit pas pourquoi ; s'ils ne sont pas tout récents, "
    "vérifiez-les, ainsi que l'adresse du service de suivi"
)
CONSEILS = {
    401: " Après trop de demandes, La Poste refuse aussi une bonne clé pendant quelques minutes.",
    403: " La clé est peut-être réservée à certaines adresses IP.",
}


class SuiviLaPoste:
    """Implements `ports.Suivi` for letters known by their numbers."""

    nom = "La Poste"

    def __init__(
        self,
        cle: str,
        url: str = URL,
        *,
        pause: float = PAUSE,
        dormir: Callable[[float], None] = time.sleep,  # noqa: TID251 - spreads the calls of a round
    ) -> None:
        """`cle`: the application's X-Okapi-Key; `pause`: seconds between two requests.

        Raises ConfigurationInvalide.
        """
        entetes = {"X-Okapi-Key": cle, "Accept": "application/json"}
        self._api = Api(self.nom, url, entetes=entetes, dormir=dormir, taille_max=TAILLE_MAX)
        self._pause, self._dormir = pause, dormir

    def relever(self, references: Sequence[str]) -> Releve:
        """What La Poste says of these numbers; one that it does not know (yet) comes without events.

        Numbers that an answer for several leaves out are asked for alone. A refused key or a reached quota
        ends the round, so do two requests in a row without an answer: what is left is told in one sentence.
        """
        collecte = _Collecte()
        lots = deque(_lots(collecte.bien_formes(references)))
        echecs = 0
        while lots:
            lot = lots.popleft()
            try:
                lues = self._demander(lot)
            except ErreurEnvoi as error:
                echecs += 1
                if echecs == ECHECS_DE_SUITE or _durable(error):
                    lot = (*lot, *chain.from_iterable(lots))
                    lots.clear()
                collecte.panne(f"{_phrase(error)} Recommandés à demander de nouveau", lot)
            else:
                echecs = 0
                lots.extendleft((numero,) for numero in reversed(collecte.recevoir(lot, lues)))
            if lots:
                self._dormir(self._pause)
        return collecte.releve()

    def _demander(self, lot: Sequence[str]) -> dict[str, Lue]:
        try:
            reponse = self._api.appeler("GET", f"idships/{','.join(lot)}", params={"lang": "fr_FR"})
        except Refus as refus:
            if refus.reponse.status_code not in {400, 404}:
                raise
            reponse = refus.reponse
        return lire_reponses(lot, reponse.status_code, reponse.content)


class _Collecte:
    """What a round has gathered: news, and numbers by what went wrong."""

    def __init__(self) -> None:
        self._nouvelles: list[Nouvelles] = []
        self._pannes: dict[str, list[str]] = {}
        self._lues: dict[str, Lue] = {}

    def bien_formes(self, references: Iterable[str]) -> tuple[str, ...]:
        """Those that may be asked, each once; a comma or a slash would ask for something else."""
        uniques = tuple(dict.fromkeys(references))
        self.panne(MAL_FORMES, [numero[:40] for numero in uniques if not NUMERO.fullmatch(numero)])
        return tuple(numero for numero in uniques if NUMERO.fullmatch(numero))

    def recevoir(self, lot: Sequence[str], lues: Mapping[str, Lue]) -> Sequence[str]:
        """Take what was read of that lot; gives the numbers to ask for alone."""
        self._lues.update(lues)
        for numero, lue in lues.items():
            if lue.nouvelles:
                self._nouvelles.append(lue.nouvelles)
            if lue.panne:
                self.panne(lue.panne, [numero])
        absents = [numero for numero in lot if numero not in lues]
        if len(lot) > 1:
            return absents
        self.panne(ILLISIBLES, absents)
        return ()

    def panne(self, motif: str, numeros: Sequence[str]) -> None:
        if numeros:
            self._pannes.setdefault(motif, []).extend(numeros)

    def releve(self) -> Releve:
        if self._lues and all(lue.muette for lue in self._lues.values()):
            self.panne(MUETS, list(self._lues))
        return Releve(
            tuple(self._nouvelles),
            tuple(f"{motif} : {_liste(numeros)}." for motif, numeros in self._pannes.items()),
        )


def _lots(numeros: Sequence[str]) -> Iterable[tuple[str, ...]]:
    for debut in range(0, len(numeros), PAR_DEMANDE):
        yield tuple(numeros[debut : debut + PAR_DEMANDE])


def _durable(error: ErreurEnvoi) -> bool:
    """Whether the next request would meet the same answer: a refusal that is not an outage."""
    return isinstance(error, Refus) and not error.reponse.is_server_error


def _phrase(error: ErreurEnvoi) -> str:
    conseil = CONSEILS.get(error.reponse.status_code, "") if isinstance(error, Refus) else ""
    return f"{error}{conseil}"


def _liste(numeros: Sequence[str]) -> str:
    reste = len(numeros) - CITES
    suite = f" et {reste} autre{'s' if reste > 1 else ''}" if reste > 0 else ""
    return ", ".join(numeros[:CITES]) + suite
