"""What no Word file that leaves may hold, a template as a letter edited by a person: one list for both."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docx.document import Document
from docx.opc.part import Part
from docx.oxml.ns import qn

from dossier.adapters.render_docx.champs import Champ, champs_de
from dossier.adapters.render_docx.lecture import (
    PARAGRAPHE,
    deux_textes,
    en_double,
    lettres,
    parties,
    racine,
)
from dossier.adapters.render_docx.visible import Styles, defauts
from dossier.gabarits.balises import Faute, nettoyer

TOUT = "dans tout le fichier"
_LIEUX = {"header": "en-tête, ", "footer": "pied de page, ", "footnotes": "note, ", "endnotes": "note, "}
_NOMBRES, _LIEN = frozenset({"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES"}), "HYPERLINK"
_NOMBRE = re.compile(r"[\s–-]*(\d+|[ivxlcdm]+|([a-z])\2*)?[\s–-]*", re.IGNORECASE)
_ADRESSE = re.compile(r"(https?|mailto|tel):", re.IGNORECASE)
_REVISIONS = frozenset(
    qn(f"w:{nom}")
    for nom in (
        *("ins", "del", "moveFrom", "moveTo", "moveFromRangeStart", "moveToRangeStart"),
        *("cellIns", "cellDel", "cellMerge", "numberingChange"),
        *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange", "tblGridChange"),
        *("trPrChange", "tcPrChange", "customXmlInsRangeStart", "customXmlDelRangeStart"),
        *("customXmlMoveFromRangeStart", "customXmlMoveToRangeStart"),
    )
)
_MACRO = "le document contient une macro : Fichier > Enregistrer sous, type « Document Word (.docx) », sans les macros."
_OBJET = (
    "le document contient un objet incorporé ({genre}) : remplacez-le par son texte, ou par une image (Collage "
    "spécial > Image)."
)
_AUTRE = "le document en appelle ou en contient un autre ({genre}) : copiez son texte à sa place, puis supprimez-le."
_DESSIN = (
    "le document contient un graphique ou un SmartArt ({genre}), dont les mots ne peuvent pas être contrôlés : "
    "remplacez-le par du texte ou par une image (Collage spécial > Image)."
)
_INCORPORES = {
    **dict.fromkeys(("vbaProject", "wordVbaData", "attachedToolbars", "keyMapCustomizations"), _MACRO),
    **dict.fromkeys(("oleObject", "package", "control", "activeXControlBinary", "ctrlProp"), _OBJET),
    **dict.fromkeys(("aFChunk", "subDocument", "frame"), _AUTRE),
    **dict.fromkeys(("chart", "chartEx", "diagramData", "diagramDrawing"), _DESSIN),
}
_RETRAITS = {
    "attachedTemplate": "Développeur > Modèle de document, effacez le modèle joint",
    "hyperlink": "clic droit sur le lien > Supprimer le lien hypertexte",
}
_ROMPRE = (
    "Fichier > Informations > Modifier les liens d'accès aux fichiers > Rompre la liaison, ou supprimez-le"
)


def interdits(document: Document) -> Iterator[Faute]:
    """One fault per thing that would fetch, run, change by itself, or leave unseen; each says how to mend it."""
    styles = Styles(document)
    for part in parties(document):
        lue = racine(part)
        for element, quoi in (*_champs(lue), *_elements(lue), *defauts(lue, styles)):
            yield dans(part, element, quoi)
    yield from _liens(document)


def dans(part: Part, element: Any, quoi: str) -> Faute:
    """That fault, in the paragraph which holds the element, or the first that it holds."""
    proche = element if element.tag == PARAGRAPHE else next(element.iterancestors(PARAGRAPHE), None)
    if proche is None:
        proche = next(element.iter(PARAGRAPHE), None)
    return Faute(TOUT if proche is None else lieu(part, proche, lettres(proche)), quoi)


def lieu(part: Part, paragraphe: Any, texte: str) -> str:
    """Where that paragraph is, as a person would look for it."""
    genre = part.content_type.removesuffix("+xml").rpartition(".")[2]
    parent = paragraphe.getparent()
    boite = "zone de texte, " if parent is not None and parent.tag == qn("w:txbxContent") else ""
    return f"{_LIEUX.get(genre, '')}{boite}paragraphe «\u00a0{nettoyer(texte)}\u00a0»"


def _champs(lue: Any) -> Iterator[tuple[Any, str]]:
    for champ in champs_de(lue):
        if not en_double(champ.element) and (quoi := _du_champ(champ)):
            yield champ.element, quoi


def _du_champ(champ: Champ) -> str:
    if champ.mot in _NOMBRES:
        if _NOMBRE.fullmatch(champ.resultat):
            return ""
        return (
            f"le champ {champ.mot} montre « {nettoyer(champ.resultat)} », qui ne s'imprimera pas : cliquez dessus "
            "puis F9 pour le mettre à jour."
        )
    if champ.mot == _LIEN:
        if not champ.cible or _ADRESSE.match(champ.cible):
            return ""
        return _vers(champ.cible, "hyperlink")
    return (
        f"le champ {champ.mot or 'sans nom'} change de lui-même ou va chercher autre chose : cliquez dessus puis "
        "Ctrl+Maj+F9 pour le figer en texte, ou supprimez-le."
    )


def _elements(lue: Any) -> Iterator[tuple[Any, str]]:
    for element in lue.iter(*_REVISIONS):
        yield (
            element,
            "une modification suivie reste à trancher. Acceptez ou refusez toutes les modifications suivies "
            "(Révision > Accepter > Accepter toutes les modifications), puis enregistrez.",
        )
    for element in lue.iter(qn("w:dataBinding")):
        yield (
            element,
            "un contrôle de contenu est lié à des données qui changeraient son texte : clic droit > Supprimer le "
            "contrôle de contenu.",
        )
    for element in deux_textes(lue):
        yield (
            element,
            "une forme ou une zone de texte ne dit pas la même chose selon le logiciel qui l'imprime : supprimez-la "
            "et refaites-la dans Word.",
        )


def _liens(document: Document) -> Iterator[Faute]:
    package = document.part.package
    assert package is not None
    for part in (package, *package.iter_parts()):
        for lien in part.rels.values():
            genre = lien.reltype.rpartition("/")[2]
            if lien.is_external and not (genre == "hyperlink" and _permise(lien.target_ref)):
                yield Faute(TOUT, _vers(lien.target_ref, genre))
            elif genre in _INCORPORES:
                yield Faute(TOUT, _INCORPORES[genre].format(genre=genre))
    for part in package.iter_parts():
        if part.content_type.endswith("comments+xml") and _commentes(part):
            yield Faute(
                TOUT,
                "une bulle de commentaire partirait avec la lettre : Révision > Supprimer > tous les commentaires.",
            )


def _permise(adresse: str) -> bool:
    return adresse.startswith("#") or bool(_ADRESSE.match(adresse))


def _vers(cible: str, genre: str) -> str:
    return f"le document va chercher « {nettoyer(cible)} » ({genre}) : {_RETRAITS.get(genre, _ROMPRE)}."


def _commentes(part: Part) -> bool:
    return next(racine(part).iter(qn("w:comment")), None) is not None
