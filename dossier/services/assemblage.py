"""The dossier of one debtor: gathered, written, stamped, bound, sealed once, recorded in each creance."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import NamedTuple

from dossier.core.dates import jour_legal
from dossier.core.errors import ConflitJournal
from dossier.core.etat import rejouer
from dossier.core.examen import Creance, examiner
from dossier.core.faits import DossierPrepare, DossierScelle, Fait
from dossier.core.pieces import lister_pieces
from dossier.core.recueil import Recueil, total
from dossier.services.archives import sceller_une_fois
from dossier.services.completude import ensemble, exiger_complet
from dossier.services.composition import fichiers
from dossier.services.creances import decompte_de, insister, lire_etat, scenario_de
from dossier.services.horodatages import exiger_les_jetons
from dossier.services.indexation import Papiers, ancres
from dossier.services.outils import Outils
from dossier.services.verification_index import ANCRES, ecrire_ancres


class Scelle(NamedTuple):
    """A sealed dossier and the creances it holds."""

    fait: DossierScelle
    creances: tuple[str, ...]


def assembler(outils: Outils, creance: str, *, auteur: str) -> Scelle | None:
    """Seal the dossier of that creance with the debtor's other creances that are ripe.

    None when another creance's run is already sealing it, or when it is no longer ripe. Cut short and
    called again, it goes on with the same intent: same name, same creances, same instant, same files; a dossier
    already stored is not made twice. A fait recorded meanwhile makes a new version.
    """
    return insister(lambda: _essayer(outils, creance, auteur))


def _essayer(outils: Outils, creance: str, auteur: str) -> Scelle | None:
    """One attempt. Raises ConflitJournal when something was recorded in one of the creances meanwhile."""
    preparation = _preparer(outils, creance, auteur)
    if preparation is None:
        return None
    papiers = _reunir(outils, preparation)
    with tempfile.TemporaryDirectory(prefix="scellement-") as atelier:
        archive = sceller_une_fois(
            outils, f"dossiers/{preparation.dossier}.zip", lambda: _sceller(outils, papiers, Path(atelier))
        )
    fait = DossierScelle(
        dossier=preparation.dossier,
        zip=archive,
        pieces=len(papiers.pieces),
        total=total(papiers.recueils),
        jour=jour_legal(preparation.instant),
    )
    outils.journal.ajouter(
        {c: [fait] for c in preparation.creances},
        {recueil.etat.creance: recueil.etat.numero for recueil in papiers.recueils},
        auteur=auteur,
        instant=outils.clock.now(),
    )
    return Scelle(fait, preparation.creances)


def _preparer(outils: Outils, creance: str, auteur: str) -> DossierPrepare | None:
    """The intent to seal, written to all the creances at once; None when this creance is not to do it."""
    etat = lire_etat(outils, creance)
    if etat.preparation is not None and _vivante(outils, etat.preparation):
        return etat.preparation if etat.preparation.pilote == creance else None
    debiteur = etat.debiteur
    etats = ensemble(outils, etat)
    if creance not in {e.creance for e in etats}:
        return None
    exiger_complet(outils, etats)
    exiger_les_jetons(outils, [e.creance for e in etats])
    instant = outils.clock.now()
    preparation = DossierPrepare(
        dossier=f"dossier-{debiteur}-{jour_legal(instant)}-v{_version(outils, debiteur)}",
        creances=tuple(e.creance for e in etats),
        pilote=creance,
        instant=instant,
    )
    outils.journal.ajouter(
        {e.creance: [preparation] for e in etats},
        {e.creance: e.numero for e in etats},
        auteur=auteur,
        instant=instant,
    )
    return preparation


def _vivante(outils: Outils, preparation: DossierPrepare) -> bool:
    """Whether what was begun may still be sealed: nothing was recorded since in any of its creances."""
    return all(_est_la_derniere(outils.journal.lire(c), preparation) for c in preparation.creances)


def _est_la_derniere(faits: tuple[Fait, ...], preparation: DossierPrepare) -> bool:
    return faits[-1].contenu == preparation


def _version(outils: Outils, debiteur: str) -> int:
    """One more than the dossiers already begun for that debtor, so that no name serves twice."""
    commences = {
        contenu.dossier
        for ouverture in outils.journal.creances(debiteur)
        for contenu in (fait.contenu for fait in outils.journal.lire(ouverture.creance))
        if isinstance(contenu, DossierPrepare)
    }
    return len(commences) + 1


def _reunir(outils: Outils, preparation: DossierPrepare) -> Papiers:
    jour = jour_legal(preparation.instant)
    recueils = tuple(_recueil(outils, creance, preparation) for creance in preparation.creances)
    examen = examiner(
        [Creance(recueil.etat, recueil.scenario, recueil.decompte) for recueil in recueils],
        outils.creancier,
        outils.droit,
        jour,
    )
    pieces = lister_pieces([(recueil.etat, recueil.scenario) for recueil in recueils])
    return Papiers(recueils, pieces, examen, preparation)


def _recueil(outils: Outils, creance: str, preparation: DossierPrepare) -> Recueil:
    faits = outils.journal.lire(creance)
    if not _est_la_derniere(faits, preparation):
        raise ConflitJournal(f"Un fait vient d'être enregistré sur {creance} : le dossier est à reprendre.")
    etat = rejouer(faits)
    decompte = decompte_de(outils, etat, jour_legal(preparation.instant))
    return Recueil(faits, etat, scenario_de(outils, etat), decompte)


def _sceller(outils: Outils, papiers: Papiers, atelier: Path) -> Path:
    """The zip, in `atelier`, beside the files that it was made from."""
    preparation = papiers.preparation
    debiteur = papiers.recueils[0].etat.facture.debiteur
    infos = {
        "Source-Organization": outils.creancier.denomination,
        "External-Identifier": preparation.dossier,
        "External-Description": f"Dossier de preuve, {debiteur.denomination}",
        ANCRES: ecrire_ancres(ancres(papiers.recueils)),
    }
    sortie = atelier / "dossier.zip"
    contenus = fichiers(outils, papiers, atelier)
    outils.sac.sceller(preparation.dossier, contenus, infos, preparation.instant, sortie)
    return sortie
