"""The form of a telephone call."""

from __future__ import annotations

from typing import Annotated

from prefect.client.schemas.objects import State
from pydantic import Field

from dossier.services import appels
from flows.champs import (
    SOMME,
    EurosOuRien,
    JourOuRien,
    Nom,
    RaisonOuRien,
    Resultat,
)
from flows.formulaires import formulaire
from flows.saisies.commun import Facture, saisir
from flows.wiring import outils

PROMIS_LE = Field(
    title="Paiement annoncé pour le", description="Avec « paiement annoncé » : la procédure attend ce jour"
)
CONTESTE = Field(
    title="Ce qu'il conteste", description="Avec « facture contestée » : un litige est ouvert, la note sinon"
)
RAPPELER = Field(
    title="Rappeler le", description="L'appel sera demandé de nouveau ce jour-là, dans les 30 jours"
)


@formulaire(name="consigner-un-appel", flow_run_name="Appel · {facture}")
def appel(
    facture: Facture,
    resultat: Annotated[Resultat, Field(title="Résultat de l'appel")],
    par: Nom,
    note: Annotated[str, Field(title="Note", description="Ce qui a été dit, en une phrase ou deux")] = "",
    promis_le: Annotated[JourOuRien, PROMIS_LE] = None,
    montant: Annotated[EurosOuRien, SOMME] = None,
    motif: Annotated[str, CONTESTE] = "",
    raison: Annotated[RaisonOuRien, Field(title="Raison de la contestation")] = None,
    rappeler_le: Annotated[JourOuRien, RAPPELER] = None,
) -> State[None]:
    """Consigne le résultat d'un appel téléphonique au débiteur, et ce qu'il entraîne : promesse, litige, rappel."""
    return saisir(
        facture,
        lambda: appels.appel(
            outils(),
            facture,
            resultat,
            par,
            auteur=par,
            note=note,
            promis_le=promis_le,
            montant=montant,
            motif=motif,
            raison=raison,
            rappeler_le=rappeler_le,
        ),
    )
