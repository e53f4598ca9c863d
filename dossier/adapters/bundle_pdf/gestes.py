"""What the child process does: one function per order, files in, files out, values of JSON."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pypdf import PdfWriter

from dossier.adapters.bundle_pdf import refus
from dossier.adapters.bundle_pdf.assainir import assainir
from dossier.adapters.bundle_pdf.coupe import decouper
from dossier.adapters.bundle_pdf.lecture import lisible, ouvrir
from dossier.adapters.bundle_pdf.reliure import PartieLue, relier
from dossier.adapters.bundle_pdf.remplacement import page_de_remplacement
from dossier.adapters.bundle_pdf.tampon import poser
from dossier.adapters.bundle_pdf.vue import dessiner
from dossier.core.errors import ErreurAssemblage

PAGES_MAX = 2000
"""Of one exhibit."""
TEXTE_MAX = 20_000_000
"""Bytes of UTF-8 of the words of one PDF."""


def executer(ordre: dict[str, Any], dossier: Path) -> dict[str, Any]:
    """The answer to that order: its values, or `refus` (reason, remedy), or `erreur` (our own trouble)."""
    try:
        return _GESTES[ordre["geste"]](ordre, dossier)
    except refus.Refus as error:
        return {"refus": [error.raison, error.remede]}
    except refus.PartieRefusee as error:
        return {"refus": [error.refus.raison, error.refus.remede], "rang": error.rang}
    except ErreurAssemblage as error:
        return {"erreur": str(error)}


def _compter(_: dict[str, Any], dossier: Path) -> dict[str, Any]:
    with ouvrir(dossier / "entree") as lecteur:
        return {"pages": len(lecteur.pages)}


def _texte(ordre: dict[str, Any], dossier: Path) -> dict[str, Any]:
    """The words of `entree` to `sortie`, page after page."""
    with lisible(), ouvrir(dossier / "entree") as lecteur, (dossier / "sortie").open("wb") as sortie:
        for page in lecteur.pages[: ordre["pages"]]:
            sortie.write(page.extract_text().encode("utf-8", "replace") + b"\n")
            if sortie.tell() > TEXTE_MAX:
                raise refus.piege()
    return {}


def _tamponner(ordre: dict[str, Any], dossier: Path) -> dict[str, Any]:
    """« Pièce n° N » on page one of `entree`, to `sortie`."""
    entree = dossier / "entree"
    with lisible(), ouvrir(entree) as lecteur:
        pages = len(lecteur.pages)
        if pages > PAGES_MAX:
            raise refus.trop_de_pages(pages, PAGES_MAX)
        perdus = assainir(lecteur)
        # Before anything draws it: pypdf stops a content that inflates without end.
        lecteur.pages[0].get_contents()
        writer = PdfWriter(clone_from=lecteur)
        poser(writer, dessiner(entree), f"Pièce n°\u00a0{ordre['numero']}")
        with (dossier / "sortie").open("wb") as fichier:
            writer.write(fichier)
    return {"pages": pages, "perdus": perdus}


def _remplacer(ordre: dict[str, Any], dossier: Path) -> dict[str, Any]:
    page = page_de_remplacement(ordre["numero"], ordre["titre"], ordre["raison"], ordre["original"])
    (dossier / "entree").write_bytes(page)
    return _tamponner(ordre, dossier)


def _relier(ordre: dict[str, Any], dossier: Path) -> dict[str, Any]:
    parties = [PartieLue(titre, dossier / nom, *reste) for titre, nom, *reste in ordre["parties"]]
    relier(parties, ordre["titre"], dossier / "sortie")
    return {}


def _decouper(ordre: dict[str, Any], dossier: Path) -> dict[str, Any]:
    return {"tranches": decouper(dossier / "entree", ordre["poids_max"], dossier)}


_GESTES: dict[str, Callable[[dict[str, Any], Path], dict[str, Any]]] = {
    "compter": _compter,
    "texte": _texte,
    "tamponner": _tamponner,
    "remplacer": _remplacer,
    "relier": _relier,
    "decouper": _decouper,
}
