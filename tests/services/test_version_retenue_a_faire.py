"""A next version of a sealed dossier that something stops is seen, and hides no legal date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from dossier.core.a_faire import AFaire, Geste
from dossier.services.creances import etats_lisibles
from dossier.services.tableau import a_faire_du_jour
from tests.services.atelier import Atelier
from tests.services.test_assemblage import mur, sceller
from tests.services.test_versions import joindre, refaire


def vues(atelier: Atelier) -> dict[Geste, AFaire]:
    lignes = a_faire_du_jour(atelier.outils, tuple(etats_lisibles(atelier.outils)), atelier.clock.jour(), {})
    return {ligne.geste: ligne for ligne in lignes}


def test_une_version_demandee_a_laquelle_il_manque_quelque_chose_est_a_faire() -> None:
    atelier = mur()
    sceller(atelier)
    joindre(atelier)
    refaire(atelier)
    rien_ne_manque = vues(atelier)
    assert Geste.COMPLETER not in rien_ne_manque
    assert Geste.REMETTRE in rien_ne_manque, "les dates légales de la première version courent toujours"
    sans = atelier.outils.creancier.model_copy(update={"rcs": ""})
    atelier.outils = replace(atelier.outils, creancier=sans)
    retenue = vues(atelier)
    assert retenue[Geste.COMPLETER].quoi.startswith("Nouvelle version du dossier retenue : ")
    assert "registre" in retenue[Geste.COMPLETER].quoi
    assert retenue[Geste.REMETTRE] == rien_ne_manque[Geste.REMETTRE]


def test_un_calendrier_inconnu_se_dit_au_lieu_de_cacher_la_version() -> None:
    atelier = mur()
    sceller(atelier)
    joindre(atelier)
    refaire(atelier)
    droit = atelier.outils.droit
    perime = droit.bce.model_copy(update={"verifie_jusqu_au": date(2020, 1, 1)})
    atelier.outils = replace(atelier.outils, droit=droit.model_copy(update={"bce": perime}))
    assert vues(atelier)[Geste.COMPLETER].quoi.startswith("Nouvelle version du dossier retenue : ")
