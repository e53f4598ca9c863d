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
    """Keep a proof; one that is no PDF, or of no known creance, is refused before it is stored for ever."""
    if pdf is None:
        return None
    lire_etat(outils, creance)
    outils.relieur.compter(pdf)
    unique = hashlib.sha256(pdf).hexdigest()[:12]
    return archiver(outils, f"creances/{creance}/recus/{nom}-{unique}.pdf", pdf)


def pas_dans_le_futur(outils: Outils, jour: date, nom: str) -> None:
    if jour > outils.clock.jour():
        raise DonneeInvalide(f"{nom} ({en_lettres(jour)}) est dans le futur : vérifiez-la.")


def exiger_texte(texte: str, nom: str) -> str:
    if not texte.strip():
        raise DonneeInvalide(f"Indiquez {nom}.")
    return texte.strip()
