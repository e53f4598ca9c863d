"""Invoices into the journal: duplicates and time-barred claims refused, the others opened."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from dossier.core.creance import Facture
from dossier.core.dates import en_lettres
from dossier.core.droit.prescription import prescription
from dossier.core.errors import ConflitJournal, DossierError
from dossier.core.etat import rejouer
from dossier.core.faits import CreanceOuverte
from dossier.core.importation import Candidate, Refus
from dossier.services.archives import archiver
from dossier.services.outils import Outils


class Rapport(NamedTuple):
    """What one import did: the invoices now followed, the documents refused and why."""

    ouvertes: tuple[Facture, ...]
    refus: tuple[Refus, ...]


def importer(outils: Outils, lus: Iterable[Candidate | Refus], *, scenario: str, auteur: str) -> Rapport:
    """Open a creance for each good candidate; one bad document never stops the others."""
    ouvertes: list[Facture] = []
    refus: list[Refus] = []
    for lu in lus:
        if isinstance(lu, Refus):
            refus.append(lu)
        elif motif := _tenter(outils, lu, scenario, auteur):
            refus.append(Refus(lu.document, motif))
        else:
            ouvertes.append(lu.facture)
    return Rapport(tuple(ouvertes), tuple(refus))


def _tenter(outils: Outils, candidate: Candidate, scenario: str, auteur: str) -> str | None:
    try:
        return _ouvrir(outils, candidate, scenario, auteur)
    except DossierError as error:
        return str(error)


def _ouvrir(outils: Outils, candidate: Candidate, scenario: str, auteur: str) -> str | None:
    """Open the creance; the French reason when it cannot be."""
    facture = candidate.facture
    deja = outils.journal.lire(facture.creance)
    if deja:
        return _deja_connue(rejouer(deja).facture, facture)
    motif = _a_nous(outils, facture) or _prescrite(outils, facture)
    if motif:
        return motif
    source = None
    if candidate.source is not None:
        unique = hashlib.sha256(candidate.source).hexdigest()[:12]
        cle = f"creances/{facture.creance}/recus/facture-{unique}.pdf"
        source = archiver(outils, cle, candidate.source)
    ouverture = CreanceOuverte(facture=facture, scenario=scenario, source=source)
    try:
        outils.journal.ajouter(
            {facture.creance: [ouverture]}, {facture.creance: 0}, auteur=auteur, instant=outils.clock.now()
        )
    except ConflitJournal:
        return f"la facture {facture.numero} vient d'être importée par ailleurs : rien n'a été changé"
    return None


def _deja_connue(connue: Facture, recue: Facture) -> str:
    if connue == recue:
        return f"la facture {recue.numero} est déjà suivie : rien n'a été changé"
    ecarts = [
        nom.replace("_", " ") for nom in Facture.model_fields if getattr(connue, nom) != getattr(recue, nom)
    ]
    return (
        f"la facture {recue.numero} est déjà suivie avec un autre contenu ({', '.join(ecarts)}) : rien "
        "n'a été changé ; si c'est une autre facture, donnez-lui un autre numéro"
    )


def _a_nous(outils: Outils, facture: Facture) -> str | None:
    """A supplier's invoice left in the folder: we are the buyer, there is nobody to chase."""
    if facture.debiteur.siren != outils.creancier.siren:
        return None
    return (
        f"la facture {facture.numero} est adressée à {outils.creancier.denomination} elle-même : c'est une facture "
        "reçue, pas une créance à recouvrer"
    )


def _prescrite(outils: Outils, facture: Facture) -> str | None:
    if facture.echeance >= outils.clock.jour():
        return None
    delai = prescription(facture.echeance, facture.execution, facture.debiteur.genre, outils.droit)
    if not delai.est_prescrite(outils.clock.jour()):
        return None
    return (
        f"la créance née de la facture {facture.numero} paraît prescrite depuis le "
        f"{en_lettres(delai.date_limite)} ({delai.texte}) : elle n'est pas relancée ; si la prescription a "
        "été interrompue (reconnaissance de dette, demande en justice), voyez un avocat"
    )
