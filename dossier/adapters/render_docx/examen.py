"""The tags of a Word template, each with its paragraph, and all that is wrong in the file whatever the data."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from docx.document import Document
from docx.opc.part import Part
from docx.oxml.ns import qn

from dossier.adapters.render_docx.champs import champs_de
from dossier.adapters.render_docx.interdits import TOUT, dans, interdits, lieu
from dossier.adapters.render_docx.lecture import PARAGRAPHE, TEXTE, en_double, lettres, parties, racine
from dossier.gabarits.balises import Balise, Faute, decouper, fautes_de

PREFIXES = ("", "p", "tr")
_OUVRANTE = re.compile(r"\{\{|\{%|\{#")


def balises_de(part: Part) -> tuple[list[Balise], list[Faute]]:
    """The tags of one part in order, and those that are cut or ill placed."""
    balises: list[Balise] = []
    fautes: list[Faute] = []
    for paragraphe in racine(part).iter(PARAGRAPHE):
        texte = lettres(paragraphe)
        if "{" in texte or "}" in texte:
            trouvees, coupees = decouper(texte, lieu(part, paragraphe, texte), _cadre(paragraphe))
            balises += trouvees
            fautes += [*coupees, *_mal_entourees(paragraphe, texte, trouvees)]
    return balises, fautes


def fautes_du_fichier(
    document: Document, lues: Sequence[tuple[Part, list[Balise], list[Faute]]]
) -> Iterator[Faute]:
    """All that is wrong in that file whatever the data; `lues` is each part with what `balises_de` gave."""
    for part, balises, fautes in lues:
        yield from fautes
        yield from fautes_de(balises, PREFIXES)
        yield from _cachees(part)
    yield from interdits(document)
    yield from _jamais_remplies(document)


def _cadre(paragraphe: Any) -> dict[str, Hashable]:
    """What an opening tag and its closing one must share, by prefix."""
    chemin = paragraphe.getroottree().getpath
    tables = [a for a in paragraphe.iterancestors() if a.tag == qn("w:tbl")]
    return {
        "": chemin(paragraphe),
        "p": chemin(paragraphe.getparent()),
        "tr": chemin(tables[0]) if tables else "",
    }


def _mal_entourees(paragraphe: Any, texte: str, balises: list[Balise]) -> Iterator[Faute]:
    """docxtpl drops what stands beside a `{%p` or `{%tr` tag, without a word."""
    for balise in balises:
        if balise.ecrite[2] in "-+" or balise.ecrite[-3] in "-+":
            yield Faute(balise.lieu, f"la balise « {balise.ecrite} » porte un « - » ou un « + » : l'enlever.")
        if balise.prefixe == "p" and texte.strip() != balise.ecrite:
            yield _pas_seule(balise, "son paragraphe")
        if balise.prefixe == "tr":
            lignes = [a for a in paragraphe.iterancestors() if a.tag == qn("w:tr")]
            ligne = "".join(lettres(p) for p in lignes[0].iter(PARAGRAPHE)) if lignes else ""
            if ligne.strip() != balise.ecrite:
                yield _pas_seule(balise, "sa ligne de tableau")


def _pas_seule(balise: Balise, ou: str) -> Faute:
    return Faute(
        balise.lieu,
        f"la balise « {balise.ecrite} » est mal placée : elle doit être seule dans {ou}, qui disparaît.",
    )


def _cachees(part: Part) -> Iterator[Faute]:
    """Tags where nothing is filled: in a field, whatever the runs it is cut in, a link, an attribute."""
    lue = racine(part)
    porteurs = [champ.element for champ in champs_de(lue) if _OUVRANTE.search(champ.instruction)]
    elements = (element for element in lue.iter() if isinstance(element.tag, str))
    porteurs += [element for element in elements if _OUVRANTE.search(_hors_du_texte(element))]
    for element in porteurs:
        if not en_double(element):
            yield dans(part, element, "une balise est dans un champ, un lien ou un texte de remplacement.")


def _hors_du_texte(element: Any) -> str:
    return "\n".join((*element.attrib.values(), "" if element.tag == TEXTE else element.text or ""))


def _jamais_remplies(document: Document) -> Iterator[Faute]:
    """Tags in a part of the file that is not written on: properties, settings."""
    package = document.part.package
    assert package is not None
    ecrites = {part.partname for part in parties(document)}
    for part in package.iter_parts():
        nom = str(part.partname)
        if not nom.endswith(".xml") or part.partname in ecrites:
            continue
        if _OUVRANTE.search(re.sub(r"<[^>]*>", "", part.blob.decode("utf-8", "replace"))):
            yield Faute(TOUT, f"une balise est dans une partie du document qui n'est pas remplie ({nom}).")
