"""The HTML part of an e-mail: the words of its plain text, laid out by `templates/courriels/mise-en-page.html`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, NamedTuple

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from dossier.core.errors import ConfigurationInvalide, ErreurRendu

Langue = Literal["fr", "en"]

_FICHIER = "courriels/mise-en-page.html"
_NOM = f"templates/{_FICHIER}"
_COULEUR = re.compile(r"[0-9A-Fa-f]{6}")
_TIRET = "- "
_LIBELLE = re.compile(r"(.+[\s\u00a0\u202f]?:[\s\u00a0\u202f])(\S.*)")
_FILET = re.compile(r"\n--[ ]?(?=\n)")
_VARIABLE = re.compile(r"'([^']+)'")
_BALISES = {
    "script",
    "style",
    "link",
    "iframe",
    "object",
    "embed",
    "form",
    "base",
    "img",
    "svg",
    "video",
    "audio",
}
_ATTRIBUTS = {"src", "srcset", "background", "poster", "data", "action", "ping"}


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
        self._chemin = racine / _FICHIER
        self._fond = _fond(couleur)
        self._jinja = SandboxedEnvironment(
            autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    def html(self, sujet: str, corps: str, creancier: Mapping[str, Any], langue: Langue = "fr") -> str:
        """The page that says `corps`, its lines after the last `--` at the foot; equal inputs, equal text.

        `creancier`: the block of the letters; its `mentions` are the foot of a text that has none.
        The file is read again at each call, so that staff may edit it without a restart.
        Raises ErreurRendu, also for a page that would fetch or run anything.
        """
        texte, pied = _couper(corps)
        page = self._remplir(
            {
                "langue": langue,
                "sujet": sujet,
                "couleur": self._fond,
                "encre": _encre(self._fond),
                "creancier": creancier,
                "blocs": list(_blocs(texte)),
                "pied": (pied or str(creancier["mentions"])).split("\n"),
            }
        )
        _rien_de_distant(page)
        return page

    def _remplir(self, contexte: Mapping[str, Any]) -> str:
        try:
            return self._jinja.from_string(self._chemin.read_text(encoding="utf-8-sig")).render(contexte)
        except OSError as error:
            raise ErreurRendu(
                f"{_NOM} manque ou ne peut pas être lu ; remettre le fichier dans {self._chemin.parent}."
            ) from error
        except UnicodeDecodeError as error:
            raise ErreurRendu(f"{_NOM} n'est pas en UTF-8 ; l'enregistrer de nouveau en UTF-8.") from error
        except UndefinedError as error:
            nom = (_VARIABLE.findall(str(error)) or [str(error)])[-1]
            raise ErreurRendu(
                f"{_NOM} : la variable « {nom} » n'existe pas. Corriger son nom ; templates/README.md donne la liste."
            ) from error
        except TemplateSyntaxError as error:
            raise ErreurRendu(
                f"{_NOM}, ligne {error.lineno} : une balise est mal écrite ({error.message})."
            ) from error
        except (TemplateError, TypeError, ValueError, LookupError) as error:
            raise ErreurRendu(
                f"{_NOM} : une balise ne s'applique pas à la valeur qu'elle reçoit ({error})."
            ) from error


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


def _rien_de_distant(page: str) -> None:
    """A page that loads something from elsewhere would track its reader, and prove nothing once that changed."""
    lecteur = _Lecteur()
    lecteur.feed(page)
    lecteur.close()
    if lecteur.fautes:
        raise ErreurRendu(
            f"{_NOM} : {lecteur.fautes[0]} n'est pas permis dans un courriel, qui ne doit rien charger ni exécuter ; "
            f"mettre en forme par des attributs style, sans image ni lien externe."
        )


class _Lecteur(HTMLParser):
    """Collects what would be fetched or run when the page is shown."""

    def __init__(self) -> None:
        super().__init__()
        self.fautes: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BALISES:
            self.fautes.append(f"la balise <{tag}>")
        for nom, valeur in attrs:
            if nom in _ATTRIBUTS or nom.startswith("on"):
                self.fautes.append(f"l'attribut {nom}")
            if nom == "style" and "url(" in (valeur or "").lower():
                self.fautes.append("url( … ) dans un style")
            if nom == "http-equiv" and (valeur or "").lower() == "refresh":
                self.fautes.append("une redirection")
