"""The versions that a new dossier replaces: read as they were sealed, and compared with what it says."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from dossier.core.creance import identifiant
from dossier.core.dates import jour_legal
from dossier.core.errors import ErreurAssemblage
from dossier.core.faits import DossierScelle
from dossier.core.versions import PieceDeVersion, Remplacee, Teneur, Version, differences, tenus, versions
from dossier.services.archives import lire_archive
from dossier.services.creances import lire_etat
from dossier.services.outils import Outils
from dossier.services.verification_index import INDEX, Index


def versions_de(outils: Outils, facture: str) -> tuple[Version, ...]:
    """Every version of the dossier of that invoice, oldest first. Raises DonneeInvalide when it is unknown."""
    return versions(outils.journal.lire(lire_etat(outils, identifiant(facture)).creance))


def remplacees(outils: Outils, creances: Sequence[str], nouvelle: Teneur) -> tuple[Remplacee, ...]:
    """The last version of each of these creances, once, and what `nouvelle` says otherwise.

    Raises DocumentAbsent, ErreurAssemblage: a version whose zip is lost or altered is not replaced in silence.
    """
    dernieres = {
        connues[-1].scelle.dossier: connues[-1]
        for creance in creances
        if (connues := versions(outils.journal.lire(creance)))
    }
    return tuple(
        Remplacee(version, differences(_teneur(outils, version.scelle), nouvelle))
        for version in dernieres.values()
    )


def _teneur(outils: Outils, scelle: DossierScelle) -> Teneur:
    index = _index(outils, scelle)
    return Teneur(
        dossier=index.dossier,
        jour=jour_legal(index.instant),
        total=index.total,
        pieces=tuple(PieceDeVersion(p.numero, p.titre, p.empreinte_original) for p in index.pieces),
        journaux={c: tenus(outils.journal.lire(c), scelle.dossier) for c in index.creances},
        creancier=index.creancier,
    )


def _index(outils: Outils, scelle: DossierScelle) -> Index:
    """What that version says of itself, from the very zip that was sealed."""
    try:
        with zipfile.ZipFile(io.BytesIO(lire_archive(outils, scelle.zip))) as sac:
            return Index.model_validate_json(sac.read(f"{scelle.dossier}/{INDEX}"))
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise ErreurAssemblage(
            f"L'index de {scelle.dossier}, que la nouvelle version remplace, est illisible dans "
            f"{outils.store.lieu(scelle.zip.cle)} : remettez ce zip depuis une sauvegarde."
        ) from error
