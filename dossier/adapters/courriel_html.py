"""The HTML part of an e-mail: the words of its plain text, laid out by `templates/courriels/mise-en-page.html`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, NamedTuple

from dossier.core.errors import ConfigurationInvalide, ErreurRendu
from dossier.gabarits.bac import Bac, texte
from dossier.gabarits.champs import inconnues
from dossier.gabarits.html_inerte import fautes_html
from dossier.gabarits.textes import Morceau, lire, morceau, phrases, preparer, refuser, remplir

Langue = Literal["fr", "en"]

_FICHIER = "courriels/mise-en-page.html"
_NOM = f"templates/{_FICHIER}"
_COULEUR = re.compile(r"[0-9A-Fa-f]{6}")
_TIRET = "- "
_LIBELLE = re.compile(r"(.+[\s\u00a0\u202f]?:[\s\u00a0\u202f])(\S.*)")
_FILET = re.compile(r"\n--[ ]?(?=\n)")
_ESSAI = "Bonjour\n\nIntroduction\n- libellé : valeur\n- ligne\n\n--\nmentions"
"""A text that has each kind of block."""


class _Ligne(NamedTuple):
    """`- IBAN : FR76…` is `IBAN : ` and `FR76…`; a line of another kind has no `valeur`."""

    libelle: str
    valeur: str


class _Bloc(NamedTuple):
    """Lines that go together: a list, or a paragraph; `introduit`: the list after it is its own."""

    liste: bool
    lignes: tuple[_Ligne, ...]
    introduit: bool


class MiseEnPage:
    """`racine` is the folder `templates/`; `couleur`, the creditor's, six hexadecimal digits.

    Safe to share between threads. Raises ConfigurationInvalide.
    """

    def __init__(self, racine: Path, couleur: str) -> None:
        self._racine = racine
        self._fond = _fond(couleur)
        self._jinja = Bac(texte, autoescape=True, lignes=True)

    def html(self, sujet: str, corps: str, creancier: Mapping[str, Any], langue: Langue = "fr") -> str:
        """The page that says `corps`, its lines after the last `--` at the foot; equal inputs, equal text.

        `creancier`: the block of the letters; its `mentions` are the foot of a text that has none.
        The file is read again at each call, so that staff may edit it without a restart.
        Raises ErreurRendu, also for a page that would fetch or run anything.
        """
        prets = preparer(self._jinja, _NOM, [morceau(lire(self._racine, _FICHIER))])
        (page,) = remplir(_NOM, prets, _variables(sujet, corps, creancier, langue, self._fond))
        refuser(_NOM, fautes_html(page))
        return page


def examiner(racine: Path, modele: str, contextes: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """One French sentence per fault of the layout `modele`, in all its branches, before any e-mail needs it.

    Each context is one complete set of the variables of an e-mail: its `creancier` is what the layout gets.
    Nothing is raised: a file that cannot be read is a fault too.
    """
    try:
        lu = morceau(lire(racine, f"{modele}.html"))
    except ErreurRendu as error:
        return (str(error),)
    variables = [_variables("objet", _ESSAI, lues["creancier"], "fr", "#000000") for lues in contextes]
    fautes = [*lu.fautes, *inconnues(lu.balises, variables), *fautes_html(_sans_balises(lu))]
    return phrases(f"templates/{modele}.html", fautes)


def _sans_balises(lu: Morceau) -> str:
    """The page with all its branches at once, a `…` where a value would be."""
    reste, page = lu.source, []
    for balise in lu.balises:
        avant, _, reste = reste.partition(balise.droite)
        page += [avant, "…" if balise.ecrite.startswith("{{") else ""]
    return "".join([*page, reste])


def _variables(
    sujet: str, corps: str, creancier: Mapping[str, Any], langue: Langue, fond: str
) -> dict[str, Any]:
    dit, pied = _couper(corps)
    return {
        "langue": langue,
        "sujet": sujet,
        "couleur": fond,
        "encre": _encre(fond),
        "creancier": creancier,
        "blocs": [_en_champs(bloc) for bloc in _blocs(dit)],
        "pied": (pied or str(creancier["mentions"])).split("\n"),
    }


def _en_champs(bloc: _Bloc) -> dict[str, Any]:
    """The block as a template reads it: fields, no attribute."""
    return bloc._asdict() | {"lignes": [ligne._asdict() for ligne in bloc.lignes]}


def _couper(corps: str) -> tuple[str, str]:
    """What is said, and the foot: what follows the last line that is only `--`."""
    filets = list(_FILET.finditer(corps))
    if not filets:
        return corps.strip("\n"), ""
    return corps[: filets[-1].start()].strip("\n"), corps[filets[-1].end() :].strip("\n")


def _blocs(texte: str) -> Iterator[_Bloc]:
    for paragraphe in re.split(r"\n{2,}", texte):
        groupes = [
            (liste, tuple(_ligne(ligne, liste=liste) for ligne in lignes))
            for liste, lignes in groupby(paragraphe.split("\n"), lambda ligne: ligne.startswith(_TIRET))
        ]
        for rang, (liste, lignes) in enumerate(groupes, start=1):
            yield _Bloc(liste, lignes, introduit=not liste and rang < len(groupes))


def _ligne(ligne: str, *, liste: bool) -> _Ligne:
    if not liste:
        return _Ligne(ligne, "")
    trouve = _LIBELLE.fullmatch(ligne.removeprefix(_TIRET))
    return _Ligne(*trouve.groups()) if trouve else _Ligne(ligne.removeprefix(_TIRET), "")


def _fond(couleur: str) -> str:
    if not _COULEUR.fullmatch(couleur):
        raise ConfigurationInvalide(
            f"« {couleur} » n'est pas une couleur : écrire six chiffres hexadécimaux, comme 1F3864 "
            "(config/creancier.yaml, couleur)."
        )
    return f"#{couleur.lower()}"


def _encre(fond: str) -> str:
    """Black or white, whichever is read best on `fond` (relative luminance of WCAG 2)."""
    parts = (int(fond[rang : rang + 2], 16) / 255 for rang in (1, 3, 5))
    lineaires = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = sum(poids * part for poids, part in zip((0.2126, 0.7152, 0.0722), lineaires, strict=True))
    return "#000000" if luminance > 0.179 else "#ffffff"
