"""Forms about registered letters: approval, deposit, outcome, retraction, address."""

from __future__ import annotations

from typing import Annotated

from prefect.client.schemas.objects import State
from pydantic import Field

from dossier.core.debiteurs_lus import lire_adresse
from dossier.services import adresses, plis, saisies
from flows.champs import Choix, Issue, Jour, JourOuRien, Nom
from flows.fichiers import octets
from flows.formulaires import formulaire
from flows.runs import signaler_le_debiteur
from flows.saisies.commun import AUTEUR, Facture, Pdf, saisir
from flows.wiring import outils


@formulaire(name="repondre-mise-en-demeure", flow_run_name="Réponse · {facture}")
def repondre(
    facture: Facture,
    decision: Annotated[Choix, Field(title="Décision")],
    par: Nom,
    motif: Annotated[str, Field(title="Motif", description="Obligatoire pour un refus")] = "",
    jusqu_au: Annotated[JourOuRien, Field(title="Reporter au")] = None,
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


@formulaire(name="depot-recommande", flow_run_name="Dépôt · {facture}")
def depot(
    facture: Facture,
    numero: Annotated[str, Field(title="Numéro du recommandé", description="Par exemple 1A 123 456 7890 1")],
    jour: Annotated[Jour, Field(title="Date de dépôt à La Poste")],
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre le dépôt de la dernière lettre recommandée de cette facture."""
    return saisir(
        facture, lambda: saisies.depot(outils(), facture, numero, jour, auteur=AUTEUR, preuve=octets(preuve))
    )


@formulaire(name="accuse-de-reception", flow_run_name="Avis · {facture}")
def accuse(
    facture: Facture,
    issue: Annotated[Issue, Field(title="Issue", description="Ce qu'il est advenu du pli")],
    jour: Annotated[Jour, Field(title="Date de l'issue", description="Distribution, refus ou retour")],
    premiere_presentation: Annotated[
        JourOuRien,
        Field(title="Première présentation", description="Obligatoire si le pli n'est pas distribué"),
    ] = None,
    preuve: Pdf = "",
    numero: Annotated[
        str,
        Field(
            title="Numéro du recommandé",
            description="À défaut, la dernière lettre déposée ; nécessaire si son dépôt n'est pas enregistré",
        ),
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


@formulaire(name="retirer-un-pli", flow_run_name="Retrait · {facture}")
def retirer_pli(
    facture: Facture, motif: Annotated[str, Field(title="Pourquoi elle ne doit pas partir")]
) -> State[None]:
    """Retire du bac une lettre recommandée imprimée et pas encore postée ; elle sera établie à nouveau."""
    return saisir(facture, lambda: plis.retirer(outils(), facture, motif, auteur=AUTEUR))


@formulaire(name="changer-d-adresse", flow_run_name="Adresse · {facture}")
def changer_adresse(
    facture: Facture,
    lignes: Annotated[str, Field(title="Adresse", description="Voie, puis complément : une ligne par ligne")],
    code_postal: Annotated[str, Field(title="Code postal")],
    ville: Annotated[str, Field(title="Ville")],
    source: Annotated[
        str, Field(title="Où vous l'avez trouvée", description="Par exemple « Kbis du 12 août 2026 »")
    ],
    par: Nom,
    pays: Annotated[str, Field(title="Pays")] = "France",
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre l'adresse du débiteur sur toutes ses factures ; une lettre revenue NPAI y est renvoyée."""
    return saisir(
        facture,
        lambda: adresses.verifier_adresse(
            outils(),
            facture,
            lire_adresse(lignes, code_postal, ville, pays),
            source,
            par,
            auteur=par,
            preuve=octets(preuve),
        ),
        reveil=signaler_le_debiteur,
    )
