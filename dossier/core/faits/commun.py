"""What several kinds of fait hold."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from dossier.core.modele import Modele


class Archive(Modele):
    """Bytes kept in the evidence store: where, their SHA-256, and the key of their RFC 3161 token."""

    cle: str
    empreinte: str = Field(pattern=r"^[0-9a-f]{64}$")
    taille: int = Field(ge=0)
    jeton: str | None = None


class Canal(StrEnum):
    EMAIL = "email"
    COURRIER = "courrier"
    LRAR = "lrar"
