"""Several authorities asked in order, each with its own pinned root: one that fails does not stop the house."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from dossier.adapters.timestamp_rfc3161.jeton import HorodateurRfc3161, verifier_parmi
from dossier.adapters.timestamp_rfc3161.transport_http import hote, par_http
from dossier.core.errors import ErreurHorodatage
from dossier.core.horodatage import HorodatageIndisponible
from dossier.core.messages import raison
from dossier.core.ports import Jeton, Octets

log = logging.getLogger("dossier.horodatage")

REPOS = 60.0
ECART_ADMIS = timedelta(minutes=2)


def autorite_http(url: str, racine: Path, mention: str, delai: float = 15.0) -> HorodateurRfc3161:
    """The authority at `url`, pinned to the root (PEM) in the file `racine`. Raises ErreurHorodatage."""
    nom = hote(url)
    try:
        pem = racine.read_bytes()
    except OSError as error:
        raise ErreurHorodatage(
            f"La racine de l'autorité d'horodatage {nom} ne peut pas être lue dans {racine} "
            f"({raison(error)}) : indiquez le fichier PEM que publie cette autorité."
        ) from error
    return HorodateurRfc3161(par_http(url, delai), pem, mention, nom)


class HorodateursSuccessifs:
    """Implements ports.Horodateur: the first authority that gives a good token is the one.

    `anciennes`: roots (PEM) of authorities no longer asked, whose old tokens must still be verified.
    `repos`: seconds during which an authority that did not answer is left alone, so that an outage costs one
    wait and not one per document. `maintenant`: the machine's real instant; given, a token dated far from
    it is told in the log (its own time stands: RFC 3161 makes it the evidence).
    """

    def __init__(
        self,
        autorites: Sequence[HorodateurRfc3161],
        anciennes: Sequence[bytes] = (),
        *,
        repos: float = REPOS,
        maintenant: Callable[[], datetime] | None = None,
    ) -> None:
        if not autorites:
            raise ErreurHorodatage("Aucune autorité d'horodatage n'est réglée : indiquez-en une au moins.")
        self._autorites = tuple(autorites)
        self._racines = tuple(dict.fromkeys([*(a.certificat for a in autorites), *anciennes]))
        self._repos = repos
        self._maintenant = maintenant
        self._reprises: dict[int, float] = {}
        self.mention = " ; à défaut, ".join(dict.fromkeys(a.mention for a in autorites))
        self.certificat = b"".join(racine.rstrip() + b"\n" for racine in self._racines)

    def horodater(self, contenu: Octets) -> bytes:
        """A raw token response over the SHA-256 of `contenu`, verified against the root of who answered.

        Raises HorodatageIndisponible when none answers, ErreurHorodatage when one answers wrongly and no
        other gives a good token; the sentence names each.
        """
        fautes: list[ErreurHorodatage] = []
        for rang, autorite in enumerate(self._autorites):
            try:
                tsr = self._demander(rang, autorite, contenu)
            except ErreurHorodatage as error:
                fautes.append(error)
                log.warning("%s", _phrase(autorite, error))
            else:
                self._comparer(autorite, contenu, tsr)
                return tsr
        genre = (
            HorodatageIndisponible
            if all(isinstance(faute, HorodatageIndisponible) for faute in fautes)
            else ErreurHorodatage
        )
        phrases = (_phrase(a, faute) for a, faute in zip(self._autorites, fautes, strict=True))
        raise genre(" ".join(phrases)) from fautes[-1]

    def verifier(self, contenu: Octets, tsr: bytes) -> Jeton:
        """Who stamped `contenu`, and when, by the pinned root that the token belongs to.

        Raises ErreurHorodatage when it belongs to none of them or is not over `contenu`.
        """
        return verifier_parmi(contenu, tsr, self._racines)[0]

    def mention_du_jeton(self, contenu: Octets, tsr: bytes) -> str:
        """What documents say of the authority that gave this very token; empty for one no longer asked.

        Raises ErreurHorodatage.
        """
        _, racine = verifier_parmi(contenu, tsr, self._racines)
        return next((a.mention for a in self._autorites if a.certificat == racine), "")

    def _demander(self, rang: int, autorite: HorodateurRfc3161, contenu: Octets) -> bytes:
        if (reste := self._reprises.get(rang, 0.0) - time.monotonic()) > 0:
            raise HorodatageIndisponible(
                f"L'autorité n'a pas répondu il y a peu : elle sera redemandée dans {reste:.0f} s."
            )
        try:
            return autorite.horodater(contenu)
        except HorodatageIndisponible:
            self._reprises[rang] = time.monotonic() + self._repos
            raise

    def _comparer(self, autorite: HorodateurRfc3161, contenu: Octets, tsr: bytes) -> None:
        if self._maintenant is None:
            return
        ecart = autorite.verifier(contenu, tsr).instant - self._maintenant()
        if abs(ecart) > ECART_ADMIS:
            log.warning(
                "L'horloge de l'autorité d'horodatage %s et celle de cette machine diffèrent de %.0f s : "
                "réglez celle de la machine (NTP).",
                autorite.nom,
                ecart.total_seconds(),
            )


def _phrase(autorite: HorodateurRfc3161, error: ErreurHorodatage) -> str:
    return f"{autorite.nom} : {error}" if autorite.nom else str(error)
