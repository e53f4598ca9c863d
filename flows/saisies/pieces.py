"""Forms about exhibits, documents and calls."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field

from dossier.core.errors import DonneeInvalide
from dossier.core.faits import (
    GenreDocument,
    GenrePiece,
    ResultatAppel,
)
from dossier.services import documents, saisies
from flows.fichiers import octets
from flows.runs import signaler_le_debiteur
from flows.saisies.commun import AUTEUR, Facture, Pdf, saisir
from flows.wiring import outils


@flow(name="consigner-un-appel", flow_run_name="Appel · {facture}", persist_result=False)
def appel(
    facture: Facture,
    resultat: Annotated[ResultatAppel, Field(title="Résultat de l'appel")],
    par: Annotated[str, Field(title="Votre nom", min_length=2)],
    note: Annotated[str, Field(title="Note")] = "",
) -> State[None]:
    """Consigne le résultat d'un appel téléphonique au débiteur."""
    return saisir(facture, lambda: saisies.appel(outils(), facture, resultat, par, auteur=par, note=note))


@flow(name="etablir-un-document", flow_run_name="Document · {facture}", persist_result=False)
def etablir_document(
    facture: Facture, genre: Annotated[GenreDocument, Field(title="Document")]
) -> State[None]:
    """Établit un accord d'échelonnement, un compte rendu d'appel ou une quittance, en Word et en PDF."""
    return saisir(facture, lambda: documents.etablir(outils(), facture, genre, auteur=AUTEUR))


@flow(name="ajouter-une-piece", flow_run_name="Pièce · {facture}", persist_result=False)
def piece(
    facture: Facture,
    genre: Annotated[GenrePiece, Field(title="Genre de pièce")],
    intitule: Annotated[str, Field(title="Intitulé", description="Neutre : il est lu par le débiteur")],
    jour: Annotated[date, Field(title="Date de la pièce")],
    fichier: Pdf,
) -> State[None]:
    """Joint une pièce (contrat, commande, bon de livraison…) à une facture."""

    def ajouter() -> str:
        pdf = octets(fichier)
        if pdf is None:
            raise DonneeInvalide("Indiquez le chemin du fichier PDF de la pièce.")
        return saisies.ajouter_piece(outils(), facture, genre, intitule, jour, pdf, auteur=AUTEUR)

    return saisir(facture, ajouter, reveil=signaler_le_debiteur)
