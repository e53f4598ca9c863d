"""The folder looked at before evidence is put in it: its rights, its disk, and whether a link is atomic there."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from dossier.core.messages import raison
from dossier.core.stockage import Avis, ConstatStockage

PLACE_MIN = 2_000_000_000
"""Octets. A dossier of a few hundred pages holds 300 MB, and is written twice before it is kept."""
TROP_OUVERT = 0o027
MONTAGES = Path("/proc/self/mounts")
VOLATILS = {
    "tmpfs": "en mémoire, il disparaît à l'arrêt de la machine",
    "ramfs": "en mémoire, il disparaît à l'arrêt de la machine",
    "overlay": "dans la couche d'un conteneur, il disparaît avec lui : montez un volume",
}

Trouve = tuple[Avis, str]


def examiner(racine: Path) -> tuple[ConstatStockage, ...]:
    """All that is known of that folder, which is there. Writes two small files, and takes them away."""
    regards: tuple[tuple[str, Callable[[Path], Trouve]], ...] = (
        ("Droits", _droits),
        ("Place libre", _place),
        ("Durée du disque", _duree),
        ("Disque unique", _un_seul_disque),
        ("Écriture unique", _lien_atomique),
        ("Sauvegarde", _sauvegarde),
    )
    return tuple(_constat(racine, objet, regard) for objet, regard in regards)


def _constat(racine: Path, objet: str, regard: Callable[[Path], Trouve]) -> ConstatStockage:
    try:
        return ConstatStockage(objet, *regard(racine))
    except OSError as error:
        return ConstatStockage(objet, Avis.INCONNU, f"{racine} ne se laisse pas examiner ({raison(error)}).")


def _droits(racine: Path) -> Trouve:
    vu = racine.stat()
    if not os.access(racine, os.R_OK | os.W_OK | os.X_OK):
        return (
            Avis.A_CORRIGER,
            f"Ce programme ne peut pas écrire dans {racine} : donnez-lui ce dossier (chown).",
        )
    if vu.st_mode & TROP_OUVERT:
        return Avis.A_CORRIGER, (
            f"D'autres comptes de la machine peuvent lire ou écrire {racine} "
            f"({stat.filemode(vu.st_mode)}) : chmod 750 {racine}"
        )
    return Avis.CONFORME, f"{racine} n'est ouvert qu'à ce programme et à son groupe."


def _place(racine: Path) -> Trouve:
    vu = os.statvfs(racine)
    libre = vu.f_bavail * vu.f_frsize
    phrase = f"{libre / 1e9:.1f}".replace(".", ",") + f" Go libres sur le disque de {racine}"
    if libre < PLACE_MIN:
        return Avis.A_CORRIGER, f"{phrase} : libérez de la place, il en faut {PLACE_MIN // 10**9} Go."
    return Avis.CONFORME, f"{phrase}."


def _duree(racine: Path) -> Trouve:
    genre = genre_de_disque(racine.resolve(), MONTAGES.read_text(encoding="utf-8", errors="replace"))
    if genre in VOLATILS:
        return Avis.A_CORRIGER, f"Ce dossier est {VOLATILS[genre]}."
    if not genre:
        return Avis.INCONNU, f"Le genre de disque de {racine} n'est pas lisible : vérifiez qu'il dure."
    return Avis.CONFORME, f"Ce dossier est sur un disque qui dure ({genre})."


def genre_de_disque(dossier: Path, montages: str) -> str:
    """The file system that holds `dossier`, by a table like /proc/self/mounts; empty when not found."""
    trouves = [(Path(_clair(champs[1])), champs[2]) for champs in map(str.split, montages.splitlines())]
    contenants = [(len(point.parts), genre) for point, genre in trouves if dossier.is_relative_to(point)]
    # Of two mounts on the same point, the later one hides the other.
    return max(reversed(contenants), key=lambda c: c[0], default=(0, ""))[1]


def _clair(point: str) -> str:
    return point.replace(r"\040", " ").replace(r"\011", "\t").replace(r"\012", "\n").replace(r"\134", "\\")


def _un_seul_disque(racine: Path) -> Trouve:
    """A document is held by a second name, which must be on the same disk."""
    disque = racine.stat().st_dev
    ailleurs = [p.name for p in racine.iterdir() if p.is_dir() and p.stat().st_dev != disque]
    if ailleurs:
        return Avis.A_CORRIGER, (
            f"{', '.join(sorted(ailleurs))} : un autre disque est monté dans {racine}, montez plutôt le dossier entier."
        )
    return Avis.CONFORME, "Tout le dossier est sur un même disque."


def _lien_atomique(racine: Path) -> Trouve:
    brouillon, nom = (racine / f".{secrets.token_hex(8)}" for _ in range(2))
    try:
        brouillon.write_bytes(b"sonde")
        os.link(brouillon, nom)
        _synchroniser(racine)
        with suppress(FileExistsError):
            os.link(brouillon, nom)
            return (
                Avis.A_CORRIGER,
                f"Le disque de {racine} écrase un document déjà écrit : choisissez-en un autre.",
            )
    except OSError as error:
        return Avis.A_CORRIGER, (
            f"Le disque de {racine} refuse les liens physiques ou l'écriture ({raison(error)}) : choisissez un "
            "disque local (ext4, xfs)."
        )
    finally:
        for chemin in (brouillon, nom):
            chemin.unlink(missing_ok=True)
    return Avis.CONFORME, "Un document s'écrit en entier ou pas du tout, et ne s'écrase pas."


def _synchroniser(dossier: Path) -> None:
    descripteur = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)


def _sauvegarde(racine: Path) -> Trouve:
    return Avis.INCONNU, (
        f"Un dossier n'empêche pas son propriétaire d'effacer : sauvegardez {racine} chaque jour sur une autre "
        "machine, ou gardez les preuves dans un seau S3 verrouillé (DOSSIER_STORE)."
    )
