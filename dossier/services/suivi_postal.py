"""What carriers say of the letters on their way: asked, kept raw and timestamped, recorded once."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from dossier.core.dates import en_lettres, jour_legal
from dossier.core.errors import DonneeInvalide, DossierError
from dossier.core.etat import Envoi, Etat
from dossier.core.faits import Canal, Contenu, PliDepose, ScanRecu, SuiviRecu
from dossier.core.numeros import NUMERO_DE_PLI
from dossier.core.plis import accuse_du_transporteur, issue_des
from dossier.core.ports import DocumentDePli, Nouvelles
from dossier.core.releve_postal import a_demander
from dossier.services.archives import archiver
from dossier.services.creances import consigner
from dossier.services.outils import Outils

AVANCE = timedelta(days=2)
"""How much older than its deposit an event may be: more, and the number is that of another letter."""


class Bilan(NamedTuple):
    """What a round of questions gave."""

    demandes: int
    """Letters asked for."""
    changees: tuple[str, ...]
    """Creances on which something was recorded."""
    pannes: tuple[str, ...]
    """What could not be known, and why."""


class _EnVol(NamedTuple):
    """A letter whose carrier may still have something to say; no carrier's name when a person posted it."""

    creance: str
    envoi: Envoi
    transporteur: str
    reference: str
    depuis: date

    @property
    def lettre(self) -> tuple[object, ...]:
        """What tells that letter from any other: a common one is the same on each of its creances."""
        return (self.envoi.prepare.groupe or (self.creance,), self.envoi.prepare.cle)


def relever(outils: Outils, etats: Iterable[Etat], *, auteur: str, tous: bool = False) -> Bilan:
    """Ask each carrier about the letters of these creances that are open, and record what is new.

    Each is asked a few times a day only, at hours of its own, unless `tous`. A carrier that does not answer
    stops nothing: the next round asks again.
    """
    par_transporteur: dict[str, dict[str, _EnVol]] = defaultdict(dict)
    instant, pannes = outils.clock.now(), []
    for vol in (vol for etat in etats for vol in _en_vol(etat)):
        if tous or a_demander(vol.reference, vol.depuis, instant):
            retenu = par_transporteur[vol.transporteur].setdefault(vol.reference, vol)
            if retenu.lettre != vol.lettre:
                pannes.append(_deux_lettres(retenu, vol))
    bilans = [_relever(outils, nom, vols, auteur) for nom, vols in par_transporteur.items()]
    return Bilan(
        demandes=sum(bilan.demandes for bilan in bilans),
        changees=tuple(creance for bilan in bilans for creance in bilan.changees),
        pannes=(*pannes, *(panne for bilan in bilans for panne in bilan.pannes)),
    )


def _en_vol(etat: Etat) -> list[_EnVol]:
    """The registered letters of an open creance that their carrier has not done with."""
    if etat.fin is not None:
        return []
    recommandes = (envoi for envoi in etat.envois.values() if envoi.prepare.canal is Canal.LRAR)
    en_cours = (e for e in recommandes if e.retire is None and not (e.suivi and e.suivi.definitif))
    return [vol for envoi in en_cours if (vol := _vol(etat.creance, envoi)) is not None]


def _vol(creance: str, envoi: Envoi) -> _EnVol | None:
    """How to ask about that letter; None while it bears neither number nor reference."""
    fait, depot = envoi.fait, envoi.depot
    if fait is not None and fait.reference:
        return _EnVol(creance, envoi, fait.transporteur, fait.reference, (depot or fait).jour)
    if depot is None:
        return None
    # A hand-over in doubt that a person found at its carrier: its own reference is for that carrier alone.
    chez = envoi.tentee.transporteur if fait is None and envoi.tentee is not None else ""
    qui = "" if NUMERO_DE_PLI.fullmatch(depot.numero) else chez
    return _EnVol(creance, envoi, qui, depot.numero, depot.jour)


def _deux_lettres(demandee: _EnVol, autre: _EnVol) -> str:
    return (
        f"Le n° {autre.reference} est enregistré pour deux lettres, sur {demandee.creance} et {autre.creance} : "
        "seule la première est suivie, corrigez le dépôt de l'autre."
    )


def _relever(outils: Outils, transporteur: str, vols: dict[str, _EnVol], auteur: str) -> Bilan:
    suivi = outils.suivis.get(transporteur)
    if suivi is None:
        return Bilan(0, (), _sans_suivi(transporteur, len(vols)))
    releve = suivi.relever(sorted(vols))
    changees, pannes = [], list(releve.pannes)
    for nouvelles in releve.nouvelles:
        vol = vols.get(nouvelles.reference)
        try:
            if vol is not None and _enregistrer(outils, vol, suivi.nom, nouvelles, auteur):
                changees.append(vol.creance)
        except DossierError as error:
            pannes.append(f"{suivi.nom}, pli {nouvelles.reference} : {error}")
    return Bilan(len(vols), tuple(changees), tuple(pannes))


def _sans_suivi(transporteur: str, nombre: int) -> tuple[str, ...]:
    """Nothing to say of letters posted by hand: without a tracking service, a person records their outcome."""
    if not transporteur:
        return ()
    return (
        f"{transporteur} n'est plus réglé, les recommandés qu'il tient ne sont pas suivis ({nombre}) : remettez "
        "son réglage, ou enregistrez leur issue.",
    )


def _enregistrer(outils: Outils, vol: _EnVol, nom: str, nouvelles: Nouvelles, auteur: str) -> bool:
    """Record what is new; whether anything was. Raises DossierError.

    What is known already is neither archived nor timestamped again.
    """
    _refuser_autre_lettre(vol, nouvelles)
    base = f"creances/{vol.creance}/recus"
    suivi = _suivi(outils, base, vol.envoi, nom, nouvelles)
    scans = [
        _scan(outils, base, vol.envoi, document)
        for document in nouvelles.documents
        if not _connu(vol.envoi, document)
    ]
    avant = consigner(
        outils, vol.creance, lambda etat: _suite(etat, vol, nouvelles, suivi, scans), auteur=auteur
    )
    return bool(_suite(avant, vol, nouvelles, suivi, scans))


def _scan(outils: Outils, base: str, envoi: Envoi, document: DocumentDePli) -> ScanRecu:
    return ScanRecu(
        cle=envoi.prepare.cle,
        genre=document.genre,
        fichier=document.nom,
        pdf=archiver(outils, f"{base}/{_unique(document.pdf)}-{document.nom}", document.pdf),
        jour=outils.clock.jour(),
    )


def _connu(envoi: Envoi, document: DocumentDePli) -> bool:
    """Whether that paper is filed: by its name too, for a carrier may draw it anew at each download."""
    empreinte = hashlib.sha256(document.pdf).hexdigest()
    return any(empreinte == scan.pdf.empreinte or document.nom == scan.fichier for scan in envoi.scans)


def _depot(envoi: Envoi, nouvelles: Nouvelles) -> PliDepose | None:
    """The deposit that the carrier tells, or its number when it first told the deposit without it."""
    avant, numero = envoi.depot, nouvelles.numero or nouvelles.reference
    if avant is None and nouvelles.depot is not None:
        return PliDepose(cle=envoi.prepare.cle, numero=numero, jour=nouvelles.depot)
    if avant is not None and avant.numero == nouvelles.reference != numero:
        return avant.model_copy(update={"numero": numero})
    return None


def _dit_autre_chose(suivi: SuiviRecu | None, nouvelles: Nouvelles) -> bool:
    if not nouvelles.evenements:
        return False
    dites = (nouvelles.evenements, nouvelles.definitif)
    return suivi is None or (suivi.evenements, suivi.definitif) != dites


def _refuser_autre_lettre(vol: _EnVol, nouvelles: Nouvelles) -> None:
    """A number that lived before this letter was typed wrong, or served twice.

    One that a carrier gave is not doubted: it tells what it did before the deposit too.
    """
    depot = None if vol.transporteur else vol.envoi.depot
    premier = min((jour_legal(e.instant) for e in nouvelles.evenements), default=None)
    if depot is not None and premier is not None and premier < depot.jour - AVANCE:
        raise DonneeInvalide(
            f"ce numéro circulait déjà le {en_lettres(premier)}, avant le dépôt enregistré le "
            f"{en_lettres(depot.jour)} : vérifiez le numéro et la date saisis."
        )
    issue = issue_des(nouvelles.evenements)
    if depot is not None and issue is not None and issue.premiere_presentation < depot.jour:
        raise DonneeInvalide(
            f"il aurait été présenté le {en_lettres(issue.premiere_presentation)}, avant le dépôt enregistré le "
            f"{en_lettres(depot.jour)} : vérifiez le numéro et la date saisis."
        )


def _suivi(outils: Outils, base: str, envoi: Envoi, nom: str, nouvelles: Nouvelles) -> SuiviRecu | None:
    if not _dit_autre_chose(envoi.suivi, nouvelles):
        return None
    return SuiviRecu(
        cle=envoi.prepare.cle,
        transporteur=nom,
        evenements=nouvelles.evenements,
        definitif=nouvelles.definitif,
        reponse=archiver(outils, f"{base}/suivi-{_unique(nouvelles.reponse)}.json", nouvelles.reponse),
        jour=outils.clock.jour(),
    )


def _suite(
    etat: Etat, vol: _EnVol, nouvelles: Nouvelles, suivi: SuiviRecu | None, scans: Sequence[ScanRecu]
) -> list[Contenu]:
    """The faits to add to that state, which may have moved since the carrier was asked."""
    envoi = etat.envois[vol.envoi.prepare.cle]
    encore = suivi if _dit_autre_chose(envoi.suivi, nouvelles) else None
    numero = nouvelles.numero or (envoi.depot.numero if envoi.depot else "")
    accuse = accuse_du_transporteur(envoi, nouvelles.evenements, numero)
    faits: tuple[Contenu | None, ...] = (_depot(envoi, nouvelles), encore, accuse)
    connus = {scan.pdf.empreinte for scan in envoi.scans}
    return [
        *(fait for fait in faits if fait is not None),
        *(scan for scan in scans if scan.pdf.empreinte not in connus),
    ]


def _unique(contenu: bytes) -> str:
    return hashlib.sha256(contenu).hexdigest()[:12]
