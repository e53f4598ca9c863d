"""Fills the plain-text e-mails of `templates/courriels/` (Jinja)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from jinja2 import Template, TemplateError, TemplateSyntaxError

from dossier.core.errors import ErreurRendu
from dossier.gabarits.bac import SENS, Bac, imprimable
from dossier.gabarits.balises import Balise, Faute, decouper, fautes_de, nettoyer
from dossier.gabarits.champs import inconnues

_NOM = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
_CONTROLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff{SENS}]")
_FIN_DE_LIGNE = re.compile("[\r\n\t\x0b\x0c\x85\u2028\u2029]+")
_LIGNES_VIDES = re.compile(r"\n{3,}")


class _Morceau(NamedTuple):
    """The subject or the body: the source, its tags, and the number of its first line."""

    source: str
    premiere: int
    balises: list[Balise]
    coupees: list[Faute]

    @property
    def fautes(self) -> list[Faute]:
        return [*self.coupees, *fautes_de(self.balises)]


class _Pret(NamedTuple):
    morceau: _Morceau
    modele: Template


def _texte(valeur: object) -> str:
    texte = str(valeur)
    if not imprimable(valeur):
        raise TypeError("un texte est attendu, pas une liste, un bloc ni un oui/non")
    return _CONTROLE.sub("", texte.replace("\r\n", "\n").replace("\r", "\n"))


class RenduTexte:
    """`racine` is the folder `templates/`. Safe to share between threads."""

    def __init__(self, racine: Path) -> None:
        self._racine = racine
        self._jinja = Bac(_texte, autoescape=False, lignes=True)
        self._prets: dict[str, tuple[str, tuple[_Pret, ...]]] = {}

    def rendre(self, modele: str, contexte: Mapping[str, Any]) -> tuple[str, str]:
        """Subject (the first line of the file, always one line) and body of an e-mail.

        Raises ErreurRendu naming the file, the line and the variable, one sentence per fault.
        """
        fichier = f"templates/{modele}.txt"
        prets = self._pret(modele, fichier)
        sujet, corps = (_remplir(fichier, pret, prets, contexte) for pret in prets)
        return _FIN_DE_LIGNE.sub(" ", sujet).strip(), _LIGNES_VIDES.sub("\n\n", corps).strip() + "\n"

    def _pret(self, modele: str, fichier: str) -> tuple[_Pret, ...]:
        """The subject and the body compiled; the file is read each time, so that staff may edit it."""
        source = _lire(self._racine, modele, fichier)
        connue, prets = self._prets.get(modele, ("", ()))
        if not prets or connue != source:
            morceaux = _morceaux(source)
            _refuser(fichier, (faute for morceau in morceaux for faute in morceau.fautes))
            try:
                prets = tuple(_Pret(m, self._jinja.from_string(m.source)) for m in morceaux)
            except TemplateSyntaxError as error:
                raise ErreurRendu(
                    f"{fichier} : une balise est mal écrite. Voir templates/README.md."
                ) from error
            self._prets[modele] = source, prets
        return prets


def _remplir(fichier: str, pret: _Pret, prets: Sequence[_Pret], contexte: Mapping[str, Any]) -> str:
    try:
        return pret.modele.render(contexte)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        _refuser(fichier, (faute for lu in prets for faute in inconnues(lu.morceau.balises, [contexte])))
        raise ErreurRendu(
            f"{fichier}{_ligne(pret.morceau, error)} : une balise ne s'applique pas à la valeur qu'elle "
            f"reçoit ({error})."
        ) from error


def examiner(racine: Path, modele: str, contextes: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """One French sentence per fault of that template, in all its branches, before any message needs it.

    Each context is one complete set of the variables that such a message gets. Nothing is raised: a file
    that cannot be read is a fault too.
    """
    fichier = f"templates/{modele}.txt"
    try:
        morceaux = _morceaux(_lire(racine, modele, fichier))
    except ErreurRendu as error:
        return (str(error),)
    fautes = [f for m in morceaux for f in (*m.fautes, *inconnues(m.balises, contextes))]
    return tuple(dict.fromkeys(faute.phrase(fichier) for faute in fautes))


def _lire(racine: Path, modele: str, fichier: str) -> str:
    if not _NOM.fullmatch(modele):
        raise ErreurRendu(f"« {modele} » n'est pas un nom de modèle ; exemple : courriels/relance-1.")
    try:
        return (racine / f"{modele}.txt").read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ErreurRendu(
            f"{fichier} manque ou ne peut pas être lu ; remettre le modèle dans {racine}."
        ) from error
    except UnicodeDecodeError as error:
        raise ErreurRendu(f"{fichier} n'est pas en UTF-8 ; l'enregistrer de nouveau en UTF-8.") from error


def _morceaux(source: str) -> tuple[_Morceau, _Morceau]:
    sujet, _, corps = source.partition("\n")
    return _morceau(sujet, 1), _morceau(corps, 2)


def _morceau(source: str, premiere: int) -> _Morceau:
    """That part of the file; its tags are read as Jinja will, each at its line."""
    balises, coupees = decouper(source, "", {})
    propre, rang, places = [], 0, []
    for balise in balises:
        debut = source.index(balise.ecrite, rang)
        propre += [source[rang:debut], balise.droite]
        rang = debut + len(balise.ecrite)
        places.append(balise._replace(lieu=_lieu(source, debut, premiere)))
    lieux = [faute._replace(lieu=_lieu(source, _ou(source, faute), premiere)) for faute in coupees]
    return _Morceau("".join([*propre, source[rang:]]), premiere, places, lieux)


def _ou(source: str, faute: Faute) -> int:
    """Where the words that the fault quotes begin."""
    cites = re.search(r"« (.*?) »", faute.quoi)
    return max(source.find(cites[1]), 0) if cites else 0


def _lieu(source: str, debut: int, premiere: int) -> str:
    numero = source.count("\n", 0, debut) + premiere
    ligne = source.split("\n")[numero - premiere]
    return f"ligne {numero} («\u00a0{nettoyer(ligne)}\u00a0»)"


def _ligne(morceau: _Morceau, error: Exception) -> str:
    """`, ligne 3` when the traceback that Jinja made bears it."""
    trouvee, trace = None, error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            trouvee = trace.tb_lineno
        trace = trace.tb_next
    return f", ligne {trouvee + morceau.premiere - 1}" if trouvee else ""


def _refuser(fichier: str, fautes: Iterable[Faute]) -> None:
    phrases = dict.fromkeys(faute.phrase(fichier) for faute in fautes)
    if phrases:
        raise ErreurRendu("\n".join(phrases))
