"""Checks a sealed dossier, and names what was altered, added or removed.

It trusts only the timestamp over the tag manifest; all else follows by digests, then by what the parts of
the dossier say of each other. The documents are opened only when no digest is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from dossier.core.dates import horodate
from dossier.core.errors import DonneeInvalide
from dossier.core.ports import Jeton
from dossier.services.constats import (
    Constat,
    Lecteurs,
    Sac,
    Verdict,
    Verificateur,
    attention,
    bon,
    faute,
    resume,
)
from dossier.services.enveloppe import ouvrir
from dossier.services.verification_contenu import Contenu, constats_du_contenu
from dossier.services.verification_documents import constats_des_documents
from dossier.services.verification_jetons import juger_jeton
from dossier.services.verification_temps import SCEAU as OBJET_SCEAU

__all__ = ["Constat", "Lecteurs", "Verdict", "verifier_dossier"]

MANIFESTE, SCEAU = "manifest-sha256.txt", "tagmanifest-sha256.txt"
JETON, RACINE = f"{SCEAU}.tsr", "ca-horodatage.pem"
BALISES = ("bagit.txt", "bag-info.txt", RACINE, "LISEZ-MOI.txt")
SANS_LECTEURS = Lecteurs()
_LIGNE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def verifier_dossier(
    chemin: Path,
    verifier_jeton: Verificateur,
    racine_attendue: bytes | None = None,
    compter: Callable[[bytes], int] | None = None,
    lecteurs: Lecteurs = SANS_LECTEURS,
) -> Verdict:
    """Everything that can be checked in the sealed zip at `chemin`; never raises on a bad file.

    `racine_attendue`: the authority's root (PEM) known from elsewhere; without it the root found in the bag
    serves, and the verdict says so. `lecteurs`: how to open its documents, when they are to be read too;
    `compter` alone counts the pages of the exhibits.
    """
    try:
        with ouvrir(chemin) as (enveloppe, defaut):
            empreintes = {nom: enveloppe.empreinte(nom) for nom in enveloppe.noms}
            racine = racine_attendue if racine_attendue is not None else enveloppe.lire(RACINE) or b""
            lus = lecteurs if compter is None else lecteurs._replace(compter=compter)
            sac = Sac(enveloppe, empreintes, verifier_jeton, racine, lus)
            return Verdict(tuple(_constats(sac, defaut, epinglee=racine_attendue is not None)))
    except DonneeInvalide as error:
        return Verdict((faute("Fichier zip", str(error)),))


def _constats(sac: Sac, defaut: str | None, *, epinglee: bool) -> Iterator[Constat]:
    enveloppe = [*_enveloppe(sac, defaut)]
    yield from enveloppe
    sceau = juger_jeton(sac, SCEAU, JETON)
    yield from _sceau(sac, sceau, epinglee=epinglee)
    contenu = Contenu(sac)
    trouves = [*constats_du_contenu(contenu, sceau if isinstance(sceau, Jeton) else None)]
    yield from trouves
    if isinstance(sceau, str) or not all(constat.conforme for constat in (*enveloppe, *trouves)):
        yield attention(
            "Documents", "Les documents n'ont pas été relus : ce qui précède suffit à les refuser."
        )
    else:
        yield from constats_des_documents(contenu, sceau)


def _enveloppe(sac: Sac, defaut: str | None) -> Iterator[Constat]:
    if defaut is None:
        yield bon("Fichier zip", "Le zip est tel que le scellement l'a écrit.")
    else:
        yield faute("Fichier zip", f"Zip modifié : {defaut}.")
    for nom in BALISES:
        if nom not in sac.empreintes:
            yield faute(nom, f"« {nom} » manque.")
    charge = {nom for nom in sac.empreintes if nom.startswith("data/")}
    yield from _manifeste(sac, MANIFESTE, charge)
    yield from _manifeste(sac, SCEAU, sac.empreintes.keys() - charge - {SCEAU, JETON})


def _manifeste(sac: Sac, manifeste: str, presents: set[str]) -> Iterator[Constat]:
    contenu = sac.enveloppe.lire(manifeste)
    if contenu is None:
        yield faute(manifeste, f"Sans « {manifeste} » lisible, les fichiers n'ont rien à quoi répondre.")
        return
    attendues: dict[str, str] = {}
    texte = contenu.decode("utf-8", "replace")
    defauts: list[Constat] = []
    for rang, ligne in enumerate(texte.split("\n")[:-1], start=1):
        lue = _LIGNE.fullmatch(ligne)
        if lue is None or lue[2] in attendues:
            defauts.append(faute(manifeste, f"La ligne {rang} est illisible ou répétée."))
        else:
            attendues[lue[2]] = lue[1]
    for nom in sorted(presents | attendues.keys()):
        if nom not in sac.empreintes:
            defauts.append(faute(nom, f"« {nom} » manque : {manifeste} l'annonce."))
        elif nom not in attendues:
            defauts.append(faute(nom, f"« {nom} » a été ajouté : {manifeste} ne le connaît pas."))
        elif sac.empreintes[nom] != attendues[nom]:
            defauts.append(
                faute(nom, f"« {nom} » a été modifié : son empreinte n'est plus celle de {manifeste}.")
            )
    yield from resume(manifeste, defauts, f"{len(attendues)} fichiers conformes à leur empreinte.")


def _sceau(sac: Sac, sceau: Jeton | str, *, epinglee: bool) -> Iterator[Constat]:
    if isinstance(sceau, str):
        yield faute(OBJET_SCEAU, f"« {JETON} » ne vaut pas pour ce dossier : {sceau}")
        return
    origine = (
        "racine attendue de l'autorité"
        if epinglee
        else "racine fournie par le dossier, à comparer avec celle que publie l'autorité"
    )
    yield bon(OBJET_SCEAU, f"Scellé le {horodate(sceau.instant)} par « {sceau.autorite} » ({origine}).")
    fournie = sac._replace(racine=sac.enveloppe.lire(RACINE) or b"")
    if epinglee and isinstance(juger_jeton(fournie, SCEAU, JETON), str):
        texte = (
            f"« {RACINE} » n'est pas la racine de l'autorité : les commandes de LISEZ-MOI.txt échoueraient."
        )
        yield faute(RACINE, texte)
