"""What the services ask of the outside world; each port has its adapters in `dossier.adapters`."""

from __future__ import annotations

from dossier.core.ports.courrier import Courriel, Messagerie, MiseEnPage
from dossier.core.ports.ecriture import Convertisseur, Rendu, RenduTexte
from dossier.core.ports.horloge import Clock
from dossier.core.ports.journal import Extrait, Journal, Ouverture
from dossier.core.ports.poste import (
    DocumentDePli,
    Lettre,
    Nouvelles,
    Poste,
    PosteAuBac,
    Releve,
    Remise,
    Suivi,
)
from dossier.core.ports.preuves import Horodateur, Jeton, Octets, Store
from dossier.core.ports.reception import Boite, LecteurDeScan, Scan
from dossier.core.ports.reliure import (
    DossierRelie,
    Partie,
    PieceSource,
    PieceTamponnee,
    Relieur,
    Sac,
    Tranche,
)

__all__ = [
    "Boite",
    "Clock",
    "Convertisseur",
    "Courriel",
    "DocumentDePli",
    "DossierRelie",
    "Extrait",
    "Horodateur",
    "Jeton",
    "Journal",
    "LecteurDeScan",
    "Lettre",
    "Messagerie",
    "MiseEnPage",
    "Nouvelles",
    "Octets",
    "Ouverture",
    "Partie",
    "PieceSource",
    "PieceTamponnee",
    "Poste",
    "PosteAuBac",
    "Releve",
    "Relieur",
    "Remise",
    "Rendu",
    "RenduTexte",
    "Sac",
    "Scan",
    "Store",
    "Suivi",
    "Tranche",
]
