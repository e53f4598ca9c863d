"""Forms about what follows a sealed dossier: hand-over, application, order, service, opposition."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from prefect import flow
from prefect.client.schemas.objects import State
from pydantic import Field

from dossier.core.faits import Destinataire, SensOrdonnance
from dossier.services import completude, suites
from flows.fichiers import octets
from flows.runs import signaler_le_debiteur
from flows.saisies.commun import AUTEUR, Facture, Pdf, saisir
from flows.wiring import outils

Nom = Annotated[str, Field(title="Votre nom", min_length=2)]


@flow(name="deroger", flow_run_name="Dérogation · {facture}", persist_result=False)
def deroger(
    facture: Facture, par: Nom, motif: Annotated[str, Field(title="Motif", min_length=3)]
) -> State[None]:
    """Fait sceller un dossier malgré ce qui y manque, au nom d'une personne qui dit pourquoi."""
    return saisir(
        facture,
        lambda: completude.deroger(outils(), facture, par, motif, auteur=par),
        reveil=signaler_le_debiteur,
    )


@flow(name="remettre-le-dossier", flow_run_name="Remise · {facture}", persist_result=False)
def remettre(
    facture: Facture,
    qualite: Annotated[Destinataire, Field(title="Qualité du destinataire")],
    a: Annotated[
        str, Field(title="À qui", description="Nom de l'avocat, de l'étude ou du greffe", min_length=2)
    ],
    moyen: Annotated[str, Field(title="Comment", description="En main propre, par courriel, par un lien…")],
    par: Nom,
    jour: Annotated[date, Field(title="Date de la remise")],
    lien_jours: Annotated[
        int, Field(title="Lien valable, en jours", description="0 : pas de lien, le fichier", ge=0, le=7)
    ] = 0,
) -> State[None]:
    """Enregistre à qui, comment et quand la dernière version du dossier a été remise."""
    return saisir(
        facture,
        lambda: suites.remettre(
            outils(), facture, qualite, a, moyen, par, jour, auteur=par, lien_jours=lien_jours
        ),
        reveil=signaler_le_debiteur,
    )


@flow(name="accuse-de-remise", flow_run_name="Dossier reçu · {facture}", persist_result=False)
def remise_recue(
    facture: Facture,
    de: Annotated[str, Field(title="Qui accuse réception", min_length=2)],
    jour: Annotated[date, Field(title="Date")],
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre que le destinataire a bien reçu le dossier."""
    return saisir(
        facture,
        lambda: suites.recu(outils(), facture, de, jour, auteur=AUTEUR, preuve=octets(preuve)),
        reveil=signaler_le_debiteur,
    )


@flow(name="requete-deposee", flow_run_name="Requête · {facture}", persist_result=False)
def requete_deposee(
    facture: Facture,
    juridiction: Annotated[str, Field(title="Tribunal saisi", min_length=3)],
    jour: Annotated[date, Field(title="Date du dépôt")],
    numero: Annotated[str, Field(title="Numéro donné par le greffe")] = "",
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre le dépôt de la requête en injonction de payer."""
    return saisir(
        facture,
        lambda: suites.deposer(
            outils(), facture, juridiction, jour, auteur=AUTEUR, numero=numero, preuve=octets(preuve)
        ),
        reveil=signaler_le_debiteur,
    )


@flow(name="ordonnance-rendue", flow_run_name="Ordonnance · {facture}", persist_result=False)
def ordonnance_rendue(
    facture: Facture,
    sens: Annotated[SensOrdonnance, Field(title="Sens", description="accueillie, partielle ou rejetee")],
    jour: Annotated[date, Field(title="Date de l'ordonnance")],
    montant: Annotated[
        Decimal | None, Field(title="Somme accordée, en euros", description="Si elle est partielle")
    ] = None,
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre l'ordonnance rendue sur la requête ; les délais de la suite en partent."""
    return saisir(
        facture,
        lambda: suites.ordonnance(
            outils(), facture, sens, jour, auteur=AUTEUR, montant=montant, preuve=octets(preuve)
        ),
        reveil=signaler_le_debiteur,
    )


@flow(name="ordonnance-signifiee", flow_run_name="Signification · {facture}", persist_result=False)
def ordonnance_signifiee(
    facture: Facture,
    jour: Annotated[date, Field(title="Date de la signification")],
    a_personne: Annotated[bool, Field(title="À la personne même du débiteur")],
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre la signification de l'ordonnance au débiteur."""
    return saisir(
        facture,
        lambda: suites.signification(
            outils(), facture, jour, a_personne=a_personne, auteur=AUTEUR, preuve=octets(preuve)
        ),
        reveil=signaler_le_debiteur,
    )


@flow(name="acte-d-execution", flow_run_name="Acte · {facture}", persist_result=False)
def acte_d_execution(
    facture: Facture,
    nature: Annotated[str, Field(title="Nature de l'acte", min_length=3)],
    jour: Annotated[date, Field(title="Date de l'acte")],
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre le premier acte à personne, ou la première saisie, après une signification non faite à personne."""
    return saisir(
        facture,
        lambda: suites.premier_acte(outils(), facture, nature, jour, auteur=AUTEUR, preuve=octets(preuve)),
        reveil=signaler_le_debiteur,
    )


@flow(name="opposition-formee", flow_run_name="Opposition · {facture}", persist_result=False)
def opposition_formee(
    facture: Facture,
    jour: Annotated[date, Field(title="Reçue au greffe le")],
    notification: Annotated[date | None, Field(title="Notifiée au créancier le")] = None,
    invitation: Annotated[date | None, Field(title="Invitation du greffe à consigner, postée le")] = None,
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre l'opposition du débiteur à l'ordonnance."""
    return saisir(
        facture,
        lambda: suites.opposition(
            outils(),
            facture,
            jour,
            auteur=AUTEUR,
            notification=notification,
            invitation=invitation,
            preuve=octets(preuve),
        ),
        reveil=signaler_le_debiteur,
    )
