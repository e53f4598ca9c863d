"""A promise to pay: the procedure waits for its day, then goes on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from pydantic import ValidationError

from dossier.core.dates import en_lettres
from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.faits import Contenu, PromesseFaite
from dossier.core.montants import en_euros
from dossier.services.creances import scenario_de
from dossier.services.formulaire import enregistrer, exiger_ouverte
from dossier.services.lettres_imprimees import a_ne_pas_poster
from dossier.services.outils import Outils
from dossier.services.suspensions import GARDER

LIMITE = timedelta(days=60)
"""How far away a promise may be; beyond, instalments commit the debtor better than a word."""


def promettre(
    outils: Outils,
    facture: str,
    promis_le: date,
    *,
    auteur: str,
    montant: Decimal | None = None,
    de: str = "",
) -> str:
    """Record that the debtor said that he will pay by that day; `montant` in euros, when he said it.

    Raises DonneeInvalide.
    """
    promesse = promesse_faite(outils, promis_le, montant, de)

    def suite(etat: Etat) -> Sequence[Contenu]:
        if etat.promesses[-1:] == (promesse,):
            return []
        exiger_ouverte(etat)
        refuser_promesse(etat, promesse)
        return [promesse]

    dite = f"Promesse de payer{_combien(promesse)} pour le {en_lettres(promis_le)}"
    deja = f"{dite} : elle est déjà enregistrée sur {facture}"
    return enregistrer(
        outils, facture, suite, lambda etat: f"{dite}, enregistrée sur {facture}.{suites(outils, etat)}", deja, auteur
    )  # fmt: skip


def promesse_faite(outils: Outils, promis_le: date, montant: Decimal | None, de: str) -> PromesseFaite:
    """The fait of that promise, made today. Raises DonneeInvalide for a day or a sum that cannot be."""
    jour = outils.clock.jour()
    if promis_le < jour:
        raise DonneeInvalide(f"La date promise ({en_lettres(promis_le)}) est passée : vérifiez-la.")
    if promis_le > jour + LIMITE:
        raise DonneeInvalide(
            f"La date promise ({en_lettres(promis_le)}) est à plus de {LIMITE.days} jours : accordez plutôt un "
            "échéancier, qui engage le débiteur par écrit (formulaire « accorder-un-echeancier »)."
        )
    try:
        return PromesseFaite(promis_le=promis_le, montant=montant, de=de.strip(), jour=jour)
    except ValidationError as error:
        raise DonneeInvalide(
            f"Une somme promise est positive, en centimes entiers : {montant} n'en est pas une."
        ) from error


def refuser_promesse(etat: Etat, promesse: PromesseFaite) -> None:
    """Raises DonneeInvalide when such a promise cannot be for that creance."""
    numero = etat.facture.numero
    if etat.procedure is not None:
        raise DonneeInvalide(
            f"Le débiteur de {numero} est en procédure collective : il ne peut plus payer une créance antérieure au "
            "jugement (article L622-7 du code de commerce), sa promesse ne vaut rien."
        )
    if promesse.montant is not None and promesse.montant > etat.solde:
        raise DonneeInvalide(
            f"La somme promise ({en_euros(promesse.montant)}) dépasse ce qui reste sur {numero} "
            f"({en_euros(etat.solde)}) : vérifiez-la."
        )


def suites(outils: Outils, etat: Etat) -> str:
    """What follows a promise on that creance, as it was before: how long it waits, what to look at."""
    jours = scenario_de(outils, etat).tolerance_echeancier
    attend = f" La procédure attend ce jour et {jours} de plus, puis reprend d'elle-même."
    rang = len(etat.promesses) + 1
    deja = f" C'est la {rang}e promesse : pensez à un échéancier écrit." if etat.promesses else ""
    scelle = (
        " Le dossier est scellé : les délais de la procédure en justice courent toujours."
        if etat.dossier
        else ""
    )
    return f"{attend}{deja}{scelle}{a_ne_pas_poster(etat, GARDER)}"


def _combien(promesse: PromesseFaite) -> str:
    return f" {en_euros(promesse.montant)}" if promesse.montant else ""
