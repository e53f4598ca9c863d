"""What staff read in the Prefect UI about one creance: its name, its tags, its page."""

from __future__ import annotations

from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext

from dossier.core.chronologie import SCANS, chronologie
from dossier.core.dates import en_chiffres
from dossier.core.decision import (
    Assembler,
    Attendre,
    DemanderAdresse,
    DemanderAppel,
    DemanderApprobation,
    Envoyer,
    Preparer,
    Qui,
    RompreEcheancier,
    Sauter,
    Solder,
    Suivre,
    Terminer,
    decide,
)
from dossier.core.errors import ParametreNonCouvert
from dossier.core.etat import Etat
from dossier.core.montants import en_euros
from dossier.core.prevision import prevoir
from dossier.core.scenario import Scenario
from dossier.services.creances import decompte_de, scenario_de
from dossier.services.outils import Outils
from dossier.services.suites import attente_de

MESSAGES: dict[str, str] = {
    Qui.DATE: "La procédure reprendra seule à cette date, ou avant si un fait nouveau est enregistré.",
    Qui.POSTE: "La procédure attend la poste : enregistrez le dépôt ou l'avis par son formulaire.",
    Qui.PERSONNE: "La procédure attend une personne.",
    "Soldée": "La facture est payée.",
    "Abandonnée": "La procédure a été abandonnée.",
    "Déclarée au passif": "La créance est déclarée à la procédure collective du débiteur.",
}

SITUATIONS: dict[type, str] = {
    Preparer: "document à établir",
    Envoyer: "envoi à faire",
    DemanderApprobation: "attend une approbation",
    DemanderAdresse: "attend une adresse : pli revenu NPAI",
    DemanderAppel: "attend un appel",
    Sauter: "étape à sauter",
    RompreEcheancier: "échéancier rompu",
    Assembler: "dossier à sceller",
    Solder: "payée, à solder",
}


def nom_de_run(etat: Etat) -> str:
    """`FA-2026-0042 · Durand SARL · 1 234,56 €`."""
    facture = etat.facture
    return f"{facture.numero} · {facture.debiteur.denomination} · {en_euros(facture.montant_ttc)}"


def etiquettes(etat: Etat, etape: str, qui: Qui = Qui.DATE) -> list[str]:
    """The tags by which the UI filters."""
    tags = [f"debiteur:{etat.facture.debiteur.denomination}", f"etape:{etape}", f"scenario:{etat.scenario}"]
    return tags if qui is Qui.DATE else [*tags, f"attend:{qui.value}"]


def etiqueter(etat: Etat, etape: str, qui: Qui = Qui.DATE) -> None:
    """Refresh the name and the tags of the current run."""
    contexte = FlowRunContext.get()
    assert contexte is not None
    assert contexte.flow_run is not None
    with get_client(sync_client=True) as client:
        client.update_flow_run(contexte.flow_run.id, name=nom_de_run(etat), tags=etiquettes(etat, etape, qui))


def situation(outils: Outils, etat: Etat) -> str:
    """Where that creance stands today, in a few words."""
    action = decide(etat, scenario_de(outils, etat), outils.clock.jour())
    if isinstance(action, Attendre | Terminer):
        return action.libelle
    if isinstance(action, Suivre):
        return attente_de(outils, etat).libelle
    return SITUATIONS[type(action)]


def afficher(outils: Outils, etat: Etat, scenario: Scenario, situation: str) -> None:
    """Write the page of the creance: sums, what is next, what happened, documents."""
    create_markdown_artifact(
        key=f"creance-{etat.creance.lower()}",
        description=nom_de_run(etat),
        markdown=page(outils, etat, scenario, situation),
    )


def page(outils: Outils, etat: Etat, scenario: Scenario, situation: str) -> str:
    """The markdown page of one creance."""
    jour, facture = outils.clock.jour(), etat.facture
    lignes = [
        f"# {nom_de_run(etat)}",
        f"**{situation}** – échéance {en_chiffres(facture.echeance)}, scénario « {scenario.libelle} »",
        "",
        *_sommes(outils, etat),
        "",
        "## Ce qui vient, si rien n'est payé",
        *[f"- {en_chiffres(p.jour)} : {en_cellule(p.libelle)}" for p in prevoir(etat, scenario, jour)],
        "",
        "## Ce qui s'est passé",
        "| Date | Fait | Preuve |",
        "|---|---|---|",
        *[
            f"| {en_chiffres(e.jour)} | {en_cellule(e.libelle)} | {en_cellule(e.preuve)} |"
            for e in chronologie(outils.journal.lire(etat.creance))
        ],
        "",
        "## Documents",
        *[
            f"- {envoi.prepare.intitule} ({envoi.prepare.canal.value}) : `{outils.store.lieu(envoi.prepare.pdf.cle)}`"
            for envoi in etat.envois.values()
        ],
    ]
    lignes += [
        f"- {envoi.prepare.intitule}, {SCANS[scan.genre]} numérisé : `{outils.store.lieu(scan.pdf.cle)}`"
        for envoi in etat.envois.values()
        for scan in envoi.scans
    ]
    lignes += [f"- {d.intitule} : `{outils.store.lieu(d.pdf.cle)}`" for d in etat.documents]
    if etat.dossier is not None:
        lignes.append(f"- **Dossier** : `{outils.store.lieu(etat.dossier.zip.cle)}`")
    return "\n".join(lignes)


def _sommes(outils: Outils, etat: Etat) -> list[str]:
    """The sums of the day and what to look at; or why they are not known, which stops nothing else here."""
    jour = outils.clock.jour()
    try:
        decompte = decompte_de(outils, etat, jour)
    except ParametreNonCouvert as error:
        return [f"Reste sur la facture : {en_euros(etat.solde)}. ⚠ {error}"]
    return [
        "| Au jour du | Reste sur la facture | Pénalités | Indemnité | Total exigible |",
        "|---|--:|--:|--:|--:|",
        f"| {en_chiffres(jour)} | {en_euros(decompte.principal_restant)} | {en_euros(decompte.interets_restants)} "
        f"| {en_euros(decompte.indemnite_restante)} | {en_euros(decompte.total)} |",
        *[f"\n⚠ {en_cellule(alerte)}" for alerte in decompte.alertes],
    ]


def en_cellule(texte: str) -> str:
    """Text from outside made safe in a markdown table."""
    return texte.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
