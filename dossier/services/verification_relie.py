"""Checks the merged PDF of a sealed dossier: the timestamp that it carries itself (PAdES)."""

from __future__ import annotations

from dossier.core.dates import horodate
from dossier.core.errors import ErreurHorodatage
from dossier.core.ports import Jeton
from dossier.services.constats import Constat, Sac, attention, bon, faute
from dossier.services.verification_index import Index
from dossier.services.verification_temps import TOLERANCE

RELIE = "data/05-dossier-complet.pdf"


def constat_du_relie(sac: Sac, index: Index, sceau: Jeton) -> Constat:
    """Whether its own timestamp covers the whole of it, comes from the authority, precedes the sealing, and
    follows the order to seal: that of a former version does not.
    """
    pdf, lire = sac.enveloppe.lire(RELIE), sac.lecteurs.horodatage
    if pdf is None or lire is None:
        return attention(RELIE, "L'horodatage propre de ce document n'a pas été vérifié.")
    try:
        jeton = lire(pdf, lambda contenu, tsr: sac.verifier_jeton(contenu, tsr, sac.racine))
    except ErreurHorodatage as error:
        return faute(RELIE, f"L'horodatage propre de ce document ne vaut pas. {error}")
    if jeton is None:
        return attention(RELIE, "Ce document ne porte pas d'horodatage propre : celui du dossier le couvre.")
    if jeton.instant > sceau.instant + TOLERANCE:
        return faute(RELIE, f"Ce document a été horodaté après le dossier, le {horodate(jeton.instant)}.")
    if index.horloge == "reelle" and jeton.instant < index.instant - TOLERANCE:
        return faute(
            RELIE,
            f"Ce document a été horodaté le {horodate(jeton.instant)}, avant l'ordre de sceller ce dossier "
            f"({horodate(index.instant)}) : c'est celui d'une autre version.",
        )
    return bon(
        RELIE,
        f"Porte son propre horodatage, du {horodate(jeton.instant)}, par « {jeton.autorite} » ; "
        "inchangé depuis.",
    )
