"""Fills the Word files of `templates/` (docxtpl: Jinja tags inside a .docx)."""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.opc.part import Part, XmlPart
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docxtpl import DocxTemplate
from jinja2 import TemplateError
from lxml import etree
from markupsafe import Markup, escape

from dossier.adapters.render_docx.couleur import couleurs, recolorer
from dossier.adapters.render_docx.gabarit import ILLISIBLE, Gabarit, Partie, lieu_de, preparer
from dossier.adapters.render_docx.interdits import interdits
from dossier.adapters.render_docx.lecture import ouvrir, paragraphes, parties
from dossier.adapters.render_docx.logo import ImageEnLigne, Logo, lire_logo
from dossier.adapters.render_docx.paquet import controler
from dossier.core.errors import ErreurRendu
from dossier.gabarits.bac import SENS, Bac, imprimable
from dossier.gabarits.balises import Faute
from dossier.gabarits.champs import inconnues

_NOM = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
_SUPPRIMES = re.compile(f"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[{SENS}]")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_PROPRIETE_MAX = 255
_LANGUE = "fr-FR"
_DOCUMENT = "Le document Word"
_EXAMINEES, _DITES = 200, 10
"""How many faults of an edited letter are looked for, and said."""
_GARDEES = ("title", "creator", "language")


def _texte(valeur: object) -> object:
    """`valeur` as inert XML text: docxtpl must see neither markup nor braces in it."""
    if isinstance(valeur, ImageEnLigne):
        return Markup(valeur.__html__())  # noqa: S704  our own XML
    texte = valeur.unescape() if isinstance(valeur, Markup) else str(valeur)
    if not imprimable(valeur):
        raise TypeError("un texte est attendu, pas une liste, un bloc ni un oui/non")
    return Markup(_inerte(texte.replace("\r\n", "\n").replace("\r", "\n")))  # noqa: S704  escaped just above


def _inerte(texte: str) -> str:
    propre = _SUPPRIMES.sub("", texte)
    return str(escape(propre)).replace("{", "&#123;").replace("}", "&#125;")


class RenduDocx:
    """Port `Rendu`: `racine` is the folder `templates/`. Safe to share between threads.

    `couleur` (six hexadecimal digits) replaces the accent colour that the templates are drawn with;
    `logo` is the image that `creancier.logo` prints. Raises ConfigurationInvalide when either is unusable.
    """

    def __init__(self, racine: Path, couleur: str | None = None, logo: Path | None = None) -> None:
        self._racine = racine
        self._couleurs = couleurs(couleur)
        self._logo = lire_logo(logo) if logo else None
        self._jinja = Bac(_texte, autoescape=True)
        self._prets: dict[str, tuple[bytes, Gabarit]] = {}

    def rendre(self, modele: str, contexte: Mapping[str, Any]) -> bytes:
        """The Word file; equal inputs give equal bytes.

        The file is read again at each call, so that staff may edit it without a restart.
        Raises ErreurRendu naming the file, the paragraph and the variable, one sentence per fault.
        """
        fichier = f"templates/{modele}.docx"
        gabarit = self._gabarit(modele, fichier)
        if gabarit.fautes:
            raise ErreurRendu("\n".join(_phrases(fichier, gabarit.fautes)))
        document = DocxTemplate(io.BytesIO(gabarit.contenu))
        document.render_init()
        par_nom = {str(part.partname): part for part in parties(document.docx)}
        dessins = count(1)
        for partie in gabarit.parties:
            part = par_nom[partie.nom]
            xml = _remplir(fichier, gabarit, partie, _avec_logo(contexte, self._logo, part))
            try:
                _poser(part, document.resolve_listing(xml), dessins)
            except etree.XMLSyntaxError as error:
                raise ErreurRendu(
                    f"{fichier} : une balise {{%p … %}} ou {{%tr … %}} est mal placée. Voir templates/README.md."
                ) from error
        _proprietes(document.docx, contexte)
        return _zip_constant(document.docx)

    def texte(self, docx: bytes) -> str:
        """The paragraphs that are printed: body, tables, text boxes, headers, footers, notes; one per line.

        Raises ErreurRendu, one sentence per fault, when it is no Word file, is too large to be opened, or when
        what is printed could be other than what a person reads: see `interdits`.
        """
        controler(docx, _DOCUMENT)
        try:
            ouvert = ouvrir(docx)
            fautes = list(islice(dict.fromkeys(islice(interdits(ouvert), _EXAMINEES)), _DITES))
            lus = list(paragraphes(ouvert))
        except ILLISIBLE as error:
            raise ErreurRendu(
                f"{_DOCUMENT} n'est pas un document Word lisible : ouvrez-le dans Word et enregistrez-le en .docx."
            ) from error
        if fautes:
            raise ErreurRendu("\n".join(_phrases(_DOCUMENT, fautes)))
        return "\n".join(lus)

    def _gabarit(self, modele: str, fichier: str) -> Gabarit:
        contenu = _lire(self._racine, modele, fichier)
        empreinte = hashlib.sha256(contenu).digest()
        connue, gabarit = self._prets.get(modele, (b"", None))
        if gabarit is None or connue != empreinte:
            gabarit = _preparer(contenu, fichier, self._couleurs, self._jinja)
            self._prets[modele] = empreinte, gabarit
        return gabarit


def examiner(racine: Path, modele: str, contextes: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """One French sentence per fault of that template, in all its branches, before any letter needs it.

    Each context is one complete set of the variables that such a document gets. Nothing is raised: a file
    that cannot be read is a fault too.
    """
    fichier = f"templates/{modele}.docx"
    try:
        gabarit = _preparer(_lire(racine, modele, fichier), fichier, {}, Bac(_texte, autoescape=True))
    except ErreurRendu as error:
        return (str(error),)
    complets = [_avec_logo(contexte, None, None) for contexte in contextes]
    fautes = [*gabarit.fautes, *(f for balises in gabarit.balises for f in inconnues(balises, complets))]
    return tuple(_phrases(fichier, fautes))


def _lire(racine: Path, modele: str, fichier: str) -> bytes:
    if not _NOM.fullmatch(modele):
        raise ErreurRendu(f"« {modele} » n'est pas un nom de modèle ; exemple : courriers/relance-2.")
    try:
        return (racine / f"{modele}.docx").read_bytes()
    except OSError as error:
        raise ErreurRendu(
            f"{fichier} manque ou ne peut pas être lu ; remettre le modèle dans {racine}."
        ) from error


def _preparer(contenu: bytes, fichier: str, remplacements: dict[str, str], jinja: Bac) -> Gabarit:
    controler(contenu, fichier)
    try:
        return preparer(recolorer(contenu, remplacements), jinja)
    except ILLISIBLE as error:
        raise ErreurRendu(
            f"{fichier} n'est pas un document Word lisible ; l'ouvrir et l'enregistrer en .docx."
        ) from error


def _phrases(fichier: str, fautes: Iterable[Faute]) -> list[str]:
    return list(dict.fromkeys(faute.phrase(fichier) for faute in fautes))


def _refus(partie: Partie, error: Exception) -> Faute:
    """The fault behind an error of Jinja, at the tag whose line its traceback bears."""
    ligne, trace = None, error.__traceback__
    while trace is not None:
        if "__jinja_exception__" in trace.tb_frame.f_globals:
            ligne = trace.tb_lineno
        trace = trace.tb_next
    lieu = lieu_de(ligne, partie.lieux) or "dans tout le fichier"
    return Faute(lieu, f"une balise ne s'applique pas à la valeur qu'elle reçoit ({error}).")


def _avec_logo(contexte: Mapping[str, Any], logo: Logo | None, part: Any) -> dict[str, Any]:
    """The same variables, with `creancier.logo`: an image of that part, or an empty text."""
    creancier = contexte.get("creancier")
    if not isinstance(creancier, Mapping):
        return dict(contexte)
    image: object = ""
    if logo is not None and hasattr(part, "new_pic_inline"):
        image = logo.dans(part, _inerte(" ".join(str(creancier.get("denomination", "")).split())))
    return {**contexte, "creancier": {**creancier, "logo": image}}


def _remplir(fichier: str, gabarit: Gabarit, partie: Partie, contexte: Mapping[str, Any]) -> str:
    """The XML of that part, filled. Raises ErreurRendu with every unknown variable of the document."""
    try:
        return partie.modele.render(contexte)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        fautes = [faute for balises in gabarit.balises for faute in inconnues(balises, [contexte])]
        phrases = _phrases(fichier, fautes or [_refus(partie, error)])
        raise ErreurRendu("\n".join(phrases)) from error


def _poser(part: Part, xml: str, dessins: Iterator[int]) -> None:
    """That XML in its part, each drawing of the document with a number of its own."""
    element: Any = parse_xml(xml)
    for dessin in element.iter(qn("wp:docPr")):
        dessin.set("id", str(next(dessins)))
    _completer(element)
    if isinstance(part, XmlPart):
        part._element = element  # noqa: SLF001  python-docx has no way to replace a part
    else:
        part._blob = etree.tostring(element, encoding="UTF-8", standalone=True)  # noqa: SLF001


def _completer(element: Any) -> None:
    """Word refuses a table without rows, and a cell, header or box that does not end with a paragraph."""
    for table in [t for t in element.iter(qn("w:tbl")) if t.find(qn("w:tr")) is None]:
        table.getparent().remove(table)
    for boite in element.iter(*(qn(f"w:{nom}") for nom in ("tc", "hdr", "ftr", "txbxContent"))):
        if not len(boite) or boite[-1].tag != qn("w:p"):
            boite.append(OxmlElement("w:p"))


def _proprietes(docx: Document, contexte: Mapping[str, Any]) -> None:
    """Title, author, language of this very document; nothing left of the template's own history."""
    proprietes = docx.core_properties
    titre = contexte.get("objet") or contexte.get("sujet") or proprietes.title
    creancier = contexte.get("creancier")
    auteur = (
        creancier.get("denomination", "")
        if isinstance(creancier, Mapping)
        else contexte.get("expediteur", "")
    )
    proprietes.title = _une_ligne(titre)
    proprietes.author = _une_ligne(auteur)
    proprietes.language = proprietes.language or _LANGUE
    racine = proprietes._element  # noqa: SLF001  python-docx cannot remove a property
    for element in list(racine):
        if etree.QName(element).localname not in _GARDEES:
            racine.remove(element)


def _une_ligne(valeur: object) -> str:
    return " ".join(_SUPPRIMES.sub("", str(valeur)).splitlines())[:_PROPRIETE_MAX]


def _zip_constant(docx: Document) -> bytes:
    brut, net = io.BytesIO(), io.BytesIO()
    docx.save(brut)
    with zipfile.ZipFile(brut) as source, zipfile.ZipFile(net, "w") as cible:
        for nom in source.namelist():
            info = zipfile.ZipInfo(nom, date_time=_ZIP_DATE)
            cible.writestr(info, source.read(nom), compress_type=zipfile.ZIP_DEFLATED)
    return net.getvalue()
