"""What a dossier may lack before it is sealed, as config/droit/completude.yaml holds it."""

from __future__ import annotations

from pydantic import Field

from dossier.core.droit.parametres import Niveau, Verifie
from dossier.core.faits import GenrePiece
from dossier.core.modele import Modele


class RegleDeCompletude(Modele):
    """One thing that a dossier should hold, what it risks without it, and how to mend it."""

    code: str = Field(pattern=r"^[a-z_]+$")
    libelle: str = Field(min_length=1)
    texte: str = Field(min_length=1)
    source: str = Field(min_length=1)
    niveau: Niveau
    risque: str = Field(min_length=1)
    remede: str = Field(min_length=1)
    bloquante: bool
    """Whether the sealing waits for it, or for a person who does without and says why."""


class RegleDePiece(RegleDeCompletude):
    """An exhibit of one of these kinds is expected."""

    genres: tuple[GenrePiece, ...] = Field(min_length=1)
    fraicheur: int | None = Field(default=None, ge=1)
    """Days after which the exhibit is too old; None when its age does not matter."""


class ReglesDeCompletude(Verifie):
    """config/droit/completude.yaml."""

    pieces: tuple[RegleDePiece, ...]
    creancier: RegleDeCompletude
    juridiction: RegleDeCompletude
