"""Exhibits that people attach: refused when they may not be produced, else kept as they came."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.confidentiel import exiger_produisible, titre_neutre
from dossier.core.creance import identifiant
from dossier.core.errors import ErreurAssemblage
from dossier.core.etat import Etat
from dossier.core.faits import Contenu, GenrePiece, PieceAjoutee
from dossier.core.pieces import titre_type
from dossier.core.ports import PieceSource
from dossier.services.creances import consigner, lire_etat
from dossier.services.formulaire import exiger_pdf, pas_dans_le_futur, ranger
from dossier.services.outils import Outils

PAGES_LUES = 20
"""Pages of an exhibit in which a lawyers' letter is looked for."""
ILLISIBLE = (
    "Son texte n'a pas pu être lu : assurez-vous que ce n'est pas une lettre entre avocats, qui ne peut pas "
    "être produite."
)


class Jointe(NamedTuple):
    """What became of an exhibit."""

    titre: str
    deja: bool = False
    """That creance had the same bytes already: nothing was recorded."""
    reserves: tuple[str, ...] = ()
    """French sentences: what the dossier cannot show of it."""


def ajouter_piece(
    outils: Outils,
    facture: str,
    genre: GenrePiece,
    intitule: str,
    jour: date,
    pdf: bytes,
    *,
    auteur: str,
    officielle: bool = False,
) -> str:
    """Attach an exhibit (contract, order, delivery note...) and say in French what became of it.

    `joindre` says what is refused.
    """
    jointe = joindre(outils, facture, genre, intitule, jour, pdf, auteur=auteur, officielle=officielle)
    if jointe.deja:
        return f"Cette pièce est déjà jointe à {facture} : rien n'a changé."
    return " ".join((f"Pièce « {jointe.titre} » jointe à {facture}.", *jointe.reserves))


def joindre(
    outils: Outils,
    facture: str,
    genre: GenrePiece,
    intitule: str,
    jour: date,
    pdf: bytes,
    *,
    auteur: str,
    officielle: bool = False,
) -> Jointe:
    """Keep that PDF and record it as an exhibit of that invoice, once.

    An empty `intitule` takes the neutral title of its kind. One that cannot be opened or stamped is kept all
    the same. `officielle`: a person says that it is no lawyers' letter, or one that may be produced.
    Raises DonneeInvalide: no such invoice, a date to come, no PDF, too heavy, a title that is not neutral, a
    lawyers' letter.
    """
    creance = identifiant(facture)
    etat = lire_etat(outils, creance)
    pas_dans_le_futur(outils, jour, "La date de la pièce")
    titre = titre_neutre(intitule) or titre_type(genre, jour)
    exiger_pdf(pdf)
    empreinte = hashlib.sha256(pdf).hexdigest()
    if _deja(etat, empreinte):
        return Jointe(titre, deja=True)
    texte = _texte(outils, pdf)
    if not officielle:
        exiger_produisible(titre, texte or "")
    reserves = _reserves(outils, titre, pdf, lisible=texte is not None)
    archive = ranger(outils, creance, f"piece-{genre.value}", pdf)
    piece = PieceAjoutee(genre=genre, intitule=titre, jour=jour, pdf=archive, officielle=officielle)

    def suite(etat: Etat) -> Sequence[Contenu]:
        return [] if _deja(etat, empreinte) else [piece]

    if not suite(consigner(outils, creance, suite, auteur=auteur)):
        return Jointe(titre, deja=True)
    return Jointe(titre, reserves=reserves)


def _deja(etat: Etat, empreinte: str) -> bool:
    return any(piece.pdf.empreinte == empreinte for piece in etat.pieces)


def _texte(outils: Outils, pdf: bytes) -> str | None:
    """The words of its first pages; None when they cannot be read."""
    try:
        return outils.relieur.texte(pdf, PAGES_LUES)
    except ErreurAssemblage:
        return None


def _reserves(outils: Outils, titre: str, pdf: bytes, *, lisible: bool) -> tuple[str, ...]:
    """What stamping it would give, tried at once: the person who has the document is still there."""
    copie = outils.relieur.tamponner(PieceSource(1, titre, pdf, "originaux/piece.pdf"))
    if not copie.reserve:
        return (copie.remarque,) if copie.remarque else ()
    return (
        f"Elle ne peut pas être reproduite. {copie.reserve} Il est gardé tel quel : dans le dossier, une page "
        "le dira à sa place, l'original à côté. Si vous savez l'ouvrir, imprimez-le en PDF et joignez aussi "
        "cette version.",
        *([] if lisible else [ILLISIBLE]),
    )
