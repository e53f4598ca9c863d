"""What Maileva's codes mean for a letter.

Codes LP00 to LP29, main categories, statuses and reasons N02 to N07 are the tables of the published description of
`registered_mail` v4; none was seen coming from the real service.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dossier.adapters.transporteurs.maileva_envoi import ABANDONNES
from dossier.adapters.transporteurs.maileva_reponses import Destinataire, Distribution, Envoi, Instant
from dossier.core.faits import EvenementPli, GenreScan, Sens

PRODUCTION = {
    "PENDING": (Sens.ACHEMINE, "Reçu par Maileva"),
    "BLOCKED": (Sens.INCIDENT, "En attente d'une autorisation financière chez Maileva"),
    "ACCEPTED": (Sens.ACHEMINE, "Accepté par Maileva"),
    "PREPARING": (Sens.ACHEMINE, "En cours d'impression chez Maileva"),
    "PROCESSED": (Sens.ACHEMINE, "Imprimé et mis sous pli par Maileva"),
    "PROCESSED_WITH_ERRORS": (Sens.INCIDENT, "Traité par Maileva avec des erreurs"),
    "REJECTED": (Sens.INCIDENT, "Rejeté par Maileva, rien n'est parti"),
    "SENDING_REJECTED": (Sens.INCIDENT, "Rejeté par Maileva, rien n'est parti"),
    "CANCELED": (Sens.INCIDENT, "Annulé chez Maileva, rien n'est parti"),
}
TUS = frozenset({"DRAFT", "ARCHIVED", "LP05", "LP06", "LP07", "LP18"})
"""Codes that say nothing of where the letter is: drafts, archives, documents made available."""
DISTRIBUTION = {
    "LP01": Sens.PRIS_EN_CHARGE,
    "LP02": Sens.ACHEMINE,
    "LP03": Sens.ACHEMINE,
    "LP04": Sens.ACHEMINE,
    "LP08": Sens.PRESENTE,
    "LP09": Sens.PRESENTE,
    "LP10": Sens.PRESENTE,
    "LP11": Sens.ACHEMINE,
    "LP12": Sens.INCIDENT,
    "LP13": Sens.INCIDENT,
    "LP14": Sens.ACHEMINE,
    "LP15": Sens.DISTRIBUE,
    "LP16": Sens.DISTRIBUE,
    "LP17": Sens.RETOURNE,
    "LP19": Sens.NON_RECLAME,
    "LP20": Sens.NPAI,
    "LP21": Sens.NPAI,
    "LP22": Sens.REFUSE,
    "LP23": Sens.ACHEMINE,
    "LP24": Sens.RETOURNE,
    "LP25": Sens.RETOURNE,
    "LP26": Sens.ACHEMINE,
    "LP27": Sens.RETOURNE,
    "LP28": Sens.DISTRIBUE,
    "LP29": Sens.DISTRIBUE,
}
CATEGORIES = {
    "FIRST_PRESENTATION": Sens.PRESENTE,
    "DELIVERED": Sens.DISTRIBUE,
    "UNDELIVERED": Sens.RETOURNE,
}
"""What a main event with an unknown code means."""
RETOURS = {
    "N02": (Sens.NPAI, "Destinataire inconnu à l'adresse"),
    "N03": (Sens.NON_RECLAME, "Pli avisé et non réclamé"),
    "N05": (Sens.REFUSE, "Pli refusé par le destinataire"),
    "N07": (Sens.NPAI, "Défaut d'accès ou d'adressage"),
}
ISSUES = {
    Sens.DISTRIBUE: GenreScan.AVIS,
    Sens.REFUSE: GenreScan.ENVELOPPE,
    Sens.NON_RECLAME: GenreScan.ENVELOPPE,
    Sens.NPAI: GenreScan.ENVELOPPE,
    Sens.RETOURNE: GenreScan.ENVELOPPE,
}
"""How a letter may end, and the paper that closes it."""


def evenements_de(envoi: Envoi, destinataire: Destinataire, pannes: list[str]) -> tuple[EvenementPli, ...]:
    """Oldest first, each code once per instant; the main events first met, for they alone have a category."""
    uniques: dict[tuple[str, Instant], EvenementPli] = {}
    for evenement in (
        *_production(envoi, destinataire),
        *_distribution(destinataire.main_delivery_statuses, envoi.id, pannes),
        *_distribution(destinataire.delivery_statuses, envoi.id, pannes),
        *_retour(destinataire, envoi.id, pannes),
    ):
        uniques.setdefault((evenement.code, evenement.instant), evenement)
    return tuple(sorted(uniques.values(), key=lambda evenement: evenement.instant))


def _production(envoi: Envoi, destinataire: Destinataire) -> Iterator[EvenementPli]:
    codes = {statut.code for statut in envoi.statuses}
    statuts = [*envoi.statuses, *(s for s in destinataire.statuses if s.code not in codes)]
    if envoi.status in ABANDONNES - codes:
        yield from _statut(envoi.status, envoi.status_detail, envoi.submission_date or envoi.creation_date)
    for statut in statuts:
        yield from _statut(statut.code, statut.details, statut.date)


def _statut(code: str, details: str, instant: Instant | None) -> Iterator[EvenementPli]:
    if instant is None or not code or code in TUS:
        return
    sens, libelle = PRODUCTION.get(code, (Sens.ACHEMINE, code))
    yield EvenementPli(
        code=code, libelle=f"{libelle} : {details}" if details else libelle, instant=instant, sens=sens
    )


def _distribution(recus: Sequence[Distribution], envoi_id: str, pannes: list[str]) -> Iterator[EvenementPli]:
    for recu in recus:
        code, instant = recu.code or recu.category, recu.date or recu.creation_date
        if not code or code in TUS:
            continue
        if instant is None:
            pannes.append(_sans_date(envoi_id, f"{code} {recu.label}"))
            continue
        yield EvenementPli(code=code, libelle=recu.label or code, instant=instant, sens=_sens(recu))


def _sens(recu: Distribution) -> Sens:
    sens = DISTRIBUTION.get(recu.code)
    if sens is None or (recu.category == "FIRST_PRESENTATION" and sens not in ISSUES):
        return CATEGORIES.get(recu.category, Sens.ACHEMINE)
    return sens


def _retour(destinataire: Destinataire, envoi_id: str, pannes: list[str]) -> Iterator[EvenementPli]:
    """What Maileva read on the envelope that came back."""
    code = destinataire.undelivered_mail_reason
    if not code:
        return
    if destinataire.undelivered_mail_date is None:
        pannes.append(_sans_date(envoi_id, f"retour {code}"))
        return
    sens, libelle = RETOURS.get(code, (Sens.RETOURNE, f"Pli retourné, motif {code}"))
    yield EvenementPli(code=code, libelle=libelle, instant=destinataire.undelivered_mail_date, sens=sens)


def _sans_date(envoi_id: str, quoi: str) -> str:
    return f"Envoi Maileva {envoi_id} : évènement sans date, laissé de côté ({quoi.strip()})."
