"""What will happen when, if nobody pays: the same decisions, played forward on hypotheses."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple, assert_never

from dossier.core.decision import (
    Assembler,
    Attendre,
    DemanderAdresse,
    DemanderAppel,
    DemanderApprobation,
    Envoyer,
    Preparer,
    Qui,
    RompreEcheancier,
    Sauter,
    Solder,
    Suivre,
    Terminer,
    decide,
)
from dossier.core.droit.delais import reporter
from dossier.core.etat import Etat, poursuivre
from dossier.core.faits import (
    AccuseRecu,
    AppelConsigne,
    ApprobationDonnee,
    Archive,
    Canal,
    Contenu,
    Decision,
    EcheancierRompu,
    EnvoiFait,
    EnvoiPrepare,
    EtapeSautee,
    IssuePli,
    PliDepose,
    ResultatAppel,
)
from dossier.core.scenario import Scenario

DEPOT = timedelta(days=1)
DISTRIBUTION = timedelta(days=3)
DISTRIBUE = "distribué trois jours après le dépôt, ou le premier jour ouvré qui suit"
SANS_NOUVELLES = "distribution non encore connue, supposée ce jour-là"
LIMITE = 200
REPRISES = {"promesse": "promesse non tenue", "suspension": "fin de la suspension"}
"""What has to be assumed for a held procedure to go on, by what holds it."""
_RIEN = Archive(cle="hypothese", empreinte="0" * 64, taille=0)


class Prevu(NamedTuple):
    """One future event; `hypothese` says what had to be assumed to date it."""

    jour: date
    libelle: str
    hypothese: str = ""


def prevoir(etat: Etat, scenario: Scenario, jour: date) -> tuple[Prevu, ...]:
    """The calendar of what will happen from that day on, if nobody pays and nobody objects.

    Registered letters are assumed deposited on the working day after they are ready, and handed over three
    days later or on the working day that follows, today at the earliest; questions answered the same day;
    instalments not paid, promises not kept.
    """
    prevus: list[Prevu] = []
    for _ in range(LIMITE):
        action = decide(etat, scenario, jour)
        match action:
            case Attendre(qui=Qui.PERSONNE):
                return (*prevus, Prevu(jour, action.libelle, "attend une personne"))
            case DemanderAdresse():
                return (*prevus, Prevu(jour, "Adresse à vérifier", "attend une personne"))
            case Attendre(qui=Qui.DATE):
                jour = action.jusqu_a
                if action.etape in REPRISES:
                    prevus.append(Prevu(jour, "Reprise de la procédure", REPRISES[action.etape]))
            case Attendre():
                jour, contenu, prevu = _poste(etat, jour)
                etat = poursuivre(etat, [contenu])
                prevus.append(prevu)
            case Assembler():
                return (*prevus, Prevu(jour, "Dossier scellé"))
            case Suivre() | Solder() | Terminer():
                return tuple(prevus)
            case _:
                contenus, suite = _hypothese(action, etat, jour)
                etat = poursuivre(etat, contenus)
                prevus.extend(suite)
    return tuple(prevus)


def _poste(etat: Etat, jour: date) -> tuple[date, Contenu, Prevu]:
    """The next event of the last registered letter: its deposit, then its delivery."""
    envoi = [e for e in etat.envois.values() if e.prepare.canal is Canal.LRAR][-1]
    cle, titre = envoi.prepare.cle, envoi.prepare.intitule
    if envoi.depot is None:
        jour = reporter(jour + DEPOT)
        depot = PliDepose(cle=cle, numero="(hypothèse)", jour=jour)
        return (
            jour,
            depot,
            Prevu(jour, f"Dépôt du recommandé : {titre}", "déposé le premier jour ouvré qui suit"),
        )
    attendue = reporter(envoi.depot.jour + DISTRIBUTION)
    hypothese = DISTRIBUE if jour <= attendue else SANS_NOUVELLES
    jour = max(jour, attendue)
    accuse = AccuseRecu(cle=cle, issue=IssuePli.DISTRIBUE, premiere_presentation=jour, jour=jour)
    return jour, accuse, Prevu(jour, f"Distribution : {titre}", hypothese)


def _hypothese(
    action: Preparer | Envoyer | DemanderApprobation | DemanderAppel | Sauter | RompreEcheancier,
    etat: Etat,
    jour: date,
) -> tuple[list[Contenu], list[Prevu]]:
    match action:
        case Preparer(etape=etape, canal=canal, cle=cle):
            prepare = EnvoiPrepare(
                cle=cle, etape=etape.nom, canal=canal, jour=jour, intitule=etape.libelle,
                destinataire="", reste=etat.solde, pdf=_RIEN, source=_RIEN,
            )  # fmt: skip
            return [prepare], []
        case Envoyer(etape=etape, envoi=envoi):
            fait = EnvoiFait(cle=envoi.prepare.cle, jour=jour, preuve="")
            return [fait], [Prevu(jour, f"{etape.libelle} ({_CANAUX[envoi.prepare.canal]})")]
        case DemanderApprobation(etape=etape, envoi=envoi):
            donnee = ApprobationDonnee(
                etape=etape.nom, envoi=envoi.prepare.cle, decision=Decision.APPROUVER, par="", jour=jour
            )
            return [donnee], [
                Prevu(jour, f"{etape.libelle} : approbation demandée", "approuvée le jour même")
            ]
        case DemanderAppel(etape=etape):
            appel = AppelConsigne(etape=etape.nom, resultat=ResultatAppel.SANS_SUITE, par="", jour=jour)
            return [appel], [Prevu(jour, etape.libelle, "fait le jour même, sans suite")]
        case Sauter(etape=etape, motif=motif):
            return [EtapeSautee(etape=etape.nom, motif=motif, jour=jour)], []
        case RompreEcheancier(manquee=manquee):
            rompu = EcheancierRompu(manquee=manquee, jour=jour)
            return [rompu], [Prevu(jour, "Échéancier rompu", "versement non reçu")]
        case _:
            assert_never(action)


_CANAUX = {Canal.EMAIL: "courriel", Canal.COURRIER: "lettre simple", Canal.LRAR: "recommandé avec AR"}
