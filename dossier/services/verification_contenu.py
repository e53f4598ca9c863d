"""Checks what a sealed dossier holds: its journals, their originals, the index of its exhibits."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from typing import Literal

from pydantic import AwareDatetime, Field, ValidationError

from dossier.core.errors import DossierError, ErreurHorodatage
from dossier.core.faits import Archive, DossierScelle, Fait, rupture_de_chaine
from dossier.core.modele import Modele
from dossier.core.montants import INSECABLE, Montant
from dossier.services.constats import Constat, Sac, bon, faute, resume

INDEX = "data/index.json"
Compter = Callable[[bytes], int]


class PieceIndexee(Modele):
    """A line of index.json: the numbered copy and the original it was made from."""

    numero: int
    titre: str
    fichier: str
    pages: int = Field(ge=1)
    empreinte_original: str
    original: str


class Index(Modele):
    """data/index.json; paths are under data/."""

    version: Literal[1]
    dossier: str
    instant: AwareDatetime
    debiteur: str
    creances: tuple[str, ...]
    total: Montant
    pieces: tuple[PieceIndexee, ...]


def constats_du_contenu(sac: Sac, compter: Compter | None) -> Iterator[Constat]:
    """What is found beyond the digests: does the content hold together?"""
    journaux = dict(_journaux(sac))
    for nom, lu in journaux.items():
        yield _journal(nom, lu)
    lus = [lu for lu in journaux.values() if not isinstance(lu, str)]
    archives = tuple(dict.fromkeys(archive for faits in lus for archive in _archives(faits)))
    yield from _originaux(sac, archives)
    yield from _index(sac, journaux, archives, compter)


def _journaux(sac: Sac) -> Iterator[tuple[str, tuple[Fait, ...] | str]]:
    """Each journal of the bag by its creance: its faits, or why it cannot be read."""
    for nom in sac.empreintes:
        if chemin := re.fullmatch(r"data/journal/([^/]+)\.jsonl", nom):
            lignes = (sac.enveloppe.lire(nom) or b"").splitlines()
            try:
                faits = tuple(Fait.model_validate_json(ligne) for ligne in lignes)
                for fait in faits:
                    _ = fait.contenu
            except ValidationError:
                yield chemin[1], "une ligne n'est pas un fait lisible"
            else:
                yield chemin[1], faits


def _journal(creance: str, lu: tuple[Fait, ...] | str) -> Constat:
    objet = f"Journal {creance}"
    if isinstance(lu, str):
        return faute(objet, f"Le journal de {creance} est altéré : {lu}.")
    if not lu or any(fait.creance != creance for fait in lu):
        return faute(objet, f"Le journal de {creance} est vide ou mêle d'autres créances.")
    try:
        rupture = rupture_de_chaine(lu)
    except OverflowError:
        rupture = f"créance {creance} : un fait porte une date impossible"
    if rupture:
        return faute(objet, f"Le journal est altéré : {rupture}.")
    for avant, apres in pairwise(lu):
        if apres.instant < avant.instant:
            texte = f"Le fait n°{INSECABLE}{apres.numero} est daté d'avant le précédent."
            return faute(objet, texte)
    return bon(objet, f"{len(lu)} faits, chaîne d'empreintes intacte.")


def _archives(faits: tuple[Fait, ...]) -> Iterator[Archive]:
    """The documents that the faits name, but for earlier dossiers, which are not kept inside this one."""
    for fait in faits:
        if not isinstance(fait.contenu, DossierScelle):
            yield from (valeur for _, valeur in fait.contenu if isinstance(valeur, Archive))


def _originaux(sac: Sac, archives: tuple[Archive, ...]) -> Iterator[Constat]:
    defauts: list[Constat] = []
    for archive in archives:
        nom = f"data/originaux/{archive.cle}"
        if nom not in sac.empreintes:
            defauts.append(faute(nom, f"L'original « {archive.cle} », cité par le journal, manque."))
        elif sac.empreintes[nom] != archive.empreinte:
            texte = f"L'original « {archive.cle} » n'est pas celui que le journal a enregistré."
            defauts.append(faute(nom, texte))
        elif archive.jeton and (refus := _jeton_refuse(sac, nom, f"data/originaux/{archive.jeton}")):
            defauts.append(faute(nom, f"L'original « {archive.cle} » : {refus}"))
    sans = sum(1 for archive in archives if archive.jeton is None)
    reserve = f", dont {sans} sans jeton d'horodatage" if sans else ", chacun avec son jeton d'horodatage"
    yield from resume(
        "Originaux", defauts, f"{len(archives)} originaux conformes au journal{reserve if archives else ''}."
    )


def _jeton_refuse(sac: Sac, nom: str, jeton: str) -> str | None:
    contenu, tsr = sac.enveloppe.lire(nom), sac.enveloppe.lire(jeton)
    if contenu is None or tsr is None:
        return "son jeton d'horodatage manque ou est illisible."
    try:
        sac.verifier_jeton(contenu, tsr, sac.racine)
    except ErreurHorodatage as error:
        return f"son jeton d'horodatage n'est pas valable. {error}"
    return None


def _index(
    sac: Sac,
    journaux: Mapping[str, object],
    archives: tuple[Archive, ...],
    compter: Compter | None,
) -> Iterator[Constat]:
    try:
        index = Index.model_validate_json(sac.enveloppe.lire(INDEX) or b"")
    except ValidationError:
        yield faute(INDEX, "L'index des pièces manque ou est illisible.")
        return
    defauts: list[str] = []
    if index.dossier != sac.enveloppe.racine:
        defauts.append(f"L'index est celui de « {index.dossier} », pas de « {sac.enveloppe.racine} ».")
    if sorted(index.creances) != sorted(journaux):
        defauts.append("Les créances de l'index ne sont pas celles du journal.")
    if [piece.numero for piece in index.pieces] != list(range(1, len(index.pieces) + 1)):
        defauts.append("Les numéros des pièces ne se suivent pas à partir de 1.")
    connues = {f"data/{piece.fichier}" for piece in index.pieces}
    if len(connues) != len(index.pieces):
        defauts.append("Deux pièces de l'index désignent le même fichier.")
    en_trop = sorted(n for n in sac.empreintes if n.startswith("data/pieces/") and n not in connues)
    defauts += [f"« {nom} » n'est pas dans l'index des pièces." for nom in en_trop]
    recues = {archive.empreinte for archive in archives}
    for piece in index.pieces:
        defauts += [f"Pièce n°{INSECABLE}{piece.numero} : {d}" for d in _piece(sac, piece, recues, compter)]
    constats = [faute(INDEX, defaut) for defaut in defauts]
    yield from resume(INDEX, constats, f"{len(index.pieces)} pièces, numérotées sans interruption.")


def _piece(
    sac: Sac,
    piece: PieceIndexee,
    recues: set[str],
    compter: Compter | None,
) -> Iterator[str]:
    copie = sac.enveloppe.lire(f"data/{piece.fichier}")
    if copie is None:
        yield f"« {piece.fichier} » manque ou est illisible."
    elif compter is not None:
        try:
            if (pages := compter(copie)) != piece.pages:
                yield f"son nombre de pages est {pages}, l'index annonce {piece.pages}."
        except DossierError as error:
            yield str(error)
    if sac.empreintes.get(f"data/{piece.original}") != piece.empreinte_original:
        yield "son original manque ou n'est plus celui de l'index."
    elif piece.empreinte_original not in recues:
        yield "son original n'est pas un document que le journal a enregistré."
