"""What the forms of `saisies` and `plis` share: refusals, proofs, and the sentence that answers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date

from dossier.core.creance import identifiant
from dossier.core.dates import en_lettres
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.faits import Archive, Contenu
from dossier.services.archives import archiver
from dossier.services.creances import consigner, lire_etat
from dossier.services.outils import Outils

POIDS_MAX = 250_000_000
"""Bytes of a file that a person gives: a heavier one could not be checked again in a sealed dossier."""
ENTETE = 1024
"""Bytes in which a PDF says that it is one (Adobe's reader accepts no more before its header)."""


def enregistrer(
    outils: Outils,
    facture: str,
    suite: Callable[[Etat], Sequence[Contenu]],
    fait: str | Callable[[Etat], str],
    deja: str,
    auteur: str,
) -> str:
    """Record what `suite` says, and give the sentence of it: `fait`, or `deja` when nothing changed."""
    avant = consigner(outils, identifiant(facture), suite, auteur=auteur)
    if not suite(avant):
        return f"{deja} : rien n'a changé."
    return fait if isinstance(fait, str) else fait(avant)


def exiger_ouverte(etat: Etat) -> None:
    if etat.fin is not None:
        raise DonneeInvalide(
            f"La créance {etat.facture.numero} est close : rien ne peut plus y être enregistré."
        )


def garder(outils: Outils, creance: str, nom: str, pdf: bytes | None) -> Archive | None:
    """Keep a proof; one that does not open, or of no known creance, is refused before it is stored for ever."""
    if pdf is None:
        return None
    lire_etat(outils, creance)
    exiger_pdf(pdf)
    outils.relieur.compter(pdf)
    return ranger(outils, creance, nom, pdf)


def ranger(outils: Outils, creance: str, nom: str, pdf: bytes) -> Archive:
    """Store a PDF that a person gave, under a key that its bytes decide: given twice, it is kept once."""
    unique = hashlib.sha256(pdf).hexdigest()[:12]
    return archiver(outils, f"creances/{creance}/recus/{nom}-{unique}.pdf", pdf)


def exiger_pdf(contenu: bytes) -> None:
    """Refuse what is no PDF at all, or is too heavy to be kept. Raises DonneeInvalide."""
    if len(contenu) > POIDS_MAX:
        raise DonneeInvalide(
            f"Le fichier pèse {en_megas(len(contenu))}, {en_megas(POIDS_MAX)} au plus : réduisez-le, ou joignez-le "
            "en plusieurs fichiers."
        )
    if b"%PDF-" not in contenu[:ENTETE]:
        raise DonneeInvalide(
            "Ce fichier n'est pas un PDF : ouvrez-le et enregistrez-le ou imprimez-le en PDF, puis joignez cette "
            "version."
            if contenu
            else "Ce fichier est vide : joignez le bon fichier PDF."
        )


def en_megas(octets: int) -> str:
    """`201 Mo`, rounded up."""
    return f"{-(-octets // 1_000_000)}\u00a0Mo"


def pas_dans_le_futur(outils: Outils, jour: date, nom: str) -> None:
    if jour > outils.clock.jour():
        raise DonneeInvalide(f"{nom} ({en_lettres(jour)}) est dans le futur : vérifiez-la.")


def exiger_texte(texte: str, nom: str) -> str:
    if not texte.strip():
        raise DonneeInvalide(f"Indiquez {nom}.")
    return texte.strip()
