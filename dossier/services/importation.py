"""Invoices and credit notes into the journal: duplicates and time-barred claims refused, the others taken."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from dossier.core.creance import Avoir, Facture, identifiant
from dossier.core.dates import en_lettres
from dossier.core.droit.prescription import prescription
from dossier.core.errors import ConflitJournal, DossierError
from dossier.core.etat import rejouer
from dossier.core.faits import Contenu, CreanceOuverte
from dossier.core.importation import Candidate, Refus, hors_scenario
from dossier.services.archives import archiver
from dossier.services.avoirs import avoir_deduit, rattacher
from dossier.services.formulaire import garder
from dossier.services.outils import Outils
from dossier.services.procedures import nee_apres


class Rapport(NamedTuple):
    """What one import did: the invoices now followed, the credit notes taken, what was refused and why."""

    ouvertes: tuple[Facture, ...]
    avoirs: tuple[Avoir, ...]
    refus: tuple[Refus, ...]


def importer(outils: Outils, lus: Iterable[Candidate | Refus], *, scenario: str, auteur: str) -> Rapport:
    """Open a creance for each good invoice, then take the credit notes off theirs.

    One bad document never stops the others.
    """
    refus: dict[int, Refus] = {}
    pris: dict[int, Facture | Avoir] = {}
    # A credit note may come before its invoice in the same folder.
    for rang, lu in sorted(enumerate(lus), key=lambda r: _est_un_avoir(r[1])):
        if isinstance(lu, Refus):
            refus[rang] = lu
        elif motif := _tenter(outils, lu, scenario, auteur):
            refus[rang] = Refus(lu.document, motif)
        else:
            pris[rang] = lu.contenu
    return Rapport(
        ouvertes=tuple(p for _, p in sorted(pris.items()) if isinstance(p, Facture)),
        avoirs=tuple(p for _, p in sorted(pris.items()) if isinstance(p, Avoir)),
        refus=tuple(r for _, r in sorted(refus.items())),
    )


def _est_un_avoir(lu: Candidate | Refus) -> bool:
    return isinstance(lu, Candidate) and isinstance(lu.contenu, Avoir)


def _tenter(outils: Outils, candidat: Candidate, scenario: str, auteur: str) -> str | None:
    """Take that document; the French reason when it cannot be."""
    try:
        match candidat.contenu:
            case Facture() as facture:
                return _ouvrir(outils, facture, candidat.source, scenario, auteur)
            case Avoir() as avoir:
                return _deduire(outils, avoir, candidat.source, auteur)
    except DossierError as error:
        return str(error)


def _deduire(outils: Outils, avoir: Avoir, source: bytes | None, auteur: str) -> str | None:
    creance = identifiant(avoir.facture)
    faits = outils.journal.lire(creance)
    if not faits:
        return (
            f"l'avoir {avoir.numero} corrige la facture {avoir.facture}, qui n'est pas suivie : si elle doit "
            "l'être, importez-la, puis importez l'avoir de nouveau"
        )
    if avoir_deduit(rejouer(faits), avoir.numero) is not None:
        return f"l'avoir {avoir.numero} est déjà déduit de {avoir.facture} : rien n'a été changé"
    rattacher(outils, avoir, garder(outils, creance, "avoir", source), auteur=auteur)
    return None


def _ouvrir(
    outils: Outils, facture: Facture, document: bytes | None, scenario: str, auteur: str
) -> str | None:
    deja = outils.journal.lire(facture.creance)
    if deja:
        return _deja_connue(rejouer(deja).facture, facture)
    motif = (
        _a_nous(outils, facture)
        or hors_scenario(facture, outils.scenarios[scenario])
        or _prescrite(outils, facture)
    )
    if motif:
        return motif
    source = None
    if document is not None:
        unique = hashlib.sha256(document).hexdigest()[:12]
        cle = f"creances/{facture.creance}/recus/facture-{unique}.pdf"
        source = archiver(outils, cle, document)
    ouverture = CreanceOuverte(facture=facture, scenario=scenario, source=source)
    try:
        outils.journal.ajouter(
            {facture.creance: [ouverture, *_procedure_connue(outils, facture)]},
            {facture.creance: 0},
            auteur=auteur,
            instant=outils.clock.now(),
        )
    except ConflitJournal:
        return f"la facture {facture.numero} vient d'être importée par ailleurs : rien n'a été changé"
    return None


def _procedure_connue(outils: Outils, facture: Facture) -> Sequence[Contenu]:
    """The insolvency recorded on another invoice of that debtor stops this one too."""
    for ouverture in reversed(outils.journal.creances(facture.debiteur.cle)):
        etat = rejouer(outils.journal.lire(ouverture.creance))
        if etat.procedure is not None:
            return [] if nee_apres(facture, etat.procedure.jugement) else [etat.procedure]
        if etat.fin is None:  # a judgment is recorded on all that are open: the last of them tells
            return []
    return []


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
    """A claim whose time is over by any reading; one that is open to doubt is followed, with its warning."""
    if facture.echeance >= outils.clock.jour():
        return None
    genre, nature = facture.debiteur.genre, facture.nature
    delai = prescription(facture.echeance, facture.execution, genre, outils.droit, nature=nature)
    jour = outils.clock.jour()
    discutable = delai.reserve or (delai.date_possible is not None and jour <= delai.date_possible)
    if not delai.est_prescrite(jour) or discutable:
        return None
    return (
        f"la créance née de la facture {facture.numero} paraît prescrite depuis le "
        f"{en_lettres(delai.date_limite)} ({delai.texte}) : elle n'est pas relancée ; si la prescription a "
        "été interrompue (reconnaissance de dette, demande en justice), voyez un avocat"
    )
