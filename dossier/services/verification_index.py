"""Checks data/index.json and bag-info.txt: what they say of the dossier must be what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal

from pydantic import AwareDatetime, ConfigDict, Field, ValidationError

from dossier.core.dates import PARIS, horodate, jour_legal
from dossier.core.faits import Fait
from dossier.core.modele import Modele
from dossier.core.montants import INSECABLE, Montant
from dossier.core.versions import Version, a_remplacer, versions
from dossier.services.constats import Constat, Sac, attention, faute, resume
from dossier.services.logiciel import logiciel

INDEX, INFOS = "data/index.json", "bag-info.txt"
PRECEDENTE = "Version précédente"
ANCRES = "Dernier-Fait"
"""Label of bag-info.txt: `creance:number:digest` of the last fait of each creance, between spaces."""
Journaux = Mapping[str, tuple[Fait, ...]]
ANNEES = range(1990, 2200)
"""Near the ends of the calendar a date cannot even be written in another zone."""


class _Lu(Modele):
    """A later version may say more: what is not known here is left aside, the digests cover it."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class PieceIndexee(_Lu):
    """A line of index.json: the numbered copy and the original it was made from."""

    numero: int
    titre: str
    fichier: str
    pages: int = Field(ge=1)
    empreinte_original: str
    original: str
    reserve: str = ""
    """Why its numbered copy is a page that stands for it; empty for a stamped copy."""
    remarque: str = ""
    """What its numbered copy leaves out of the original."""
    reserve_du_relie: str = ""
    """Why a page stands for it in the merged PDF, although its numbered copy is whole."""


class Ancre(_Lu):
    """The last fait of a creance when the dossier was sealed."""

    creance: str
    numero: int
    empreinte: str


class Ancienne(_Lu):
    """A version that this one replaces: its name, and the SHA-256 of its zip."""

    dossier: str
    empreinte: str


class Index(_Lu):
    """data/index.json; paths are under data/. What has a default is absent from the first dossiers."""

    version: Literal[1]
    dossier: str
    instant: AwareDatetime
    debiteur: str
    creancier: str = ""
    juridiction: str = ""
    """The court that its application is addressed to."""
    creances: tuple[str, ...]
    remplace: tuple[Ancienne, ...] | None = None
    total: Montant
    pieces: tuple[PieceIndexee, ...]
    ancres: tuple[Ancre, ...] | None = None
    scenarios: dict[str, dict[str, Any]] | None = None
    """The steps that each creance followed: they tell which letter is its mise en demeure."""
    horloge: Literal["reelle", "simulee"] | None = None
    logiciel: str = ""
    """The version that sealed it."""

    @property
    def refait(self) -> bool:
        """Whether what this version computes again must be what was sealed."""
        return self.logiciel != "" and self.logiciel == logiciel()


def lire_index(sac: Sac) -> Index | None:
    """The index of the dossier; None when it is absent or cannot be read."""
    try:
        index = Index.model_validate_json(sac.enveloppe.lire(INDEX) or b"")
    except ValidationError:
        return None
    return index if index.instant.year in ANNEES else None


def constats_de_l_index(sac: Sac, index: Index, noms: set[str], recues: set[str]) -> Iterator[Constat]:
    """`noms`: the creances that have a journal; `recues`: the digests that these journals recorded."""
    defauts = [*_en_tete(sac, index, noms), *_fichiers(sac, index)]
    for piece in index.pieces:
        defauts += [f"Pièce n°{INSECABLE}{piece.numero} : {d}" for d in _original(sac, piece, recues)]
    constats = [faute(INDEX, defaut) for defaut in defauts]
    yield from resume(INDEX, constats, f"{len(index.pieces)} pièces, numérotées sans interruption.")


def _en_tete(sac: Sac, index: Index, noms: set[str]) -> Iterator[str]:
    if index.dossier != sac.enveloppe.racine:
        yield f"L'index est celui de « {index.dossier} », pas de « {sac.enveloppe.racine} »."
    if sorted(index.creances) != sorted(noms):
        yield "Les créances de l'index ne sont pas celles du journal."
    if [piece.numero for piece in index.pieces] != list(range(1, len(index.pieces) + 1)):
        yield "Les numéros des pièces ne se suivent pas à partir de 1."
    local = index.instant.astimezone(PARIS).replace(tzinfo=None, microsecond=0)
    if sac.enveloppe.date != local.replace(second=local.second // 2 * 2):
        yield f"Les fichiers du zip ne sont pas datés du scellement ({horodate(index.instant)})."


def _fichiers(sac: Sac, index: Index) -> Iterator[str]:
    connues = {f"data/{piece.fichier}" for piece in index.pieces}
    if len(connues) != len(index.pieces):
        yield "Deux pièces de l'index désignent le même fichier."
    for nom in sorted(sac.empreintes):
        if nom.startswith("data/pieces/") and nom not in connues:
            yield f"« {nom} » n'est pas dans l'index des pièces."


def _original(sac: Sac, piece: PieceIndexee, recues: set[str]) -> Iterator[str]:
    if sac.empreintes.get(f"data/{piece.fichier}") is None:
        yield f"« {piece.fichier} » manque ou est illisible."
    if sac.empreintes.get(f"data/{piece.original}") != piece.empreinte_original:
        yield "son original manque ou n'est plus celui de l'index."
    elif piece.empreinte_original not in recues:
        yield "son original n'est pas un document que le journal a enregistré."


def constats_des_ancres(index: Index, journaux: Journaux) -> Iterator[Constat]:
    """Whether each journal ends where it ended when the dossier was sealed."""
    defauts = [
        faute(f"Journal {ancre.creance}", _fin_manquante(ancre, journaux[ancre.creance]))
        for ancre in index.ancres or ()
        if ancre.creance in journaux and not _finit(ancre, journaux[ancre.creance])
    ]
    if index.ancres is not None:
        if sorted(ancre.creance for ancre in index.ancres) != sorted(index.creances):
            defauts.append(faute(INDEX, "L'index n'ancre pas une fois chaque créance du dossier."))
        yield from resume(
            "Fin des journaux", defauts, "Chaque journal finit par le fait que l'index annonce."
        )
    yield from _versions(index, journaux)


def _versions(index: Index, journaux: Journaux) -> Iterator[Constat]:
    """Whether the index names, as replaced, the last version that each journal knows sealed, and no stranger.

    This version of the program also names those that somebody still holds.
    """
    connues = [versions(journaux.get(creance, ())) for creance in index.creances]
    dues = _noms(v for suite in connues for v in (a_remplacer(suite) if index.refait else suite[-1:]))
    if index.remplace is None:
        if dues:
            texte = "L'index ne dit pas quelle version il remplace, alors que le journal en connaît une."
            yield (faute if index.refait else attention)(PRECEDENTE, texte)
        return
    annoncees = {(ancienne.dossier, ancienne.empreinte) for ancienne in index.remplace}
    if not dues | annoncees:
        return
    noms = ", ".join(sorted(ancienne.dossier for ancienne in index.remplace)) or "aucune"
    vraies = dues <= annoncees <= _noms(v for suite in connues for v in suite)
    defauts = (
        []
        if vraies
        else [
            faute(INDEX, f"Les versions que l'index dit remplacées ({noms}) ne sont pas celles du journal.")
        ]
    )
    yield from resume(PRECEDENTE, defauts, f"Remplace {noms}, que le journal connaît.")


def _noms(suite: Iterable[Version]) -> set[tuple[str, str]]:
    return {(version.scelle.dossier, version.scelle.zip.empreinte) for version in suite}


def _finit(ancre: Ancre, faits: tuple[Fait, ...]) -> bool:
    return (ancre.numero, ancre.empreinte) == (faits[-1].numero, faits[-1].empreinte)


def _fin_manquante(ancre: Ancre, faits: tuple[Fait, ...]) -> str:
    if len(faits) < ancre.numero:
        manque = ancre.numero - len(faits)
        return f"La fin du journal de {ancre.creance} a été coupée : il manque {manque} fait(s)."
    if len(faits) > ancre.numero:
        return f"Le journal de {ancre.creance} a été allongé après le scellement."
    return f"Le dernier fait du journal de {ancre.creance} n'est pas celui que l'index annonce."


def constats_des_infos(sac: Sac, index: Index | None) -> Iterator[Constat]:
    """bag-info.txt (RFC 8493, 2.2.2): sizes, date, name and anchors."""
    infos = _infos(sac.enveloppe.lire(INFOS) or b"")
    charge = [nom for nom in sac.empreintes if nom.startswith("data/")]
    attendues = {"Payload-Oxum": f"{sum(map(sac.enveloppe.taille, charge))}.{len(charge)}"}
    if "External-Identifier" in infos:
        attendues["External-Identifier"] = sac.enveloppe.racine
    if index is not None:
        attendues["Bagging-Date"] = jour_legal(index.instant).isoformat()
        if index.ancres is not None or ANCRES in infos:
            attendues[ANCRES] = ecrire_ancres(index.ancres or ())
    defauts = [
        faute(INFOS, f"{libelle} y est « {infos.get(libelle, '')} », le dossier donne « {valeur} ».")
        for libelle, valeur in attendues.items()
        if infos.get(libelle) != valeur
    ]
    yield from resume(INFOS, defauts, f"{len(charge)} fichiers et leur taille, comme annoncé.")


def ecrire_ancres(ancres: tuple[Ancre, ...]) -> str:
    """The value of the label `Dernier-Fait`."""
    return " ".join(f"{ancre.creance}:{ancre.numero}:{ancre.empreinte}" for ancre in ancres)


def _infos(contenu: bytes) -> dict[str, str]:
    """Labels and values; a value goes on over the indented lines."""
    infos: dict[str, str] = {}
    libelle = ""
    for ligne in contenu.decode("utf-8", "replace").splitlines():
        if ligne.startswith((" ", "\t")) and libelle:
            infos[libelle] = f"{infos[libelle]} {ligne.strip()}".strip()
        else:
            libelle, _, valeur = ligne.partition(":")
            infos[libelle] = valeur.strip()
    return infos
