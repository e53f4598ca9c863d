"""One step of one creance: what the state asks, done. Questions and waits are left to the caller."""

from __future__ import annotations

from collections.abc import Sequence

from dossier.core.decision import Envoyer, Preparer, RompreEcheancier, Sauter, Solder
from dossier.core.etat import Etat
from dossier.core.faits import Contenu, CreanceSoldee, EcheancierRompu, EtapeSautee
from dossier.services.creances import decompte_de
from dossier.services.envois import envoyer, preparer
from dossier.services.outils import Outils

Acte = Preparer | Envoyer | Sauter | RompreEcheancier | Solder


def executer(outils: Outils, etat: Etat, acte: Acte) -> Sequence[Contenu]:
    """Do it, and give the faits to record. Raises DossierError with what an operator can mend."""
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
            return [CreanceSoldee(renonce=decompte_de(outils, etat, jour).total, jour=jour)]
