"""One step of one creance: what the state asks, done and recorded. Questions and waits are the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from dossier.core.decision import Envoyer, Preparer, RompreEcheancier, Sauter, Solder
from dossier.core.errors import ParametreNonCouvert
from dossier.core.etat import Etat
from dossier.core.faits import Contenu, CreanceSoldee, EcheancierRompu, EtapeSautee, RemiseTentee
from dossier.services.creances import consigner, decompte_de
from dossier.services.envois import envoyer, preparer
from dossier.services.outils import Outils

Acte = Preparer | Envoyer | Sauter | RompreEcheancier | Solder


def accomplir(outils: Outils, etat: Etat, acte: Acte, *, auteur: str) -> None:
    """Do it and record it. Raises DossierError with what an operator can mend.

    A hand-over to a carrier is told to the journal before it is tried: from then on only the carrier
    knows whether the document left.
    """
    creance = etat.creance
    if isinstance(acte, Envoyer) and acte.envoi.tentee is None:
        tentee = RemiseTentee(cle=acte.envoi.prepare.cle, jour=outils.clock.jour())
        consigner(outils, creance, lambda _: [tentee], auteur=auteur)
    contenus = _executer(outils, etat, acte)
    consigner(outils, creance, lambda actuel: _encore_vrais(contenus, acte, etat, actuel), auteur=auteur)


def _executer(outils: Outils, etat: Etat, acte: Acte) -> Sequence[Contenu]:
    jour = outils.clock.jour()
    match acte:
        case Preparer():
            return [preparer(outils, etat, acte)]
        case Envoyer():
            return [envoyer(outils, etat, acte)]
        case Sauter(etape=etape, motif=motif):
            return [EtapeSautee(etape=etape.nom, motif=motif, jour=jour)]
        case RompreEcheancier(manquee=manquee):
            return [EcheancierRompu(manquee=manquee, jour=jour)]
        case Solder():
            return [CreanceSoldee(renonce=_renonce(outils, etat, jour), jour=jour)]


def _renonce(outils: Outils, etat: Etat, jour: date) -> Decimal | None:
    try:
        return decompte_de(outils, etat, jour).total
    except ParametreNonCouvert:
        return None


def _encore_vrais(contenus: Sequence[Contenu], acte: Acte, vu: Etat, actuel: Etat) -> Sequence[Contenu]:
    """What was written or sent is recorded, once; a mere finding is dropped if the creance moved meanwhile."""
    match acte:
        case Preparer(cle=cle):
            return [] if cle in actuel.envois else contenus
        case Envoyer(envoi=envoi):
            return [] if actuel.envois[envoi.prepare.cle].fait else contenus
        case _:
            return contenus if actuel.numero == vu.numero else []
