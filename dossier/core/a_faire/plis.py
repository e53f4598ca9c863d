"""The letters on their way that wait for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from dossier.core.a_faire.modele import AFaire, Geste, Suivie, ligne
from dossier.core.decision import DemanderAdresse, doute, papier_a_lire
from dossier.core.etat import Envoi, Etat
from dossier.core.plis import PliSuivi, a_surveiller, plis_suivis

Porteur = tuple[Suivie, Envoi]
"""A letter, on one of the creances that it is about."""


def des_plis(suivies: Iterable[Suivie], jour: date) -> Iterator[AFaire]:
    """The letters to post, to destroy, to look for, or whose outcome is to be recorded; a common one once."""
    porteurs: dict[tuple[str, ...], list[Porteur]] = {}
    for suivie in suivies:
        for envoi in a_surveiller(suivie.etat):
            cle = (*(envoi.prepare.groupe or (suivie.etat.creance,)), envoi.prepare.cle)
            porteurs.setdefault(cle, []).append((suivie, envoi))
    for lettre in porteurs.values():
        if trouvee := _du_pli(lettre, jour):
            yield trouvee


def _du_pli(porteurs: Sequence[Porteur], jour: date) -> AFaire | None:
    """The line of that letter; None while it is with its carrier, in time, or asked about elsewhere."""
    suivie, envoi = next((p for p in porteurs if p[0].etat.fin is None), porteurs[0])
    pli = _ligne_de_table(porteurs, jour)
    geste = _geste(suivie.etat, envoi)
    if (geste is None and not pli.retard) or _demandee(porteurs):
        return None
    a_relire = envoi.depot is None and any(doute(autre.etat, son) for autre, son in porteurs)
    return ligne(
        suivie.etat,
        geste or Geste.AVIS,
        _phrase(pli) + (f", lettre commune à {pli.facture}" if envoi.prepare.groupe else ""),
        urgent=pli.retard > 0 or a_relire or suivie.etat.fin is not None,
        depuis=pli.depuis,
    )


def _ligne_de_table(porteurs: Sequence[Porteur], jour: date) -> PliSuivi:
    """Its line in the table of letters."""
    seuls = [(replace(s.etat, envois={e.prepare.cle: e}), s.scenario) for s, e in porteurs]
    (pli,) = plis_suivis(seuls, jour)
    return pli


def _demandee(porteurs: Sequence[Porteur]) -> bool:
    """Whether a question about the address from which it came back is asked."""
    revenus = (suivie for suivie, envoi in porteurs if envoi.revenu_sans_adresse)
    return any(isinstance(s.action, DemanderAdresse) for s in revenus)


def _geste(etat: Etat, envoi: Envoi) -> Geste | None:
    """What that letter asks whatever its delay; None when it is with its carrier."""
    if envoi.depot is None:
        confie = envoi.fait is not None and bool(envoi.fait.transporteur)
        attendu = confie and envoi.accuse is None and etat.fin is None
        return None if attendu else Geste.POSTER
    if envoi.revenu_sans_adresse:
        return Geste.ADRESSE
    return Geste.AVIS if envoi.contredit or papier_a_lire(envoi) else None


def _phrase(pli: PliSuivi) -> str:
    numero = f" ({pli.numero})" if pli.numero else ""
    jours = "1 jour" if pli.retard == 1 else f"{pli.retard} jours"
    retard = f", {jours} de retard" if pli.retard else ""
    return f"{pli.intitule}{numero} : {pli.situation}{retard}"
