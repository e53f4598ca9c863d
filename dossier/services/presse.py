"""What was recorded since the sealing of a dossier, and that staff must see before what comes next in court."""

from __future__ import annotations

from dossier.core.decision import Attendre, Qui, ce_qui_retient, dernier_envoi
from dossier.core.etat import Etat
from dossier.core.faits import Canal
from dossier.core.montants import en_euros
from dossier.core.suites import RAPPEL, Attente
from dossier.services.creances import scenario_de
from dossier.services.outils import Outils
from dossier.services.soldes import accessoires


def ce_qui_presse(outils: Outils, etat: Etat) -> list[Attente]:
    """An outcome of the mise en demeure that changed, a principal that is paid, what holds the procedure."""
    jour, scenario = outils.clock.jour(), scenario_de(outils, etat)
    dits: list[Attente] = []
    demeure = dernier_envoi(etat, scenario.mise_en_demeure, Canal.LRAR)
    if demeure is None or demeure.contredit or demeure.revenu_sans_adresse:
        libelle = "Issue de la mise en demeure changée depuis le scellement, à vérifier avant tout dépôt"
        dits.append(Attente(jour + RAPPEL, libelle, a_faire=True))
    if etat.solde <= 0:
        dits.append(Attente(jour + RAPPEL, _payee(outils, etat), a_faire=True))
    retenu = ce_qui_retient(etat, scenario, jour)
    if isinstance(retenu, Attendre):
        dits.append(Attente(retenu.jusqu_a, retenu.libelle, a_faire=retenu.qui is Qui.PERSONNE))
    return dits


def _payee(outils: Outils, etat: Etat) -> str:
    reste = accessoires(outils, etat)
    combien = f" ({en_euros(reste)})" if reste is not None else ""
    return f"Payée en principal : intérêts{combien} et frais de l'ordonnance à régler ou à abandonner"
