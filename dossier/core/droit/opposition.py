"""What must be done after an opposition, and whether it came in time.

Code de procédure civile, art. 1411 to 1425.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from dossier.core.droit.calendrier import Devoir, dans_l_ordre, devoir, exiger_l_ordre, ouverture
from dossier.core.droit.regles_ordonnance import Demeure, ReglesOrdonnance, augmente, regime


def signifiee_trop_tard(ordonnance: date, signification: date, regles: ReglesOrdonnance) -> Devoir | None:
    """What an order served after its last day is worth: nothing (CPC, art. 1411); None when it was in time.

    Raises ParametreNonCouvert.
    """
    if signification <= regime(ordonnance, regles).signification.duree.fin(ordonnance):
        return None
    return ouverture(regles.non_avenue, None)


def apres_l_opposition(
    ordonnance: date,
    opposition: date,
    regles: ReglesOrdonnance,
    *,
    tribunal_de_commerce: bool,
    signification: date | None = None,
    a_personne: bool = False,
    demeure: Demeure = Demeure.METROPOLE,
    premier_acte: date | None = None,
    montant: Decimal | None = None,
    invitation_a_consigner: date | None = None,
    notification: date | None = None,
) -> tuple[Devoir, ...]:
    """What follows an opposition received by the greffe on that day (CPC, art. 1415, 1418, 1419, 1422, 1425).

    What makes the rest vain comes first: an order served too late (art. 1411), an opposition made too late
    (art. 1416). `montant` is the claim in euros. Raises ParametreNonCouvert, DonneeInvalide.
    """
    du_jour = regime(ordonnance, regles)
    exiger_l_ordre(
        ("l'ordonnance", ordonnance), ("la signification", signification), ("l'opposition", opposition)
    )
    exiger_l_ordre(("la signification", signification), ("l'acte ou la saisie qui suit", premier_acte))
    exiger_l_ordre(("l'opposition", opposition), ("l'invitation à consigner", invitation_a_consigner))
    exiger_l_ordre(("l'opposition", opposition), ("sa notification au créancier", notification))
    suite = [ouverture(regles.suspension, opposition)]
    avocat = montant is None or montant > regles.seuil_avocat.valeur
    if tribunal_de_commerce:
        suite.append(devoir(regles.consignation_opposition, invitation_a_consigner))
        suite += [ouverture(regles.representation_commerce, None)] if avocat else []
    else:
        suite += [devoir(du_jour.avis_d_opposition, opposition)] if du_jour.avis_d_opposition else []
        suite += [devoir(regles.constitution_avocat, notification)] if avocat else []
    suite += [ouverture(du_jour.production_de_l_acte, None)] if du_jour.production_de_l_acte else []
    if signification is None:
        return dans_l_ordre(suite)
    if non_avenue := signifiee_trop_tard(ordonnance, signification, regles):
        return (non_avenue, *dans_l_ordre(suite))
    fin = _fin(signification, premier_acte, demeure, regles, a_personne=a_personne)
    return (*_tardive(opposition, fin, regles, a_personne=a_personne), *dans_l_ordre(suite))


def _fin(
    signification: date,
    premier_acte: date | None,
    demeure: Demeure,
    regles: ReglesOrdonnance,
    *,
    a_personne: bool,
) -> date:
    """The last day to oppose (CPC, art. 1416); its first paragraph's own, while no later act is known."""
    if a_personne or premier_acte is None:
        return augmente(regles.opposition, demeure, regles).duree.fin(signification)
    return augmente(regles.opposition_hors_personne, demeure, regles).duree.fin(premier_acte)


def _tardive(
    opposition: date, fin: date, regles: ReglesOrdonnance, *, a_personne: bool
) -> tuple[Devoir, ...]:
    """What to have said of an opposition after the last day; reserved when the debtor was not met in person."""
    if opposition <= fin:
        return ()
    regle = regles.opposition_tardive if a_personne else regles.opposition_tardive_hors_personne
    return (ouverture(regle, opposition),)
