"""Forms about exhibits and documents."""

from __future__ import annotations

from typing import Annotated

from prefect.client.schemas.objects import State
from pydantic import Field

from dossier.core.errors import DonneeInvalide
from dossier.services import documents, pieces
from dossier.services.formulaire import POIDS_MAX
from flows.champs import Document, Jour, Nom, Piece
from flows.fichiers import octets
from flows.formulaires import formulaire
from flows.runs import signaler_le_debiteur
from flows.saisies.commun import AUTEUR, Facture, Motif, saisir
from flows.wiring import outils


@formulaire(name="etablir-un-document", flow_run_name="Document · {facture}")
def etablir_document(facture: Facture, genre: Annotated[Document, Field(title="Document")]) -> State[None]:
    """Établit un accord d'échelonnement, un compte rendu d'appel ou une quittance, en Word et en PDF."""
    return saisir(facture, lambda: documents.etablir(outils(), facture, genre, auteur=AUTEUR))


@formulaire(name="ajouter-une-piece", flow_run_name="Pièce · {facture}")
def piece(
    facture: Facture,
    genre: Annotated[Piece, Field(title="Genre de pièce")],
    jour: Annotated[Jour, Field(title="Date de la pièce")],
    fichier: Annotated[
        str, Field(title="Fichier PDF", description="Chemin du fichier sur la machine du service")
    ],
    intitule: Annotated[
        str,
        Field(
            title="Intitulé",
            description="Neutre : il est lu par le débiteur. Vide : celui du genre, avec la date",
        ),
    ] = "",
    officielle: Annotated[
        bool,
        Field(
            title="Lettre officielle",
            description="Une lettre d'avocat ne peut être produite que si elle porte la mention « officielle »",
        ),
    ] = False,
) -> State[None]:
    """Joint une pièce (contrat, commande, bon de livraison…) à une facture."""

    def ajouter() -> str:
        pdf = octets(fichier, POIDS_MAX)
        if pdf is None:
            raise DonneeInvalide("Indiquez le chemin du fichier PDF de la pièce.")
        return pieces.ajouter_piece(
            outils(), facture, genre, intitule, jour, pdf, auteur=AUTEUR, officielle=officielle
        )

    return saisir(facture, ajouter, reveil=signaler_le_debiteur)


@formulaire(name="retirer-une-piece", flow_run_name="Pièce retirée · {facture}")
def retirer_piece(
    facture: Facture,
    piece: Annotated[
        str,
        Field(
            title="Pièce",
            description="Son intitulé, par exemple « Contrat du 3 mars 2026 », ou son empreinte",
        ),
    ],
    motif: Motif,
    par: Nom,
) -> State[None]:
    """Retire une pièce jointe par erreur : archivée, mais absente des dossiers scellés désormais."""
    return saisir(
        facture,
        lambda: pieces.retirer(outils(), facture, piece, motif, par, auteur=par),
        reveil=signaler_le_debiteur,
    )
