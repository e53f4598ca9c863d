"""The tags of a Word template, each with its paragraph, and all that is wrong in the file whatever the data."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Sequence
from typing import Any

from docx.document import Document
from docx.opc.part import Part
from docx.oxml.ns import qn

from dossier.adapters.render_docx.lecture import PARAGRAPHE, TEXTE, en_double, lettres, parties, racine
from dossier.gabarits.balises import Balise, Faute, decouper, fautes_de, nettoyer

PREFIXES = ("", "p", "tr")
TOUT = "dans tout le fichier"
_OUVRANTE = re.compile(r"\{\{|\{%|\{#")
_LIEUX = {"header": "en-tête, ", "footer": "pied de page, ", "footnotes": "note, ", "endnotes": "note, "}
_CHAMPS = re.compile(
    r"^\s*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|EMBED|DATABASE|MACROBUTTON|RD)\b", re.IGNORECASE
)
_INCORPORES = ("vbaProject", "oleObject", "control", "aFChunk", "package", "subDocument")
_REVISIONS = tuple(qn(f"w:{nom}") for nom in ("ins", "del", "moveFrom", "moveTo"))


def balises_de(part: Part) -> tuple[list[Balise], list[Faute]]:
    """The tags of one part in order, and those that are cut or ill placed."""
    balises: list[Balise] = []
    fautes: list[Faute] = []
    for paragraphe in racine(part).iter(PARAGRAPHE):
        texte = lettres(paragraphe)
        if "{" in texte or "}" in texte:
            trouvees, coupees = decouper(texte, _lieu(part, paragraphe, texte), _cadre(paragraphe))
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
    yield from _etrangeres(document)


def _lieu(part: Part, paragraphe: Any, texte: str) -> str:
    genre = part.content_type.removesuffix("+xml").rpartition(".")[2]
    boite = "zone de texte, " if paragraphe.getparent().tag == qn("w:txbxContent") else ""
    return f"{_LIEUX.get(genre, '')}{boite}paragraphe «\u00a0{nettoyer(texte)}\u00a0»"


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
    """Tags where nothing is filled, fields that fetch, changes not yet accepted."""
    for element in racine(part).iter():
        if not isinstance(element.tag, str) or en_double(element):
            continue
        champ = element.get(qn("w:instr")) or (element.text if element.tag == qn("w:instrText") else "") or ""
        ailleurs = "" if element.tag == TEXTE else element.text or ""
        if any(_OUVRANTE.search(texte) for texte in (*element.attrib.values(), ailleurs)):
            yield _dans(part, element, "une balise est dans un champ, un lien ou un texte de remplacement.")
        if trouve := _CHAMPS.match(champ):
            yield _dans(
                part, element, f"le champ {trouve[1].upper()} va chercher autre chose que les variables."
            )
        if element.tag in _REVISIONS:
            yield _dans(part, element, "une modification suivie reste à accepter ou à refuser dans Word.")


def _dans(part: Part, element: Any, quoi: str) -> Faute:
    proches = [
        a for a in (element, *element.iterancestors(), *element.iterdescendants()) if a.tag == PARAGRAPHE
    ]
    return Faute(_lieu(part, proches[0], lettres(proches[0])) if proches else TOUT, quoi)


def _etrangeres(document: Document) -> Iterator[Faute]:
    """What the file fetches elsewhere, runs, or carries along: no template needs any of it."""
    package = document.part.package
    assert package is not None
    ecrites = {part.partname for part in parties(document)}
    for part in package.iter_parts():
        for lien in part.rels.values():
            genre = lien.reltype.rpartition("/")[2]
            if lien.is_external and genre != "hyperlink":
                yield Faute(
                    TOUT, f"le document va chercher « {lien.target_ref} » ({genre}) : retirer ce lien."
                )
            if genre in _INCORPORES:
                yield Faute(TOUT, f"le document contient une macro ou un objet ({genre}) : le retirer.")
        nom = str(part.partname)
        if not nom.endswith(".xml") or part.partname in ecrites:
            continue
        if nom.startswith("/word/comments") and b"<w:comment " in part.blob:
            yield Faute(TOUT, "une bulle de commentaire partirait avec la lettre : la supprimer.")
        if _OUVRANTE.search(re.sub(r"<[^>]*>", "", part.blob.decode("utf-8", "replace"))):
            yield Faute(TOUT, f"une balise est dans une partie du document qui n'est pas remplie ({nom}).")
