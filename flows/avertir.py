"""Warn staff, by e-mail and webhook: started by the automations of `flows.automates`, and each morning.

What was said once is not said again; what could not be said is kept for the next time. See
docs/decisions/0018-ronde-et-automates.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Annotated, NamedTuple

from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.variables import Variable
from pydantic import Field

from dossier.adapters.annonce_http import annoncer
from dossier.core.errors import DossierError, ErreurEnvoi
from dossier.core.ports import Courriel
from dossier.services.outils import Outils
from flows.alertes import SILENCE, Alerte, Objet, lien, questions, ronde_absente, rouges
from flows.durable_wait import run_courant
from flows.wiring import outils, settings

AU_PLUS = 50
"""Warnings told one by one in one message."""
VUES, RAPPELEES = "dossier_alertes_rouges", "dossier_alertes_rappels"
"""Prefect variables: until when red runs were told (instant), until which day questions were reminded."""


class Voies(NamedTuple):
    """By which ways staff are warned, as the settings say; both empty, nobody is."""

    courriel: str = ""
    webhook: str = ""


def voies() -> Voies:
    """The ways that are open."""
    reglages = settings()
    if not reglages.alertes:
        return Voies()
    return Voies(reglages.alertes_courriel, reglages.alertes_webhook.get_secret_value())


@flow(name="avertir", flow_run_name="Alerte : {objet}", persist_result=False)
def avertir(
    objet: Annotated[
        Objet, Field(title="De quoi", description="« essai » envoie un message pour vérifier les réglages")
    ] = Objet.TOUT,
) -> State[None]:
    """Prévient par courriel ou webhook des étapes rouges, des questions sans réponse, d'une ronde absente."""
    if not any(voies()):
        return _sans_destinataire(objet)
    debut, jour = datetime.now(UTC), outils().clock.jour()  # noqa: TID251 - compared with Prefect's own clock
    with get_client(sync_client=True) as client:
        alertes = list(_alertes(client, objet, debut))
    if not alertes:
        _retenir(objet, debut, jour)
        return Completed(name="Rien à signaler", message="Rien de nouveau à signaler.")
    parties, pannes = diffuser(outils(), alertes, run_courant().id.hex)
    if parties:
        _retenir(objet, debut, jour)
    if pannes:
        nom = "Alerte partie en partie" if parties else "Alerte non partie"
        return Failed(name=nom, message=" ".join(pannes))
    return Completed(name="Averti", message=f"{sujet(alertes)}.")


def _sans_destinataire(objet: Objet) -> State[None]:
    """What the calendar starts is not red for want of a reader; a trial, which a person waits for, is."""
    if settings().alertes:
        pourquoi = "aucune adresse n'est réglée."
        remede = "Donnez DOSSIER_ALERTES_COURRIEL (une adresse électronique) ou DOSSIER_ALERTES_WEBHOOK"
    else:
        pourquoi = "DOSSIER_ALERTES=false éteint toutes les alertes."
        remede = "Ôtez-le, donnez DOSSIER_ALERTES_COURRIEL ou DOSSIER_ALERTES_WEBHOOK s'ils sont vides"
    phrase = (
        f"Rien n'est parti : {pourquoi} {remede}, redémarrez le service, puis faites l'essai "
        "(docs/reglages.md, « Être prévenu »)."
    )
    if objet is Objet.ESSAI:
        return Failed(name="Refusé", message=phrase)
    return Completed(name="Alertes éteintes", message=phrase)


def _alertes(client: SyncPrefectClient, objet: Objet, maintenant: datetime) -> Iterator[Alerte]:
    if objet in (Objet.TOUT, Objet.ROUGES):
        yield from rouges(client, outils(), _vues(maintenant))
    if objet in (Objet.TOUT, Objet.QUESTIONS):
        yield from questions(client, outils(), _rappelees())
    if objet in (Objet.TOUT, Objet.RONDE):
        yield from ronde_absente(client, maintenant, jamais=objet is Objet.RONDE)
    if objet is Objet.ESSAI:
        yield Alerte(objet, "Ceci est un essai : vous recevrez ici les alertes.", lien(run_courant()))


def diffuser(maison: Outils, alertes: Sequence[Alerte], cle: str) -> tuple[int, list[str]]:
    """Tell them by each way that is open: how many took the message, and French sentences for the others.

    `cle` names the message. The absent round is told to the webhook by Prefect's server, which may be alone
    to live.
    """
    ouvertes, parties, pannes = voies(), 0, []
    # An e-mail that waited for the service tells an absence; the webhook was told by the server.
    par_webhook = [a for a in alertes if a.objet is not Objet.RONDE] if ouvertes.webhook else []
    try:
        if ouvertes.courriel:
            maison.messagerie.envoyer(composer(maison, ouvertes.courriel, alertes, cle))
            parties += 1
    except DossierError as error:
        pannes.append(str(error))
    try:
        if par_webhook:
            annoncer(ouvertes.webhook, en_json(par_webhook))
            parties += 1
    except ErreurEnvoi as error:
        pannes.append(str(error))
    return parties, pannes


def composer(maison: Outils, destinataires: str, alertes: Sequence[Alerte], cle: str) -> bytes:
    """The e-mail that tells them. Raises DonneeInvalide when an address is not one."""
    domaine = maison.creancier.email.rpartition("@")[2]
    return maison.messagerie.composer(
        Courriel(
            destinataire=destinataires,
            sujet=f"Dossier : {sujet(alertes)}",
            corps=corps(alertes),
            pieces=(),
            message_id=f"<alerte-{cle}@{domaine}>",
            instant=maison.clock.now(),
        )
    )


def sujet(alertes: Iterable[Alerte]) -> str:
    """`étapes à reprendre (2), questions sans réponse (1)`: never a debtor's name, for it is logged."""
    objets = [alerte.objet for alerte in alertes]
    return ", ".join(f"{objet.value} ({objets.count(objet)})" for objet in dict.fromkeys(objets))


def corps(alertes: Sequence[Alerte]) -> str:
    """The message in plain text, one paragraph per warning."""
    lignes = [f"{_titre(a)}{a.phrase}\n{a.lien}" for a in alertes[:AU_PLUS]]
    reste = len(alertes) - AU_PLUS
    autres = [f"Et {reste} autres : voyez l'écran."] if reste > 0 else []
    pied = "Alerte de Dossier. Réglages : DOSSIER_ALERTES, DOSSIER_ALERTES_COURRIEL, DOSSIER_ALERTES_WEBHOOK."
    return "\n\n".join([*lignes, *autres, f"-- \n{pied}\n"])


def en_json(alertes: Sequence[Alerte]) -> dict[str, object]:
    """What the webhook receives: `text`, which chats show, and each warning."""
    cites = [{**alerte._asdict(), "objet": alerte.objet.value} for alerte in alertes[:AU_PLUS]]
    return {
        "text": f"Dossier : {sujet(alertes)}\n\n{corps(alertes)}",
        "nombre": len(alertes),
        "alertes": cites,
    }


def _titre(alerte: Alerte) -> str:
    titre = " · ".join(filter(None, (alerte.facture, alerte.debiteur)))
    return f"{titre}\n" if titre else ""


def _vues(maintenant: datetime) -> datetime:
    vues = Variable.get(VUES)
    return datetime.fromisoformat(str(vues)) if vues else maintenant - SILENCE


def _rappelees() -> date | None:
    jour = Variable.get(RAPPELEES)
    return date.fromisoformat(str(jour)) if jour else None


def _retenir(objet: Objet, debut: datetime, jour: date) -> None:
    """What was looked at is not told again."""
    if objet in (Objet.TOUT, Objet.ROUGES):
        Variable.set(VUES, debut.isoformat(), overwrite=True)
    if objet in (Objet.TOUT, Objet.QUESTIONS):
        Variable.set(RAPPELEES, jour.isoformat(), overwrite=True)
