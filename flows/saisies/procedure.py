"""Forms about a debtor's insolvency."""

from __future__ import annotations

from typing import Annotated

from prefect.client.schemas.objects import State
from pydantic import Field

from dossier.services import procedures
from flows.champs import Jour, JourOuRien, Nature
from flows.fichiers import octets
from flows.formulaires import formulaire
from flows.runs import signaler_le_debiteur
from flows.saisies.commun import AUTEUR, Facture, Pdf, saisir
from flows.wiring import outils


@formulaire(name="procedure-collective", flow_run_name="Procédure collective · {facture}")
def procedure_collective(
    facture: Facture,
    nature: Annotated[Nature, Field(title="Nature de la procédure")],
    jugement: Annotated[Jour, Field(title="Date du jugement d'ouverture")],
    publication: Annotated[
        JourOuRien,
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


@formulaire(name="ecarter-une-procedure-collective", flow_run_name="Écartée · {facture}")
def ecarter_procedure(
    facture: Facture,
    motif: Annotated[str, Field(title="Ce qui l'écarte", description="Par exemple « homonyme »")],
) -> State[None]:
    """Reprend les factures d'un débiteur que la procédure collective ne concernait pas."""
    return saisir(
        facture,
        lambda: procedures.ecarter_procedure(outils(), facture, motif, auteur=AUTEUR),
        reveil=signaler_le_debiteur,
    )


@formulaire(name="creance-declaree", flow_run_name="Créance déclarée · {facture}")
def creance_declaree(
    facture: Facture,
    envoi: Annotated[str, Field(title="Envoi", description="Numéro du recommandé, ou autre moyen d'envoi")],
    jour: Annotated[Jour, Field(title="Date d'envoi de la déclaration")],
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre la déclaration de la créance au mandataire ou au liquidateur judiciaire."""
    return saisir(
        facture,
        lambda: procedures.declarer(outils(), facture, envoi, jour, auteur=AUTEUR, preuve=octets(preuve)),
    )
