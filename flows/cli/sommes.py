"""The statement of sums from a terminal: of invoices that are followed, or of any invoice at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from rich.table import Table
from typer import Argument, Option, Typer

from dossier.core.creance import Genre, identifiant
from dossier.core.dates import en_chiffres
from dossier.core.decompte import Decompte, etablir_decompte
from dossier.core.errors import DonneeInvalide
from dossier.core.lectures import lire_pourcent
from dossier.core.montants import en_euros, en_pourcent
from dossier.core.totaux import TotalDecomptes, totaliser
from flows.cli.usage import console, dire, ecrire_json, euros, jour, option_euros, option_jour

app = Typer()


@app.command()
def decompte(
    factures: Annotated[
        list[str] | None, Argument(help="Factures suivies d'un débiteur ; sinon --montant et --echeance.")
    ] = None,
    montant: Annotated[Decimal | None, option_euros("Montant TTC.")] = None,
    echeance: Annotated[date | None, option_jour("Échéance de la facture.")] = None,
    au: Annotated[date | None, option_jour("Jour d'arrêté, compris.")] = None,
    genre: Annotated[Genre, Option(help="Qualité du débiteur.")] = Genre.ENTREPRISE,
    taux: Annotated[str, Option(help="Taux annuel stipulé au contrat, par exemple « 12 % ».")] = "",
    paiement: Annotated[list[str] | None, Option(metavar="DATE=EUROS", help="Paiement reçu.")] = None,
    avoir: Annotated[list[str] | None, Option(metavar="DATE=EUROS", help="Avoir émis.")] = None,
    mise_en_demeure: Annotated[
        date | None, option_jour("Jour de la mise en demeure (débiteur particulier).")
    ] = None,
    en_json: Annotated[bool, Option("--json", help="Écrit du JSON.")] = False,
) -> None:
    """Calcule les pénalités, l'indemnité et ce qui reste dû, avec les textes et les lectures retenues."""
    if factures:
        _des_factures_suivies(factures, au, en_json=en_json)
        return
    if montant is None or echeance is None or au is None:
        raise DonneeInvalide("indiquez une facture suivie, ou bien --montant, --echeance et --au.")
    from dossier.adapters.config_yaml import charger_droit
    from flows.wiring import settings

    resultat = etablir_decompte(
        montant,
        echeance,
        _sommes(paiement or ()),
        au,
        charger_droit(settings().config / "droit"),
        genre=genre,
        avoirs=_sommes(avoir or ()),
        taux_stipule=_taux(taux),
        mise_en_demeure=mise_en_demeure,
    )
    if en_json:
        ecrire_json(resultat.model_dump(mode="json"))
    else:
        _montrer(resultat)


def _des_factures_suivies(factures: Sequence[str], au: date | None, *, en_json: bool) -> None:
    from dossier.services.creances import decompte_de, lire_etat
    from flows.wiring import outils

    jour_d_arrete = au or outils().clock.jour()
    etats = [lire_etat(outils(), identifiant(facture)) for facture in factures]
    if len({etat.debiteur for etat in etats}) > 1:
        raise DonneeInvalide(
            "ces factures ne sont pas d'un même débiteur : demandez un décompte pour chacun."
        )
    decomptes = [(etat.facture.numero, decompte_de(outils(), etat, jour_d_arrete)) for etat in etats]
    if en_json:
        ecrire_json(_en_json(decomptes))
        return
    for numero, resultat in decomptes:
        dire(f"Facture {numero}")
        _montrer(resultat)
    if len(decomptes) > 1:
        _montrer_l_ensemble(totaliser(decomptes))


def _en_json(decomptes: Sequence[tuple[str, Decompte]]) -> dict[str, Any]:
    if len(decomptes) == 1:
        return decomptes[0][1].model_dump(mode="json")
    return {
        "factures": {numero: resultat.model_dump(mode="json") for numero, resultat in decomptes},
        "ensemble": totaliser(decomptes).model_dump(mode="json"),
    }


def _montrer(resultat: Decompte) -> None:
    tableau = Table("Du", "Au", "Jours", "Base", "Taux", "Intérêts")
    for s in resultat.segments:
        tableau.add_row(
            en_chiffres(s.du),
            en_chiffres(s.au),
            str(s.jours),
            en_euros(s.base),
            en_pourcent(s.taux),
            en_euros(s.montant),
        )
    console.print(tableau)
    if resultat.avoirs:
        dire(f"Avoirs déduits : {en_euros(resultat.avoirs_total)}")
    dire(f"Principal restant : {en_euros(resultat.principal_restant)}")
    dire(f"Intérêts restant dus : {en_euros(resultat.interets_restants)}")
    dire(f"Indemnité forfaitaire : {en_euros(resultat.indemnite_restante)}")
    dire(f"Total au {en_chiffres(resultat.au)} : {en_euros(resultat.total)}")
    for texte in (*resultat.textes, *resultat.hypotheses, *resultat.alertes):
        dire(f"  {texte}")


def _montrer_l_ensemble(ensemble: TotalDecomptes) -> None:
    dire(
        f"Ensemble : factures {en_euros(ensemble.principal_restant)}, intérêts "
        f"{en_euros(ensemble.interets_restants)}, indemnités {en_euros(ensemble.indemnite_restante)}"
    )
    dire(f"Total : {en_euros(ensemble.total)}")
    for remarque in ensemble.remarques:
        dire(f"  {remarque}")


def _sommes(textes: Sequence[str]) -> list[tuple[date, Decimal]]:
    lues = [texte.partition("=") for texte in textes]
    return [(jour(quand), euros(combien)) for quand, _, combien in lues]


def _taux(texte: str) -> Decimal | None:
    lu = lire_pourcent(texte)
    if texte and lu is None:
        raise DonneeInvalide(f"« {texte} » n'est pas un taux annuel : écrivez par exemple « 12 % ».")
    return lu
