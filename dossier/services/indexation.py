"""What a dossier says of itself: its journals, where each ends, and which copy comes from which original."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dossier.core.examen import Examen
from dossier.core.faits import DossierPrepare
from dossier.core.pieces import Piece
from dossier.core.ports import DossierRelie, PieceTamponnee
from dossier.core.recueil import Recueil, total
from dossier.core.versions import Remplacee, identite
from dossier.services.logiciel import logiciel
from dossier.services.outils import Outils
from dossier.services.verification_index import Ancre


class Papiers(NamedTuple):
    """What a dossier is made from."""

    recueils: tuple[Recueil, ...]
    pieces: tuple[Piece, ...]
    examen: Examen
    preparation: DossierPrepare


class Reliure(NamedTuple):
    """The exhibits as they were stamped, then bound."""

    tamponnees: Mapping[int, PieceTamponnee]
    """By the number of the exhibit."""
    pages: Sequence[int]
    relie: DossierRelie


def chemin_de_l_original(piece: Piece) -> str:
    """Its path in the bag, under data/."""
    return f"originaux/{piece.pdf.cle}"


def journal(recueil: Recueil) -> bytes:
    """The journal of a creance as the bag holds it: one fait per line."""
    return "".join(f"{fait.model_dump_json()}\n" for fait in recueil.faits).encode()


def ancres(recueils: Sequence[Recueil]) -> tuple[Ancre, ...]:
    """Where each journal ends: nobody can cut it afterwards."""
    derniers = [recueil.faits[-1] for recueil in recueils]
    return tuple(Ancre(creance=f.creance, numero=f.numero, empreinte=f.empreinte) for f in derniers)


def index_de(outils: Outils, papiers: Papiers, reliure: Reliure, anciennes: Sequence[Remplacee]) -> bytes:
    """data/index.json (UTF-8); `verification_index.Index` reads it."""
    preparation, absentes = papiers.preparation, dict(reliure.relie.reserves)
    index = {
        "version": 1,
        "dossier": preparation.dossier,
        "instant": preparation.instant.isoformat(),
        "debiteur": papiers.recueils[0].etat.facture.debiteur.denomination,
        "creancier": identite(outils.creancier),
        "juridiction": papiers.examen.juridiction.intitule,
        "creances": list(preparation.creances),
        "remplace": [
            {"dossier": version.scelle.dossier, "empreinte": version.scelle.zip.empreinte}
            for version, _ in anciennes
        ],
        "total": str(total(papiers.recueils)),
        "horloge": "reelle" if outils.clock.reel(preparation.instant) == preparation.instant else "simulee",
        "logiciel": logiciel(),
        "ancres": [ancre.model_dump() for ancre in ancres(papiers.recueils)],
        "scenarios": {r.etat.creance: r.scenario.model_dump(mode="json") for r in papiers.recueils},
        "pieces": [
            {
                "numero": piece.numero,
                "titre": piece.titre,
                "fichier": piece.fichier,
                "pages": nombre,
                "empreinte_original": piece.pdf.empreinte,
                "original": chemin_de_l_original(piece),
                "reserve": reliure.tamponnees[piece.numero].reserve,
                "remarque": reliure.tamponnees[piece.numero].remarque,
                "reserve_du_relie": absentes.get(piece.numero, ""),
            }
            for piece, nombre in zip(papiers.pieces, reliure.pages, strict=True)
        ],
    }
    return (json.dumps(index, ensure_ascii=False, indent=1) + "\n").encode()
