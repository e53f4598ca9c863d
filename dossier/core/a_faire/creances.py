"""What one creance asks of a person, its letters on their way left aside."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from dossier.core.a_faire.modele import AFaire, Geste, Suivie, ligne
from dossier.core.a_faire.questions import sujet_de
from dossier.core.dates import en_chiffres
from dossier.core.decision import (
    UN_JOUR,
    Action,
    Assembler,
    Attendre,
    DemanderAdresse,
    DemanderAppel,
    DemanderApprobation,
    Qui,
    Solder,
    ce_qui_retient,
)
from dossier.core.droit.alertes import Gravite
from dossier.core.droit.prescription import Alerte
from dossier.core.etat import Etat
from dossier.core.faits import Decision, PromesseFaite
from dossier.core.montants import en_euros
from dossier.core.plis import a_surveiller
from dossier.core.suites import RAPPEL, Attente
from dossier.core.tableau.mouvements import tenue

PATIENCE = timedelta(days=3)
"""How long a question may stay open before it is urgent."""
PROCHE = timedelta(days=7)
"""How near a last day makes a line urgent."""
LITIGE_LONG = timedelta(days=30)
"""How long a dispute may stay open before it is urgent."""


def de_la_creance(suivie: Suivie, jour: date) -> Iterator[AFaire]:
    """The lines of that creance; none once it has ended."""
    etat = suivie.etat
    if etat.fin is not None:
        return
    if suivie.rouge is not None:
        yield _reprise(etat, *suivie.rouge)
    elif demande := _demandee(suivie, jour):
        yield demande
    if not isinstance(suivie.action, Solder):
        yield from _surveillee(suivie, jour)


def _surveillee(suivie: Suivie, jour: date) -> Iterator[AFaire]:
    """What is to be watched beside what the procedure asks."""
    if suivie.prescription is not None:
        yield _prescription(suivie.etat, suivie.prescription)
    if suivie.etat.procedure is not None:
        yield _insolvabilite(suivie.etat, suivie.action, jour)
    if suivie.manquent:
        yield _version_retenue(suivie, jour)
    if suivie.etat.litige is not None:
        yield _litige(suivie.etat, jour)
    yield from _retards(suivie, jour)


def _reprise(etat: Etat, phrase: str, depuis: date) -> AFaire:
    return ligne(etat, Geste.REPRENDRE, phrase, urgent=True, depuis=depuis)


def _demandee(suivie: Suivie, jour: date) -> AFaire | None:
    """What the procedure asks of a person about that creance."""
    etat, action = suivie.etat, suivie.action
    if question := _posee(suivie, jour):
        return question
    if isinstance(action, Attendre) and action.qui is Qui.PERSONNE and not _dite_ailleurs(etat, action):
        return _attendue(etat, action)
    if suivie.suite is not None and suivie.suite.a_faire:
        return _suite(etat, suivie.suite, jour)
    return None


def _posee(suivie: Suivie, jour: date) -> AFaire | None:
    """The question that the run of that creance asks."""
    etat = suivie.etat
    match suivie.action:
        case DemanderApprobation(etape=etape):
            return _question(suivie, Geste.APPROUVER, f"Approuver : {etape.libelle}", jour)
        case DemanderAppel(etape=etape):
            numero = etat.facture.debiteur.telephone or "numéro à trouver"
            return _question(suivie, Geste.APPELER, f"Appeler : {numero}", jour)
        case DemanderAdresse(envoi=envoi):
            return _question(
                suivie,
                Geste.ADRESSE,
                f"Trouver l'adresse : « {envoi.prepare.intitule} » est revenu NPAI",
                jour,
            )
        case Assembler() if sujet_de(etat, suivie.scenario.etapes[-1].nom):
            return _question(
                suivie, Geste.COMPLETER, "Dossier incomplet : régler ce qui manque, ou passer outre", jour
            )
    return None


def _question(suivie: Suivie, geste: Geste, quoi: str, jour: date) -> AFaire:
    depuis = suivie.posee or jour
    return ligne(suivie.etat, geste, quoi, urgent=jour - depuis >= PATIENCE, depuis=depuis)


def _dite_ailleurs(etat: Etat, attente: Attendre) -> bool:
    """Whether another line tells it: the dispute, the insolvency, the letter that is waited for."""
    lettres = {envoi.prepare.etape for envoi in a_surveiller(etat)}
    en_route = {"accuse", "delai"} if lettres else set()
    return attente.etape in {"litige", "procedure-collective", *en_route, *lettres}


def _attendue(etat: Etat, attente: Attendre) -> AFaire:
    """Any other thing that the rules say a person is waited for."""
    if attente.etape == "suspension" and etat.suspension is not None:
        return ligne(etat, Geste.SUSPENDUE, attente.libelle, depuis=etat.suspension.jour)
    donnee = etat.approbations.get(attente.etape)
    if donnee is not None and donnee.decision is Decision.REFUSER:
        return ligne(etat, Geste.REFUSEE, attente.libelle, depuis=donnee.jour)
    return ligne(etat, Geste.VERIFIER, attente.libelle, urgent=True)


def _suite(etat: Etat, suite: Attente, jour: date) -> AFaire:
    """What the calendar of the court asks; urgent when it comes back on it within the week."""
    assert etat.dossier is not None
    connues = [fait.jour for fait in vars(etat.suites).values() if fait is not None]
    en_cours = etat.suites.requete is not None
    return ligne(
        etat,
        _geste_de_suite(etat),
        suite.libelle,
        urgent=en_cours and suite.jusqu_a <= jour + RAPPEL,
        depuis=max(connues, default=etat.dossier.jour),
    )


def _geste_de_suite(etat: Etat) -> Geste:
    """A version that is not yet handed over is to be, although another one was."""
    suites, remis = etat.suites, etat.suites.transmission
    if suites.requete is None and suites.ordonnance is None:
        remise = remis is not None and etat.dossier is not None and remis.dossier == etat.dossier.dossier
        return Geste.RECEVOIR if remise else Geste.REMETTRE
    return Geste.SIGNIFIER if suites.ordonnance is not None and suites.signification is None else Geste.SUITE


def _prescription(etat: Etat, trouvee: Alerte | str) -> AFaire:
    if isinstance(trouvee, str):
        return ligne(etat, Geste.PRESCRIPTION, trouvee, urgent=True)
    limite = en_chiffres(trouvee.date_limite)
    passee = trouvee.gravite is Gravite.DEPASSEE
    return ligne(
        etat,
        Geste.PRESCRIPTION,
        f"Prescription : le délai paraît expiré depuis le {limite}, consulter l'avocat"
        if passee
        else f"Prescription : dernier jour utile le {limite}, prévenir l'avocat",
        urgent=passee or trouvee.gravite is Gravite.CRITIQUE,
        limite=trouvee.date_limite,
    )


def _version_retenue(suivie: Suivie, jour: date) -> AFaire:
    """A next version of the dossier that is asked, and that something stops: no question is put about it."""
    depuis = suivie.etat.revision.jour if suivie.etat.revision is not None else jour
    quoi = f"Nouvelle version du dossier retenue : {' ; '.join(suivie.manquent)}. Régler ces points, ou passer outre"
    return ligne(suivie.etat, Geste.COMPLETER, quoi, urgent=jour - depuis >= PATIENCE, depuis=depuis)


def _insolvabilite(etat: Etat, action: Action, jour: date) -> AFaire:
    """The declaration of the claim, by the safe day, then by the legal one."""
    assert etat.procedure is not None
    assert isinstance(action, Attendre)
    viser, derniere = etat.procedure.declaration_avant, etat.procedure.declaration_limite
    limite = derniere if derniere is not None and (viser is None or jour > viser) else viser
    return ligne(
        etat,
        Geste.DECLARER,
        action.libelle,
        urgent=limite is None or limite <= jour + PROCHE,
        depuis=etat.procedure.jour,
        limite=limite,
    )


def _litige(etat: Etat, jour: date) -> AFaire:
    assert etat.litige is not None
    depuis = etat.litige.jour
    return ligne(
        etat,
        Geste.LITIGE,
        f"Litige ouvert : {etat.litige.motif}",
        urgent=jour - depuis >= LITIGE_LONG,
        depuis=depuis,
    )


def _retards(suivie: Suivie, jour: date) -> Iterator[AFaire]:
    """What was to be paid and is not: an instalment within its tolerance, a promise that nothing followed."""
    etat, retenue = suivie.etat, ce_qui_retient(suivie.etat, suivie.scenario, jour)
    if isinstance(retenue, Attendre) and retenue.etape == "echeancier":
        promis = retenue.jusqu_a - timedelta(days=suivie.scenario.tolerance_echeancier) - UN_JOUR
        if promis < jour:
            yield _versement_attendu(etat, promis, retenue.jusqu_a)
    if etat.promesses and _oubliee(etat, etat.promesses[-1], jour):
        yield _promesse_passee(etat, etat.promesses[-1])


def _versement_attendu(etat: Etat, promis: date, rupture: date) -> AFaire:
    return ligne(
        etat,
        Geste.VERSEMENT,
        f"Versement du {en_chiffres(promis)} non reçu : échéancier rompu le {en_chiffres(rupture)} sans lui",
        urgent=True,
        depuis=promis,
        limite=rupture - UN_JOUR,
    )


def _promesse_passee(etat: Etat, promesse: PromesseFaite) -> AFaire:
    somme = f"{en_euros(promesse.montant)} promis" if promesse.montant is not None else "Paiement promis"
    phrase = f"{somme} pour le {en_chiffres(promesse.promis_le)}, non reçu"
    return ligne(etat, Geste.VERSEMENT, phrase, depuis=promesse.promis_le)


def _oubliee(etat: Etat, promesse: PromesseFaite, jour: date) -> bool:
    """Whether that promise was not kept, and nothing was said to the debtor since."""
    departs = [envoi.depart for envoi in etat.envois.values() if envoi.depart is not None]
    actes = [*departs, *(appel.jour for appel in etat.appels.values())]
    relancee = any(acte > promesse.promis_le for acte in actes)
    return jour > promesse.promis_le and not relancee and not tenue(etat, promesse, jour)
