"""A Word template made ready: coloured, judged, compiled once, and the place of each of its tags kept."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from docx.opc.exceptions import OpcError
from docx.oxml.exceptions import InvalidXmlError
from docxtpl import DocxTemplate
from jinja2 import Template, TemplateSyntaxError
from lxml import etree

from dossier.adapters.render_docx.examen import balises_de, fautes_du_fichier
from dossier.adapters.render_docx.lecture import ouvrir, parties, racine
from dossier.gabarits.bac import Bac
from dossier.gabarits.balises import Balise, Faute

_BALISE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_TETE = re.compile(r"\{[{%][-+]?")
ILLISIBLE = (
    OpcError,
    InvalidXmlError,
    zipfile.BadZipFile,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    etree.XMLSyntaxError,
    ValueError,
)
"""What is raised on a file that is not a Word document: python-docx takes its XML as well made."""


class Partie(NamedTuple):
    """One part of the document, ready to be filled."""

    nom: str
    modele: Template
    lieux: tuple[str, ...]
    """Where each tag is written: line N + 2 of the compiled source is tag N."""


class Gabarit(NamedTuple):
    """A template ready to be filled, or its faults."""

    contenu: bytes
    parties: tuple[Partie, ...]
    balises: tuple[tuple[Balise, ...], ...]
    fautes: tuple[Faute, ...]


def preparer(contenu: bytes, jinja: Bac) -> Gabarit:
    """The file judged whatever the data, and compiled when nothing is wrong. Raises one of ILLISIBLE."""
    document = ouvrir(contenu)
    lues = [(part, *balises_de(part)) for part in parties(document)]
    fautes = tuple(dict.fromkeys(fautes_du_fichier(document, lues)))
    balises = tuple(tuple(trouvees) for _, trouvees, _ in lues)
    if fautes:
        return Gabarit(contenu, (), balises, fautes)
    retouche = DocxTemplate(io.BytesIO(contenu)).patch_xml
    pretes = []
    for part, trouvees, _ in lues:
        xml = etree.tostring(racine(part), encoding="unicode").replace("\n", " ")
        source = _une_ligne_par_balise(retouche(xml))
        lieux = tuple(_lieux(source, trouvees))
        try:
            pretes.append(Partie(str(part.partname), jinja.from_string(source), lieux))
        except TemplateSyntaxError as error:
            lieu = lieu_de(error.lineno, lieux) or "dans tout le fichier"
            return Gabarit(contenu, (), balises, (Faute(lieu, _MAL_ECRITE),))
    return Gabarit(contenu, tuple(pretes), balises, ())


_MAL_ECRITE = "une balise est mal écrite : la retaper d'un trait. Voir templates/README.md."


def lieu_de(ligne: int | None, lieux: tuple[str, ...]) -> str:
    """Where the tag compiled at that line is written; empty when it is not known."""
    return lieux[ligne - 2] if ligne is not None and 2 <= ligne < len(lieux) + 2 else ""


def _une_ligne_par_balise(source: str) -> str:
    """Each tag begins a line of its own, inside its braces where Jinja prints nothing of it."""
    return _BALISE.sub(lambda balise: _TETE.sub(lambda tete: f"{tete[0]}\n", balise[0], count=1), source)


def _lieux(source: str, balises: Iterable[Balise]) -> Iterator[str]:
    """The place of each tag of the compiled source, found by its words and its rank among its likes."""
    attente: dict[str, list[str]] = {}
    for balise in balises:
        attente.setdefault(balise.normale, []).append(balise.lieu)
    for trouvee in filter(_TETE.match, _BALISE.findall(source)):
        places = attente.get(Balise(trouvee, "", {}).normale, [])
        yield places.pop(0) if len(places) > 1 else (places[0] if places else "")
