"""The templates that staff edit: all their faults before anything is sent, and what they look like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Literal, NamedTuple, get_args

from dossier.core.courriers import Contexte
from dossier.core.creance import Genre
from dossier.core.droit.mentions import Defaut, Manquement
from dossier.core.echantillons import Cadre, Jeu, Usage, contexte, jour_de, usages
from dossier.core.errors import ErreurRendu
from dossier.gabarits.html_inerte import mots
from dossier.services.mentions import manquements
from dossier.services.outils import Outils

Examen = Callable[[str, Sequence[Contexte]], Sequence[str]]
"""The faults of one template, in all its branches, for these complete sets of variables."""
NOMBRES = {Jeu.COURT: (1, 3), Jeu.LONG: (40,), Jeu.HOSTILE: (3,)}
"""How many invoices each set of data is tried with."""
REQUETE = "dossier/requete"
MISE_EN_PAGE = "courriels/mise-en-page.html"
"""What lays out every e-mail: no step names it, each e-mail needs it."""
GENRES = {Genre.ENTREPRISE: "entreprise", Genre.PARTICULIER: "particulier", Genre.PUBLIC: "public"}


class Bilan(NamedTuple):
    """What was looked at, and one French sentence per fault."""

    verifies: int
    fautes: tuple[str, ...]


class Apercu(NamedTuple):
    """One document made of sample data."""

    modele: str
    genre: Genre
    factures: int
    fichier: str
    """Its name, unique among them."""
    contenu: bytes


def verifier(
    outils: Outils, fichiers: Iterable[str], examens: Mapping[str, Examen], jeux: Sequence[Jeu] = tuple(Jeu)
) -> Bilan:
    """Every fault of these templates (`courriers/relance-1.docx`), of those that a scenario names and of the layout.

    `examens` judges a file by its extension. Each is then filled with sample data, for every way in which
    it serves, and its words are controlled as before a real sending.
    """
    retenus = {f for f in (*fichiers, MISE_EN_PAGE) if _extension(f) in examens}
    tous = sorted(retenus | set(_cites(outils)))
    cadre = _cadre(outils)
    fautes = [faute for fichier in tous for faute in _fautes(outils, cadre, fichier, examens, jeux)]
    return Bilan(len(tous), tuple(fautes))


def apercus(
    outils: Outils, fichiers: Iterable[str], jeu: Jeu = Jeu.COURT, *, pdf: bool = True
) -> Iterator[Apercu]:
    """Each template filled for each kind of debtor, as Word (or text, or HTML) and as PDF. Raises ErreurRendu."""
    cadre = _cadre(outils)
    for fichier in sorted(fichiers):
        modele = fichier.rpartition(".")[0]
        premiers = {u.genre: u for u in reversed(usages(modele, cadre.scenarios))}
        for usage in sorted(premiers.values(), key=lambda u: u.genre):
            for nombre in NOMBRES[jeu]:
                yield from _apercu(
                    outils, fichier, usage, nombre, contexte(modele, usage, jeu, nombre, cadre), pdf
                )


def index(pages: Iterable[tuple[str, Genre, int, str]]) -> str:
    """A page of links to (template, kind of debtor, invoices, file name), one line per document."""
    lignes: dict[tuple[str, str, int], list[str]] = {}
    for modele, genre, nombre, fichier in pages:
        lignes.setdefault((modele, GENRES[genre], nombre), []).append(fichier)
    corps = "\n".join(
        f"<tr><td>{escape(modele)}</td><td>{genre}</td><td>{nombre}</td><td>{_liens(fichiers)}</td></tr>"
        for (modele, genre, nombre), fichiers in lignes.items()
    )
    return _PAGE.format(corps=corps)


_PAGE = """<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Aperçu des modèles</title>
<style>body{{font-family:Carlito,Calibri,sans-serif;margin:2rem}}td,th{{padding:.2rem 1rem;text-align:left}}</style>
</head><body><h1>Aperçu des modèles</h1><p>Données d’exemple : débiteurs et factures fictifs.</p>
<table><tr><th>Modèle</th><th>Débiteur</th><th>Factures</th><th>Documents</th></tr>
{corps}
</table></body></html>
"""


def _liens(fichiers: Sequence[str]) -> str:
    return " · ".join(f'<a href="{escape(nom)}">{escape(nom.rpartition(".")[2])}</a>' for nom in fichiers)


def _apercu(
    outils: Outils, fichier: str, usage: Usage, nombre: int, variables: Contexte, pdf: bool
) -> Iterator[Apercu]:
    modele = fichier.rpartition(".")[0]
    nom = f"{modele.replace('/', '_')}-{usage.genre}-{nombre}"
    if _extension(fichier) == "docx":
        word = outils.rendu.rendre(modele, variables)
        yield Apercu(modele, usage.genre, nombre, f"{nom}.docx", word)
        if pdf:
            yield Apercu(modele, usage.genre, nombre, f"{nom}.pdf", outils.convertisseur.pdf(word))
    elif fichier == MISE_EN_PAGE:
        page = _page(outils, variables, usage.scenario.langue)
        yield Apercu(modele, usage.genre, nombre, f"{nom}.html", page.encode())
    else:
        sujet, corps = outils.texte.rendre(modele, variables)
        yield Apercu(modele, usage.genre, nombre, f"{nom}.txt", f"{sujet}\n\n{corps}".encode())


Langue = Literal["fr", "en"]


def _page(outils: Outils, variables: Contexte, langue: Langue) -> str:
    """The layout around a short e-mail that has each kind of block, about the first of these invoices."""
    facture, creancier = variables["facture"], variables["creancier"]
    corps = (
        f"{variables['debiteur']['denomination']}\n\n{variables['objet']}\n"
        f"- n° : {facture['numero']}\n- {facture['reste']}\n\n{creancier['signataire']}\n\n"
        f"--\n{creancier['mentions']}\n"
    )
    return outils.mise_en_page.html(variables["objet"], corps, creancier, langue)


def _cadre(outils: Outils) -> Cadre:
    return Cadre(outils.creancier, outils.droit, outils.scenarios)


def _cites(outils: Outils) -> Iterator[str]:
    for scenario in outils.scenarios.values():
        for etape in scenario.etapes:
            yield from (f"{modele}.{extension}" for modele, extension in etape.modeles)


def _extension(fichier: str) -> str:
    return fichier.rpartition(".")[2]


def _fautes(
    outils: Outils, cadre: Cadre, fichier: str, examens: Mapping[str, Examen], jeux: Sequence[Jeu]
) -> Iterator[str]:
    modele = fichier.rpartition(".")[0]
    essais = [
        (usage, jeu, contexte(modele, usage, jeu, nombre, cadre))
        for jeu in jeux
        for usage in _pour(jeu, usages(modele, cadre.scenarios))
        for nombre in NOMBRES[jeu]
    ]
    fautes = examens[_extension(fichier)](modele, [variables for _, _, variables in essais])
    if fautes:
        yield from fautes
        return
    yield from _au_rendu(outils, fichier, essais)


def _pour(jeu: Jeu, tous: Sequence[Usage]) -> Iterable[Usage]:
    """The plain data try every use; the others, each kind of debtor once: the words are the same."""
    return tous if jeu is Jeu.COURT else {usage.genre: usage for usage in reversed(tous)}.values()


def _au_rendu(outils: Outils, fichier: str, essais: Sequence[tuple[Usage, Jeu, Contexte]]) -> Iterator[str]:
    """What only filling the template shows, each fault once with the debtors it is about."""
    phrases: dict[str, str] = {}
    genres: dict[str, list[str]] = {}
    for usage, jeu, variables in essais:
        for code, phrase in _essayer(outils, fichier, usage, jeu, variables):
            phrases.setdefault(code, phrase)
            genres.setdefault(code, []).append(GENRES[usage.genre])
    for code, phrase in phrases.items():
        yield f"{phrase} (débiteur\u00a0: {', '.join(dict.fromkeys(genres[code]))})"


def _essayer(
    outils: Outils, fichier: str, usage: Usage, jeu: Jeu, variables: Contexte
) -> Iterator[tuple[str, str]]:
    """The faults of that document: what tells one from another, and the sentence."""
    modele = fichier.rpartition(".")[0]
    try:
        texte = _texte(outils, fichier, variables)
    except ErreurRendu as error:
        yield from ((phrase, phrase) for phrase in str(error).splitlines())
        return
    if jeu is Jeu.COURT and (usage.cite or modele == REQUETE or fichier == MISE_EN_PAGE):
        etape = usage.scenario.etapes[-1] if modele == REQUETE else usage.etape
        jour = jour_de(usage, modele)
        for manquement in manquements(outils, etape, usage.canal, texte, variables, jour):
            if fichier != MISE_EN_PAGE or manquement.defaut is Defaut.INTERDITE:
                yield manquement.code, f"templates/{fichier}, {_dire(manquement)}"


def _texte(outils: Outils, fichier: str, variables: Contexte) -> str:
    modele = fichier.rpartition(".")[0]
    if _extension(fichier) == "docx":
        return outils.rendu.texte(outils.rendu.rendre(modele, variables))
    if fichier == MISE_EN_PAGE:
        return "\n".join(mots(_page(outils, variables, langue)) for langue in get_args(Langue))
    return "\n".join(outils.texte.rendre(modele, variables))


def _dire(manquement: Manquement) -> str:
    if manquement.defaut is Defaut.INTERDITE:
        return f"paragraphe «\u00a0{manquement.extrait}\u00a0» : interdit ({manquement.article}). {manquement.remede}"
    return f"tout le document : il manque {manquement.expression} ({manquement.article}). {manquement.remede}"
