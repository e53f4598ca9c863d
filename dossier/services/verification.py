"""Checks a sealed dossier, and names what was altered, added or removed.

It trusts only the timestamp over the tag manifest; all else follows by digests.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from dossier.core.dates import horodate
from dossier.core.errors import DonneeInvalide, ErreurHorodatage
from dossier.services.constats import Constat, Sac, Verdict, Verificateur, bon, faute, resume
from dossier.services.enveloppe import ouvrir
from dossier.services.verification_contenu import constats_du_contenu

__all__ = ["Constat", "Verdict", "verifier_dossier"]

MANIFESTE, SCEAU = "manifest-sha256.txt", "tagmanifest-sha256.txt"
JETON, RACINE = f"{SCEAU}.tsr", "ca-horodatage.pem"
BALISES = ("bagit.txt", "bag-info.txt", RACINE, "LISEZ-MOI.txt")
_LIGNE = re.compile(r"([0-9a-f]{64})  (\S.*)")


def verifier_dossier(
    chemin: Path,
    verifier_jeton: Verificateur,
    racine_attendue: bytes | None = None,
    compter: Callable[[bytes], int] | None = None,
) -> Verdict:
    """Everything that can be checked in the sealed zip at `chemin`; never raises on a bad file.

    `racine_attendue`: the authority's root (PEM) known from elsewhere; without it the root found in the bag
    serves, and the verdict says so. `compter`: the number of pages of a PDF, when pages are to be counted.
    """
    try:
        with ouvrir(chemin) as (enveloppe, defaut):
            empreintes = {nom: enveloppe.empreinte(nom) for nom in enveloppe.noms}
            racine = racine_attendue if racine_attendue is not None else enveloppe.lire(RACINE) or b""
            sac = Sac(enveloppe, empreintes, verifier_jeton, racine)
            return Verdict(tuple(_constats(sac, defaut, compter, epinglee=racine_attendue is not None)))
    except DonneeInvalide as error:
        return Verdict((faute("Fichier zip", str(error)),))


def _constats(
    sac: Sac,
    defaut: str | None,
    compter: Callable[[bytes], int] | None,
    *,
    epinglee: bool,
) -> Iterator[Constat]:
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
    yield _sceau(sac, epinglee=epinglee)
    yield from constats_du_contenu(sac, compter)


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


def _sceau(sac: Sac, *, epinglee: bool) -> Constat:
    objet = "Horodatage du dossier"
    contenu, jeton = sac.enveloppe.lire(SCEAU), sac.enveloppe.lire(JETON)
    if contenu is None or jeton is None:
        return faute(objet, f"« {SCEAU} » ou « {JETON} » manque ou est illisible.")
    try:
        lu = sac.verifier_jeton(contenu, jeton, sac.racine)
    except ErreurHorodatage as error:
        return faute(objet, f"Le jeton ne vaut pas pour ce dossier. {error}")
    origine = (
        "racine attendue de l'autorité"
        if epinglee
        else "racine fournie par le dossier, à comparer avec celle que publie l'autorité"
    )
    message = f"Scellé le {horodate(lu.instant)} par « {lu.autorite} » ({origine})."
    return bon(objet, message)
