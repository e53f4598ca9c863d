"""Takes the active content out of a PDF read by pypdf; the file itself stays as it is."""

from __future__ import annotations

from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject

ACTIONS_INERTES = ("/GoTo", "/URI", "/Named")
NOEUDS_MAX = 200_000
ANNOTATIONS_ACTIVES = (
    "/FileAttachment",
    "/RichMedia",
    "/Screen",
    "/Movie",
    "/Sound",
    "/3D",
)


def assainir(lecteur: PdfReader) -> None:
    """Take scripts, launched programs, attachments and signatures out of the objects in memory."""
    racine = lecteur.root_object
    _oter(racine, "/OpenAction", "/AA", "/AF", "/Collection", "/Perms", "/DSS")
    _oter(dico(racine.get("/Names")), "/JavaScript", "/EmbeddedFiles")
    formulaire = dico(racine.get("/AcroForm"))
    _oter(formulaire, "/XFA", "/SigFlags")
    for champ in _arbre(formulaire.get("/Fields"), "/Kids"):
        _desarmer(champ)
    for signet in _arbre(dico(racine.get("/Outlines")).get("/First"), "/First", "/Next"):
        _desarmer(signet)
    # pypdf clones the tree of pages but merges its own flattened copies of them.
    for page in (*_arbre(racine.get("/Pages"), "/Kids"), *lecteur.pages):
        _oter(page, "/AA", "/AF")
        annotations = page.get("/Annots")
        liste = annotations.get_object() if annotations is not None else None
        if isinstance(liste, ArrayObject):
            inertes = [a for a in liste if dico(a).get("/Subtype") not in ANNOTATIONS_ACTIVES]
            page[NameObject("/Annots")] = ArrayObject(inertes)
            for annotation in inertes:
                _desarmer(dico(annotation))


def _desarmer(objet: DictionaryObject) -> None:
    _oter(objet, "/AA", "/AF")
    action = dico(objet.get("/A"))
    if action and action.get("/S") not in ACTIONS_INERTES:
        _oter(objet, "/A")
    _oter(action, "/Next")
    if objet.get("/FT") == "/Sig":
        _oter(objet, "/V")


def _arbre(depart: PdfObject | None, *suites: str) -> Iterator[DictionaryObject]:
    """Every dictionary reached from `depart` through those keys, each once. ValueError when too many."""
    attente: list[PdfObject | None] = [depart]
    vus: set[int] = set()
    while attente:
        if len(vus) > NOEUDS_MAX:
            raise ValueError("endless tree")
        objet = attente.pop()
        objet = objet.get_object() if objet is not None else None
        if isinstance(objet, ArrayObject):
            attente.extend(objet)
        elif isinstance(objet, DictionaryObject) and id(objet) not in vus:
            vus.add(id(objet))
            yield objet
            attente.extend(objet.get(cle) for cle in suites)


def dico(objet: PdfObject | None) -> DictionaryObject:
    resolu = objet.get_object() if objet is not None else None
    return resolu if isinstance(resolu, DictionaryObject) else DictionaryObject()


def _oter(objet: DictionaryObject, *cles: str) -> None:
    for cle in cles:
        objet.pop(cle, None)
