"""A creance whose principal was paid after an order: a person says when nothing more is claimed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dossier.core.errors import DonneeInvalide, ParametreNonCouvert
from dossier.core.etat import Etat
from dossier.core.faits import Contenu, CreanceSoldee
from dossier.core.montants import en_euros
from dossier.services.creances import decompte_de
from dossier.services.formulaire import enregistrer, exiger_ouverte, exiger_texte
from dossier.services.outils import Outils


def solder(outils: Outils, facture: str, par: str) -> str:
    """Close a creance whose invoice is paid: interest, indemnity and the costs of the order are paid, or given up.

    The sum given up is what the statement of the day still asks; the costs are not in it. `par` signs it.
    Raises DonneeInvalide while something remains due on the invoice itself.
    """
    par = exiger_texte(par, "votre nom")

    def suite(etat: Etat) -> Sequence[Contenu]:
        if isinstance(etat.fin, CreanceSoldee):
            return []
        exiger_ouverte(etat)
        if etat.solde > 0:
            raise DonneeInvalide(
                f"Il reste {en_euros(etat.solde)} à payer sur {etat.facture.numero} : elle ne se solde pas. Pour y "
                "renoncer, abandonnez la procédure."
            )
        return [CreanceSoldee(renonce=accessoires(outils, etat), jour=outils.clock.jour())]

    def compte_rendu(etat: Etat) -> str:
        reste = accessoires(outils, etat)
        abandon = f", {en_euros(reste)} d'intérêts et d'indemnité abandonnés" if reste else ""
        return f"{etat.facture.numero} soldée par {par}{abandon}."

    return enregistrer(outils, facture, suite, compte_rendu, f"{facture} est déjà soldée", par)


def accessoires(outils: Outils, etat: Etat) -> Decimal | None:
    """Euros that the statement of the day still asks; None when a rate of that day is not known."""
    try:
        return decompte_de(outils, etat, outils.clock.jour()).total
    except ParametreNonCouvert:
        return None
