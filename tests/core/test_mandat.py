"""The mandate of CPCE, art. L126-1: only while the way is not closed, and with its doubts written on it."""

from __future__ import annotations

from typing import Any

import pytest

from dossier.core.creance import Genre
from dossier.core.droit.voies import Ouverture
from dossier.core.errors import DonneeInvalide
from dossier.core.examen import Examen
from dossier.core.mandat import contexte_mandat, motif_sans_mandat, voie_du_mandat
from dossier.core.pieces import lister_pieces
from tests.core.test_examen import examen
from tests.core.test_pieces import complete
from tests.core.test_requete import JOUR, jusqu_au_dossier, recueil
from tests.core.vie import Vie, creancier, debiteur, facture


def mandat(vie: Vie, lu: Examen) -> dict[str, Any]:
    seul = recueil(vie)
    pieces = lister_pieces([(seul.etat, seul.scenario)])
    return contexte_mandat([seul], pieces, [1] * len(pieces), creancier(), lu, "dossier-1", JOUR)


def ouverte(lu: Examen) -> Examen:
    """The same claims once the decree and the tariff are known."""
    voies = tuple(
        voie.model_copy(update={"ouverture": Ouverture.OUVERTE}) if voie == voie_du_mandat(lu) else voie
        for voie in lu.voies
    )
    return lu._replace(voies=voies)


def test_tant_que_la_voie_est_a_verifier_le_mandat_dit_ce_qui_est_a_verifier() -> None:
    vie = complete()
    lu = mandat(vie, examen(vie))
    assert voie_du_mandat(examen(vie)).ouverture is Ouverture.A_VERIFIER
    assert lu["reserve"].startswith("[à vérifier avant signature\u00a0: ")
    assert "décret d'application" in lu["reserve"]
    assert not lu["reserve"].endswith(".]")


def test_une_voie_ouverte_n_a_pas_de_reserve() -> None:
    vie = complete()
    assert mandat(vie, ouverte(examen(vie)))["reserve"] == ""


def test_le_mandat_porte_les_sommes_et_les_pieces() -> None:
    vie = complete()
    lu = mandat(vie, examen(vie))
    assert lu["total"].replace("\u00a0", " ") == "1 066,66 €"
    assert [f["numero"] for f in lu["factures"]] == ["FA-1"]
    assert len(lu["pieces"]) == 11
    assert lu["voie"]["texte"].endswith("art. L126-1 à L126-5")


@pytest.mark.parametrize(
    ("vie", "forme", "dit"),
    [
        (
            jusqu_au_dossier(Vie(la_facture=facture(debiteur=debiteur(genre=Genre.PARTICULIER)))),
            "SAS",
            "commerçantes",
        ),
        (
            jusqu_au_dossier(Vie(la_facture=facture(debiteur=debiteur(genre=Genre.PUBLIC)))),
            "SAS",
            "personne publique",
        ),
        (complete(), "Association", "commerçantes"),
        (complete().contester(), "SAS", "conteste"),
    ],
)
def test_une_voie_fermee_n_a_pas_de_mandat_et_il_est_dit_pourquoi(vie: Vie, forme: str, dit: str) -> None:
    lu = examen(vie, forme=forme)
    assert dit in motif_sans_mandat(lu)
    with pytest.raises(DonneeInvalide, match=dit):
        mandat(vie, lu)


def test_une_voie_a_verifier_n_est_pas_refusee() -> None:
    assert motif_sans_mandat(examen(complete())) == ""
