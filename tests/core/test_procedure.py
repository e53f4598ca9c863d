"""Which papers of the ways to court a dossier holds, and which the law does not know for its claims."""

from __future__ import annotations

from typing import Any

import pytest

from dossier.core.creance import Genre, Nature
from dossier.core.pieces import lister_pieces
from dossier.core.procedure import (
    CHAMPS,
    MANDAT,
    REQUETE,
    SIGNIFICATION,
    papiers_absents,
    papiers_de_procedure,
)
from tests.core.test_examen import examen
from tests.core.test_pieces import complete
from tests.core.test_requete import JOUR, jusqu_au_dossier, recueil
from tests.core.vie import Vie, creancier, debiteur, facture

INJONCTION = {REQUETE, CHAMPS}


def noms(vie: Vie) -> list[str]:
    seul = recueil(vie)
    pieces = lister_pieces([(seul.etat, seul.scenario)])
    pages = [1] * len(pieces)
    papiers = papiers_de_procedure([seul], pieces, pages, creancier(), examen(vie), "dossier-1", JOUR)
    assert all(papier.modele.startswith("dossier/") and papier.contexte for papier in papiers)
    return [papier.nom for papier in papiers]


def de(**champs: Any) -> Vie:
    return jusqu_au_dossier(Vie(la_facture=facture(**champs)))


def test_entre_commercants_tous_les_papiers_y_sont_dans_l_ordre() -> None:
    assert noms(complete()) == [REQUETE, CHAMPS, MANDAT] == sorted(noms(complete()))
    assert papiers_absents([facture()], examen(complete())) == frozenset()


@pytest.mark.parametrize(
    ("champs", "presents", "absents"),
    [
        ({"debiteur": debiteur(genre=Genre.PARTICULIER)}, INJONCTION, {MANDAT}),
        ({"debiteur": debiteur(genre=Genre.PUBLIC)}, set(), {*INJONCTION, SIGNIFICATION, MANDAT}),
        ({"nature": Nature.HORS_CONTRAT}, {MANDAT}, {*INJONCTION, SIGNIFICATION}),
    ],
)
def test_un_papier_que_la_loi_ne_connait_pas_n_est_pas_ecrit(
    champs: dict[str, Any], presents: set[str], absents: set[str]
) -> None:
    vie = de(**champs)
    assert set(noms(vie)) == presents
    assert papiers_absents([vie.etat.facture], examen(vie)) == absents
