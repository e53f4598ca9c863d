"""Forms about sums: payments, credit notes, instalments."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import BaseModel, Field

from dossier.core.faits import (
    Mensualite,
)
from dossier.services import avoirs, documents, saisies
from flows.fichiers import octets
from flows.saisies.commun import AUTEUR, Facture, Pdf, saisir
from flows.wiring import outils


@flow(name="paiement", flow_run_name="Paiement · {facture}", persist_result=False)
def paiement(
    facture: Facture,
    montant: Annotated[Decimal, Field(title="Montant reçu, en euros", gt=0, decimal_places=2)],
    jour: Annotated[date, Field(title="Date de valeur")],
    reference: Annotated[str, Field(title="Référence", description="Libellé du virement, n° de chèque…")],
    moyen: Annotated[str, Field(title="Moyen de paiement")] = "virement",
) -> State[None]:
    """Enregistre un paiement reçu sur une facture ; la procédure s'arrête ou continue pour le reste."""
    return saisir(
        facture,
        lambda: saisies.paiement(outils(), facture, montant, jour, reference, auteur=AUTEUR, moyen=moyen),
    )


@flow(name="avoir", flow_run_name="Avoir · {facture}", persist_result=False)
def avoir(
    facture: Facture,
    numero: Annotated[str, Field(title="Numéro de l'avoir", min_length=1)],
    montant: Annotated[Decimal, Field(title="Montant TTC de l'avoir, en euros", gt=0, decimal_places=2)],
    jour: Annotated[date, Field(title="Date de l'avoir")],
    fichier: Pdf = "",
) -> State[None]:
    """Déduit un avoir d'une facture suivie : il réduit ce qui est dû, ce n'est pas un paiement."""
    return saisir(
        facture,
        lambda: avoirs.avoir(outils(), facture, numero, montant, jour, auteur=AUTEUR, pdf=octets(fichier)),
    )


class Versement(BaseModel):
    """One instalment, as the form takes it."""

    jour: date = Field(title="Date")
    montant: Decimal = Field(title="Montant, en euros", gt=0, decimal_places=2)


@flow(name="accorder-un-echeancier", flow_run_name="Échéancier · {facture}", persist_result=False)
def echeancier(
    facture: Facture,
    versements: Annotated[list[Versement], Field(title="Versements", min_length=1)],
) -> State[None]:
    """Accorde un paiement échelonné, et en établit l'accord ; un versement manqué fait reprendre la procédure."""
    mensualites = [Mensualite(jour=v.jour, montant=v.montant) for v in versements]
    return saisir(facture, lambda: documents.accorder(outils(), facture, mensualites, auteur=AUTEUR))
