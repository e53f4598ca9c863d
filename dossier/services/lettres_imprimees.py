"""What must be said of the letters that are printed, or at a carrier, when the procedure is stopped."""

from __future__ import annotations

from dossier.core.etat import Etat
from dossier.core.plis import a_surveiller


def a_ne_pas_poster(etat: Etat, que_faire: str) -> str:
    """The sentence that names them, with what to do, such as « gardez-la »; empty when there is none."""
    en_main = [e for e in a_surveiller(etat) if e.depot is None and e.accuse is None]
    if not en_main:
        return ""
    au_bac = ", ".join(f"« {e.prepare.intitule} »" for e in en_main if e.fait and not e.fait.transporteur)
    confies = [e.fait.transporteur for e in en_main if e.fait and e.fait.transporteur]
    bac = f" Imprimée et pas encore postée : {au_bac} ; {que_faire}." if au_bac else ""
    ailleurs = (
        f" Une lettre est confiée à {', '.join(confies)} : voyez s'il peut l'annuler." if confies else ""
    )
    return f"{bac}{ailleurs}"
