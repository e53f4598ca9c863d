"""The base of every value of the core: frozen, and refusing unknown fields."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Modele(BaseModel):
    """Immutable value; an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
