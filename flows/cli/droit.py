"""The law from a terminal: what is in force, the calendar after the order."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from rich.markup import escape
from rich.table import Table
from typer import Option, Typer

from dossier.core.creance import identifiant
from dossier.core.dates import en_chiffres
from dossier.core.documents import OUVERTURES
from dossier.core.droit.calendrier import Devoir, Qui
from dossier.core.droit.corpus import Droit
from dossier.core.droit.ordonnance import Demeure, Procedure
from dossier.core.droit.ordonnance import calendrier as etablir_calendrier
from dossier.core.droit.veille import Ligne, table
from dossier.core.errors import DonneeInvalide
from dossier.core.examen import avertissements
from flows.cli.usage import console, dire, ecrire_json, option_euros, option_jour

app = Typer()
QUI = {
    Qui.CREANCIER: "créancier",
    Qui.DEBITEUR: "débiteur",
    Qui.GREFFE: "greffe",
    Qui.COMMISSAIRE_DE_JUSTICE: "commissaire de justice",
    Qui.AVOCAT: "avocat",
}
EnJson = Annotated[bool, Option("--json", help="Écrit du JSON.")]


@app.command()
def droit(
    au: Annotated[date | None, option_jour("Jour considéré ; à défaut, aujourd'hui.")] = None,
    en_json: EnJson = False,
) -> None:
    """Montre les chiffres du droit en vigueur, leurs textes et jusqu'à quand ils sont vérifiés."""
    from flows.wiring import outils

    lignes = table(_droit(), au or outils().clock.jour())
    if en_json:
        ecrire_json([_ligne_json(ligne) for ligne in lignes])
        return
    tableau = Table("Règle et texte", "Valeur", "Depuis", "Vérifié au")
    for ligne in lignes:
        preuve = f" ({ligne.niveau.replace('_', ' ')})" if ligne.niveau else ""
        tableau.add_row(
            f"{escape(ligne.verifie.libelle)}\n[dim]{escape(ligne.verifie.texte + preuve)}[/]",
            ligne.valeur,
            en_chiffres(ligne.depuis) if ligne.depuis else "",
            en_chiffres(ligne.verifie.verifie_jusqu_au),
        )
    console.print(tableau)
    for ligne in lignes:
        if ligne.alerte:
            dire(f"⚠ « {ligne.verifie.libelle} » {ligne.alerte}.")


@app.command()
def voies(facture: str) -> None:
    """Dit devant quel tribunal et par quelles voies une créance peut être réclamée, et ce qui l'empêche."""
    from dossier.services.creances import examen_de, lire_etat
    from flows.wiring import outils

    examen = examen_de(outils(), lire_etat(outils(), identifiant(facture)), outils().clock.jour())
    juridiction = examen.juridiction
    dire(f"{juridiction.intitule} – {juridiction.texte}")
    for doute in filter(None, (juridiction.motif, juridiction.reserve)):
        dire(f"    {doute}")
    for delai in examen.delais:
        prescription = delai.prescription
        dire(f"Prescription le {en_chiffres(prescription.date_limite)} – {prescription.texte}")
        dire(f"    {prescription.hypothese}")
    for avertissement in avertissements(examen):
        dire(f"⚠ {avertissement}")
    for voie in examen.voies:
        dire(f"{voie.libelle} : {OUVERTURES[voie.ouverture]} – {voie.texte}")
        dire(f"    {voie.motif}")


@app.command()
def calendrier(
    requete: Annotated[date | None, option_jour("Dépôt de la requête.")] = None,
    ordonnance: Annotated[date | None, option_jour("Date de l'ordonnance.")] = None,
    signification: Annotated[date | None, option_jour("Signification au débiteur.")] = None,
    opposition: Annotated[date | None, option_jour("Opposition reçue au greffe.")] = None,
    notification: Annotated[date | None, option_jour("Opposition notifiée au créancier.")] = None,
    invitation: Annotated[date | None, option_jour("Invitation du greffe à consigner.")] = None,
    premier_acte: Annotated[date | None, option_jour("Premier acte à personne ou première saisie.")] = None,
    a_personne: Annotated[bool, Option("--a-personne", help="Signifiée à personne.")] = False,
    commerce: Annotated[
        bool, Option("--commerce/--judiciaire", help="Tribunal de commerce ou judiciaire.")
    ] = True,
    demeure: Annotated[Demeure, Option(help="Où demeure le débiteur.")] = Demeure.METROPOLE,
    montant: Annotated[Decimal | None, option_euros("Montant de la demande.")] = None,
    en_json: EnJson = False,
) -> None:
    """Dit ce qui est à faire, par qui et jusqu'à quand, après la requête ou l'ordonnance."""
    if requete is None and ordonnance is None:
        raise DonneeInvalide("indiquez au moins --requete ou --ordonnance, avec sa date.")
    procedure = Procedure(
        depot=requete,
        ordonnance=ordonnance,
        signification=signification,
        opposition=opposition,
        notification_opposition=notification,
        invitation_a_consigner=invitation,
        premier_acte=premier_acte,
        a_personne=a_personne,
        tribunal_de_commerce=commerce,
        demeure=demeure,
        montant=montant,
    )
    devoirs = etablir_calendrier(procedure, _droit().ordonnance)
    if en_json:
        ecrire_json([devoir.model_dump(mode="json") for devoir in devoirs])
        return
    for devoir in devoirs:
        _montrer(devoir)


def _droit() -> Droit:
    from dossier.adapters.config_yaml import charger_droit
    from flows.wiring import settings

    return charger_droit(settings().config / "droit")


def _ligne_json(ligne: Ligne) -> dict[str, str | None]:
    verifie = ligne.verifie
    return {
        "nom": verifie.nom,
        "libelle": verifie.libelle,
        "valeur": ligne.valeur,
        "depuis": ligne.depuis.isoformat() if ligne.depuis else None,
        "texte": verifie.texte,
        "source": ligne.source,
        "niveau": ligne.niveau,
        "verifie_jusqu_au": verifie.verifie_jusqu_au.isoformat(),
        "alerte": ligne.alerte,
    }


def _montrer(devoir: Devoir) -> None:
    quand = [
        f"à partir du {en_chiffres(devoir.a_partir_de)}" if devoir.a_partir_de else "",
        f"viser le {en_chiffres(devoir.cible)}" if devoir.cible else "",
        f"dernier jour le {en_chiffres(devoir.limite)}" if devoir.limite else "",
    ]
    dates = ", ".join(filter(None, quand)) or "date à déterminer"
    dire(f"{devoir.libelle} ({QUI[devoir.qui]}) : {dates} – {devoir.texte}")
    for suite in filter(None, (devoir.consequence, devoir.reserve)):
        dire(f"    {suite}")
