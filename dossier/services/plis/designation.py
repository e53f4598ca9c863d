"""Which registered letter a person means."""

from __future__ import annotations

from dossier.core.errors import DonneeInvalide
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Canal


def plis_de(etat: Etat, etape: str) -> list[Envoi]:
    """The registered letters of that step, or of all, in the order in which they were prepared.

    Raises DonneeInvalide when there is none.
    """
    plis = [
        envoi
        for envoi in etat.envois.values()
        if envoi.prepare.canal is Canal.LRAR and envoi.retire is None and etape in {"", envoi.prepare.etape}
    ]
    if not plis:
        de_l_etape = f" pour l'étape « {etape} »" if etape else ""
        retiree = any(e.retire and e.prepare.canal is Canal.LRAR for e in etat.envois.values())
        suite = " ; celle qui l'avait été est retirée" if retiree else ""
        raise DonneeInvalide(
            f"Aucune lettre recommandée n'est établie sur {etat.facture.numero}{de_l_etape}{suite}."
        )
    return plis
