"""The zip that a Word file is, weighed and inflated under limits before any of it is parsed."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Sequence

from dossier.core.errors import ErreurRendu

MO = 1024 * 1024
FICHIER_MAX, MEMBRE_MAX, TOTAL_MAX, XML_MAX = 20 * MO, 20 * MO, 60 * MO, 8 * MO
"""Bytes: the file itself, one member unzipped, all of them, and all that is XML. A letter holds 0.2 Mo of XML."""
MEMBRES_MAX = 500
_ENTREE = b"PK\x01\x02"
_ANCIEN = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CHIFFRE, _DIFFERE = 0x1, 0x8
_LOCAL = struct.Struct("<4s5H3I2H")
_INCONNUE = 0xFFFFFFFF
_BLANCS = b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"
_ENCODAGE = re.compile(rb"^<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)")
_ENCODAGES = (b"utf-8", b"utf-16", b"us-ascii")


class _Suspect(Exception):
    """What is wrong, and how to mend it: the end of a French sentence."""


def controler(contenu: bytes, fichier: str) -> None:
    """Refuse, before it is parsed, a file that would fill the memory or that two readers would read differently.

    The directory of the zip is not believed: each member is inflated, up to its limit, and must be what the
    directory says. Raises ErreurRendu, whose sentence begins with `fichier`.
    """
    try:
        _controler(contenu)
    except _Suspect as error:
        raise ErreurRendu(f"{fichier} {error}") from error
    except (zipfile.BadZipFile, NotImplementedError, struct.error, ValueError, zlib.error) as error:
        raise ErreurRendu(
            f"{fichier} n'est pas un document Word lisible : ouvrez-le dans Word et enregistrez-le en .docx."
        ) from error


def _controler(contenu: bytes) -> None:
    if contenu.startswith(_ANCIEN):
        raise _Suspect(
            "est protégé par un mot de passe ou d'un ancien format (.doc) : dans Word, ôtez le mot de passe (Fichier > "
            "Informations > Protéger le document) et enregistrez-le en « Document Word (.docx) »."
        )
    if len(contenu) > FICHIER_MAX:
        raise _Suspect(f"pèse {_mo(len(contenu))} Mo, la limite est de {_mo(FICHIER_MAX)} Mo : {_ALLEGER}")
    if contenu.count(_ENTREE) > MEMBRES_MAX:
        raise _Suspect(
            f"contient plus de {MEMBRES_MAX} éléments, ce qu'aucune lettre ne demande : {_RECOPIER}"
        )
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        membres = archive.infolist()
        if archive.comment:
            raise _Suspect(f"porte un commentaire d'archive, que Word n'écrit jamais : {_RECOPIER}")
    _comparer_noms(membres)
    if sum(membre.file_size for membre in membres) > TOTAL_MAX:
        raise _trop(TOTAL_MAX)
    xml = 0
    for membre in membres:
        octets = _deplier(contenu, membre)
        xml += len(octets) if _est_xml(octets) else 0
        if xml > XML_MAX:
            raise _Suspect(
                f"contient plus de {_mo(XML_MAX)} Mo de texte et de mise en forme, ce qu'aucune lettre ne demande : "
                f"{_RECOPIER}"
            )
        _examiner(octets)


_ALLEGER = "allégez ses images dans Word (Format de l'image > Compresser les images), puis enregistrez-le."
_RECOPIER = "recopiez le texte de la lettre dans le document Word d'origine et enregistrez-le en .docx."


def _mo(octets: int) -> int:
    return -(-octets // MO)


def _trop(limite: int) -> _Suspect:
    return _Suspect(f"déplié, dépasse {_mo(limite)} Mo, la limite : {_ALLEGER}")


def _comparer_noms(membres: Sequence[zipfile.ZipInfo]) -> None:
    """A name said twice, or that leaves the archive, is read by one program and not by another."""
    noms = [membre.orig_filename.casefold() for membre in membres]
    if len(set(noms)) != len(noms) or any(".." in nom or nom[:1] in "/\\" or "\0" in nom for nom in noms):
        raise _Suspect(f"contient deux fois le même élément, ou un nom interdit : {_RECOPIER}")


def _deplier(contenu: bytes, membre: zipfile.ZipInfo) -> bytes:
    """The member inflated, never beyond its limit, and as the directory and its own header both say."""
    if membre.flag_bits & _CHIFFRE:
        raise _Suspect(
            "contient un élément chiffré : dans Word, ôtez le mot de passe (Fichier > Informations > Protéger le "
            "document) et enregistrez-le."
        )
    if membre.file_size > MEMBRE_MAX:
        raise _trop(MEMBRE_MAX)
    brut = _brut(contenu, membre)
    if membre.compress_type == zipfile.ZIP_STORED:
        octets, fini = brut, True
    else:
        flux = zlib.decompressobj(-zlib.MAX_WBITS)
        octets = flux.decompress(brut, MEMBRE_MAX + 1)
        fini = flux.eof and not flux.unused_data
    if len(octets) > MEMBRE_MAX:
        raise _trop(MEMBRE_MAX)
    if not fini or len(octets) != membre.file_size or zlib.crc32(octets) != membre.CRC:
        raise _Suspect(f"annonce une taille qui n'est pas la sienne ou est abîmé : {_RECOPIER}")
    return octets


def _brut(contenu: bytes, membre: zipfile.ZipInfo) -> bytes:
    """The compressed bytes, once the header that stands before them agrees with the directory."""
    debut = membre.header_offset
    signature, _, drapeaux, methode, *_, crc, serree, entiere, nom, extra = _LOCAL.unpack_from(contenu, debut)
    fin_du_nom = debut + _LOCAL.size + nom
    ecrit = contenu[debut + _LOCAL.size : fin_du_nom]
    dit = membre.orig_filename.encode("utf-8" if membre.flag_bits & 0x800 else "cp437", "replace")
    tailles = (crc, serree, entiere) in {
        (membre.CRC, membre.compress_size, membre.file_size),
        (membre.CRC, _INCONNUE, _INCONNUE),
    }
    if (
        (signature, methode, ecrit) != (b"PK\x03\x04", membre.compress_type, dit)
        or methode not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        or drapeaux & _CHIFFRE
        or not (tailles or drapeaux & _DIFFERE)
    ):
        raise _Suspect(f"n'est pas le même selon le programme qui le lit : {_RECOPIER}")
    return contenu[fin_du_nom + extra : fin_du_nom + extra + membre.compress_size]


def _est_xml(octets: bytes) -> bool:
    return octets[:64].lstrip(_BLANCS).startswith(b"<")


def _examiner(octets: bytes) -> None:
    """Neither a zip within the zip, nor a document type: entities grow or fetch files."""
    if octets.startswith(b"PK\x03\x04"):
        raise _Suspect(
            "contient une autre archive ou un classeur incorporé : remplacez l'objet par une image (Collage spécial > "
            "Image), puis enregistrez-le."
        )
    lisible = octets.replace(b"\0", b"")
    encodage = _ENCODAGE.match(lisible[:1024].lstrip(_BLANCS))
    if b"<!DOCTYPE" in lisible or (encodage and encodage[1].lower() not in _ENCODAGES):
        raise _Suspect(f"déclare un type de document XML, que Word n'écrit jamais : {_RECOPIER}")
