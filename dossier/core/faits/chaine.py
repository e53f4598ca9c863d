"""The chain of digests that binds the faits of a creance, and the union of all that a fait may hold."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, TypeAdapter

from dossier.core.faits.creances import (
    AdresseVerifiee,
    CreanceAbandonnee,
    CreanceOuverte,
    CreanceSoldee,
    EtapeAvancee,
    EtapeSautee,
    ScenarioChange,
)
from dossier.core.faits.dossiers import (
    DerogationDonnee,
    DossierPrepare,
    DossierScelle,
    RevisionDemandee,
    RevisionRetiree,
)
from dossier.core.faits.envois import (
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRemplace,
    EnvoiRetire,
    EnvoiSignale,
    RemiseDouteuse,
    RemiseTentee,
)
from dossier.core.faits.personnes import AppelConsigne, ApprobationDonnee, QuestionPosee
from dossier.core.faits.pieces import DocumentEtabli, PieceAjoutee, PieceRetiree
from dossier.core.faits.plis import AccuseRecu, PliDepose, ScanRecu, SuiviRecu
from dossier.core.faits.releves import LigneAVoir, LigneEcartee
from dossier.core.faits.sommes import (
    AvoirEmis,
    EcheancierAccorde,
    EcheancierRompu,
    PaiementAnnule,
    PaiementRecu,
    PromesseFaite,
)
from dossier.core.faits.suites import (
    DossierRecu,
    DossierTransmis,
    OppositionFormee,
    OrdonnanceRendue,
    OrdonnanceSignifiee,
    PremierActe,
    RequeteDeposee,
)
from dossier.core.faits.suspensions import (
    CreanceDeclaree,
    LitigeLeve,
    LitigeOuvert,
    ProcedureCollectiveEcartee,
    ProcedureCollectiveOuverte,
    ProcedureReprise,
    ProcedureSuspendue,
)
from dossier.core.modele import Modele

GENESE = "0" * 64


Contenu = Annotated[
    CreanceOuverte
    | EtapeSautee
    | EtapeAvancee
    | ScenarioChange
    | AdresseVerifiee
    | EnvoiPrepare
    | EnvoiRemplace
    | EnvoiRetire
    | EnvoiSignale
    | RemiseTentee
    | RemiseDouteuse
    | EnvoiFait
    | PliDepose
    | SuiviRecu
    | ScanRecu
    | AccuseRecu
    | QuestionPosee
    | ApprobationDonnee
    | AppelConsigne
    | PaiementRecu
    | PaiementAnnule
    | PromesseFaite
    | AvoirEmis
    | ProcedureCollectiveOuverte
    | ProcedureCollectiveEcartee
    | CreanceDeclaree
    | LitigeOuvert
    | LitigeLeve
    | ProcedureSuspendue
    | ProcedureReprise
    | EcheancierAccorde
    | EcheancierRompu
    | PieceAjoutee
    | PieceRetiree
    | DocumentEtabli
    | DossierPrepare
    | DossierScelle
    | RevisionDemandee
    | RevisionRetiree
    | DerogationDonnee
    | DossierTransmis
    | DossierRecu
    | RequeteDeposee
    | OrdonnanceRendue
    | OrdonnanceSignifiee
    | PremierActe
    | OppositionFormee
    | LigneAVoir
    | LigneEcartee
    | CreanceSoldee
    | CreanceAbandonnee,
    Field(discriminator="type"),
]


_CONTENU: TypeAdapter[Contenu] = TypeAdapter(Contenu)


def lire_contenu(texte: str) -> Contenu:
    """What a stored text says. Raises pydantic.ValidationError when no version of Dossier wrote it."""
    return _CONTENU.validate_json(texte)


class Fait(Modele):
    """One dated, numbered, immutable event of one creance, linked to the previous one."""

    creance: str
    numero: int = Field(ge=1)
    instant: AwareDatetime
    auteur: str
    texte: str
    """The JSON text of the content, exactly as stored and hashed."""
    precedente: str = Field(pattern=r"^[0-9a-f]{64}$")
    empreinte: str = Field(pattern=r"^[0-9a-f]{64}$")

    @property
    def contenu(self) -> Contenu:
        """The content, read from its stored text."""
        return lire_contenu(self.texte)


def empreinte_fait(
    precedente: str, creance: str, numero: int, instant: datetime, auteur: str, texte: str
) -> str:
    """SHA-256 (hex) over the six fields, one per line, UTF-8, instant in ISO 8601 UTC."""
    lignes = (precedente, creance, str(numero), instant.astimezone(UTC).isoformat(), auteur, texte)
    return hashlib.sha256("\n".join(lignes).encode()).hexdigest()


def enchainer(precedent: Fait | None, creance: str, instant: datetime, auteur: str, contenu: Contenu) -> Fait:
    """The next fait of the chain after `precedent` (None for the first)."""
    if instant.tzinfo is None:
        raise ValueError("l'instant d'un fait doit porter son fuseau")
    auteur = " ".join(auteur.split())
    numero = precedent.numero + 1 if precedent else 1
    if precedent is not None:
        instant = max(instant, precedent.instant)  # a clock set back must not date a fait before its elder
    precedente = precedent.empreinte if precedent else GENESE
    texte = contenu.model_dump_json()
    utc, auteur = instant.astimezone(UTC), auteur.strip()
    return Fait(
        creance=creance,
        numero=numero,
        instant=utc,
        auteur=auteur,
        texte=texte,
        precedente=precedente,
        empreinte=empreinte_fait(precedente, creance, numero, utc, auteur, texte),
    )


def rupture_de_chaine(faits: tuple[Fait, ...]) -> str | None:
    """The first break of the chain, as a French sentence; None when every link holds."""
    precedente = GENESE
    for rang, fait in enumerate(faits, start=1):
        attendue = empreinte_fait(
            precedente, fait.creance, fait.numero, fait.instant, fait.auteur, fait.texte
        )
        if fait.numero != rang:
            return f"créance {fait.creance} : le fait n° {rang} manque ou n'est pas à sa place"
        if fait.precedente != precedente or fait.empreinte != attendue:
            return f"créance {fait.creance} : le fait n° {rang} ne correspond plus à son empreinte"
        precedente = fait.empreinte
    return None
