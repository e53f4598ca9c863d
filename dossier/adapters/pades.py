"""A document timestamp inside a PDF (PAdES, ETSI EN 319 142-1, 5.4.3: /DocTimeStamp) by any ports.Horodateur.

pyHanko writes the field and the place of the token; the token comes from our own authority, chain verified.
A reader such as Acrobat shows it without anything of ours.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable, Generator
from typing import Any, NamedTuple

from asn1crypto import cms, tsp  # type: ignore[import-untyped]
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import cms_embedder, pdf_byterange

from dossier.core.errors import ErreurHorodatage
from dossier.core.ports import Horodateur, Jeton

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


class _Horodatage(NamedTuple):
    """What the last timestamp of a PDF covers, and its token."""

    couvert: bytes
    jeton: bytes


def horodater_pdf(pdf: bytes, horodateur: Horodateur) -> bytes:
    """`pdf` and, after its last byte, a document timestamp over all of it; each call gives other bytes.

    What is timestamped already may be so again, before the authority's certificate ends.
    Raises ErreurHorodatage: no token, a token larger than its place, a PDF that cannot be read.
    """
    try:
        ecriture = _ouvrir_le_champ(pdf)
        preparation, sortie = ecriture.send(cms_embedder.SigIOSetup(md_algorithm="sha256"))
    except _ILLISIBLE as error:
        raise ErreurHorodatage(
            "Le PDF ne peut pas recevoir d'horodatage : il est illisible ou protégé."
        ) from error
    attente = sortie.getvalue()
    couvert = attente[: preparation.reserved_region_start] + attente[preparation.reserved_region_end :]
    jeton = tsp.TimeStampResp.load(horodateur.horodater(couvert))["time_stamp_token"].dump()
    if 2 * len(jeton) > PLACE:
        raise ErreurHorodatage(
            f"Le jeton de l'autorité d'horodatage est trop grand pour un PDF ({len(jeton)} octets) : "
            "choisissez une autre autorité."
        )
    ecriture.send(jeton)
    horodate: bytes = sortie.getvalue()
    return horodate


def verifier_pdf(pdf: bytes, verifier: Callable[[bytes, bytes], Jeton]) -> Jeton:
    """Who stamped the whole of `pdf`, and when. `verifier` judges (content, .tsr), as Horodateur.verifier.

    Raises ErreurHorodatage when there is no timestamp, when anything was added after it or changed under it,
    or when the token is not the authority's.
    """
    trouve = _dernier(pdf)
    reponse = tsp.TimeStampResp(
        {"status": {"status": "granted"}, "time_stamp_token": cms.ContentInfo.load(trouve.jeton)}
    )
    return verifier(trouve.couvert, reponse.dump())


def _ouvrir_le_champ(pdf: bytes) -> Generator[Any, Any, None]:
    """pyHanko's coroutine, at the point where it waits to be told how to digest the document."""
    # A form bound with the dossier may hold any field name but this one, which nobody could foresee.
    nom = f"{CHAMP} {hashlib.sha256(pdf).hexdigest()[:16]}"
    champ = SigFieldSpec(nom, readable_field_name=CHAMP)
    ecriture: Generator[Any, Any, None] = cms_embedder.PdfCMSEmbedder(champ).write_cms(
        nom, IncrementalPdfFileWriter(io.BytesIO(pdf))
    )
    next(ecriture)
    place = pdf_byterange.DocumentTimestamp(bytes_reserved=PLACE)  # type: ignore[no-untyped-call]
    ecriture.send(cms_embedder.SigObjSetup(place))
    return ecriture


def _dernier(pdf: bytes) -> _Horodatage:
    try:
        signatures = PdfFileReader(io.BytesIO(pdf)).embedded_timestamp_signatures
        if not signatures:
            raise ErreurHorodatage("Le PDF ne porte pas d'horodatage.")
        objet = signatures[-1].sig_object
        debut, premier, reprise, reste = map(int, objet["/ByteRange"])
        contenu = bytes(objet.raw_get("/Contents"))
    except _ILLISIBLE as error:
        raise ErreurHorodatage("L'horodatage du PDF est illisible : le fichier a été modifié.") from error
    # The only bytes left out are the digits of the token themselves (ISO 32000-1, 12.8.1).
    trou = pdf[premier:reprise]
    jeton = _sans_bourrage(contenu)
    if (
        debut != 0
        or reprise + reste != len(pdf)
        or not re.fullmatch(rb"<[0-9A-F]*>", trou)
        or bytes.fromhex(trou[1:-1].decode("ascii")) != jeton + bytes(len(contenu) - len(jeton))
    ):
        raise ErreurHorodatage("Le PDF a été modifié ou complété après son horodatage.")
    return _Horodatage(pdf[:premier] + pdf[reprise:], jeton)


def _sans_bourrage(contenu: bytes) -> bytes:
    """The DER value at the start, without the zeros after it. Raises ErreurHorodatage."""
    try:
        return bytes(cms.ContentInfo.load(contenu, strict=False).dump())
    except ValueError as error:
        raise ErreurHorodatage("Le jeton d'horodatage du PDF est endommagé.") from error
