"""Takes the active content out of a PDF read by pypdf; the file itself stays as it is."""

from __future__ import annotations

from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, PdfObject

ACTIONS_INERTES = ("/GoTo", "/URI", "/Named")
NOEUDS_MAX = 200_000
ETAGES_MAX = 30
"""Fields within fields."""
ACTIONS, FICHIERS, MEDIAS = "scripts ou programmes", "fichiers joints", "sons ou images animées"
PERTES = {"/JavaScript": ACTIONS, "/EmbeddedFiles": FICHIERS}
ANNOTATIONS_ACTIVES = {
    "/FileAttachment": FICHIERS,
    "/RichMedia": MEDIAS,
    "/Screen": MEDIAS,
    "/Movie": MEDIAS,
    "/Sound": MEDIAS,
    "/3D": MEDIAS,
}


def assainir(lecteur: PdfReader) -> tuple[str, ...]:
    """Take scripts, launched programs, attachments and signatures out of the objects in memory.

    Gives what the copy lost by it, in French, sorted; only what a reader could miss.
    """
    perdus: set[str] = set()
    racine = lecteur.root_object
    ouverture = dico(racine.get("/OpenAction"))
    if ouverture and ouverture.get("/S") not in ACTIONS_INERTES:
        perdus.add(ACTIONS)
    _oter(racine, "/OpenAction", "/AA", "/AF", "/Collection", "/Perms", "/DSS")
    noms = dico(racine.get("/Names"))
    perdus |= {PERTES[cle] for cle in _oter(noms, "/JavaScript", "/EmbeddedFiles")}
    formulaire = dico(racine.get("/AcroForm"))
    _oter(formulaire, "/XFA", "/SigFlags")
    for champ in _champs(formulaire):
        perdus |= _desarmer(champ)
    for signet in _arbre(dico(racine.get("/Outlines")).get("/First"), "/First", "/Next"):
        perdus |= _desarmer(signet)
    # pypdf clones the tree of pages but merges its own flattened copies of them.
    for page in (*_arbre(racine.get("/Pages"), "/Kids"), *lecteur.pages):
        perdus |= _page(page)
    return tuple(sorted(perdus))


def _page(page: DictionaryObject) -> set[str]:
    _oter(page, "/AA", "/AF")
    annotations = page.get("/Annots")
    liste = annotations.get_object() if annotations is not None else None
    if not isinstance(liste, ArrayObject):
        return set()
    genres = {dico(a).get("/Subtype") for a in liste}
    perdus = {perte for genre, perte in ANNOTATIONS_ACTIVES.items() if genre in genres}
    inertes = [a for a in liste if dico(a).get("/Subtype") not in ANNOTATIONS_ACTIVES]
    page[NameObject("/Annots")] = ArrayObject(inertes)
    return perdus.union(*(_desarmer(dico(annotation)) for annotation in inertes))


def _desarmer(objet: DictionaryObject) -> set[str]:
    perdus = {ACTIONS} if _oter(objet, "/AA") else set()
    _oter(objet, "/AF")
    action = dico(objet.get("/A"))
    if action and action.get("/S") not in ACTIONS_INERTES:
        _oter(objet, "/A")
        perdus.add(ACTIONS)
    _oter(action, "/Next")
    if objet.get("/FT") == "/Sig" and _oter(objet, "/V"):
        perdus.add("signature électronique")
    return perdus


def _champs(formulaire: DictionaryObject) -> Iterator[DictionaryObject]:
    """Every field of a form, once; one that comes again or lies too deep is cut from the tree."""
    attente = [(formulaire, "/Fields", 0)]
    vus: set[int] = set()
    while attente:
        noeud, cle, etage = attente.pop()
        enfants = noeud.get(cle)
        liste = enfants.get_object() if enfants is not None else None
        if not isinstance(liste, ArrayObject):
            continue
        gardes = []
        for enfant in liste if etage < ETAGES_MAX else ():
            champ = dico(enfant)
            if champ and id(champ) not in vus:
                vus.add(id(champ))
                gardes.append(enfant)
                attente.append((champ, "/Kids", etage + 1))
                yield champ
        noeud[NameObject(cle)] = ArrayObject(gardes)


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


def _oter(objet: DictionaryObject, *cles: str) -> list[str]:
    """The keys that were there, and no longer are."""
    return [cle for cle in cles if objet.pop(cle, None) is not None]
