"""Checks the originals of a sealed dossier: those that the journals name, no other, each with its token."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from dossier.core.faits import Archive, Contenu, Fait
from dossier.core.modele import Modele
from dossier.core.pieces import cles_retirees
from dossier.core.ports import Jeton
from dossier.services.constats import Constat, Sac, faute, resume
from dossier.services.verification_jetons import juger_jeton

ORIGINAUX = "data/originaux/"
SCELLES = "dossiers/"
"""Where the store keeps earlier sealed dossiers: named by the journal, not kept inside a later one."""


class Original(NamedTuple):
    """A document that the journals name, and the first fait that does so."""

    archive: Archive
    fait: Fait
    contenu: Contenu
    retire: bool = False
    """An exhibit that was withdrawn before the sealing: the dossier need not hold it."""

    @property
    def nom(self) -> str:
        return f"{ORIGINAUX}{self.archive.cle}"

    @property
    def jeton(self) -> str:
        """Where its token is, even one that came after the fait."""
        return f"{ORIGINAUX}{self.archive.jeton or self.archive.cle + '.tsr'}"


def originaux_cites(journaux: Iterable[tuple[Fait, ...]]) -> tuple[Original, ...]:
    """Each document once, with the earliest fait that names it."""
    cites: dict[Archive, Original] = {}
    tous = [*journaux]
    retirees = {cle for faits in tous for cle in cles_retirees(faits)}
    for fait in (fait for faits in tous for fait in faits):
        contenu = fait.contenu
        for archive in _archives(contenu):
            connu = cites.get(archive)
            if connu is None or fait.instant < connu.fait.instant:
                cites[archive] = Original(archive, fait, contenu, retire=archive.cle in retirees)
    return tuple(cites.values())


def _archives(valeur: object) -> Iterator[Archive]:
    if isinstance(valeur, Archive):
        yield valeur
    elif isinstance(valeur, Modele):
        for _, champ in valeur:
            yield from _archives(champ)
    elif isinstance(valeur, tuple):
        for element in valeur:
            yield from _archives(element)


def constats_des_originaux(
    sac: Sac, originaux: tuple[Original, ...], jetons: dict[str, Jeton]
) -> Iterator[Constat]:
    """What is wrong with them; fills `jetons` with the token of each by the name of the original."""
    retires = [o for o in originaux if o.retire and o.nom not in sac.empreintes]
    attendus = [
        o for o in originaux if o.nom in sac.empreintes or not (o.retire or o.archive.cle.startswith(SCELLES))
    ]
    defauts = [faute(o.nom, defaut) for o in attendus for defaut in _defauts(sac, o, jetons)]
    defauts += [
        faute(nom, f"« {nom} » n'est cité par aucun fait du journal.")
        for nom in sorted(_inconnus(sac.empreintes, originaux))
    ]
    sans = sum(1 for o in attendus if o.nom not in jetons)
    reserve = f", dont {sans} sans jeton d'horodatage" if sans else ", chacun avec son jeton d'horodatage"
    hors = f" Pièces retirées, absentes du dossier : {len(retires)}." if retires else ""
    texte = f"{len(attendus)} originaux conformes au journal{reserve if attendus else ''}.{hors}"
    yield from resume("Originaux", defauts, texte)


def _inconnus(noms: Mapping[str, object], originaux: tuple[Original, ...]) -> set[str]:
    connus = {nom for o in originaux for nom in (o.nom, o.jeton)}
    return {nom for nom in noms if nom.startswith(ORIGINAUX)} - connus


def _defauts(sac: Sac, original: Original, jetons: dict[str, Jeton]) -> Iterator[str]:
    archive, nom = original.archive, original.nom
    if nom not in sac.empreintes:
        yield f"L'original « {archive.cle} », cité par le journal, manque."
    elif (sac.empreintes[nom], sac.enveloppe.taille(nom)) != (archive.empreinte, archive.taille):
        yield f"L'original « {archive.cle} » n'est pas celui que le journal a enregistré."
    elif archive.jeton or original.jeton in sac.empreintes:
        lu = juger_jeton(sac, nom, original.jeton)
        if isinstance(lu, Jeton):
            jetons[nom] = lu
        else:
            yield f"L'original « {archive.cle} », son jeton d'horodatage : {lu}"
