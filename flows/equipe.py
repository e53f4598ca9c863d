"""What several workers must have in common, checked before the first wake; imports nothing of Prefect.

A tray of one's own would print a letter twice, an authority of one's own would make tokens that the others
refuse, a journal of one's own would know none of the creances.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import socket
from pathlib import Path

from dossier.core.errors import ConfigurationInvalide, DocumentAbsent
from dossier.core.ports import Store
from dossier.services.outils import Outils
from flows.settings import Settings

TEMOIN = ".bac-commun"
"""File of the tray that names it; the store holds the same name under `CLE_DU_BAC`."""
CLE_DU_BAC = "equipe/bac"


def nom_propre(reglages: Settings, nom: str = "") -> str:
    """A name for the worker of this process that no other process, past or present, has borne."""
    lisible = nom or reglages.ouvrier or socket.gethostname()
    if not lisible.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise ConfigurationInvalide(
            f"Le nom d'ouvrier « {lisible} » ne convient pas : lettres, chiffres, point et tirets seulement."
        )
    return f"{lisible}-{secrets.token_hex(3)}"


def exiger_le_commun(reglages: Settings) -> None:
    """Raises ConfigurationInvalide when Prefect, the journal or the store are this machine's own."""
    manques = [
        phrase
        for present, phrase in (
            ("PREFECT_API_URL" in os.environ, "PREFECT_API_URL : l'adresse du serveur Prefect du service"),
            (
                reglages.journal.get_secret_value().startswith("postgresql"),
                "DOSSIER_JOURNAL : la base PostgreSQL du service",
            ),
            (reglages.store.startswith("s3://"), "DOSSIER_STORE : le stockage s3:// du service"),
        )
        if not present
    ]
    if manques:
        raise ConfigurationInvalide(
            f"Un ouvrier partage tout avec le service ; réglez {' ; '.join(manques)}. Sur une seule machine, "
            "`dossier service` suffit."
        )


def marquer_le_commun(reglages: Settings, maison: Outils) -> None:
    """Write down, in a store that others may share, which tray and which local authority are the service's.

    Raises ConfigurationInvalide when another tray was marked before.
    """
    if not reglages.store.startswith("s3://"):
        return
    bac, connu = _bac(reglages), _bac_du_store(maison.store)
    if not bac.exists():
        bac.parent.mkdir(parents=True, exist_ok=True)
        bac.write_text(connu or secrets.token_hex(8), encoding="ascii")
    if connu is None:
        maison.store.put(CLE_DU_BAC, bac.read_bytes())
    elif bac.read_text(encoding="ascii") != connu:
        raise ConfigurationInvalide(_autre_bac(bac, connu))
    if not reglages.horodatage_url:
        maison.store.put(_cle_de_l_autorite(maison), maison.horodateur.certificat)


def verifier_le_commun(reglages: Settings, maison: Outils) -> None:
    """Raises ConfigurationInvalide when the tray or the local authority is not the service's."""
    bac, connu = _bac(reglages), _bac_du_store(maison.store)
    if connu is None:
        raise ConfigurationInvalide(
            "Le service n'a pas encore démarré avec ce stockage : lancez `dossier service` d'abord."
        )
    if not bac.exists() or bac.read_text(encoding="ascii") != connu:
        raise ConfigurationInvalide(_autre_bac(bac, connu))
    if reglages.horodatage_url:
        return
    try:
        maison.store.get(_cle_de_l_autorite(maison))
    except DocumentAbsent as error:
        raise ConfigurationInvalide(
            f"L'autorité d'horodatage locale ({reglages.donnees / 'horodatage'}) n'est pas celle du service : "
            "copiez ce dossier depuis sa machine, ou réglez DOSSIER_HORODATAGE_URL partout."
        ) from error


def _bac(reglages: Settings) -> Path:
    return reglages.donnees / "a-poster" / TEMOIN


def _bac_du_store(store: Store) -> str | None:
    try:
        return store.get(CLE_DU_BAC).decode("ascii")
    except DocumentAbsent:
        return None


def _autre_bac(bac: Path, connu: str) -> str:
    return (
        f"Le bac des plis ({bac.parent}) n'est pas celui du service : montez-y le même dossier partagé, sans "
        f"quoi une lettre pourrait être postée deux fois. (Son fichier {TEMOIN} doit contenir {connu}.)"
    )


def _cle_de_l_autorite(maison: Outils) -> str:
    return f"equipe/horodatage-{hashlib.sha256(maison.horodateur.certificat).hexdigest()}.pem"
