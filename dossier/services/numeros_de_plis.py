"""The numbers of registered letters: each names one letter, whoever its addressee is."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from dossier.core.errors import DonneeInvalide, JournalAltere
from dossier.core.etat import Envoi, Etat
from dossier.services.creances import lire_etat
from dossier.services.outils import Outils

log = logging.getLogger("dossier.plis")


def refuser_numero(outils: Outils, etat: Etat, envoi: Envoi, numero: str) -> None:
    """A number names one letter: no other one, of whatever debtor, may bear it. Raises DonneeInvalide."""
    siennes = envoi.prepare.groupe or (etat.creance,)
    for autre in _qui_citent(outils, etat, numero):
        for pli in autre.envois.values():
            le_meme = pli.prepare.cle == envoi.prepare.cle and autre.creance in siennes
            if numero in _ses_numeros(pli) and not le_meme:
                raise DonneeInvalide(
                    f"Le n° {numero} est déjà celui du recommandé « {pli.prepare.intitule} » de "
                    f"{autre.facture.numero} : vérifiez le numéro. Si c'est celui de "
                    f"{autre.facture.numero} qui est faux, corrigez-le d'abord."
                )


def _qui_citent(outils: Outils, etat: Etat, numero: str) -> Iterator[Etat]:
    """The creances whose journal holds that number; one that is altered must not stop the others."""
    for creance in outils.journal.citant(numero):
        if creance == etat.creance:
            yield etat
            continue
        try:
            autre = lire_etat(outils, creance)
        except JournalAltere as error:
            log.error("%s", error)  # noqa: TRY400 - the sentence says it all
            continue
        yield autre


def _ses_numeros(pli: Envoi) -> set[str]:
    """The numbers by which that letter is known; none when it was taken back before it left."""
    if pli.depot is not None:
        return {pli.depot.numero}
    if pli.retire is not None:
        return set()
    avis = {accuse.numero for accuse in pli.accuses}
    return avis | ({pli.fait.reference} if pli.fait is not None else set())
