"""What must be done after the application, the order, its service and the opposition, and until when.

Code de procédure civile, art. 1405 to 1425. The regime depends on the day of the order.
"""

from __future__ import annotations

from datetime import date

from dossier.core.droit.calendrier import (
    Delai,
    Devoir,
    dans_l_ordre,
    devoir,
    exiger_l_ordre,
    lendemain,
    ouverture,
)
from dossier.core.droit.opposition import apres_l_opposition, signifiee_trop_tard
from dossier.core.droit.regles_ordonnance import Demeure, Regime, ReglesOrdonnance, augmente, regime
from dossier.core.errors import DonneeInvalide
from dossier.core.modele import Modele
from dossier.core.montants import Montant

__all__ = [
    "Demeure",
    "Procedure",
    "ReglesOrdonnance",
    "apres_l_opposition",
    "apres_l_ordonnance",
    "apres_la_requete",
    "apres_la_signification",
    "calendrier",
    "regime",
]


class Procedure(Modele):
    """What is known so far; a date that is not known is absent."""

    depot: date | None = None
    ordonnance: date | None = None
    signification: date | None = None
    a_personne: bool = False
    """Whether the order was handed to the debtor in person: no, as long as the act does not say so."""
    premier_acte: date | None = None
    """The first later act served on the debtor in person or, failing that, the first seizure of goods."""
    formule: date | None = None
    """When the greffe put the executory formula on an order of before March 2022."""
    opposition: date | None = None
    """When the greffe received the opposition."""
    invitation_a_consigner: date | None = None
    """The postmark of the greffe's letter."""
    notification_opposition: date | None = None
    """When the opposition was notified to the creditor (presented, if nobody signed for it)."""
    tribunal_de_commerce: bool = False
    demeure: Demeure = Demeure.METROPOLE
    montant: Montant | None = None
    """The claim in euros; absent, no waiver of the avocat is presumed."""


def apres_la_requete(
    depot: date, regles: ReglesOrdonnance, *, tribunal_de_commerce: bool
) -> tuple[Devoir, ...]:
    """The fees to pay in to the greffe, before a tribunal de commerce only (CPC, art. 1425, al. 1).

    Raises ParametreNonCouvert.
    """
    regime(depot, regles)
    return (devoir(regles.consignation_requete, depot),) if tribunal_de_commerce else ()


def apres_l_ordonnance(ordonnance: date, regles: ReglesOrdonnance) -> tuple[Devoir, ...]:
    """The service of the order: six months, three from 1 September 2026 on (CPC, art. 1411).

    Raises ParametreNonCouvert.
    """
    return (devoir(regime(ordonnance, regles).signification, ordonnance),)


def apres_la_signification(
    ordonnance: date,
    signification: date,
    regles: ReglesOrdonnance,
    *,
    a_personne: bool,
    tribunal_de_commerce: bool,
    demeure: Demeure = Demeure.METROPOLE,
    premier_acte: date | None = None,
    formule: date | None = None,
) -> tuple[Devoir, ...]:
    """What follows an order that nobody has opposed (CPC, art. 1416, 1422; CPCE, art. L111-4; CMF, art. L313-3).

    Served too late, the order is worth nothing and that is all there is (CPC, art. 1411).
    Raises ParametreNonCouvert, DonneeInvalide.
    """
    du_jour = regime(ordonnance, regles)
    exiger_l_ordre(
        ("l'ordonnance", ordonnance),
        ("la signification", signification),
        ("l'acte ou la saisie qui suit", premier_acte),
    )
    if non_avenue := signifiee_trop_tard(ordonnance, signification, regles):
        return (non_avenue,)
    opposition = augmente(regles.opposition, demeure, regles)
    executable = formule if du_jour.formule else _executable(signification, opposition, du_jour)
    return dans_l_ordre(
        (
            devoir(opposition, signification)
            if a_personne
            else devoir(augmente(regles.opposition_hors_personne, demeure, regles), premier_acte),
            *_formule(signification, opposition, du_jour),
            ouverture(
                du_jour.execution,
                executable,
                reserve=du_jour.reserve_commerce if tribunal_de_commerce else "",
            ),
            _majoration(executable, regles),
            devoir(regles.titre, ordonnance),
        )
    )


def calendrier(procedure: Procedure, regles: ReglesOrdonnance) -> tuple[Devoir, ...]:
    """The duties of the stage that the procedure has reached, by day.

    Raises ParametreNonCouvert, and DonneeInvalide when the dates contradict one another.
    """
    p = procedure
    exiger_l_ordre(("la requête", p.depot), ("l'ordonnance", p.ordonnance))
    if p.ordonnance is None:
        if p.signification or p.opposition:
            raise DonneeInvalide("La date de l'ordonnance manque : elle décide du régime applicable.")
        if p.depot is None:
            return ()
        return apres_la_requete(p.depot, regles, tribunal_de_commerce=p.tribunal_de_commerce)
    if p.opposition is not None:
        return apres_l_opposition(
            p.ordonnance,
            p.opposition,
            regles,
            tribunal_de_commerce=p.tribunal_de_commerce,
            signification=p.signification,
            a_personne=p.a_personne,
            demeure=p.demeure,
            premier_acte=p.premier_acte,
            montant=p.montant,
            invitation_a_consigner=p.invitation_a_consigner,
            notification=p.notification_opposition,
        )
    if p.signification is None:
        return apres_l_ordonnance(p.ordonnance, regles)
    return apres_la_signification(
        p.ordonnance,
        p.signification,
        regles,
        a_personne=p.a_personne,
        tribunal_de_commerce=p.tribunal_de_commerce,
        demeure=p.demeure,
        premier_acte=p.premier_acte,
        formule=p.formule,
    )


def _executable(signification: date, opposition: Delai, du_jour: Regime) -> date:
    """The first day of enforcement: both periods over, each extended (CPC, art. 642, 1422)."""
    fins = [opposition.duree.fin(signification)]
    if du_jour.attente:
        fins.append(du_jour.attente.fin(signification))
    return lendemain(max(fins))


def _formule(signification: date, opposition: Delai, du_jour: Regime) -> tuple[Devoir, ...]:
    """The request for the formula, in the month after the time to oppose (CPC, art. 1423 before March 2022)."""
    if du_jour.formule is None:
        return ()
    expiration = opposition.duree.fin(signification)
    prudente = opposition.duree.fin_sans_report(signification)
    demande = devoir(du_jour.formule, expiration)
    return (
        demande.model_copy(
            update={
                "a_partir_de": lendemain(expiration),
                "cible": du_jour.formule.duree.fin_sans_report(prudente),
            }
        ),
    )


def _majoration(executable: date | None, regles: ReglesOrdonnance) -> Devoir:
    """The day from which the legal interest is five points higher (Code monétaire et financier, art. L313-3)."""
    fin = regles.majoration.duree.fin(executable) if executable else None
    return ouverture(regles.majoration.regle, lendemain(fin) if fin else None)
