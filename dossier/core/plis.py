"""Registered letters on their way: what a carrier's events mean, and which letters still need an eye."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from dossier.core.dates import en_chiffres, jour_legal
from dossier.core.decision import ATTENTE_DEPOT, SENS, dernier_evenement, doute, papier_a_lire
from dossier.core.etat import ISSUES, Envoi, Etat
from dossier.core.faits import AccuseRecu, Archive, Canal, EvenementPli, IssuePli, Sens, SourceAccuse
from dossier.core.scenario import Scenario

_PRESENTATIONS = frozenset({Sens.PRESENTE, Sens.DISTRIBUE, Sens.REFUSE})
ATTENTE_POSTE = timedelta(days=2)
"""How long a printed letter may wait for who posts it before it counts as late."""


class Issue(NamedTuple):
    """What became of a letter, from its carrier's events."""

    issue: IssuePli
    premiere_presentation: date
    jour: date


def issue_des(evenements: Sequence[EvenementPli]) -> Issue | None:
    """The outcome that these events (oldest first) tell: the last word counts; None while they tell none.

    A letter on its way back without a word on why has no outcome: who holds the envelope reads it. When no
    presentation was told, the day of the outcome stands for it: the latest known, prudent for the délai.
    """
    decisifs = [e for e in evenements if e.sens in ISSUES or e.sens is Sens.RETOURNE]
    if not decisifs or decisifs[-1].sens is Sens.RETOURNE:
        return _avant_retour(evenements, decisifs)
    dernier = decisifs[-1]
    jour = jour_legal(dernier.instant)
    presentations = [jour_legal(e.instant) for e in evenements if e.sens in _PRESENTATIONS]
    return Issue(ISSUES[dernier.sens], min([*presentations, jour]), jour)


def _avant_retour(evenements: Sequence[EvenementPli], decisifs: Sequence[EvenementPli]) -> Issue | None:
    """A refusal or an unclaimed letter that then travels back keeps its outcome; a delivery does not."""
    motifs = [e for e in decisifs if e.sens is not Sens.RETOURNE]
    if not motifs or motifs[-1].sens is Sens.DISTRIBUE:
        return None
    return issue_des([e for e in evenements if e.sens is not Sens.RETOURNE])


def accuse_du_transporteur(
    envoi: Envoi, evenements: Sequence[EvenementPli], numero: str
) -> AccuseRecu | None:
    """The outcome that these events (oldest first) tell, to record on that letter; None when it is known.

    What a person recorded holds until the carrier tells something else than before.
    """
    trouvee = issue_des(evenements)
    if trouvee is None or _connue(envoi, trouvee):
        return None
    return AccuseRecu(
        cle=envoi.prepare.cle,
        issue=trouvee.issue,
        premiere_presentation=trouvee.premiere_presentation,
        jour=trouvee.jour,
        numero=numero,
        source=SourceAccuse.TRANSPORTEUR,
    )


def _connue(envoi: Envoi, trouvee: Issue) -> bool:
    if envoi.suivi is not None and issue_des(envoi.suivi.evenements) == trouvee:
        return True
    accuse = envoi.accuse
    if accuse is None or accuse.issue is not trouvee.issue:
        return False
    dite = (accuse.issue, accuse.premiere_presentation, accuse.jour)
    return accuse.source is SourceAccuse.PERSONNE or dite == trouvee


class PliSuivi(NamedTuple):
    """One line of the table of letters that need an eye."""

    facture: str
    """The invoice, or those of a common letter."""
    debiteur: str
    intitule: str
    numero: str
    situation: str
    depuis: date
    """Deposited, or printed, that day."""
    retard: int
    """Days beyond what is usual; 0 while all is in order."""
    creances: tuple[str, ...]
    documents: tuple[Archive, ...]
    """The letter, then the proofs and the scans that came back."""


def plis_suivis(creances: Iterable[tuple[Etat, Scenario]], jour: date) -> tuple[PliSuivi, ...]:
    """The registered letters printed and not yet settled, the latest first; a common letter once."""
    plis = [(etat, scenario, envoi) for etat, scenario in creances for envoi in a_surveiller(etat)]
    # Of a common letter, the line of the creance that has most to say is the one that stays.
    plis.sort(key=lambda pli: (pli[0].fin is None, bool(doute(pli[0], pli[2]))))
    lignes = {
        (envoi.prepare.groupe or (etat.creance,), envoi.prepare.cle): _ligne(etat, scenario, envoi, jour)
        for etat, scenario, envoi in plis
    }
    return tuple(sorted(lignes.values(), key=lambda ligne: (-ligne.retard, ligne.depuis, ligne.facture)))


def a_surveiller(etat: Etat) -> Iterator[Envoi]:
    """The registered letters of that creance that are printed and not settled."""
    for envoi in etat.envois.values():
        partie = envoi.fait or envoi.depot
        if envoi.prepare.canal is not Canal.LRAR or partie is None or envoi.retire is not None:
            continue
        connue = envoi.depot is not None and envoi.accuse is not None
        ouverte = not connue or envoi.contredit or envoi.revenu_sans_adresse
        # On a closed creance only a letter that must not be posted any more matters.
        if ouverte if etat.fin is None else envoi.depot is None and envoi.accuse is None:
            yield envoi


def references(etat: Etat) -> frozenset[str]:
    """The numbers and carriers' references by which the letters of that creance are known."""
    depots = (envoi.depot.numero for envoi in etat.envois.values() if envoi.depot)
    departs = (envoi.fait.reference for envoi in etat.envois.values() if envoi.fait)
    return frozenset(connue for connue in (*depots, *departs) if connue)


def _ligne(etat: Etat, scenario: Scenario, envoi: Envoi, jour: date) -> PliSuivi:
    partie = envoi.depot or envoi.fait
    assert partie is not None
    depuis = partie.jour
    return PliSuivi(
        facture=", ".join(envoi.prepare.groupe) or etat.facture.numero,
        debiteur=etat.facture.debiteur.denomination,
        intitule=envoi.prepare.intitule,
        numero=envoi.depot.numero if envoi.depot else "",
        situation=_situation(etat, envoi),
        depuis=depuis,
        retard=max(0, (jour - depuis - _patience(scenario, envoi)).days),
        creances=envoi.prepare.groupe or (etat.creance,),
        documents=tuple(dict.fromkeys(_documents(envoi))),
    )


def _documents(envoi: Envoi) -> Iterator[Archive]:
    yield envoi.prepare.pdf
    for preuve in (envoi.depot, *envoi.accuses):
        if preuve is not None and preuve.preuve is not None:
            yield preuve.preuve
    yield from (scan.pdf for scan in envoi.scans)


def _patience(scenario: Scenario, envoi: Envoi) -> timedelta:
    if envoi.depot is not None:
        return timedelta(days=scenario.attente_accuse)
    return ATTENTE_DEPOT if envoi.fait is not None and envoi.fait.transporteur else ATTENTE_POSTE


def _situation(etat: Etat, envoi: Envoi) -> str:
    if envoi.depot is None:
        return _avant_depot(etat, envoi)
    if envoi.contredit:
        return "issue contradictoire, à confirmer"
    if envoi.revenu_sans_adresse:
        return "revenu NPAI, adresse à vérifier"
    if papier := papier_a_lire(envoi):
        return papier[0].lower() + papier[1:]
    if envoi.suivi is None:
        return "déposé, sans nouvelle"
    dernier = envoi.suivi.evenements[-1]
    return f"{SENS[dernier.sens]} le {en_chiffres(jour_legal(dernier.instant))}"


def _avant_depot(etat: Etat, envoi: Envoi) -> str:
    assert envoi.fait is not None
    transporteur = envoi.fait.transporteur
    if etat.fin is not None:
        quoi = f"à annuler auprès de {transporteur}" if transporteur else "à détruire"
        return f"{quoi} : la créance est close"
    if envoi.accuse is not None:
        return "avis reçu, dépôt à enregistrer"
    if transporteur:
        return f"confié à {transporteur}{dernier_evenement(envoi)}"
    motif = doute(etat, envoi)
    return f"à relire : {motif}" if motif else "à déposer"
