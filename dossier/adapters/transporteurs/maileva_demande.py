"""All that Maileva is asked for a letter, ready and checked before anything is made there.

Lengths (description of `registered_mail` v2): `custom_id` 38 characters, `custom_data` 255, `name` 256. A letter's
name is longer than the first, so its digest stands there, the whole name in `name`, and in `custom_data` the
digest of all that is asked for, by which a draft left half-way is known to be of the same letter.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, NamedTuple

from dossier.adapters.transporteurs.maileva_adresse import FRANCE, adresse_postale
from dossier.core.errors import ErreurEnvoi
from dossier.core.ports import Lettre

POIDS = 20_000_000
"""Bytes, all documents of one sending."""


class Options(NamedTuple):
    """How letters are printed and kept."""

    couleur: bool
    recto_verso: bool
    feuille_adresse: bool
    archivage: int
    """Years."""
    courriel: str


class Demande(NamedTuple):
    """All that Maileva is asked for, ready before anything is made."""

    lettre: Lettre
    envoi: dict[str, Any]
    destinataire: dict[str, str]
    fichier: str

    @property
    def cle(self) -> str:
        return str(self.envoi["custom_id"])

    @property
    def empreinte(self) -> str:
        return str(self.envoi["custom_data"])


def demande_de(lettre: Lettre, options: Options) -> Demande:
    """What to ask for that letter. Raises ErreurEnvoi when Maileva would not take it."""
    if not lettre.recommandee:
        raise ErreurEnvoi(
            f"« {lettre.intitule} » est une lettre simple, Maileva n'est réglé ici que pour les recommandés : "
            "faites-la partir par le bac d'impression."
        )
    if len(lettre.pdf) > POIDS:
        raise ErreurEnvoi(
            f"« {lettre.intitule} » pèse {len(lettre.pdf) / 1e6:.1f} Mo, Maileva en accepte 20 au plus : allégez-la."
        )
    destinataire = adresse_postale(
        lettre.destinataire, lettre.pays, societe=lettre.professionnel, qui="du destinataire"
    )
    expediteur = adresse_postale(lettre.expediteur, FRANCE, societe=True, qui="de l'expéditeur")
    envoi: dict[str, Any] = {
        "name": lettre.nom,
        "custom_id": _digest(lettre.nom.encode())[:32],
        "acknowledgement_of_receipt": True,
        "returned_mail_scanning": True,
        "print_sender_address": True,
        "color_printing": options.couleur,
        "duplex_printing": options.recto_verso,
        "optional_address_sheet": options.feuille_adresse,
        "archiving_duration": options.archivage,
        "postage_type": "FAST",
        **({"notification_email": options.courriel} if options.courriel else {}),
        **{f"sender_{champ}": valeur for champ, valeur in expediteur.items()},
    }
    pdf = _digest(lettre.pdf)
    envoi["custom_data"] = _digest(json.dumps([envoi, destinataire, pdf], sort_keys=True).encode())
    return Demande(lettre, envoi, destinataire, f"{pdf[:32]}.pdf")


def _digest(contenu: bytes) -> str:
    return hashlib.sha256(contenu).hexdigest()
