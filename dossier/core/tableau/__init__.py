"""The figures of the house: what is owed, how old it is, how it comes in, who is at risk.

Pure sums over the states of the creances: the cost grows with their number, nothing is read again.
"""

from dossier.core.tableau.debiteurs import DelaiDebiteur, Niveau, Risque
from dossier.core.tableau.dso import Dso, Ventes
from dossier.core.tableau.encours import Encours, LitigesOuverts, Tranche
from dossier.core.tableau.etapes import Lettre, Recouvrement
from dossier.core.tableau.tableau import Tableau, tableau

__all__ = [
    "DelaiDebiteur",
    "Dso",
    "Encours",
    "Lettre",
    "LitigesOuverts",
    "Niveau",
    "Recouvrement",
    "Risque",
    "Tableau",
    "Tranche",
    "Ventes",
    "tableau",
]
