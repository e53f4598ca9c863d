"""Which reader takes which file, and what an import did, in words. Imports nothing of Prefect."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from dossier.adapters.import_csv import lire_csv
from dossier.adapters.import_facturx import lire_facturx
from dossier.core.errors import DonneeInvalide
from dossier.core.importation import Candidate, Refus
from dossier.core.messages import raison
from dossier.core.montants import en_euros
from dossier.services.importation import Rapport, importer
from dossier.services.outils import Outils


class Lecteur(Protocol):
    def __call__(self, chemin: Path, contenu: bytes, *, etranger: bool = False) -> list[Candidate | Refus]:
        """What a file holds; debtors abroad are taken only when `etranger`."""


LECTEURS: dict[str, Lecteur] = {
    ".pdf": lire_facturx,
    ".csv": lire_csv,
}


def importer_chemins(maison: Outils, chemins: Sequence[Path], scenario: str, *, auteur: str) -> Rapport:
    """Read and open every invoice of these files and folders."""
    if scenario not in maison.scenarios:
        connus = ", ".join(sorted(maison.scenarios))
        raise DonneeInvalide(f"Le scénario « {scenario} » n'existe pas. Scénarios connus : {connus}.")
    etranger = maison.scenarios[scenario].etranger
    fichiers = (fichier for chemin in chemins for fichier in _fichiers(chemin))
    lus = [lu for fichier in fichiers for lu in _lire(fichier, etranger=etranger)]
    return importer(maison, lus, scenario=scenario, auteur=auteur)


def bilan(rapport: Rapport) -> str:
    """`7 factures suivies, 1 avoir déduit, 2 documents refusés`."""
    comptes = (
        (len(rapport.ouvertes), "facture suivie", "factures suivies"),
        (len(rapport.avoirs), "avoir déduit", "avoirs déduits"),
        (len(rapport.refus), "document refusé", "documents refusés"),
    )
    return ", ".join(f"{n} {un if n <= 1 else plusieurs}" for n, un, plusieurs in comptes if n) or (
        "aucun document trouvé"
    )


def en_markdown(rapport: Rapport) -> str:
    """The report that the form shows."""
    lignes = [f"# Import : {bilan(rapport)}", ""]
    lignes += [
        f"- {f.numero} · {f.debiteur.denomination} · {en_euros(f.montant_ttc)}" for f in rapport.ouvertes
    ]
    lignes += [f"- Avoir {a.numero} · {en_euros(a.montant)} · déduit de {a.facture}" for a in rapport.avoirs]
    if rapport.refus:
        lignes += ["", "## Refusés", *[f"- **{refus.document}** : {refus.motif}" for refus in rapport.refus]]
    return "\n".join(lignes)


def _fichiers(chemin: Path) -> Iterator[Path]:
    if not os.path.isdir(chemin):  # noqa: PTH112 - Path raises when the folder above may not be entered
        yield chemin
        return
    yield from sorted(f for f in chemin.rglob("*") if f.suffix.lower() in LECTEURS)


def _lire(fichier: Path, *, etranger: bool) -> list[Candidate | Refus]:
    try:
        present = fichier.exists()
    except OSError as error:
        dite = f"il ne peut pas être lu ({raison(error)}) : copiez-le dans un dossier que ce compte peut lire"
        return [Refus(str(fichier), dite)]
    if not present:
        return [Refus(str(fichier), "le fichier n'existe pas : vérifiez le chemin")]
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
        return [Refus(str(fichier), f"le fichier ne peut pas être lu ({raison(error)}) : vérifiez le chemin")]
    return lecteur(fichier, contenu, etranger=etranger)
