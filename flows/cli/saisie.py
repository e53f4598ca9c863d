"""Commands that record a fait: what the forms of the UI do, from a terminal."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from typer import Argument, Option, Typer

from dossier.core.faits import (
    CauseAnnulation,
    Decision,
    GenreDocument,
    Mensualite,
    NatureProcedure,
    RaisonLitige,
    ResultatAppel,
)
from dossier.services import (
    appels,
    avoirs,
    documents,
    procedures,
    promesses,
    saisies,
    scenarios,
    sommes_recues,
    suspensions,
)
from flows.cli.reveil import saisir
from flows.cli.usage import AUTEUR, euros, jour, octets, option_euros, option_jour

app = Typer()
litige = Typer(help="Ouvre ou lève un litige.", no_args_is_help=True)
app.add_typer(litige, name="litige")
procedure = Typer(help="Procédure collective du débiteur.", no_args_is_help=True)
app.add_typer(procedure, name="procedure")

Qui = Annotated[str, Option(help="Nom de la personne qui décide.")]


@app.command()
def paiement(
    facture: str,
    montant: Annotated[Decimal, Argument(parser=euros, metavar="EUROS", help="Par exemple 1234,56.")],
    jour: Annotated[date, option_jour("Date de valeur.")],
    reference: Annotated[str, Option(help="Libellé du virement, n° de chèque…")],
) -> None:
    """Enregistre un paiement reçu."""
    saisir(facture, lambda o: sommes_recues.paiement(o, facture, montant, jour, reference, auteur=AUTEUR))


@app.command()
def avoir(
    facture: str,
    numero: Annotated[str, Argument(help="Numéro de l'avoir.")],
    montant: Annotated[Decimal, Argument(parser=euros, metavar="EUROS", help="TTC, par exemple 1234,56.")],
    jour: Annotated[date, option_jour("Date de l'avoir.")],
    fichier: Annotated[Path | None, Option(help="L'avoir (PDF).")] = None,
) -> None:
    """Déduit un avoir d'une facture suivie."""
    pdf = octets(fichier)
    saisir(facture, lambda o: avoirs.avoir(o, facture, numero, montant, jour, auteur=AUTEUR, pdf=pdf))


@app.command("annuler-paiement")
def annuler_paiement(
    facture: str,
    cause: CauseAnnulation,
    motif: Annotated[str, Option(help="Ce qui s'est passé.")],
    par: Qui,
    reference: Annotated[str, Option(help="Référence du paiement, ou une partie.")] = "",
    montant: Annotated[Decimal | None, option_euros("Montant du paiement.")] = None,
    jour: Annotated[date | None, option_jour("Date de valeur du paiement.")] = None,
) -> None:
    """Retire un paiement revenu impayé, ou enregistré par erreur."""
    saisir(
        facture,
        lambda o: sommes_recues.annuler_paiement(
            o, facture, cause, motif, par, auteur=par, reference=reference, montant=montant, jour=jour
        ),
    )


@app.command()
def promesse(
    facture: str,
    promis_le: Annotated[date, Argument(parser=jour, metavar="JJ/MM/AAAA", help="Payé au plus tard le.")],
    montant: Annotated[Decimal | None, option_euros("Somme promise.")] = None,
    de: Annotated[str, Option(help="Qui a promis.")] = "",
) -> None:
    """Fait attendre la procédure jusqu'au jour où le débiteur a promis de payer."""
    saisir(
        facture, lambda o: promesses.promettre(o, facture, promis_le, auteur=AUTEUR, montant=montant, de=de)
    )


@app.command()
def suspendre(
    facture: str,
    motif: str,
    par: Qui,
    jusqu_au: Annotated[date | None, option_jour("Elle reprend seule ce jour-là.", "--jusqu-au")] = None,
) -> None:
    """Suspend la procédure d'une facture."""
    saisir(facture, lambda o: suspensions.suspendre(o, facture, motif, par, auteur=par, jusqu_au=jusqu_au))


@app.command()
def reprendre(facture: str, motif: str, par: Qui) -> None:
    """Reprend la procédure d'une facture suspendue."""
    saisir(facture, lambda o: suspensions.reprendre(o, facture, motif, par, auteur=par))


@app.command()
def scenario(
    facture: str,
    nouveau: Annotated[str, Argument(help="Nom d'un scénario de config/scenarios.")],
    motif: Annotated[str, Option(help="Pourquoi.")],
    par: Qui,
) -> None:
    """Fait suivre un autre scénario à une facture ; ce qui est fait reste fait."""
    saisir(facture, lambda o: scenarios.changer(o, facture, nouveau, motif, par, auteur=par))


@procedure.command("ouvrir")
def ouvrir_procedure(
    facture: str,
    nature: NatureProcedure,
    jugement: Annotated[date, option_jour("Date du jugement d'ouverture.")],
    publication: Annotated[date | None, option_jour("Publication au BODACC.")] = None,
    mandataire: Annotated[str, Option(help="Mandataire ou liquidateur judiciaire.")] = "",
) -> None:
    """Arrête les envois de toutes les factures du débiteur et date la déclaration à faire."""
    saisir(
        facture,
        lambda o: procedures.ouvrir_procedure(
            o, facture, nature, jugement, auteur=AUTEUR, publication=publication, mandataire=mandataire
        ),
        tout_le_debiteur=True,
    )


@procedure.command("ecarter")
def ecarter_procedure(facture: str, motif: str) -> None:
    """Reprend les factures d'un débiteur que la procédure ne concernait pas."""
    saisir(
        facture,
        lambda o: procedures.ecarter_procedure(o, facture, motif, auteur=AUTEUR),
        tout_le_debiteur=True,
    )


@procedure.command("declarer")
def declarer(
    facture: str,
    envoi: Annotated[str, Argument(help="Numéro du recommandé, ou autre moyen d'envoi.")],
    jour: Annotated[date, option_jour("Date d'envoi.")],
    preuve: Annotated[Path | None, Option(help="Preuve de dépôt (PDF).")] = None,
) -> None:
    """Enregistre la déclaration de la créance au mandataire ou au liquidateur."""
    pdf = octets(preuve)
    saisir(facture, lambda o: procedures.declarer(o, facture, envoi, jour, auteur=AUTEUR, preuve=pdf))


@litige.command("ouvrir")
def ouvrir_litige(
    facture: str,
    motif: str,
    raison: Annotated[RaisonLitige | None, Option(help="De quoi il s'agit.")] = None,
) -> None:
    """Suspend la procédure d'une facture contestée."""
    saisir(facture, lambda o: suspensions.ouvrir_litige(o, facture, motif, auteur=AUTEUR, raison=raison))


@litige.command("lever")
def lever_litige(facture: str, conclusion: str) -> None:
    """Reprend la procédure."""
    saisir(facture, lambda o: suspensions.lever_litige(o, facture, conclusion, auteur=AUTEUR))


@app.command()
def repondre(
    facture: str,
    decision: Decision,
    par: Qui,
    motif: Annotated[str, Option(help="Obligatoire pour un refus.")] = "",
    jusqu_au: Annotated[date | None, option_jour("Date du report.", "--jusqu-au")] = None,
    document: Annotated[Path | None, Option(help="Word corrigé à envoyer à la place (.docx).")] = None,
) -> None:
    """Approuve, reporte ou refuse une mise en demeure."""
    docx = octets(document)
    saisir(
        facture,
        lambda o: saisies.repondre(
            o, facture, decision, par, auteur=par, motif=motif, jusqu_au=jusqu_au, document=docx
        ),
    )


@app.command()
def appel(
    facture: str,
    resultat: ResultatAppel,
    par: Annotated[str, Option(help="Nom de l'appelant.")],
    note: Annotated[str, Option(help="Ce qui a été dit.")] = "",
    promis_le: Annotated[date | None, option_jour("Paiement annoncé pour ce jour.", "--promis-le")] = None,
    montant: Annotated[Decimal | None, option_euros("Somme annoncée.")] = None,
    motif: Annotated[str, Option(help="Ce que le débiteur conteste.")] = "",
    rappeler_le: Annotated[date | None, option_jour("Jour du prochain appel.", "--rappeler-le")] = None,
) -> None:
    """Consigne le résultat d'un appel téléphonique, et ce qu'il entraîne : promesse, litige, rappel."""
    saisir(
        facture,
        lambda o: appels.appel(
            o, facture, resultat, par, auteur=par, note=note, promis_le=promis_le,
            montant=montant, motif=motif, rappeler_le=rappeler_le,
        ),
    )  # fmt: skip


@app.command()
def echeancier(
    facture: str,
    versements: Annotated[list[str], Argument(metavar="DATE=EUROS...", help="Par exemple 15/07/2026=500,00")],
) -> None:
    """Accorde un paiement échelonné ; un versement manqué fait reprendre la procédure."""
    mensualites = [_versement(texte) for texte in versements]
    saisir(facture, lambda o: documents.accorder(o, facture, mensualites, auteur=AUTEUR))


@app.command()
def document(facture: str, genre: GenreDocument) -> None:
    """Établit un accord d'échelonnement, un compte rendu d'appel ou une quittance."""
    saisir(facture, lambda o: documents.etablir(o, facture, genre, auteur=AUTEUR))


@app.command()
def abandonner(facture: str, motif: str) -> None:
    """Met fin à la procédure d'une facture sans paiement."""
    saisir(facture, lambda o: suspensions.abandonner(o, facture, motif, auteur=AUTEUR))


def _versement(texte: str) -> Mensualite:
    quand, _, combien = texte.partition("=")
    return Mensualite(jour=jour(quand), montant=euros(combien))
