"""No English word reaches a person at the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from dossier.core.errors import DonneeInvalide
from flows.cli import app
from flows.fichiers import octets
from tests.flows.test_cli import Commande

ANGLAIS = re.compile(
    r"Usage|Commands|COMMAND\b|ARGS|Show this|exit|default|required|No such|Missing|Invalid|Try |Got unexpected|"
    r"does not|requires|Did you mean|<(str|int|float|path|bool|file|list\[)|Is a directory|No such file|Error\b|Errno"
)


@pytest.fixture(scope="module")
def dossier(tmp_path_factory: pytest.TempPathFactory) -> Commande:
    return Commande(tmp_path_factory.mktemp("francais") / "donnees")


def chemins() -> list[tuple[str, ...]]:
    """Every command that the help shows, groups too."""
    racine = get_command(app)
    trouves: list[tuple[str, ...]] = [()]
    for nom, commande in racine.commands.items():  # type: ignore[attr-defined]
        trouves.append((nom,))
        trouves += [(nom, sous) for sous in getattr(commande, "commands", {})]
    return trouves


def test_chaque_page_d_aide_est_en_francais() -> None:
    racine = get_command(app)
    assert len(chemins()) > 25
    for chemin in chemins():
        contexte, commande = racine.make_context("dossier", [], resilient_parsing=True), racine
        for nom in chemin:
            commande = commande.commands[nom]  # type: ignore[attr-defined]
            contexte = commande.make_context(nom, [], parent=contexte, resilient_parsing=True)
        aide = commande.get_help(contexte)
        assert aide.startswith(f"Utilisation : {' '.join(('dossier', *chemin))}")
        assert "Affiche cette aide." in aide
        assert not ANGLAIS.search(aide), aide


@pytest.mark.parametrize(
    ("arguments", "code", "dit"),
    [
        ((), 2, "dossier : il manque une commande.\n\nUtilisation : "),
        (("modeles",), 2, "dossier : il manque une commande.\n\nUtilisation : "),
        (("--",), 2, "commande non comprise : il manque une commande."),
        (("payer",), 2, "commande non comprise : « payer » n'existe pas"),
        (("import",), 2, "« import » n'existe pas ; peut-être « importer »."),
        (("modeles", "verifie"), 2, "« verifie » n'existe pas ; peut-être « verifier »."),
        (("--document", "/etc"), 2, "l'option « --document » n'existe pas."),
        (
            ("modeles", "apercu", "--sorti", "x"),
            2,
            "l'option « --sorti » n'existe pas ; peut-être « --sortie ».",
        ),
        (("modeles", "apercu", "--sortie"), 2, "l'option « --sortie » demande une valeur."),
        (("modeles", "apercu", "--sans-pdf=3"), 2, "l'option « --sans-pdf » ne prend pas de valeur."),
        (
            ("modeles", "apercu", "--jeu", "x"),
            2,
            "« jeu » n'est pas acceptée. Valeurs possibles : 'court', 'long'",
        ),
        (("modeles", "verifier", "a", "b"), 2, "commande non comprise : « a b » est de trop."),
        (("montrer",), 2, "il manque « facture »."),
        (
            ("repondre", "FA-1", "approuver", "--par", "A", "--document", "/etc"),
            1,
            "Le fichier « /etc » ne peut pas être lu (c'est un dossier, pas un fichier) : vérifiez le chemin.",
        ),
        (("repondre", "FA-1", "approuver", "--par", "A", "--document", "/absent"), 1, "(il n'existe pas)"),
    ],
)
def test_chaque_refus_est_en_francais(
    dossier: Commande, arguments: tuple[str, ...], code: int, dit: str
) -> None:
    resultat = dossier(*arguments)
    assert resultat.returncode == code
    assert dit in resultat.stderr
    assert resultat.stderr.startswith("dossier : ")
    assert not ANGLAIS.search(resultat.stderr + resultat.stdout)


@pytest.mark.parametrize(
    ("nom", "dit"),
    [
        (".", "c'est un dossier, pas un fichier"),
        ("absent", "il n'existe pas"),
        ("plein/absent", "un des dossiers de son chemin est un fichier"),
        ("x" * 300, "ce nom est trop long"),
        ("nul\0", "ce nom n'est pas celui d'un fichier"),
        ("boucle", "ses liens tournent en rond"),
    ],
)
def test_un_fichier_illisible_dit_pourquoi(tmp_path: Path, nom: str, dit: str) -> None:
    (tmp_path / "plein").write_bytes(b"x")
    (tmp_path / "boucle").symlink_to("boucle")
    with pytest.raises(DonneeInvalide, match=re.escape(f"({dit}) : vérifiez le chemin")):
        octets(str(tmp_path / nom))
    assert octets(str(tmp_path / "plein")) == b"x"
    assert octets("  ") is None
