"""Factures in: Factur-X PDFs and French CSV files become creances, each with its run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import Field

from dossier.adapters.import_csv import lire_csv
from dossier.adapters.import_facturx import lire_facturx
from dossier.core.errors import DonneeInvalide, DossierError
from dossier.core.importation import Candidate, Refus
from dossier.core.montants import en_euros
from dossier.services.creances import lire_etat
from dossier.services.importation import Rapport, importer
from dossier.services.outils import Outils
from flows.runs import lancer
from flows.wiring import outils

LECTEURS: dict[str, Callable[[Path, bytes], list[Candidate | Refus]]] = {
    ".pdf": lire_facturx,
    ".csv": lire_csv,
}


@flow(name="importer-des-factures", persist_result=False)
def importer_factures(
    fichiers: Annotated[
        list[str],
        Field(title="Fichiers ou dossiers", description="Factur-X (.pdf) ou tableur (.csv)", min_length=1),
    ],
    scenario: Annotated[str, Field(title="Scénario")] = "standard",
) -> State[None]:
    """Importe des factures impayées ; chacune reçoit son suivi. Un document refusé n'arrête pas les autres."""
    try:
        rapport = importer_chemins(
            outils(), [Path(fichier) for fichier in fichiers], scenario, auteur="formulaire"
        )
        demarrer(outils(), rapport)
    except DossierError as error:
        return Failed(name="Refusé", message=str(error))
    create_markdown_artifact(key="import-de-factures", markdown=en_markdown(rapport))
    return Completed(
        name="Importé",
        message=f"{len(rapport.ouvertes)} factures suivies, {len(rapport.refus)} documents refusés",
    )


def importer_chemins(maison: Outils, chemins: Sequence[Path], scenario: str, *, auteur: str) -> Rapport:
    """Read and open every invoice of these files and folders."""
    if scenario not in maison.scenarios:
        connus = ", ".join(sorted(maison.scenarios))
        raise DonneeInvalide(f"Le scénario « {scenario} » n'existe pas. Scénarios connus : {connus}.")
    lus = [lu for chemin in chemins for fichier in _fichiers(chemin) for lu in _lire(fichier)]
    return importer(maison, lus, scenario=scenario, auteur=auteur)


def demarrer(maison: Outils, rapport: Rapport) -> None:
    """Create the run of each creance just opened."""
    with get_client(sync_client=True) as client:
        for facture in rapport.ouvertes:
            lancer(client, lire_etat(maison, facture.creance))


def en_markdown(rapport: Rapport) -> str:
    """The report that the form shows."""
    lignes = [
        f"# Import : {len(rapport.ouvertes)} factures suivies, {len(rapport.refus)} documents refusés",
        "",
    ]
    lignes += [
        f"- {f.numero} · {f.debiteur.denomination} · {en_euros(f.montant_ttc)}" for f in rapport.ouvertes
    ]
    if rapport.refus:
        lignes += ["", "## Refusés", *[f"- **{refus.document}** : {refus.motif}" for refus in rapport.refus]]
    return "\n".join(lignes)


def _fichiers(chemin: Path) -> Iterator[Path]:
    if not chemin.is_dir():
        yield chemin
        return
    yield from sorted(f for f in chemin.rglob("*") if f.suffix.lower() in LECTEURS)


def _lire(fichier: Path) -> list[Candidate | Refus]:
    lecteur = LECTEURS.get(fichier.suffix.lower())
    if lecteur is None:
        return [
            Refus(
                fichier.name, "seuls les fichiers .pdf (Factur-X) et .csv sont lus : convertissez ce fichier"
            )
        ]
    try:
        contenu = fichier.read_bytes()
    except OSError as error:
        return [
            Refus(str(fichier), f"le fichier ne peut pas être lu ({error.strerror}) : vérifiez le chemin")
        ]
    return lecteur(fichier, contenu)
