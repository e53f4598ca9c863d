"""A document timestamp inside a PDF (PAdES, ETSI EN 319 142-1, 5.4.3: /DocTimeStamp) by any ports.Horodateur.

pyHanko writes the field and the place of the token; the token comes from our own authority, chain verified.
A reader such as Acrobat shows it without anything of ours. A PDF to verify may be anybody's: a child process
with little memory, little time and none of our secrets looks for its timestamp.
"""

from __future__ import annotations

import io
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Generator
from pathlib import Path
from typing import IO, Any, NamedTuple

from asn1crypto import cms, tsp  # type: ignore[import-untyped]
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import cms_embedder, pdf_byterange

from dossier.core.errors import ErreurHorodatage
from dossier.core.ports import Horodateur, Jeton
from dossier.octets import BLOC, empreinte

CHAMP = "Horodatage du dossier"
PLACE = 32_768
"""Hexadecimal digits kept for the token: 16 kB, about three times what authorities send."""
_ILLISIBLE = (
    PdfError,
    SigningError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)


MEMOIRE, DUREE_S = 1_000_000_000, 60
"""Bytes of address space and seconds of processor of the child that looks for a timestamp."""
PIEGE = "L'horodatage du PDF demande trop de mémoire ou de temps pour être lu : il est trop grand, endommagé ou piégé."


class SansHorodatage(ErreurHorodatage):
    """The PDF bears no document timestamp."""


class Emplacement(NamedTuple):
    """The last timestamp of a PDF: the place of its digits, the only bytes that it does not cover, and its token."""

    debut: int
    fin: int
    jeton: bytes


def horodater_pdf(pdf: Path, horodateur: Horodateur) -> None:
    """Adds to that file, after its last byte, a document timestamp over all of it; each call adds other bytes.

    What is timestamped already may be so again, before the authority's certificate ends.
    Raises ErreurHorodatage: no token, a token larger than its place, a PDF that cannot be read; the file may
    then end with an empty place, and serves no more.
    """
    with pdf.open("r+b") as fichier:
        try:
            ecriture = _ouvrir_le_champ(fichier, empreinte(pdf))
            place, _ = ecriture.send(cms_embedder.SigIOSetup("sha256", in_place=True, chunk_size=BLOC))
        except _ILLISIBLE as error:
            raise ErreurHorodatage(
                "Le PDF ne peut pas recevoir d'horodatage : il est illisible ou protégé."
            ) from error
        jeton = _jeton(fichier, place, horodateur)
        if 2 * len(jeton) > PLACE:
            raise ErreurHorodatage(
                f"Le jeton de l'autorité d'horodatage est trop grand pour un PDF ({len(jeton)} octets) : "
                "choisissez une autre autorité."
            )
        ecriture.send(jeton)


def _jeton(fichier: IO[bytes], place: pdf_byterange.PreparedByteRangeDigest, horodateur: Horodateur) -> bytes:
    """The token over all of `fichier` but its place (ISO 32000-1, 12.8.1). Raises ErreurHorodatage."""
    with tempfile.TemporaryDirectory(prefix="pades-") as dossier:
        couvert = Path(dossier) / "couvert"
        with couvert.open("wb") as copie:
            fichier.seek(0)
            reste = place.reserved_region_start
            while bloc := fichier.read(min(BLOC, reste)):
                reste -= copie.write(bloc)
            fichier.seek(place.reserved_region_end)
            shutil.copyfileobj(fichier, copie, BLOC)
        tsr = horodateur.horodater(couvert)
    return bytes(tsp.TimeStampResp.load(tsr)["time_stamp_token"].dump())


def trouver(pdf: bytes) -> Emplacement:
    """Where the last timestamp of `pdf` is, all other bytes being covered by it (ISO 32000-1, 12.8.1).

    Raises SansHorodatage; ErreurHorodatage when anything was added after it or it cannot be read.
    """
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures
        if not signatures:
            raise SansHorodatage("Le PDF ne porte pas d'horodatage.")
        objet = signatures[-1].sig_object
        debut, premier, reprise, reste = map(int, objet["/ByteRange"])
        contenu = bytes(objet.raw_get("/Contents"))
    except _ILLISIBLE as error:
        raise ErreurHorodatage("L'horodatage du PDF est illisible : le fichier a été modifié.") from error
    trou = pdf[premier:reprise]
    jeton = _sans_bourrage(contenu)
    if (
        debut != 0
        or reprise + reste != len(pdf)
        or not re.fullmatch(rb"<[0-9A-F]*>", trou)
        or bytes.fromhex(trou[1:-1].decode("ascii")) != jeton + bytes(len(contenu) - len(jeton))
    ):
        raise ErreurHorodatage("Le PDF a été modifié ou complété après son horodatage.")
    return Emplacement(premier, reprise, jeton)


def trouver_isole(pdf: bytes, memoire: int = MEMOIRE, duree: int = DUREE_S) -> Emplacement:
    """`trouver` in a child process that never takes more than `memoire` bytes and `duree` seconds."""
    with tempfile.TemporaryDirectory(prefix="pades-") as dossier:
        chemin = Path(dossier) / "document.pdf"
        chemin.write_bytes(pdf)
        try:
            enfant = subprocess.run(
                [sys.executable, "-P", "-B", "-m", __name__, str(chemin), str(memoire), str(duree)],
                capture_output=True,
                timeout=2 * duree,
                check=True,
                # Nothing of our environment: it holds the keys of the store and of the post.
                env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        except subprocess.SubprocessError as error:
            raise ErreurHorodatage(PIEGE) from error
    reponse = json.loads(enfant.stdout)
    if "sans" in reponse:
        raise SansHorodatage(reponse["sans"])
    if "refus" in reponse:
        raise ErreurHorodatage(reponse["refus"])
    return Emplacement(reponse["debut"], reponse["fin"], bytes.fromhex(reponse["jeton"]))


def verifier_pdf(
    pdf: bytes,
    verifier: Callable[[bytes, bytes], Jeton],
    trouver: Callable[[bytes], Emplacement] = trouver_isole,
) -> Jeton:
    """Who stamped the whole of `pdf`, and when. `verifier` judges (content, .tsr), as Horodateur.verifier.

    Raises SansHorodatage when there is no timestamp; ErreurHorodatage when anything was added after it or
    changed under it, or when the token is not the authority's.
    """
    trouve = trouver(pdf)
    reponse = tsp.TimeStampResp(
        {"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(trouve.jeton)}
    )
    vu = memoryview(pdf)
    return verifier(b"".join((vu[: trouve.debut], vu[trouve.fin :])), reponse.dump())


def _ouvrir_le_champ(pdf: IO[bytes], empreinte: str) -> Generator[Any, Any, None]:
    """pyHanko's coroutine, at the point where it waits to be told how to digest the document."""
    # A form bound with the dossier may hold any field name but this one, which nobody could foresee.
    nom = f"{CHAMP} {empreinte[:16]}"
    champ = SigFieldSpec(nom, readable_field_name=CHAMP)
    ecriture: Generator[Any, Any, None] = cms_embedder.PdfCMSEmbedder(champ).write_cms(
        nom, IncrementalPdfFileWriter(pdf)
    )
    next(ecriture)
    place = pdf_byterange.DocumentTimestamp(bytes_reserved=PLACE)  # type: ignore[no-untyped-call]
    ecriture.send(cms_embedder.SigObjSetup(place))
    return ecriture


def _sans_bourrage(contenu: bytes) -> bytes:
    """The DER value at the start, without the zeros after it. Raises ErreurHorodatage."""
    try:
        return bytes(cms.ContentInfo.load(contenu, strict=False).dump())
    except ValueError as error:
        raise ErreurHorodatage("Le jeton d'horodatage du PDF est endommagé.") from error


def _repondre(chemin: str, memoire: str, duree: str) -> None:
    """What the child says: a line of JSON."""
    for limite, valeur in (
        (resource.RLIMIT_AS, int(memoire)),
        (resource.RLIMIT_CPU, int(duree)),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limite, (valeur, valeur))
    try:
        trouve = trouver(Path(chemin).read_bytes())
        reponse: dict[str, object] = {**trouve._asdict(), "jeton": trouve.jeton.hex()}
    except SansHorodatage as error:
        reponse = {"sans": str(error)}
    except ErreurHorodatage as error:
        reponse = {"refus": str(error)}
    sys.stdout.write(json.dumps(reponse))


if __name__ == "__main__":
    _repondre(*sys.argv[1:])
