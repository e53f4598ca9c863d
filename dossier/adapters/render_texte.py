"""Fills the plain-text e-mails of `templates/courriels/` (Jinja)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment

from dossier.core.errors import ErreurRendu

_NOM = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
_CONTROLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_FIN_DE_LIGNE = re.compile("[\r\n\t\x0b\x0c\x85\u2028\u2029]+")
_LIGNES_VIDES = re.compile(r"\n{3,}")
_VARIABLE = re.compile(r"'([^']+)'")


def _texte(valeur: object) -> str:
    return _CONTROLE.sub("", str(valeur).replace("\r\n", "\n").replace("\r", "\n"))


def _nul(montant: object) -> bool:
    """The template test `is nul`: an empty text or a sum of zero, such as `0,00 €`."""
    return not any(chiffre in str(montant) for chiffre in "123456789")


class RenduTexte:
    """`racine` is the folder `templates/`. Safe to share between threads."""

    def __init__(self, racine: Path) -> None:
        self._racine = racine
        self._jinja = SandboxedEnvironment(
            autoescape=False,
            undefined=StrictUndefined,
            finalize=_texte,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._jinja.tests["nul"] = _nul

    def rendre(self, modele: str, contexte: Mapping[str, Any]) -> tuple[str, str]:
        """Subject (the first line of the file, always one line) and body of an e-mail.

        Raises ErreurRendu naming the file and the variable.
        """
        fichier = f"templates/{modele}.txt"
        sujet, _, corps = self._lire(modele, fichier).partition("\n")
        objet = _FIN_DE_LIGNE.sub(" ", self._remplir(fichier, sujet, contexte, ligne=0)).strip()
        texte = self._remplir(fichier, corps, contexte, ligne=1)
        return objet, _LIGNES_VIDES.sub("\n\n", texte).strip() + "\n"

    def _lire(self, modele: str, fichier: str) -> str:
        if not _NOM.fullmatch(modele):
            raise ErreurRendu(f"« {modele} » n'est pas un nom de modèle ; exemple : courriels/relance-1.")
        try:
            return (self._racine / f"{modele}.txt").read_text(encoding="utf-8-sig")
        except OSError as error:
            raise ErreurRendu(
                f"{fichier} manque ou ne peut pas être lu ; remettre le modèle dans {self._racine}."
            ) from error
        except UnicodeDecodeError as error:
            raise ErreurRendu(f"{fichier} n'est pas en UTF-8 ; l'enregistrer de nouveau en UTF-8.") from error

    def _remplir(self, fichier: str, source: str, contexte: Mapping[str, Any], *, ligne: int) -> str:
        try:
            return self._jinja.from_string(source).render(contexte)
        except UndefinedError as error:
            nom = (_VARIABLE.findall(str(error)) or [str(error)])[-1]
            raise ErreurRendu(
                f"{fichier} : la variable « {nom} » n'existe pas ou n'est pas fournie à ce message. "
                f"Corriger son nom ; templates/README.md donne la liste."
            ) from error
        except TemplateSyntaxError as error:
            raise ErreurRendu(
                f"{fichier}, ligne {error.lineno + ligne} : une balise est mal écrite ({error.message}). "
                f"Voir templates/README.md."
            ) from error
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
            raise ErreurRendu(
                f"{fichier} : une balise ne s'applique pas à la valeur qu'elle reçoit ({error})."
            ) from error
