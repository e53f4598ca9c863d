"""The templates from a terminal: their faults before anything is sent, and what they look like."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

from typer import Option, Typer

from dossier.core.echantillons import Jeu
from dossier.core.errors import DonneeInvalide, DossierError
from dossier.core.messages import raison
from flows.cli.usage import dire

app = Typer()
modeles = Typer(help="Les modèles de lettres et de messages : vérifier, voir.", no_args_is_help=True)
app.add_typer(modeles, name="modeles")
EXTENSIONS = ("docx", "txt")


@modeles.command()
def verifier() -> None:
    """Vérifie tous les modèles sur des données d'exemple et dit toutes leurs fautes à la fois."""
    nombre, fautes = _bilan(tuple(Jeu))
    for faute in fautes:
        dire(f"✗ {faute}")
    if fautes:
        raise DossierError(f"{len(fautes)} faute{'s' * (len(fautes) > 1)} à corriger dans les modèles.")
    dire(f"{nombre} modèles vérifiés.")


@modeles.command()
def apercu(
    sortie: Annotated[Path, Option(help="Dossier où écrire.")] = Path("apercu"),
    pdf: Annotated[bool, Option("--pdf/--sans-pdf", help="Convertit aussi les lettres en PDF.")] = True,
    jeu: Annotated[Jeu, Option(help="Données d'exemple.")] = Jeu.COURT,
) -> None:
    """Remplit chaque modèle de données d'exemple, pour chaque sorte de débiteur, pour les regarder."""
    from dossier.services.modeles import MISE_EN_PAGE, apercus, index
    from flows.wiring import outils

    pages = []
    for page in apercus(outils(), [*_fichiers(), MISE_EN_PAGE], jeu, pdf=pdf):
        _ecrire(sortie / page.fichier, page.contenu)
        pages.append((page.modele, page.genre, page.factures, page.fichier))
    _ecrire(sortie / "index.html", index(pages).encode())
    dire(f"{len(pages)} documents dans {sortie} ; ouvrez {sortie / 'index.html'}.")


def _ecrire(fichier: Path, contenu: bytes) -> None:
    try:
        fichier.parent.mkdir(parents=True, exist_ok=True)
        fichier.write_bytes(contenu)
    except OSError as error:
        raise DonneeInvalide(
            f"Rien ne peut être écrit dans « {fichier.parent} » ({raison(error)}) : "
            "indiquez un autre dossier après --sortie."
        ) from error


def prevenir() -> None:
    """Print the faults of the templates when the service starts: it starts all the same."""
    for faute in _bilan((Jeu.COURT,))[1]:
        dire(f"⚠ {faute}")


def _bilan(jeux: tuple[Jeu, ...]) -> tuple[int, tuple[str, ...]]:
    from dossier.adapters import courriel_html, render_docx, render_texte
    from dossier.services.modeles import verifier as tout_verifier
    from flows.wiring import outils, settings

    racine = settings().templates
    examens = {
        "docx": partial(render_docx.examiner, racine),
        "html": partial(courriel_html.examiner, racine),
        "txt": partial(render_texte.examiner, racine),
    }
    return tout_verifier(outils(), _fichiers(), examens, jeux)


def _fichiers() -> list[str]:
    from flows.wiring import settings

    racine = settings().templates
    trouves = (chemin for extension in EXTENSIONS for chemin in racine.rglob(f"*.{extension}"))
    return sorted(
        str(chemin.relative_to(racine)) for chemin in trouves if not chemin.name.startswith(("~", "."))
    )
