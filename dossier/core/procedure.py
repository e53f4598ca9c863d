"""The papers of the ways to court that a dossier holds: those that the law knows for these claims, no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.cerfa import contexte_cerfa
from dossier.core.courriers import Contexte
from dossier.core.creance import Creancier, Facture
from dossier.core.examen import Examen
from dossier.core.mandat import contexte_mandat, motif_sans_mandat
from dossier.core.pieces import Piece
from dossier.core.recueil import Recueil
from dossier.core.requete import contexte_requete, motif_de_refus

REQUETE, CHAMPS, MANDAT = "01-requete", "08-champs-cerfa", "09-mandat-commissaire-de-justice"
SIGNIFICATION = "07-lettre-commissaire-de-justice"
"""The letter that hands over the ordonnance to be served: without an application there will be none."""


class Papier(NamedTuple):
    """One paper: its name in the bag without extension, its template, its variables."""

    nom: str
    modele: str
    contexte: Contexte


def papiers_absents(factures: Sequence[Facture], examen: Examen) -> frozenset[str]:
    """The names of the papers that the law does not know for these claims (CPC, art. 1405; CPCE, art. L126-1)."""
    sans_injonction = {REQUETE, CHAMPS, SIGNIFICATION} if motif_de_refus(factures) else set[str]()
    sans_mandat = {MANDAT} if motif_sans_mandat(examen) else set[str]()
    return frozenset(sans_injonction | sans_mandat)


def papiers_de_procedure(
    recueils: Sequence[Recueil],
    pieces: Sequence[Piece],
    pages: Sequence[int],
    creancier: Creancier,
    examen: Examen,
    dossier: str,
    jour: date,
) -> tuple[Papier, ...]:
    """The application, the fields of its form, the mandate: those that are not absent, in the order of the bag."""
    return tuple(_papiers(recueils, pieces, pages, creancier, examen, dossier, jour))


def _papiers(
    recueils: Sequence[Recueil],
    pieces: Sequence[Piece],
    pages: Sequence[int],
    creancier: Creancier,
    examen: Examen,
    dossier: str,
    jour: date,
) -> Iterator[Papier]:
    absents = papiers_absents([recueil.etat.facture for recueil in recueils], examen)
    cour = examen.juridiction
    if REQUETE not in absents:
        requete = contexte_requete(recueils, pieces, pages, creancier, cour, jour)
        yield Papier(REQUETE, "dossier/requete", requete)
        yield Papier(CHAMPS, "dossier/champs-cerfa", contexte_cerfa(recueils, pieces, creancier, cour, jour))
    if MANDAT not in absents:
        mandat = contexte_mandat(recueils, pieces, pages, creancier, examen, dossier, jour)
        yield Papier(MANDAT, "dossier/mandat-commissaire", mandat)
