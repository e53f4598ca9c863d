"""Another scenario for a creance that is followed: what is done stays done, the rest follows the new one."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.core.changement import MOTIF, a_reprendre, etapes_franchies, refus_de_changer
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.faits import Contenu, EnvoiRetire, EtapeSautee, ScenarioChange
from dossier.core.scenario import Scenario
from dossier.services.creances import scenario_de
from dossier.services.formulaire import enregistrer, exiger_ouverte, exiger_texte
from dossier.services.outils import Outils


def changer(outils: Outils, facture: str, scenario: str, motif: str, par: str, *, auteur: str) -> str:
    """Have that invoice follow another scenario from now on, by its name.

    The steps before the furthest one reached are skipped, documents not printed yet are written anew.
    Raises DonneeInvalide when that scenario does not fit the debtor, or what is printed already.
    """
    nouveau = _scenario(outils, scenario)
    motif, par, jour = (
        exiger_texte(motif, "le motif du changement"),
        exiger_texte(par, "votre nom"),
        outils.clock.jour(),
    )

    def suite(etat: Etat) -> Sequence[Contenu]:
        exiger_ouverte(etat)
        if etat.scenario == nouveau.nom:
            return []
        _refuser(outils, etat, nouveau)
        ancien = scenario_de(outils, etat)
        retraits = [EnvoiRetire(cle=e.prepare.cle, motif=MOTIF, jour=jour) for e in a_reprendre(etat)]
        sautees = [
            EtapeSautee(etape=e.nom, motif=MOTIF, jour=jour) for e in etapes_franchies(etat, ancien, nouveau)
        ]
        return [*retraits, ScenarioChange(scenario=nouveau.nom, motif=motif, par=par, jour=jour), *sautees]

    def fait(etat: Etat) -> str:
        sautees = ", ".join(e.libelle for e in etapes_franchies(etat, scenario_de(outils, etat), nouveau))
        reprises = ", ".join(f"« {e.prepare.intitule} »" for e in a_reprendre(etat))
        return (
            f"{facture} suit désormais le scénario « {nouveau.libelle} » : {motif}. Ce qui est fait reste fait."
            + (f" Étapes sautées, déjà dépassées : {sautees}." if sautees else "")
            + (f" Documents préparés et repris : {reprises}." if reprises else "")
        )

    deja = f"{facture} suit déjà le scénario « {nouveau.libelle} »"
    return enregistrer(outils, facture, suite, fait, deja, auteur)


def _scenario(outils: Outils, nom: str) -> Scenario:
    """The scenario of that name, whatever its capitals. Raises DonneeInvalide."""
    trouve = outils.scenarios.get(nom.strip().casefold())
    if trouve is None:
        connus = ", ".join(sorted(outils.scenarios))
        raise DonneeInvalide(
            f"Aucun scénario ne s'appelle « {nom.strip()[:60]} ». Scénarios connus : {connus}."
        )
    return trouve


def _refuser(outils: Outils, etat: Etat, nouveau: Scenario) -> None:
    numero = etat.facture.numero
    if etat.dossier is not None:
        raise DonneeInvalide(
            f"Le dossier de {numero} est scellé : elle ne suit plus les étapes d'un scénario."
        )
    if motif := refus_de_changer(etat, scenario_de(outils, etat), nouveau):
        raise DonneeInvalide(f"{numero} ne peut pas suivre le scénario « {nouveau.libelle} » : {motif}.")
