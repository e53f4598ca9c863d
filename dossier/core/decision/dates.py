"""When each step of the scenario falls due, by which channels, and when it was done."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from dossier.core.decision.actions import UN_JOUR
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Canal, IssuePli
from dossier.core.scenario import Etape, GenreEtape, Scenario


def date_faite(etat: Etat, etape: Etape) -> date | None:
    """The day that step was completed (the day of deposit for a registered letter), else None."""
    if etape.nom in etat.sautees:
        return etat.sautees[etape.nom].jour
    if etape.genre is GenreEtape.APPEL:
        appel = etat.appels.get(etape.nom)
        return appel.jour if appel is not None and appel.rappeler_le is None else None
    envois = [dernier_envoi(etat, etape, canal) for canal in canaux(etat, etape)]
    departs = [envoi.depart for envoi in envois if envoi is not None and envoi.depart is not None]
    return max(departs) if departs and len(departs) == len(envois) else None


def canaux(etat: Etat, etape: Etape) -> tuple[Canal, ...]:
    """The channels of that step for this debtor: without an e-mail address, the post if it has a letter."""
    if Canal.EMAIL not in etape.canaux or etat.facture.debiteur.email:
        return etape.canaux
    sans_email = tuple(canal for canal in etape.canaux if canal is not Canal.EMAIL)
    return sans_email or ((Canal.COURRIER,) if etape.lettre else ())


def dernier_envoi(etat: Etat, etape: Etape, canal: Canal) -> Envoi | None:
    """The current sending of that step by that channel: the last prepared, unless it is to be done again.

    It is when it was taken back, or when a mise en demeure came back from a wrong address that a person has
    looked for since. When that outcome is corrected before a new letter was printed, the first one counts.
    """
    envois = [envoi for envoi in etat.envois_de(etape.nom) if envoi.prepare.canal is canal]
    presentes = [envoi for envoi in envois if presentee(envoi)]
    if presentes and not _imprime(envois[-1]):
        return presentes[-1]
    if not envois or envois[-1].retire is not None:
        return None
    a_refaire = etape.genre is GenreEtape.MISE_EN_DEMEURE and envois[-1].a_renvoyer
    return None if a_refaire else envois[-1]


def presentee(envoi: Envoi) -> bool:
    """Whether that registered letter was posted, and validly presented."""
    accuse = envoi.accuse if envoi.depot is not None else None
    return accuse is not None and accuse.issue is not IssuePli.NPAI


def _imprime(envoi: Envoi) -> bool:
    """Whether it was given to its carrier, perhaps, and not taken back."""
    return envoi.retire is None and (envoi.tentee is not None or envoi.fait is not None)


def date_prevue(etat: Etat, scenario: Scenario, etape: Etape) -> date:
    """The day that step falls due, or to which a person brought it forward; the steps before it must be done.

    Only a prévenance may come before the day after the échéance, whatever the scenario says.
    """
    assert etape.delai is not None
    prevue = _repere(etat, scenario, etape.delai.depuis) + timedelta(days=etape.delai.jours)
    if etape.nom in etat.avancees:
        prevue = min(prevue, etat.avancees[etape.nom].jour)
    if etape.genre is GenreEtape.PREVENANCE:
        return prevue
    return max(prevue, etat.facture.echeance + UN_JOUR)


def _repere(etat: Etat, scenario: Scenario, depuis: str) -> date:
    if depuis == "echeance":
        return etat.facture.echeance
    if depuis == "derniere_relance":
        relances = [e for e in scenario.etapes if e.genre is GenreEtape.RELANCE and e.nom not in etat.sautees]
        return max(_faites(etat, relances), default=etat.facture.echeance)
    # The latest day up to that step: a call noted before its turn does not hasten what follows. The day on
    # which others were skipped, by a change of scenario, does not delay it.
    jalons = scenario.jusqu_a(depuis)
    faits = jalons if depuis in etat.sautees else [e for e in jalons if e.nom not in etat.sautees]
    return max(_faites(etat, faits))


def _faites(etat: Etat, etapes: Iterable[Etape]) -> list[date]:
    return [faite for etape in etapes if (faite := date_faite(etat, etape)) is not None]
