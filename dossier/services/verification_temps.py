"""Checks the dates of a sealed dossier against each other: faits, tokens, sealing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta

from dossier.core.dates import en_lettres, horodate, jour_legal
from dossier.core.faits import (
    AccuseRecu,
    DocumentEtabli,
    DossierPrepare,
    EnvoiFait,
    EnvoiPrepare,
    EnvoiRemplace,
    Fait,
    PliDepose,
    ScanRecu,
    SuiviRecu,
)
from dossier.core.langues import en_jours, en_nombre
from dossier.core.montants import INSECABLE
from dossier.core.ports import Jeton
from dossier.services.constats import Constat, attention, faute, resume
from dossier.services.verification_index import Index, Journaux
from dossier.services.verification_originaux import Original

TOLERANCE = timedelta(hours=1)
"""Two machines' clocks may differ so much, and an authority may take so long to answer."""
UN_JOUR = timedelta(days=1)
"""A document is dated by its day; written about midnight, it may be stamped on the day before."""
RETARDS_DITS = 5
"""Late tokens told one by one."""
SCEAU = "Horodatage du dossier"
_SIMULEE = (
    "Horloge simulée : ce dossier est une démonstration, ses dates ne sont pas comparées à celles des jetons."
)
# Their day is that of their filing, not one that the document bears.
_CLASSEMENTS = (ScanRecu, SuiviRecu, EnvoiFait)
# Dated by us on the day they are made, or by the post: nobody dates them ahead.
_JAMAIS_POSTDATES = (EnvoiPrepare, EnvoiRemplace, DocumentEtabli, PliDepose, AccuseRecu)


def constats_du_temps(
    index: Index,
    journaux: Journaux,
    originaux: tuple[Original, ...],
    jetons: Mapping[str, Jeton],
    sceau: Jeton | None,
) -> Iterator[Constat]:
    """What cannot be (faults), and the delays that the reader must know (reservations)."""
    for creance, faits in journaux.items():
        yield from _apres_coup(index, creance, faits)
    horodates = [(original, jetons[original.nom]) for original in originaux if original.nom in jetons]
    if sceau is not None:
        yield from _apres_le_sceau(horodates, sceau)
    if index.horloge == "simulee":
        yield attention("Dates", _SIMULEE)
        return
    trouves = [constat for paire in horodates for constat in _avance(index, *paire)]
    trouves += _retards(horodates)
    trouves += _sceau(index, sceau) if sceau is not None else ()
    yield from resume(
        "Dates", trouves, f"Aucun des {len(horodates)} jetons ne contredit les dates du journal."
    )


def _apres_coup(index: Index, creance: str, faits: tuple[Fait, ...]) -> Iterator[Constat]:
    """A journal must order this sealing, and nothing in it may be later."""
    objet = f"Journal {creance}"
    ordres = [fait.contenu for fait in faits if isinstance(fait.contenu, DossierPrepare)]
    if not any(_ordonne(ordre, index) for ordre in ordres):
        texte = f"Le journal de {creance} s'arrête avant l'ordre de sceller ce dossier : sa fin manque."
        yield faute(objet, texte)
    fin = jour_legal(index.instant)
    for fait in faits:
        numero = f"Le fait n°{INSECABLE}{fait.numero}"
        if fait.instant > index.instant + TOLERANCE:
            yield faute(objet, f"{numero} est enregistré après le scellement ({horodate(fait.instant)}).")
        jour = getattr(fait.contenu, "jour", None)
        if isinstance(jour, date) and jour > fin:
            yield faute(objet, f"{numero} est daté du {en_lettres(jour)}, après le scellement.")


def _ordonne(ordre: DossierPrepare, index: Index) -> bool:
    return (ordre.dossier, ordre.instant) == (index.dossier, index.instant) and sorted(
        ordre.creances
    ) == sorted(index.creances)


def _apres_le_sceau(horodates: list[tuple[Original, Jeton]], sceau: Jeton) -> Iterator[Constat]:
    for original, jeton in horodates:
        if jeton.instant > sceau.instant + TOLERANCE:
            texte = f"L'original « {original.archive.cle} » a été horodaté après le dossier qui le contient."
            yield faute(original.nom, texte)


def _retards(horodates: list[tuple[Original, Jeton]]) -> Iterator[Constat]:
    """Tokens that came long after their fait: each is told, or the worst of many."""
    retards = [(jeton.instant - original.fait.instant, original) for original, jeton in horodates]
    tardifs = [(retard, original) for retard, original in retards if retard > TOLERANCE]
    if len(tardifs) <= RETARDS_DITS:
        for retard, original in tardifs:
            texte = f"{_cite(original)} n'a été horodaté que {_duree(retard)} après son enregistrement."
            yield attention(original.nom, texte)
        return
    pire, original = max(tardifs, key=lambda tardif: tardif[0])
    yield attention(
        "Dates",
        f"{len(tardifs)} originaux n'ont été horodatés qu'après leur enregistrement, jusqu'à {_duree(pire)} "
        f"après pour « {original.archive.cle} ».",
    )


def _avance(index: Index, original: Original, jeton: Jeton) -> Iterator[Constat]:
    """A document stamped before the day that it bears."""
    jour = getattr(original.contenu, "jour", None)
    if jour is None or isinstance(original.contenu, _CLASSEMENTS):
        return
    if jour - jour_legal(jeton.instant) > UN_JOUR:
        texte = f"{_cite(original)}, daté du {en_lettres(jour)}, était déjà horodaté le {horodate(jeton.instant)}."
        certain = index.horloge == "reelle" and isinstance(original.contenu, _JAMAIS_POSTDATES)
        yield (faute if certain else attention)(original.nom, texte)


def _cite(original: Original) -> str:
    return f"L'original « {original.archive.cle} »"


def _sceau(index: Index, sceau: Jeton) -> Iterator[Constat]:
    ecart = sceau.instant - index.instant
    if ecart < -TOLERANCE:
        texte = f"Le jeton est antérieur au scellement que l'index annonce ({horodate(index.instant)})."
        yield (faute if index.horloge == "reelle" else attention)("Dates", texte)
    elif ecart > TOLERANCE:
        texte = f"Le dossier n'a été horodaté que {_duree(ecart)} après l'instant que l'index annonce."
        yield attention("Dates", texte)


def _duree(ecart: timedelta) -> str:
    if ecart < UN_JOUR:
        return en_nombre(ecart // timedelta(hours=1), "heure")
    return en_jours(ecart.days)
