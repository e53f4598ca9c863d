"""One document for several creances of one debtor: what is recorded of it is recorded of all."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date

from dossier.core.decision import presentee
from dossier.core.etat import Envoi, Etat, poursuivre
from dossier.core.faits import (
    AccuseRecu,
    ApprobationDonnee,
    Canal,
    Contenu,
    EnvoiFait,
    EnvoiRemplace,
    EnvoiRetire,
    EnvoiSignale,
    PliDepose,
    RemiseDouteuse,
    RemiseTentee,
    ScanRecu,
    SuiviRecu,
)

Ecritures = dict[str, list[Contenu]]


def partager(etat: Etat, contenus: Sequence[Contenu], jour: date) -> Ecritures:
    """What to write, and on which creances, when these contents are recorded on that one.

    What concerns a common document is written on each of its creances. When these contents make a common
    document untrue for this one, it is taken back from all of them if it waits, and signalled to the others
    if it is printed and not yet posted.
    """
    ecrits: Ecritures = {etat.creance: list(contenus)}
    apres = poursuivre(etat, contenus)
    for contenu in contenus:
        commun = apres.envois.get(_cle(contenu))
        if commun is not None:
            _ajouter(ecrits, (c for c in commun.prepare.groupe if c != etat.creance), contenu)
    for envoi in apres.envois.values():
        if not envoi.prepare.groupe:
            continue
        motif, reprenable = _devenu_faux(apres, envoi), _reprenable(envoi)
        if reprenable and not motif:
            motif = _devenu_inutile(apres, envoi)
        if not motif:
            continue
        if reprenable:
            retrait = EnvoiRetire(cle=envoi.prepare.cle, motif=motif, jour=jour)
            _ajouter(ecrits, envoi.prepare.groupe, retrait)
        elif _a_poster(envoi) and not _devenu_faux(etat, envoi):
            signale = EnvoiSignale(cle=envoi.prepare.cle, motif=motif, jour=jour)
            _ajouter(ecrits, (c for c in envoi.prepare.groupe if c != etat.creance), signale)
    return ecrits


def cle_commune(etape: str, canal: str, etats: Iterable[Etat]) -> str:
    """The key of a document common to these creances as they stand: never twice the same."""
    texte = "\n".join(f"{etat.creance} {etat.numero}" for etat in etats)
    return f"{etape}:{canal}:{hashlib.sha256(texte.encode()).hexdigest()[:10]}"


def membres(etat: Etat) -> tuple[str, ...]:
    """The creances with which that one shares, or shared, a document; itself first."""
    autres = (creance for envoi in etat.envois.values() for creance in envoi.prepare.groupe)
    return tuple(dict.fromkeys((etat.creance, *autres)))


def _cle(contenu: Contenu) -> str:
    """The key of the sending that a content is about; empty for any other."""
    match contenu:
        case EnvoiRemplace() | EnvoiRetire() | RemiseTentee() | RemiseDouteuse() | EnvoiFait():
            return contenu.cle
        case PliDepose() | SuiviRecu() | AccuseRecu() | ScanRecu():
            return contenu.cle
        case ApprobationDonnee(envoi=cle):
            return cle
        case _:
            return ""


def _reprenable(envoi: Envoi) -> bool:
    """Whether it may be written anew: a reminder more does no harm, a second registered letter would."""
    parti_peut_etre = envoi.tentee is not None and envoi.prepare.canal is Canal.LRAR
    return envoi.fait is None and envoi.retire is None and not parti_peut_etre


def _a_poster(envoi: Envoi) -> bool:
    """Whether it is printed, perhaps, and waits for a person who posts it."""
    return (
        envoi.prepare.canal is Canal.LRAR
        and envoi.depot is None
        and envoi.accuse is None
        and envoi.retire is None
    )


def _devenu_faux(etat: Etat, envoi: Envoi) -> str:
    """Why that document is no longer true for this creance; empty while it is."""
    if etat.fin is not None or etat.solde != envoi.prepare.reste:
        return f"la somme due sur {etat.facture.numero} a changé"
    if etat.litige is not None:
        return f"{etat.facture.numero} est contestée"
    if etat.suspension is not None and _avant(envoi, etat.suspension.jusqu_au):
        return f"la procédure de {etat.facture.numero} est suspendue"
    if etat.promesses and etat.promesses[-1].promis_le >= envoi.prepare.jour:
        return f"le paiement de {etat.facture.numero} est promis"
    if etat.echeancier is not None:
        return f"un échéancier est accordé sur {etat.facture.numero}"
    return "procédure collective du débiteur" if etat.procedure is not None else ""


def _avant(envoi: Envoi, reprise: date | None) -> bool:
    """Whether it was written before the procedure took up again by itself."""
    return reprise is None or envoi.prepare.jour < reprise


def _devenu_inutile(etat: Etat, envoi: Envoi) -> str:
    """Why that document, not printed yet, will never leave: an earlier one was presented after all."""
    autres = (e for e in etat.envois_de(envoi.prepare.etape) if e.prepare.cle != envoi.prepare.cle)
    if any(autre.prepare.canal is envoi.prepare.canal and presentee(autre) for autre in autres):
        return f"« {envoi.prepare.intitule} » de {etat.facture.numero} avait déjà été présentée"
    return ""


def _ajouter(ecrits: Ecritures, creances: Iterable[str], contenu: Contenu) -> None:
    for creance in creances:
        ecrits.setdefault(creance, []).append(contenu)
