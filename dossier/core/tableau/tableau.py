"""All the figures of a day together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dossier.core.etat import Etat
from dossier.core.modele import Modele
from dossier.core.scenario import Scenario
from dossier.core.tableau.debiteurs import DelaiDebiteur, Risque, delais, risques
from dossier.core.tableau.dso import Dso, Ventes, dso
from dossier.core.tableau.encours import Encours, LitigesOuverts, encours, litiges
from dossier.core.tableau.etapes import Lettre, Recouvrement, lettres, recouvrement


class Tableau(Modele):
    """The figures of a day; amounts in euros with tax, principal only."""

    jour: date
    encours: Encours
    dso: Dso | None
    """None when there are no sales to count back."""
    recouvrement: tuple[Recouvrement, ...]
    lettres: tuple[Lettre, ...]
    delais: tuple[DelaiDebiteur, ...]
    risques: tuple[Risque, ...]
    litiges: tuple[LitigesOuverts, ...]


def tableau(creances: Iterable[tuple[Etat, Scenario]], jour: date, ventes: Ventes | None = None) -> Tableau:
    """The figures of these creances, open and ended, on that day. `ventes`: all that the creditor sold."""
    toutes = tuple(creances)
    etats = [etat for etat, _ in toutes]
    return Tableau(
        jour=jour,
        encours=encours(etats, jour),
        dso=dso(etats, ventes, jour),
        recouvrement=recouvrement(toutes),
        lettres=lettres(toutes),
        delais=delais(toutes),
        risques=risques(toutes, jour),
        litiges=litiges(etats),
    )
