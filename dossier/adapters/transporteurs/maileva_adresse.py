"""An address in the six lines of 38 characters that Maileva prints (AFNOR XP Z10-011, Maileva's own limits).

Line 1 company, 2 person, 3 residence or building, 4 number and street, 5 place or BP, 6 postal code and town:
so says the published description of `registered_mail` v4, with 38 characters at most, line 1 or 2 and line 6
required, and a line 6 of five figures, a space and a town. The standard lets the name and the complements run
over two lines; the street and the town stand on one.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence

from dossier.core.errors import ErreurEnvoi

LARGEUR = 38
LIGNES = 6
FRANCE = "FR"
PAYS = frozenset({"FR", "MC", "RE", "YT", "MQ", "GP", "MF", "BL", "GF"})
"""Where Maileva's registered letters go (enumeration of `country_code`, v4)."""
VILLE = re.compile(r"\d{5} \S.*")
DISTRIBUTION = re.compile(r"(BP|CS|TSA|CEDEX|LIEU[- ]?DIT|BO[IÎ]TE POSTALE)\b", re.IGNORECASE)
"""What the standard puts on line 5, below the street."""


def adresse_postale(lignes: Sequence[str], pays: str, *, societe: bool, qui: str) -> dict[str, str]:
    """`address_line_1` to `address_line_6` and `country_code`; lines that are empty are left out.

    `lignes`: the name first, the country last when abroad. `qui` names whose address it is, in French.
    Raises ErreurEnvoi naming the line that does not fit.
    """
    if pays not in PAYS:
        raise ErreurEnvoi(
            f"Maileva ne porte pas de recommandé vers ce pays ({pays}) : faites partir cette lettre par la poste, "
            f"ou corrigez le pays de l'adresse {qui}."
        )
    propres = [propre for ligne in lignes if (propre := " ".join(ligne.split()))]
    if pays != FRANCE:
        propres = propres[:-1]
    if len(propres) < 3:
        raise ErreurEnvoi(
            f"L'adresse {qui} est incomplète ({_citer(propres)}) : il faut le nom, la voie, puis le code postal "
            "et la ville."
        )
    nom, *corps, ville = propres
    if not VILLE.fullmatch(ville):
        raise ErreurEnvoi(
            f"L'adresse {qui} ne convient pas à Maileva : la dernière ligne « {ville} » doit être un code postal de "
            "cinq chiffres, une espace et la ville."
        )
    placees = _placer(nom, corps, societe=societe, qui=qui)
    placees[LIGNES] = _d_un_tenant(ville, qui)
    return {**{f"address_line_{n}": placees[n] for n in sorted(placees)}, "country_code": pays}


def _placer(nom: str, corps: Sequence[str], *, societe: bool, qui: str) -> dict[int, str]:
    """Lines 1 to 5 in the order given, the street on line 4 unless what stands above it needs that line."""
    en_bas = len(corps) > 1 and DISTRIBUTION.match(corps[-1]) is not None
    *complements, voie = corps[:-1] if en_bas else corps
    haut = [partie for ligne in (nom, *complements) for partie in _couper(ligne, qui)]
    bas = [_d_un_tenant(ligne, qui) for ligne in (voie, *corps[-1:])[: 1 + en_bas]]
    if len(haut) + len(bas) >= LIGNES:
        raise ErreurEnvoi(
            f"L'adresse {qui} ne tient pas en {LIGNES} lignes de {LARGEUR} caractères ({_citer((nom, *corps))}) : "
            "abrégez-la ou ôtez une ligne."
        )
    premiere = 1 if societe or len(haut) > 2 else 2
    return {**dict(enumerate(haut, premiere)), **dict(enumerate(bas, max(4, len(haut) + 1)))}


def _couper(ligne: str, qui: str) -> list[str]:
    parties = textwrap.wrap(ligne, LARGEUR, break_long_words=False, break_on_hyphens=False)
    for partie in parties:
        _d_un_tenant(partie, qui)
    return parties


def _d_un_tenant(ligne: str, qui: str) -> str:
    if len(ligne) > LARGEUR:
        raise ErreurEnvoi(
            f"L'adresse {qui} ne convient pas à la poste : « {ligne} » fait {len(ligne)} caractères, une ligne en "
            f"porte {LARGEUR} au plus. Abrégez-la (AV, BD, RES…) dans l'adresse."
        )
    return ligne


def _citer(lignes: Sequence[str]) -> str:
    return " / ".join(lignes) or "vide"
