"""What a person records on a creance. Each act refuses nonsense with a sentence and is safe to run twice.

Every function gives one French sentence saying what was changed (or that it was already so). The acts are
gathered here from the modules that hold one concern each; the approval of a letter is below.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import ApprobationDonnee, Contenu, Decision
from dossier.core.scenario import Scenario
from dossier.services.appels import appel
from dossier.services.creances import scenario_de
from dossier.services.formulaire import enregistrer, exiger_ouverte, exiger_texte
from dossier.services.outils import Outils
from dossier.services.plis import accuse, depot
from dossier.services.promesses import promettre
from dossier.services.remplacement import remplacement
from dossier.services.sommes_recues import annuler_paiement, echeancier, paiement
from dossier.services.suspensions import abandonner, lever_litige, ouvrir_litige, reprendre, suspendre

__all__ = [
    "abandonner",
    "accuse",
    "annuler_paiement",
    "appel",
    "depot",
    "echeancier",
    "lever_litige",
    "ouvrir_litige",
    "paiement",
    "promettre",
    "repondre",
    "reprendre",
    "suspendre",
]


def repondre(
    outils: Outils,
    facture: str,
    decision: Decision,
    par: str,
    *,
    auteur: str,
    motif: str = "",
    jusqu_au: date | None = None,
    document: bytes | None = None,
) -> str:
    """Approve, postpone or refuse the letter that waits for it.

    `document`: an edited Word file that leaves in its place when it is approved.
    """
    jour = outils.clock.jour()
    if decision is Decision.REPORTER and (jusqu_au is None or jusqu_au <= jour):
        raise DonneeInvalide("Pour reporter l'envoi, indiquez une date à venir.")
    if decision is Decision.REFUSER:
        exiger_texte(motif, "le motif du refus")
    par = exiger_texte(par, "le nom de la personne qui décide")
    if document is not None and decision is not Decision.APPROUVER:
        raise DonneeInvalide("Un document corrigé ne se joint qu'à une approbation.")

    def suite(etat: Etat) -> Sequence[Contenu]:
        exiger_ouverte(etat)
        envoi = _a_approuver(etat, scenario_de(outils, etat))
        donnee = ApprobationDonnee(
            etape=envoi.prepare.etape,
            envoi=envoi.prepare.cle,
            decision=decision,
            par=par,
            motif=motif,
            jusqu_au=jusqu_au,
            jour=jour,
        )
        if document is None and etat.approbations.get(envoi.prepare.etape) == donnee:
            return []
        return [*remplacement(outils, etat, envoi, document, par), donnee]

    texte = f"réponse sur {facture}, {decision.value} la lettre ({par})"
    return enregistrer(
        outils, facture, suite, f"Enregistrée : {texte}.", f"Déjà enregistrée : {texte}", auteur
    )


def _a_approuver(etat: Etat, scenario: Scenario) -> Envoi:
    """The last letter prepared that asks for an approval and has not left."""
    etapes = [etape for etape in scenario.etapes if etape.approbation]
    derniers = [envoi for etape in etapes for envoi in etat.envois_de(etape.nom)[-1:]]
    envois = [envoi for envoi in derniers if envoi.retire is None]
    if not envois:
        raise DonneeInvalide(
            f"La mise en demeure de {etat.facture.numero} n'est pas encore établie : rien n'est à approuver."
        )
    if envois[-1].fait is not None:
        raise DonneeInvalide(
            f"« {envois[-1].prepare.intitule} » de {etat.facture.numero} est déjà partie à l'impression."
        )
    if envois[-1].tentee is not None:
        raise DonneeInvalide(
            f"« {envois[-1].prepare.intitule} » de {etat.facture.numero} est peut-être déjà imprimée : regardez "
            "dans le dossier des plis à poster ; la réponse déjà donnée tient."
        )
    return envois[-1]
