"""The tags of a template, each where it is written, and what is wrong with them whatever the data."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from jinja2 import TemplateSyntaxError, nodes

from dossier.gabarits.bac import FILTRES, TESTS, Bac

_BORNE = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
_FERME = {"{{": "}}", "{%": "%}", "{#": "#}"}
_SIMPLE = re.compile(r"(?<![{%#])\{\s*[a-z_]+(\.[a-z_]+)*\s*\}(?!\})")
_PREFIXE = re.compile(r"\{[{%#](tr|tc|p|r)\s")
_DROITS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "\xa0": " "})
_FERMANTS = {"endif": "if", "endfor": "for"}
_SUITES = {"elif": ("if",), "else": ("if", "for")}
_ADMIS = (
    nodes.And,
    nodes.Compare,
    nodes.CondExpr,
    nodes.Const,
    nodes.Filter,
    nodes.For,
    nodes.Getattr,
    nodes.Getitem,
    nodes.If,
    nodes.Keyword,
    nodes.List,
    nodes.Name,
    nodes.Not,
    nodes.Operand,
    nodes.Or,
    nodes.Output,
    nodes.Test,
    nodes.Tuple,
)
_PARLER = {
    nodes.Concat: "l'opérateur ~",
    nodes.Call: "l'appel d'une fonction",
    nodes.Getitem: "un crochet qui ne contient ni nombre ni nom",
    nodes.Mul: "une multiplication",
    nodes.Add: "une addition",
    nodes.Sub: "une soustraction",
    nodes.Mod: "l'opérateur %",
}
LONGUEUR = 300
"""Characters of a tag, at most: longer ones are deeper than Python reads."""
PROFONDEUR = 12
"""Tags `if` and `for` inside each other, at most: Python refuses twenty loops."""
_NOMS_RESERVES = frozenset({"self", "caller", "varargs", "kwargs"})
_analyse = Bac(str, autoescape=False)


class Faute(NamedTuple):
    """One thing to mend in a template."""

    lieu: str
    """`le paragraphe « … »`, `la ligne 3`."""
    quoi: str

    def phrase(self, fichier: str) -> str:
        """The whole French sentence."""
        return f"{fichier}, {self.lieu} : {self.quoi}"


class Balise(NamedTuple):
    """One tag, as it is written in one place."""

    ecrite: str
    """`{%p if lrar %}`."""
    lieu: str
    cadre: dict[str, Hashable]
    """For each prefix, what holds the tag: an opening tag and its closing one share it."""

    @property
    def prefixe(self) -> str:
        """`p` or `tr` when the tag wraps paragraphs or rows; empty in the midst of words."""
        trouve = _PREFIXE.match(self.ecrite)
        return trouve[1] if trouve else ""

    @property
    def dedans(self) -> str:
        """What Jinja reads between the braces, quotes made straight."""
        coeur = self.ecrite[2 + len(self.prefixe) : -2].translate(_DROITS)
        return " ".join(coeur.strip().removeprefix("-").removeprefix("+").removesuffix("-").split())

    @property
    def mot(self) -> str:
        """`if`, `for`, `endif`… ; empty for a value or a remark."""
        return self.dedans.partition(" ")[0] if self.ecrite.startswith("{%") else ""

    @property
    def droite(self) -> str:
        """The tag as written, but for its quotes, made straight."""
        return self.ecrite.translate(_DROITS)

    @property
    def normale(self) -> str:
        """The tag in one writing, whatever its spaces, quotes and prefix: `{%if lrar%}`."""
        return f"{self.ecrite[:2]}{self.dedans}{self.ecrite[-2:]}"


def decouper(texte: str, lieu: str, cadre: dict[str, Hashable]) -> tuple[list[Balise], list[Faute]]:
    """The tags of one paragraph or one text, in order, and the braces that make none."""
    balises: list[Balise] = []
    fautes = [
        Faute(lieu, f"« {simple[0]} » n'a qu'une accolade : une variable s'écrit {{{{ … }}}}.")
        for simple in _SIMPLE.finditer(texte)
    ]
    ouverte: re.Match[str] | None = None
    for borne in _BORNE.finditer(texte):
        if ouverte is None and borne[0] in _FERME:
            ouverte = borne
        elif ouverte is not None and borne[0] == _FERME[ouverte[0]]:
            balises.append(Balise(texte[ouverte.start() : borne.end()], lieu, cadre))
            ouverte = None
        elif ouverte is None:
            fautes.append(Faute(lieu, f"« {borne[0]} » ne ferme aucune balise."))
        elif borne[0] in _FERME:
            fautes.append(_jamais_fermee(texte, ouverte, lieu))
            ouverte = borne
    if ouverte is not None:
        fautes.append(_jamais_fermee(texte, ouverte, lieu))
    return balises, fautes


def _jamais_fermee(texte: str, ouverte: re.Match[str], lieu: str) -> Faute:
    debut = " ".join(texte[ouverte.start() : ouverte.start() + 40].split())
    return Faute(
        lieu,
        f"la balise « {debut} » est ouverte et jamais fermée ici : il manque {_FERME[ouverte[0]]}.",
    )


def arbre(balise: Balise) -> nodes.Template | None:
    """What the tag says to Jinja; None for a remark and for what closes. Raises TemplateSyntaxError."""
    dedans = balise.dedans
    if balise.ecrite.startswith("{{"):
        return _lire(f"{{{{ {dedans} }}}}")
    if balise.mot in {"if", "elif"}:
        return _lire(f"{{% if {dedans.partition(' ')[2]} %}}{{% endif %}}")
    if balise.mot == "for":
        return _lire(f"{{% {dedans} %}}{{% endfor %}}")
    return None


@lru_cache(maxsize=4096)
def _lire(source: str) -> nodes.Template:
    """Read once: the same tags come back in every template, and nobody changes these trees."""
    if len(source) > LONGUEUR:
        raise TemplateSyntaxError("balise trop longue", 1)
    return _analyse.parse(source)


def fautes_de(balises: Sequence[Balise], prefixes: Sequence[str] = ("",)) -> list[Faute]:
    """All that is wrong with these tags, whatever the data: writing, forbidden code, what opens and closes."""
    return [*(f for balise in balises for f in _une_balise(balise, prefixes)), *_structure(balises)]


def _une_balise(balise: Balise, prefixes: Sequence[str]) -> Iterator[Faute]:
    def faute(quoi: str) -> Faute:
        return Faute(balise.lieu, f"la balise « {balise.ecrite} » {quoi}")

    admis = prefixes if balise.ecrite.startswith("{%") else ("",)
    if balise.ecrite.startswith("{#"):
        return
    if balise.prefixe not in admis:
        yield faute(f"commence par « {balise.ecrite[:2]}{balise.prefixe} », qui n'est pas admis.")
        return
    if balise.mot in {"else", *_FERMANTS} and balise.dedans == balise.mot:
        return
    if balise.ecrite.startswith("{%") and balise.mot not in {"if", "elif", "for"}:
        yield faute(
            f"emploie « {balise.mot or '?'} » : seuls if, elif, else, endif, for et endfor sont admis."
        )
        return
    try:
        lue = arbre(balise)
    except TemplateSyntaxError:
        yield faute(
            "est mal écrite : vérifier ses guillemets (droits), ses parenthèses, ses points, ses espaces et "
            f"sa longueur ({LONGUEUR} signes au plus)."
        )
        return
    for quoi in interdits(lue) if lue else ():
        yield faute(
            f"contient du code interdit ({quoi}) : seules les variables de templates/README.md le sont."
        )


def interdits(lue: nodes.Template) -> Iterator[str]:
    """Each thing in the tag that no template may do."""
    for noeud in _noeuds(lue):
        match noeud:
            case nodes.Getattr(attr=nom) | nodes.Name(name=nom):
                yield from _nom(nom)
            case nodes.Getitem(arg=nodes.Const(value=str() | int() as cle)):
                yield from _nom(str(cle))
            case nodes.Filter():
                yield from _filtre(noeud)
            case nodes.Test(name=nom) if nom not in TESTS:
                yield f"le test « is {nom} »"
            case _ if not isinstance(noeud, _ADMIS) or isinstance(noeud, nodes.Getitem):
                yield next((dit for genre, dit in _PARLER.items() if isinstance(noeud, genre)), "un calcul")


def _nom(nom: str) -> Iterator[str]:
    if nom.startswith("_") or nom in _NOMS_RESERVES:
        yield f"« {nom} »"


def _filtre(noeud: nodes.Filter) -> Iterator[str]:
    if noeud.name not in FILTRES:
        yield f"le filtre « {noeud.name} »"
    champs = [cle.value for cle in noeud.kwargs if cle.key == "attribute"]
    if noeud.name == "map" and len(champs) != 1:
        yield "le filtre « map » sans attribute="
    if noeud.name == "join" and (champs or len(noeud.args) > 1):
        yield "le filtre « join » avec attribute="
    for champ in champs:
        chemin = champ.value if isinstance(champ, nodes.Const) else ""
        if any(not pas or pas.startswith("_") for pas in str(chemin).split(".")):
            yield f"attribute='{chemin}'"


def _noeuds(noeud: nodes.Node) -> Iterator[nodes.Node]:
    for enfant in noeud.iter_child_nodes():
        yield enfant
        yield from _noeuds(enfant)


def _structure(balises: Iterable[Balise]) -> Iterator[Faute]:
    ouvertes: list[Balise] = []
    for balise in balises:
        if balise.mot in {"if", "for"}:
            ouvertes.append(balise)
            if len(ouvertes) == PROFONDEUR + 1:
                quoi = (
                    f"est dans plus de {PROFONDEUR} autres : écrire moins de conditions l'une dans l'autre."
                )
                yield Faute(balise.lieu, f"la balise « {balise.ecrite} » {quoi}")
        elif balise.mot in {*_FERMANTS, *_SUITES}:
            attendus = _SUITES.get(balise.mot) or (_FERMANTS[balise.mot],)
            if not ouvertes or ouvertes[-1].mot not in attendus:
                yield _sans_ouvrante(balise, ouvertes)
                continue
            yield from _depareillees(ouvertes[-1], balise)
            if balise.mot in _FERMANTS:
                ouvertes.pop()
    for balise in ouvertes:
        yield Faute(balise.lieu, f"la balise « {balise.ecrite} » n'est fermée par aucun « end{balise.mot} ».")


def _sans_ouvrante(balise: Balise, ouvertes: Sequence[Balise]) -> Faute:
    suite = f" ; la dernière balise ouverte est « {ouvertes[-1].ecrite} »" if ouvertes else ""
    return Faute(balise.lieu, f"la balise « {balise.ecrite} » n'a pas de balise ouvrante{suite}.")


def _depareillees(ouvrante: Balise, balise: Balise) -> Iterator[Faute]:
    if ouvrante.prefixe != balise.prefixe:
        yield Faute(
            balise.lieu,
            f"la balise « {balise.ecrite} » est mal placée : elle répond à « {ouvrante.ecrite} », qui ne commence "
            "pas par les mêmes lettres ({%, {%p ou {%tr).",
        )
    elif ouvrante.cadre.get(balise.prefixe) != balise.cadre.get(balise.prefixe):
        yield Faute(
            balise.lieu,
            f"la balise « {balise.ecrite} » est mal placée : elle n'est pas dans {_OU[balise.prefixe]} que "
            f"« {ouvrante.ecrite} ».",
        )


_OU = {
    "": "le même paragraphe",
    "p": "la même page ou la même case de tableau",
    "tr": "le même tableau",
    "tc": "le même tableau",
    "r": "le même paragraphe",
}


def nettoyer(lettres: str, longueur: int = 60) -> str:
    """A paragraph shortened, on one line, for an error to name it."""
    ligne = " ".join(lettres.split())
    return ligne if len(ligne) <= longueur else f"{ligne[: longueur - 1].rstrip()}…"
