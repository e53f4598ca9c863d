"""The one rule for keys of the evidence store, the same for a folder and for S3."""

from __future__ import annotations

from dossier.core.errors import DonneeInvalide

CLE_MAX = 1024
SEGMENT_MAX = 255


def verifier_cle(cle: str) -> tuple[str, ...]:
    """The segments of a key: printable ASCII, `/`-separated, none empty, none starting with a dot.

    1024 characters at most (S3), 255 a segment (file systems). Names in a dot belong to the stores
    themselves. Raises DonneeInvalide.
    """
    segments = tuple(cle.split("/"))
    defaut = _defaut(cle, segments)
    if defaut:
        raise DonneeInvalide(f"La clé de document {cle[:80]!a} n'est pas admise : {defaut}.")
    return segments


def _defaut(cle: str, segments: tuple[str, ...]) -> str:
    if not (cle.isascii() and cle.isprintable()) or "\\" in cle:
        return "seuls les caractères ASCII imprimables, sans barre oblique inverse, sont possibles"
    if "" in segments:
        return "elle est vide, commence ou finit par « / », ou contient « // »"
    if any(segment.startswith(".") for segment in segments):
        return "aucune partie ne peut commencer par un point"
    if len(cle) > CLE_MAX or max(map(len, segments)) > SEGMENT_MAX:
        return f"{CLE_MAX} caractères au plus, {SEGMENT_MAX} entre deux « / »"
    return ""
