"""What staff read in the Prefect UI about one creance: its name, its tags, its page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from textwrap import wrap

from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.context import FlowRunContext

from dossier.core.chronologie import Evenement, chronologie
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
from dossier.core.decompte import Decompte
from dossier.core.errors import ParametreNonCouvert
from dossier.core.etat import Etat
from dossier.core.faits import Archive
from dossier.core.montants import INSECABLE, ZERO, en_euros
from dossier.core.prevision import prevoir
from dossier.core.scenario import Scenario
from dossier.services.creances import decompte_de, scenario_de
from dossier.services.outils import Outils
from dossier.services.suites import attente_de
from flows.guichet.liens import adresse

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


NOMS = {
    "pdf": "PDF",
    "docx": "Word",
    "eml": "Courriel",
    "xlsx": "Excel",
    "zip": "Dossier (ZIP)",
    "json": "Réponse du transporteur",
}
"""What a document is called in a link, by the end of its key."""


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


def afficher(outils: Outils, etat: Etat, scenario: Scenario, situation: str, question: str = "") -> None:
    """Write the page of the creance: sums, what is next, what happened with its documents.

    `question`: the markdown of what a person is asked, which the UI may have no room to show.
    """
    create_markdown_artifact(
        key=cle_de_page(etat.creance),
        description=nom_de_run(etat),
        markdown=page(outils, etat, scenario, situation, question),
    )


def cle_de_page(creance: str) -> str:
    """The key of the page of that creance in the UI: `creance-fa-2026-0042`."""
    return f"creance-{creance.lower()}"


def page(outils: Outils, etat: Etat, scenario: Scenario, situation: str, question: str = "") -> str:
    """The markdown page of one creance, on top of it what a person is asked."""
    jour, facture = outils.clock.jour(), etat.facture
    lignes = [
        f"# {nom_de_run(etat)}",
        f"**{situation}** – échéance {en_chiffres(facture.echeance)}, "
        f"scénario «{INSECABLE}{scenario.libelle}{INSECABLE}»",
        "",
        *(
            ["## Ce qui vous est demandé", question, "", "Répondez par **Resume**, sur le suivi.", ""]
            if question
            else []
        ),
        *_sommes(outils, etat),
        "",
        "## Ce qui vient, si rien n'est payé",
        *_prevus(etat, scenario, jour),
        "",
        "## Ce qui s'est passé",
        "| Date | Documents | Fait | Preuve |",
        "|---|---|---|---|",
        *_passe(outils, etat, scenario),
    ]
    return "\n".join(lignes)


def _passe(outils: Outils, etat: Etat, scenario: Scenario) -> list[str]:
    faits = outils.journal.lire(etat.creance)
    connus = [*outils.scenarios.values(), scenario]
    return [_ligne(outils, evenement) for evenement in chronologie(faits, connus)]


def _prevus(etat: Etat, scenario: Scenario, jour: date) -> list[str]:
    prevus = prevoir(etat, scenario, jour)
    if not prevus:
        return ["Aucune étape n'est prévue."]
    return [
        "| Date | Étape | Hypothèse |",
        "|---|---|---|",
        *[f"| {en_chiffres(p.jour)} | {coupee(p.libelle, 40)} | {coupee(p.hypothese, 30)} |" for p in prevus],
    ]


def _ligne(outils: Outils, evenement: Evenement) -> str:
    fait, preuve = coupee(evenement.libelle, 38), coupee(evenement.preuve, 22)
    documents = liens_vers(outils, evenement.documents)
    return f"| {en_chiffres(evenement.jour)} | {documents} | {fait} | {preuve} |"


def liens_vers(outils: Outils, archives: Iterable[Archive]) -> str:
    """These documents in markdown: a link to each, or its path when nothing serves it."""
    return " · ".join(_lien(adresse(outils, archive.cle), archive.cle) for archive in archives)


def _lien(ou: str, cle: str) -> str:
    _, _, extension = cle.rpartition(".")
    nom = NOMS.get(extension, extension)
    return f"[{nom}]({ou})" if ou.startswith(("http://", "https://")) else f"{nom} `{ou}`"


def _sommes(outils: Outils, etat: Etat) -> list[str]:
    """The sums of the day and what to look at; or why they are not known, which stops nothing else here."""
    jour = outils.clock.jour()
    try:
        decompte = decompte_de(outils, etat, jour)
    except ParametreNonCouvert as error:
        return [f"Reste sur la facture : {en_euros(etat.solde)}. ⚠ {error}"]
    return [
        "| Au jour du | Principal restant | Pénalités | Indemnité | Total exigible |",
        "|---|--:|--:|--:|--:|",
        f"| {en_chiffres(jour)} | {en_euros(decompte.principal_restant)} | {en_euros(decompte.interets_restants)} "
        f"| {en_euros(decompte.indemnite_restante)} | {en_euros(decompte.total)} |",
        *_imputation(etat, decompte),
        *[f"\n⚠ {en_cellule(alerte)}" for alerte in decompte.alertes],
    ]


def _imputation(etat: Etat, decompte: Decompte) -> list[str]:
    """Why the principal left is not the invoice less what was paid, which the forms tell."""
    if etat.solde > ZERO and decompte.principal_restant != etat.solde:
        return [
            "\nUne part de ce qui a été payé couvre les pénalités et l'indemnité : "
            f"{en_euros(etat.solde)} restent à payer sur le montant facturé."
        ]
    if etat.solde <= ZERO < decompte.total:
        reste = en_euros(decompte.total)
        return [f"\nLe montant facturé est payé ; restent {reste} de pénalités et d'indemnité."]
    return []


def en_cellule(texte: str) -> str:
    """Text from outside made safe in a markdown table: neither a cell, nor a tag, nor a link of its own."""
    echappe = re.sub(r"([\\|\[\]])", r"\\\1", texte)
    return echappe.replace("\n", " ").replace("<", "&lt;")


def coupee(texte: str, largeur: int) -> str:
    """Text from outside, safe in a cell, broken after so many characters: the Prefect UI breaks none itself."""
    return "<br>".join(en_cellule(bout) for bout in wrap(texte, largeur))
