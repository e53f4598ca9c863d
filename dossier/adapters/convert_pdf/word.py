"""What is looked at in a Word file before LibreOffice opens it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from lxml import etree

from dossier.core.errors import ErreurConversion

_TEXTE = "word/document.xml"
_COMMENTAIRES = "word/comments.xml"
_PARTIES = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_ANCRES = tuple(
    f"{{{espace}}}{nom}"
    for espace in (
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "http://purl.oclc.org/ooxml/wordprocessingml/main",
    )
    for nom in ("commentRangeStart", "commentRangeEnd", "commentReference")
)


def a_convertir(docx: bytes) -> bytes:
    """The same file, without the comments: they are for colleagues, not for the debtor.

    LibreOffice without its windows (libreoffice-writer-nogui 7.4) also dies on a comment.
    Raises ErreurConversion for what is not a Word file.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as archive:
            archive.getinfo(_TEXTE)
            return _sans_commentaires(archive) if _COMMENTAIRES in archive.namelist() else docx
    except (zipfile.BadZipFile, zlib.error, KeyError, etree.XMLSyntaxError) as error:
        raise ErreurConversion(
            "Ce fichier n'est pas un document Word (.docx) ; l'ouvrir dans Word et l'enregistrer en .docx."
        ) from error


def _sans_commentaires(archive: zipfile.ZipFile) -> bytes:
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as copie:
        for partie in archive.infolist():
            contenu = archive.read(partie)
            copie.writestr(partie, _sans_ancres(contenu) if _PARTIES.fullmatch(partie.filename) else contenu)
    return sortie.getvalue()


def _sans_ancres(xml: bytes) -> bytes:
    racine = etree.fromstring(xml, etree.XMLParser(resolve_entities=False))
    for ancre in list(racine.iter(*_ANCRES)):
        parent = ancre.getparent()
        assert parent is not None
        parent.remove(ancre)
    return bytes(etree.tostring(racine, xml_declaration=True, encoding="UTF-8", standalone=True))
