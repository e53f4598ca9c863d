"""The adapters that the services work with, gathered once by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dossier.core.creance import Creancier
from dossier.core.decompte import Decompte
from dossier.core.droit.corpus import Droit
from dossier.core.ports import (
    Clock,
    Convertisseur,
    Horodateur,
    Journal,
    Messagerie,
    MiseEnPage,
    Poste,
    PosteAuBac,
    Relieur,
    Rendu,
    RenduTexte,
    Sac,
    Store,
    Suivi,
)
from dossier.core.scenario import Scenario


@dataclass(frozen=True)
class Outils:
    """Everything outside the core, frozen for the life of the process."""

    clock: Clock
    journal: Journal
    store: Store
    horodateur: Horodateur
    rendu: Rendu
    texte: RenduTexte
    mise_en_page: MiseEnPage
    convertisseur: Convertisseur
    messagerie: Messagerie
    poste: PosteAuBac
    recommande: Poste | None
    """What takes registered letters; None when a person posts them."""
    suivis: Mapping[str, Suivi]
    """What tells their life, by the carrier's name; under the empty name, those that a person posted."""
    relieur: Relieur
    sac: Sac
    horodater_pdf: Callable[[Path, Horodateur], None]
    """Adds to a PDF its own document timestamp (PAdES); each call gives other bytes. Raises ErreurHorodatage."""
    tableur: Callable[[Sequence[tuple[str, Decompte]], datetime], bytes]
    """The XLSX of the statements: (invoice number, decompte) pairs and the instant written in it."""
    creancier: Creancier
    droit: Droit
    scenarios: Mapping[str, Scenario]
