"""Forms about sums: payments, their cancellation, credit notes, promises, instalments."""

from __future__ import annotations

from typing import Annotated

from prefect.client.schemas.objects import State
from pydantic import BaseModel, Field

from dossier.core.faits import Mensualite
from dossier.services import avoirs, documents, promesses, sommes_recues
from flows.champs import Cause, Euros, EurosOuRien, Jour, JourOuRien, Nom
from flows.fichiers import octets
from flows.formulaires import formulaire
from flows.saisies.commun import AUTEUR, Facture, Motif, Pdf, saisir
from flows.wiring import outils


@formulaire(name="paiement", flow_run_name="Paiement · {facture}")
def paiement(
    facture: Facture,
    montant: Annotated[Euros, Field(title="Montant reçu, en euros", description="Par exemple 1234,56")],
    jour: Annotated[Jour, Field(title="Date de valeur")],
    reference: Annotated[str, Field(title="Référence", description="Libellé du virement, n° de chèque…")],
    moyen: Annotated[str, Field(title="Moyen de paiement")] = "virement",
) -> State[None]:
    """Enregistre un paiement reçu sur une facture ; la procédure s'arrête ou continue pour le reste."""
    return saisir(
        facture,
        lambda: sommes_recues.paiement(
            outils(), facture, montant, jour, reference, auteur=AUTEUR, moyen=moyen
        ),
    )


@formulaire(name="annuler-un-paiement", flow_run_name="Paiement annulé · {facture}")
def annuler_paiement(
    facture: Facture,
    cause: Annotated[Cause, Field(title="Cause")],
    motif: Motif,
    par: Nom,
    reference: Annotated[
        str, Field(title="Référence du paiement", description="Ou une partie ; vide s'il n'y en a qu'un")
    ] = "",
    montant: Annotated[EurosOuRien, Field(title="Montant du paiement, en euros")] = None,
    jour: Annotated[JourOuRien, Field(title="Date de valeur du paiement")] = None,
) -> State[None]:
    """Retire un paiement revenu impayé, ou enregistré par erreur ; une créance qu'il soldait est rouverte."""
    return saisir(
        facture,
        lambda: sommes_recues.annuler_paiement(
            outils(),
            facture,
            cause,
            motif,
            par,
            auteur=par,
            reference=reference,
            montant=montant,
            jour=jour,
        ),
    )


@formulaire(name="avoir", flow_run_name="Avoir · {facture}")
def avoir(
    facture: Facture,
    numero: Annotated[str, Field(title="Numéro de l'avoir")],
    montant: Annotated[
        Euros, Field(title="Montant TTC de l'avoir, en euros", description="Par exemple 123,45")
    ],
    jour: Annotated[Jour, Field(title="Date de l'avoir")],
    fichier: Pdf = "",
) -> State[None]:
    """Déduit un avoir d'une facture suivie : il réduit ce qui est dû, ce n'est pas un paiement."""
    return saisir(
        facture,
        lambda: avoirs.avoir(outils(), facture, numero, montant, jour, auteur=AUTEUR, pdf=octets(fichier)),
    )


@formulaire(name="promesse-de-paiement", flow_run_name="Promesse · {facture}")
def promesse(
    facture: Facture,
    promis_le: Annotated[
        Jour, Field(title="Payé au plus tard le", description="Dans les 60 jours ; au-delà, un échéancier")
    ],
    montant: Annotated[
        EurosOuRien, Field(title="Somme promise, en euros", description="Vide si le débiteur n'en a pas dit")
    ] = None,
    de: Annotated[str, Field(title="Qui a promis", description="Par exemple M. Durand, comptable")] = "",
) -> State[None]:
    """Fait attendre la procédure jusqu'au jour où le débiteur a promis de payer ; elle reprend ensuite seule."""
    return saisir(
        facture,
        lambda: promesses.promettre(outils(), facture, promis_le, auteur=AUTEUR, montant=montant, de=de),
    )


class Versement(BaseModel):
    """One instalment, as the form takes it."""

    jour: Jour = Field(title="Date")
    montant: Euros = Field(title="Montant, en euros")


@formulaire(name="accorder-un-echeancier", flow_run_name="Échéancier · {facture}")
def echeancier(
    facture: Facture,
    versements: Annotated[
        list[Versement], Field(title="Versements", description="Leur total couvre ce qui reste dû")
    ],
) -> State[None]:
    """Accorde un paiement échelonné, et en établit l'accord ; un versement manqué fait reprendre la procédure."""
    mensualites = [Mensualite(jour=v.jour, montant=v.montant) for v in versements]
    return saisir(facture, lambda: documents.accorder(outils(), facture, mensualites, auteur=AUTEUR))
