"""Every file of a dossier: its exhibits stamped, its papers written, all of it bound and indexed.

The same journals and the same instant give the same bytes: what no tool gives twice alike, a PDF that was
converted or a token, is kept in the store at its first making, under the digest of what it was made from.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from dossier.core.completude import Lacune, lacunes
from dossier.core.dates import jour_legal
from dossier.core.documents import (
    LETTRES_DE_REMISE,
    contexte_bordereau,
    contexte_chronologie,
    contexte_decompte,
    contexte_lettre_de_remise,
    contexte_note,
)
from dossier.core.errors import ErreurAssemblage
from dossier.core.faits import Canal
from dossier.core.montants import INSECABLE
from dossier.core.pieces import archives_tenues
from dossier.core.ports import DossierRelie, Octets, Partie, PieceSource, PieceTamponnee
from dossier.core.procedure import REQUETE, Papier, papiers_absents, papiers_de_procedure
from dossier.core.recueil import Recueil, total
from dossier.core.versions import PieceDeVersion, Remplacee, Teneur, identite
from dossier.octets import empreinte
from dossier.services.archives import extraire_archive, lire_archive, sceller_une_fois
from dossier.services.formulaire import en_megas
from dossier.services.indexation import Papiers, Reliure, chemin_de_l_original, index_de, journal
from dossier.services.mentions import manquements, refuser_interdites
from dossier.services.outils import Outils
from dossier.services.versions import remplacees

FOIS = 7
"""What a sealing writes, in weights of the originals: themselves, their copies, the merged PDF with and without
its timestamp, and the zip of it all."""


def fichiers(outils: Outils, papiers: Papiers, atelier: Path) -> dict[str, Octets]:
    """Every file of the bag, by its path under `data/`.

    What comes from others may be heavy: it is in new files of `atelier`, never in memory. Raises DossierError
    with what an operator can mend.
    """
    anciennes = remplacees(outils, papiers.preparation.creances, _teneur(outils, papiers))
    originaux = _originaux(outils, papiers.recueils, atelier)
    tamponnees = {
        piece.numero: outils.relieur.tamponner(
            PieceSource(
                piece.numero,
                piece.titre,
                originaux[chemin_de_l_original(piece)],
                chemin_de_l_original(piece),
            ),
            atelier / f"piece-{piece.numero}",
        )
        for piece in papiers.pieces
    }
    pages = [tamponnees[piece.numero].pages for piece in papiers.pieces]
    a_part = frozenset(numero for numero, tamponnee in tamponnees.items() if tamponnee.reserve)
    ecrits = _ecrire(outils, papiers, pages, a_part)
    reliure = Reliure(tamponnees, pages, _relier(outils, papiers, ecrits, tamponnees, atelier))
    return {
        "00-note-de-remise.pdf": _note(outils, papiers, reliure, anciennes),
        **ecrits,
        "05-dossier-complet.pdf": reliure.relie.pdf,
        **{piece.fichier: tamponnees[piece.numero].pdf for piece in papiers.pieces},
        **originaux,
        **{f"journal/{r.etat.creance}.jsonl": journal(r) for r in papiers.recueils},
        "index.json": index_de(outils, papiers, reliure, anciennes),
    }


def _teneur(outils: Outils, papiers: Papiers) -> Teneur:
    preparation = papiers.preparation
    return Teneur(
        dossier=preparation.dossier,
        jour=jour_legal(preparation.instant),
        total=total(papiers.recueils),
        pieces=tuple(PieceDeVersion(p.numero, p.titre, p.pdf.empreinte) for p in papiers.pieces),
        journaux={recueil.etat.creance: recueil.faits for recueil in papiers.recueils},
        creancier=identite(outils.creancier),
        juridiction=papiers.examen.juridiction.intitule,
    )


_SIGNETS = {
    "01-requete.pdf": ("Requête en injonction de payer", "Req. "),
    "02-bordereau.pdf": ("Bordereau des pièces", "Bord. "),
    "03-decompte.pdf": ("Décompte des sommes", "Déc. "),
    "04-chronologie.pdf": ("Chronologie", "Chron. "),
}
"""Bookmark and page label of each written part of the merged PDF."""


def _relier(
    outils: Outils,
    papiers: Papiers,
    ecrits: Mapping[str, bytes],
    tamponnees: Mapping[int, PieceTamponnee],
    atelier: Path,
) -> DossierRelie:
    """The merged PDF, stored once with the document timestamp that it carries: a token is never asked twice."""
    nom = papiers.preparation.dossier
    parties = [
        Partie(_SIGNETS[fichier][0], pdf, _SIGNETS[fichier][1], bordereau="bordereau" in fichier)
        for fichier, pdf in ecrits.items()
        if fichier in _SIGNETS
    ]
    parties += [
        Partie(
            f"Pièce n° {piece.numero} – {piece.titre}",
            tamponnees[piece.numero].pdf,
            numero=piece.numero,
            original=chemin_de_l_original(piece),
        )
        for piece in papiers.pieces
    ]
    pdf = atelier / "relie.pdf"
    relie = outils.relieur.relier_dossier(parties, nom, pdf)

    def horodater() -> Path:
        outils.horodater_pdf(pdf, outils.horodateur)
        return pdf

    archive = sceller_une_fois(outils, _cle(nom, "05-dossier-complet", pdf), horodater)
    return relie._replace(pdf=extraire_archive(outils, archive, atelier / "relie-horodate.pdf"))


def _cle(dossier: str, fichier: str, source: Octets) -> str:
    """Where what is made of `source` is kept: another source, another key."""
    return f"dossiers/{dossier}/{fichier}-{empreinte(source)[:16]}.pdf"


def _pdf(outils: Outils, papiers: Papiers, fichier: str, docx: bytes) -> bytes:
    """That Word file as a PDF, converted once: no conversion gives the same bytes twice."""
    cle = _cle(papiers.preparation.dossier, fichier, docx)
    return lire_archive(outils, sceller_une_fois(outils, cle, lambda: outils.convertisseur.pdf(docx)))


def _copies(reliure: Reliure) -> Iterator[str]:
    """What a reader must know of the copies: an exhibit that could not be shown, or not whole."""
    for numero, tamponnee in reliure.tamponnees.items():
        if dite := tamponnee.reserve or tamponnee.remarque:
            yield f"Pièce n°{INSECABLE}{numero} : {dite}"
    for numero, dite in reliure.relie.reserves:
        yield f"Pièce n°{INSECABLE}{numero}, remplacée par une page dans le dossier complet : {dite}"


def _note(outils: Outils, papiers: Papiers, reliure: Reliure, anciennes: Sequence[Remplacee]) -> bytes:
    recueils, pieces, examen, preparation = papiers
    note = contexte_note(
        recueils,
        pieces,
        outils.creancier,
        examen,
        preparation.dossier,
        outils.horodateur.mention,
        jour_legal(preparation.instant),
        copies=tuple(_copies(reliure)),
        manques=_manques(outils, papiers),
        remplacees=anciennes,
    )
    return _pdf(outils, papiers, "00-note-de-remise", _rendre(outils, "note-de-remise", note))


def _manques(outils: Outils, papiers: Papiers) -> tuple[Lacune, ...]:
    """What the dossier lacks, on the day of its preparation."""
    etats = [recueil.etat for recueil in papiers.recueils]
    jour = jour_legal(papiers.preparation.instant)
    return lacunes(etats, papiers.pieces, papiers.examen, outils.creancier, outils.droit.completude, jour)


def _ecrire(
    outils: Outils, papiers: Papiers, pages: Sequence[int], a_part: frozenset[int]
) -> dict[str, bytes]:
    """The papers and the letters: Word to edit and PDF, or PDF alone, and the spreadsheet."""
    recueils, pieces, examen, preparation = papiers
    jour, qui = jour_legal(preparation.instant), outils.creancier
    mots = {
        **{papier.nom: _papier(outils, papiers, papier) for papier in _papiers(outils, papiers, pages)},
        **_lettres(outils, papiers, pages),
    }
    seuls = {
        "02-bordereau": (
            "bordereau",
            contexte_bordereau(recueils, pieces, pages, qui, examen.juridiction, jour, a_part),
        ),
        "03-decompte": ("decompte", contexte_decompte(recueils, qui, jour)),
        "04-chronologie": ("chronologie", contexte_chronologie(recueils, pieces, qui, jour)),
    }
    pdfs = mots | {nom: _rendre(outils, *quoi) for nom, quoi in seuls.items()}
    return {
        **{f"{nom}.docx": docx for nom, docx in mots.items()},
        **{f"{nom}.pdf": _pdf(outils, papiers, nom, docx) for nom, docx in pdfs.items()},
        "03-decompte.xlsx": _tableur(outils, recueils, preparation.instant),
    }


def _papiers(outils: Outils, papiers: Papiers, pages: Sequence[int]) -> tuple[Papier, ...]:
    recueils, pieces, examen, preparation = papiers
    jour = jour_legal(preparation.instant)
    return papiers_de_procedure(recueils, pieces, pages, outils.creancier, examen, preparation.dossier, jour)


def _lettres(outils: Outils, papiers: Papiers, pages: Sequence[int]) -> dict[str, bytes]:
    """The letters of the hand-over in Word, without those that the law has no use for."""
    recueils, pieces, examen, preparation = papiers
    absents = papiers_absents([recueil.etat.facture for recueil in recueils], examen)
    contexte = contexte_lettre_de_remise(
        recueils,
        pieces,
        pages,
        outils.creancier,
        examen,
        preparation.dossier,
        outils.horodateur.mention,
        jour_legal(preparation.instant),
        _manques(outils, papiers),
    )
    return {
        nom: outils.rendu.rendre(modele, contexte)
        for nom, modele in LETTRES_DE_REMISE.items()
        if nom not in absents
    }


def _papier(outils: Outils, papiers: Papiers, papier: Papier) -> bytes:
    """One paper in Word; the application once nothing forbidden is found in it. Raises ErreurRendu."""
    docx = outils.rendu.rendre(papier.modele, papier.contexte)
    if papier.nom == REQUETE:
        etape, jour = papiers.recueils[0].scenario.etapes[-1], jour_legal(papiers.preparation.instant)
        trouves = manquements(outils, etape, Canal.LRAR, outils.rendu.texte(docx), papier.contexte, jour)
        refuser_interdites("templates/dossier/requete.docx", trouves)
    return docx


def _rendre(outils: Outils, modele: str, contexte: dict[str, Any]) -> bytes:
    return outils.rendu.rendre(f"dossier/{modele}", contexte)


def _tableur(outils: Outils, recueils: Sequence[Recueil], instant: datetime) -> bytes:
    return outils.tableur([(r.etat.facture.numero, r.decompte) for r in recueils], instant)


def _originaux(outils: Outils, recueils: Sequence[Recueil], atelier: Path) -> dict[str, Octets]:
    """Every archived document that the journals name, untouched, and its token; no former dossier."""
    cites = dict.fromkeys(a for r in recueils for a in archives_tenues(r.faits))
    _exiger_la_place(atelier, sum(archive.taille for archive in cites))
    originaux: dict[str, Octets] = {}
    for rang, archive in enumerate(cites):
        fichier = atelier / f"original-{rang}"
        originaux[f"originaux/{archive.cle}"] = extraire_archive(outils, archive, fichier)
        if archive.jeton is not None:
            originaux[f"originaux/{archive.jeton}"] = outils.store.get(archive.jeton)
    return originaux


def _exiger_la_place(atelier: Path, poids: int) -> None:
    """Room for all that is made of originals of `poids` bytes: a disk that fills up would damage a copy."""
    besoin, libre = FOIS * poids, shutil.disk_usage(atelier).free
    if libre < besoin:
        raise ErreurAssemblage(
            f"Il faut {en_megas(besoin)} libres dans {atelier.parent} pour sceller ce dossier, il y en a "
            f"{en_megas(libre)} : libérez de la place, ou faites désigner un autre disque par la variable TMPDIR."
        )
