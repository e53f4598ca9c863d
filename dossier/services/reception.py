"""Scans in: each file of the inbox is filed to its registered letter or its invoice, or waits with why."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from dossier.core.errors import DossierError
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Archive, Contenu, ScanRecu
from dossier.core.numeros import numeros
from dossier.core.pieces_recues import FactureConnue, PieceNommee, par_mots, piece_nommee
from dossier.core.ports import Boite, LecteurDeScan, Scan
from dossier.core.reception import PAPIERS, Classement, PliConnu, classer, lisible
from dossier.services.archives import archiver_une_fois
from dossier.services.creances import consigner, etats_lisibles, lire_etat
from dossier.services.outils import Outils
from dossier.services.pieces import joindre

CLASSES = "classes"
"""Sub-folder of the inbox where what is filed is put away."""


class Connus(NamedTuple):
    """What a file of the inbox may belong to."""

    plis: Mapping[str, Sequence[PliConnu]]
    """Registered letters by number."""
    factures: Mapping[str, Sequence[FactureConnue]]
    """Invoices by the words of their number."""


class Classe(NamedTuple):
    """A file that has found its letter or its invoice."""

    nom: str
    papier: str
    """What it is, in French: « avis de réception », or the title of an exhibit."""
    creances: tuple[str, ...]
    """Those whose runs have something new to see."""
    facture: str
    """Numbers of the invoices, for a person."""
    deja: bool
    """That very paper was there already: nothing was recorded."""
    recommande: str = ""
    """Number of the registered letter."""
    notes: tuple[str, ...] = ()
    """French sentences: what a person must know of it."""


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
        """Those whose runs have something new to see, each once."""
        return tuple(dict.fromkeys(creance for classe in self.classes for creance in classe.creances))


def _ligne(classe: Classe) -> Ligne:
    suite = ". ".join(("déjà classé" if classe.deja else "classé", *classe.notes))
    return Ligne(classe.nom, suite, classe.recommande, classe.facture, classe.papier)


def recevoir(outils: Outils, boite: Boite, lecteur: LecteurDeScan, *, auteur: str) -> Rapport:
    """File every scan that waits in the inbox; one that cannot be filed stops no other.

    Cut short anywhere, the next pass goes on: a paper is recorded once on its letter or on its invoice,
    whatever its name. Raises DossierError when the inbox itself cannot be read.
    """
    noms = boite.lister()
    connus = lire_connus(outils) if noms else Connus({}, {})
    classes: list[Classe] = []
    en_attente: list[tuple[str, str]] = []
    for nom in noms:
        try:
            classe = _recevoir(outils, lisible(nom), boite.lire(nom), lecteur, connus, auteur)
        except DossierError as error:
            classe = str(error)
        if isinstance(classe, str):
            en_attente.append((lisible(nom), classe))
        else:
            classes.append(_ranger(boite, nom, classe))
    return Rapport(tuple(classes), tuple(en_attente))


def _ranger(boite: Boite, nom: str, classe: Classe) -> Classe:
    """Put the file away; one that cannot be is filed all the same, and says why it is still there."""
    try:
        boite.ranger(nom, CLASSES)
    except DossierError as error:
        return classe._replace(notes=(*classe.notes, f"Il reste dans la boîte : {error}"))
    return classe


def lire_connus(outils: Outils) -> Connus:
    """The invoices, and the registered letters as their deposit or their notice gave their number.

    A creance whose journal is altered is left out: it must not stop the others.
    """
    plis: dict[str, list[PliConnu]] = {}
    factures: list[FactureConnue] = []
    for etat in etats_lisibles(outils):
        factures.append(FactureConnue(etat.creance, etat.facture.numero, etat.facture.emission))
        for pli in _plis(etat):
            plis.setdefault(pli.numero, []).append(pli)
    return Connus(plis, par_mots(factures))


def _plis(etat: Etat) -> Iterator[PliConnu]:
    for envoi in etat.envois.values():
        depose = [envoi.depot.numero] if envoi.depot else []
        for numero in dict.fromkeys([*depose, *(avis.numero for avis in envoi.accuses if avis.numero)]):
            prepare = envoi.prepare
            yield PliConnu(etat.creance, etat.facture.numero, prepare.cle, numero, prepare.groupe)


def _recevoir(
    outils: Outils, nom: str, contenu: bytes, lecteur: LecteurDeScan, connus: Connus, auteur: str
) -> Classe | str:
    """A registered letter's number in the name comes first, then an invoice's, then those in the text."""
    scan = lecteur.lire(contenu)
    piece = None if numeros(nom) else piece_nommee(nom, scan.texte, connus.factures)
    if isinstance(piece, PieceNommee):
        return _joindre(outils, nom, piece, scan, auteur)
    classement = classer(nom, scan.texte, connus.plis)
    if isinstance(classement, str):
        return piece or classement
    pli, unique = classement.pli, hashlib.sha256(contenu).hexdigest()[:12]
    recorde = _enregistrer(outils, nom, classement, scan, unique, auteur)
    papier, factures = PAPIERS[classement.genre], ", ".join(pli.groupe) or pli.facture
    return Classe(nom, papier, (pli.creance,), factures, not recorde, pli.numero)


def _joindre(outils: Outils, nom: str, piece: PieceNommee, scan: Scan, auteur: str) -> Classe:
    """Attach it under the neutral title of its kind. Raises DonneeInvalide: `pieces.joindre` says why."""
    facture = piece.facture
    jointe = joindre(
        outils,
        facture.numero,
        piece.genre,
        "",
        piece.jour,
        scan.pdf,
        auteur=auteur,
        officielle=piece.officielle,
    )
    debiteur = lire_etat(outils, facture.creance).debiteur
    # One dossier may hold all the invoices of the debtor: each may wait for that piece.
    creances = tuple(ouverture.creance for ouverture in outils.journal.creances(debiteur))
    return Classe(nom, jointe.titre, creances, facture.numero, jointe.deja, notes=jointe.reserves)


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
