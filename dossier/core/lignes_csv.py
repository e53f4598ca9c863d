"""A CSV file as French spreadsheets, banks and accounting programs write it: its text, its records, its headers."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from typing import NamedTuple

from dossier.core.errors import DonneeInvalide

TAILLE_MAX = 50_000_000
"""Bytes of a CSV file."""


class Ligne(NamedTuple):
    """One record, the physical lines that it spans, and why it could not be cut into columns."""

    debut: int
    fin: int
    valeurs: list[str]
    illisible: bool = False


def normal(entete: str) -> str:
    """`N° facture` as `nofacture`: accents, case and punctuation do not count."""
    decompose = unicodedata.normalize("NFKD", entete.casefold().replace("°", "o"))
    return re.sub(r"[^a-z0-9]", "", decompose.encode("ascii", "ignore").decode())


def decoder(contenu: bytes) -> str:
    """The text of a CSV file: UTF-8 with or without BOM, Windows-1252 or UTF-16. Raises DonneeInvalide."""
    if not contenu.strip():
        raise DonneeInvalide("Le fichier est vide : exportez-le de nouveau, avec une ligne de titres.")
    if len(contenu) > TAILLE_MAX:
        raise DonneeInvalide(f"Le fichier dépasse {TAILLE_MAX // 1_000_000} Mo : découpez-le en plusieurs.")
    if contenu.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise DonneeInvalide("Le fichier est un classeur de tableur : enregistrez-le d'abord au format CSV.")
    encodages = ("utf-16",) if contenu.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252")
    for encodage in encodages:
        with suppress(UnicodeDecodeError):
            texte = contenu.decode(encodage)
            if "\0" not in texte:
                return texte
    raise DonneeInvalide("Le fichier n'est pas un texte lisible : enregistrez-le au format « CSV UTF-8 ».")


def lignes(texte: str, separateur: str) -> Iterator[Ligne]:
    """The records that hold something; one that cannot be cut does not stop those that follow."""
    lecteur = csv.reader(StringIO(texte, newline=""), delimiter=separateur, strict=True)
    while True:
        debut = lecteur.line_num + 1
        try:
            valeurs = next(lecteur)
        except StopIteration:
            return
        except csv.Error:
            yield Ligne(debut, lecteur.line_num, [], illisible=True)
            continue
        if any(valeur.strip() for valeur in valeurs):
            yield Ligne(debut, lecteur.line_num, valeurs)


def mal_coupee(ligne: Ligne, attendues: int, remede: str) -> str | None:
    """The French sentence that says why that record has not its columns; None when it has them."""
    if ligne.illisible:
        motif = "Un guillemet est mal placé ou n'est pas refermé"
        if ligne.fin > ligne.debut:
            motif += f", si bien que les lignes {ligne.debut} à {ligne.fin} n'ont pas été lues"
        return f"{motif} ; {remede}."
    nombre = len(ligne.valeurs)
    if nombre < attendues or any(valeur.strip() for valeur in ligne.valeurs[attendues:]):
        return (
            f"La ligne a {nombre} colonnes au lieu de {attendues} : vérifiez qu'aucune valeur ne contient le "
            "séparateur ou un retour à la ligne sans être entre guillemets."
        )
    return None
