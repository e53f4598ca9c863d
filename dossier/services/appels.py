"""The telephone calls: what each gave, and what it brings at once (a promise, a dispute, another call)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from dossier.core.chronologie import APPELS
from dossier.core.dates import en_lettres
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.faits import (
    AppelConsigne,
    Contenu,
    LitigeOuvert,
    PromesseFaite,
    RaisonLitige,
    ResultatAppel,
)
from dossier.core.scenario import GenreEtape, Scenario
from dossier.services.creances import scenario_de
from dossier.services.formulaire import enregistrer, exiger_ouverte, exiger_texte
from dossier.services.outils import Outils
from dossier.services.promesses import promesse_faite, refuser_promesse, suites

RAPPEL_MAX = timedelta(days=30)
"""How far away a call may be put off."""
APPEL = "appel"
"""The name of a call that the scenario does not foresee."""
A_FAIRE = {
    ResultatAppel.FACTURE_NON_RECUE: (
        "Renvoyez-lui la facture dès aujourd'hui et vérifiez son adresse ; les courriels de relance qui suivent la "
        "portent en pièce jointe quand elle a été importée en PDF."
    ),
    ResultatAppel.ATTENTE_APPROBATION: (
        "Rien ne retient la procédure : s'il donne une date, enregistrez une promesse de paiement, ou suspendez."
    ),
    ResultatAppel.PAIEMENT_ANNONCE: (
        "Sans date, rien ne retient la procédure : dès qu'il en donne une, enregistrez une promesse de paiement."
    ),
    ResultatAppel.PAIEMENT_ENVOYE: (
        "Enregistrez le paiement à sa réception ; pour l'attendre, enregistrez une promesse de paiement."
    ),
}
"""What the caller still has to do, by result."""


def appel(
    outils: Outils,
    facture: str,
    resultat: ResultatAppel,
    par: str,
    *,
    auteur: str,
    note: str = "",
    etape: str = "",
    promis_le: date | None = None,
    montant: Decimal | None = None,
    motif: str = "",
    raison: RaisonLitige | None = None,
    rappeler_le: date | None = None,
) -> str:
    """Record what a call gave, and in the same act what it brings.

    A payment announced for `promis_le` (`montant` in euros) is a promise; a dispute needs its `motif`, and
    stops the procedure; `rappeler_le` has the call asked again that day. `etape`: by default the next call
    of the scenario. Raises DonneeInvalide.
    """
    jour = outils.clock.jour()
    _refuser_melange(resultat, promis_le, montant, motif, rappeler_le)
    _refuser_rappel(rappeler_le, jour)
    consigne = AppelConsigne(
        etape=etape, resultat=resultat, note=note, rappeler_le=rappeler_le,
        par=exiger_texte(par, "le nom de l'appelant"), jour=jour,
    )  # fmt: skip
    promesse = promesse_faite(outils, promis_le, montant, "") if promis_le is not None else None
    litige = _litige(resultat, motif or note, raison, jour)

    def suite(etat: Etat) -> Sequence[Contenu]:
        vise = consigne.model_copy(update={"etape": _etape(etat, scenario_de(outils, etat), etape)})
        deja = consigne.model_copy(update={"etape": etape or _derniere(etat)})
        if deja in etat.appels.values():
            return []
        exiger_ouverte(etat)
        return [vise, *_consequences(etat, promesse, litige)]

    def fait(etat: Etat) -> str:
        return f"Consigné : {texte}.{_ensuite(outils, etat, consigne, promesse, litige)}"

    texte = f"appel sur {facture}, {APPELS[resultat]}"
    return enregistrer(outils, facture, suite, fait, f"Déjà consigné : {texte}", auteur)


def _refuser_melange(
    resultat: ResultatAppel,
    promis_le: date | None,
    montant: Decimal | None,
    motif: str,
    rappeler_le: date | None,
) -> None:
    """What is given must be about that result: a field left from another one would be recorded nowhere."""
    if promis_le is not None and resultat is not ResultatAppel.PAIEMENT_ANNONCE:
        raise DonneeInvalide("Une date promise ne se donne qu'avec le résultat « paiement annoncé ».")
    if montant is not None and promis_le is None:
        raise DonneeInvalide("Une somme promise se donne avec la date pour laquelle elle est promise.")
    if motif.strip() and resultat is not ResultatAppel.LITIGE:
        raise DonneeInvalide(
            "Un motif de contestation ne se donne qu'avec le résultat « facture contestée »."
        )
    conclut = resultat is ResultatAppel.LITIGE or promis_le is not None
    if rappeler_le is not None and conclut:
        raise DonneeInvalide(
            "Une contestation ou une promesse arrête déjà la procédure : n'indiquez pas de date de rappel."
        )


def _refuser_rappel(rappeler_le: date | None, jour: date) -> None:
    if rappeler_le is None:
        return
    if rappeler_le <= jour:
        raise DonneeInvalide("Pour rappeler plus tard, indiquez une date à venir.")
    if rappeler_le > jour + RAPPEL_MAX:
        raise DonneeInvalide(
            f"Un appel se reporte de {RAPPEL_MAX.days} jours au plus : au-delà, suspendez la procédure (formulaire "
            "« suspendre »)."
        )


def _litige(
    resultat: ResultatAppel, motif: str, raison: RaisonLitige | None, jour: date
) -> LitigeOuvert | None:
    if resultat is not ResultatAppel.LITIGE:
        return None
    return LitigeOuvert(
        motif=exiger_texte(motif, "ce que le débiteur conteste (motif ou note)"), raison=raison, jour=jour
    )


def _etape(etat: Etat, scenario: Scenario, etape: str) -> str:
    """The call meant: the first one still to be made, else the last one. Raises DonneeInvalide."""
    appels = [e.nom for e in scenario.etapes if e.genre is GenreEtape.APPEL]
    if etape and etape not in appels:
        raise DonneeInvalide(
            f"Le scénario de {etat.facture.numero} n'a pas d'appel nommé « {etape} ». "
            f"Appels prévus : {', '.join(appels) or 'aucun'}."
        )
    a_faire = [nom for nom in appels if nom not in etat.appels or etat.appels[nom].rappeler_le]
    return etape or next(iter([*a_faire, *reversed(appels)]), APPEL)


def _derniere(etat: Etat) -> str:
    """The step of the last call recorded."""
    return next(reversed(etat.appels), APPEL)


def _consequences(
    etat: Etat, promesse: PromesseFaite | None, litige: LitigeOuvert | None
) -> Sequence[Contenu]:
    if promesse is not None:
        refuser_promesse(etat, promesse)
        return [promesse]
    return [litige] if litige is not None and etat.litige is None else []


def _ensuite(
    outils: Outils,
    etat: Etat,
    consigne: AppelConsigne,
    promesse: PromesseFaite | None,
    litige: LitigeOuvert | None,
) -> str:
    """What that call changed, and what is left for the caller to do."""
    if promesse is not None:
        return f" Paiement promis pour le {en_lettres(promesse.promis_le)}.{suites(outils, etat)}"
    if litige is not None:
        deja = f" Un litige était déjà ouvert : « {etat.litige.motif} »." if etat.litige else ""
        return deja or f" Litige ouvert : {litige.motif}. Les relances sont suspendues jusqu'à sa levée."
    rappel = f" À rappeler le {en_lettres(consigne.rappeler_le)}." if consigne.rappeler_le else ""
    a_faire = A_FAIRE.get(consigne.resultat, "")
    return rappel + (f" {a_faire}" if a_faire else "")
