"""Forms about what follows a sealed dossier: hand-over, application, order, service, opposition."""

from __future__ import annotations

from typing import Annotated

from prefect.client.schemas.objects import State
from pydantic import Field

from dossier.services import completude, revisions, soldes, suites
from flows.champs import EurosOuRien, Jour, JourOuRien, Nom, Qualite, Sens
from flows.fichiers import octets
from flows.formulaires import formulaire
from flows.runs import signaler_le_debiteur
from flows.saisies.commun import AUTEUR, Facture, Pdf, saisir
from flows.wiring import outils


@formulaire(name="deroger", flow_run_name="Dérogation · {facture}")
def deroger(facture: Facture, par: Nom, motif: Annotated[str, Field(title="Motif")]) -> State[None]:
    """Fait sceller un dossier malgré ce qui y manque, au nom d'une personne qui dit pourquoi."""
    return saisir(
        facture,
        lambda: completude.deroger(outils(), facture, par, motif, auteur=par),
        reveil=signaler_le_debiteur,
    )


@formulaire(name="refaire-le-dossier", flow_run_name="Nouvelle version · {facture}")
def refaire(
    facture: Facture,
    motif: Annotated[str, Field(title="Motif", description="Ce qui a changé")],
    par: Nom,
    forcer: Annotated[
        bool, Field(title="Même si rien n'a changé", description="Intérêts à porter au jour, modèle corrigé")
    ] = False,
) -> State[None]:
    """Demande une nouvelle version du dossier scellé ; la précédente est gardée et la note dit ce qui diffère."""
    return saisir(
        facture,
        lambda: revisions.refaire(outils(), facture, motif, par, auteur=par, forcer=forcer),
        reveil=signaler_le_debiteur,
    )


@formulaire(name="solder", flow_run_name="Solder · {facture}")
def solder(facture: Facture, par: Nom) -> State[None]:
    """Clôt une facture payée après l'ordonnance : intérêts et frais sont réglés, ou abandonnés."""
    return saisir(facture, lambda: soldes.solder(outils(), facture, par))


@formulaire(name="remettre-le-dossier", flow_run_name="Remise · {facture}")
def remettre(
    facture: Facture,
    qualite: Annotated[Qualite, Field(title="Qualité du destinataire")],
    a: Annotated[str, Field(title="À qui", description="Nom de l'avocat, de l'étude ou du greffe")],
    moyen: Annotated[str, Field(title="Comment", description="En main propre, par courriel, par un lien…")],
    par: Nom,
    jour: Annotated[Jour, Field(title="Date de la remise")],
    lien_jours: Annotated[
        int, Field(title="Lien valable, en jours", description="0 : pas de lien, le fichier")
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


@formulaire(name="accuse-de-remise", flow_run_name="Dossier reçu · {facture}")
def remise_recue(
    facture: Facture,
    de: Annotated[str, Field(title="Qui accuse réception")],
    jour: Annotated[Jour, Field(title="Date")],
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre que le destinataire a bien reçu le dossier."""
    return saisir(
        facture,
        lambda: suites.recu(outils(), facture, de, jour, auteur=AUTEUR, preuve=octets(preuve)),
        reveil=signaler_le_debiteur,
    )


@formulaire(name="requete-deposee", flow_run_name="Requête · {facture}")
def requete_deposee(
    facture: Facture,
    juridiction: Annotated[str, Field(title="Tribunal saisi")],
    jour: Annotated[Jour, Field(title="Date du dépôt")],
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


@formulaire(name="ordonnance-rendue", flow_run_name="Ordonnance · {facture}")
def ordonnance_rendue(
    facture: Facture,
    sens: Annotated[Sens, Field(title="Sens")],
    jour: Annotated[Jour, Field(title="Date de l'ordonnance")],
    montant: Annotated[
        EurosOuRien, Field(title="Somme accordée, en euros", description="Si elle est partielle")
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


@formulaire(name="ordonnance-signifiee", flow_run_name="Signification · {facture}")
def ordonnance_signifiee(
    facture: Facture,
    jour: Annotated[Jour, Field(title="Date de la signification")],
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


@formulaire(name="acte-d-execution", flow_run_name="Acte · {facture}")
def acte_d_execution(
    facture: Facture,
    nature: Annotated[str, Field(title="Nature de l'acte")],
    jour: Annotated[Jour, Field(title="Date de l'acte")],
    preuve: Pdf = "",
) -> State[None]:
    """Enregistre le premier acte à personne, ou la première saisie, après une signification non faite à personne."""
    return saisir(
        facture,
        lambda: suites.premier_acte(outils(), facture, nature, jour, auteur=AUTEUR, preuve=octets(preuve)),
        reveil=signaler_le_debiteur,
    )


@formulaire(name="opposition-formee", flow_run_name="Opposition · {facture}")
def opposition_formee(
    facture: Facture,
    jour: Annotated[Jour, Field(title="Reçue au greffe le")],
    notification: Annotated[JourOuRien, Field(title="Notifiée au créancier le")] = None,
    invitation: Annotated[JourOuRien, Field(title="Invitation du greffe à consigner, postée le")] = None,
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
