"""The post without a carrier: letters wait in a print tray for a person who prints and posts them."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from dossier.adapters.post_manual import feuille
from dossier.core.errors import DonneeInvalide, ErreurEnvoi
from dossier.core.ports import Lettre, Remise

TEMOINS = ".remis"
"""Folder of the tray that remembers each letter handed over, once its PDF has been printed and removed."""
REPRIS = ".repris"
"""Folder of the tray where letters taken back are kept."""
FICHE = "-adresse"
"""Ends the name of the sheet of a registered letter: no letter may end so."""
NOM = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,149}")


class PosteManuelle:
    """Implements `ports.PosteAuBac` with a folder that staff empty."""

    nom = ""
    electronique = False

    def __init__(self, bac: Path) -> None:
        self._bac = bac

    def dessert(self, pays: str) -> bool:  # noqa: ARG002 - the port's signature
        """The post goes everywhere."""
        return True

    def remettre(self, lettre: Lettre) -> Remise:
        """Put the letter in the tray, once for ever, with its sheet when it is registered.

        The same letter again changes nothing, even when its file was printed and removed. Raises
        ErreurEnvoi when the name holds another letter, when this one was taken back, or when the tray
        cannot be written.
        """
        fichier = self._fichier(lettre.nom)
        with self._acces(f"n'accepte pas le pli {fichier.name}"):
            if not self._temoin(fichier).exists():
                _deposer(fichier, lettre)
            self._temoigner(fichier, lettre.pdf)
            self._refuser_repris(fichier)
        fiche = ", avec sa fiche d'adresse" if lettre.recommandee else ""
        return Remise(f"Pli à imprimer et à poster{fiche} : {fichier.resolve()}")

    def reprendre(self, nom: str) -> bool:
        """Take a letter back before it is posted; whether it was still in the tray.

        It is kept in `.repris` with its sheet, and its name never comes back. Called again, it gives the
        same answer. Raises ErreurEnvoi when the tray cannot be written.
        """
        fichier = self._fichier(nom)
        repris = self._bac / REPRIS
        with self._acces(f"ne rend pas le pli {fichier.name}"):
            if fichier.exists():
                self._temoigner(fichier, fichier.read_bytes())
                repris.mkdir(exist_ok=True)
                # The letter last: after a crash in between it is still there to be taken back.
                _deplacer(_fiche(fichier), repris)
                _deplacer(fichier, repris)
            return (repris / fichier.name).exists()

    def _fichier(self, nom: str) -> Path:
        court = nom.removesuffix(".pdf")
        if not NOM.fullmatch(nom) or court.endswith(FICHE):
            raise DonneeInvalide(
                f"Le nom de pli « {nom} » ne convient pas à un fichier : lettres sans accent, chiffres,"
                f" point, tiret, 150 caractères au plus, sans finir par « {FICHE} »."
            )
        return self._bac / f"{court}.pdf"

    def _temoin(self, fichier: Path) -> Path:
        return self._bac / TEMOINS / f"{fichier.stem}.sha256"

    def _temoigner(self, fichier: Path, pdf: bytes) -> None:
        """Remember for ever that this name was given to that letter, and to no other one."""
        temoin, empreinte = self._temoin(fichier), hashlib.sha256(pdf).hexdigest()
        if not _creer(temoin, empreinte.encode()):
            _refuser_autre(fichier, temoin.read_text("ascii"), empreinte)

    def _refuser_repris(self, fichier: Path) -> None:
        range_dans = self._bac / REPRIS / fichier.name
        if range_dans.exists() and not fichier.exists():
            raise ErreurEnvoi(
                f"Le pli {fichier.name} a été retiré du bac d'impression avant d'être posté ; il n'y revient"
                f" pas. S'il doit partir, remettez dans {self._bac} le fichier {range_dans}, puis recommencez."
            )

    @contextmanager
    def _acces(self, refus: str) -> Iterator[None]:
        """The tray to oneself, whatever the thread or process; its troubles said in French."""
        try:
            temoins = self._bac / TEMOINS
            temoins.mkdir(parents=True, exist_ok=True)
            with (temoins / ".verrou").open("w") as verrou:
                fcntl.flock(verrou, fcntl.LOCK_EX)
                yield
        except OSError as error:
            raise ErreurEnvoi(
                f"Le bac d'impression ({self._bac}) {refus} ;"
                " vérifiez le dossier, les droits et la place sur le disque."
            ) from error


def _deposer(fichier: Path, lettre: Lettre) -> None:
    """The letter, then its sheet: called again after a crash in between, it ends the job."""
    fiche = feuille.dessiner(lettre) if lettre.recommandee else b""
    if not _creer(fichier, lettre.pdf):
        presente = hashlib.sha256(fichier.read_bytes()).hexdigest()
        _refuser_autre(fichier, presente, hashlib.sha256(lettre.pdf).hexdigest())
    if fiche:
        _creer(_fiche(fichier), fiche)


def _fiche(fichier: Path) -> Path:
    return fichier.with_name(f"{fichier.stem}{FICHE}.pdf")


def _refuser_autre(fichier: Path, presente: str, empreinte: str) -> None:
    if presente != empreinte:
        raise ErreurEnvoi(
            f"Un autre pli porte déjà le nom {fichier.name} dans le bac d'impression ({fichier.parent}) ;"
            " il n'a pas été remplacé. Retrouvez lequel des deux doit partir."
        )


def _deplacer(fichier: Path, dossier: Path) -> None:
    """Move it when it is there, under another name where its own holds something else."""
    if not fichier.exists():
        return
    for rang in count(1):
        cible = dossier / (fichier.name if rang == 1 else f"{fichier.stem} ({rang}).pdf")
        try:
            os.link(fichier, cible)
            break
        except FileExistsError:
            if cible.read_bytes() == fichier.read_bytes():
                break
    _synchroniser(dossier)
    fichier.unlink()
    _synchroniser(fichier.parent)


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
