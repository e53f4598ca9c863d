"""What a verification finds, and what each check of a sealed dossier works on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from dossier.core.ports import Jeton
from dossier.services.enveloppe import Enveloppe

Verificateur = Callable[[bytes, bytes, bytes], Jeton]
"""(content, token, root PEM) -> who and when; raises ErreurHorodatage."""


class Constat(NamedTuple):
    """One thing checked, and a French sentence on what was found."""

    objet: str
    conforme: bool
    message: str


class Verdict(NamedTuple):
    constats: tuple[Constat, ...]

    @property
    def conforme(self) -> bool:
        return all(constat.conforme for constat in self.constats)


class Sac(NamedTuple):
    """What every check needs."""

    enveloppe: Enveloppe
    empreintes: Mapping[str, str | None]
    """SHA-256 of each file of the zip; None when the zip is damaged there."""
    verifier_jeton: Verificateur
    racine: bytes


def bon(objet: str, message: str) -> Constat:
    return Constat(objet, conforme=True, message=message)


def faute(objet: str, message: str) -> Constat:
    return Constat(objet, conforme=False, message=message)


def resume(objet: str, constats: list[Constat], message: str) -> list[Constat]:
    """The faults found, or one sentence when there is none."""
    return constats or [bon(objet, message)]
