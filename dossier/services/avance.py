"""Bringing the next step of a creance forward to today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dossier.core.creance import identifiant
from dossier.core.dates import en_chiffres
from dossier.core.decision import Attendre, Qui, date_prevue, decide
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.faits import Contenu, EtapeAvancee
from dossier.core.scenario import Etape, GenreEtape, Scenario
from dossier.services.creances import consigner, scenario_de
from dossier.services.formulaire import exiger_ouverte, exiger_texte
from dossier.services.outils import Outils


def avancer(outils: Outils, facture: str, motif: str, par: str, *, auteur: str) -> str:
    """Have the next step of that invoice done today; gives the sentence of it.

    Raises DonneeInvalide when the creance does not wait for the date of a step, when the échéance has not
    passed (only a prévenance may come before it), or when something left today already.
    """
    jour = outils.clock.jour()
    motif, par = exiger_texte(motif, "le motif"), exiger_texte(par, "votre nom")
    dites: list[str] = []

    def suite(etat: Etat) -> Sequence[Contenu]:
        exiger_ouverte(etat)
        scenario = scenario_de(outils, etat)
        etape = _prochaine(etat, scenario, jour)
        prevue = date_prevue(etat, scenario, etape)
        dites[:] = [f"{etape.libelle} de {facture} : aujourd'hui au lieu du {en_chiffres(prevue)}."]
        return [EtapeAvancee(etape=etape.nom, motif=motif, par=par, jour=jour)]

    consigner(outils, identifiant(facture), suite, auteur=auteur)
    return dites[0]


def _prochaine(etat: Etat, scenario: Scenario, jour: date) -> Etape:
    numero = etat.facture.numero
    if any(envoi.depart == jour for envoi in etat.envois.values()):
        raise DonneeInvalide(f"{numero} : un envoi est déjà parti aujourd'hui, rien n'est avancé.")
    action = decide(etat, scenario, jour)
    noms = {etape.nom for etape in scenario.etapes}
    if not isinstance(action, Attendre) or action.qui is not Qui.DATE or action.etape not in noms:
        dit = f" (« {action.libelle} »)" if isinstance(action, Attendre) else ""
        raise DonneeInvalide(f"{numero} n'attend pas la date d'une étape{dit} : il n'y a rien à avancer.")
    etape = scenario.etape(action.etape)
    if etat.envois_de(etape.nom):
        raise DonneeInvalide(f"{numero} : « {action.libelle} » est déjà en cours, rien n'est avancé.")
    if etape.genre is not GenreEtape.PREVENANCE and jour <= etat.facture.echeance:
        raise DonneeInvalide(
            f"{numero} n'est pas échue ({en_chiffres(etat.facture.echeance)}) : aucune relance ne part avant "
            "le lendemain de l'échéance."
        )
    return etape
