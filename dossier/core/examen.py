"""Whether a debtor's claims may be taken to court, before which one, and by which ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from dossier.core.creance import Adresse, Creancier
from dossier.core.decompte import Decompte
from dossier.core.droit.alertes import Gravite
from dossier.core.droit.blocages import blocages
from dossier.core.droit.corpus import Droit
from dossier.core.droit.juridiction import (
    Juridiction,
    juridiction,
    procedure_relevee,
    qualite_de_commercant,
)
from dossier.core.droit.prescription import Alerte, Prescription, alerte, depart
from dossier.core.droit.procedure_collective import releve_de_forclusion
from dossier.core.droit.situation import Blocage, Declaration, Situation
from dossier.core.droit.territoires import pays_de
from dossier.core.droit.voies import Voie, voies
from dossier.core.etat import Etat
from dossier.core.evenements import prescription_de
from dossier.core.faits import ProcedureCollectiveOuverte
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
    """One for each invoice whose limitation period has begun."""


def examiner(creances: Sequence[Creance], creancier: Creancier, droit: Droit, jour: date) -> Examen:
    """What the rules say of these invoices of one debtor, of one nature. Raises ParametreNonCouvert."""
    situation = situer(creances, creancier, droit, jour)
    delais = tuple(_delais(creances, droit, jour))
    situation = situation.model_copy(update={"prescriptions": tuple(d.prescription for d in delais)})
    return Examen(
        juridiction=tribunal(creances[0].etat, droit, jour),
        blocages=blocages(situation, _declaration(creances[0].etat.procedure, droit)),
        voies=voies(situation, droit.voies),
        delais=delais,
    )


def prescription_en_cours(etat: Etat, scenario: Scenario, droit: Droit, jour: date) -> Prescription | None:
    """The limitation period of that creance; None before its first day, when no figure is needed.

    Code civil, art. 2233, 3°. Raises ParametreNonCouvert.
    """
    if jour < depart(etat.facture.echeance, etat.facture.execution):
        return None
    return prescription_de(etat, scenario, droit)


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
        pays=_pays(debiteur.adresse, droit),
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
        pays=_pays(facture.debiteur.adresse, droit),
        procedure_collective=any(c.etat.procedure is not None for c in creances),
        conteste=any(c.etat.litige is not None for c in creances),
        echeance=max(c.etat.facture.echeance for c in creances),
        procedure_relevee=procedure_relevee(facture.debiteur.adresse.code_postal, droit.juridictions),
    )


def avertissements(examen: Examen) -> Iterator[str]:
    """What a person must read before anything is filed, in French, the gravest first."""
    for blocage in examen.blocages:
        yield f"{blocage.motif} {blocage.remede} ({blocage.texte})"
    for delai in examen.delais:
        # What is over is already a block.
        if delai.alerte is not None and delai.alerte.gravite is not Gravite.DEPASSEE:
            yield f"Facture {delai.facture} : {delai.alerte.phrase}"


def _pays(adresse: Adresse, droit: Droit) -> str:
    """Where the debtor lives: `FR` for every territory of the Republic, whatever its own code."""
    pays = pays_de(adresse.code_postal, adresse.pays, droit.territoires)
    return "FR" if pays in droit.juridictions.pays else pays


def _declaration(procedure: ProcedureCollectiveOuverte | None, droit: Droit) -> Declaration:
    """Until when to declare, as recorded with the judgment; nothing where no day could be counted."""
    if procedure is None or procedure.declaration_limite is None:
        return Declaration()
    releve = releve_de_forclusion(procedure.jugement, procedure.publication, droit.procedure_collective)
    return Declaration(
        viser=procedure.declaration_avant, limite=procedure.declaration_limite, forclusion=releve.limite
    )


def _delais(creances: Sequence[Creance], droit: Droit, jour: date) -> Iterator[Delai]:
    for etat, scenario, _ in creances:
        periode = prescription_en_cours(etat, scenario, droit, jour)
        if periode is not None:
            yield Delai(etat.facture.numero, periode, alerte(periode, jour, droit.prescription_alertes))
