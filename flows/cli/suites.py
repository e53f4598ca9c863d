"""Commands about what follows a sealed dossier: hand-over, application, order, service, opposition."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from dossier.core.faits import Destinataire, SensOrdonnance
from dossier.services import completude, revisions, soldes, suites
from flows.cli.reveil import saisir
from flows.cli.usage import AUTEUR, octets, option_euros, option_jour

app = Typer()
procedure = Typer(help="Après le dépôt : ordonnance, signification, acte, opposition.", no_args_is_help=True)
app.add_typer(procedure, name="ordonnance")

Par = Annotated[str, Option(help="Votre nom.")]
Jour = Annotated[date, option_jour("Date.")]
Preuve = Annotated[Path | None, Option(help="Pièce (PDF).")]


@app.command()
def deroger(facture: str, par: Par, motif: Annotated[str, Option(help="Pourquoi.")]) -> None:
    """Fait sceller un dossier malgré ce qui y manque ; le motif reste au journal."""
    saisir(facture, lambda o: completude.deroger(o, facture, par, motif, auteur=par), tout_le_debiteur=True)


@app.command()
def refaire(
    facture: str,
    motif: Annotated[str, Option(help="Ce qui a changé.")],
    par: Par,
    forcer: Annotated[bool, Option("--forcer", help="Même si rien n'a été enregistré depuis.")] = False,
) -> None:
    """Demande une nouvelle version du dossier scellé ; la précédente est gardée."""
    saisir(
        facture,
        lambda o: revisions.refaire(o, facture, motif, par, auteur=par, forcer=forcer),
        tout_le_debiteur=True,
    )


@app.command("ne-plus-refaire")
def ne_plus_refaire(facture: str, motif: Annotated[str, Option(help="Pourquoi.")], par: Par) -> None:
    """Retire la demande d'une nouvelle version : le dernier dossier scellé reste le bon."""
    saisir(facture, lambda o: revisions.retirer(o, facture, motif, par, auteur=par), tout_le_debiteur=True)


@app.command()
def solder(facture: str, par: Par) -> None:
    """Clôt une facture payée après l'ordonnance : intérêts et frais sont réglés, ou abandonnés."""
    saisir(facture, lambda o: soldes.solder(o, facture, par))


@app.command()
def remettre(
    facture: str,
    qualite: Destinataire,
    a: Annotated[str, Argument(help="Nom de l'avocat, de l'étude ou du greffe.")],
    moyen: Annotated[str, Option(help="En main propre, par courriel, par un lien…")],
    par: Par,
    jour: Jour,
    lien_jours: Annotated[
        int,
        Option(
            "--lien-jours",
            metavar="JOURS",
            help="Durée d'un lien de téléchargement ; 0 : pas de lien.",
            min=0,
            max=7,
        ),
    ] = 0,
) -> None:
    """Enregistre à qui, comment et quand le dossier a été remis, et donne un lien si on le demande."""
    saisir(
        facture,
        lambda o: suites.remettre(
            o, facture, qualite, a, moyen, par, jour, auteur=par, lien_jours=lien_jours
        ),
        tout_le_debiteur=True,
    )


@app.command("remise-recue")
def remise_recue(
    facture: str,
    de: Annotated[str, Argument(help="Qui accuse réception.")],
    jour: Jour,
    preuve: Preuve = None,
) -> None:
    """Enregistre que le destinataire a reçu le dossier."""
    pdf = octets(preuve)
    saisir(
        facture, lambda o: suites.recu(o, facture, de, jour, auteur=AUTEUR, preuve=pdf), tout_le_debiteur=True
    )


@app.command()
def requete(
    facture: str,
    juridiction: Annotated[str, Argument(help="Tribunal saisi.")],
    jour: Jour,
    numero: Annotated[str, Option(help="Numéro donné par le greffe.")] = "",
    preuve: Preuve = None,
) -> None:
    """Enregistre le dépôt de la requête en injonction de payer."""
    pdf = octets(preuve)
    saisir(
        facture,
        lambda o: suites.deposer(o, facture, juridiction, jour, auteur=AUTEUR, numero=numero, preuve=pdf),
        tout_le_debiteur=True,
    )


@procedure.command("rendue")
def rendue(
    facture: str,
    sens: SensOrdonnance,
    jour: Jour,
    montant: Annotated[Decimal | None, option_euros("Somme accordée, si elle est partielle.")] = None,
    preuve: Preuve = None,
) -> None:
    """Enregistre l'ordonnance ; les délais de la suite en partent."""
    pdf = octets(preuve)
    saisir(
        facture,
        lambda o: suites.ordonnance(o, facture, sens, jour, auteur=AUTEUR, montant=montant, preuve=pdf),
        tout_le_debiteur=True,
    )


@procedure.command("signifiee")
def signifiee(
    facture: str,
    jour: Jour,
    a_personne: Annotated[
        bool, Option("--a-personne/--autrement", help="Remise à la personne même du débiteur.")
    ] = False,
    preuve: Preuve = None,
) -> None:
    """Enregistre la signification de l'ordonnance."""
    pdf = octets(preuve)
    saisir(
        facture,
        lambda o: suites.signification(o, facture, jour, a_personne=a_personne, auteur=AUTEUR, preuve=pdf),
        tout_le_debiteur=True,
    )


@procedure.command("acte")
def acte(
    facture: str,
    nature: Annotated[str, Argument(help="Par exemple « saisie-attribution ».")],
    jour: Jour,
    preuve: Preuve = None,
) -> None:
    """Enregistre le premier acte à personne ou la première saisie."""
    pdf = octets(preuve)
    saisir(
        facture,
        lambda o: suites.premier_acte(o, facture, nature, jour, auteur=AUTEUR, preuve=pdf),
        tout_le_debiteur=True,
    )


@procedure.command("opposition")
def opposition(
    facture: str,
    jour: Annotated[date, option_jour("Reçue au greffe.")],
    notification: Annotated[date | None, option_jour("Notifiée au créancier.")] = None,
    invitation: Annotated[date | None, option_jour("Invitation du greffe à consigner.")] = None,
    preuve: Preuve = None,
) -> None:
    """Enregistre l'opposition du débiteur."""
    pdf = octets(preuve)
    saisir(
        facture,
        lambda o: suites.opposition(
            o, facture, jour, auteur=AUTEUR, notification=notification, invitation=invitation, preuve=pdf
        ),
        tout_le_debiteur=True,
    )
