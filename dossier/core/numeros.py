"""The number of a registered letter: its form, and where it stands in a text."""

from __future__ import annotations

import re
import unicodedata

from dossier.core.errors import DonneeInvalide

NUMERO_DE_PLI = re.compile(r"[0-9][A-Z][0-9]{11}|[A-Z]{2}[0-9]{9}[A-Z]{2}")
_ENTRE = r"[ \t_.\-\u00a0\u2007\u2009\u202f\u2010-\u2014]{0,2}"
"""What may stand between two characters of a number, on one line."""
_CHIFFRES = f"(?:{_ENTRE}[0-9])"
_DANS_UN_TEXTE = re.compile(
    rf"(?<![^\W_])(?:[0-9]{_ENTRE}[A-Za-z]{_CHIFFRES}{{11}}"
    rf"|[A-Z]{_ENTRE}[A-Z]{_CHIFFRES}{{9}}{_ENTRE}[A-Z]{_ENTRE}[A-Z]"
    r"|[a-z]{2}[0-9]{9}[a-z]{2})(?![^\W_])"
)


def numero_de_pli(texte: str) -> str:
    """A registered letter's number without its spaces, e.g. `1A12345678901`. Raises DonneeInvalide."""
    compact = re.sub(r"[\s.-]", "", texte).upper()
    if not NUMERO_DE_PLI.fullmatch(compact):
        raise DonneeInvalide(
            f"« {texte} » n'a pas la forme d'un numéro de recommandé : attendu 13 caractères comme "
            "1A 123 456 7890 1 (ou RK123456789FR à l'international)."
        )
    return compact


def numeros(texte: str) -> tuple[str, ...]:
    """Every registered letter's number in a text, compact, each once, in the order of the text.

    A number is not glued to other letters or digits; spaces, dots, dashes and underscores may cut it, an end
    of line may not. An international one (UPU S10) cut so is in capitals: « de 123 456 789 et » is none.
    Nothing is guessed: a letter O read in the place of a zero makes no number.
    """
    trouves = _DANS_UN_TEXTE.findall(unicodedata.normalize("NFC", texte))
    return tuple(dict.fromkeys(re.sub(r"[^0-9A-Za-z]", "", trouve).upper() for trouve in trouves))
