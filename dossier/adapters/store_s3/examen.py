"""The bucket looked at before evidence is put in it: what protects each document, and what does not.

Each look asks the server one question and answers in one French sentence, with the command that mends it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx

from dossier.adapters.store_s3.client import ERREURS, Retention, code, conseil, statut
from dossier.core.errors import DossierError
from dossier.core.langues import en_nombre
from dossier.core.stockage import Avis, ConstatStockage

PERMIS = (401, 403)
SANS_REPONSE = (405, 501)
TOUS = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)
BLOCAGES = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
DELAI = 10.0
FAUSSE_SOMME = b64encode(bytes(32)).decode()
SUFFIXE_FAUX = "-fausse-somme"

Trouve = tuple[Avis, str]


class _Muet(Exception):
    """The server does not tell; the message says why."""


class _Seau(NamedTuple):
    client: Any
    nom: str
    sonde: str
    """Key of the small object that the store writes once to try the server."""
    retention: Retention | None
    ecrire_une_fois: Callable[[], None]

    def demander(self, geste: str, droit: str, absent: str = "", **suite: str) -> dict[str, Any] | None:
        """What that call answers; None when it answers the code `absent`. Raises _Muet."""
        try:
            reponse: dict[str, Any] = getattr(self.client, geste)(Bucket=self.nom, **suite)
        except ERREURS as error:
            if absent and code(error) == absent:
                return None
            raise _Muet(_pourquoi(error, droit)) from error
        return reponse


def examiner(
    client: Any, seau: str, sonde: str, retention: Retention | None, ecrire_une_fois: Callable[[], None]
) -> tuple[ConstatStockage, ...]:
    """All that is known of that bucket; a bucket that cannot be reached gives that alone."""
    vu = _Seau(client, seau, sonde, retention, ecrire_une_fois)
    present = _constat(vu, "Seau", _presence)
    if present.avis is Avis.A_CORRIGER:
        return (present,)
    return (present, *(_constat(vu, objet, regard) for objet, regard in REGARDS))


def _constat(vu: _Seau, objet: str, regard: Callable[[_Seau], Trouve]) -> ConstatStockage:
    try:
        return ConstatStockage(objet, *regard(vu))
    except _Muet as error:
        return ConstatStockage(objet, Avis.INCONNU, str(error))


def _pourquoi(error: Exception, droit: str) -> str:
    if statut(error) in PERMIS:
        return f"Droits insuffisants pour le savoir : donnez {droit} à cette clé d'accès, ou vérifiez-le à la main."
    if statut(error) in SANS_REPONSE:
        return "Ce serveur n'a pas ce réglage ou ne le dit pas : vérifiez-le chez l'hébergeur."
    return f"Sans réponse : {conseil(error)}."


def _presence(vu: _Seau) -> Trouve:
    try:
        vu.client.head_bucket(Bucket=vu.nom)
    except ERREURS as error:
        if statut(error) == 403:
            raise _Muet(_pourquoi(error, "s3:ListBucket")) from error
        manque = "ce seau n'existe pas, créez-le ou corrigez son nom dans le réglage"
        return Avis.A_CORRIGER, f"« {vu.nom} » : {manque if statut(error) == 404 else conseil(error)}."
    return Avis.CONFORME, f"« {vu.nom} » existe et répond à l'adresse {vu.client.meta.endpoint_url}."


def _region(vu: _Seau) -> Trouve:
    reponse = vu.demander("get_bucket_location", "s3:GetBucketLocation") or {}
    reglee, adresse = vu.client.meta.region_name, vu.client.meta.endpoint_url
    dite = reponse.get("LocationConstraint") or ("us-east-1" if "amazonaws.com" in adresse else "")
    if not dite:
        raise _Muet(
            f"Le serveur ne dit pas sa région (réglée : {reglee}) : vérifiez chez l'hébergeur où sont les données."
        )
    if dite != reglee:
        return Avis.A_CORRIGER, f"Le seau est en {dite}, le réglage dit {reglee} : DOSSIER_S3_REGION={dite}."
    return Avis.CONFORME, f"Le seau est en {dite}."


def _versions(vu: _Seau) -> Trouve:
    reponse = vu.demander("get_bucket_versioning", "s3:GetBucketVersioning") or {}
    if reponse.get("Status") == "Enabled":
        return Avis.CONFORME, "Les versions sont gardées : un effacement se rattrape."
    return Avis.A_CORRIGER, (
        "Les versions ne sont pas gardées, un effacement serait définitif : aws s3api put-bucket-versioning "
        f"--bucket {vu.nom} --versioning-configuration Status=Enabled"
    )


def _verrou(vu: _Seau) -> Trouve:
    droit, absent = "s3:GetBucketObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"
    reponse = vu.demander("get_object_lock_configuration", droit, absent)
    if reponse is None:
        return Avis.A_CORRIGER, (
            "Le seau n'a pas de verrou d'objets (Object Lock), rien n'empêche d'effacer une preuve : créez-en un "
            "autre par aws s3api create-bucket --object-lock-enabled-for-bucket, et désignez-le dans DOSSIER_STORE."
        )
    regle = reponse["ObjectLockConfiguration"].get("Rule", {}).get("DefaultRetention")
    poses = [*_retention_du_programme(vu.retention), *_retention_du_seau(regle)]
    if poses:
        return Avis.CONFORME, f"Le verrou d'objets est ouvert ; {' ; '.join(poses)}."
    return Avis.A_CORRIGER, (
        "Le verrou d'objets est ouvert mais rien ne le pose sur les documents : réglez "
        "DOSSIER_S3_RETENTION_JOURS et DOSSIER_S3_RETENTION_MODE."
    )


def _retention_du_programme(retention: Retention | None) -> list[str]:
    if retention is None:
        return []
    return [
        f"ce programme verrouille chaque document {en_nombre(retention.jours, 'jour')} ({_mode(retention.mode)})"
    ]


def _retention_du_seau(regle: dict[str, Any] | None) -> list[str]:
    if not regle:
        return []
    duree = f"{regle['Years']} ans" if "Years" in regle else en_nombre(int(regle["Days"]), "jour")
    return [f"le seau verrouille {duree} ce qui n'a pas d'autre durée ({_mode(regle['Mode'])})"]


def _mode(mode: str) -> str:
    if mode == "COMPLIANCE":
        return "COMPLIANCE : personne ne peut le lever"
    return "GOVERNANCE : qui a s3:BypassGovernanceRetention peut le lever"


def _chiffrement(vu: _Seau) -> Trouve:
    absent = "ServerSideEncryptionConfigurationNotFoundError"
    reponse = vu.demander("get_bucket_encryption", "s3:GetEncryptionConfiguration", absent)
    if reponse is None:
        return Avis.A_CORRIGER, (
            "Le seau ne chiffre pas ce qu'il garde : aws s3api put-bucket-encryption --bucket "
            f"{vu.nom} (SSE-S3 ou SSE-KMS), ou vérifiez que les disques du serveur sont chiffrés."
        )
    regles = reponse["ServerSideEncryptionConfiguration"]["Rules"]
    genres = ", ".join(regle["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] for regle in regles)
    return Avis.CONFORME, f"Le seau chiffre ce qu'il garde ({genres})."


def _blocage_public(vu: _Seau) -> Trouve:
    absent = "NoSuchPublicAccessBlockConfiguration"
    reponse = vu.demander("get_public_access_block", "s3:GetBucketPublicAccessBlock", absent) or {}
    poses = reponse.get("PublicAccessBlockConfiguration", {})
    manquants = [nom for nom in BLOCAGES if not poses.get(nom)]
    if manquants:
        return Avis.A_CORRIGER, (
            f"L'accès public n'est pas bloqué ({', '.join(manquants)}) : aws s3api put-public-access-block "
            f"--bucket {vu.nom}, les quatre valeurs à true."
        )
    return Avis.CONFORME, "L'accès public est bloqué, quelles que soient la politique et les ACL."


def _politique(vu: _Seau) -> Trouve:
    reponse = vu.demander("get_bucket_policy_status", "s3:GetBucketPolicyStatus", "NoSuchBucketPolicy")
    if reponse is not None and reponse["PolicyStatus"].get("IsPublic"):
        return Avis.A_CORRIGER, (
            "La politique du seau l'ouvre à tous : retirez-en Principal « * » "
            f"(aws s3api get-bucket-policy --bucket {vu.nom})."
        )
    return Avis.CONFORME, "La politique du seau ne l'ouvre pas à tous."


def _acl(vu: _Seau) -> Trouve:
    reponse = vu.demander("get_bucket_acl", "s3:GetBucketAcl", "AccessControlListNotSupported") or {}
    ouverts = [
        octroi["Permission"] for octroi in reponse.get("Grants", ()) if octroi["Grantee"].get("URI") in TOUS
    ]
    if ouverts:
        return Avis.A_CORRIGER, (
            f"L'ACL du seau donne {', '.join(ouverts)} à tous : aws s3api put-bucket-acl --bucket "
            f"{vu.nom} --acl private"
        )
    return Avis.CONFORME, "L'ACL du seau ne donne rien à des inconnus."


def _ecriture_unique(vu: _Seau) -> Trouve:
    try:
        vu.ecrire_une_fois()
    except DossierError as error:
        return Avis.A_CORRIGER, str(error)
    return Avis.CONFORME, "Le serveur refuse d'écraser un document (If-None-Match)."


def _somme(vu: _Seau) -> Trouve:
    """Whether the server compares the SHA-256 that it is given with what it received, and keeps it."""
    faux = vu.sonde + SUFFIXE_FAUX
    try:
        vu.client.put_object(Bucket=vu.nom, Key=faux, Body=b"somme", ChecksumSHA256=FAUSSE_SOMME)
    except ERREURS as error:
        if statut(error) != 400:
            raise _Muet(_pourquoi(error, "s3:PutObject")) from error
    else:
        return Avis.A_CORRIGER, (
            "Le serveur accepte un document qui n'a pas l'empreinte SHA-256 annoncée : mettez-le à jour ou "
            "choisissez-en un autre."
        )
    try:
        vue = vu.client.head_object(Bucket=vu.nom, Key=vu.sonde, ChecksumMode="ENABLED")
    except ERREURS as error:
        raise _Muet(_pourquoi(error, "s3:GetObject")) from error
    if "ChecksumSHA256" not in vue:
        return Avis.A_CORRIGER, (
            "Le serveur ne garde pas l'empreinte SHA-256 des documents, leur lecture n'est vérifiée que par le "
            "journal : mettez-le à jour ou choisissez-en un autre."
        )
    return Avis.CONFORME, "Le serveur vérifie et garde l'empreinte SHA-256 de chaque document."


def _anonyme(vu: _Seau) -> Trouve:
    """The bucket and one object of it asked for without any key, as a stranger would."""
    adresses = {
        "la liste de ses documents": vu.client.generate_presigned_url(
            "list_objects_v2", Params={"Bucket": vu.nom}
        ),
        "un document": vu.client.generate_presigned_url(
            "get_object", Params={"Bucket": vu.nom, "Key": vu.sonde}
        ),
    }
    ouverts, statuts = [], []
    for quoi, adresse in adresses.items():
        sans_cle = httpx.URL(adresse).copy_with(query=None)
        try:
            statuts.append(httpx.get(sans_cle, timeout=DELAI).status_code)
        except httpx.HTTPError as error:
            raise _Muet("Le serveur n'a pas répondu à une lecture sans clé : recommencez.") from error
        ouverts += [quoi] if statuts[-1] == 200 else []
    if ouverts:
        return Avis.A_CORRIGER, (
            f"N'importe qui peut lire {' et '.join(ouverts)} sans clé : fermez la politique et les ACL du seau."
        )
    if not all(obtenu in PERMIS for obtenu in statuts):
        raise _Muet(
            f"Une lecture sans clé a donné {', '.join(map(str, statuts))} : vérifiez chez l'hébergeur."
        )
    return Avis.CONFORME, "Une lecture sans clé est refusée."


REGARDS: tuple[tuple[str, Callable[[_Seau], Trouve]], ...] = (
    ("Région", _region),
    ("Versions", _versions),
    ("Verrou d'objets", _verrou),
    ("Chiffrement", _chiffrement),
    ("Blocage de l'accès public", _blocage_public),
    ("Politique du seau", _politique),
    ("ACL du seau", _acl),
    ("Écriture unique", _ecriture_unique),
    ("Empreinte SHA-256", _somme),
    ("Lecture sans clé", _anonyme),
)
