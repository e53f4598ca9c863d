"""Scans in: each file of the inbox is archived and recorded on its registered letter, or waits with why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dossier.core.errors import DossierError
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Archive, Contenu, GenreScan, ScanRecu
from dossier.core.ports import Boite, LecteurDeScan, Scan
from dossier.core.reception import PAPIERS, Classement, PliConnu, classer, lisible
from dossier.services.archives import archiver_une_fois
from dossier.services.creances import consigner, etats_lisibles, lire_etat
from dossier.services.outils import Outils

CLASSES = "classes"
"""Sub-folder of the inbox where what is filed is put away."""
Plis = Mapping[str, Sequence[PliConnu]]


class Classe(NamedTuple):
    """A file that has found its letter."""

    nom: str
    pli: PliConnu
    genre: GenreScan
    deja: bool
    """The letter had that very paper already: nothing was recorded."""


class Ligne(NamedTuple):
    """What a person reads of one file."""

    fichier: str
    suite: str
    """« classé », « déjà classé », or why it waits."""
    recommande: str = ""
    facture: str = ""
    papier: str = ""


class Rapport(NamedTuple):
    """What one pass over the inbox did."""

    classes: tuple[Classe, ...]
    en_attente: tuple[tuple[str, str], ...]
    """Name of the file, and the French sentence that says why it stays in the inbox."""

    @property
    def bilan(self) -> str:
        """`3 classés, 1 en attente`."""
        neufs = sum(1 for classe in self.classes if not classe.deja)
        deja = len(self.classes) - neufs
        comptes = (
            (neufs, "classé" if neufs == 1 else "classés"),
            (deja, "déjà classé" if deja == 1 else "déjà classés"),
            (len(self.en_attente), "en attente"),
        )
        return ", ".join(f"{nombre} {mot}" for nombre, mot in comptes if nombre) or "rien à classer"

    @property
    def lignes(self) -> tuple[Ligne, ...]:
        """One line per file, those that wait first."""
        attendent = [Ligne(nom, pourquoi) for nom, pourquoi in self.en_attente]
        return (*attendent, *map(_ligne, self.classes))

    @property
    def creances(self) -> tuple[str, ...]:
        """Those whose letters have their paper, each once: of a common letter, one of its creances."""
        return tuple(dict.fromkeys(classe.pli.creance for classe in self.classes))


def _ligne(classe: Classe) -> Ligne:
    pli, suite = classe.pli, "déjà classé" if classe.deja else "classé"
    factures = ", ".join(pli.groupe) or pli.facture
    return Ligne(classe.nom, suite, pli.numero, factures, PAPIERS[classe.genre])


def recevoir(outils: Outils, boite: Boite, lecteur: LecteurDeScan, *, auteur: str) -> Rapport:
    """File every scan that waits in the inbox; one that cannot be filed stops no other.

    Cut short anywhere, the next pass goes on: a paper is recorded once on its letter, whatever its name.
    Raises DossierError when the inbox itself cannot be read.
    """
    noms = boite.lister()
    plis = plis_connus(outils) if noms else {}
    classes: list[Classe] = []
    en_attente: list[tuple[str, str]] = []
    for nom in noms:
        try:
            classe = _recevoir(outils, nom, boite.lire(nom), lecteur, plis, auteur)
            if isinstance(classe, str):
                en_attente.append((lisible(nom), classe))
                continue
            classes.append(classe)
            boite.ranger(nom, CLASSES)
        except DossierError as error:
            en_attente.append((lisible(nom), str(error)))
    return Rapport(tuple(classes), tuple(en_attente))


def plis_connus(outils: Outils) -> dict[str, list[PliConnu]]:
    """The registered letters of every creance by number, as their deposit or their notice gave it.

    A creance whose journal is altered is left out: it must not stop the others.
    """
    connus: dict[str, list[PliConnu]] = {}
    for etat in etats_lisibles(outils):
        for pli in _plis(etat):
            connus.setdefault(pli.numero, []).append(pli)
    return connus


def _plis(etat: Etat) -> Iterator[PliConnu]:
    for envoi in etat.envois.values():
        depose = [envoi.depot.numero] if envoi.depot else []
        for numero in dict.fromkeys([*depose, *(avis.numero for avis in envoi.accuses if avis.numero)]):
            prepare = envoi.prepare
            yield PliConnu(etat.creance, etat.facture.numero, prepare.cle, numero, prepare.groupe)


def _recevoir(
    outils: Outils, nom: str, contenu: bytes, lecteur: LecteurDeScan, plis: Plis, auteur: str
) -> Classe | str:
    scan = lecteur.lire(contenu)
    classement = classer(lisible(nom), scan.texte, plis)
    if isinstance(classement, str):
        return classement
    unique = hashlib.sha256(contenu).hexdigest()[:12]
    recorde = _enregistrer(outils, lisible(nom), classement, scan, unique, auteur)
    return Classe(lisible(nom), classement.pli, classement.genre, deja=not recorde)


def _enregistrer(
    outils: Outils, nom: str, classement: Classement, scan: Scan, unique: str, auteur: str
) -> bool:
    """Whether it was recorded: a paper that the letter has already is neither archived nor recorded again.

    It is known by the bytes received, which name its archive, or by those of its PDF.
    """
    pli, fichier = classement.pli, f"scan-{classement.pli.numero}-{unique}.pdf"
    empreinte = hashlib.sha256(scan.pdf).hexdigest()
    if _deja(lire_etat(outils, pli.creance).envois[pli.cle], fichier, empreinte):
        return False
    recu = ScanRecu(
        cle=pli.cle,
        genre=classement.genre,
        fichier=nom,
        pdf=archiver_une_fois(outils, f"creances/{pli.creance}/recus/{fichier}", lambda: scan.pdf),
        jour=outils.clock.jour(),
    )

    def suite(etat: Etat) -> Sequence[Contenu]:
        return [] if _deja(etat.envois[pli.cle], fichier, empreinte) else [recu]

    return bool(suite(consigner(outils, pli.creance, suite, auteur=auteur)))


def _deja(envoi: Envoi, fichier: str, empreinte: str) -> bool:
    papiers: list[Archive | None] = [scan.pdf for scan in envoi.scans]
    papiers += [avis.preuve for avis in envoi.accuses]
    papiers.append(envoi.depot.preuve if envoi.depot else None)
    return any(
        papier is not None and (papier.empreinte == empreinte or papier.cle.endswith(f"/{fichier}"))
        for papier in papiers
    )
