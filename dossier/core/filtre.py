"""Which creances an act on many of them is about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dossier.core.creance import identifiant
from dossier.core.decision import Action, Assembler, Attendre, Solder, Suivre, Terminer, decide
from dossier.core.etat import Etat
from dossier.core.modele import Modele
from dossier.core.montants import Montant
from dossier.core.mots import mots
from dossier.core.scenario import Scenario


class Filtre(Modele):
    """Everything that is said must hold; nothing said: every open creance."""

    factures: tuple[str, ...] = ()
    """Numbers of invoices; empty for all."""
    debiteur: str = ""
    """A part of the name, accents and capitals or not, or the SIREN."""
    scenario: str = ""
    etape: str = ""
    """The step where the creance stands, as its tag says it."""
    retard: int | None = None
    """Days since the échéance, at least."""
    reste: Montant | None = None
    """Euros still due on the invoice, at least."""

    def retient(self, etat: Etat, scenario: Scenario, jour: date) -> bool:
        """Whether an open creance is one of them on that day."""
        return (
            etat.fin is None
            and self._nommee(etat)
            and self._du_debiteur(etat)
            and self.scenario in {"", etat.scenario}
            and self._assez(etat, jour)
            and (not self.etape or self.etape == etape_de(decide(etat, scenario, jour)))
        )

    def _nommee(self, etat: Etat) -> bool:
        return not self.factures or etat.creance in {identifiant(numero) for numero in self.factures}

    def _du_debiteur(self, etat: Etat) -> bool:
        cherche, debiteur = mots(self.debiteur), etat.facture.debiteur
        if not cherche:
            return not self.debiteur.strip()
        return cherche in mots(debiteur.denomination) or cherche.replace(" ", "") == debiteur.siren

    def _assez(self, etat: Etat, jour: date) -> bool:
        assez_tard = self.retard is None or (jour - etat.facture.echeance).days >= self.retard
        return assez_tard and (self.reste is None or etat.solde >= Decimal(self.reste))


def etape_de(action: Action) -> str:
    """The step where a creance stands when that is what it must do or wait for."""
    match action:
        case Attendre(etape=nom):
            return nom
        case Suivre():
            return "procedure"
        case Assembler():
            return "dossier"
        case Solder() | Terminer():
            return "fin"
        case _:
            return getattr(getattr(action, "etape", None), "nom", "echeancier")
