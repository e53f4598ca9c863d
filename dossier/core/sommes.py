"""The sums that an application asks for, line by line, as the forms of the courts set them out (CPC, art. 1407)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from dossier.core.creance import Facture, Genre
from dossier.core.dates import en_chiffres, en_lettres
from dossier.core.droit.penalites import Segment
from dossier.core.faits import GenrePiece
from dossier.core.montants import INSECABLE, ZERO, en_euros, en_pourcent
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil, renvoi, total

DU_CONTRAT = (GenrePiece.CONTRAT, GenrePiece.DEVIS, GenrePiece.COMMANDE, GenrePiece.CGV, GenrePiece.LIVRAISON)
JOINT = "décompte joint"
MEMOIRE, NEANT = "mémoire", "néant"
INTERETS = {
    Genre.ENTREPRISE: (
        "Pénalités de retard échues",
        "Pénalités de retard à échoir",
        "Article L441-10, II du code de commerce",
        "taux de la BCE majoré de dix points",
    ),
    Genre.PARTICULIER: (
        "Intérêts légaux échus",
        "Intérêts légaux à échoir",
        "Articles 1231-6 et 1344-1 du code civil",
        "taux de l'intérêt légal",
    ),
}
INDEMNITE = "Articles L441-10, II et D441-5 du code de commerce"


class Poste(StrEnum):
    """The lines of the table of sums, in the order of the form of the tribunal de commerce."""

    PRINCIPAL = "principal"
    INTERETS_ECHUS = "interets_echus"
    INTERETS_A_ECHOIR = "interets_a_echoir"
    CLAUSE_PENALE = "clause_penale"
    FRAIS_ACCESSOIRES = "frais_accessoires"
    INDEMNITE = "indemnite"
    TOTAL = "total"


class Somme(NamedTuple):
    """One line: its amount in euros, or None when nothing is asked for or it is not yet a figure."""

    poste: Poste
    libelle: str
    montant: Decimal | None
    fondement: str = ""
    pieces: str = ""

    @property
    def ecrite(self) -> str:
        """The amount as it is printed."""
        if self.montant is not None:
            return en_euros(self.montant)
        return MEMOIRE if self.poste is Poste.INTERETS_A_ECHOIR else NEANT


def sommes_demandees(recueils: Sequence[Recueil], pieces: Sequence[Piece], jour: date) -> tuple[Somme, ...]:
    """The lines whose sum is the last one, for these invoices of one debtor who is not a public body.

    Code de procédure civile, art. 1407. Nothing is asked for as a clause pénale or as frais accessoires: the
    costs before a title stay with the creditor (CPCE, art. L111-8), and no consumer owes the indemnity.
    """
    return tuple(_sommes(recueils, pieces, jour))


def depuis(recueils: Sequence[Recueil]) -> date | None:
    """The first day whose interest is still due, when it is the same for all these invoices."""
    debuts = {dus[0].du for recueil in recueils if (dus := recueil.decompte.segments_dus)}
    return debuts.pop() if len(debuts) == 1 else None


def depuis_en_mots(recueils: Sequence[Recueil]) -> str:
    """From when the interest still due on these invoices runs, in French; empty when none is."""
    debut = depuis(recueils)
    if debut is not None:
        return f"à compter du {en_chiffres(debut)}"
    if not any(recueil.decompte.segments_dus for recueil in recueils):
        return ""
    if _regles(recueils):
        return f"pour chaque facture, à compter du jour porté au {JOINT}"
    if recueils[0].etat.facture.debiteur.genre is Genre.PARTICULIER:
        return f"pour chaque facture, à compter du lendemain de sa mise en demeure ({JOINT})"
    return f"pour chaque facture, à compter du lendemain de son échéance ({JOINT})"


def taux_appliques(recueils: Sequence[Recueil], *, a_ce_jour: bool = False) -> str:
    """In words and in figures, each rate of the interest still due on these invoices, or that of the last day."""
    par_source: dict[str, list[Segment]] = {}
    for recueil in recueils:
        segments = recueil.decompte.segments[-1:] if a_ce_jour else recueil.decompte.segments_dus
        par_source.setdefault(_source(recueil.etat.facture), []).extend(segments)
    return ", et ".join(_en_mots(source, segments, a_ce_jour) for source, segments in par_source.items())


def _sommes(recueils: Sequence[Recueil], pieces: Sequence[Piece], jour: date) -> Iterator[Somme]:
    principal = sum((r.decompte.principal_restant for r in recueils), ZERO)
    indemnite = sum((r.decompte.indemnite_restante for r in recueils), ZERO)
    contrat = renvoi([p for p in pieces if p.genre in DU_CONTRAT or p.genre is GenrePiece.FACTURE])
    impayees = "Facture impayée" if len(recueils) == 1 else "Factures impayées"
    yield Somme(Poste.PRINCIPAL, "Principal", principal, f"{impayees}, article 1103 du code civil", contrat)
    yield from _interets(recueils, principal, jour)
    yield Somme(Poste.CLAUSE_PENALE, "Clause pénale", None)
    yield Somme(Poste.FRAIS_ACCESSOIRES, "Frais accessoires, hors dépens", None)
    if indemnite > 0:
        nom = f"Indemnité forfaitaire pour frais de recouvrement{_fois(recueils)}"
        yield Somme(Poste.INDEMNITE, nom, indemnite, INDEMNITE, contrat)
    yield Somme(Poste.TOTAL, "Total", total(recueils))


def _interets(recueils: Sequence[Recueil], principal: Decimal, jour: date) -> Iterator[Somme]:
    """What is due until `jour`, and what will be due from the next day on the principal that remains."""
    echus, a_echoir, texte, _ = INTERETS[recueils[0].etat.facture.debiteur.genre]
    restants = sum((r.decompte.interets_restants for r in recueils), ZERO)
    yield Somme(
        Poste.INTERETS_ECHUS,
        f"{echus} {_periode(recueils, jour)}{deja_regles(recueils)}",
        restants,
        f"{texte}{INSECABLE}: {taux_appliques(recueils)}",
        JOINT,
    )
    if principal > 0:
        yield Somme(
            Poste.INTERETS_A_ECHOIR,
            f"{a_echoir}, à compter du {en_lettres(jour + timedelta(days=1))} et jusqu'au paiement",
            None,
            f"{texte}{INSECABLE}: {taux_appliques(recueils, a_ce_jour=True)}, sur le principal",
            JOINT,
        )


def deja_regles(recueils: Sequence[Recueil]) -> str:
    """What payments took of the periods told, in French: nothing when they paid whole periods, told no more."""
    courus = sum((s.montant for r in recueils for s in r.decompte.segments_dus), ZERO)
    restants = sum((r.decompte.interets_restants for r in recueils), ZERO)
    return f", dont {en_euros(courus - restants)} déjà réglés" if courus > restants else ""


def _regles(recueils: Sequence[Recueil]) -> bool:
    """Whether payments took interest of any of these invoices."""
    return any(recueil.decompte.interets_restants < recueil.decompte.penalites for recueil in recueils)


def _periode(recueils: Sequence[Recueil], jour: date) -> str:
    debut = depuis(recueils)
    return f"du {en_lettres(debut)} au {en_lettres(jour)}" if debut else f"au {en_lettres(jour)}"


def _fois(recueils: Sequence[Recueil]) -> str:
    """How many invoices bear one, when there are several."""
    nombre = len([r for r in recueils if r.decompte.indemnite_restante > 0])
    return f" ({nombre} factures)" if nombre > 1 else ""


def _source(facture: Facture) -> str:
    if facture.taux_stipule is not None and facture.debiteur.genre is Genre.ENTREPRISE:
        return f"taux stipulé pour la facture n°{INSECABLE}{facture.numero}"
    *_, mots = INTERETS[facture.debiteur.genre]
    return mots


def _en_mots(source: str, segments: Sequence[Segment], a_ce_jour: bool) -> str:
    ordre = sorted(segments, key=lambda segment: segment.du)
    taux = " puis ".join(dict.fromkeys(en_pourcent(segment.taux) for segment in ordre))
    return f"{source}, soit {taux}{' à ce jour' if a_ce_jour else ''}" if taux else source
