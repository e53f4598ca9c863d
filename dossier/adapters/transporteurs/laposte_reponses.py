"""What an answer of La Poste's « Suivi v2 » says of each number that was asked.

The code of an event does not tell refused, unclaimed and unknown at the address apart, and its label is
written for the public, without a commitment: neither decides the outcome of a mise en demeure. A return is
`Sens.RETOURNE`, its label is kept as it came, and a person reads the envelope.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic import BaseModel, Field, ValidationError

from dossier.adapters.transporteurs.http import Illisible
from dossier.core.dates import PARIS
from dossier.core.faits import EvenementPli, Sens
from dossier.core.ports import Nouvelles

INCONNUS = frozenset({104, 404})
"""Return codes for « not known, or not yet »: the usual answer in the first days of a letter."""

SENS = {
    "DR1": Sens.PRIS_EN_CHARGE,
    "DR2": Sens.PRIS_EN_CHARGE,
    "PC1": Sens.PRIS_EN_CHARGE,
    "PC2": Sens.PRIS_EN_CHARGE,
    "PB1": Sens.INCIDENT,
    "PB2": Sens.INCIDENT,
    "ND1": Sens.INCIDENT,
    "AG1": Sens.PRESENTE,
    "DI0": Sens.DISTRIBUE,
    "DI1": Sens.DISTRIBUE,
    "RE1": Sens.RETOURNE,
    "DI2": Sens.RETOURNE,
}
"""Any other code, known (ET1 to ET4, EP1, DO1 to DO3, MD2) or not, is a step of the journey.

PB1, PB2: a problem, open then solved. AG1: the letter waits at the office, so a notice was left. DI0, DI1:
delivered, in a batch or alone. RE1, DI2: sent back, then handed back to the sender."""
TERMES = frozenset({Sens.DISTRIBUE, Sens.RETOURNE})

MAL_FORMES = "La Poste n'accepte pas ces numéros de recommandé, vérifiez-les"
EVENEMENTS_ILLISIBLES = (
    "La Poste donne des événements qui ne se lisent pas, consultez son site pour ces recommandés"
)


class Lue(NamedTuple):
    """What was read of one number."""

    nouvelles: Nouvelles | None
    """Without events when La Poste does not know the number, or not yet."""
    panne: str = ""
    """What went wrong, a French sentence to end with the number."""
    muette: bool = False
    """A 404 without a word of the tracking service itself."""


class _Evenement(BaseModel):
    code: str | None = None
    libelle: str | None = Field(default=None, alias="label")
    date: str


class _Envoi(BaseModel):
    numero: str | None = Field(default=None, alias="idShip")
    final: bool | None = Field(default=None, alias="isFinal")
    evenements: list[Any] | None = Field(default=None, alias="event")


class _Reponse(BaseModel):
    """What is said of one number: the whole answer, or an element of the array of a 200 or 207."""

    code: int | None = Field(default=None, alias="returnCode")
    message: str | None = Field(default=None, alias="returnMessage")
    numero: str | None = Field(default=None, alias="idShip")
    envoi: _Envoi | None = Field(default=None, alias="shipment")


def lire_reponses(lot: Sequence[str], statut: int, contenu: bytes) -> dict[str, Lue]:
    """By number of `lot`, what that answer (HTTP `statut`, body `contenu`) says of it.

    A number of which it says nothing readable is left out. The raw answer of a number asked among others is
    its own element of the array, cut out of the bytes received: the whole array would put the letters of
    other debtors into its file. Raises Illisible when a successful answer is not JSON.
    """
    try:
        elements = _decouper(contenu)
    except (ValueError, RecursionError):
        if statut < 400:
            raise Illisible("La Poste donne une réponse qui ne se lit pas.") from None
        elements = []
    lues: dict[str, Lue] = {}
    for objet, octets in elements:
        reponse = _valider(objet, statut)
        numero = _numero(reponse, lot) if reponse else None
        if reponse and numero:
            lues.setdefault(numero, _lire(numero, reponse, statut, octets))
    if statut >= 400 and len(lot) == 1 and not lues:
        return {lot[0]: _sans_un_mot(lot[0], statut, contenu)}
    return lues


def _decouper(contenu: bytes) -> list[tuple[Any, bytes]]:
    """The elements of a JSON array, or the one value, each with its bytes. Raises ValueError, RecursionError."""
    texte = contenu.decode("utf-8-sig")
    valeur = json.loads(texte)
    if not isinstance(valeur, list):
        return [(valeur, contenu)]
    elements, place = [], texte.index("[") + 1
    for objet in valeur:
        debut = next(rang for rang in range(place, len(texte)) if texte[rang] not in " \t\r\n,")
        _, place = json.JSONDecoder().raw_decode(texte, debut)
        elements.append((objet, texte[debut:place].encode()))
    return elements


def _valider(objet: Any, statut: int) -> _Reponse | None:
    """None for what cannot be read, and for an error of the gateway, which knows nothing of the number."""
    try:
        reponse = _Reponse.model_validate(objet)
    except ValidationError:
        return None
    return None if statut >= 400 and reponse.code is None else reponse


def _numero(reponse: _Reponse, lot: Sequence[str]) -> str | None:
    """Which number of `lot` that is about; None when it contradicts itself, or says nothing among several."""
    dits = {reponse.numero, reponse.envoi.numero if reponse.envoi else None} - {None}
    if not dits and len(lot) == 1:
        return lot[0]
    return next((numero for numero in lot if dits == {numero}), None)


def _sans_un_mot(numero: str, statut: int, contenu: bytes) -> Lue:
    if statut in INCONNUS:
        return Lue(Nouvelles(numero, (), definitif=False, reponse=contenu), muette=True)
    return Lue(None, MAL_FORMES)


def _lire(numero: str, reponse: _Reponse, statut: int, octets: bytes) -> Lue:
    code = reponse.code or statut
    if reponse.envoi and (reponse.envoi.evenements or code < 300):
        return _lire_envoi(numero, reponse.envoi, octets)
    if code in INCONNUS:
        return Lue(Nouvelles(numero, (), definitif=False, reponse=octets))
    if code == 400:
        return Lue(None, MAL_FORMES)
    message = f" : « {_propre(reponse.message)[:200]} »" if reponse.message else ""
    return Lue(None, f"La Poste ne donne pas de suivi (code {code}{message}), à demander de nouveau")


def _lire_envoi(numero: str, envoi: _Envoi, octets: bytes) -> Lue:
    """Its events oldest first, each once; final only when the last one says what became of the letter.

    La Poste lists the newest first: events of one instant are put back in their order.
    """
    bruts = envoi.evenements or []
    lus = [evenement for brut in reversed(bruts) if (evenement := _evenement(brut))]
    evenements = tuple(dict.fromkeys(sorted(lus, key=lambda evenement: evenement.instant)))
    complet = len(lus) == len(bruts)
    terme = bool(evenements) and evenements[-1].sens in TERMES
    nouvelles = Nouvelles(
        numero, evenements, definitif=envoi.final is True and complet and terme, reponse=octets
    )
    return Lue(nouvelles, "" if complet else EVENEMENTS_ILLISIBLES)


def _evenement(brut: Any) -> EvenementPli | None:
    """That event; None without a date that can be read, for it cannot be placed."""
    try:
        lu = _Evenement.model_validate(brut)
    except ValidationError:
        return None
    instant = _instant(lu.date)
    if instant is None:
        return None
    code = _propre(lu.code or "").upper()
    return EvenementPli(
        code=code, libelle=_propre(lu.libelle or ""), instant=instant, sens=SENS.get(code, Sens.ACHEMINE)
    )


def _instant(date: str) -> datetime | None:
    """An ISO 8601 instant, at Paris when it bears no zone."""
    try:
        instant = datetime.fromisoformat(date.strip())
        return (instant if instant.tzinfo else instant.replace(tzinfo=PARIS)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _propre(texte: str) -> str:
    """Without the control characters and halves of characters that no database and no document takes."""
    return "".join(" " if unicodedata.category(signe) in {"Cc", "Cs"} else signe for signe in texte).strip()
