"""Bytes into the evidence store, with their digest and their timestamp, on the day they are made."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from dossier.core.errors import ConflitStore, DocumentAbsent, ErreurAssemblage
from dossier.core.faits import Archive
from dossier.core.horodatage import HorodatageIndisponible
from dossier.core.ports import Octets
from dossier.octets import taille
from dossier.services.outils import Outils


def archiver(outils: Outils, cle: str, contenu: bytes) -> Archive:
    """Store `contenu` under `cle` and its RFC 3161 token beside it; both are written once.

    While no authority answers the document is kept and its digest recorded: `horodatages.completer` fetches
    the token later. Raises ConflitStore when the key holds other bytes, ErreurHorodatage when an authority
    answers wrongly.
    """
    empreinte = outils.store.put(cle, contenu)
    archive = Archive(cle=cle, empreinte=empreinte, taille=len(contenu), jeton=f"{cle}.tsr")
    with suppress(HorodatageIndisponible):
        horodater(outils, archive, contenu)
    return archive


def horodater(outils: Outils, archive: Archive, contenu: Octets) -> bool:
    """Put the token of that archive in the store; False when it is there already.

    Raises HorodatageIndisponible, ErreurHorodatage.
    """
    if archive.jeton is None or lire_jeton(outils, archive) is not None:
        return False
    tsr = outils.horodateur.horodater(contenu)
    # Another process may have fetched one meanwhile: a token is as good as the other, the first is kept.
    with suppress(ConflitStore):
        outils.store.put(archive.jeton, tsr)
    return True


def lire_jeton(outils: Outils, archive: Archive) -> bytes | None:
    """The token of that archive; None while it has none."""
    return None if archive.jeton is None else _lire(outils, archive.jeton)


def lire_archive(outils: Outils, archive: Archive) -> bytes:
    """The archived bytes, unchanged since they were recorded. Raises DocumentAbsent, ErreurAssemblage."""
    contenu = outils.store.get(archive.cle)
    _exiger_intact(outils, archive, hashlib.sha256(contenu).hexdigest())
    return contenu


def extraire_archive(outils: Outils, archive: Archive, fichier: Path) -> Path:
    """The same bytes as the new file `fichier`, without holding them in memory. Raises as `lire_archive`."""
    _exiger_intact(outils, archive, outils.store.copier(archive.cle, fichier))
    return fichier


@contextmanager
def sur_disque(outils: Outils, archive: Archive) -> Iterator[Path]:
    """The same bytes as a file that does not last. Raises as `lire_archive`."""
    with TemporaryDirectory(prefix="archive-") as dossier:
        yield extraire_archive(outils, archive, Path(dossier) / "document")


def _exiger_intact(outils: Outils, archive: Archive, empreinte: str) -> None:
    if empreinte != archive.empreinte:
        raise ErreurAssemblage(
            f"Le document « {archive.cle} » n'est plus celui qui a été enregistré : il a été modifié dans "
            f"{outils.store.lieu(archive.cle)}. Remettez l'original depuis une sauvegarde."
        )


def archiver_une_fois(outils: Outils, cle: str, fabriquer: Callable[[], bytes]) -> Archive:
    """Archive what is already under `cle`, or else make it: a step cut short never makes it twice."""
    contenu = _lire(outils, cle)
    return archiver(outils, cle, fabriquer() if contenu is None else contenu)


def _lire(outils: Outils, cle: str) -> bytes | None:
    try:
        return outils.store.get(cle)
    except DocumentAbsent:
        return None


def sceller_une_fois(outils: Outils, cle: str, fabriquer: Callable[[], Octets]) -> Archive:
    """Keep a sealed dossier, which carries its own token, unless it is already there."""
    with TemporaryDirectory(prefix="scelle-") as dossier:
        deja = Path(dossier) / "deja"
        try:
            outils.store.copier(cle, deja)
            contenu: Octets = deja
        except DocumentAbsent:
            contenu = fabriquer()
        return Archive(cle=cle, empreinte=outils.store.put(cle, contenu), taille=taille(contenu))
