"""A house full of fakes, and the life of creances in it through the real services."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dossier.adapters.bag import SacBagIt
from dossier.adapters.bundle_pdf import RelieurPypdf
from dossier.adapters.decompte_xlsx import en_xlsx
from dossier.core.creance import Facture
from dossier.core.decision import (
    Action,
    DemanderAppel,
    DemanderApprobation,
    Envoyer,
    Preparer,
    RompreEcheancier,
    Sauter,
    Solder,
    decide,
)
from dossier.core.etat import Etat
from dossier.core.faits import Decision, IssuePli, ResultatAppel
from dossier.core.importation import Candidate, Refus
from dossier.services import saisies
from dossier.services.avancement import accomplir
from dossier.services.creances import lire_etat, scenario_de
from dossier.services.importation import Rapport, importer
from dossier.services.outils import Outils
from tests.core.droit.loi import droit
from tests.core.vie import creancier, facture, standard
from tests.fakes import (
    ConvertisseurFactice,
    HorlogeReglee,
    HorodateurFactice,
    JournalMemoire,
    MessagerieFactice,
    MiseEnPageFactice,
    PosteFactice,
    RenduFactice,
    StoreMemoire,
    TexteFactice,
    tiny_pdf,
)

DEBUT = date(2026, 5, 4)
UN_JOUR = timedelta(days=1)
COPIE = tiny_pdf("facture")
"""The invoice as it came; None for one that is known by a table line only."""


class Atelier:
    """Every port faked but the binder, the bag and the spreadsheet, which are quick."""

    def __init__(self, jour: date = DEBUT, **autres: Any) -> None:
        self.clock = HorlogeReglee(jour)
        self.journal = JournalMemoire()
        self.store = StoreMemoire()
        self.horodateur = HorodateurFactice()
        self.rendu = RenduFactice()
        self.convertisseur = ConvertisseurFactice()
        self.messagerie = MessagerieFactice()
        self.poste = PosteFactice()
        parts: dict[str, Any] = {
            "clock": self.clock,
            "journal": self.journal,
            "store": self.store,
            "horodateur": self.horodateur,
            "rendu": self.rendu,
            "texte": TexteFactice(),
            "convertisseur": self.convertisseur,
            "messagerie": self.messagerie,
            "poste": self.poste,
            "recommande": None,
            "suivis": {},
            "relieur": RelieurPypdf(),
            "sac": SacBagIt(self.horodateur),
            "horodater_pdf": lambda pdf, _: None,
            "mise_en_page": MiseEnPageFactice(),
            "tableur": en_xlsx,
            "creancier": creancier(),
            "droit": droit(),
            "scenarios": {"standard": standard()},
        }
        self.outils = Outils(**{**parts, **autres})

    def importer(self, *lus: Facture | Refus, source: bytes | None = COPIE) -> Rapport:
        candidates = [
            lu if isinstance(lu, Refus) else Candidate(lu, f"{lu.numero}.pdf", source) for lu in lus
        ]
        return importer(self.outils, candidates, scenario="standard", auteur="essai")

    def etat(self, creance: str = "FA-1") -> Etat:
        return lire_etat(self.outils, creance)

    def action(self, creance: str = "FA-1") -> Action:
        etat = self.etat(creance)
        return decide(etat, scenario_de(self.outils, etat), self.clock.jour())

    def agir(self, creance: str = "FA-1") -> Action:
        """All that the machine does alone today, as the run of that creance does it."""
        while isinstance(
            action := self.action(creance), Preparer | Envoyer | Sauter | RompreEcheancier | Solder
        ):
            accomplir(self.outils, self.etat(creance), action, auteur="suivi")
        return action

    def aller(self, jour: date, *creances: str) -> None:
        """Live each day up to that one, included."""
        while True:
            for creance in creances or ("FA-1",):
                self.agir(creance)
            if self.clock.jour() >= jour:
                return
            self.clock.regler(self.clock.jour() + UN_JOUR)

    def jusqu_au_dossier(self, *numeros: str, preuve: bool = True) -> None:
        """Nobody pays: the call made, letters deposited, approved, handed over, until the dossier is due."""
        creances = numeros or ("FA-1",)
        pdf = tiny_pdf("preuve") if preuve else None
        while sum(self._un_jour(creance, pdf) for creance in creances):
            self.clock.regler(self.clock.jour() + UN_JOUR)

    def _un_jour(self, creance: str, pdf: bytes | None) -> bool:
        """Whether the procedure still goes on after that day."""
        outils, jour = self.outils, self.clock.jour()
        action = self.agir(creance)
        if isinstance(action, DemanderAppel):
            saisies.appel(outils, creance, ResultatAppel.SANS_SUITE, "Essai", auteur="essai")
        if isinstance(action, DemanderApprobation):
            saisies.repondre(outils, creance, Decision.APPROUVER, "Essai", auteur="essai")
            self.agir(creance)
        plis = [
            e for e in self.etat(creance).envois.values() if e.prepare.canal == "lrar" and e.fait is not None
        ]
        if plis and plis[-1].depot is None:
            numero = f"1A{sum(map(ord, creance)):09d}{len(plis):02d}"
            saisies.depot(outils, creance, numero, jour, auteur="essai", preuve=pdf)
        elif plis and plis[-1].accuse is None:
            saisies.accuse(outils, creance, IssuePli.DISTRIBUE, jour, auteur="essai", preuve=pdf)
        return type(self.action(creance)).__name__ not in {"Assembler", "Terminer"}

    def payer(self, montant: str, creance: str = "FA-1", reference: str = "VIR") -> str:
        return saisies.paiement(
            self.outils, creance, Decimal(montant), self.clock.jour(), reference, auteur="essai"
        )


def deux_factures() -> tuple[Facture, Facture]:
    return facture(numero="FA-1"), facture(numero="FA-2", montant_ttc=Decimal(500))
