"""The immutable events of a creance, and the chain of digests that binds them.

Each `Fait` wraps one `Contenu` (a versioned pydantic union). Its digest covers the exact JSON text
that is stored and the digest of the previous fait, so that an expert can check the chain with
`sha256sum` alone, without this code.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, TypeAdapter

from dossier.core.creance import Facture
from dossier.core.modele import Modele
from dossier.core.montants import Montant

GENESE = "0" * 64


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


class IssuePli(StrEnum):
    """What became of a registered letter."""

    DISTRIBUE = "distribue"
    REFUSE = "refuse"
    AVISE_NON_RECLAME = "avise_non_reclame"
    NPAI = "npai"


class Decision(StrEnum):
    APPROUVER = "approuver"
    REPORTER = "reporter"
    REFUSER = "refuser"


class ResultatAppel(StrEnum):
    MESSAGE_LAISSE = "message_laisse"
    INJOIGNABLE = "injoignable"
    FACTURE_NON_RECUE = "facture_non_recue"
    ATTENTE_APPROBATION = "attente_approbation"
    PAIEMENT_ANNONCE = "paiement_annonce"
    PAIEMENT_ENVOYE = "paiement_envoye"
    SANS_SUITE = "sans_suite"


class GenrePiece(StrEnum):
    """Kinds of exhibit, in the order in which a dossier lists them."""

    CONTRAT = "contrat"
    DEVIS = "devis"
    COMMANDE = "commande"
    CGV = "cgv"
    LIVRAISON = "livraison"
    FACTURE = "facture"
    ECHANGE = "echange"
    MISE_EN_DEMEURE = "mise_en_demeure"
    PREUVE_DEPOT = "preuve_depot"
    AVIS_RECEPTION = "avis_reception"
    DECOMPTE = "decompte"
    IDENTITE = "identite"
    COMPTE = "compte"


class CreanceOuverte(Modele):
    """The invoice entered the system; always fait number 1."""

    type: Literal["creance_ouverte"] = "creance_ouverte"
    version: Literal[1] = 1
    facture: Facture
    scenario: str
    source: Archive | None = None
    """The invoice as received (the Factur-X PDF); None when only a table line is known."""


class EtapeSautee(Modele):
    type: Literal["etape_sautee"] = "etape_sautee"
    version: Literal[1] = 1
    etape: str
    motif: str
    jour: date


class EnvoiPrepare(Modele):
    """Intent: this document is ready to go by this channel. `cle` names the sending for ever."""

    type: Literal["envoi_prepare"] = "envoi_prepare"
    version: Literal[1] = 1
    cle: str
    etape: str
    canal: Canal
    jour: date
    """The date printed on the document."""
    intitule: str
    destinataire: str
    reste: Montant
    """What the document says is still due on the invoice itself."""
    pdf: Archive
    source: Archive
    """The Word file of a letter, the complete .eml of an e-mail."""
    groupe: tuple[str, ...] = ()
    """All the creances that the document is about, first the one whose run sends it; empty when alone."""


class RemiseTentee(Modele):
    """The carrier is about to be given the document: from here on, only its answer tells whether it left."""

    type: Literal["remise_tentee"] = "remise_tentee"
    version: Literal[1] = 1
    cle: str
    jour: date


class EnvoiRemplace(Modele):
    """A person put another Word file in the place of the one prepared, at its approval."""

    type: Literal["envoi_remplace"] = "envoi_remplace"
    version: Literal[1] = 1
    cle: str
    par: str
    pdf: Archive
    source: Archive
    jour: date


class EnvoiRetire(Modele):
    """A document common to several creances is no longer true for one of them: it does not leave."""

    type: Literal["envoi_retire"] = "envoi_retire"
    version: Literal[1] = 1
    cle: str
    motif: str
    jour: date


class EnvoiFait(Modele):
    """Proof: the carrier took it (SMTP answer, print tray)."""

    type: Literal["envoi_fait"] = "envoi_fait"
    version: Literal[1] = 1
    cle: str
    jour: date
    preuve: str


class PliDepose(Modele):
    """A registered letter was handed to the post."""

    type: Literal["pli_depose"] = "pli_depose"
    version: Literal[1] = 1
    cle: str
    numero: str
    jour: date
    preuve: Archive | None = None


class AccuseRecu(Modele):
    """What became of the registered letter; the last one recorded is the one that counts."""

    type: Literal["accuse_recu"] = "accuse_recu"
    version: Literal[1] = 1
    cle: str
    issue: IssuePli
    premiere_presentation: date
    """The day of first presentation; for `distribue`, the day it was handed over."""
    jour: date
    """The day the outcome was recorded by the carrier."""
    preuve: Archive | None = None


class QuestionPosee(Modele):
    """A person was asked; `question` is the key of this very asking."""

    type: Literal["question_posee"] = "question_posee"
    version: Literal[1] = 1
    etape: str
    question: str


class ApprobationDonnee(Modele):
    type: Literal["approbation_donnee"] = "approbation_donnee"
    version: Literal[1] = 1
    etape: str
    envoi: str
    """The key of the sending that was shown."""
    decision: Decision
    par: str
    motif: str = ""
    jusqu_au: date | None = None
    jour: date


class AppelConsigne(Modele):
    type: Literal["appel_consigne"] = "appel_consigne"
    version: Literal[1] = 1
    etape: str
    resultat: ResultatAppel
    note: str = ""
    par: str
    jour: date


class PaiementRecu(Modele):
    type: Literal["paiement_recu"] = "paiement_recu"
    version: Literal[1] = 1
    montant: Montant = Field(gt=0)
    jour: date
    reference: str
    moyen: str = "virement"


class AvoirEmis(Modele):
    """A credit note on the invoice: it lowers the principal, it is not a payment."""

    type: Literal["avoir_emis"] = "avoir_emis"
    version: Literal[1] = 1
    numero: str
    montant: Montant = Field(gt=0)
    jour: date
    pdf: Archive | None = None


class NatureProcedure(StrEnum):
    SAUVEGARDE = "sauvegarde"
    REDRESSEMENT = "redressement"
    LIQUIDATION = "liquidation"


class ProcedureCollectiveOuverte(Modele):
    """An insolvency judgment: nothing more may be filed, the claim must be declared (C. com. L622-21)."""

    type: Literal["procedure_collective_ouverte"] = "procedure_collective_ouverte"
    version: Literal[1] = 1
    nature: NatureProcedure
    jugement: date
    publication: date | None
    """The day of the BODACC, from which the time to declare runs; None while it is not known."""
    declaration_avant: date | None
    """The last day to aim at, not extended; None while the publication is not known."""
    declaration_limite: date | None = None
    """The legal last day, extended to a working day."""
    mandataire: str = ""
    jour: date


class ProcedureCollectiveEcartee(Modele):
    """The insolvency did not concern this debtor, or was recorded by mistake."""

    type: Literal["procedure_collective_ecartee"] = "procedure_collective_ecartee"
    version: Literal[1] = 1
    motif: str
    jour: date


class CreanceDeclaree(Modele):
    """The claim was declared in the insolvency procedure (C. com. L622-24): nothing else is to be done."""

    type: Literal["creance_declaree"] = "creance_declaree"
    version: Literal[1] = 1
    envoi: str
    """How the declaration left: the number of its registered letter, or other words."""
    jour: date
    preuve: Archive | None = None


class LitigeOuvert(Modele):
    type: Literal["litige_ouvert"] = "litige_ouvert"
    version: Literal[1] = 1
    motif: str
    jour: date


class LitigeLeve(Modele):
    type: Literal["litige_leve"] = "litige_leve"
    version: Literal[1] = 1
    conclusion: str
    jour: date


class Mensualite(Modele):
    jour: date
    montant: Montant = Field(gt=0)


class EcheancierAccorde(Modele):
    """The debtor may pay by instalments; a missed one brings the procedure back."""

    type: Literal["echeancier_accorde"] = "echeancier_accorde"
    version: Literal[1] = 1
    mensualites: tuple[Mensualite, ...] = Field(min_length=1)
    jour: date


class EcheancierRompu(Modele):
    type: Literal["echeancier_rompu"] = "echeancier_rompu"
    version: Literal[1] = 1
    manquee: date
    jour: date


class GenreDocument(StrEnum):
    """Documents that a person asks for, outside the steps of a scenario."""

    ACCORD_ECHELONNEMENT = "accord_echelonnement"
    COMPTE_RENDU_APPEL = "compte_rendu_appel"
    QUITTANCE = "quittance"


class DocumentEtabli(Modele):
    """One such document, written and archived; sending or signing it is left to the person."""

    type: Literal["document_etabli"] = "document_etabli"
    version: Literal[1] = 1
    genre: GenreDocument
    intitule: str
    pdf: Archive
    source: Archive
    jour: date


class PieceAjoutee(Modele):
    type: Literal["piece_ajoutee"] = "piece_ajoutee"
    version: Literal[1] = 1
    genre: GenrePiece
    intitule: str
    jour: date
    pdf: Archive


class DossierPrepare(Modele):
    """Intent to seal one dossier for these creances; written to all of them at once."""

    type: Literal["dossier_prepare"] = "dossier_prepare"
    version: Literal[1] = 1
    dossier: str
    creances: tuple[str, ...]
    pilote: str
    """The creance whose run does the work; the others wait for it."""
    instant: AwareDatetime


class DossierScelle(Modele):
    """The dossier is sealed and stored; the same fait in each of its creances."""

    type: Literal["dossier_scelle"] = "dossier_scelle"
    version: Literal[1] = 1
    dossier: str
    zip: Archive
    pieces: int
    total: Montant
    jour: date


class CreanceSoldee(Modele):
    """Nothing more is claimed. `renonce`: penalties and indemnity that the creditor lets go.

    None when a rate of that day was not known yet: nobody claims them, so they need no figure.
    """

    type: Literal["creance_soldee"] = "creance_soldee"
    version: Literal[1] = 1
    renonce: Montant | None
    jour: date


class CreanceAbandonnee(Modele):
    type: Literal["creance_abandonnee"] = "creance_abandonnee"
    version: Literal[1] = 1
    motif: str
    jour: date


Contenu = Annotated[
    CreanceOuverte
    | EtapeSautee
    | EnvoiPrepare
    | EnvoiRemplace
    | EnvoiRetire
    | RemiseTentee
    | EnvoiFait
    | PliDepose
    | AccuseRecu
    | QuestionPosee
    | ApprobationDonnee
    | AppelConsigne
    | PaiementRecu
    | AvoirEmis
    | ProcedureCollectiveOuverte
    | ProcedureCollectiveEcartee
    | CreanceDeclaree
    | LitigeOuvert
    | LitigeLeve
    | EcheancierAccorde
    | EcheancierRompu
    | PieceAjoutee
    | DocumentEtabli
    | DossierPrepare
    | DossierScelle
    | CreanceSoldee
    | CreanceAbandonnee,
    Field(discriminator="type"),
]
_CONTENU: TypeAdapter[Contenu] = TypeAdapter(Contenu)


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
        return _CONTENU.validate_json(self.texte)


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
