"""Word to tagged PDF/A-2b: one warm LibreOffice per process, driven by unoserver and supervised."""

from __future__ import annotations

import atexit
import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from dossier.adapters.convert_pdf.serveur import Panne, Serveur
from dossier.adapters.convert_pdf.word import a_convertir
from dossier.core.errors import ErreurConversion

_ESSAIS = 2


class ConvertisseurUno:
    """Port `Convertisseur`. Lazily started; one letter at a time; safe to share between threads.

    `dossier` holds the working folders of every process; `delai` is in seconds for one letter. Between two
    letters LibreOffice is stopped once it has made `conversions` of them, or once it and its server hold
    more than `memoire` MiB; the next letter starts a new one.
    """

    def __init__(
        self, dossier: Path, delai: float = 60, memoire: int = 1024, conversions: int = 2_000
    ) -> None:
        self._dossier = dossier
        self._delai = delai
        self._memoire = memoire
        self._conversions = conversions
        self._verrou = threading.Lock()
        self._serveur: Serveur | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, genre: type[BaseException] | None, erreur: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop LibreOffice; the next letter starts it again."""
        with self._verrou:
            self._arreter()

    def pdf(self, docx: bytes) -> bytes:
        """PDF/A-2b of a Word file, without its comments; two conversions of one file differ in bytes.

        A letter on which LibreOffice dies or exceeds its time is done again with a new one.
        Raises ErreurConversion.
        """
        docx = a_convertir(docx)
        panne = Panne()
        with self._verrou:
            for _ in range(_ESSAIS):
                try:
                    return self._tenter(docx)
                except Panne as error:
                    self._arreter()
                    panne = error
        raise ErreurConversion(
            f"LibreOffice n'a pas pu convertir ce document, même après redémarrage ({panne}). "
            f"Ouvrir le fichier Word pour vérifier qu'il est sain, vérifier la mémoire et le disque "
            f"({self._dossier}), puis relancer l'étape."
        ) from panne

    def _tenter(self, docx: bytes) -> bytes:
        serveur = self._vivant()
        pdf = serveur.convertir(docx, self._delai)
        if serveur.conversions >= self._conversions or serveur.memoire() > self._memoire:
            self._arreter()
        return pdf

    def _vivant(self) -> Serveur:
        """The server of this very process: not inherited from a parent, nor dead since the last letter."""
        if self._serveur is not None and self._serveur.pid == os.getpid() and self._serveur.vivant():
            return self._serveur
        self._arreter()
        try:
            self._serveur = Serveur(self._dossier)
        except OSError as error:
            raise Panne(f"LibreOffice ne démarre pas : {error}") from error
        atexit.register(self._serveur.arreter)
        return self._serveur

    def _arreter(self) -> None:
        if self._serveur is not None:
            atexit.unregister(self._serveur.arreter)
            self._serveur.arreter()
            self._serveur = None
