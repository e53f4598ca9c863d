"""The fields of a camt.053: texts, sums, senses and days, with the French sentence that refuses them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

from dossier.core.errors import DonneeInvalide
from dossier.core.lectures import PLAFOND, lire_date
from dossier.core.montants import ZERO, arrondi


def texte_de(element: etree._Element, chemin: str) -> str:
    """The text at that path; empty when there is none."""
    trouve = element.find(chemin)
    return "" if trouve is None else (trouve.text or "").strip()


def montant_de(element: etree._Element, chemin: str) -> Decimal:
    """Euros. Raises DonneeInvalide."""
    trouve = element.find(chemin)
    texte = "" if trouve is None else (trouve.text or "").strip()
    devise = "EUR" if trouve is None else trouve.get("Ccy", "EUR")
    if devise != "EUR":
        raise DonneeInvalide(
            f"Le montant est en {devise[:10] or 'devise inconnue'}, et seuls les euros sont pris : enregistrez sa "
            "contre-valeur en euros par le formulaire « paiement »."
        )
    try:
        montant = Decimal(texte)
        exact = montant.is_finite() and ZERO <= montant < PLAFOND and montant == arrondi(montant)
    except InvalidOperation:
        exact = False
    if not exact:
        raise DonneeInvalide(
            f"Le montant « {texte[:40]} » n'est pas une somme en euros : demandez de nouveau le relevé à la banque."
        )
    return arrondi(montant)


def credit_de(element: etree._Element) -> bool:
    """Whether it comes in (`CdtDbtInd`). Raises DonneeInvalide."""
    sens = texte_de(element, "{*}CdtDbtInd")
    if sens not in {"CRDT", "DBIT"}:
        raise DonneeInvalide(
            f"Le sens « {sens[:10]} » n'est ni un crédit (CRDT) ni un débit (DBIT) : demandez de nouveau le relevé."
        )
    return sens == "CRDT"


def jour_de(ecriture: etree._Element) -> date:
    """The value date, else the booking date. Raises DonneeInvalide."""
    chemins = [f"{{*}}{nom}/{{*}}{forme}" for nom in ("ValDt", "BookgDt") for forme in ("Dt", "DtTm")]
    textes = [texte for chemin in chemins if (texte := texte_de(ecriture, chemin))]
    jour = lire_date(textes[0][:10]) if textes else None
    if jour is None:
        raise DonneeInvalide(
            "La date de valeur manque ou n'existe pas au calendrier : demandez de nouveau le relevé à la banque."
        )
    return jour
