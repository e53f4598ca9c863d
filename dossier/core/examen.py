"""Whether a debtor's claims may be taken to court, before which one, and by which ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.creance import Creancier
from dossier.core.decompte import Decompte
from dossier.core.droit.alertes import Gravite
from dossier.core.droit.blocages import Blocage, Situation, blocages
from dossier.core.droit.corpus import Droit
from dossier.core.droit.juridiction import Juridiction, juridiction, qualite_de_commercant
from dossier.core.droit.prescription import Alerte, Prescription, alerte
from dossier.core.droit.voies import Voie, voies
from dossier.core.etat import Etat
from dossier.core.evenements import prescription_de
from dossier.core.montants import ZERO
from dossier.core.scenario import Scenario


class Creance(NamedTuple):
    """One invoice as it is examined."""

    etat: Etat
    scenario: Scenario
    decompte: Decompte


class Delai(NamedTuple):
    """The limitation period of one invoice, and its warning if it comes to its end."""

    facture: str
    prescription: Prescription
    alerte: Alerte | None


class Examen(NamedTuple):
    """What the rules say of these claims on a day."""

    juridiction: Juridiction
    blocages: tuple[Blocage, ...]
    voies: tuple[Voie, ...]
    delais: tuple[Delai, ...]


def examiner(creances: Sequence[Creance], creancier: Creancier, droit: Droit, jour: date) -> Examen:
    """What the rules say of these invoices of one debtor, of one nature. Raises ParametreNonCouvert."""
    situation = situer(creances, creancier, droit, jour)
    delais = tuple(_delai(creance, droit, jour) for creance in creances)
    procedure = creances[0].etat.procedure
    return Examen(
        juridiction=tribunal(creances[0].etat, droit, jour),
        blocages=tuple(
            dict.fromkeys(
                blocage
                for delai in delais
                for blocage in blocages(
                    situation,
                    delai.prescription,
                    fin_declaration=procedure.declaration_avant if procedure else None,
                )
            )
        ),
        voies=voies(situation, droit.voies),
        delais=delais,
    )


def tribunal(etat: Etat, droit: Droit, jour: date) -> Juridiction:
    """The court of that debtor (CPC, art. 1406). Raises ParametreNonCouvert."""
    debiteur = etat.facture.debiteur
    return juridiction(
        debiteur.genre,
        debiteur.adresse.code_postal,
        debiteur.adresse.ville,
        jour,
        droit.juridictions,
        forme=debiteur.forme,
        pays=debiteur.adresse.pays,
        nature=etat.facture.nature,
    )


def situer(creances: Sequence[Creance], creancier: Creancier, droit: Droit, jour: date) -> Situation:
    """The claims together, as the rules on the ways to court look at them."""
    facture = creances[0].etat.facture
    qualites = [
        qualite_de_commercant(forme, droit.juridictions)
        for forme in (facture.debiteur.forme, creancier.forme)
    ]
    dus = (c.decompte.principal_restant + c.decompte.interets_restants for c in creances)
    return Situation(
        jour=jour,
        montant=sum(dus, ZERO),
        genre=facture.debiteur.genre,
        nature=facture.nature,
        commercants=False if False in qualites else None if None in qualites else True,
        pays=facture.debiteur.adresse.pays,
        procedure_collective=any(c.etat.procedure is not None for c in creances),
        conteste=any(c.etat.litige is not None for c in creances),
    )


def avertissements(examen: Examen) -> Iterator[str]:
    """What a person must read before anything is filed, in French, the gravest first."""
    for blocage in examen.blocages:
        yield f"{blocage.motif} {blocage.remede} ({blocage.texte})"
    for delai in examen.delais:
        # What is over is already a block.
        if delai.alerte is not None and delai.alerte.gravite is not Gravite.DEPASSEE:
            yield f"Facture {delai.facture} : {delai.alerte.phrase}"


def _delai(creance: Creance, droit: Droit, jour: date) -> Delai:
    periode = prescription_de(creance.etat, creance.scenario, droit)
    return Delai(creance.etat.facture.numero, periode, alerte(periode, jour, droit.prescription_alertes))
