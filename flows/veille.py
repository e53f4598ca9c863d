"""The weekly watch over the law: figures to check again, limitation periods that come to their end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from dossier.core.dates import en_chiffres
from dossier.core.droit.alertes import Gravite
from dossier.core.droit.prescription import Alerte, alerte
from dossier.core.droit.veille import Ligne, a_completer
from dossier.core.errors import ParametreNonCouvert
from dossier.core.etat import Etat
from dossier.core.examen import prescription_en_cours
from dossier.services.creances import etats_lisibles, scenario_de
from dossier.services.outils import Outils
from flows.affichage import en_cellule
from flows.wiring import outils

PAGE = "veille-du-droit"


class Prescrite(NamedTuple):
    """A creance whose time to act comes to its end, or is not known."""

    etat: Etat
    alerte: Alerte | None
    phrase: str


@flow(name="veille-du-droit", flow_run_name="Veille du droit", persist_result=False)
def veille_du_droit() -> State[None]:
    """Signale les chiffres du droit à revérifier et les créances dont la prescription approche."""
    maison = outils()
    jour = maison.clock.jour()
    lignes = a_completer(maison.droit, jour)
    proches = tuple(prescriptions_proches(maison))
    create_markdown_artifact(key=PAGE, markdown=page_de_veille(lignes, proches))
    perimees = [ligne for ligne in lignes if jour > ligne.verifie.verifie_jusqu_au]
    depassees = [p for p in proches if p.alerte is None or p.alerte.gravite is Gravite.DEPASSEE]
    if perimees or depassees:
        return Failed(name="À reprendre", message=_bilan(lignes, proches))
    if lignes or proches:
        return Completed(name="À surveiller", message=_bilan(lignes, proches))
    return Completed(name="Rien à signaler", message="Chiffres vérifiés, aucune prescription proche.")


def prescriptions_proches(maison: Outils) -> Iterator[Prescrite]:
    """The open creances whose limitation period ends within the thresholds, the most urgent first."""
    trouvees = [p for etat in etats_lisibles(maison) if etat.fin is None and (p := _proche(maison, etat))]
    yield from sorted(trouvees, key=lambda p: p.alerte.date_limite if p.alerte else p.etat.facture.echeance)


def _proche(maison: Outils, etat: Etat) -> Prescrite | None:
    jour = maison.clock.jour()
    try:
        delai = prescription_en_cours(etat, scenario_de(maison, etat), maison.droit, jour)
    except ParametreNonCouvert as error:
        return Prescrite(etat, None, str(error))
    trouvee = alerte(delai, jour, maison.droit.prescription_alertes) if delai else None
    return Prescrite(etat, trouvee, trouvee.phrase) if trouvee else None


def page_de_veille(lignes: tuple[Ligne, ...], proches: tuple[Prescrite, ...]) -> str:
    """The markdown page of the watch."""
    return "\n".join(
        [
            "# Veille du droit",
            "## Chiffres à revérifier"
            if lignes
            else "Tous les chiffres sont vérifiés au-delà de trente jours.",
            *[f"- **{en_cellule(ligne.verifie.libelle)}** {en_cellule(ligne.alerte)}" for ligne in lignes],
            "",
            "## Prescriptions proches" if proches else "Aucune prescription proche.",
            *[f"- **{en_cellule(p.etat.facture.numero)}** : {en_cellule(p.phrase)}" for p in proches],
        ]
    )


def _bilan(lignes: tuple[Ligne, ...], proches: tuple[Prescrite, ...]) -> str:
    phrases = []
    if lignes:
        avant = en_chiffres(min(ligne.verifie.verifie_jusqu_au for ligne in lignes))
        noms = ", ".join(ligne.verifie.nom for ligne in lignes)
        phrases.append(f"Chiffres du droit vérifiés jusqu'au {avant} seulement, à compléter : {noms}.")
    if proches:
        factures = ", ".join(p.etat.facture.numero for p in proches)
        phrases.append(f"Prescriptions proches ou passées : {factures}.")
    return " ".join(phrases)
