"""YAML configuration files into pydantic models; every error names its file and line, in French."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StreamMark
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from dossier.core.droit.corpus import Droit
from dossier.core.errors import ConfigurationInvalide
from dossier.core.messages import en_francais

T = TypeVar("T", bound=BaseModel)

TAILLE_MAX = 1024 * 1024
ETIQUETTE = "tag:yaml.org,2002:"
ENTIER = re.compile(r"-?(0|[1-9]\d{0,17})")
ENTRE_GUILLEMETS = 'le mettre entre guillemets, comme "0.0215" ou "44000"'

Chemin = tuple[str, ...]


class Anomalie(NamedTuple):
    ligne: int
    texte: str


def charger(chemin: Path, modele: type[T]) -> T:
    """The file as a `modele`. Raises ConfigurationInvalide with all its errors, one `file:line` each.

    Numbers with decimals are refused unless quoted: they would come as floats. Aliases of blocks and
    YAML tags are refused. At most 1 MiB.
    """
    texte = _texte(chemin)
    lecture = _Lecture()
    try:
        donnees = lecture.valeur(_racine(chemin, texte), ())
    except RecursionError as error:
        raise _invalide(chemin, [Anomalie(1, "imbrication trop profonde")]) from error
    try:
        valeur = modele.model_validate(donnees)
    except ValidationError as error:
        deja = {anomalie.ligne for anomalie in lecture.anomalies}
        trouvees = (lecture.anomalie(detail) for detail in error.errors(include_url=False))
        anomalies = [*lecture.anomalies, *(a for a in trouvees if a.ligne not in deja)]
        raise _invalide(chemin, anomalies) from error
    if lecture.anomalies:
        raise _invalide(chemin, lecture.anomalies)
    return valeur


def charger_droit(dossier: Path) -> Droit:
    """The figures of the law from `dossier`, one file per field of Droit.

    Raises ConfigurationInvalide with the errors of all the files at once.
    """
    valeurs: dict[str, Any] = {}
    messages: list[str] = []
    for champ, info in Droit.model_fields.items():
        modele: Any = info.annotation
        try:
            valeurs[champ] = charger(dossier / f"{champ}.yaml", modele)
        except ConfigurationInvalide as error:
            messages.append(str(error))
    if messages:
        raise ConfigurationInvalide("\n".join(messages))
    try:
        return Droit(**valeurs)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise ConfigurationInvalide("\n".join(f"{dossier} : {en_francais(d)}" for d in details)) from error


class _Lecture:
    """One pass over the YAML nodes: plain values, the line of each key, and what is refused."""

    def __init__(self) -> None:
        self.anomalies: list[Anomalie] = []
        self._lignes: dict[Chemin, int] = {(): 1}
        self._blocs: set[int] = set()

    def valeur(self, noeud: Node, chemin: Chemin) -> Any:
        if isinstance(noeud, ScalarNode):
            return self._scalaire(noeud, chemin)
        if id(noeud) in self._blocs:
            return self._refuse(noeud, chemin, "alias YAML d'un bloc : recopier le bloc")
        self._blocs.add(id(noeud))
        if isinstance(noeud, SequenceNode) and noeud.tag == f"{ETIQUETTE}seq":
            return [self._element(fils, (*chemin, str(rang))) for rang, fils in enumerate(noeud.value)]
        if isinstance(noeud, MappingNode) and noeud.tag == f"{ETIQUETTE}map":
            return self._bloc(noeud, chemin)
        return self._refuse(noeud, chemin, f"étiquette YAML « {noeud.tag} » non admise")

    def anomalie(self, detail: ErrorDetails) -> Anomalie:
        """A pydantic error on the line of the key it is about, or of the block that holds it."""
        connu: Chemin = ()
        for partie in map(str, detail["loc"]):
            if (*connu, partie) in self._lignes:
                connu = (*connu, partie)
        nom = (*connu, str(detail["loc"][-1])) if detail["type"] == "missing" else connu
        return Anomalie(self._lignes[connu], _etiquette(nom) + en_francais(detail))

    def _element(self, noeud: Node, chemin: Chemin) -> Any:
        self._lignes[chemin] = noeud.start_mark.line + 1
        return self.valeur(noeud, chemin)

    def _bloc(self, noeud: MappingNode, chemin: Chemin) -> dict[str, Any]:
        bloc: dict[str, Any] = {}
        for cle, fils in noeud.value:
            if not isinstance(cle, ScalarNode):
                self._refuse(cle, chemin, "une clé doit être un mot")
                continue
            nom = str(cle.value)
            sous = (*chemin, nom)
            if nom in bloc:
                self._refuse(cle, sous, f"clé en double, déjà écrite ligne {self._lignes[sous]}")
                continue
            self._lignes[sous] = cle.start_mark.line + 1
            bloc[nom] = self.valeur(fils, sous)
        return bloc

    def _scalaire(self, noeud: ScalarNode, chemin: Chemin) -> Any:
        texte = str(noeud.value)
        match str(noeud.tag).removeprefix(ETIQUETTE):
            case "str" | "timestamp" | "value" | "merge":
                return texte
            case "null":
                return None
            case "bool" if texte.lower() in ("true", "false"):
                return texte.lower() == "true"
            case "int" if ENTIER.fullmatch(texte):
                return int(texte)
            case "int" | "float":
                self._refuse(noeud, chemin, f"nombre {texte} : {ENTRE_GUILLEMETS}")
                return texte
            case _:
                self._refuse(noeud, chemin, f"étiquette YAML « {noeud.tag} » non admise")
                return texte

    def _refuse(self, noeud: Node, chemin: Chemin, motif: str) -> None:
        self.anomalies.append(Anomalie(noeud.start_mark.line + 1, _etiquette(chemin) + motif))


def _texte(chemin: Path) -> str:
    try:
        with chemin.open("rb") as fichier:
            contenu = fichier.read(TAILLE_MAX + 1)
    except OSError as error:
        raise ConfigurationInvalide(f"{chemin} : fichier absent ou illisible.") from error
    if len(contenu) > TAILLE_MAX:
        raise ConfigurationInvalide(f"{chemin} : fichier de plus de {TAILLE_MAX // 1024} Kio, refusé.")
    try:
        return contenu.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        ligne = contenu.count(b"\n", 0, error.start) + 1
        raise _invalide(
            chemin, [Anomalie(ligne, "caractère illisible : enregistrer le fichier en UTF-8")]
        ) from error


def _racine(chemin: Path, texte: str) -> Node:
    try:
        racine = YAML(typ="safe", pure=True).compose(texte)
    except ReaderError as error:
        ligne = texte.count("\n", 0, error.position) + 1
        raise _invalide(chemin, [Anomalie(ligne, "caractère de contrôle interdit")]) from error
    except MarkedYAMLError as error:
        raise _invalide(chemin, _syntaxe(error, texte)) from error
    if not isinstance(racine, Node):
        raise _invalide(chemin, [Anomalie(1, "fichier vide")])
    return racine


SYNTAXE = (
    ("mapping values are not allowed", "deux-points inattendu : vérifier le retrait, ou citer le texte"),
    ("expected <block end>", "retrait incohérent avec les lignes précédentes"),
    ("but found another document", "un seul document YAML par fichier"),
    ("undefined alias", "alias YAML inconnu : citer un texte qui commence par *"),
    ("cannot start any token", "ce caractère ne peut pas commencer un texte : le citer"),
)
SYNTAXE_OUVERTE = (
    ("could not find expected ':'", "deux-points manquant après une clé"),
    ("unexpected end of stream", "guillemet ouvert et jamais refermé"),
    ("expected ',' or", "crochet ou accolade jamais refermé, ou virgule manquante"),
)
"""Faults whose line is where the thing was opened, not where the parser gave up."""


def _syntaxe(error: MarkedYAMLError, texte: str) -> list[Anomalie]:
    probleme = str(error.problem or error)
    if "'\\t'" in probleme:
        return _tabulations(texte)
    for en, fr in SYNTAXE_OUVERTE:
        if en in probleme:
            return [Anomalie(_ligne(error.context_mark or error.problem_mark), fr)]
    motif = next((fr for en, fr in SYNTAXE if en in probleme), f"syntaxe YAML : {probleme}")
    return [Anomalie(_ligne(error.problem_mark), motif)]


def _tabulations(texte: str) -> list[Anomalie]:
    motif = "tabulation interdite dans le retrait : mettre des espaces"
    return [
        Anomalie(numero, motif)
        for numero, ligne in enumerate(texte.splitlines(), start=1)
        if "\t" in ligne[: len(ligne) - len(ligne.lstrip())]
    ]


def _ligne(marque: StreamMark | None) -> int:
    return marque.line + 1 if marque else 1


def _invalide(chemin: Path, anomalies: Iterable[Anomalie]) -> ConfigurationInvalide:
    return ConfigurationInvalide(
        "\n".join(f"{chemin}:{ligne} : {texte}" for ligne, texte in sorted(anomalies))
    )


def _etiquette(chemin: Chemin) -> str:
    return f"« {'.'.join(chemin)} » : " if chemin else ""
