"""What a person must do now, from what the journal and the rules already say."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from dossier.core.a_faire.creances import PATIENCE, de_la_creance
from dossier.core.a_faire.modele import AFaire, Geste, Suivie
from dossier.core.a_faire.plis import des_plis
from dossier.core.a_faire.questions import etape_interrogee, posee_le
from dossier.core.a_faire.releves import EnAttente, des_releves

__all__ = ["PATIENCE", "AFaire", "EnAttente", "Geste", "Suivie", "a_faire", "etape_interrogee", "posee_le"]


def a_faire(
    suivies: Iterable[Suivie],
    jour: date,
    releves: Iterable[EnAttente] = (),
    autres: Iterable[AFaire] = (),
) -> tuple[AFaire, ...]:
    """What a person must do that day, the most urgent first; a common letter once.

    `suivies`: every creance, open and ended; `releves`: the lines of bank statements that nobody put aside;
    `autres`: what only the runs know.
    """
    toutes = tuple(suivies)
    lignes = [ligne for suivie in toutes for ligne in de_la_creance(suivie, jour)]
    lignes += des_releves(releves, (suivie.etat for suivie in toutes), jour)
    return tuple(sorted([*lignes, *des_plis(toutes, jour), *autres], key=_rang))


def _rang(ligne: AFaire) -> tuple[bool, date, int, date, str]:
    return (
        not ligne.urgent,
        ligne.limite or date.max,
        list(Geste).index(ligne.geste),
        ligne.depuis or date.max,
        ligne.facture,
    )
