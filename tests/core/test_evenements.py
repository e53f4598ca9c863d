"""What the history of a creance says to the rules on limitation periods."""

from __future__ import annotations

from datetime import date

from dossier.core.droit.interruptions import GenreEvenement
from dossier.core.evenements import evenements
from dossier.core.faits import (
    OrdonnanceRendue,
    OrdonnanceSignifiee,
    PremierActe,
    RequeteDeposee,
    SensOrdonnance,
)
from tests.core.vie import Vie, standard


def test_la_procedure_au_tribunal_se_dit_a_la_prescription() -> None:
    vie = Vie()
    vie.noter(
        RequeteDeposee(juridiction="Tribunal de commerce de Rennes", jour=date(2026, 9, 1)),
        OrdonnanceRendue(sens=SensOrdonnance.ACCUEILLIE, jour=date(2026, 9, 15)),
        OrdonnanceSignifiee(a_personne=False, jour=date(2026, 10, 1)),
        PremierActe(nature="saisie-attribution", jour=date(2026, 11, 2)),
    )
    dits = [(e.genre, e.jour) for e in evenements(vie.etat, standard())]
    assert dits == [
        (GenreEvenement.REQUETE_INJONCTION, date(2026, 9, 1)),
        (GenreEvenement.SIGNIFICATION_ORDONNANCE, date(2026, 10, 1)),
        (GenreEvenement.EXECUTION, date(2026, 11, 2)),
    ]
