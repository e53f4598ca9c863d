"""The lines of bank statements that wait for a person, in a chain of the journal that is no creance's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from dossier.core.a_faire.releves import EnAttente
from dossier.core.dates import jour_legal
from dossier.core.errors import DonneeInvalide
from dossier.core.faits import Contenu, LigneAVoir, LigneEcartee
from dossier.services.creances import insister
from dossier.services.formulaire import exiger_texte
from dossier.services.outils import Outils

CHAINE = "releves"
"""Its name in the journal: no creance is named in small letters (`creance.identifiant`)."""


def noter(outils: Outils, lignes: Iterable[LigneAVoir], *, auteur: str) -> None:
    """Keep these lines until they are settled; one that was kept before, even put aside since, is not again."""
    toutes = {ligne.ligne: ligne for ligne in lignes}
    if toutes:
        insister(lambda: _noter(outils, toutes, auteur))


def _noter(outils: Outils, lignes: dict[str, LigneAVoir], auteur: str) -> None:
    faits = outils.journal.lire(CHAINE)
    connues = {c.ligne for fait in faits if isinstance(c := fait.contenu, LigneAVoir)}
    _ajouter(outils, [ligne for nom, ligne in lignes.items() if nom not in connues], len(faits), auteur)


def _ajouter(outils: Outils, contenus: list[Contenu], vus: int, auteur: str) -> None:
    if contenus:
        outils.journal.ajouter({CHAINE: contenus}, {CHAINE: vus}, auteur=auteur, instant=outils.clock.now())


def en_attente(outils: Outils) -> tuple[EnAttente, ...]:
    """The lines that no person has put aside, in the order in which they came. Raises JournalAltere."""
    gardees: dict[str, EnAttente] = {}
    for fait in outils.journal.lire(CHAINE):
        match fait.contenu:
            case LigneAVoir() as ligne:
                gardees[ligne.ligne] = EnAttente(ligne, jour_legal(fait.instant))
            case LigneEcartee(ligne=nom):
                gardees.pop(nom, None)
    return tuple(gardees.values())


def ecarter(outils: Outils, ligne: str, motif: str, par: str, *, auteur: str) -> str:
    """Put that line aside: a person saw that nothing is to be recorded. Raises DonneeInvalide.

    `ligne`: its sixteen digits, alone or inside the reference of the payment that was proposed.
    """
    motif, par = exiger_texte(motif, "pourquoi cette ligne est écartée"), exiger_texte(par, "votre nom")
    trouve = re.search(r"(?<![0-9a-f])[0-9a-f]{16}(?![0-9a-f])", ligne.lower())
    if trouve is None:
        raise DonneeInvalide(
            "Indiquez la ligne par ses seize chiffres et lettres, tels que « À faire aujourd'hui » les donne : par "
            "exemple 4194c3dee1c9916c."
        )
    return insister(lambda: _ecarter(outils, trouve[0], motif, par, auteur))


def _ecarter(outils: Outils, nom: str, motif: str, par: str, auteur: str) -> str:
    faits = outils.journal.lire(CHAINE)
    contenus = [fait.contenu for fait in faits]
    if any(isinstance(c, LigneEcartee) and c.ligne == nom for c in contenus):
        return f"La ligne {nom} est déjà écartée : rien n'a changé."
    if not any(isinstance(c, LigneAVoir) and c.ligne == nom for c in contenus):
        raise DonneeInvalide(
            f"Aucune ligne {nom} n'attend : vérifiez-la dans « À faire aujourd'hui » (`dossier a-faire`)."
        )
    ecartee = LigneEcartee(ligne=nom, motif=motif, par=par, jour=outils.clock.jour())
    _ajouter(outils, [ecartee], len(faits), auteur)
    return f"Ligne {nom} écartée par {par} : {motif}. Rien n'est enregistré."
