"""The variables that a template names and that its data do not have, all of them, in every branch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from dossier.gabarits.bac import BOUCLE, DE_TEXTE, imprimable
from dossier.gabarits.balises import Balise, Faute, arbre

Valeurs = list[Any] | None
"""What an expression may be worth; None when that cannot be known."""
_LIRE_LES_CHAMPS = "templates/README.md donne la liste."
_MEMES = {"list", "unique", "default", "d"}


def inconnues(balises: Sequence[Balise], contextes: Sequence[Mapping[str, Any]]) -> list[Faute]:
    """One fault per tag and variable that one of the contexts lacks, or that cannot be printed as it is.

    A field that the template itself tests (`is defined`, `default`) may be lacking. A list that is empty
    in every context says nothing of its elements.
    """
    lues = [(balise, _arbre(balise)) for balise in balises]
    facultatives = {chemin for _, lue in lues if lue for chemin in _facultatives(lue)}
    lecture = _Lecture(contextes, facultatives)
    for balise, lue in lues:
        lecture.lire(balise, lue)
    return list(dict.fromkeys(lecture.fautes))


def _arbre(balise: Balise) -> nodes.Template | None:
    try:
        return arbre(balise)
    except TemplateSyntaxError:
        return None


def _facultatives(lue: nodes.Template) -> Iterator[str]:
    for filtre in lue.find_all(nodes.Filter):
        if filtre.name in {"default", "d"} and filtre.node is not None:
            yield _chemin(filtre.node)
    for test in lue.find_all(nodes.Test):
        if test.name in {"defined", "undefined"}:
            yield _chemin(test.node)


def _chemin(noeud: nodes.Node) -> str:
    """`creancier.iban`, as the template writes it."""
    match noeud:
        case nodes.Name(name=nom):
            return str(nom)
        case nodes.Getattr(node=base, attr=nom) | nodes.Getitem(node=base, arg=nodes.Const(value=nom)):
            return f"{_chemin(base)}.{nom}"
        case nodes.Filter(node=nodes.Expr() as base):
            return _chemin(base)
        case _:
            return "…"


class _Lecture:
    def __init__(self, contextes: Sequence[Mapping[str, Any]], facultatives: set[str]) -> None:
        self.fautes: list[Faute] = []
        self._contextes = contextes
        self._facultatives = facultatives
        self._boucles: list[dict[str, Valeurs]] = []
        self._balise: Balise | None = None

    def lire(self, balise: Balise, lue: nodes.Template | None) -> None:
        """Judge one tag, knowing the loops that are open there."""
        self._balise = balise
        if balise.mot == "endfor" and self._boucles:
            self._boucles.pop()
        for noeud in lue.body if lue else ():
            match noeud:
                case nodes.For():
                    self._boucle(noeud)
                case nodes.If(test=test):
                    self._valeurs(test)
                case nodes.Output(nodes=[expression]):
                    self._imprimer(expression, self._valeurs(expression))

    def _boucle(self, noeud: nodes.For) -> None:
        valeurs = self._valeurs(noeud.iter)
        elements = [e for v in valeurs or () if isinstance(v, list | tuple) for e in v] or None
        noms = [nom.name for nom in noeud.target.find_all(nodes.Name)]
        if isinstance(noeud.target, nodes.Name):
            noms, portee = [], {noeud.target.name: elements}
        else:
            portee = {}
        self._boucles.append({**dict.fromkeys(noms), **portee, "loop": [dict.fromkeys(BOUCLE, 1)]})
        if noeud.test is not None:
            self._valeurs(noeud.test)

    def _valeurs(self, noeud: nodes.Node) -> Valeurs:
        match noeud:
            case nodes.Name(name=nom):
                return self._nom(nom)
            case (
                nodes.Getattr(node=base, attr=str(nom))
                | nodes.Getitem(node=base, arg=nodes.Const(value=str(nom)))
            ):
                return self._champ(noeud, self._valeurs(base), nom)
            case nodes.Getitem(node=base, arg=nodes.Const(value=int(rang))):
                return _rangs(self._valeurs(base), rang)
            case nodes.Filter(node=nodes.Expr() as base):
                return self._filtre(noeud, self._valeurs(base))
            case nodes.List(items=elements):
                return [[v for element in elements for v in self._valeurs(element) or ()]]
            case _:
                for enfant in noeud.iter_child_nodes():
                    self._valeurs(enfant)
                return None

    def _nom(self, nom: str) -> Valeurs:
        for boucle in reversed(self._boucles):
            if nom in boucle:
                return boucle[nom]
        return self._lus(nom, nom, list(self._contextes))

    def _champ(self, noeud: nodes.Node, valeurs: Valeurs, nom: str) -> Valeurs:
        return None if valeurs is None else self._lus(_chemin(noeud), nom, valeurs)

    def _lus(self, chemin: str, nom: str, valeurs: list[Any]) -> Valeurs:
        """That field of each value; a fault when one of them lacks it."""
        trouves = [v[nom] for v in valeurs if isinstance(v, Mapping) and nom in v]
        if len(trouves) < len(valeurs) and chemin not in self._facultatives:
            connus = {cle for v in valeurs if isinstance(v, Mapping) for cle in v}
            proches = get_close_matches(nom, sorted(connus), n=1)
            conseil = f" Peut-être « {proches[0]} » ?" if proches and proches[0] != nom else ""
            self._noter(
                f"la variable « {chemin} » n'existe pas ou n'est pas fournie à ce document.{conseil} "
                f"Corriger son nom ; {_LIRE_LES_CHAMPS}"
            )
        return trouves or None

    def _filtre(self, noeud: nodes.Filter, valeurs: Valeurs) -> Valeurs:
        for argument in (*noeud.args, *(cle.value for cle in noeud.kwargs)):
            self._valeurs(argument)
        listes = [v for v in valeurs or () if isinstance(v, list | tuple)]
        if noeud.name in DE_TEXTE:
            self._imprimer(noeud, valeurs)
        if noeud.name == "join":
            self._imprimer(noeud, [e for liste in listes for e in liste])
        match noeud.name:
            case nom if nom in _MEMES:
                return valeurs
            case "first" | "last":
                return _rangs(listes or None, 0 if noeud.name == "first" else -1)
            case "map" if listes:
                return self._carte(noeud, listes)
            case "sum" if any(e for liste in listes for e in liste if isinstance(e, list)):
                return [[e for liste in listes for sous in liste if isinstance(sous, list) for e in sous]]
            case _:
                return None

    def _carte(self, noeud: nodes.Filter, listes: list[Any]) -> Valeurs:
        chemins = [c.value.value for c in noeud.kwargs if isinstance(c.value, nodes.Const)]
        valeurs: Valeurs = [e for liste in listes for e in liste] or None
        chemin = _chemin(noeud)
        for pas in str(chemins[0]).split(".") if chemins else ():
            chemin = f"{chemin}.{pas}"
            valeurs = None if valeurs is None else self._lus(chemin, pas, valeurs)
        return None if valeurs is None else [valeurs]

    def _imprimer(self, expression: nodes.Node, valeurs: Valeurs) -> None:
        if any(not imprimable(v) and not hasattr(v, "__html__") for v in valeurs or ()):
            self._noter(
                f"la variable « {_chemin(expression)} » n'est pas un texte : une liste se parcourt avec for, "
                "un bloc s'imprime champ par champ, un oui/non se teste avec if."
            )

    def _noter(self, quoi: str) -> None:
        assert self._balise is not None
        self.fautes.append(Faute(self._balise.lieu, quoi))


def _rangs(valeurs: Valeurs, rang: int) -> Valeurs:
    listes = [v for v in valeurs or () if isinstance(v, list | tuple)]
    return [v[rang] for v in listes if -len(v) <= rang < len(v)] or None
