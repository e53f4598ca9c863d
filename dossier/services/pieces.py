"""Exhibits that people attach, or withdraw: refused when they may not be produced, else kept as they came."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.confidentiel import exiger_produisible, titre_neutre
from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.errors import DonneeInvalide, ErreurAssemblage
from dossier.core.etat import Etat, rejouer
from dossier.core.faits import Contenu, GenrePiece, PieceAjoutee, PieceRetiree
from dossier.core.mots import mots
from dossier.core.noms import DEBUT_EMPREINTE
from dossier.core.pieces import titre_type
from dossier.core.ports import PieceSource
from dossier.core.versions import tenus, versions
from dossier.services.creances import consigner, lire_etat
from dossier.services.formulaire import exiger_pdf, exiger_texte, pas_dans_le_futur, ranger
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
    reserves = (*_reserves(outils, titre, pdf, lisible=texte is not None), *_deja_scelle(etat))
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


def _deja_scelle(etat: Etat) -> Iterator[str]:
    """That the version which somebody may hold is without it."""
    if etat.dossier is not None and etat.revision is None:
        yield (
            "Le dossier déjà scellé ne l'a pas : le formulaire `refaire-le-dossier` (`dossier refaire`) en fait une "
            "nouvelle version avec elle."
        )
    elif etat.dossier is not None:
        yield "La nouvelle version déjà demandée l'aura."


def retirer(outils: Outils, facture: str, piece: str, motif: str, par: str, *, auteur: str) -> str:
    """Withdraw an exhibit that was attached by mistake, and say in French what still holds it.

    `piece`: its title, or the first characters (8 at least) of its SHA-256. Its bytes stay archived, and every
    version sealed before keeps it. Raises DonneeInvalide: no such exhibit, or several.
    """
    motif, par = exiger_texte(motif, "pourquoi la pièce est retirée"), exiger_texte(par, "votre nom")
    jour = outils.clock.jour()

    def suite(etat: Etat) -> Sequence[Contenu]:
        trouvee = _designee(etat, piece)
        if isinstance(trouvee, PieceRetiree):
            return []
        empreinte, intitule = trouvee.pdf.empreinte, trouvee.intitule
        return [PieceRetiree(empreinte=empreinte, intitule=intitule, motif=motif, par=par, jour=jour)]

    avant = consigner(outils, identifiant(facture), suite, auteur=auteur)
    trouvee = _designee(avant, piece)
    if isinstance(trouvee, PieceRetiree):
        quand = f"par {trouvee.par} le {en_lettres(trouvee.jour)}"
        return f"La pièce « {trouvee.intitule} » était déjà retirée de {facture}, {quand} : rien n'a changé."
    return " ".join(
        (
            f"Pièce « {trouvee.intitule} » retirée de {facture} : elle reste archivée et au journal, aucun dossier "
            "scellé désormais ne la contient.",
            *_ou_elle_reste(outils, avant, trouvee.pdf.empreinte),
        )
    )


def _designee(etat: Etat, piece: str) -> PieceAjoutee | PieceRetiree:
    """The one exhibit that these words name: one that is attached, else one that was withdrawn."""
    voulue = exiger_texte(piece, "l'intitulé de la pièce à retirer")
    jointes = [p for p in etat.pieces if _porte(p.intitule, p.pdf.empreinte, voulue)]
    if len({p.pdf.empreinte for p in jointes}) > 1:
        raise DonneeInvalide(
            f"Plusieurs pièces de {etat.facture.numero} portent cet intitulé : donnez le début de l'empreinte de "
            f"celle à retirer. {_liste(jointes)}"
        )
    retirees = [r for r in etat.retirees if _porte(r.intitule, r.empreinte, voulue)]
    if jointes:
        return jointes[0]
    if retirees:
        return retirees[-1]
    raise DonneeInvalide(
        f"Aucune pièce jointe à {etat.facture.numero} ne s'appelle « {voulue[:80]} » : donnez son intitulé, ou "
        f"le début de son empreinte. {_liste(etat.pieces)} Une lettre ou la facture elle-même ne se retirent pas "
        "ainsi. La preuve d'un dépôt, un avis : enregistrez de nouveau le dépôt ou l'issue avec le bon PDF, qui la "
        "remplace."
    )


def _porte(intitule: str, empreinte: str, voulue: str) -> bool:
    debut = voulue.lower().removesuffix("…")
    return mots(intitule) == mots(voulue) or (len(debut) >= DEBUT_EMPREINTE and empreinte.startswith(debut))


def _liste(pieces: Iterable[PieceAjoutee]) -> str:
    dites = [f"« {p.intitule} » (empreinte {p.pdf.empreinte[:DEBUT_EMPREINTE]})" for p in pieces]
    return f"Pièces jointes : {' ; '.join(dites)}." if dites else "Aucune pièce n'y est jointe."


def _ou_elle_reste(outils: Outils, etat: Etat, empreinte: str) -> Iterator[str]:
    """What still holds these bytes, and what to do of it: sealed versions, other invoices of the debtor."""
    gardent = [*_versions_avec(outils, etat, empreinte)]
    if gardent:
        la_garde = "la garde" if len(gardent) == 1 else "la gardent"
        suite = (
            "La nouvelle version déjà demandée sera sans elle."
            if etat.revision
            else "Le formulaire `refaire-le-dossier` (`dossier refaire`) en fait une nouvelle version sans elle."
        )
        yield f"{' ; '.join(gardent)} {la_garde}. {suite} Sa note de remise dira la différence."
    autres = [
        autre.facture.numero
        for ouverture in outils.journal.creances(etat.debiteur)
        if ouverture.creance != etat.creance
        and _deja(autre := lire_etat(outils, ouverture.creance), empreinte)
    ]
    if autres:
        yield f"Elle est aussi jointe à {', '.join(autres)} : retirez-la de même s'il le faut."


def _versions_avec(outils: Outils, etat: Etat, empreinte: str) -> Iterator[str]:
    faits = outils.journal.lire(etat.creance)
    for version in versions(faits):
        dossier = version.scelle.dossier
        if (lus := tenus(faits, dossier)) and _deja(rejouer(lus), empreinte):
            remises = ", ".join(dict.fromkeys(remise.a for remise in version.remises))
            yield f"{dossier}, remis à {remises}," if remises else dossier
