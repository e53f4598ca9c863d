"""Templates that are plain files of text or of HTML: read, judged line by line, compiled, filled."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Template, TemplateError, TemplateSyntaxError

from dossier.core.errors import ErreurRendu
from dossier.gabarits.bac import Bac
from dossier.gabarits.balises import Balise, Faute, decouper, fautes_de, nettoyer
from dossier.gabarits.champs import inconnues
from dossier.gabarits.erreurs import ligne_de


class Morceau(NamedTuple):
    """A file or a part of it: the source, the number of its first line, its tags, the braces that make none."""

    source: str
    premiere: int
    balises: tuple[Balise, ...]
    coupees: tuple[Faute, ...]

    @property
    def fautes(self) -> list[Faute]:
        """All that is wrong in it whatever the data."""
        return [*self.coupees, *fautes_de(self.balises)]


class Pret(NamedTuple):
    """A part of a file that may be filled."""

    morceau: Morceau
    modele: Template


def lire(racine: Path, relatif: str) -> str:
    """The words of `templates/<relatif>`, `racine` being that folder. Raises ErreurRendu."""
    fichier = f"templates/{relatif}"
    try:
        return (racine / relatif).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ErreurRendu(f"{fichier} n'est pas en UTF-8 ; l'enregistrer de nouveau en UTF-8.") from error
    except OSError as error:
        raise ErreurRendu(
            f"{fichier} manque ou ne peut pas être lu ; remettre le modèle dans {racine}."
        ) from error


def morceau(source: str, premiere: int = 1) -> Morceau:
    """That text; its tags are read as Jinja will, each at its line."""
    balises, coupees = decouper(source, "", {})
    propre, rang, places = [], 0, []
    for balise in balises:
        debut = source.index(balise.ecrite, rang)
        propre += [source[rang:debut], balise.droite]
        rang = debut + len(balise.ecrite)
        places.append(balise._replace(lieu=_lieu(source, debut, premiere)))
    lieux = [faute._replace(lieu=_lieu(source, _ou(source, faute), premiere)) for faute in coupees]
    return Morceau("".join([*propre, source[rang:]]), premiere, tuple(places), tuple(lieux))


def preparer(jinja: Bac, fichier: str, morceaux: Sequence[Morceau]) -> tuple[Pret, ...]:
    """Each part compiled. Raises ErreurRendu, one sentence per fault of the whole file."""
    refuser(fichier, (faute for lu in morceaux for faute in lu.fautes))
    try:
        return tuple(Pret(lu, jinja.from_string(lu.source)) for lu in morceaux)
    except TemplateSyntaxError as error:
        raise ErreurRendu(f"{fichier} : une balise est mal écrite. Voir templates/README.md.") from error


def remplir(fichier: str, prets: Sequence[Pret], contexte: Mapping[str, Any]) -> tuple[str, ...]:
    """Each part filled. Raises ErreurRendu with every unknown variable of the file, or with the line at fault."""
    return tuple(_remplir(fichier, pret, prets, contexte) for pret in prets)


def _remplir(fichier: str, pret: Pret, prets: Sequence[Pret], contexte: Mapping[str, Any]) -> str:
    try:
        return pret.modele.render(contexte)
    except TemplateError as error:
        refuser(fichier, (faute for lu in prets for faute in inconnues(lu.morceau.balises, [contexte])))
        raise ErreurRendu(
            f"{fichier}{_ligne(pret.morceau, error)} : une balise ne s'applique pas à la valeur qu'elle "
            f"reçoit ({error})."
        ) from error


def refuser(fichier: str, fautes: Iterable[Faute]) -> None:
    """Raises ErreurRendu, one sentence per fault, when there is any."""
    dites = phrases(fichier, fautes)
    if dites:
        raise ErreurRendu("\n".join(dites))


def phrases(fichier: str, fautes: Iterable[Faute]) -> tuple[str, ...]:
    """One sentence per fault, each once."""
    return tuple(dict.fromkeys(faute.phrase(fichier) for faute in fautes))


def _ou(source: str, faute: Faute) -> int:
    """Where the words that the fault quotes begin."""
    cites = re.search(r"« (.*?) »", faute.quoi)
    return max(source.find(cites[1]), 0) if cites else 0


def _lieu(source: str, debut: int, premiere: int) -> str:
    numero = source.count("\n", 0, debut) + premiere
    ligne = source.split("\n")[numero - premiere]
    return f"ligne {numero} («\u00a0{nettoyer(ligne)}\u00a0»)"


def _ligne(lu: Morceau, error: Exception) -> str:
    ligne = ligne_de(error)
    return f", ligne {ligne + lu.premiere - 1}" if ligne else ""
