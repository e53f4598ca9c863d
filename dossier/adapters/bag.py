"""Seals a dossier as a BagIt bag (RFC 8493) in one stored zip, with an RFC 3161 token: ports.Sac.

An expert needs sha256sum and openssl, nothing of ours. The same inputs give the same bytes but for the
token: names sorted, one fixed time, no compression.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from dossier.core.dates import PARIS, jour_legal
from dossier.core.errors import ErreurAssemblage
from dossier.core.lisez_moi import lisez_moi
from dossier.core.ports import Horodateur, Octets
from dossier.octets import BLOC, contient, empreinte, flux, taille

BAGIT = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
JETON = "tagmanifest-sha256.txt.tsr"
RELIE = "05-dossier-complet.pdf"
SOUS_FILTRE = b"/ETSI.RFC3161"
"""What a PDF with a document timestamp says of it (ETSI EN 319 142-1, 5.4.3)."""
DROITS = 0o100644 << 16
# Every system unpacks the other names alike; RFC 8493 writes `%` in another way.
INTERDITS = frozenset('/\\:*?"<>|%')
SEGMENT_MAX = 255
LIGNE_INFO = 79


class SacBagIt:
    """ports.Sac."""

    def __init__(self, horodateur: Horodateur) -> None:
        self._horodateur = horodateur

    def sceller(
        self,
        racine: str,
        fichiers: Mapping[str, Octets],
        infos: Mapping[str, str],
        instant: datetime,
        sortie: Path,
    ) -> None:
        """Write the zip to `sortie`, whole or not at all; `fichiers` are named under data/.

        Those on disk are read by blocks, and must not change meanwhile. Raises ErreurAssemblage (a name, the
        disk), ErreurHorodatage (no token).
        """
        _verifier_noms(racine, fichiers)
        donnees = {f"data/{nom}": contenu for nom, contenu in fichiers.items()}
        balises = {
            "bagit.txt": BAGIT.encode(),
            "bag-info.txt": _bag_info(infos, instant, fichiers),
            "manifest-sha256.txt": _manifeste(donnees),
            "ca-horodatage.pem": self._horodateur.certificat,
            "LISEZ-MOI.txt": self._lisez_moi(racine, instant, fichiers),
        }
        sceau = _manifeste(balises)
        jeton = self._horodateur.horodater(sceau)
        tout = {**donnees, **balises, "tagmanifest-sha256.txt": sceau, JETON: jeton}
        _ecrire(racine, tout, instant, sortie)

    def _lisez_moi(self, racine: str, instant: datetime, fichiers: Mapping[str, Octets]) -> bytes:
        return lisez_moi(racine, self._horodateur.mention, instant, relie=_relie(fichiers)).encode()


def _verifier_noms(racine: str, fichiers: Mapping[str, Octets]) -> None:
    if not fichiers:
        raise ErreurAssemblage(f"Le dossier {racine} est vide : rien à sceller.")
    for nom in (racine, *fichiers):
        segments = [nom] if nom == racine else nom.split("/")
        if not all(map(_admis, segments)):
            raise ErreurAssemblage(
                f"Le nom « {nom} » ne peut pas entrer dans un dossier scellé : lettres sans accent, chiffres "
                f"et tirets, {SEGMENT_MAX} caractères au plus entre deux « / »."
            )
    vus: dict[str, str] = {}
    for nom in fichiers:
        if (autre := vus.setdefault(nom.casefold(), nom)) != nom:
            raise ErreurAssemblage(
                f"« {autre} » et « {nom} » ne diffèrent que par les majuscules : renommez l'un des deux."
            )


def _admis(segment: str) -> bool:
    return (
        0 < len(segment) <= SEGMENT_MAX
        and segment.isascii()
        and segment.isprintable()
        and not INTERDITS & set(segment)
        and not segment.startswith((".", " "))
        and not segment.endswith((".", " "))
    )


def _manifeste(fichiers: Mapping[str, Octets]) -> bytes:
    """The lines that `sha256sum -c` reads (RFC 8493, 2.1.3), sorted."""
    lignes = (f"{empreinte(fichiers[nom])}  {nom}\n" for nom in sorted(fichiers))
    return "".join(lignes).encode("ascii")


def _bag_info(infos: Mapping[str, str], instant: datetime, fichiers: Mapping[str, Octets]) -> bytes:
    """Labels and values (RFC 8493, 2.2.2); a long value goes on over indented lines."""
    octets = sum(map(taille, fichiers.values()))
    complet = {
        **infos,
        "Bagging-Date": jour_legal(instant).isoformat(),
        "Payload-Oxum": f"{octets}.{len(fichiers)}",
    }
    lignes: list[str] = []
    for libelle, valeur in complet.items():
        if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", libelle):
            raise ErreurAssemblage(f"« {libelle} » n'est pas un libellé de bag-info.txt (RFC 8493, 2.2.2).")
        ligne = f"{libelle}:"
        for mot in valeur.split():
            if len(ligne) + 1 + len(mot) > LIGNE_INFO and ligne.strip() != f"{libelle}:":
                lignes.append(ligne)
                ligne = " "
            ligne = f"{ligne} {mot}"
        lignes.append(ligne)
    return ("\n".join(lignes) + "\n").encode()


def _ecrire(racine: str, fichiers: Mapping[str, Octets], instant: datetime, sortie: Path) -> None:
    local = instant.astimezone(PARIS)
    # MS-DOS counts seconds by two (the lowest bit is lost when the zip is read again).
    date = (
        local.year,
        local.month,
        local.day,
        local.hour,
        local.minute,
        local.second // 2 * 2,
    )
    brouillon = None
    try:
        sortie.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=sortie.parent, prefix=".sac-", delete=False) as fichier:
            brouillon = Path(fichier.name)
            with zipfile.ZipFile(fichier, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:
                for nom in sorted(fichiers):
                    entree = zipfile.ZipInfo(f"{racine}/{nom}", date)
                    entree.create_system, entree.external_attr = 3, DROITS
                    # Known before the first byte, it gives the header its final form.
                    entree.file_size = taille(fichiers[nom])
                    with archive.open(entree, "w") as but, flux(fichiers[nom]) as source:
                        shutil.copyfileobj(source, but, BLOC)
            fichier.flush()
            os.fsync(fichier.fileno())
        brouillon.chmod(0o644)
        brouillon.replace(sortie)
    except (OSError, zipfile.LargeZipFile, ValueError) as error:
        if brouillon is not None:
            brouillon.unlink(missing_ok=True)
        raise ErreurAssemblage(
            f"Le dossier scellé n'a pas pu être écrit dans {sortie} ({error}) : vérifiez la place libre, "
            "les droits et la taille des pièces (4 Go au plus en tout)."
        ) from error


def _relie(fichiers: Mapping[str, Octets]) -> bool:
    """Whether the merged PDF has its own timestamp."""
    return contient(fichiers.get(RELIE, b""), SOUS_FILTRE)
