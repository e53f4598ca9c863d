"""Bank statements in: the payments that are certain reach their invoices, the others are shown to a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed
from pydantic import Field

from dossier.core.errors import DonneeInvalide
from dossier.core.langues import en_nombre
from dossier.services.encaissements import Rapport
from dossier.services.lignes_a_voir import ecarter
from flows.affichage import en_cellule
from flows.formulaires import formulaire
from flows.releves import COMMANDE, bilan, importer_releve, sections
from flows.runs import signaler
from flows.wiring import outils

PAGE = "releve-bancaire"
AUTEUR = "formulaire"
MONTREES = 500
"""How many lines of each part the page shows: a statement may have twenty thousand."""


@formulaire(name="importer-un-releve", flow_run_name="Relevé bancaire")
def importer_un_releve(
    fichier: Annotated[
        str,
        Field(
            title="Relevé bancaire",
            description="Chemin du fichier sur la machine du service : camt.053 (.xml), CFONB 120, ou CSV de la "
            "banque, par exemple /srv/banque/releve-2026-06.xml",
        ),
    ],
    essai: Annotated[
        bool, Field(title="Essai", description="Montre ce qui serait enregistré, sans rien changer")
    ] = False,
    compte: Annotated[
        str,
        Field(
            title="Compte", description="Si le fichier ne le nomme pas et que vous en avez plusieurs : l'IBAN"
        ),
    ] = "",
) -> State[None]:
    """Enregistre les paiements d'un relevé sur leurs factures ; ce qui n'est pas certain est laissé à une personne."""
    # An empty line would be the working folder of the service.
    if not fichier.strip():
        raise DonneeInvalide("Indiquez le chemin du relevé bancaire.")
    rapport = importer_releve(outils(), Path(fichier.strip()), auteur=AUTEUR, essai=essai, compte=compte)
    # Also those of lines recorded before: the import that recorded them may have died before the wake.
    if not essai:
        signaler(outils(), *rapport.creances)
    create_markdown_artifact(key=PAGE, description=bilan(rapport), markdown=en_markdown(rapport))
    return Completed(name="Essai" if essai else "Importé", message=f"{rapport.nom} : {bilan(rapport)}.")


@formulaire(name="ecarter-une-ligne", flow_run_name="Ligne de relevé écartée")
def ecarter_une_ligne(
    ligne: Annotated[
        str,
        Field(
            title="Ligne",
            description="Ses seize chiffres et lettres, tels que « À faire aujourd'hui » les donne, par exemple "
            "4194c3dee1c9916c",
        ),
    ],
    motif: Annotated[str, Field(title="Motif", description="Par exemple : déjà saisi à la main")],
    par: Annotated[str, Field(title="Votre nom")],
) -> State[None]:
    """Retire de « À faire » une ligne de relevé pour laquelle il n'y a rien à enregistrer."""
    return Completed(name="Écartée", message=ecarter(outils(), ligne, motif, par, auteur=AUTEUR))


def en_markdown(rapport: Rapport) -> str:
    """The page that the form shows."""
    return "\n".join(_lignes(rapport))


def _lignes(rapport: Rapport) -> Iterator[str]:
    yield f"# {en_cellule(rapport.nom)} : {bilan(rapport)}"
    for titre, lignes in sections(rapport):
        if lignes:
            yield from ("", f"## {titre}", "")
            yield from map(_puce, lignes[:MONTREES])
        if (reste := len(lignes) - MONTREES) > 0:
            yield f"\n*Et {en_nombre(reste, 'ligne')} de plus : `dossier releve FICHIER --essai` montre tout.*"


def _puce(ligne: str) -> str:
    """One line as a list item; what may be typed stands as it is, what a payer wrote means nothing."""
    nue = ligne.strip()
    retrait = "    " if ligne.startswith("  ") else ""
    if nue.startswith(f"{COMMANDE} "):
        return f"{retrait}- `{nue.replace('`', '´')}`"
    inerte = re.sub(r"([*_`])", r"\\\1", en_cellule(nue))
    return f"{retrait}- {inerte}"
