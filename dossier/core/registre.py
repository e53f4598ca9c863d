"""Every creance as a payment may find it: by the number of its invoice, by who pays, by what it owes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from dossier.core.citations import compact, mots_du_nom, mots_du_texte
from dossier.core.faits import CauseAnnulation, PaiementRecu
from dossier.core.releve import Mouvement, marque_de_payeur, payeur_de


class Du(NamedTuple):
    """What matching knows of one creance."""

    creance: str
    numero: str
    debiteur: str
    """What groups the creances of one debtor."""
    denomination: str
    emise: date
    echeance: date
    reste: Decimal
    """Euros of the invoice not covered yet."""
    deja_paye: Decimal
    """What was paid before it was imported."""
    importee: date
    paiements: tuple[PaiementRecu, ...]
    """Those that count."""
    close: str = ""
    """Why nothing more can be recorded: « payée », « abandonnée »…; empty while it is open."""


class Trace(NamedTuple):
    """A payment that came from a line of a statement, cancelled since or not."""

    creance: str
    numero: str
    montant: Decimal
    annulation: CauseAnnulation | None = None


Exigibles = Callable[[str, date], tuple[Decimal, ...]]
"""All that is due on a creance: today, then, last, as it stood on that day when that can be told."""


@dataclass
class Registre:
    """Every creance, found by the number of its invoice, the name or the account of its debtor, what it owes.

    `poser` brings one up to date once a payment is recorded.
    """

    exigibles: Exigibles
    dus: dict[str, Du] = field(default_factory=dict)
    traces: dict[str, list[Trace]] = field(default_factory=dict)
    """By the identity of the line."""
    du_fichier: frozenset[str] = frozenset()
    """The identities of the lines of the statement at hand."""
    numeros: dict[str, list[str]] = field(default_factory=dict)
    noms: dict[str, list[tuple[str, frozenset[str]]]] = field(default_factory=dict)
    """The longest word of a name -> debtors, with all the words of theirs."""
    payeurs: dict[str, set[str]] = field(default_factory=dict)
    """The mark of an account -> the debtors that paid from it."""
    debiteurs: dict[str, list[str]] = field(default_factory=dict)
    restes: dict[Decimal, dict[str, None]] = field(default_factory=dict)
    """What remains of an invoice, or once remained -> the creances."""
    recus: dict[Decimal, dict[str, None]] = field(default_factory=dict)
    """The amount of a payment -> the creances that received one."""

    def poser(self, du: Du) -> None:
        """Know that creance, or know it again after a change."""
        if du.creance not in self.dus:
            self.numeros.setdefault(compact(du.numero), []).append(du.creance)
            self._nommer(du)
        self.dus[du.creance] = du
        self.restes.setdefault(du.reste, {})[du.creance] = None
        for paiement in du.paiements:
            self.recus.setdefault(paiement.montant, {})[du.creance] = None
            if marque := payeur_de(paiement.reference):
                self.payeurs.setdefault(marque, set()).add(du.debiteur)

    def _nommer(self, du: Du) -> None:
        connus = self.debiteurs.setdefault(du.debiteur, [])
        if not connus and (mots := mots_du_nom(du.denomination)):
            self.noms.setdefault(max(sorted(mots), key=len), []).append((du.debiteur, mots))
        connus.append(du.creance)

    def reconnus(self, mouvement: Mouvement) -> tuple[str, ...]:
        """The debtors whose account, else whose name, is that of who pays."""
        marque = marque_de_payeur(mouvement.iban)
        if par_compte := self.payeurs.get(marque, set()):
            return tuple(sorted(par_compte))
        mots = mots_du_texte(f"{mouvement.payeur} {mouvement.libelle}")
        nommes = (d for mot in mots for d, nom in self.noms.get(mot, ()) if nom <= mots)
        return tuple(sorted(nommes))

    def ouvertes(self, debiteurs: Iterable[str]) -> list[Du]:
        """What these debtors still owe, the oldest first."""
        dus = [self.dus[creance] for debiteur in debiteurs for creance in self.debiteurs[debiteur]]
        return sorted((d for d in dus if not d.close), key=lambda d: (d.echeance, d.numero))

    def noms_de(self, debiteurs: Iterable[str]) -> str:
        """`Hôtel Utopie SAS ou Garage Nulle-Part`."""
        premiers = (self.dus[self.debiteurs[debiteur][0]] for debiteur in debiteurs)
        return " ou ".join(dict.fromkeys(du.denomination for du in premiers))
