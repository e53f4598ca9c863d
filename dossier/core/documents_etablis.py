"""What the documents say that a person asks for: instalment agreement, report of a call, receipt."""

from __future__ import annotations

from datetime import date
from typing import assert_never

from dossier.core.chronologie import APPELS
from dossier.core.courriers import Contexte, contexte_document
from dossier.core.creance import Creancier
from dossier.core.dates import en_lettres
from dossier.core.decompte import Decompte
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.faits import CreanceSoldee, GenreDocument
from dossier.core.langues import en_jours
from dossier.core.montants import ZERO, en_euros
from dossier.core.scenario import Scenario

INTITULES = {
    GenreDocument.ACCORD_ECHELONNEMENT: "Accord d'échelonnement",
    GenreDocument.COMPTE_RENDU_APPEL: "Compte rendu d'appel",
    GenreDocument.QUITTANCE: "Quittance",
}
MODELES = {genre: f"documents/{genre.value.replace('_', '-')}" for genre in GenreDocument}


def contexte_etabli(
    genre: GenreDocument,
    etat: Etat,
    scenario: Scenario,
    decompte: Decompte,
    creancier: Creancier,
    jour: date,
) -> Contexte:
    """The variables of that document. Raises DonneeInvalide when there is nothing yet to write about."""
    socle = contexte_document([(etat, decompte)], INTITULES[genre], creancier, jour)
    match genre:
        case GenreDocument.ACCORD_ECHELONNEMENT:
            return {**socle, **_accord(etat, scenario)}
        case GenreDocument.COMPTE_RENDU_APPEL:
            return {**socle, "appel": _appel(etat)}
        case GenreDocument.QUITTANCE:
            return {**socle, **_quittance(etat)}
        case _:
            assert_never(genre)


def _accord(etat: Etat, scenario: Scenario) -> Contexte:
    if etat.fin is not None or etat.procedure is not None:
        raise DonneeInvalide(
            f"La créance {etat.facture.numero} est close ou son débiteur en procédure collective : aucun accord "
            "d'échelonnement n'est possible."
        )
    if etat.echeancier is None:
        raise DonneeInvalide(
            f"Aucun échéancier n'est en cours sur {etat.facture.numero} : accordez-le d'abord."
        )
    mensualites = sorted(etat.echeancier.mensualites, key=lambda m: m.jour)
    jours = scenario.tolerance_echeancier
    return {
        "mensualites": [
            {"numero": str(rang), "date": en_lettres(m.jour), "montant": en_euros(m.montant)}
            for rang, m in enumerate(mensualites, start=1)
        ],
        "total_echelonne": en_euros(sum((m.montant for m in mensualites), ZERO)),
        "tolerance": en_jours(jours),
    }


def _appel(etat: Etat) -> Contexte:
    if not etat.appels:
        raise DonneeInvalide(f"Aucun appel n'est consigné sur {etat.facture.numero} : consignez-le d'abord.")
    appel = max(etat.appels.values(), key=lambda a: a.jour)
    return {
        "date": en_lettres(appel.jour),
        "resultat": APPELS[appel.resultat],
        "note": appel.note,
        "par": appel.par,
    }


def _quittance(etat: Etat) -> Contexte:
    if etat.solde > 0 or not etat.paiements:
        raise DonneeInvalide(
            f"La facture {etat.facture.numero} n'est pas entièrement payée, il reste {en_euros(etat.solde)} : "
            "une quittance se donne quand tout est reçu."
        )
    renonce = etat.fin.renonce if isinstance(etat.fin, CreanceSoldee) else None
    return {
        "paiements": [
            {
                "date": en_lettres(p.jour),
                "montant": en_euros(p.montant),
                "moyen": p.moyen,
                "reference": p.reference,
            }
            for p in sorted(etat.paiements, key=lambda p: p.jour)
        ],
        "total_paye": en_euros(sum((p.montant for p in etat.paiements), ZERO)),
        "renonce": en_euros(renonce) if renonce else "",
    }
