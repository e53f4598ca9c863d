"""What pydantic and the operating system refuse, as an operator reads it."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from typing import Any

from pydantic_core import ErrorDetails

Contexte = Mapping[str, Any]
DATE = "date attendue, écrite comme 2026-12-31"
DECIMAL = 'nombre décimal attendu, entre guillemets, comme "1234.50"'
FRANCAIS: dict[str, Callable[[Contexte], str]] = {
    "missing": lambda _: "clé obligatoire absente",
    "extra_forbidden": lambda _: "clé inconnue",
    "string_type": lambda _: "texte attendu : le mettre entre guillemets",
    "string_too_short": lambda c: f"texte trop court, {c['min_length']} caractère(s) au moins",
    "string_too_long": lambda c: f"texte trop long, {c['max_length']} caractère(s) au plus",
    "string_pattern_mismatch": lambda c: f"ne suit pas la forme attendue {c['pattern']}",
    "too_short": lambda c: f"{c['min_length']} élément(s) au moins",
    "too_long": lambda c: f"{c['max_length']} élément(s) au plus",
    "enum": lambda c: f"valeur attendue : {c['expected'].replace(' or ', ' ou ')}",
    "literal_error": lambda c: f"valeur attendue : {c['expected'].replace(' or ', ' ou ')}",
    "greater_than": lambda c: f"doit être supérieur à {c['gt']}",
    "greater_than_equal": lambda c: f"doit être supérieur ou égal à {c['ge']}",
    "less_than": lambda c: f"doit être inférieur à {c['lt']}",
    "less_than_equal": lambda c: f"doit être inférieur ou égal à {c['le']}",
    "int_type": lambda _: "nombre entier attendu",
    "int_parsing": lambda _: "nombre entier attendu",
    "int_from_float": lambda _: "nombre entier attendu",
    "int_parsing_size": lambda _: "nombre trop grand",
    "string_unicode": lambda _: "texte illisible",
    "bool_type": lambda _: "true ou false attendu",
    "bool_parsing": lambda _: "true ou false attendu",
    "model_type": lambda _: "bloc de clés attendu",
    "model_attributes_type": lambda _: "bloc de clés attendu",
    "dict_type": lambda _: "bloc de clés attendu",
    "list_type": lambda _: "liste attendue, un tiret par élément",
    "tuple_type": lambda _: "liste attendue, un tiret par élément",
    "union_tag_not_found": lambda c: f"clé {c['discriminator']} absente",
    "union_tag_invalid": lambda c: (
        f"{c['discriminator']} vaut « {c['tag']} », attendu : {c['expected_tags']}"
    ),
    "value_error": lambda c: str(c["error"]),
    "date_type": lambda _: DATE,
    "date_parsing": lambda _: DATE,
    "date_from_datetime_parsing": lambda _: DATE,
    "date_from_datetime_inexact": lambda _: DATE,
    "finite_number": lambda _: DECIMAL,
    "decimal_type": lambda _: DECIMAL,
    "decimal_parsing": lambda _: DECIMAL,
}


def en_francais(detail: ErrorDetails) -> str:
    """A pydantic error as a short French phrase; its own message when the type is not a common one."""
    traduire = FRANCAIS.get(detail["type"])
    return traduire(detail.get("ctx", {})) if traduire else detail["msg"]


_RAISONS = {
    errno.EACCES: "l'accès n'en est pas permis",
    errno.EEXIST: "un fichier porte ce nom",
    errno.EISDIR: "c'est un dossier, pas un fichier",
    errno.ELOOP: "ses liens tournent en rond",
    errno.ENAMETOOLONG: "ce nom est trop long",
    errno.ENOENT: "il n'existe pas",
    errno.ENOTDIR: "un des dossiers de son chemin est un fichier",
    errno.ENOSPC: "le disque est plein",
    errno.EPERM: "l'accès n'en est pas permis",
    errno.EROFS: "le disque ne s'écrit pas",
}


def raison(error: OSError) -> str:
    """Why that file could not be read or written, in French: the system says it in its own language."""
    return _RAISONS.get(error.errno or 0, f"erreur n° {error.errno} du système")
