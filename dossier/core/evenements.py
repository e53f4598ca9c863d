"""What happened to a creance, as the rules on limitation periods name it."""

from __future__ import annotations

from collections.abc import Iterator

from dossier.core.droit.corpus import Droit
from dossier.core.droit.interruptions import Evenement, GenreEvenement
from dossier.core.droit.prescription import Prescription, prescription
from dossier.core.etat import Etat
from dossier.core.faits import CreanceDeclaree
from dossier.core.scenario import Scenario


def prescription_de(etat: Etat, scenario: Scenario, droit: Droit) -> Prescription:
    """The limitation period of that creance, with what its history may have changed.

    Raises ParametreNonCouvert.
    """
    facture = etat.facture
    return prescription(
        facture.echeance,
        facture.execution,
        facture.debiteur.genre,
        droit,
        nature=facture.nature,
        evenements=tuple(evenements(etat, scenario)),
    )


def evenements(etat: Etat, scenario: Scenario) -> Iterator[Evenement]:
    """The payments, demands, instalment plan, procedure in court and declaration of that creance."""
    for paiement in etat.paiements:
        yield Evenement(genre=GenreEvenement.PAIEMENT_PARTIEL, jour=paiement.jour)
    for envoi in etat.envois.values():
        if envoi.depart is not None and envoi.depart > etat.facture.echeance:
            demeure = envoi.prepare.etape == scenario.mise_en_demeure.nom
            genre = GenreEvenement.MISE_EN_DEMEURE if demeure else GenreEvenement.RELANCE
            yield Evenement(genre=genre, jour=envoi.depart)
    if etat.echeancier is not None:
        yield Evenement(genre=GenreEvenement.ECHEANCIER, jour=etat.echeancier.jour)
    suites = etat.suites
    if suites.requete is not None:
        yield Evenement(genre=GenreEvenement.REQUETE_INJONCTION, jour=suites.requete.jour)
    if suites.signification is not None:
        yield Evenement(genre=GenreEvenement.SIGNIFICATION_ORDONNANCE, jour=suites.signification.jour)
    if suites.premier_acte is not None:
        yield Evenement(genre=GenreEvenement.EXECUTION, jour=suites.premier_acte.jour)
    if isinstance(etat.fin, CreanceDeclaree):
        yield Evenement(genre=GenreEvenement.DECLARATION_DE_CREANCE, jour=etat.fin.jour)
