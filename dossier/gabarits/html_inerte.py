"""The HTML of an e-mail, by a positive list: nothing is fetched, nothing runs.

The page is read in the strict writing that every program reads alike (each value between quotes, no remark but
the condition of Outlook): what is written otherwise is refused, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from dossier.gabarits.balises import Faute, nettoyer

_JETON = re.compile(
    r"(?P<texte>[^<]+)"
    r"|(?P<doctype><!DOCTYPE html>)"
    r"|(?P<si><!--\[if mso\]>)"
    r"|(?P<fin_si><!\[endif\]-->)"
    r"|</(?P<ferme>[A-Za-z][A-Za-z0-9]*)>"
    r"|<(?P<ouvre>[A-Za-z][A-Za-z0-9]*)"
    r"(?P<attributs>(?:\s+[A-Za-z-]+=(?:\"[^\"<>]*\"|'[^'<>]*'))*)\s*/?>"
    r"|(?P<autre><[^<>]*>?)"
)
_ATTRIBUT = re.compile(r"([A-Za-z-]+)=(?:\"([^\"]*)\"|'([^']*)')")
_EN_LIGNE = frozenset(["a", "b", "em", "i", "small", "span", "strong", "sub", "sup", "u"])
_EN_BLOC = frozenset(
    [
        "blockquote",
        "body",
        "br",
        "center",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "hr",
        "html",
        "li",
        "meta",
        "ol",
        "p",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
    ]
)
BALISES = _EN_LIGNE | _EN_BLOC
ATTRIBUTS = frozenset(
    [
        "align",
        "bgcolor",
        "border",
        "cellpadding",
        "cellspacing",
        "colspan",
        "dir",
        "height",
        "lang",
        "role",
        "rowspan",
        "style",
        "valign",
        "width",
    ]
)
PROPRES = {"a": {"href"}, "meta": {"charset", "content", "name"}}
"""Attributes of one tag alone."""
META = frozenset(
    [
        "color-scheme",
        "format-detection",
        "supported-color-schemes",
        "viewport",
        "x-apple-disable-message-reformatting",
    ]
)
_SIMPLE = re.compile(r"[\w#%.,=… -]*")
_LIEN = re.compile(r"(?:mailto:|tel:|https://)[^\s\x00-\x20\"'<>\\`…]+", re.IGNORECASE)
FONCTIONS = frozenset({"rgb", "rgba", "hsl", "hsla"})
_FONCTION = re.compile(r"([^\s:;,()]*)\s*\(")
_PROPRIETE = re.compile(
    r"(?:(?:background|border|font|line|list-style|margin|mso|padding|text|word)(?:-[a-z]+)*"
    r"|box-sizing|color|color-scheme|height|letter-spacing|max-width|min-width|opacity|overflow-wrap"
    r"|vertical-align|white-space|width)"
)
_REFUSEES = frozenset(
    {"background-image", "border-image", "border-image-source", "list-style-image", "mso-hide"}
)


def fautes_html(page: str) -> list[Faute]:
    """Each thing in that page that an e-mail must not hold, with what to remove; empty when there is none."""
    return list(dict.fromkeys(_fautes(page)))


def mots(page: str) -> str:
    """What a reader sees in that page, one line per block; its title too."""
    lus = []
    for jeton in _JETON.finditer(page):
        nom = (jeton["ouvre"] or jeton["ferme"] or "").lower()
        if jeton["texte"]:
            lus.append(" ".join(unescape(jeton["texte"]).split("\n")))
        elif nom not in _EN_LIGNE:
            lus.append("\n")
    return "\n".join(ligne.strip() for ligne in "".join(lus).split("\n") if ligne.strip())


def _fautes(page: str) -> Iterator[Faute]:
    condition = False
    for jeton in _JETON.finditer(page):
        lieu = f"« {nettoyer(jeton[0], 80)} »"
        if jeton["si"] or jeton["fin_si"]:
            if condition is bool(jeton["si"]):
                yield Faute(lieu, "« <!--[if mso]> » et « <![endif]--> » vont par deux : retirer celui-ci.")
            condition = bool(jeton["si"])
        elif jeton["texte"] and condition and jeton["texte"].strip():
            yield Faute(lieu, "ces mots ne seraient lus que dans Outlook : les sortir de la condition.")
        else:
            yield from (Faute(lieu, quoi) for quoi in _du_jeton(jeton))
    if condition:
        yield Faute("la fin", "« <!--[if mso]> » n'est fermé par aucun « <![endif]--> » : l'ajouter.")


def _du_jeton(jeton: re.Match[str]) -> Iterator[str]:
    if jeton["autre"]:
        yield _DE_L_AUTRE if not jeton[0].startswith("<!") else _REMARQUE
    nom = (jeton["ouvre"] or jeton["ferme"] or "").lower()
    if nom and nom not in BALISES:
        yield f"la balise <{nom}> n'est pas permise dans un courriel, qui ne charge et n'exécute rien : la retirer."
    elif jeton["ouvre"]:
        for attribut, doubles, simples in _ATTRIBUT.findall(jeton["attributs"]):
            yield from _de_l_attribut(nom, attribut.lower(), doubles or simples)


_DE_L_AUTRE = (
    "cette balise n'est pas écrite comme il le faut : fermer par « > », mettre chaque valeur entre guillemets droits, "
    "sans « < » ni « > » dedans ; écrire &lt; pour « < »."
)
_REMARQUE = "une remarque partirait avec le courriel : la retirer, ou l'écrire {# ainsi #}."


def _de_l_attribut(balise: str, nom: str, ecrit: str) -> Iterator[str]:
    valeur = unescape(ecrit)
    if nom not in ATTRIBUTS and nom not in PROPRES.get(balise, ()):
        yield f"l'attribut {nom} n'est pas permis dans la balise <{balise}> d'un courriel : le retirer."
    elif nom == "style":
        yield from dict.fromkeys(quoi for lu in (ecrit, valeur) for quoi in _du_style(lu))
        yield from _des_proprietes(valeur)
    elif nom == "href":
        if not (_LIEN.fullmatch(valeur) and _LIEN.match(ecrit)):
            yield (
                f"le lien « {nettoyer(valeur)} » n'est pas permis : l'écrire en toutes lettres, sans variable, et le "
                "commencer par https://, mailto: ou tel: ; sinon le retirer."
            )
    elif nom == "charset" and valeur.lower() != "utf-8":
        yield "le seul codage permis est utf-8 : l'écrire ainsi."
    elif nom == "name" and valeur.lower() not in META:
        yield f"« {nettoyer(valeur)} » n'est pas permis dans une balise <meta> : la retirer."
    elif not _SIMPLE.fullmatch(valeur):
        yield f"la valeur « {nettoyer(valeur)} » de l'attribut {nom} n'est pas permise : la retirer."


def _du_style(style: str) -> Iterator[str]:
    """CSS Syntax 3: a backslash and a comment hide a name, a function may fetch."""
    if "\\" in style:
        yield "une barre oblique inverse n'est pas permise dans un style : la retirer."
    if "/*" in style or "*/" in style:
        yield "un commentaire n'est pas permis dans un style : le retirer."
    for fonction in _FONCTION.findall(style):
        if fonction.lower() not in FONCTIONS:
            yield (
                f"« {nettoyer(fonction)}( … ) » n'est pas permis dans un style, où seuls rgb() et hsl() le sont : "
                "le retirer."
            )


def _des_proprietes(style: str) -> Iterator[str]:
    for declaration in filter(str.strip, style.split(";")):
        propriete = declaration.partition(":")[0].strip().lower()
        if not _PROPRIETE.fullmatch(propriete) or propriete in _REFUSEES:
            yield f"« {nettoyer(propriete)} » n'est pas permis dans un style de courriel : le retirer."
