"""Asking Maileva to ring when something happens to a registered letter (`notification_center` v2).

Which event goes with which kind of resource is published for `registered_mail` v2 only; for v4 it is read from
what each event is about, and a pair that Maileva refuses is told.
"""

from __future__ import annotations

from dossier.adapters.transporteurs.http import Refus, lire
from dossier.adapters.transporteurs.maileva_compte import NOM, Compte
from dossier.adapters.transporteurs.maileva_reponses import Abonnement, Abonnements
from dossier.core.errors import ConfigurationInvalide, ErreurEnvoi

ABONNEMENTS = "/notification_center/v2/subscriptions"
PAR_PAGE = 500
PAGES = 100
ENVOI, DESTINATAIRE = "registered_mail/v4/sendings", "registered_mail/v4/recipients"
EVENEMENTS = {
    "ON_STATUS_ACCEPTED": ENVOI,
    "ON_STATUS_REJECTED": ENVOI,
    "ON_STATUS_PROCESSED": ENVOI,
    "ON_STATUS_PROCESSED_WITH_ERRORS": ENVOI,
    "ON_STATUS_ARCHIVED": ENVOI,
    "ON_GLOBAL_DEPOSIT_PROOF_RECEIVED": ENVOI,
    "ON_DEPOSIT_PROOF_RECEIVED": DESTINATAIRE,
    "ON_ACKNOWLEDGEMENT_OF_RECEIPT_RECEIVED": DESTINATAIRE,
    "ON_MAIN_DELIVERY_STATUS_FIRST_PRESENTATION": DESTINATAIRE,
    "ON_MAIN_DELIVERY_STATUS_DELIVERED": DESTINATAIRE,
    "ON_MAIN_DELIVERY_STATUS_UNDELIVERED": DESTINATAIRE,
    "ON_UNDELIVERED_MAIL_RECEIVED": DESTINATAIRE,
}


def abonner(compte: Compte, url: str) -> tuple[str, ...]:
    """The events newly subscribed to for that address; those that were there are left as they are.

    Raises ConfigurationInvalide; ErreurEnvoi naming the events refused, once the others are made.
    """
    if not url.startswith("https://"):
        raise ConfigurationInvalide(
            "L'adresse que Maileva doit appeler commence par https:// : corrigez l'adresse publique de la sonnette "
            "dans les réglages."
        )
    presents = {(a.event_type, a.resource_type) for a in _tous(compte) if a.callback_url == url}
    faits, refuses = [], []
    for evenement, ressource in EVENEMENTS.items():
        if (evenement, ressource) in presents:
            continue
        corps = {"event_type": evenement, "resource_type": ressource, "callback_url": url}
        try:
            compte.appeler("POST", ABONNEMENTS, json=corps)
        except Refus as refus:
            if refus.reponse.status_code != 400:
                raise
            refuses.append(evenement)
        else:
            faits.append(evenement)
    if refuses:
        raise ErreurEnvoi(
            f"Maileva refuse d'annoncer {', '.join(refuses)} (HTTP 400) ; les autres évènements sont demandés. Les "
            "lettres restent suivies par la relève périodique."
        )
    return tuple(faits)


def _tous(compte: Compte) -> list[Abonnement]:
    vus: list[Abonnement] = []
    for _ in range(PAGES):
        parametres = {"start_index": len(vus) + 1, "count": PAR_PAGE}
        reponse = compte.appeler("GET", ABONNEMENTS, params=parametres)
        page = lire(NOM, reponse.content, Abonnements)
        vus.extend(page.subscriptions)
        total = page.paging.total_results
        if not page.subscriptions or (total is not None and len(vus) >= total):
            return vus
    raise ErreurEnvoi("La liste des abonnements de Maileva ne finit pas : rien n'a été ajouté.")
