"""The forms that seal a dossier on demand, and give up a next version."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from prefect.client.schemas.objects import State

from dossier.core.creance import identifiant
from dossier.core.errors import DonneeInvalide
from dossier.core.stockage import Gardien
from dossier.services import revisions
from dossier.services.creances import lire_etat
from dossier.services.retenues import retenir
from flows.affichage import situation
from flows.champs import Nom
from flows.formulaires import formulaire
from flows.remise import assembler_debiteur
from flows.runs import signaler_le_debiteur
from flows.saisies.commun import AUTEUR, Facture, Motif, saisir
from flows.wiring import outils


@formulaire(name="assembler-le-dossier", flow_run_name="Dossier · {facture}")
def assembler(facture: Facture) -> State[None]:
    """Scelle le dossier du débiteur de cette facture si la mise en demeure a couru, ou dit ce qui manque."""
    return saisir(facture, lambda: _assembler(facture), reveil=signaler_le_debiteur)


def _assembler(facture: str) -> str:
    try:
        scelles = " ".join(f"{phrase}." for phrase in assembler_debiteur(outils(), facture, auteur=AUTEUR))
    except DonneeInvalide as refus:
        ou = " ; ".join(f"{numero} : {dit}" for numero, dit in _situations(facture))
        raise DonneeInvalide(f"{refus} Où en sont ses factures : {ou}.") from refus
    return " ".join([scelles, *_retenir(facture)])


def _situations(facture: str) -> Iterator[tuple[str, str]]:
    for creance in _du_debiteur(facture):
        etat = lire_etat(outils(), creance)
        yield etat.facture.numero, situation(outils(), etat)


def _retenir(facture: str) -> Iterator[str]:
    """Have the store hold what the dossier is made of, as the suivi does; what it could not."""
    for creance in _du_debiteur(facture):
        if lire_etat(outils(), creance).dossier is not None:
            yield from retenir(outils(), cast(Gardien, outils().store), creance).pannes


def _du_debiteur(facture: str) -> list[str]:
    debiteur = lire_etat(outils(), identifiant(facture)).debiteur
    return [ouverture.creance for ouverture in outils().journal.creances(debiteur)]


@formulaire(name="ne-plus-refaire-le-dossier", flow_run_name="Version gardée · {facture}")
def ne_plus_refaire(facture: Facture, motif: Motif, par: Nom) -> State[None]:
    """Retire la demande d'une nouvelle version : le dernier dossier scellé reste le bon."""
    return saisir(
        facture,
        lambda: revisions.retirer(outils(), facture, motif, par, auteur=par),
        reveil=signaler_le_debiteur,
    )
