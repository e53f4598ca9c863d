"""Words that a Word file holds and that nobody reads: hidden, white, or tiny."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

PASSAGE, TEXTE, PARAGRAPHE, TABLE, LIGNE, STYLE, BASE, PROPRES, VANISH, COULEUR, TAILLE = (
    qn(f"w:{nom}") for nom in ("r", "t", "p", "tbl", "tr", "style", "basedOn", "rPr", "vanish", "color", "sz")
)
FOND, ID, _TYPE, _DEFAUT, _VAL = (qn(f"w:{nom}") for nom in ("shd", "styleId", "type", "default", "val"))
_PPR, _TCPR, _TBLPR, _RSTYLE, _PSTYLE, _TBLSTYLE = (
    qn(f"w:{nom}") for nom in ("pPr", "tcPr", "tblPr", "rStyle", "pStyle", "tblStyle")
)
_FAUX = frozenset({"0", "false", "off"})
_CLAIR, _PETIT = 0xE6, 8
"""From what value of red, green and blue on a colour is white; under how many half points nobody reads."""
_FONDS_CLAIRS = frozenset({"background1", "light1"})
_PORTEURS = ((PARAGRAPHE, _PPR, _PSTYLE), (qn("w:tc"), _TCPR, ""), (TABLE, _TBLPR, _TBLSTYLE))
_FORMES = tuple(f"{{*}}{nom}" for nom in ("docPr", "cNvPr", "shape", "rect", "roundrect", "oval", "group"))
_CACHE_VML = re.compile(r"visibility\s*:\s*hidden|display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)


class Aspect(NamedTuple):
    """How a run looks, as far as its being read goes."""

    cache: bool
    couleur: Any
    """The `w:color` that holds, or None."""
    taille: Any
    """The `w:sz` that holds, or None."""


class Styles:
    """The styles of one document, each with those it is based on."""

    def __init__(self, document: Document) -> None:
        self._racine: Any = etree.fromstring(etree.tostring(document.styles.element))
        self._par_id = {style.get(ID): style for style in self._racine.iter(STYLE)}
        self._defauts = {
            style.get(_TYPE): style.get(ID)
            for style in self._racine.iter(STYLE)
            if style.get(_DEFAUT, "0") not in _FAUX
        }
        self._connus: dict[tuple[str | None, str | None], Aspect] = {}
        self._masquants = {nom for nom in self._par_id if self._masque(nom)}

    def chaine(self, identifiant: str | None, genre: str) -> list[Any]:
        """That style (or the default one of its kind), then each one it is based on."""
        suite: list[Any] = []
        style = self._par_id.get(identifiant or self._defauts.get(genre))
        while style is not None and style not in suite:
            suite.append(style)
            style = self._par_id.get(_valeur(style, BASE))
        return suite

    def herite(self, caractere: str | None, paragraphe: str | None) -> Aspect:
        """What a run of that style, in a paragraph of that other, gets from them and from the defaults."""
        cle = (caractere, paragraphe)
        if cle not in self._connus:
            suite = [*self.chaine(caractere, "character"), *self.chaine(paragraphe, "paragraph")]
            rprs = [rpr for style in suite if (rpr := style.find(PROPRES)) is not None]
            rprs += self._racine.findall(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{PROPRES}")
            vus = (_premier(rprs, nom) for nom in (COULEUR, TAILLE))
            self._connus[cle] = Aspect(any(_vrai(rpr.find(VANISH)) for rpr in rprs), *vus)
        return self._connus[cle]

    def masque(self, table: Any) -> bool:
        """Whether the style of that table hides words."""
        return _valeur(table.find(_TBLPR), _TBLSTYLE) in self._masquants

    def _masque(self, nom: str) -> bool:
        suite = self.chaine(nom, "table")
        return suite[0].get(_TYPE) == "table" and any(_vrai(v) for s in suite for v in s.iter(VANISH))


def defauts(racine: Any, styles: Styles) -> Iterator[tuple[Any, str]]:
    """Each thing of that part whose words are not seen, and the end of a French sentence that says why."""
    for passage in racine.iter(PASSAGE):
        if any((texte.text or "").strip() for texte in passage.findall(TEXTE)):
            yield from ((passage, quoi) for quoi in _du_passage(passage, styles))
    for ligne in racine.iter(LIGNE):
        if _vrai(ligne.find(f"{qn('w:trPr')}/{qn('w:hidden')}")):
            yield ligne, "une ligne de tableau est masquée : affichez-la (Police > Masqué) ou supprimez-la."
    for forme in racine.iter(*_FORMES):
        if forme.get("hidden", "0") not in _FAUX or _CACHE_VML.search(forme.get("style", "")):
            yield (
                forme,
                "une forme est masquée : affichez-la (Disposition > Volet Sélection) ou supprimez-la.",
            )


def _du_passage(passage: Any, styles: Styles) -> Iterator[str]:
    aspect = _aspect(passage, styles)
    if aspect.cache or any(styles.masque(table) for table in passage.iterancestors(TABLE)):
        yield "du texte est masqué : sélectionnez tout, décochez Police > Masqué, ou supprimez-le."
        return
    if (
        aspect.couleur is not None
        and _claire(aspect.couleur, _VAL, "w:themeColor")
        and not _sur_fond(passage, styles)
    ):
        yield "du texte est blanc ou presque : donnez-lui une couleur lisible, ou supprimez-le."
    if aspect.taille is not None and _nombre(aspect.taille.get(_VAL)) < _PETIT:
        yield "du texte est plus petit que 4 points : agrandissez-le, ou supprimez-le."


def _aspect(passage: Any, styles: Styles) -> Aspect:
    propres = passage.find(PROPRES)
    paragraphe = next(passage.iterancestors(PARAGRAPHE), None)
    proprietes = None if paragraphe is None else paragraphe.find(_PPR)
    herite = styles.herite(_valeur(propres, _RSTYLE), _valeur(proprietes, _PSTYLE))
    if propres is None:
        return herite
    vanish, couleur, taille = (propres.find(nom) for nom in (VANISH, COULEUR, TAILLE))
    return Aspect(
        herite.cache if vanish is None else _vrai(vanish),
        herite.couleur if couleur is None else couleur,
        herite.taille if taille is None else taille,
    )


def _sur_fond(passage: Any, styles: Styles) -> bool:
    """Whether something dark is painted behind that run, its paragraph, its cell or its table."""
    fonds = [*passage.iterfind(f"{PROPRES}/{FOND}")]
    for porteur, proprietes, style in _PORTEURS:
        for ancetre in passage.iterancestors(porteur):
            fonds += ancetre.iterfind(f"{proprietes}/{FOND}")
            genre = "paragraph" if porteur == PARAGRAPHE else "table"
            chaine = styles.chaine(_valeur(ancetre.find(proprietes), style), genre) if style else []
            fonds += [fond for element in chaine for fond in element.iter(FOND)]
    return any(_sombre(fond) for fond in fonds)


def _sombre(fond: Any) -> bool:
    return fond.get(qn("w:fill"), "auto") != "auto" and not _claire(fond, qn("w:fill"), "w:themeFill")


def _claire(element: Any, attribut: str, theme: str) -> bool:
    if element.get(qn(theme)) in _FONDS_CLAIRS and element.get(f"{qn(theme)}Shade") is None:
        return True
    valeur = element.get(attribut) or ""
    if not re.fullmatch(r"[0-9A-Fa-f]{6}", valeur):
        return False
    return min(bytes.fromhex(valeur)) >= _CLAIR


def _premier(rprs: list[Any], nom: str) -> Any:
    return next((trouve for rpr in rprs if (trouve := rpr.find(nom)) is not None), None)


def _vrai(bascule: Any) -> bool:
    return bascule is not None and bascule.get(_VAL, "1").lower() not in _FAUX


def _valeur(parent: Any, nom: str) -> str | None:
    element = None if parent is None else parent.find(nom)
    return None if element is None else element.get(_VAL)


def _nombre(ecrit: str | None) -> float:
    trouve = re.match(r"\d+(\.\d+)?", ecrit or "")
    return float(trouve[0]) if trouve else float(_PETIT)
