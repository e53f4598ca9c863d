"""Where a creance stands: the invoice, what was sent, what was answered."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from dossier.core.creance import Facture
from dossier.core.faits import (
    AccuseRecu,
    AdresseVerifiee,
    AppelConsigne,
    ApprobationDonnee,
    Archive,
    AvoirEmis,
    Canal,
    CreanceAbandonnee,
    CreanceDeclaree,
    CreanceSoldee,
    DerogationDonnee,
    DocumentEtabli,
    DossierPrepare,
    DossierScelle,
    EcheancierAccorde,
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRetire,
    EnvoiSignale,
    EtapeAvancee,
    EtapeSautee,
    IssuePli,
    LitigeOuvert,
    PaiementRecu,
    PieceAjoutee,
    PieceRetiree,
    PliDepose,
    ProcedureCollectiveOuverte,
    ProcedureSuspendue,
    PromesseFaite,
    RemiseDouteuse,
    RemiseTentee,
    RevisionDemandee,
    ScanRecu,
    SuiviRecu,
)
from dossier.core.montants import ZERO
from dossier.core.suites import Suites


@dataclass(frozen=True)
class Envoi:
    """One sending: its intent, its proof and, for a registered letter, its life at the post."""

    prepare: EnvoiPrepare
    tentee: RemiseTentee | None = None
    douteuse: RemiseDouteuse | None = None
    fait: EnvoiFait | None = None
    depot: PliDepose | None = None
    suivi: SuiviRecu | None = None
    """What the carrier last said."""
    accuses: tuple[AccuseRecu, ...] = ()
    """Each word on what became of it, in the order in which they were recorded."""
    scans: tuple[ScanRecu, ...] = ()
    retire: EnvoiRetire | None = None
    signale: EnvoiSignale | None = None
    contredit: bool = False
    """The carrier's last word gainsays what was recorded before; a person's word settles it."""
    adresse_revue: bool = False
    """It came back from a wrong address, and a person has looked for the right one since."""

    @property
    def accuse(self) -> AccuseRecu | None:
        """What became of it: the last word recorded counts."""
        return self.accuses[-1] if self.accuses else None

    @property
    def revenu_sans_adresse(self) -> bool:
        """Not at this address (NPAI), and nobody has looked for the right one yet."""
        npai = self.accuse is not None and self.accuse.issue is IssuePli.NPAI
        return npai and not self.adresse_revue

    @property
    def a_renvoyer(self) -> bool:
        """Not at this address, and the right one was looked for since: it may be sent again."""
        return self.adresse_revue and self.accuse is not None and self.accuse.issue is IssuePli.NPAI

    @property
    def depart(self) -> date | None:
        """The day it left: that of its deposit for a registered letter; None while it has not."""
        if self.prepare.canal is Canal.LRAR:
            return self.depot.jour if self.depot else None
        return self.fait.jour if self.fait else None


@dataclass(frozen=True)
class Etat:
    """The state of one creance after `numero` faits."""

    facture: Facture
    """As the last faits know it: the debtor may have moved since."""
    scenario: str
    source: Archive | None
    debiteur: str
    """What groups the creances of one debtor (`Debiteur.cle` at the opening): it outlives a move."""
    numero: int = 1
    envois: dict[str, Envoi] = field(default_factory=dict)
    sautees: dict[str, EtapeSautee] = field(default_factory=dict)
    avancees: dict[str, EtapeAvancee] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    """Open questions: step -> key of the last asking."""
    approbations: dict[str, ApprobationDonnee] = field(default_factory=dict)
    appels: dict[str, AppelConsigne] = field(default_factory=dict)
    paiements: tuple[PaiementRecu, ...] = ()
    avoirs: tuple[AvoirEmis, ...] = ()
    procedure: ProcedureCollectiveOuverte | None = None
    litige: LitigeOuvert | None = None
    suspension: ProcedureSuspendue | None = None
    promesses: tuple[PromesseFaite, ...] = ()
    """The last one counts; the others tell how the debtor keeps his word."""
    echeancier: EcheancierAccorde | None = None
    solde_accorde: Decimal = ZERO
    """Euros still due on the invoice when the instalment plan was granted."""
    pieces: tuple[PieceAjoutee, ...] = ()
    """Those that people attached and did not withdraw."""
    retirees: tuple[PieceRetiree, ...] = ()
    documents: tuple[DocumentEtabli, ...] = ()
    adresse: AdresseVerifiee | None = None
    """The last word on where the debtor is, when a person looked."""
    preparation: DossierPrepare | None = None
    derogations: tuple[DerogationDonnee, ...] = ()
    dossier: DossierScelle | None = None
    """The last version sealed."""
    revision: RevisionDemandee | None = None
    """A next version is to be sealed."""
    suites: Suites = field(default_factory=Suites)
    """What was recorded since the dossier was sealed."""
    fin: CreanceSoldee | CreanceAbandonnee | CreanceDeclaree | None = None

    @property
    def creance(self) -> str:
        return self.facture.creance

    @property
    def solde(self) -> Decimal:
        """Euros of the invoice not yet covered by payments and credit notes; negative when overpaid."""
        paye = sum((paiement.montant for paiement in self.paiements), ZERO)
        credite = sum((avoir.montant for avoir in self.avoirs), ZERO)
        return self.facture.montant_ttc - self.facture.deja_paye - paye - credite

    def envois_de(self, etape: str) -> tuple[Envoi, ...]:
        """The sendings of a step, in the order in which they were prepared."""
        return tuple(envoi for envoi in self.envois.values() if envoi.prepare.etape == etape)
