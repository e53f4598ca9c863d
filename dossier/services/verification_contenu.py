"""Checks what a sealed dossier holds: its journals first, on which all the rest depends."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pydantic import ValidationError

from dossier.core.faits import Fait, rupture_de_chaine
from dossier.core.montants import INSECABLE
from dossier.core.ports import Jeton
from dossier.services.constats import Constat, Sac, bon, faute
from dossier.services.verification_index import (
    ANNEES,
    INDEX,
    Index,
    Journaux,
    constats_de_l_index,
    constats_des_ancres,
    constats_des_infos,
    lire_index,
)
from dossier.services.verification_originaux import constats_des_originaux, originaux_cites
from dossier.services.verification_temps import constats_du_temps

LIGNES_MAX = 100_000
"""Faits of one creance; a life has some dozens."""


class Contenu:
    """What was read of the dossier, for the checks that compare its parts."""

    def __init__(self, sac: Sac) -> None:
        self.sac = sac
        self.index: Index | None = lire_index(sac)
        self.lus = dict(_journaux(sac))

    @property
    def journaux(self) -> Journaux:
        """The journals that can be read and are not empty."""
        return {creance: lu for creance, lu in self.lus.items() if not isinstance(lu, str) and lu}


def constats_du_contenu(contenu: Contenu, sceau: Jeton | None) -> Iterator[Constat]:
    """What is found beyond the digests: does the content hold together? `sceau`: the token of the dossier."""
    sac, index, journaux = contenu.sac, contenu.index, contenu.journaux
    for creance, lu in contenu.lus.items():
        yield _journal(creance, lu)
    originaux = originaux_cites(journaux.values())
    jetons: dict[str, Jeton] = {}
    yield from constats_des_originaux(sac, originaux, jetons)
    yield from constats_des_infos(sac, index)
    if index is None:
        yield faute(INDEX, "L'index des pièces manque ou est illisible.")
        return
    recues = {original.archive.empreinte for original in originaux}
    yield from constats_de_l_index(sac, index, set(contenu.lus), recues)
    yield from constats_des_ancres(index, journaux)
    yield from constats_du_temps(index, journaux, originaux, jetons, sceau)


def _journaux(sac: Sac) -> Iterator[tuple[str, tuple[Fait, ...] | str]]:
    """Each journal of the bag by its creance: its faits, or why it cannot be read."""
    for nom in sac.empreintes:
        if chemin := re.fullmatch(r"data/journal/([^/]+)\.jsonl", nom):
            yield chemin[1], _lire_journal(sac.enveloppe.lire(nom))


def _lire_journal(octets: bytes | None) -> tuple[Fait, ...] | str:
    if octets is None or octets.count(b"\n") > LIGNES_MAX:
        return "il est illisible ou trop long"
    try:
        faits = tuple(Fait.model_validate_json(ligne) for ligne in octets.splitlines())
        for fait in faits:
            _ = fait.contenu
    except ValidationError:
        return "une ligne n'est pas un fait lisible"
    if any(fait.instant.year not in ANNEES for fait in faits):
        return "un fait porte une date impossible"
    return faits


def _journal(creance: str, lu: tuple[Fait, ...] | str) -> Constat:
    objet = f"Journal {creance}"
    if isinstance(lu, str):
        return faute(objet, f"Le journal de {creance} est altéré : {lu}.")
    if not lu or any(fait.creance != creance for fait in lu):
        return faute(objet, f"Le journal de {creance} est vide ou mêle d'autres créances.")
    if rupture := rupture_de_chaine(lu):
        return faute(objet, f"Le journal est altéré : {rupture}.")
    for avant, apres in pairwise(lu):
        if apres.instant < avant.instant:
            texte = f"Le fait n°{INSECABLE}{apres.numero} est daté d'avant le précédent."
            return faute(objet, texte)
    return bon(objet, f"{len(lu)} faits, chaîne d'empreintes intacte.")
