"""What the demonstration shows at its end: how each invoice ended, and the verdict on each dossier."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from dossier.core.errors import DossierError
from dossier.core.etat import Etat
from dossier.core.faits import CreanceSoldee, DossierScelle
from dossier.core.montants import en_euros
from dossier.services.creances import lire_etat
from flows.remise import verifier_zip
from flows.wiring import outils


def conclure(console: Console, donnees: Path) -> None:
    """Print the outcomes and check every sealed dossier. Raises DossierError when one is not right."""
    maison = outils()
    etats = [lire_etat(maison, ouverture.creance) for ouverture in maison.journal.creances()]
    tableau = Table("Facture", "Débiteur", "Montant", "Fin")
    for etat in etats:
        facture = etat.facture
        tableau.add_row(
            facture.numero, facture.debiteur.denomination, en_euros(facture.montant_ttc), _fin(etat)
        )
    console.print(tableau)
    courriels = len(list((donnees / "courriels").glob("*.eml")))
    console.print(
        f"{courriels} courriels reçus par le serveur SMTP : {donnees / 'courriels'}", soft_wrap=True
    )
    for dossier in {e.dossier.dossier: e.dossier for e in etats if e.dossier}.values():
        _verifier(console, dossier)


def _fin(etat: Etat) -> str:
    if etat.dossier is not None:
        return "Dossier scellé"
    return "Soldée" if isinstance(etat.fin, CreanceSoldee) else "en cours"


def _verifier(console: Console, dossier: DossierScelle) -> None:
    with TemporaryDirectory() as temporaire:
        copie = Path(temporaire) / f"{dossier.dossier}.zip"
        outils().store.copier(dossier.zip.cle, copie)
        verdict = verifier_zip(copie, outils().horodateur.certificat)
    console.print(outils().store.lieu(dossier.zip.cle), soft_wrap=True)
    texte = "conforme" if verdict.conforme else "ALTÉRÉ"
    console.print(
        f"  {dossier.pieces} pièces, {en_euros(dossier.total)} – dossier verifier : [bold]{texte}[/]"
    )
    if not verdict.conforme:
        raise DossierError(
            f"{dossier.dossier} : {next(c.message for c in verdict.constats if not c.conforme)}"
        )
