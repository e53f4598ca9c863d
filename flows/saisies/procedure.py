"""Forms that stop, resume or end a procedure."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field

from dossier.core.faits import (
    NatureProcedure,
)
from dossier.services import procedures, saisies
from flows.fichiers import octets
from flows.runs import signaler_le_debiteur
from flows.saisies.commun import AUTEUR, Facture, Pdf, saisir
from flows.wiring import outils


@flow(name="ouvrir-un-litige", flow_run_name="Litige ouvert · {facture}", persist_result=False)
def ouvrir_litige(
    facture: Facture, motif: Annotated[str, Field(title="Motif de la contestation", min_length=3)]
) -> State[None]:
    """Suspend la procédure d'une facture contestée."""
    return saisir(facture, lambda: saisies.ouvrir_litige(outils(), facture, motif, auteur=AUTEUR))


@flow(name="lever-un-litige", flow_run_name="Litige levé · {facture}", persist_result=False)
def lever_litige(
    facture: Facture, conclusion: Annotated[str, Field(title="Conclusion", min_length=3)]
) -> State[None]:
    """Reprend la procédure d'une facture qui n'est plus contestée."""
    return saisir(facture, lambda: saisies.lever_litige(outils(), facture, conclusion, auteur=AUTEUR))


@flow(name="procedure-collective", flow_run_name="Procédure collective · {facture}", persist_result=False)
def procedure_collective(
    facture: Facture,
    nature: Annotated[NatureProcedure, Field(title="Nature de la procédure")],
    jugement: Annotated[date, Field(title="Date du jugement d'ouverture")],
    publication: Annotated[
        date | None,
        Field(title="Publication au BODACC", description="Le délai pour déclarer la créance en part"),
    ] = None,
    mandataire: Annotated[str, Field(title="Mandataire ou liquidateur judiciaire")] = "",
) -> State[None]:
    """Arrête les envois de toutes les factures d'un débiteur en sauvegarde, redressement ou liquidation."""
    return saisir(
        facture,
        lambda: procedures.ouvrir_procedure(
            outils(),
            facture,
            nature,
            jugement,
            auteur=AUTEUR,
            publication=publication,
            mandataire=mandataire,
        ),
        reveil=signaler_le_debiteur,
    )


@flow(name="ecarter-une-procedure-collective", flow_run_name="Écartée · {facture}", persist_result=False)
def ecarter_procedure(
    facture: Facture, motif: Annotated[str, Field(title="Ce qui l'écarte", min_length=3)]
) -> State[None]:
    """Reprend les factures d'un débiteur que la procédure collective ne concernait pas."""
    return saisir(
        facture,
        lambda: procedures.ecarter_procedure(outils(), facture, motif, auteur=AUTEUR),
        reveil=signaler_le_debiteur,
    )


@flow(name="creance-declaree", flow_run_name="Créance déclarée · {facture}", persist_result=False)
def creance_declaree(
    facture: Facture,
    envoi: Annotated[
        str, Field(title="Envoi", description="Numéro du recommandé, ou autre moyen d'envoi", min_length=2)
    ],
    jour: Annotated[date, Field(title="Date d'envoi de la déclaration")],
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre la déclaration de la créance au mandataire ou au liquidateur judiciaire."""
    return saisir(
        facture,
        lambda: procedures.declarer(outils(), facture, envoi, jour, auteur=AUTEUR, preuve=octets(preuve)),
    )


@flow(name="abandonner", flow_run_name="Abandon · {facture}", persist_result=False)
def abandonner(facture: Facture, motif: Annotated[str, Field(title="Motif", min_length=3)]) -> State[None]:
    """Met fin à la procédure d'une facture sans paiement."""
    return saisir(facture, lambda: saisies.abandonner(outils(), facture, motif, auteur=AUTEUR))
