"""The post without a carrier: letters wait in a print tray for a person who prints and posts them."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path

from dossier.core.errors import DonneeInvalide, ErreurEnvoi

TEMOINS = ".remis"
"""Folder of the tray that remembers each letter handed over, once its PDF has been printed and removed."""
NOM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,149}")


class PosteManuelle:
    """Implements `ports.Poste` with a folder that staff empty."""

    def __init__(self, bac: Path) -> None:
        self._bac = bac

    def remettre(self, nom: str, pdf: bytes) -> str:
        """Put the letter in the tray, once for ever; gives a sentence that says where it is.

        The same letter again changes nothing, even when its file was printed and removed.
        Raises ErreurEnvoi when the name holds another letter, or the tray cannot be written.
        """
        if not NOM.fullmatch(nom):
            raise DonneeInvalide(
                f"Le nom de pli « {nom} » ne convient pas à un fichier : lettres sans accent, chiffres,"
                " point, tiret, 150 caractères au plus."
            )
        fichier = self._bac / (nom if nom.endswith(".pdf") else f"{nom}.pdf")
        try:
            self._deposer(fichier, pdf)
        except OSError as error:
            raise ErreurEnvoi(
                f"Le bac d'impression ({self._bac}) n'accepte pas le pli {fichier.name} ;"
                " vérifiez le dossier, les droits et la place sur le disque."
            ) from error
        return f"Pli à imprimer et à poster : {fichier.resolve()}"

    def _deposer(self, fichier: Path, pdf: bytes) -> None:
        temoin = self._bac / TEMOINS / f"{fichier.stem}.sha256"
        temoin.parent.mkdir(parents=True, exist_ok=True)
        empreinte = hashlib.sha256(pdf).hexdigest()
        if not temoin.exists() and not _creer(fichier, pdf):
            _refuser_autre(fichier, hashlib.sha256(fichier.read_bytes()).hexdigest(), empreinte)
        # After the letter: a crash in between leaves the letter in the tray, never a record without one.
        if not _creer(temoin, empreinte.encode()):
            _refuser_autre(fichier, temoin.read_text("ascii"), empreinte)


def _refuser_autre(fichier: Path, presente: str, empreinte: str) -> None:
    if presente != empreinte:
        raise ErreurEnvoi(
            f"Un autre pli porte déjà le nom {fichier.name} dans le bac d'impression ({fichier.parent}) ;"
            " il n'a pas été remplacé. Retrouvez lequel des deux doit partir."
        )


def _creer(fichier: Path, contenu: bytes) -> bool:
    """Write the whole file under its name or not at all; False when the name is taken."""
    numero, provisoire = tempfile.mkstemp(dir=fichier.parent, prefix=".depot-")
    try:
        with os.fdopen(numero, "wb") as sortie:
            os.fchmod(numero, 0o644)
            sortie.write(contenu)
            sortie.flush()
            os.fsync(numero)
        os.link(provisoire, fichier)
    except FileExistsError:
        return False
    finally:
        Path(provisoire).unlink()
    _synchroniser(fichier.parent)
    return True


def _synchroniser(dossier: Path) -> None:
    numero = os.open(dossier, os.O_RDONLY)
    try:
        os.fsync(numero)
    finally:
        os.close(numero)
