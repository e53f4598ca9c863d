"""What Maileva answers, read with tolerance: unknown fields are dropped, empty ones take their default.

Fields and enumerations are those of the published OpenAPI descriptions of `registered_mail` v4 and
`notification_center` v2, as TypeScript declarations generated from them stand in a public repository, and of
`registered_mail` v2 (mmeisso/maileva-api-adapter-v2). None of it was tried on the real service.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import httpx
from pydantic import AfterValidator, ConfigDict, StringConstraints, ValidationError, model_validator

from dossier.core.dates import PARIS
from dossier.core.modele import Modele


def _aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo else instant.replace(tzinfo=PARIS)


Instant = Annotated[datetime, AfterValidator(_aware)]
"""An instant written without a zone is taken as Paris time."""
Identifiant = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
"""Safe to put in an address of the API."""


class Recu(Modele):
    """A part of an answer."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def sans_vides(cls, valeurs: Any) -> Any:
        """A field sent as null is a field not sent."""
        if not isinstance(valeurs, dict):
            return valeurs
        return {champ: valeur for champ, valeur in valeurs.items() if valeur is not None}


class Jeton(Recu):
    access_token: Annotated[str, StringConstraints(pattern=r"^[!-~]+$")]
    """It travels in a header: printable ASCII."""
    expires_in: float = 300.0
    """Seconds."""


class Page(Recu):
    total_results: int | None = None
    next: str = ""


class Statut(Recu):
    """One step of the making of a sending."""

    code: str = ""
    date: Instant | None = None
    details: str = ""


class Envoi(Recu):
    """A sending."""

    id: Identifiant
    name: str = ""
    custom_id: str = ""
    custom_data: str = ""
    status: str = ""
    status_detail: str = ""
    statuses: tuple[Statut, ...] = ()
    creation_date: Instant | None = None
    submission_date: Instant | None = None
    acknowledgement_of_receipt: bool | None = None
    print_sender_address: bool | None = None
    returned_mail_scanning: bool | None = None


class Envois(Recu):
    sendings: tuple[Envoi, ...]
    paging: Page = Page()


class Document(Recu):
    name: str = ""
    status: str = ""
    status_detail: str = ""


class Documents(Recu):
    documents: tuple[Document, ...]


class Distribution(Recu):
    """One event of the delivery, as La Poste told it to Maileva."""

    code: str = ""
    label: str = ""
    category: str = ""
    """Of the main events: DELIVERING, FIRST_PRESENTATION, DELIVERED, UNDELIVERED."""
    date: Instant | None = None
    creation_date: Instant | None = None


class Destinataire(Recu):
    """What became of the letter to one addressee."""

    id: Identifiant
    custom_id: str = ""
    status: str = ""
    status_detail: str = ""
    statuses: tuple[Statut, ...] = ()
    registered_number: str = ""
    deposit_proof_date: Instant | None = None
    deposit_proof_url: str = ""
    acknowledgement_of_receipt_url: str = ""
    undelivered_mail_date: Instant | None = None
    undelivered_mail_url: str = ""
    undelivered_mail_reason: str = ""
    delivery_statuses: tuple[Distribution, ...] = ()
    main_delivery_statuses: tuple[Distribution, ...] = ()


class Destinataires(Recu):
    recipients: tuple[Destinataire, ...]


class Preuve(Recu):
    """The proof that the whole sending was handed to La Poste."""

    id: Identifiant
    date: Instant | None = None
    sending_id: str = ""
    url: str = ""


class Preuves(Recu):
    global_deposit_proofs: tuple[Preuve, ...] = ()


class Abonnement(Recu):
    event_type: str = ""
    resource_type: str = ""
    callback_url: str = ""


class Abonnements(Recu):
    subscriptions: tuple[Abonnement, ...] = ()
    paging: Page = Page()


class Motif(Recu):
    code: str = ""
    message: str = ""


class Motifs(Recu):
    """An error: Maileva gives one, or a list."""

    code: str = ""
    message: str = ""
    errors: tuple[Motif, ...] = ()


LONGUEUR_DU_MOTIF = 400


def motif(reponse: httpx.Response) -> str:
    """The reason that Maileva gives for a refusal, in its own words; empty when it gives none."""
    try:
        lus = Motifs.model_validate_json(reponse.content)
    except ValidationError:
        return ""
    phrases = [m.message or m.code for m in (*lus.errors, Motif(code=lus.code, message=lus.message))]
    return " ; ".join(phrase for phrase in phrases if phrase)[:LONGUEUR_DU_MOTIF]
