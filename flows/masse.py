"""One form for many creances: what it would do is shown first, and done once a person confirms."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Annotated, NoReturn

from prefect.artifacts import create_markdown_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.input import RunInput
from prefect.states import Completed
from pydantic import Field, WithJsonSchema

from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Etat
from dossier.core.filtre import Filtre
from dossier.core.langues import en_nombre
from dossier.core.montants import ZERO, en_euros
from dossier.services import masse
from dossier.services.factures import numero_suivi
from dossier.services.masse import ActeDeMasse, Demande, Ligne
from flows.affichage import en_cellule
from flows.bureau import suivis_rouges
from flows.champs import Acte, EurosOuRien, JourOuRien, Nom
from flows.durable_wait import poser, reponse
from flows.formulaires import formulaire
from flows.runs import signaler
from flows.saisies.commun import AUTEUR, Motif
from flows.wiring import outils

PAGE = "traitement-en-masse"
MONTREES = 100
"""Lines of the preview and of the report; beyond, they are counted."""
# Drawn as one field: the UI would offer « list » or « None », in English.
ListeOuRien = Annotated[list[str] | None, WithJsonSchema({"type": "array", "items": {"type": "string"}})]
JoursOuRien = Annotated[int | None, WithJsonSchema({"type": "integer"})]


class Confirmation(RunInput):
    """Faut-il le faire ?"""

    confirmer: bool = Field(
        default=False, title="Oui, le faire", description="Tant que ce n'est pas activé, rien n'est changé."
    )


@formulaire(name="traiter-en-masse", flow_run_name="En masse · {acte}")
def traiter_en_masse(
    acte: Annotated[Acte, Field(title="Que faire")],
    motif: Motif,
    par: Nom,
    debiteur: Annotated[
        str, Field(title="Débiteur", description="Une partie du nom, ou le SIREN ; vide pour tous")
    ] = "",
    factures: Annotated[
        ListeOuRien, Field(title="Factures", description="Leurs numéros ; vide pour toutes")
    ] = None,
    scenario_actuel: Annotated[str, Field(title="Scénario suivi", description="Vide pour tous")] = "",
    etape: Annotated[
        str, Field(title="Étape en cours", description="Par exemple relance-2, litige ; vide pour toutes")
    ] = "",
    retard: Annotated[
        JoursOuRien, Field(title="Jours de retard, au moins", description="Depuis l'échéance")
    ] = None,
    reste: Annotated[EurosOuRien, Field(title="Reste dû, au moins", description="En euros")] = None,
    nouveau_scenario: Annotated[
        str, Field(title="Nouveau scénario", description="Pour changer de scénario")
    ] = "",
    jusqu_au: Annotated[
        JourOuRien, Field(title="Suspendre jusqu'au", description="Vide : jusqu'à ce qu'on reprenne")
    ] = None,
) -> State[None]:
    """Relance, suspend, reprend ou change de scénario beaucoup de créances ; montre d'abord ce qui se passera."""
    demande = Demande(acte, motif, par, nouveau_scenario, jusqu_au)
    filtre = Filtre(
        factures=tuple(numero_suivi(outils(), numero) for numero in factures or () if numero.strip()),
        debiteur=debiteur, scenario=scenario_actuel, etape=etape, retard=retard, reste=reste,
    )  # fmt: skip
    etats = viser(acte, masse.choisir(outils(), filtre))
    if not _confirmer(demande, etats):
        return Completed(name="Rien n'est changé", message="Le traitement n'a pas été confirmé.")
    return _faire(demande, etats)


def viser(acte: ActeDeMasse, etats: Sequence[Etat]) -> Sequence[Etat]:
    """Those that the act may be about: only a red run is tried again. Raises DonneeInvalide when none is."""
    if acte is not ActeDeMasse.REESSAYER:
        return etats
    with get_client(sync_client=True) as client:
        rouges = suivis_rouges(client, outils().clock.jour())
    arretes = [etat for etat in etats if etat.creance in rouges]
    if not arretes:
        raise DonneeInvalide("Aucun suivi de ces créances n'est rouge : il n'y a rien à réessayer.")
    return arretes


def _confirmer(demande: Demande, etats: Sequence[Etat]) -> bool:
    """Whether a person confirmed this very act on these very creances; else ask, and leave.

    When something was recorded on one of them since the preview, the preview is shown again.
    """
    vues = "\n".join([repr(demande), *(f"{etat.creance} {etat.numero}" for etat in etats)])
    cle = f"masse-{hashlib.sha256(vues.encode()).hexdigest()[:24]}"
    donnee = reponse(Confirmation, cle)
    if donnee is None:
        _demander(demande, etats, cle)
    return donnee.confirmer


def _demander(demande: Demande, etats: Sequence[Etat], cle: str) -> NoReturn:
    lignes = masse.apercu(outils(), etats, demande, AUTEUR)
    faites = sum(ligne.faite for ligne in lignes)
    if not faites:
        raise DonneeInvalide(f"Rien à faire : {lignes[0].phrase}")
    titre = f"À confirmer : {demande.acte.libelle}, {en_nombre(faites, 'créance')}"
    poser(Confirmation, cle, titre, page(lignes, "Ce qui sera fait"), inchange=lambda: True)


def _faire(demande: Demande, etats: Sequence[Etat]) -> State[None]:
    lignes = masse.traiter(outils(), etats, demande, AUTEUR)
    signaler(outils(), *(ligne.creance for ligne in lignes if ligne.faite))
    create_markdown_artifact(key=PAGE, markdown=page(lignes, "Ce qui a été fait"))
    faites = sum(ligne.faite for ligne in lignes)
    laissees = f", {len(lignes) - faites} laissées" if faites < len(lignes) else ""
    return Completed(name=f"{demande.acte.libelle.capitalize()} : {en_nombre(faites, 'créance')}{laissees}")


def page(lignes: Sequence[Ligne], titre: str) -> str:
    """What is done to each creance, as a markdown list, those that are left last.

    A list and not a table: the window of the question is narrow, and the UI breaks no cell.
    """
    faites = [ligne for ligne in lignes if ligne.faite]
    laissees = [ligne for ligne in lignes if not ligne.faite]
    somme = sum((ligne.reste for ligne in faites), ZERO)
    reste = len(lignes) - MONTREES
    return "\n".join(
        [
            f"### {titre} : {en_nombre(len(faites), 'créance')}, {en_euros(somme)} encore dus",
            "",
            *map(_puce, faites[:MONTREES]),
            *([f"\n#### Rien ne change pour {en_nombre(len(laissees), 'créance')}\n"] if laissees else []),
            *map(_puce, laissees[: max(0, MONTREES - len(faites))]),
            *([f"\n… et {reste} autres." if reste > 1 else "\n… et une autre."] if reste > 0 else []),
        ]
    )


def _puce(ligne: Ligne) -> str:
    qui = f"**{en_cellule(ligne.facture)}** · {en_cellule(ligne.debiteur)} · {en_euros(ligne.reste)}"
    return f"- {qui}<br>{en_cellule(ligne.phrase)}"
