"""A letter as AR24 tells it: which of its dates are events, which proofs it then has.

The fields are those of the sample letter of AR24's documentation, as public clients repeat it; `proof_dp_url`
(deposit) is read by connected-company/php-ar24-client. Not verified: the list of statuses, whether
`negligence_date` is filled before the time has run out, and when the proof of a bounce exists.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, NamedTuple

from pydantic import BeforeValidator, ConfigDict, Field

from dossier.adapters.transporteurs.ar24_protocole import Texte, en_texte
from dossier.core.dates import PARIS, jour_legal
from dossier.core.faits import EvenementPli, GenreScan, Sens
from dossier.core.modele import Modele

A_VALIDER = "to_valid"
"""Status of an eIDAS letter that waits for its sender to identify himself."""


def _instant(valeur: Any) -> Any:
    """`2026-11-21 14:05:09`, hour of Paris, as an aware instant; none for what PHP writes when there is none."""
    texte = en_texte(valeur)
    if texte in {"", "0"} or (isinstance(texte, str) and texte.startswith("0000-00-00")):
        return None
    instant = datetime.fromisoformat(texte)
    return instant if instant.tzinfo else instant.replace(tzinfo=PARIS)


def _oui(valeur: Any) -> Any:
    """PHP's yes and no; none when it says nothing."""
    return None if valeur is None or valeur == "" else en_texte(valeur) not in {"", "0"}


Oui = Annotated[bool | None, BeforeValidator(_oui)]
Instant = Annotated[datetime | None, BeforeValidator(_instant)]


class Courrier(Modele):
    """One letter at AR24's; `date` is when it was made there."""

    model_config = ConfigDict(extra="ignore")

    id: Texte = Field(pattern=r"^[A-Za-z0-9_-]{1,40}$")
    status: Texte = Field(default="", max_length=100)
    ref_dossier: Texte = ""
    ref_client: Texte = ""
    is_eidas: Oui = None
    send_fail: Oui = None
    date: Instant = None
    ts_ev_date: Instant = None
    view_date: Instant = None
    refused_date: Instant = None
    negligence_date: Instant = None
    bounced_date: Instant = None
    proof_dp_url: Texte = ""
    proof_ev_url: Texte = ""
    proof_ar_url: Texte = ""
    proof_rf_url: Texte = ""
    proof_ng_url: Texte = ""
    proof_bc_url: Texte = ""

    @property
    def a_valider(self) -> bool:
        """Nothing leaves before its sender validates it on AR24's site."""
        return self.status.lower() == A_VALIDER


class ReponseCourrier(Modele):
    """The answer about one letter."""

    model_config = ConfigDict(extra="ignore")

    result: Courrier


class _Etape(NamedTuple):
    champ: str
    sens: Sens
    libelle: str


_ETAPES = (
    _Etape("ts_ev_date", Sens.PRIS_EN_CHARGE, "Dépôt et envoi"),
    _Etape("ts_ev_date", Sens.PRESENTE, "Avis électronique envoyé au destinataire"),
    _Etape("view_date", Sens.DISTRIBUE, "Accusé de réception"),
    _Etape("refused_date", Sens.REFUSE, "Refus"),
    _Etape("negligence_date", Sens.NON_RECLAME, "Négligence"),
    _Etape("bounced_date", Sens.NPAI, "Adresse électronique rejetée"),
)
ISSUES = ("view_date", "refused_date", "negligence_date", "bounced_date")
_SANS_DATE = {A_VALIDER: Sens.INCIDENT, "error": Sens.INCIDENT}
"""What a status means before any dated event; another one is on its way."""


class Preuve(NamedTuple):
    """A proof that AR24 gives once what it proves has happened."""

    champ: str
    prouve: str
    """The date that it proves."""
    genre: GenreScan
    nom: str


PREUVES = (
    Preuve("proof_dp_url", "ts_ev_date", GenreScan.DEPOT, "preuve-de-depot"),
    Preuve("proof_ev_url", "ts_ev_date", GenreScan.DEPOT, "preuve-d-envoi"),
    Preuve("proof_ar_url", "view_date", GenreScan.AVIS, "accuse-de-reception"),
    Preuve("proof_rf_url", "refused_date", GenreScan.AVIS, "preuve-de-refus"),
    Preuve("proof_ng_url", "negligence_date", GenreScan.AVIS, "preuve-de-negligence"),
    Preuve("proof_bc_url", "bounced_date", GenreScan.AVIS, "preuve-de-rejet"),
)


def dates(courrier: Courrier, maintenant: datetime) -> dict[str, datetime]:
    """The dated facts of that letter, by field: what has happened, not what is announced.

    An accepted or refused letter can no longer be neglected, says AR24: its negligence date is then only the
    day on which the time would have run out. A letter that bounced told its addressee nothing.
    """
    lues = {champ: getattr(courrier, champ) for champ in dict.fromkeys(etape.champ for etape in _ETAPES)}
    passees = {champ: lu for champ, lu in lues.items() if lu is not None and lu <= maintenant}
    if "view_date" in passees or "refused_date" in passees:
        passees.pop("negligence_date", None)
    return passees


def evenements(courrier: Courrier, passees: dict[str, datetime]) -> tuple[EvenementPli, ...]:
    """What has become of that letter, oldest first; without a dated fact, what its status says.

    The notice sent to the addressee is the first presentation: CPCE, art. R53-3, I, whose fifteen days run
    from it. No text says so in these words.
    """
    dits = [
        EvenementPli(code=etape.champ, libelle=etape.libelle, instant=passees[etape.champ], sens=etape.sens)
        for etape in _ETAPES
        if etape.champ in passees and not (etape.sens is Sens.PRESENTE and "bounced_date" in passees)
    ]
    if courrier.send_fail:
        dits += _au_depart(courrier, "send_fail", "Envoi impossible", Sens.INCIDENT)
    elif not dits:
        statut = courrier.status or "sans statut"
        libelle = "En attente de validation sur le site d'AR24" if courrier.a_valider else statut
        dits += _au_depart(courrier, statut, libelle, _SANS_DATE.get(statut.lower(), Sens.ACHEMINE))
    return tuple(sorted(dits, key=lambda dit: dit.instant))


def depot(passees: dict[str, datetime]) -> date | None:
    """The day of deposit in Paris; none before AR24 sent the letter."""
    return jour_legal(passees["ts_ev_date"]) if "ts_ev_date" in passees else None


def _au_depart(courrier: Courrier, code: str, libelle: str, sens: Sens) -> list[EvenementPli]:
    """An event that AR24 does not date, at the hour of what it does date; none when it dates nothing."""
    instant = courrier.ts_ev_date or courrier.date
    return [EvenementPli(code=code, libelle=libelle, instant=instant, sens=sens)] if instant else []
