"""The operator's forms: each is a deployment whose parameters the Prefect UI shows as a form.

Each records a fait through `dossier.services.saisies`, wakes the run of the creance, and answers with a
page. Bad input turns the form's run red with one French sentence; nothing else changes.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from pydantic import BaseModel, Field

from dossier.core.creance import identifiant
from dossier.core.errors import DonneeInvalide, DossierError
from dossier.core.faits import (
    Decision,
    GenreDocument,
    GenrePiece,
    IssuePli,
    Mensualite,
    NatureProcedure,
    ResultatAppel,
)
from dossier.services import avoirs, documents, procedures, saisies
from dossier.services.outils import Outils
from flows.fichiers import octets
from flows.runs import signaler, signaler_le_debiteur
from flows.wiring import outils

AUTEUR = "formulaire"

Facture = Annotated[str, Field(title="Numéro de facture", description="Par exemple FA-2026-0042")]
Pdf = Annotated[
    str,
    Field(title="Fichier PDF", description="Chemin du fichier sur la machine du service, si vous en avez un"),
]


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


@flow(name="depot-recommande", flow_run_name="Dépôt · {facture}", persist_result=False)
def depot(
    facture: Facture,
    numero: Annotated[str, Field(title="Numéro du recommandé", description="Par exemple 1A 123 456 7890 1")],
    jour: Annotated[date, Field(title="Date de dépôt à La Poste")],
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre le dépôt de la dernière lettre recommandée de cette facture."""
    return saisir(
        facture, lambda: saisies.depot(outils(), facture, numero, jour, auteur=AUTEUR, preuve=octets(preuve))
    )


@flow(name="accuse-de-reception", flow_run_name="Avis · {facture}", persist_result=False)
def accuse(
    facture: Facture,
    issue: Annotated[
        IssuePli, Field(title="Issue", description="distribue, refuse, avise_non_reclame ou npai")
    ],
    jour: Annotated[date, Field(title="Date de l'issue", description="Distribution, refus ou retour")],
    premiere_presentation: Annotated[
        date | None,
        Field(title="Première présentation", description="Obligatoire si le pli n'est pas distribué"),
    ] = None,
    preuve: Pdf = "",
    numero: Annotated[
        str, Field(title="Numéro du recommandé", description="À défaut, la dernière lettre déposée")
    ] = "",
) -> State[None]:
    """Enregistre ce qu'il est advenu d'une lettre recommandée de cette facture."""
    return saisir(
        facture,
        lambda: saisies.accuse(
            outils(),
            facture,
            issue,
            jour,
            auteur=AUTEUR,
            premiere_presentation=premiere_presentation,
            preuve=octets(preuve),
            numero=numero,
        ),
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


@flow(name="repondre-mise-en-demeure", flow_run_name="Réponse · {facture}", persist_result=False)
def repondre(
    facture: Facture,
    decision: Annotated[Decision, Field(title="Décision")],
    par: Annotated[str, Field(title="Votre nom", min_length=2)],
    motif: Annotated[str, Field(title="Motif", description="Obligatoire pour un refus")] = "",
    jusqu_au: Annotated[date | None, Field(title="Reporter au")] = None,
    document: Annotated[
        str, Field(title="Word corrigé", description="Chemin d'un fichier .docx à envoyer à la place")
    ] = "",
) -> State[None]:
    """Approuve, reporte ou refuse l'envoi de la mise en demeure d'une facture."""
    return saisir(
        facture,
        lambda: saisies.repondre(
            outils(),
            facture,
            decision,
            par,
            auteur=par,
            motif=motif,
            jusqu_au=jusqu_au,
            document=octets(document),
        ),
    )


@flow(name="consigner-un-appel", flow_run_name="Appel · {facture}", persist_result=False)
def appel(
    facture: Facture,
    resultat: Annotated[ResultatAppel, Field(title="Résultat de l'appel")],
    par: Annotated[str, Field(title="Votre nom", min_length=2)],
    note: Annotated[str, Field(title="Note")] = "",
) -> State[None]:
    """Consigne le résultat d'un appel téléphonique au débiteur."""
    return saisir(facture, lambda: saisies.appel(outils(), facture, resultat, par, auteur=par, note=note))


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

    return saisir(facture, ajouter)


@flow(name="abandonner", flow_run_name="Abandon · {facture}", persist_result=False)
def abandonner(facture: Facture, motif: Annotated[str, Field(title="Motif", min_length=3)]) -> State[None]:
    """Met fin à la procédure d'une facture sans paiement."""
    return saisir(facture, lambda: saisies.abandonner(outils(), facture, motif, auteur=AUTEUR))


FORMULAIRES = (
    paiement, avoir, depot, accuse, ouvrir_litige, lever_litige, repondre, appel, echeancier,
    etablir_document, piece,
    procedure_collective, ecarter_procedure, creance_declaree, abandonner,
)  # fmt: skip


def saisir(
    facture: str, acte: Callable[[], str], *, reveil: Callable[[Outils, str], None] = signaler
) -> State[None]:
    """Do the act, wake the creance, show what changed; a refusal is a red run with its sentence."""
    try:
        compte_rendu = acte()
    except DossierError as error:
        return Failed(name="Refusé", message=str(error))
    reveil(outils(), identifiant(facture))
    create_markdown_artifact(key=f"saisie-{identifiant(facture).lower()}", markdown=compte_rendu)
    return Completed(name="Enregistré", message=compte_rendu)
