"""The creances that one dossier and one application hold together: what follows is recorded on all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date

from dossier.core.creance import identifiant
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.suites import Suite, exiger_des_dates_qui_se_suivent
from dossier.core.versions import versions
from dossier.services.creances import insister, lire_etat
from dossier.services.formulaire import exiger_ouverte
from dossier.services.outils import Outils


def enregistrer_sur_tous(
    outils: Outils, facture: str, suite: Callable[[Etat], Suite], fait: str, auteur: str
) -> str:
    """Record it on every creance of the dossier; once, whatever how often the form is sent."""
    return insister(lambda: _essayer(outils, facture, suite, fait, auteur))


def _essayer(outils: Outils, facture: str, suite: Callable[[Etat], Suite], fait: str, auteur: str) -> str:
    etat = lire_etat(outils, identifiant(facture))
    exiger_ouverte(etat)
    contenu = suite(etat)
    manquent = [e for e in _concernees(outils, etat, contenu) if e.suites.avec(contenu) != e.suites]
    for e in manquent:
        exiger_des_dates_qui_se_suivent(_scellements(outils, e.creance), e.suites.avec(contenu))
    if not manquent:
        return f"{fait} : c'était déjà fait, rien n'a changé."
    outils.journal.ajouter(
        {e.creance: [contenu] for e in manquent},
        {e.creance: e.numero for e in manquent},
        auteur=auteur,
        instant=outils.clock.now(),
    )
    return f"{fait} sur {', '.join(e.facture.numero for e in manquent)}."


def _concernees(outils: Outils, etat: Etat, suite: Suite) -> Iterator[Etat]:
    """Those that follow that one, without an invoice that a later version took in: it was not there yet."""
    for autre in suivies_avec(outils, etat):
        if autre.creance == etat.creance or min(_scellements(outils, autre.creance).values()) <= suite.jour:
            yield autre


def suivies_avec(outils: Outils, etat: Etat, *, closes: bool = False) -> tuple[Etat, ...]:
    """The open creances whose procedure is that one's: a version of its dossier holds them, or held them, and one
    application, if any, was filed for them. With `closes`, those that have ended too.
    """
    noms = _scellements(outils, etat.creance).keys()
    du_debiteur = (ouverture.creance for ouverture in outils.journal.creances(etat.debiteur))
    autres = (etat if creance == etat.creance else lire_etat(outils, creance) for creance in du_debiteur)
    return tuple(
        autre
        for autre in autres
        if (closes or autre.fin is None)
        and autre.suites.requete == etat.suites.requete
        and noms & _scellements(outils, autre.creance).keys()
    )


def _scellements(outils: Outils, creance: str) -> dict[str, date]:
    """The day on which each version that holds that creance was sealed, by its name."""
    return {v.scelle.dossier: v.scelle.jour for v in versions(outils.journal.lire(creance))}


def nom_du_scelle(etat: Etat) -> str:
    """The name of the last version sealed. Raises DonneeInvalide when there is none."""
    if etat.dossier is None:
        raise DonneeInvalide(f"Le dossier de {etat.facture.numero} n'est pas encore scellé.")
    return etat.dossier.dossier
