"""A sealed dossier asked again, after a change: the former version stays where it is."""

from __future__ import annotations

from dossier.core.creance import identifiant
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.faits import RevisionDemandee, RevisionRetiree
from dossier.core.versions import a_change
from dossier.services.completude import mures
from dossier.services.creances import insister, lire_etat
from dossier.services.formulaire import exiger_ouverte, exiger_texte
from dossier.services.outils import Outils
from dossier.services.suivies import nom_du_scelle, suivies_avec


def refaire(outils: Outils, facture: str, motif: str, par: str, *, auteur: str, forcer: bool = False) -> str:
    """Ask for a next version of the dossier that holds that invoice; its run seals it.

    Every open creance of the dossier is asked; the ripe ones of the debtor that no dossier holds join it.
    `forcer`: even when nothing was recorded since, to bring the sums to the day or after a template was mended.
    Raises DonneeInvalide.
    """
    motif = exiger_texte(motif, "pourquoi le dossier est refait")
    par = exiger_texte(par, "votre nom")
    return insister(lambda: _refaire(outils, facture, motif, par, auteur, forcer=forcer))


def _refaire(outils: Outils, facture: str, motif: str, par: str, auteur: str, *, forcer: bool) -> str:
    etat = lire_etat(outils, identifiant(facture))
    _exiger_revisable(etat)
    ensemble = [e for e in suivies_avec(outils, etat) if _se_refait(e)]
    demandees = [e for e in ensemble if e.revision is None]
    if not demandees:
        return (
            f"Une nouvelle version du dossier de {etat.facture.numero} est déjà demandée : rien n'a changé."
        )
    if not forcer:
        _exiger_un_changement(outils, etat)
    dossier = nom_du_scelle(etat)
    fait = RevisionDemandee(dossier=dossier, motif=motif, par=par, jour=outils.clock.jour())
    outils.journal.ajouter(
        {e.creance: [fait] for e in demandees},
        {e.creance: e.numero for e in demandees},
        auteur=auteur,
        instant=outils.clock.now(),
    )
    return (
        f"Nouvelle version de {dossier} demandée sur {', '.join(e.facture.numero for e in demandees)} : elle est "
        "scellée dès que rien n'y manque. La version précédente est gardée."
    )


def retirer(outils: Outils, facture: str, motif: str, par: str, *, auteur: str) -> str:
    """Give up the next version that was asked for, on every creance of the dossier: the last sealed stays the last.

    What was recorded meanwhile stays recorded. Raises DonneeInvalide: no sealed dossier, a closed invoice.
    """
    motif = exiger_texte(motif, "pourquoi la nouvelle version n'est plus voulue")
    par = exiger_texte(par, "votre nom")
    return insister(lambda: _retirer(outils, facture, motif, par, auteur))


def _retirer(outils: Outils, facture: str, motif: str, par: str, auteur: str) -> str:
    etat = lire_etat(outils, identifiant(facture))
    exiger_ouverte(etat)
    dossier = nom_du_scelle(etat)
    demandees = [e for e in suivies_avec(outils, etat) if e.revision is not None]
    if not demandees:
        return (
            f"Aucune nouvelle version du dossier de {etat.facture.numero} n'est demandée : rien n'a changé."
        )
    fait = RevisionRetiree(dossier=dossier, motif=motif, par=par, jour=outils.clock.jour())
    outils.journal.ajouter(
        {e.creance: [fait] for e in demandees},
        {e.creance: e.numero for e in demandees},
        auteur=auteur,
        instant=outils.clock.now(),
    )
    numeros = ", ".join(e.facture.numero for e in demandees)
    return f"Nouvelle version retirée sur {numeros} : {dossier} reste la dernière."


def _exiger_revisable(etat: Etat) -> None:
    exiger_ouverte(etat)
    nom_du_scelle(etat)
    if etat.procedure is not None:
        raise DonneeInvalide(
            f"Le débiteur de {etat.facture.numero} est en procédure collective : aucune requête ne se dépose plus "
            "(article L622-21 du code de commerce). Déclarez la créance."
        )
    if etat.solde <= 0:
        raise DonneeInvalide(f"{etat.facture.numero} est payée : il n'y a plus de dossier à refaire.")


def _se_refait(etat: Etat) -> bool:
    return etat.procedure is None and etat.solde > 0


def _exiger_un_changement(outils: Outils, etat: Etat) -> None:
    """Raises DonneeInvalide when a next version would say what the last one says."""
    dossier = nom_du_scelle(etat)
    tenues = [e.creance for e in suivies_avec(outils, etat, closes=True)]
    rejoignent = any(
        (e.facture.nature, e.suites.requete) == (etat.facture.nature, etat.suites.requete)
        for e in mures(outils, etat.debiteur)
    )
    if not rejoignent and not any(a_change(outils.journal.lire(c), dossier) for c in tenues):
        raise DonneeInvalide(
            f"Rien n'a été enregistré depuis le scellement de {dossier} : une nouvelle version dirait la même chose. "
            "Si elle est utile tout de même (intérêts à porter au jour, modèle ou identité corrigés), demandez-la "
            "avec « forcer » (`--forcer`)."
        )
