"""The versions that a new dossier replaces: read as they were sealed, and compared with what it says."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence

from dossier.core.dates import jour_legal
from dossier.core.errors import ErreurAssemblage
from dossier.core.faits import DossierScelle, DossierTransmis
from dossier.core.versions import (
    PieceDeVersion,
    Remplacee,
    Teneur,
    Version,
    a_remplacer,
    differences,
    tenus,
    versions,
)
from dossier.services.archives import sur_disque
from dossier.services.outils import Outils
from dossier.services.verification_index import INDEX, Index


def remplacees(outils: Outils, creances: Sequence[str], nouvelle: Teneur) -> tuple[Remplacee, ...]:
    """The last version of each of these creances, and those that somebody else still holds, once each, with what
    `nouvelle` says otherwise.

    Raises DocumentAbsent, ErreurAssemblage: a version whose zip is lost or altered is not replaced in silence.
    """
    retenues = {
        version.scelle.dossier: version.scelle
        for creance in creances
        for version in a_remplacer(versions(outils.journal.lire(creance)))
    }
    return tuple(
        _remplacee(outils, scelle, nouvelle) for scelle in sorted(retenues.values(), key=lambda s: s.jour)
    )


def _remplacee(outils: Outils, scelle: DossierScelle, nouvelle: Teneur) -> Remplacee:
    teneur = _teneur(outils, scelle)
    version = Version(scelle, _remises(outils, scelle.dossier, teneur.journaux))
    return Remplacee(version, differences(teneur, nouvelle))


def _remises(outils: Outils, dossier: str, creances: Iterable[str]) -> tuple[DossierTransmis, ...]:
    """To whom that version was handed over: an invoice that was closed on that day knows nothing of it."""
    connues = (v for creance in creances for v in versions(outils.journal.lire(creance)))
    remises = dict.fromkeys(
        r for version in connues if version.scelle.dossier == dossier for r in version.remises
    )
    return tuple(sorted(remises, key=lambda remise: remise.jour))


def _teneur(outils: Outils, scelle: DossierScelle) -> Teneur:
    index = _index(outils, scelle)
    return Teneur(
        dossier=index.dossier,
        jour=jour_legal(index.instant),
        total=index.total,
        pieces=tuple(PieceDeVersion(p.numero, p.titre, p.empreinte_original) for p in index.pieces),
        journaux={c: tenus(outils.journal.lire(c), scelle.dossier) for c in index.creances},
        creancier=index.creancier,
        juridiction=index.juridiction,
    )


def _index(outils: Outils, scelle: DossierScelle) -> Index:
    """What that version says of itself, from the very zip that was sealed."""
    try:
        with sur_disque(outils, scelle.zip) as chemin, zipfile.ZipFile(chemin) as sac:
            return Index.model_validate_json(sac.read(f"{scelle.dossier}/{INDEX}"))
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ErreurAssemblage(
            f"L'index de {scelle.dossier}, que la nouvelle version remplace, est illisible dans "
            f"{outils.store.lieu(scelle.zip.cle)} : remettez ce zip depuis une sauvegarde."
        ) from error
