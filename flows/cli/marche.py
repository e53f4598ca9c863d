"""Commands that make things happen: import, service, demonstration, dossier."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from dossier.core.errors import DonneeInvalide, DossierError
from flows.cli import modeles, stockage
from flows.cli.reveil import si_le_service_tourne
from flows.cli.usage import AUTEUR, console, dire, octets

app = Typer()
SPECIMEN = "000100016"
"""SIREN of the fictional creditor that is shipped."""
VERROU = "service.verrou"


@app.command()
def importer(
    fichiers: Annotated[list[Path], Argument(help="Factur-X (.pdf), tableurs (.csv) ou dossiers.")],
    scenario: Annotated[str, Option(help="Scénario à suivre.")] = "standard",
) -> None:
    """Importe des factures impayées et lance leur suivi.

    Code de retour 1 quand un document est refusé, même parce qu'il est déjà suivi : les autres sont importés.
    """
    from flows.lecteurs import en_markdown, importer_chemins
    from flows.wiring import outils

    rapport = importer_chemins(outils(), fichiers, scenario, auteur=AUTEUR)
    dire(en_markdown(rapport))
    if not (rapport.ouvertes or rapport.avoirs):
        raise DonneeInvalide("aucune facture n'a été importée : voyez les motifs ci-dessus.")

    def demarrer() -> None:
        from flows import imports

        imports.demarrer(outils(), rapport)

    si_le_service_tourne(demarrer)
    if rapport.refus:
        raise DonneeInvalide(_refus(len(rapport.refus)))


def _refus(nombre: int) -> str:
    dits = "un document a été refusé" if nombre == 1 else f"{nombre} documents ont été refusés"
    return f"{dits} : voyez les motifs ci-dessus, le reste est importé."


@app.command()
def assembler(
    debiteur: Annotated[str, Argument(help="SIREN, nom du débiteur ou numéro d'une de ses factures.")],
) -> None:
    """Scelle le dossier d'un débiteur dont le délai de mise en demeure est passé."""
    from flows.remise import assembler_debiteur
    from flows.wiring import outils

    for phrase in assembler_debiteur(outils(), debiteur, auteur=AUTEUR):
        dire(phrase)


@app.command()
def verifier(
    fichier: Annotated[Path, Argument(help="Dossier scellé (.zip).")],
    racine: Annotated[Path | None, Option(help="Racine (PEM) que publie l'autorité d'horodatage.")] = None,
) -> None:
    """Vérifie un dossier scellé et nomme tout ce qui y a été altéré."""
    from flows.remise import verifier_zip

    verdict = verifier_zip(fichier, octets(racine))
    for constat in verdict.constats:
        marque = "[yellow]![/]" if constat.reserve else "[green]✓[/]" if constat.conforme else "[red]✗[/]"
        console.print(marque, end=" ")
        dire(f"{constat.objet} : {constat.message}")
    if not verdict.conforme:
        raise DossierError(f"{fichier.name} n'est pas conforme : voyez les lignes marquées ✗.")
    dire(f"{fichier.name} est conforme.")


@app.command()
def decouper(
    fichier: Annotated[Path, Argument(help="Un PDF du dossier, par exemple 05-dossier-complet.pdf.")],
    mo: Annotated[
        float, Option(metavar="MO", help="Poids de chaque partie, en mégaoctets.", min=0.1, max=100)
    ] = 2.0,
) -> None:
    """Coupe un PDF en parties assez légères pour le dépôt en ligne, à côté de lui."""
    from flows.remise import decouper_pdf

    for phrase in decouper_pdf(fichier, mo):
        dire(phrase)


@app.command()
def demo(
    garder: Annotated[bool, Option("--garder", help="Laisse le serveur Prefect ouvert à la fin.")] = False,
) -> None:
    """Fait vivre les factures d'exemple en quelques minutes, jusqu'aux dossiers scellés."""
    from flows.demo import jouer

    _arret_propre()
    jouer(console, garder=garder)


@app.command()
def service() -> None:
    """Fait vivre les créances jusqu'à l'arrêt : serveur Prefect (si aucun n'est configuré) et suivis."""
    from flows.equipe import marquer_le_commun, nom_propre
    from flows.serveur import page_des_suivis, serveur, seul
    from flows.wiring import outils, settings

    _preparer()
    marquer_le_commun(settings(), outils())
    nom = nom_propre(settings(), settings().ouvrier or "service")
    with seul(settings().donnees / VERROU, nom) as morts, serveur(settings()) as adresse:
        from flows.service import enregistrer, servir

        asyncio.run(enregistrer())
        if outils().creancier.siren == SPECIMEN and settings().horloge is None:
            dire(
                "Attention : config/creancier.yaml décrit encore l'entreprise fictive ; remplacez-la avant d'importer."
            )
        dire(f"Écran des opérateurs : {page_des_suivis(adresse)}")
        asyncio.run(servir(nom, morts))


@app.command()
def ouvrier(
    nom: Annotated[str, Option(help="Nom de cet ouvrier dans Prefect ; sinon celui de la machine.")] = "",
    saisies: Annotated[
        bool, Option("--saisies", help="Sert aussi les formulaires, la ronde et la réception des scans.")
    ] = False,
) -> None:
    """Travaille à côté du service, sur une autre machine : même Prefect, même journal, mêmes preuves."""
    from flows.equipe import exiger_le_commun, nom_propre, verifier_le_commun
    from flows.serveur import serveur, seul
    from flows.wiring import outils, settings

    exiger_le_commun(settings())
    _preparer()
    verifier_le_commun(settings(), outils())
    propre = nom_propre(settings(), nom)
    with seul(settings().donnees / VERROU, propre) as morts, serveur(settings()):
        from flows.service import seconder

        dire(f"Ouvrier {propre} au travail ({outils().creancier.denomination}).")
        asyncio.run(seconder(propre, morts, saisies=saisies))


def _preparer() -> None:
    """Open everything before the lock is taken: what is missing is said at once."""
    from flows.wiring import boite, outils, settings

    _arret_propre()
    outils()
    boite()
    if settings().horloge is None:
        modeles.prevenir()
        stockage.prevenir()


def _arret_propre() -> None:
    """SIGTERM ends as Ctrl-C does, so that child processes are stopped; a script's `&` makes Ctrl-C ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
