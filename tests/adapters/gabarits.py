"""The shipped templates, found on the disk, and the sample data that fill them."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path
from typing import Any

from docx import Document

from dossier.adapters.config_yaml import charger
from dossier.adapters.render_docx import RenduDocx
from dossier.adapters.render_texte import RenduTexte
from dossier.core.creance import Genre
from dossier.core.echantillons import Cadre, Jeu, Usage, contexte, usages
from dossier.core.scenario import Scenario
from tests.core.droit.loi import CONFIG, droit
from tests.core.vie import creancier

RACINE = Path(__file__).parents[2] / "templates"
WORD = sorted(str(f.relative_to(RACINE).with_suffix("")) for f in RACINE.rglob("*.docx"))
TEXTE = sorted(str(f.relative_to(RACINE).with_suffix("")) for f in RACINE.rglob("*.txt"))
NOMBRES = {Jeu.COURT: 3, Jeu.LONG: 40, Jeu.HOSTILE: 3}

word, texte = RenduDocx(RACINE), RenduTexte(RACINE)


@cache
def cadre() -> Cadre:
    fichiers = sorted((CONFIG / "scenarios").glob("*.yaml"))
    return Cadre(creancier(), droit(), {f.stem: charger(f, Scenario) for f in fichiers})


def usages_de(modele: str) -> tuple[Usage, ...]:
    return usages(modele, cadre().scenarios)


def usage_de(modele: str, genre: Genre | None = None) -> Usage:
    """The first way in which that template serves for that kind of debtor."""
    return next(u for u in usages_de(modele) if genre in {None, u.genre})


def donnees(
    modele: str, genre: Genre | None = None, nombre: int = 1, jeu: Jeu = Jeu.COURT, **autres: Any
) -> dict[str, Any]:
    """The variables of that template, some of them replaced: a mapping replaces the fields that it names."""
    lues = contexte(modele, usage_de(modele, genre), jeu, nombre, cadre())
    for nom, valeur in autres.items():
        lues[nom] = lues[nom] | valeur if isinstance(valeur, dict) else valeur
    return lues


def rendre(modele: str, variables: dict[str, Any]) -> str:
    """All the text of the document, headers and footers too, with plain spaces."""
    if modele in TEXTE:
        return "\n".join(texte.rendre(modele, variables)).replace("\u00a0", " ")
    return word.texte(word.rendre(modele, variables)).replace("\u00a0", " ")


def ecrire(racine: Path, *paragraphes: str, pied: str = "", nom: str = "essai") -> None:
    """A Word template of these paragraphs."""
    document = Document()
    for paragraphe in paragraphes:
        document.add_paragraph(paragraphe)
    document.sections[0].footer.paragraphs[0].text = pied
    document.save(str(racine / f"{nom}.docx"))


def paragraphes_de(docx: bytes) -> list[str]:
    return [paragraphe.text for paragraphe in Document(io.BytesIO(docx)).paragraphs]
