"""Sample data for templates: fictional invoices and debtors, short, long or hostile, for each kind of debtor.

The variables are made by the functions that make them in service, from a fictional history: a template
that the samples fill can be filled by real data.
"""

from dossier.core.echantillons.documents import contexte, jour_de
from dossier.core.echantillons.donnees import HOSTILE, LONGUEUR, Cadre, Jeu, mots
from dossier.core.echantillons.usages import Usage, genres, usages

__all__ = [
    "HOSTILE",
    "LONGUEUR",
    "Cadre",
    "Jeu",
    "Usage",
    "contexte",
    "genres",
    "jour_de",
    "mots",
    "usages",
]
