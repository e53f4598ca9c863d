"""The dossier of one debtor: gathered, written, stamped, bound, sealed once, recorded in each creance."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple

from dossier.core.dates import jour_legal
from dossier.core.documents import (
    LETTRES_DE_REMISE,
    contexte_bordereau,
    contexte_chronologie,
    contexte_decompte,
    contexte_lettre_de_remise,
    contexte_note,
)
from dossier.core.errors import ConflitJournal
from dossier.core.etat import rejouer
from dossier.core.examen import Creance, Examen, examiner
from dossier.core.faits import Archive, Canal, DossierPrepare, DossierScelle, Fait
from dossier.core.pieces import Piece, lister_pieces
from dossier.core.ports import Partie, PieceSource, PieceTamponnee
from dossier.core.procedure import REQUETE, Papier, papiers_absents, papiers_de_procedure
from dossier.core.recueil import Recueil, total
from dossier.services.archives import lire_archive, sceller_une_fois
from dossier.services.completude import ensemble, exiger_complet
from dossier.services.creances import decompte_de, insister, lire_etat, scenario_de
from dossier.services.horodatages import exiger_les_jetons
from dossier.services.logiciel import logiciel
from dossier.services.mentions import manquements, refuser_interdites
from dossier.services.outils import Outils
from dossier.services.verification_index import ANCRES, Ancre, ecrire_ancres


class Scelle(NamedTuple):
    """A sealed dossier and the creances it holds."""

    fait: DossierScelle
    creances: tuple[str, ...]


class _Papiers(NamedTuple):
    recueils: tuple[Recueil, ...]
    pieces: tuple[Piece, ...]
    examen: Examen
    preparation: DossierPrepare


def assembler(outils: Outils, creance: str, *, auteur: str) -> Scelle | None:
    """Seal the dossier of that creance with the debtor's other creances that are ripe.

    None when another creance's run is already sealing it, or when it is no longer ripe. Cut short and
    called again, it goes on with the same intent: same name, same creances, same instant; a dossier
    already stored is not made twice. A fait recorded meanwhile makes a new version.
    """
    return insister(lambda: _essayer(outils, creance, auteur))


def _essayer(outils: Outils, creance: str, auteur: str) -> Scelle | None:
    """One attempt. Raises ConflitJournal when something was recorded in one of the creances meanwhile."""
    preparation = _preparer(outils, creance, auteur)
    if preparation is None:
        return None
    papiers = _reunir(outils, preparation)
    archive = sceller_une_fois(
        outils, f"dossiers/{preparation.dossier}.zip", lambda: _sceller(outils, papiers)
    )
    fait = DossierScelle(
        dossier=preparation.dossier,
        zip=archive,
        pieces=len(papiers.pieces),
        total=total(papiers.recueils),
        jour=jour_legal(preparation.instant),
    )
    outils.journal.ajouter(
        {c: [fait] for c in preparation.creances},
        {recueil.etat.creance: recueil.etat.numero for recueil in papiers.recueils},
        auteur=auteur,
        instant=outils.clock.now(),
    )
    return Scelle(fait, preparation.creances)


def _preparer(outils: Outils, creance: str, auteur: str) -> DossierPrepare | None:
    """The intent to seal, written to all the creances at once; None when this creance is not to do it."""
    etat = lire_etat(outils, creance)
    if etat.preparation is not None and _vivante(outils, etat.preparation):
        return etat.preparation if etat.preparation.pilote == creance else None
    debiteur = etat.debiteur
    etats = ensemble(outils, etat)
    if creance not in {e.creance for e in etats}:
        return None
    exiger_complet(outils, etats)
    exiger_les_jetons(outils, [e.creance for e in etats])
    instant = outils.clock.now()
    preparation = DossierPrepare(
        dossier=f"dossier-{debiteur}-{jour_legal(instant)}-v{_version(outils, debiteur)}",
        creances=tuple(e.creance for e in etats),
        pilote=creance,
        instant=instant,
    )
    outils.journal.ajouter(
        {e.creance: [preparation] for e in etats},
        {e.creance: e.numero for e in etats},
        auteur=auteur,
        instant=instant,
    )
    return preparation


def _vivante(outils: Outils, preparation: DossierPrepare) -> bool:
    """Whether what was begun may still be sealed: nothing was recorded since in any of its creances."""
    return all(_est_la_derniere(outils.journal.lire(c), preparation) for c in preparation.creances)


def _est_la_derniere(faits: tuple[Fait, ...], preparation: DossierPrepare) -> bool:
    return faits[-1].contenu == preparation


def _version(outils: Outils, debiteur: str) -> int:
    """One more than the dossiers already begun for that debtor, so that no name serves twice."""
    commences = {
        contenu.dossier
        for ouverture in outils.journal.creances(debiteur)
        for contenu in (fait.contenu for fait in outils.journal.lire(ouverture.creance))
        if isinstance(contenu, DossierPrepare)
    }
    return len(commences) + 1


def _reunir(outils: Outils, preparation: DossierPrepare) -> _Papiers:
    jour = jour_legal(preparation.instant)
    recueils = tuple(_recueil(outils, creance, preparation) for creance in preparation.creances)
    examen = examiner(
        [Creance(recueil.etat, recueil.scenario, recueil.decompte) for recueil in recueils],
        outils.creancier,
        outils.droit,
        jour,
    )
    pieces = lister_pieces([(recueil.etat, recueil.scenario) for recueil in recueils])
    return _Papiers(recueils, pieces, examen, preparation)


def _recueil(outils: Outils, creance: str, preparation: DossierPrepare) -> Recueil:
    faits = outils.journal.lire(creance)
    if not _est_la_derniere(faits, preparation):
        raise ConflitJournal(f"Un fait vient d'être enregistré sur {creance} : le dossier est à reprendre.")
    etat = rejouer(faits)
    decompte = decompte_de(outils, etat, jour_legal(preparation.instant))
    return Recueil(faits, etat, scenario_de(outils, etat), decompte)


def _sceller(outils: Outils, papiers: _Papiers) -> bytes:
    preparation = papiers.preparation
    debiteur = papiers.recueils[0].etat.facture.debiteur
    infos = {
        "Source-Organization": outils.creancier.denomination,
        "External-Identifier": preparation.dossier,
        "External-Description": f"Dossier de preuve, {debiteur.denomination}",
        ANCRES: ecrire_ancres(_ancres(papiers.recueils)),
    }
    with tempfile.TemporaryDirectory() as dossier:
        sortie = Path(dossier) / "dossier.zip"
        outils.sac.sceller(
            preparation.dossier, _fichiers(outils, papiers), infos, preparation.instant, sortie
        )
        return sortie.read_bytes()


def _fichiers(outils: Outils, papiers: _Papiers) -> dict[str, bytes]:
    """Every file of the bag, by its path under `data/`."""
    tamponnees = {
        piece: outils.relieur.tamponner(
            PieceSource(piece.numero, piece.titre, lire_archive(outils, piece.pdf), _original(piece))
        )
        for piece in papiers.pieces
    }
    pages = [tamponnees[piece].pages for piece in papiers.pieces]
    ecrits = _ecrire(outils, papiers, pages, tuple(_copies(tamponnees)))
    return {
        **ecrits,
        "05-dossier-complet.pdf": _relier(outils, papiers, ecrits, tamponnees),
        **{piece.fichier: tamponnee.pdf for piece, tamponnee in tamponnees.items()},
        **dict(_originaux(outils, papiers.recueils)),
        **{f"journal/{r.etat.creance}.jsonl": _journal(r) for r in papiers.recueils},
        "index.json": _index(outils, papiers, pages),
    }


_SIGNETS = {
    "01-requete.pdf": ("Requête en injonction de payer", "Req. "),
    "02-bordereau.pdf": ("Bordereau des pièces", "Bord. "),
    "03-decompte.pdf": ("Décompte des sommes", "Déc. "),
    "04-chronologie.pdf": ("Chronologie", "Chron. "),
}
"""Bookmark and page label of each written part of the merged PDF."""


def _relier(
    outils: Outils,
    papiers: _Papiers,
    ecrits: Mapping[str, bytes],
    tamponnees: Mapping[Piece, PieceTamponnee],
) -> bytes:
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
            tamponnee.pdf,
            numero=piece.numero,
            original=_original(piece),
        )
        for piece, tamponnee in tamponnees.items()
    ]
    cle = f"dossiers/{nom}/05-dossier-complet.pdf"

    def fabriquer() -> bytes:
        relie = outils.relieur.relier_dossier(parties, nom)
        return outils.horodater_pdf(relie.pdf, outils.horodateur)

    return lire_archive(outils, sceller_une_fois(outils, cle, fabriquer))


def _original(piece: Piece) -> str:
    """Its path in the bag, under data/."""
    return f"originaux/{piece.pdf.cle}"


def _copies(tamponnees: Mapping[Piece, PieceTamponnee]) -> Iterator[str]:
    """What a reader must know of the copies: an exhibit that could not be shown, or not whole."""
    for piece, tamponnee in tamponnees.items():
        if dite := tamponnee.reserve or tamponnee.remarque:
            yield f"Pièce n° {piece.numero} : {dite}"


def _ecrire(
    outils: Outils, papiers: _Papiers, pages: Sequence[int], copies: Sequence[str]
) -> dict[str, bytes]:
    recueils, pieces, examen, preparation = papiers
    tribunal = examen.juridiction
    jour = jour_legal(preparation.instant)
    qui, nom_du_dossier, mention = outils.creancier, preparation.dossier, outils.horodateur.mention
    papiers_word = {
        papier.nom: _papier(outils, recueils, papier, jour)
        for papier in papiers_de_procedure(recueils, pieces, pages, qui, examen, nom_du_dossier, jour)
    }
    note = contexte_note(recueils, pieces, qui, examen, nom_du_dossier, mention, jour, copies)
    bordereau = contexte_bordereau(recueils, pieces, pages, qui, tribunal, jour)
    pdf = outils.convertisseur.pdf
    remise = contexte_lettre_de_remise(recueils, pieces, pages, qui, examen, nom_du_dossier, mention, jour)
    absents = papiers_absents([recueil.etat.facture for recueil in recueils], examen)
    lettres = {n: m for n, m in LETTRES_DE_REMISE.items() if n not in absents}
    papiers_word |= {nom: outils.rendu.rendre(modele, remise) for nom, modele in lettres.items()}
    return {
        "00-note-de-remise.pdf": pdf(_rendre(outils, "note-de-remise", note)),
        **{f"{nom}.docx": docx for nom, docx in papiers_word.items()},
        **{f"{nom}.pdf": pdf(docx) for nom, docx in papiers_word.items()},
        "02-bordereau.pdf": pdf(_rendre(outils, "bordereau", bordereau)),
        "03-decompte.pdf": pdf(_rendre(outils, "decompte", contexte_decompte(recueils, qui, jour))),
        "03-decompte.xlsx": _tableur(outils, recueils, preparation.instant),
        "04-chronologie.pdf": pdf(
            _rendre(outils, "chronologie", contexte_chronologie(recueils, pieces, qui, jour))
        ),
    }


def _papier(outils: Outils, recueils: Sequence[Recueil], papier: Papier, jour: date) -> bytes:
    """One paper in Word; the application once nothing forbidden is found in it. Raises ErreurRendu."""
    docx = outils.rendu.rendre(papier.modele, papier.contexte)
    if papier.nom == REQUETE:
        etape = recueils[0].scenario.etapes[-1]
        trouves = manquements(outils, etape, Canal.LRAR, outils.rendu.texte(docx), papier.contexte, jour)
        refuser_interdites("templates/dossier/requete.docx", trouves)
    return docx


def _rendre(outils: Outils, modele: str, contexte: dict[str, Any]) -> bytes:
    return outils.rendu.rendre(f"dossier/{modele}", contexte)


def _tableur(outils: Outils, recueils: Sequence[Recueil], instant: datetime) -> bytes:
    return outils.tableur([(r.etat.facture.numero, r.decompte) for r in recueils], instant)


def _originaux(outils: Outils, recueils: Sequence[Recueil]) -> Iterator[tuple[str, bytes]]:
    """Every archived document that the journals name, untouched, and its token."""
    for archive in (a for recueil in recueils for fait in recueil.faits for a in _archives(fait.contenu)):
        yield f"originaux/{archive.cle}", lire_archive(outils, archive)
        if archive.jeton is not None:
            yield f"originaux/{archive.jeton}", outils.store.get(archive.jeton)


def _archives(contenu: object) -> list[Archive]:
    return [valeur for _, valeur in contenu if isinstance(valeur, Archive)]  # type: ignore[attr-defined]


def _journal(recueil: Recueil) -> bytes:
    return "".join(f"{fait.model_dump_json()}\n" for fait in recueil.faits).encode()


def _ancres(recueils: Sequence[Recueil]) -> tuple[Ancre, ...]:
    """Where each journal ends: nobody can cut it afterwards."""
    derniers = [recueil.faits[-1] for recueil in recueils]
    return tuple(Ancre(creance=f.creance, numero=f.numero, empreinte=f.empreinte) for f in derniers)


def _index(outils: Outils, papiers: _Papiers, pages: Sequence[int]) -> bytes:
    preparation = papiers.preparation
    index = {
        "version": 1,
        "dossier": preparation.dossier,
        "instant": preparation.instant.isoformat(),
        "debiteur": papiers.recueils[0].etat.facture.debiteur.denomination,
        "creances": list(preparation.creances),
        "total": str(total(papiers.recueils)),
        "horloge": "reelle" if outils.clock.reel(preparation.instant) == preparation.instant else "simulee",
        "logiciel": logiciel(),
        "ancres": [ancre.model_dump() for ancre in _ancres(papiers.recueils)],
        "scenarios": {r.etat.creance: r.scenario.model_dump(mode="json") for r in papiers.recueils},
        "pieces": [
            {
                "numero": piece.numero,
                "titre": piece.titre,
                "fichier": piece.fichier,
                "pages": nombre,
                "empreinte_original": piece.pdf.empreinte,
                "original": _original(piece),
            }
            for piece, nombre in zip(papiers.pieces, pages, strict=True)
        ],
    }
    return (json.dumps(index, ensure_ascii=False, indent=1) + "\n").encode()
