"""What replaying the faits of a creance gives: where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import reduce
from typing import assert_never

from dossier.core.creance import Facture
from dossier.core.faits import (
    AccuseRecu,
    AppelConsigne,
    ApprobationDonnee,
    Archive,
    AvoirEmis,
    Canal,
    Contenu,
    CreanceAbandonnee,
    CreanceDeclaree,
    CreanceOuverte,
    CreanceSoldee,
    DocumentEtabli,
    DossierPrepare,
    DossierScelle,
    EcheancierAccorde,
    EcheancierRompu,
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRemplace,
    EnvoiRetire,
    EtapeSautee,
    Fait,
    LitigeLeve,
    LitigeOuvert,
    PaiementRecu,
    PieceAjoutee,
    PliDepose,
    ProcedureCollectiveEcartee,
    ProcedureCollectiveOuverte,
    QuestionPosee,
    RemiseTentee,
)
from dossier.core.montants import ZERO


@dataclass(frozen=True)
class Envoi:
    """One sending: its intent, its proof and, for a registered letter, its life at the post."""

    prepare: EnvoiPrepare
    tentee: RemiseTentee | None = None
    fait: EnvoiFait | None = None
    depot: PliDepose | None = None
    accuse: AccuseRecu | None = None
    retire: EnvoiRetire | None = None

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
    scenario: str
    source: Archive | None
    numero: int = 1
    envois: dict[str, Envoi] = field(default_factory=dict)
    sautees: dict[str, EtapeSautee] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    """Open questions: step -> key of the last asking."""
    approbations: dict[str, ApprobationDonnee] = field(default_factory=dict)
    appels: dict[str, AppelConsigne] = field(default_factory=dict)
    paiements: tuple[PaiementRecu, ...] = ()
    avoirs: tuple[AvoirEmis, ...] = ()
    procedure: ProcedureCollectiveOuverte | None = None
    litige: LitigeOuvert | None = None
    echeancier: EcheancierAccorde | None = None
    solde_accorde: Decimal = ZERO
    """Euros still due on the invoice when the instalment plan was granted."""
    pieces: tuple[PieceAjoutee, ...] = ()
    documents: tuple[DocumentEtabli, ...] = ()
    preparation: DossierPrepare | None = None
    dossier: DossierScelle | None = None
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


def rejouer(faits: Sequence[Fait]) -> Etat:
    """The state after these faits; the first one must open the creance."""
    return poursuivre(None, [fait.contenu for fait in faits])


def poursuivre(etat: Etat | None, contenus: Sequence[Contenu]) -> Etat:
    """The state after these further contents."""
    resultat = reduce(_appliquer, contenus, etat)
    if resultat is None:
        raise ValueError("une créance sans aucun fait n'a pas d'état")
    return resultat


def _appliquer(etat: Etat | None, contenu: Contenu) -> Etat:
    if etat is None:
        if not isinstance(contenu, CreanceOuverte):
            raise ValueError("le premier fait d'une créance est son ouverture")
        return Etat(facture=contenu.facture, scenario=contenu.scenario, source=contenu.source)
    return replace(_changer(etat, contenu), numero=etat.numero + 1)


def _changer(etat: Etat, contenu: Contenu) -> Etat:  # noqa: C901, PLR0911, PLR0912 - one case per kind of fait
    match contenu:
        case CreanceOuverte():
            raise ValueError("une créance ne s'ouvre qu'une fois")
        case EtapeSautee():
            return replace(etat, sautees={**etat.sautees, contenu.etape: contenu})
        case EnvoiPrepare():
            return replace(etat, envois={**etat.envois, contenu.cle: Envoi(contenu)})
        case EnvoiRemplace(cle=cle, pdf=pdf, source=source):
            envoi = etat.envois[cle]
            autre = replace(envoi, prepare=envoi.prepare.model_copy(update={"pdf": pdf, "source": source}))
            return replace(etat, envois={**etat.envois, cle: autre})
        case EnvoiRetire():
            return _envoi(etat, contenu.cle, retire=contenu)
        case RemiseTentee():
            return _envoi(etat, contenu.cle, tentee=contenu)
        case EnvoiFait():
            return _envoi(etat, contenu.cle, fait=contenu)
        case PliDepose():
            return _envoi(etat, contenu.cle, depot=contenu)
        case AccuseRecu():
            return _envoi(etat, contenu.cle, accuse=contenu)
        case QuestionPosee():
            return replace(etat, questions={**etat.questions, contenu.etape: contenu.question})
        case ApprobationDonnee():
            apres = _repondue(etat, contenu.etape)
            return replace(apres, approbations={**etat.approbations, contenu.etape: contenu})
        case AppelConsigne():
            apres = _repondue(etat, contenu.etape)
            return replace(apres, appels={**etat.appels, contenu.etape: contenu})
        case PaiementRecu():
            return replace(etat, paiements=(*etat.paiements, contenu))
        case AvoirEmis():
            return replace(etat, avoirs=(*etat.avoirs, contenu))
        case ProcedureCollectiveOuverte():
            return replace(etat, procedure=contenu, approbations={})
        case ProcedureCollectiveEcartee():
            return replace(etat, procedure=None)
        case LitigeOuvert():
            # What was approved before is asked again: the person did not know of the dispute.
            return replace(etat, litige=contenu, approbations={})
        case LitigeLeve():
            return replace(etat, litige=None)
        case EcheancierAccorde():
            return replace(etat, echeancier=contenu, solde_accorde=etat.solde, approbations={})
        case EcheancierRompu():
            return replace(etat, echeancier=None)
        case DocumentEtabli():
            return replace(etat, documents=(*etat.documents, contenu))
        case PieceAjoutee():
            return replace(etat, pieces=(*etat.pieces, contenu))
        case DossierPrepare():
            return replace(etat, preparation=contenu)
        case DossierScelle():
            return replace(etat, dossier=contenu)
        case CreanceSoldee() | CreanceAbandonnee() | CreanceDeclaree():
            return replace(etat, fin=contenu)
        case _:
            assert_never(contenu)


def _repondue(etat: Etat, etape: str) -> Etat:
    """The question asked for that step, if any, is no longer open."""
    return replace(etat, questions={nom: cle for nom, cle in etat.questions.items() if nom != etape})


def _envoi(
    etat: Etat, cle: str, **nouveau: EnvoiRetire | RemiseTentee | EnvoiFait | PliDepose | AccuseRecu
) -> Etat:
    apres = replace(etat.envois[cle], **nouveau)  # type: ignore[arg-type]  # the callers' keywords are its fields
    return replace(etat, envois={**etat.envois, cle: apres})
