"""Fills the plain-text e-mails of `templates/courriels/` (Jinja)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dossier.core.errors import ErreurRendu
from dossier.gabarits.bac import Bac, texte
from dossier.gabarits.champs import inconnues
from dossier.gabarits.textes import Morceau, Pret, lire, morceau, phrases, preparer, remplir

_NOM = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
_FIN_DE_LIGNE = re.compile("[\r\n\t\x0b\x0c\x85\u2028\u2029]+")
_LIGNES_VIDES = re.compile(r"\n{3,}")


class RenduTexte:
    """`racine` is the folder `templates/`. Safe to share between threads."""

    def __init__(self, racine: Path) -> None:
        self._racine = racine
        self._jinja = Bac(texte, autoescape=False, lignes=True)
        self._prets: dict[str, tuple[str, tuple[Pret, ...]]] = {}

    def rendre(self, modele: str, contexte: Mapping[str, Any]) -> tuple[str, str]:
        """Subject (the first line of the file, always one line) and body of an e-mail.

        Raises ErreurRendu naming the file, the line and the variable, one sentence per fault.
        """
        fichier = f"templates/{modele}.txt"
        sujet, corps = remplir(fichier, self._pret(modele, fichier), contexte)
        return _FIN_DE_LIGNE.sub(" ", sujet).strip(), _LIGNES_VIDES.sub("\n\n", corps).strip() + "\n"

    def _pret(self, modele: str, fichier: str) -> tuple[Pret, ...]:
        """The subject and the body compiled; the file is read each time, so that staff may edit it."""
        source = _lire(self._racine, modele)
        connue, prets = self._prets.get(modele, ("", ()))
        if not prets or connue != source:
            prets = preparer(self._jinja, fichier, _morceaux(source))
            self._prets[modele] = source, prets
        return prets


def examiner(racine: Path, modele: str, contextes: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """One French sentence per fault of that template, in all its branches, before any message needs it.

    Each context is one complete set of the variables that such a message gets. Nothing is raised: a file
    that cannot be read is a fault too.
    """
    try:
        morceaux = _morceaux(_lire(racine, modele))
    except ErreurRendu as error:
        return (str(error),)
    fautes = [f for lu in morceaux for f in (*lu.fautes, *inconnues(lu.balises, contextes))]
    return phrases(f"templates/{modele}.txt", fautes)


def _lire(racine: Path, modele: str) -> str:
    if not _NOM.fullmatch(modele):
        raise ErreurRendu(f"« {modele} » n'est pas un nom de modèle ; exemple : courriels/relance-1.")
    return lire(racine, f"{modele}.txt")


def _morceaux(source: str) -> tuple[Morceau, Morceau]:
    sujet, _, corps = source.partition("\n")
    return morceau(sujet), morceau(corps, 2)
