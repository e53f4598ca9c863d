"""Works out the formulas of the statement of sums (XLSX) by hand, and gives the sums of each invoice."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from dossier.core.montants import ZERO, arrondi
from dossier.services.constats import Cellule

Feuille = Mapping[str, Cellule]
Sommes = dict[str, Decimal]
"""Euros by kind of sum, as column H names it, and TOTAL."""
TOTAL = "Total"
_FACTURE, _FIN = re.compile(r"Facture n°\s(.+)"), re.compile(r"Reste dû|Total dû")
_INTERETS = re.compile(r"ROUND\(E(\d{1,6})\*F\1\*C\1/D\1,2\)")
_SOMME = re.compile(r"SUM\(G(\d{1,6}):G(\d{1,6})\)")
_PAR_NATURE = re.compile(r'SUMIF\(H\$1:H\$(\d{1,6}),"([^"]+)",G\$1:G\$(\d{1,6})\)')
_RENVOI = re.compile(r"G(\d{1,6})")
RANGS_MAX = 10_000


class FeuilleFausse(ValueError):
    """A French phrase: the cell that does not hold, and why."""


def sommes_du_tableur(feuille: Feuille) -> dict[str, Sommes]:
    """The sums of each invoice by its number; those of all of them under an empty name.

    Raises FeuilleFausse when a formula does not give the value written beside it, or is not one of those
    that the sealing writes.
    """
    rangs = sorted({int(reference[1:]) for reference in feuille if re.fullmatch(r"[A-H]\d+", reference)})
    if len(rangs) > RANGS_MAX:
        raise FeuilleFausse("le tableur est trop long")
    montants: dict[int, Decimal] = {}
    sommes: dict[str, Sommes] = defaultdict(dict)
    facture = ""
    for rang in rangs:
        libelle, nature = _texte(feuille, f"A{rang}"), _texte(feuille, f"H{rang}")
        if trouvee := _FACTURE.fullmatch(libelle):
            facture = trouvee[1]
        montant = _montant(feuille, rang, montants)
        if montant is None:
            continue
        montants[rang] = montant
        if _FIN.match(libelle):
            sommes[facture][TOTAL] = montant
            facture = ""
        elif libelle and nature:
            sommes[facture][nature] = sommes[facture].get(nature, ZERO) + montant
    return dict(sommes)


def _texte(feuille: Feuille, reference: str) -> str:
    valeur = feuille[reference].valeur if reference in feuille else None
    return valeur if isinstance(valeur, str) else ""


def _nombre(feuille: Feuille, reference: str) -> Decimal:
    valeur = feuille[reference].valeur if reference in feuille else None
    if not isinstance(valeur, Decimal):
        raise FeuilleFausse(f"la case {reference} ne contient pas de nombre")
    return valeur


def _montant(feuille: Feuille, rang: int, avant: Mapping[int, Decimal]) -> Decimal | None:
    """The amount in column G, worked out; None when there is none."""
    reference = f"G{rang}"
    cellule = feuille.get(reference)
    if cellule is None or not (cellule.formule or isinstance(cellule.valeur, Decimal)):
        return None
    lue = _nombre(feuille, reference)
    if not cellule.formule:
        return lue
    try:
        calculee = _calculer(feuille, cellule.formule.removeprefix("="), reference, avant)
    except ArithmeticError as error:
        raise FeuilleFausse(f"la formule de {reference} ne se calcule pas") from error
    if calculee != lue:
        raise FeuilleFausse(f"{reference} affiche {lue}, sa formule donne {calculee}")
    return calculee


def _calculer(feuille: Feuille, formule: str, reference: str, avant: Mapping[int, Decimal]) -> Decimal:
    if formule == "0":
        return ZERO
    if lue := _INTERETS.fullmatch(formule):
        base, taux, jours, annee = (_nombre(feuille, f"{colonne}{lue[1]}") for colonne in "EFCD")
        return arrondi(base * taux * jours / annee)
    if lue := _SOMME.fullmatch(formule):
        return _somme(avant, range(int(lue[1]), min(int(lue[2]), max(avant, default=0)) + 1))
    if lue := _PAR_NATURE.fullmatch(formule):
        rangs = [r for r in avant if r <= int(lue[1]) and _texte(feuille, f"H{r}") == lue[2]]
        return _somme(avant, rangs)
    if (lue := _RENVOI.fullmatch(formule)) and int(lue[1]) in avant:
        return avant[int(lue[1])]
    raise FeuilleFausse(f"la formule de {reference} n'est pas de celles d'un décompte")


def _somme(avant: Mapping[int, Decimal], rangs: Iterable[int]) -> Decimal:
    return sum((avant[rang] for rang in rangs if rang in avant), ZERO)
