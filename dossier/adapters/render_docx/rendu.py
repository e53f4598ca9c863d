"""Fills the Word files of `templates/` (docxtpl: Jinja tags inside a .docx)."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docx.document import Document
from docx.opc.exceptions import OpcError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from markupsafe import Markup, escape

from dossier.adapters.render_docx.lecture import paragraphes
from dossier.core.errors import ErreurRendu

_NOM = re.compile(r"[a-z0-9-]+(/[a-z0-9-]+)*")
_INTERDIT_EN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_VARIABLE = re.compile(r"'([^']+)'")
_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
_PROPRIETE_MAX = 255
_NS_DATES = "{http://purl.org/dc/terms/}"
_NS_CORE = "{http://schemas.openxmlformats.org/package/2006/metadata/core-properties}"
_PROPRIETES_DU_MODELE = (
    *(_NS_DATES + nom for nom in ("created", "modified")),
    *(_NS_CORE + nom for nom in ("lastModifiedBy", "lastPrinted", "revision")),
)


def _texte(valeur: object) -> object:
    """`valeur` as inert XML text: docxtpl must see neither markup nor braces in it."""
    texte = valeur.unescape() if isinstance(valeur, Markup) else str(valeur)
    propre = _INTERDIT_EN_XML.sub("", texte.replace("\r\n", "\n").replace("\r", "\n"))
    echappe = str(escape(propre)).replace("{", "&#123;").replace("}", "&#125;")
    return Markup(echappe)  # noqa: S704  escaped just above


def _nul(montant: object) -> bool:
    """The template test `is nul`: an empty text or a sum of zero, such as `0,00 €`."""
    return not any(chiffre in str(montant) for chiffre in "123456789")


class _Modele(DocxTemplate):  # type: ignore[misc]  # docxtpl has no types
    def fix_tables(self, xml: str) -> Any:
        """docxtpl repairs broken XML by losing text; a misplaced tag must be an error instead."""
        etree.fromstring(xml)
        return super().fix_tables(xml)


class RenduDocx:
    """Port `Rendu`: `racine` is the folder `templates/`. Safe to share between threads."""

    def __init__(self, racine: Path) -> None:
        self._racine = racine
        self._jinja = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_texte)
        self._jinja.tests["nul"] = _nul

    def rendre(self, modele: str, contexte: Mapping[str, Any]) -> bytes:
        """The Word file; equal inputs give equal bytes.

        The file is read again at each call, so that staff may edit it without a restart.
        Raises ErreurRendu naming the file and the variable.
        """
        fichier = f"templates/{modele}.docx"
        gabarit = _Modele(io.BytesIO(self._lire(modele, fichier)))
        try:
            gabarit.render(dict(contexte), self._jinja)
            _proprietes(gabarit.docx, contexte)
        except UndefinedError as error:
            raise ErreurRendu(_variable_inconnue(fichier, error)) from error
        except TemplateError as error:
            raise ErreurRendu(_balise_fautive(fichier, error)) from error
        except etree.XMLSyntaxError as error:
            raise ErreurRendu(
                f"{fichier} : une balise {{%p … %}} ou {{%tr … %}} est mal placée ; chacune doit être seule "
                f"dans son paragraphe ou dans sa ligne de tableau. Voir templates/README.md."
            ) from error
        except (OpcError, zipfile.BadZipFile, LookupError) as error:
            raise ErreurRendu(
                f"{fichier} n'est pas un document Word lisible ; l'ouvrir et l'enregistrer en .docx."
            ) from error
        except (TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise ErreurRendu(
                f"{fichier} : une balise ne s'applique pas à la valeur qu'elle reçoit ({error})."
            ) from error
        return _zip_constant(gabarit.docx)

    def texte(self, docx: bytes) -> str:
        """The paragraphs of the body, tables, text boxes, headers and footers, one per line."""
        return "\n".join(paragraphes(docx))

    def _lire(self, modele: str, fichier: str) -> bytes:
        if not _NOM.fullmatch(modele):
            raise ErreurRendu(f"« {modele} » n'est pas un nom de modèle ; exemple : courriers/relance-2.")
        try:
            return (self._racine / f"{modele}.docx").read_bytes()
        except OSError as error:
            raise ErreurRendu(
                f"{fichier} manque ou ne peut pas être lu ; remettre le modèle dans {self._racine}."
            ) from error


def _variable_inconnue(fichier: str, error: UndefinedError) -> str:
    noms = _VARIABLE.findall(str(error)) or [str(error)]
    return (
        f"{fichier} : la variable « {noms[-1]} » n'existe pas ou n'est pas fournie à ce document. "
        f"Corriger son nom dans Word ; templates/README.md donne la liste."
    )


def _balise_fautive(fichier: str, error: TemplateError) -> str:
    pres_de = " ".join("".join(getattr(error, "docx_context", ())).split())[:120]
    endroit = f" près de « {pres_de} »" if pres_de else ""
    return f"{fichier} : une balise est mal écrite{endroit} ({error.message}). Voir templates/README.md."


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
    proprietes.language = "fr-FR"
    racine = proprietes._element  # noqa: SLF001  python-docx cannot remove a property
    for element in list(racine):
        if element.tag in _PROPRIETES_DU_MODELE:
            racine.remove(element)


def _une_ligne(valeur: object) -> str:
    return " ".join(_INTERDIT_EN_XML.sub("", str(valeur)).splitlines())[:_PROPRIETE_MAX]


def _zip_constant(docx: Document) -> bytes:
    brut, net = io.BytesIO(), io.BytesIO()
    docx.save(brut)
    with zipfile.ZipFile(brut) as source, zipfile.ZipFile(net, "w") as cible:
        for nom in source.namelist():
            info = zipfile.ZipInfo(nom, date_time=_ZIP_DATE)
            cible.writestr(info, source.read(nom), compress_type=zipfile.ZIP_DEFLATED)
    return net.getvalue()
