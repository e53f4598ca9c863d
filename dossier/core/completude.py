"""Everything that a dossier lacks before it is sealed: each gap with its text, its risk and its remedy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.creance import Creancier
from dossier.core.droit.completude import RegleDeCompletude, RegleDePiece, ReglesDeCompletude
from dossier.core.droit.situation import Severite
from dossier.core.etat import Etat
from dossier.core.examen import Examen
from dossier.core.pieces import Piece

_MENTIONS = {
    "forme": "sa forme",
    "siren": "son SIREN",
    "rcs": "son registre",
    "representant": "son représentant",
    "qualite": "la qualité de son représentant",
}


class Lacune(NamedTuple):
    """One gap, in French."""

    code: str
    """What a person names to do without it."""
    constat: str
    texte: str
    risque: str
    remede: str
    bloquante: bool
    creances: tuple[str, ...] = ()
    """Those that it is about; empty when it is about the whole dossier."""

    @property
    def phrase(self) -> str:
        """To the creditor: what was found, its risk, and what he is to do."""
        return " ".join(filter(None, (self.trouvee, self.remede)))

    @property
    def trouvee(self) -> str:
        """To a third party: what was found and its risk."""
        return " ".join(filter(None, (f"{self.constat} ({self.texte}).", self.risque)))


def lacunes(
    etats: Sequence[Etat],
    pieces: Sequence[Piece],
    examen: Examen,
    creancier: Creancier,
    regles: ReglesDeCompletude,
    jour: date,
) -> tuple[Lacune, ...]:
    """Every gap of that dossier on the day it would be sealed, those that stop it first.

    Insolvency, limitation and competence are those of `examen`, made on that very day.
    Raises ParametreNonCouvert.
    """
    regles.exiger(jour)
    trouvees = (
        *_obstacles(examen),
        *_du_creancier(creancier, regles.creancier),
        *_des_pieces(etats, pieces, regles.pieces, jour),
        *_du_tribunal(examen, regles.juridiction),
    )
    return tuple(sorted(trouvees, key=lambda lacune: not lacune.bloquante))


def non_levees(trouvees: Iterable[Lacune], etats: Sequence[Etat]) -> tuple[Lacune, ...]:
    """The blocking gaps that nobody has taken upon himself on every creance that they are about."""
    return tuple(lacune for lacune in trouvees if lacune.bloquante and not levee(lacune, etats))


def levee(lacune: Lacune, etats: Sequence[Etat]) -> bool:
    """Whether a person took that gap upon himself on every creance of the dossier that it is about."""
    concernes = [etat for etat in etats if concerne(lacune, etat)]
    return bool(concernes) and all(lacune.code in derogation_de(etat) for etat in concernes)


def concerne(lacune: Lacune, etat: Etat) -> bool:
    """Whether that gap is about that creance."""
    return not lacune.creances or etat.creance in lacune.creances


def derogation_de(etat: Etat) -> frozenset[str]:
    """The codes of the gaps that a person took upon himself for that creance."""
    return frozenset(code for derogation in etat.derogations for code in derogation.lacunes)


def _obstacles(examen: Examen) -> Iterator[Lacune]:
    """What the law puts in the way of the filing itself."""
    for blocage in examen.blocages:
        yield Lacune(
            code=blocage.code.value,
            constat=blocage.motif.rstrip("."),
            texte=blocage.texte,
            risque="",
            remede=blocage.remede,
            bloquante=blocage.severite is Severite.BLOQUANT,
        )


def _du_creancier(creancier: Creancier, regle: RegleDeCompletude) -> Iterator[Lacune]:
    absentes = [nom for champ, nom in _MENTIONS.items() if not getattr(creancier, champ).strip()]
    if absentes:
        yield _lacune(regle, f"{_debut(regle.libelle)} : {', '.join(absentes)}")


def _des_pieces(
    etats: Sequence[Etat], pieces: Sequence[Piece], regles: Sequence[RegleDePiece], jour: date
) -> Iterator[Lacune]:
    """What is missing, invoice by invoice; what proves the debtor himself serves all his invoices."""
    for regle in regles:
        manquent = [etat for etat in etats if not _repond(etat, pieces, regle, jour)]
        if regle.fraicheur is not None and len(manquent) < len(etats):
            continue
        if manquent:
            numeros = ", ".join(etat.facture.numero for etat in manquent)
            pluriel = "s" if len(manquent) > 1 else ""
            lacune = _lacune(regle, f"Facture{pluriel} {numeros} : {regle.libelle}")
            yield lacune._replace(creances=tuple(etat.creance for etat in manquent))


def _repond(etat: Etat, pieces: Sequence[Piece], regle: RegleDePiece, jour: date) -> bool:
    return any(
        piece.genre in regle.genres
        and etat.creance in piece.creances
        and (regle.fraicheur is None or 0 <= (jour - piece.jour).days <= regle.fraicheur)
        for piece in pieces
    )


def _du_tribunal(examen: Examen, regle: RegleDeCompletude) -> Iterator[Lacune]:
    tribunal = examen.juridiction
    if tribunal.a_completer or tribunal.reserve:
        motif = " ; ".join(filter(None, (tribunal.motif, tribunal.reserve)))
        yield _lacune(regle, f"{_debut(regle.libelle)} : {tribunal.intitule}, {motif}".rstrip(", "))


def _lacune(regle: RegleDeCompletude, constat: str) -> Lacune:
    return Lacune(regle.code, constat, regle.texte, regle.risque, regle.remede, regle.bloquante)


def _debut(libelle: str) -> str:
    return libelle[0].upper() + libelle[1:]
